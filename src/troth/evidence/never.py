"""Judges what differs between the clone that met the stranger and erased them, and its twin that never met them.

A difference is accounted for only by what the plan said before the act: a row that a ground keeps, that others own too, that is
anonymised or no longer refers to them. A cell that still holds something of theirs is accounted for only by a ground that needs it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from troth.datamap.model import Atom, Key, Ref
from troth.evidence.compare import Difference
from troth.evidence.ground import Ground
from troth.evidence.planting import Planted, Planting
from troth.evidence.stranger import Stranger, personal
from troth.planning.plan import Plan, Step

WHOLE = "*"
_STAYS = ("anonymise", "redact", "unlink", "keep", "create")


@dataclass
class Account:
    """What the plan said would stay or change, by row; filled before the act."""

    stays: dict[Ref, dict[Key, str]] = field(default_factory=dict)
    written: dict[Ref, dict[Key, set[str]]] = field(default_factory=dict)
    kept: dict[Ref, dict[Key, dict[str, str]]] = field(default_factory=dict)
    erased: dict[Ref, set[Key]] = field(default_factory=dict)

    def add(self, plan: Plan) -> None:
        for step in plan.steps:
            keys = [tuple(row[: len(step.key)]) for row in step.rows]
            if step.action == "erase":
                self.erased.setdefault(step.ref, set()).update(keys)
            elif step.action in _STAYS:
                self._stays(step, keys)

    def _stays(self, step: Step, keys: Iterable[Key]) -> None:
        why = ground_of(step)
        for key in keys:
            stays = self.stays.setdefault(step.ref, {})
            if step.action == "keep":
                stays[key] = why  # a law is the first thing to be told
                columns = self.kept.setdefault(step.ref, {}).setdefault(key, {})
                columns.update(dict.fromkeys(step.columns, why))
            else:
                stays.setdefault(key, why)
                self.written.setdefault(step.ref, {}).setdefault(key, set()).update(step.columns)

    def share(self, ref: Ref, keys: Iterable[Key], why: str) -> None:
        """Rows that stay though nothing in them changes."""
        stays = self.stays.setdefault(ref, {})
        for key in keys:
            stays.setdefault(key, why)


def ground_of(step: Step) -> str:
    """Why the plan lets a row stay, in one line: `accounting record: Bogføringsloven § 12, until 2031-12-31`."""
    law = f": {step.law}" if step.law else ""
    until = f", until {step.until}" if step.until else ""
    return f"{step.reason}{law}{until}"


def unfound(
    planting: Planting, theirs: Callable[[Ref, Key], bool], named: Callable[[Ref, Key], bool]
) -> Counter[tuple[Ref, str]]:
    """Planted rows, and cells, that finding the stranger did not return, by place: what cannot be found proves nothing."""
    missed: Counter[tuple[Ref, str]] = Counter()
    for one in planting.rows:
        if one.role == "own" and not (theirs(one.ref, one.key) or named(one.ref, one.key)):
            missed[one.ref, WHOLE] += 1
    for mention in planting.mentions:
        if not named(mention.ref, mention.key):
            missed[mention.ref, mention.column] += 1
    return missed


@dataclass
class Verdict:
    """What was found, counted by place; no value is in it."""

    ground: Ground
    stranger: Stranger
    planting: Planting
    account: Account
    exempted: frozenset[tuple[Ref, str]] = frozenset()  # named by whoever asked
    left: Counter[tuple[Ref, str, str | None]] = field(default_factory=Counter)
    exempt: Counter[tuple[Ref, str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._planted = {(one.ref, one.key): one for one in self.planting.rows if one.key}
        self._gone: dict[tuple[Ref, tuple[str, ...]], set[str]] = {}
        self._seen: set[tuple[Ref, Key]] = set()
        self._mentioned = {(one.ref, one.key): one.column for one in self.planting.mentions}

    @property
    def clean(self) -> bool:
        return not any(why is None for _, _, why in self.left)

    def add(self, ref: Ref, names: tuple[str, ...], found: Difference) -> None:
        """One row that is not the same in both clones."""
        if found.met is None:
            assert found.never is not None
            self.left[ref, WHOLE, None] += 1  # somebody else's row is gone
        elif found.never is not None:
            self._changed(ref, names, found.key, found.met, found.never)
        else:
            self._more(ref, dict(zip(names, found.met, strict=True)), found.key)

    def finish(self) -> None:
        """Rows of others that were planted beside the stranger's, and that nobody was to erase, must still be there."""
        for one in self.planting.rows:
            gone = (one.ref, one.key) not in self._seen
            if one.role != "own" and one.key and gone and one.key not in self.account.erased.get(one.ref, ()):
                self.left[one.ref, WHOLE, None] += 1

    # -- a row that is in both ------------------------------------------------------------------------------------------

    def _changed(
        self, ref: Ref, names: tuple[str, ...], key: Key, met: tuple[Atom, ...], never: tuple[Atom, ...]
    ) -> None:
        table = self.ground.tables.get(ref)
        touched = key in self.account.written.get(ref, {}) or (ref, key) in self._mentioned
        for name, ours, theirs in zip(names, met, never, strict=True):
            if repr(ours) == repr(theirs):
                continue
            column = table.by_name.get(name) if table else None
            if (ref, name) in self.exempted:
                self.exempt[ref, name, "named by whoever asked"] += 1
            elif self.stranger.speaks(ours):
                self._note(ref, name, self._kept(ref, key, name))
            elif column is None:
                self.exempt[ref, name, "a copy made from rows that changed"] += 1
            elif (
                column.family == "timestamp"
                and touched
                and name not in self.account.written.get(ref, {}).get(key, ())
            ):
                self.exempt[ref, name, "stamped by the store when the row was changed"] += 1
            else:
                self._note(ref, name, None)

    # -- a row that is only there because they were -----------------------------------------------------------------------

    def _more(self, ref: Ref, cells: Mapping[str, Atom], key: Key) -> None:
        self._seen.add((ref, key))
        planted = self._planted.get((ref, key))
        why = self.account.stays.get(ref, {}).get(key)
        if planted is not None and planted.role != "own":
            if planted.role == "shared":
                self._note(ref, WHOLE, why)
            self._beside(ref, cells, planted)
            return
        if ref not in self.ground.tables:  # a copy that the store makes of other rows
            speaking = [name for name, cell in cells.items() if self.stranger.speaks(cell)]
            for name in speaking:
                self._note(ref, name, None)
            if not speaking:
                self.exempt[ref, WHOLE, "a copy made from rows that changed"] += 1
            return
        self._note(ref, WHOLE, why)
        for name in self._holding(ref, cells, planted):
            self._note(ref, name, self._kept(ref, key, name))

    def _holding(self, ref: Ref, cells: Mapping[str, Atom], planted: Planted | None) -> list[str]:
        """The columns of a row in which something of theirs stands."""
        fields = self.ground.fields(ref)
        same = {
            name
            for name in (planted.mine if planted else ())
            if planted is not None and repr(planted.cells.get(name)) == repr(cells[name])
        }
        same = {name for name in same if personal(fields[name].category) and name not in self._ends(ref)}
        dangling = self._dangling(ref, cells)
        return [
            name
            for name, cell in cells.items()
            if cell is not None and (name in same or name in dangling or self.stranger.speaks(cell))
        ]

    def _ends(self, ref: Ref) -> set[str]:
        return {name for arrow in self.ground.leaving[ref] for name in arrow.columns}

    def _dangling(self, ref: Ref, cells: Mapping[str, Atom]) -> set[str]:
        """Columns that still name a row of theirs which is no more."""
        found: set[str] = set()
        for arrow in self.ground.leaving[ref]:
            value = repr(tuple(cells[name] for name in arrow.columns))
            if arrow.means != "SAME_AS" and value in self._dead(arrow.target, arrow.target_columns):
                found |= set(arrow.columns)
        return found

    def _dead(self, ref: Ref, columns: tuple[str, ...]) -> set[str]:
        """What named the planted rows that the plan erases."""
        if (ref, columns) not in self._gone:
            erased = self.account.erased.get(ref, set())
            values = [
                [one.cells.get(c) for c in columns]
                for one in self.planting.rows
                if one.ref == ref and one.key in erased
            ]
            self._gone[ref, columns] = {repr(tuple(value)) for value in values if None not in value}
        return self._gone[ref, columns]

    def _beside(self, ref: Ref, cells: Mapping[str, Atom], planted: Planted) -> None:
        """Somebody else's row, planted with the stranger's: it must be as it was, but for what the plan wrote and what spoke of them."""
        written = self.account.written.get(ref, {}).get(planted.key, set())
        table = self.ground.tables[ref]
        dangling = self._dangling(ref, cells)
        for name, cell in cells.items():
            if self.stranger.speaks(cell) or name in dangling:
                self._note(ref, name, self._kept(ref, planted.key, name))
            elif repr(cell) != repr(planted.cells.get(name)) and name not in written:
                if table.by_name[name].family == "timestamp" and written:
                    self.exempt[ref, name, "stamped by the store when the row was changed"] += 1
                else:
                    self._note(ref, name, None)

    def _kept(self, ref: Ref, key: Key, name: str) -> str | None:
        return self.account.kept.get(ref, {}).get(key, {}).get(name)

    def _note(self, ref: Ref, name: str, why: str | None) -> None:
        if (ref, name) in self.exempted:
            self.exempt[ref, name, "named by whoever asked"] += 1
        else:
            self.left[ref, name, why] += 1

    # -- told ---------------------------------------------------------------------------------------------------------

    def told(self) -> dict[str, Any]:
        """The answer's lists, what nothing accounts for first."""
        ordered = sorted(self.left.items(), key=lambda item: (item[0][2] is not None, item[0][0], item[0][1]))
        return {
            "left": [
                {"system": ref.system, "dataset": ref.dataset, "column": column, "rows": rows, "kept_because": why}
                for (ref, column, why), rows in ordered
            ],
            "exempt": [
                {"system": ref.system, "dataset": ref.dataset, "column": column, "rows": rows, "reason": why}
                for (ref, column, why), rows in sorted(self.exempt.items())
            ],
        }  # fmt: skip
