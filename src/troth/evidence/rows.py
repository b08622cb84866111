"""Drafts one row that a table may accept: links first, then what is the person's own, the rest as in a row that is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from troth.datamap.categories import CATEGORIES
from troth.datamap.condition import Condition
from troth.datamap.model import Atom, Ref
from troth.datamap.schema import Column
from troth.evidence.ground import Arrow, Ground
from troth.evidence.stranger import Stranger, personal

Cells = dict[str, Atom]
_TRIES = 60
_NOTHING: Mapping[str, Atom] = {"integer": 1, "decimal": Decimal(1), "boolean": False, "json": "{}", "blob": b"", "text": "-", "xml": "<a/>"}  # fmt: skip


class Draft:
    """One row to be: `ends` are its links to the stranger's rows, `whose` values it holds otherwise."""

    def __init__(
        self, ground: Ground, ref: Ref, stranger: Stranger, whose: Stranger, number: int, ends: Cells, arrows: Sequence[Arrow]
    ) -> None:  # fmt: skip
        self.ground, self.ref, self.stranger, self.whose, self.number = ground, ref, stranger, whose, number
        self.table = ground.tables[ref]
        self.ends = ends
        self.conditions = [arrow.condition for arrow in arrows if arrow.condition is not None]
        self.linked = {name for arrow in ground.leaving[ref] for name in arrow.columns}
        self.own = whose is stranger
        self.fields = ground.fields(ref)
        dataset = ground.estate.datasets.get(ref)
        self.tenant = dataset.tenant if dataset else None
        self.clocks = {
            keep.until.start for keep in (dataset.keep if dataset else ()) if keep.until and keep.until.start
        }
        self.mine: set[str] = set()

    def tries(self, templates: Sequence[Mapping[str, Atom]]) -> Iterator[tuple[Cells, tuple[str, ...]]]:
        """Rows to try, best first, each with the columns in which it gives up saying something of the person."""
        fitting = [t for t in templates if self._holds(t)] or list(templates)
        if self.conditions and not self._holds({}) and not any(self._holds(t) for t in fitting):
            made = self._made_true(fitting[0] if fitting else {})
            fitting = [made] if made else []
            if not made:
                return
        for template in (fitting or [{}])[: max(1, _TRIES // 10)]:
            base = self._row(template)
            yield base, ()
            spoken = sorted(self.mine - set(self.ends))
            for name in spoken:  # one column that a CHECK may refuse
                if (less := self._less(base, template, (name,))) is not None:
                    yield less, (name,)
            for other in self._others(base):
                yield other, ()
            soft = tuple(n for n in spoken if not CATEGORIES[self.fields[n].category].unique)
            if soft and (less := self._less(base, template, soft)) is not None:
                yield less, soft

    def _row(self, template: Mapping[str, Atom]) -> Cells:
        cells: Cells = {}
        self.mine = set()
        for column in self.table.columns:
            if column.generated:
                continue
            if column.name in self.ends:
                cells[column.name] = self.ends[column.name]
                self.mine.add(column.name)
                continue
            said = self._said(column)
            if said is not None:
                cells[column.name] = said
                self.mine.add(column.name)
            else:
                self._fill(cells, column, template)
        return cells

    def _said(self, column: Column) -> Atom:
        """What the column says of the person; None where it is about something else."""
        category = self.fields[column.name].category
        if column.name in self.linked or column.choices or column.name == self.tenant:
            return None
        if any(column.name in condition.columns for condition in self.conditions):
            return None
        if not self.own and category == "free_text" and column.family == "text":
            told = self.stranger.mention(named=bool(self.ends))
            return told if column.length is None or len(told) <= column.length else None
        if not personal(category) and column.family not in ("json", "blob", "xml"):
            return None
        value = next(self.whose.values(column, category, self.fields[column.name]), None)
        single = any(columns == (column.name,) for columns in (self.table.key, *self.table.uniques))
        subject = self.ref in self.ground.subjects
        return self._apart(value, column) if single and not subject else value

    def _apart(self, value: Atom, column: Column) -> Atom:
        """Another value for each row, where no two may be the same."""
        if isinstance(value, str):
            head, at, tail = value.partition("@")
            told = f"{head}.{self.number}{at}{tail}" if at else f"{value}{self.number}"
            return told if column.length is None or len(told) <= column.length else told[-column.length :]
        if isinstance(value, UUID):
            return UUID(int=value.int + self.number)
        return value + self.number if isinstance(value, int | Decimal) else value

    def _fill(self, cells: Cells, column: Column, template: Mapping[str, Atom]) -> None:
        """A key of its own, today where a clock starts, else what a row that is there holds."""
        name = column.name
        if name in self.table.key and name not in self.linked:
            if column.identity or column.default is not None or self._counted(column):
                return
            cells[name] = self._new_key(column, template.get(name))
        elif name in self.clocks:
            at = self.whose.at
            whole = datetime(at.year, at.month, at.day)  # noqa: DTZ001  (a wall-clock value)
            cells[name] = whole if column.family == "timestamp" else at
        elif any(columns == (name,) for columns in self.table.uniques):
            if not column.nullable and column.default is None:
                cells[name] = self._new_key(column, template.get(name))
        elif name in template:
            cells[name] = template[name]
        elif column.choices and not column.nullable:
            cells[name] = column.choices[0]
        elif not column.nullable and column.default is None:
            today = self.whose.at
            moment = datetime(today.year, today.month, today.day)  # noqa: DTZ001  (a wall-clock value)
            cells[name] = {"date": today, "timestamp": moment}.get(column.family, _NOTHING.get(column.family))

    def _counted(self, column: Column) -> bool:
        """SQLite gives an INTEGER PRIMARY KEY its number."""
        loose = self.ground.estate.schemas[self.ref.system].loose
        return loose and len(self.table.key) == 1 and column.native.upper() == "INTEGER"

    def _new_key(self, column: Column, there: Atom) -> Atom:
        if column.family == "uuid":
            return UUID(int=int(self.whose.digits) * 1_000 + self.number)
        if column.family in ("integer", "decimal"):
            small = _most(column.native)
            told = (int(self.whose.digits[:7]) % small or 1) + self.number
            return told if column.family == "integer" else Decimal(told)
        text = f"{self.whose.word}{self.number}"
        if column.family == "text" or not there:
            return text if column.length is None or len(text) <= column.length else f"{self.number:0{column.length}}"[-column.length :]  # fmt: skip
        return there

    def _less(self, base: Cells, template: Mapping[str, Atom], names: Sequence[str]) -> Cells | None:
        """The row with these columns as in a row that is there; never another person's identifier."""
        cells = dict(base)
        for name in names:
            column, unique = self.table.by_name[name], CATEGORIES[self.fields[name].category].unique
            if name in self.table.key:
                return None
            if not unique and name in template:
                cells[name] = template[name]
            elif column.nullable:
                cells[name] = None
            elif column.default is not None:
                del cells[name]
            else:
                return None
        return cells

    def _others(self, base: Cells) -> Iterator[Cells]:
        """The row with the second best thing to say, column by column."""
        for name in sorted(self.mine - set(self.ends)):
            column = self.table.by_name[name]
            for value in list(self.whose.values(column, self.fields[name].category, self.fields[name]))[1:3]:
                yield base | {name: value}

    # -- conditions ---------------------------------------------------------------------------------------------------

    def _holds(self, cells: Mapping[str, Atom]) -> bool:
        row = {**{name: None for c in self.conditions for name in c.columns}, **cells, **self.ends}
        return all(condition.holds(row) for condition in self.conditions)

    def _made_true(self, template: Mapping[str, Atom]) -> Cells | None:
        """The template with what the conditions ask for, where their own literals say it."""
        for name, value in ((n, v) for c in self.conditions for n in c.columns for v in (None, *literals(c))):
            column = self.table.by_name.get(name)
            if column is None or (value is None and not column.nullable) or name in self.ends:
                continue
            number = column.family in ("integer", "decimal") and isinstance(value, str)
            told = int(value) if number and str(value).lstrip("-").isdigit() else value  # type: ignore[arg-type]
            if self._holds(cells := {**template, name: told}):
                return cells
        return None


def literals(condition: Condition) -> list[str]:
    """The constants that a condition compares with, as text."""
    import sqlglot
    from sqlglot import expressions as exp

    return [str(found.this) for found in sqlglot.parse_one(condition.text).find_all(exp.Literal)]


def _most(native: str) -> int:
    """A number that fits the narrowest integers: a made-up key stays below it."""
    small = native.lower()
    return 100 if "tiny" in small else 20_000 if "small" in small else 4_000_000
