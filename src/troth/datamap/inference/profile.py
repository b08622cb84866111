"""Each sampled column seen once: its distinct values in one comparable form, and what their shape says. Nothing is kept after inference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from troth.datamap.inference import names
from troth.datamap.model import Atom, Ref
from troth.datamap.reader import Sample
from troth.datamap.schema import Column, Table

Kind = Literal["int", "text", "uuid", "nested", "none"]
_FEW: Final = 3  # rows: of so few, any column may be unique
_OFTEN: Final = 2  # rows, values: fewer are chance
_BLANKS: Final = (0, -1, "0", "-1")
_LIKE_A_KEY: Final = 3.0  # points: see `_likeness`
_OWN_NOUN: Final = 4.0  # log-odds of names
_CODE: Final = 12  # characters
_LONG: Final = 64  # characters: longer text is prose, not a key
_KINDS: Final[Mapping[str, Kind]] = {
    "integer": "int", "decimal": "int", "text": "text", "uuid": "uuid", "enum": "text", "other": "text",
    "array": "nested", "json": "nested",
}  # fmt: skip


@dataclass(slots=True)
class Profile:
    """One column. `values` are its distinct values as seen; `whole` says that these are all of them."""

    ref: Ref
    column: Column
    kind: Kind
    place: int  # among the columns of its table
    values: frozenset[Atom] = field(default=frozenset(), repr=False)
    rows: int = 0
    filled: int = 0
    whole: bool = False
    sampled: bool = False
    low: int = field(default=0, repr=False)
    high: int = field(default=0, repr=False)
    single: bool = False  # no value twice among those seen
    blank: Atom = field(default=None, repr=False)  # the value that stands for "none" here; not among `values`
    real: Profile | None = field(default=None, repr=False)  # the same column if its 0 or -1 means "none"

    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.column.name

    @property
    def nulls(self) -> int:
        return self.rows - self.filled


@dataclass(slots=True)
class Key:
    """A column that names one row of a dataset: what a link may end in.

    `confirmed` are those of the `asked` values that exist; none of them is among the sampled ones.
    """

    table: Table
    profile: Profile
    primary: bool
    size: int  # rows, as far as known
    declared: bool = True
    refuted: bool = False  # the store had a value twice
    asked: set[Atom] = field(default_factory=set, repr=False)
    confirmed: set[Atom] = field(default_factory=set, repr=False)

    ref: Ref = field(init=False)
    name: str = field(init=False)
    span: int = field(init=False)  # how many integers its keys are spread over
    density: float = field(init=False)  # how many of those are keys
    top: int = field(init=False)  # the largest integer that may be a key, as far as known

    def __post_init__(self) -> None:
        seen = self.profile
        self.ref, self.name = seen.ref, seen.name
        width = seen.high - seen.low + 1
        self.span = max(1, width if seen.whole or self.size <= seen.filled else max(self.size, width))
        self.density = min(1.0, max(1, self.size) / self.span) if seen.kind == "int" else 0.0
        self.top = seen.high if seen.whole else max(seen.high, seen.low + self.size) * 21 // 20

    def included(self, values: frozenset[Atom]) -> tuple[int, int]:
        """(how many of these are keys, of how many that is known)."""
        seen = self.profile
        hits = len(values & seen.values)
        if seen.whole:
            return hits, len(values)
        if not self.asked:
            return hits, hits
        return hits + len(values & self.confirmed), hits + len(values & self.asked)


def plain(value: Atom) -> Atom:
    """A value in the form in which two columns of one store are compared; None for what can be no key."""
    kind = type(value)
    if kind is int:
        return value
    if kind is str:
        text = value.strip()  # type: ignore[attr-defined]  # reason: it is a str
        return text if text and len(text) <= _LONG else None
    if kind is UUID:
        return str(value)
    if isinstance(value, Decimal | float):
        number = float(value)
        return int(value) if abs(number) < 1e18 and number == int(number) else None  # NaN is neither
    return None


def profiles(ref: Ref, table: Table, sample: Sample | None) -> dict[str, Profile]:
    """Every column of a table by name; without a sample only what the schema says."""
    places = {name: at for at, name in enumerate(sample.columns)} if sample is not None else {}
    by_column: Sequence[Sequence[Atom]] = (
        list(zip(*sample.rows, strict=True)) if sample and sample.rows else ()
    )
    found = {}
    for place, column in enumerate(table.columns):
        seen = Profile(ref, column, _KINDS.get(column.family, "none"), place)
        if sample is not None and column.name in places:
            seen.sampled, seen.whole = True, sample.whole
            if by_column and not (seen.kind == "none" or _is_hopeless(column)):
                _fill(seen, by_column[places[column.name]])
        found[column.name] = seen
    return found


def _is_hopeless(column: Column) -> bool:
    return column.family != "text" and names.is_measure(column.name)


def _fill(seen: Profile, cells: Sequence[Atom]) -> None:
    seen.rows = len(cells)
    if seen.kind == "nested":
        seen.filled = sum(cell is not None for cell in cells)
        return
    distinct = set(cells)
    distinct.discard(None)
    seen.filled = seen.rows - (cells.count(None) if len(distinct) < seen.rows else 0)
    if "" in distinct and len(distinct) > 1:
        distinct.discard("")
        seen.filled, seen.blank = seen.filled - cells.count(""), ""
    seen.single = seen.filled > 1 and len(distinct) == seen.filled
    values = frozenset(map(plain, distinct))
    if None in values or not values:
        seen.kind = "none" if values else seen.kind
        return
    seen.values = values
    whole = all(type(value) is int for value in values)
    if whole:
        seen.kind, seen.low, seen.high = "int", min(values), max(values)  # type: ignore[type-var,assignment]  # reason: ints
    elif seen.kind == "int":
        seen.kind = "text" if all(type(value) is str for value in values) else "none"
    if not seen.single and seen.blank is None:
        seen.real = _real(seen, cells)


def _real(seen: Profile, cells: Sequence[Atom]) -> Profile | None:
    """The column without the 0 or -1 that many rows hold where others would hold NULL."""
    for blank in _BLANKS:
        times = cells.count(blank) if blank in seen.values else 0
        if times >= max(_OFTEN, seen.filled // 50) and len(seen.values) > _OFTEN:
            left = seen.values - {blank}
            filled = seen.filled - times
            numbers = [value for value in left if isinstance(value, int)] if seen.kind == "int" else [0]
            return replace(
                seen, values=left, filled=filled, blank=blank, single=len(left) == filled > 1,
                low=min(numbers), high=max(numbers),
            )  # fmt: skip
    return None


def keys(ref: Ref, table: Table, seen: Mapping[str, Profile], presumed: str = "") -> list[Key]:
    """What a link may end in: the primary key (`presumed` where none is declared), other unique columns, columns unique as seen."""
    declared = {u[0] for u in table.uniques if len(u) == 1} | {
        table.key[0] for _ in table.key[:1] if not presumed
    }
    alone = [table.key[0]] if len(table.key) == 1 else []
    found = []
    for name in dict.fromkeys([*alone, *(u[0] for u in table.uniques if len(u) == 1), *_unsaid(seen)]):
        profile = seen.get(name)
        if profile is None or profile.kind in ("none", "nested"):
            continue
        rows = profile.rows if profile.whole else max(table.estimate, profile.rows)
        if not profile.whole and rows <= profile.rows:  # nobody knows how many: as many as there is room for
            rows = max(rows, profile.high - profile.low + 1)
        found.append(Key(table, profile, name in alone, rows, name in declared))
    return found


def _unsaid(seen: Mapping[str, Profile]) -> Iterable[str]:
    """Columns without a value twice that are named like a key, or like what identifies somebody wherever it stands."""
    return [
        profile.name
        for profile in seen.values()
        if profile.single and profile.filled > _FEW
        and ((names.is_natural(profile.name) and profile.whole) or _may_be_second(profile))
    ]  # fmt: skip


def _may_be_second(seen: Profile) -> bool:
    return (
        seen.kind in ("text", "uuid")
        and seen.nulls == 0
        and names.stem(seen.name)[1]
        and not names.says_otherwise(seen.name)
    )


def own_key(table: Table, seen: Mapping[str, Profile]) -> str:
    """The column that counts or names the rows of a table for which no key is declared; empty where none does."""
    if any(name in seen for name in table.key):
        return ""
    ranked = sorted(
        (-_likeness(table, one), one.place, one.name) for one in seen.values() if _may_be_key(one)
    )
    return ranked[0][2] if ranked and ranked[0][0] <= -_LIKE_A_KEY else ""


def _may_be_key(seen: Profile) -> bool:
    if seen.kind in ("none", "nested") or seen.nulls or seen.blank is not None or names.is_measure(seen.name):
        return False
    return seen.single or not seen.rows


def _likeness(table: Table, seen: Profile) -> float:
    """How much a column without a value twice is like a table's own key; a name alone must say it in full."""
    words, marked = names.stem(seen.name)
    own = marked and (not words or names.agreement(words, names.table_words(table.name)) >= _OWN_NOUN)
    if not seen.rows:
        return _LIKE_A_KEY if own and seen.place == 0 else 0.0
    score = (4.0 if own else 0.0) + (2.0 if marked else 1.0 if names.is_opaque(seen.name) else 0.0)
    score += 2.0 if seen.place == 0 else 0.0
    if (seen.name,) in table.uniques:
        score += 2.0
    if seen.kind == "int":
        score += 2.0 if seen.high - seen.low < 1.2 * max(seen.filled, table.estimate) else 1.0
        if not seen.whole and seen.high - seen.low + 1 < table.estimate:
            return 0.0
    elif max(len(str(value)) for value in seen.values) <= _CODE or seen.kind == "uuid":
        score += 1.0
    return score - (3.0 if names.says_otherwise(seen.name) else 0.0) - (2.0 if seen.filled <= _FEW else 0.0)
