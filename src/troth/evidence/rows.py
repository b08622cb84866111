"""Drafts one row that a table may accept: links first, then what is the person's own, the rest as in a row that is there."""

from __future__ import annotations

import re
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
MODELS = 6  # rows that are there, after which one is made
_PLAIN = (
    "country",
    "nationality",
    "gender",
    "region",
    "postal_code",
)  # so few values that each is many people's
_DIGITS = ("national_id", "phone", "payment_card", "bank_account", "customer_no", "device_id", "username")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NOTHING: Mapping[str, Atom] = {
    "integer": 1,
    "decimal": Decimal(1),
    "boolean": False,
    "json": "{}",
    "blob": b"",
    "text": "-",
    "xml": "<a/>",
}


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
        self.forms: Cells = {}

    def templates(self, found: Sequence[Mapping[str, Atom]]) -> list[Mapping[str, Atom]]:
        """Rows that are there and after which one may be made; [] where no row can satisfy the links' conditions."""
        for there in reversed(found):
            self.forms |= {name: cell for name, cell in there.items() if cell is not None}
        fitting = [t for t in found if self._holds(t)]
        if not self.conditions:
            return list(found[:MODELS]) or [{}]
        if not fitting:
            made = self._made_true(found[0] if found else {})
            fitting = [made] if made else []
        return fitting[:MODELS]

    def row(self, template: Mapping[str, Atom], choice: int = 0, today: bool = True) -> Cells:
        """All columns; of what can be said of the person the `choice`-th best; `today` also in dates that start no clock."""
        cells: Cells = {}
        self.mine = set()
        for column in self.table.columns:
            if column.generated:
                continue
            if column.name in self.ends:
                cells[column.name] = self.ends[column.name]
                self.mine.add(column.name)
            elif options := self.options(column, template):
                cells[column.name] = options[min(choice, len(options) - 1)]
                self.mine.add(column.name)
            else:
                self._fill(cells, column, template, today)
        return cells

    @property
    def spoken(self) -> list[str]:
        """Columns that say something of the person and are no link."""
        return sorted(self.mine - set(self.ends))

    def options(self, column: Column, template: Mapping[str, Atom]) -> list[Atom]:
        """What the column may say of the person, best first; [] where it is about something else."""
        category = self.fields[column.name].category
        if column.name in self.linked or column.choices or column.name == self.tenant or category in _PLAIN:
            return []
        if any(column.name in condition.columns for condition in self.conditions):
            return []
        if not self.own and category == "free_text" and column.family == "text":
            told = self.stranger.mention(self.stranger.name if self.ends else self.stranger.email)
            return [told] if column.length is None or len(told) <= column.length else []
        if not personal(category) and column.family not in ("json", "blob", "xml"):
            return []
        found = list(self.whose.values(column, category, self.fields[column.name]))
        if category == "phone":
            found = [
                *found,
                *shaped(template.get(column.name) or self.forms.get(column.name), found, self.whose),
            ]
        elif category in _DIGITS:
            found = [
                *shaped(template.get(column.name) or self.forms.get(column.name), found, self.whose),
                *found,
            ]
        single = any(columns == (column.name,) for columns in (self.table.key, *self.table.uniques))
        if single and self.ref not in self.ground.subjects:
            found = [self._apart(value, column) for value in found]
        return [
            value
            for value in found
            if column.length is None or not isinstance(value, str) or len(value) <= column.length
        ]

    def _apart(self, value: Atom, column: Column) -> Atom:
        """Another value for each row, where no two may be the same."""
        if isinstance(value, str):
            head, at, tail = value.partition("@")
            told = f"{head}.{self.number}{at}{tail}" if at else f"{value}{self.number}"
            return told if column.length is None or len(told) <= column.length else told[-column.length :]
        if isinstance(value, UUID):
            return UUID(int=value.int + self.number)
        return value + self.number if isinstance(value, int | Decimal) else value

    def _fill(self, cells: Cells, column: Column, template: Mapping[str, Atom], today: bool) -> None:
        """A key of its own, today where a clock starts, else what a row that is there holds."""
        name = column.name
        if name in self.table.key and name not in self.linked:
            if column.identity or column.default is not None or self._counted(column):
                return
            cells[name] = self._new_key(column, template.get(name))
        elif name in self.clocks or (today and self.clocks and self._dated(column) and template.get(name)):
            cells[name] = self._today(column, template.get(name))
        elif any(columns == (name,) for columns in self.table.uniques):
            if not column.nullable and column.default is None:
                cells[name] = self._new_key(column, template.get(name))
        elif name in template:
            cells[name] = template[name]
        elif column.choices and not column.nullable:
            cells[name] = column.choices[0]
        elif not column.nullable and column.default is None:
            dated = self._today(column, None) if column.family in ("date", "timestamp") else None
            cells[name] = dated or _NOTHING.get(column.family)

    def _dated(self, column: Column) -> bool:
        return column.family in ("date", "timestamp") or self.fields[column.name].category == "date"

    def _today(self, column: Column, there: Atom) -> Atom:
        """Today, as the column holds days: in a text column in the form that is there."""
        at = self.whose.at
        if column.family == "text":
            return at.isoformat() + (there[10:] if isinstance(there, str) else "")
        if column.family == "timestamp" and not (isinstance(there, str) and len(there) == 10):
            return datetime(at.year, at.month, at.day)  # noqa: DTZ001  (a wall-clock value)
        return at

    def _counted(self, column: Column) -> bool:
        """SQLite gives an INTEGER PRIMARY KEY its number."""
        loose = self.ground.estate.schemas[self.ref.system].loose
        return loose and len(self.table.key) == 1 and column.native.upper() == "INTEGER"

    def _new_key(self, column: Column, there: Atom) -> Atom:
        if column.family == "uuid" or (isinstance(there, str) and _UUID.fullmatch(there)):
            made = UUID(int=int(self.whose.digits) * 1_000 + self.number)
            return made if column.family == "uuid" and not isinstance(there, str) else str(made)
        if column.family in ("integer", "decimal"):
            told = (int(self.whose.digits[:7]) % _most(column.native) or 1) + self.number
            return told if column.family == "integer" else Decimal(told)
        if column.family != "text":
            return there
        text = f"X{self.whose.digits[8:]}{self.number}"  # says nothing of anybody
        return (
            text
            if column.length is None or len(text) <= column.length
            else f"{self.number:0{column.length}}"[-column.length :]
        )

    def less(self, cells: Cells, template: Mapping[str, Atom], name: str) -> Cells | None:
        """The row with this column as in a row that is there; never another person's identifier. None: it must be said."""
        column, unique = self.table.by_name[name], CATEGORIES[self.fields[name].category].unique
        if name in self.table.key:
            return None
        if not unique and name in template:
            return {**cells, name: template[name]}
        if column.nullable:
            return {**cells, name: None}
        if column.default is not None:
            return {one: cell for one, cell in cells.items() if one != name}
        return None

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


def shaped(there: Atom, values: Sequence[Atom], whose: Stranger) -> Iterator[Atom]:
    """The value's digits in the form of one that is there: `070761-4285` -> `740331-9062`, `C-10042` -> `C-7…`."""
    if not isinstance(there, str) or not values or not isinstance(values[0], str):
        return
    prefix = re.match(r"[A-Za-z]+[-_ ]?", there)
    digits = "".join(filter(str.isdigit, values[0])) or whose.number
    places = sum(map(str.isdigit, there))
    if places >= 6:
        told = iter((digits * (places // len(digits) + 1))[:places])
        yield "".join(next(told) if char.isdigit() else char for char in there)
    if prefix and places:
        yield f"{prefix[0]}{digits}"
    if places >= 4:
        yield digits[-places:] if there.isdigit() else whose.digits[:places]
