"""Plants the stranger into one clone: rows that are theirs, rows they share, rows that only name them; what cannot be is said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Literal, NamedTuple

from troth.datamap.model import Atom, Key, Ref
from troth.datamap.reader import Row
from troth.evidence.ground import Arrow, Ground
from troth.evidence.rows import Draft
from troth.evidence.stranger import Stranger
from troth.evidence.world import Hurdle, Twin, UnplantableError
from troth.planning.redact import TOKEN

Role = Literal["own", "shared", "beside"]
"""Theirs; theirs and somebody else's; somebody else's, and names them or is theirs to see."""
ROWS = 2  # of each kind in each dataset, so that batches have something to cut
TEMPLATES = 40
_WHY: Mapping[Hurdle, str] = {
    "unique": "no value that is not taken already could be found",
    "check": "a CHECK refuses every value we know to try",
    "foreign": "it must name a row that is not there",
    "null": "a column must be filled and nothing fits it",
    "fit": "no value of ours fits a column's type",
    "other": "the store refuses every row we know to try: perhaps a trigger of its own",
}
Read = Callable[[Ref, Sequence[str], int], Sequence[Row]]


class NotTried(NamedTuple):
    """Where nothing could be planted, and why; `column` is "*" where it is the whole dataset."""

    ref: Ref
    column: str
    reason: str


@dataclass(frozen=True)
class Planted:
    """A row as it stood in the clone right after it was planted, and its key."""

    ref: Ref
    role: Role
    key: Key
    cells: Mapping[str, Atom] = field(repr=False)
    mine: frozenset[str]  # columns that hold what is the stranger's own


@dataclass(frozen=True)
class Mention:
    """A cell of a row that was there before, into which a sentence about the stranger was written."""

    ref: Ref
    key: Key
    column: str


@dataclass
class Planting:
    """All that was planted."""

    rows: list[Planted] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    not_tried: list[NotTried] = field(default_factory=list)

    def of(self, ref: Ref, *roles: Role) -> list[Planted]:
        return [one for one in self.rows if one.ref == ref and one.role in roles]


class Planter:
    """Plants into `met`, and what somebody else says of the stranger, without their name, into `never` too."""

    def __init__(
        self,
        ground: Ground,
        met: Mapping[str, Twin],
        never: Mapping[str, Twin],
        read: Read,
        stranger: Stranger,
    ) -> None:
        self.ground, self.met, self.never, self.read, self.stranger = ground, met, never, read, stranger
        self.out = Planting()
        self._counter = count(1)

    def run(self) -> Planting:
        for ref in self.ground.order:
            self._dataset(ref)
        for ref in self.ground.strays:
            self._plant(ref, "own", (), self._templates(ref))
        said = self._known_by()
        for ref in sorted(self.ground.tables) if said else ():
            if ref not in self.ground.spared:
                self._mention(ref, said)
        for ref, reason in sorted(self.ground.spared.items()):
            if ref in self.ground.tables:
                self._skip(ref, "*", f"the map says: {reason}")
        done = {(one.ref, name) for one in self.out.rows if one.role == "own" for name in one.mine}
        self.out.not_tried = [one for one in self.out.not_tried if (one.ref, one.column) not in done]
        return self.out

    # -- rows ---------------------------------------------------------------------------------------------------------

    def _dataset(self, ref: Ref) -> None:
        dataset = self.ground.estate.datasets.get(ref)
        subject = bool(dataset and dataset.subject)
        templates = self._templates(ref)
        tried, planted = 0, 0
        for role, arrows, owned in self._kinds(ref, subject):
            for at in range(self._count(ref, subject)):
                tried += 1
                planted += self._plant(ref, role, arrows, templates, at, owned, quiet=planted > 0)
        if not tried:
            self._skip(ref, "*", "no row that its links name could be planted")

    def _kinds(self, ref: Ref, subject: bool) -> Iterator[tuple[Role, tuple[Arrow, ...], Role]]:
        """Which links of a row lead to the stranger's rows: all that can, each alone, each that only names or shows.

        The last part says which rows its OWNS links lead to: those that are the stranger's alone, or those that are shared.
        """
        ready = [a for a in self.ground.leaving[ref] if a.target != ref and self.out.of(a.target, "own")]
        plain = [a for a in ready if a.condition is None]
        owning = [a for a in plain if a.owning]
        all_ = _apart([*owning, *(a for a in plain if not a.owning)])
        owned = self._owned(ref)
        if subject or owned or any(a.means != "OWNS" for a in owning):
            yield "own", all_, "own"
            if not subject and self._joins(ref):
                yield "shared", all_, "own"
        for arrow in ready:
            if arrow.condition is not None and arrow.owning:
                yield "own", (arrow,), "own"
        for arrow in owning if len(owning) > 1 and not subject else ():
            if arrow.means != "OWNS":
                yield "shared", (arrow,), "own"
            elif self.out.of(arrow.target, "shared"):
                yield "own", all_, "shared"
                yield "beside", (arrow,), "shared"
        for arrow in ready:
            if not arrow.owning:
                yield "beside", (arrow,), "own"

    def _owned(self, ref: Ref) -> bool:
        """Whether rows of other datasets own its rows: then it is planted first, and theirs name it."""
        return any(a.target == ref and a.means in ("OWNS", "ACCESSES") for a in self.ground.arrows)

    def _joins(self, ref: Ref) -> bool:
        """Whether rows that own its rows are no people, and tie them to several: a meeting belongs to all who were there."""
        return any(
            a.target == ref and a.means == "OWNS" and a.source not in self.ground.subjects
            and sum(one.owning for one in self.ground.leaving[a.source]) > 1
            for a in self.ground.arrows
        )  # fmt: skip

    def _count(self, ref: Ref, subject: bool) -> int:
        """One row where only people's own rows can name it: a second would be nobody's."""
        named = any(a.means != "OWNS" and a.owning for a in self.ground.leaving[ref])
        by_people = all(
            a.source in self.ground.subjects
            for a in self.ground.arrows
            if a.target == ref and a.means == "OWNS"
        )
        return 1 if subject or (self._owned(ref) and not named and by_people) else ROWS

    def _plant(
        self,
        ref: Ref,
        role: Role,
        arrows: tuple[Arrow, ...],
        templates: Sequence[Mapping[str, Atom]],
        at: int = 0,
        owned: Role = "own",
        quiet: bool = False,
    ) -> bool:
        """Plants one row, trying other values where one is refused; says what could not be, unless such a row is there."""
        number = next(self._counter)
        other = Stranger(f"{self.stranger.seed}/{number}", self.stranger.at)
        ends = {
            name: value
            for arrow in arrows
            for name, value in zip(arrow.columns, self._end(arrow, at, owned), strict=True)
        }
        draft = Draft(
            self.ground, ref, self.stranger, self.stranger if role == "own" else other, number, ends, arrows
        )
        table = self.ground.tables[ref]
        key = self.ground.key(ref)
        told = tuple(dict.fromkeys([*key, *table.by_name]))
        fault = UnplantableError("check")
        for template in draft.templates(templates):
            try:
                cells, missed = self._fitted(draft, template)
                row = dict(zip(told, self.met[ref.system].plant(ref.dataset, cells, told), strict=True))
            except UnplantableError as refusal:
                fault = refusal
                continue
            mine = frozenset(draft.mine - set(missed)) if role == "own" else frozenset()
            self.out.rows.append(Planted(ref, role, tuple(row[name] for name in key), row, mine))
            for name in missed if role == "own" else ():
                self._skip(ref, name, "no value of the invented person's is accepted here")
            return True
        if not quiet:
            named = f" ({fault.name})" if fault.name else ""
            self._skip(ref, "*", f"{_WHY[fault.hurdle]}{named}")
        return False

    def _skip(self, ref: Ref, column: str, reason: str) -> None:
        if (one := NotTried(ref, column, reason)) not in self.out.not_tried:
            self.out.not_tried.append(one)

    def _fitted(self, draft: Draft, template: Mapping[str, Atom]) -> tuple[dict[str, Atom], list[str]]:
        """A row that is accepted, and the columns in which nothing of the person's is; raises UnplantableError.

        Where the whole row is refused, one that says as little as may be is tried, and column by column said more.
        """
        fault = UnplantableError("check")
        for choice, today in ((0, True), (0, False), (1, True), (1, False), (2, False)):
            full = draft.row(template, choice, today)
            try:
                self._try(draft, full)
            except UnplantableError as refusal:
                fault = refusal
            else:
                return full, []
            cells = full
            for name in draft.spoken:
                cells = draft.less(cells, template, name) or cells
            try:
                self._try(draft, cells)
            except UnplantableError as refusal:
                fault = refusal
                continue
            return self._fuller(draft, template, cells, full)
        raise fault

    def _fuller(
        self, draft: Draft, template: Mapping[str, Atom], cells: dict[str, Atom], full: Mapping[str, Atom]
    ) -> tuple[dict[str, Atom], list[str]]:
        """What is accepted, said column by column."""
        missed = []
        for name in draft.spoken:
            if name in cells and cells[name] == full.get(name):
                continue
            for value in draft.options(draft.table.by_name[name], template):
                try:
                    self._try(draft, more := {**cells, name: value})
                except UnplantableError:
                    continue
                cells = more
                break
            else:
                missed.append(name)
        return cells, missed

    def _try(self, draft: Draft, cells: Mapping[str, Atom]) -> None:
        if not draft.table.rowwise:
            self.met[draft.ref.system].plant(
                draft.ref.dataset, cells, tuple(draft.table.by_name)[:1], trial=True
            )

    def _end(self, arrow: Arrow, at: int, owned: Role) -> Key:
        """What a row holds that names one of the stranger's."""
        planted = self.out.of(arrow.target, owned if arrow.means == "OWNS" else "own")
        row = planted[at % len(planted)].cells
        value = tuple(row.get(name) for name in arrow.target_columns)
        estate = self.ground.estate
        if arrow.source in estate.datasets and arrow.target in estate.datasets:
            return estate.carrier(arrow.target, arrow.target_columns, arrow.source, arrow.columns)(value)
        return value

    def _templates(self, ref: Ref) -> list[dict[str, Atom]]:
        """Some rows that are there: what is nobody's own is taken from them."""
        names = tuple(self.ground.tables[ref].by_name)
        return [dict(zip(names, row, strict=True)) for row in self.read(ref, names, TEMPLATES)]

    # -- sentences in rows of others --------------------------------------------------------------------------------------

    def _known_by(self) -> str:
        """What their own rows say, and a text can be trusted with: an address, a phone; "" where there is neither."""
        theirs = [
            str(cell)
            for one in self.out.rows
            if one.ref in self.ground.subjects
            for cell in one.cells.values()
        ]
        return next((said for said in (self.stranger.email, self.stranger.phone) if said in theirs), "")

    def _mention(self, ref: Ref, said: str) -> None:
        """Writes a sentence about the stranger into one text or JSON cell of a row that was there before."""
        key, table = self.ground.key(ref), self.ground.tables[ref]
        taken = {name for arrow in self.ground.leaving[ref] for name in arrow.columns} | set(key)
        fields = self.ground.fields(ref)
        columns = [
            c
            for c in table.columns
            if c.family in ("text", "json") and not c.generated and c.name not in taken
            and fields[c.name].category in ("free_text", "json") and not _unique(table.uniques, c.name)
        ]  # fmt: skip
        if not columns or not key or any(name not in table.by_name for name in key):
            return
        mine = {one.key for one in self.out.rows if one.ref == ref}
        names = tuple(dict.fromkeys([*key, *(c.name for c in columns)]))
        for row in self.read(ref, names, TEMPLATES):
            cells = dict(zip(names, row, strict=True))
            at = tuple(cells[name] for name in key)
            for column in columns if at not in mine else ():
                told = _joined(cells[column.name], self.stranger.mention(said), column.family == "json")
                if told is None or (column.length is not None and len(told) > column.length):
                    continue
                without = told.replace(said, TOKEN)
                if self._amend(ref, dict(zip(key, at, strict=True)), column.name, told, without):
                    self.out.mentions.append(Mention(ref, at, column.name))
                    return

    def _amend(self, ref: Ref, key: Mapping[str, Atom], column: str, told: str, without: str) -> bool:
        """The same sentence into both clones, the identifier already gone from the one that never met them."""
        try:
            if self.never[ref.system].amend(ref.dataset, key, {column: without}) != 1:
                return False
            self.met[ref.system].amend(ref.dataset, key, {column: told})
        except UnplantableError:
            return False
        return True


def _apart(arrows: Sequence[Arrow]) -> tuple[Arrow, ...]:
    """Those that do not share a column with an earlier one."""
    found: list[Arrow] = []
    for arrow in arrows:
        if not any(set(arrow.columns) & set(other.columns) for other in found):
            found.append(arrow)
    return tuple(found)


def _unique(uniques: Sequence[tuple[str, ...]], name: str) -> bool:
    return any(name in columns for columns in uniques)


def _joined(cell: Atom, sentence: str, structured: bool) -> str | None:
    """The text with the sentence behind it, or in a corner of the document; None where the cell holds something else."""
    if not isinstance(cell, str):
        return None
    if not structured and cell.lstrip()[:1] not in ("{", "[", "<"):
        return f"{cell} {sentence}"
    try:
        document = json.loads(cell)
    except ValueError:
        return None
    if not isinstance(document, dict):
        return None
    return json.dumps(document | {"said": sentence}, ensure_ascii=False)
