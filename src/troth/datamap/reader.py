"""The one question a store answers when we read: these columns of the rows that match, streamed in chunks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

from troth.datamap.model import Atom
from troth.datamap.schema import Schema
from troth.terms.canonical import Kind

Row = tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class ByValues:
    """Rows whose `columns` equal one of `values` (typed, bound; one statement however many values).

    `closure` follows the link to its own table (parent column -> child column) until nothing new is found.
    `linked`: the values stand in a link, so texts that the store takes for equal in a reference count too.
    """

    columns: tuple[str, ...]
    values: Sequence[Row] = field(repr=False)
    closure: tuple[str, ...] = ()
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """One column asked for identifiers: equal to one of them (`inside` False), or holding one in prose or JSON.

    A store answers with a superset; Troth decides on the canonical form.
    """

    column: str
    kind: Kind
    inside: bool = False


@dataclass(frozen=True, slots=True)
class ByIdentifiers:
    """Rows in which some probed column may hold one of the identifiers; `wanted` maps a kind to canonical values."""

    probes: tuple[Probe, ...]
    wanted: tuple[tuple[Kind, tuple[str, ...]], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Everything:
    """Every row."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of the row itself, or of the one row of `dataset` whose `ends` equal this row's `columns`."""

    column: str
    dataset: str = ""
    columns: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Aged:
    """Rows whose clock shows a day from `since` on and before the day `before`, as the clocks of `zone` count days.

    A clock that is NULL, or shows nothing that the store can read as a moment, is before nothing. Rows come in the order of
    `key`, from behind `after` and up to `upto`, `most` of them; with `every`, of those only each `every`-th, its number behind
    the wanted columns, which are the key's. With `count`, they are counted instead: each answer holds the wanted columns, a state
    of `STATES`, and how many rows are alike in both.
    """

    clock: Cell
    since: date
    before: date
    zone: str
    key: tuple[str, ...]
    epoch: int = (
        0  # ticks in a second, where the clock counts from 1970 in numbers; 0: it is a date or a moment
    )
    active: Cell | None = None  # rows in which this is NULL are held
    unlike: tuple[tuple[str, tuple[Atom, ...]], ...] = ()  # rows that hold one of these in each are done
    after: Row | None = field(default=None, repr=False)
    upto: Row | None = field(default=None, repr=False)
    most: int = 0  # 0: all
    every: int = 0  # 0: each of them
    count: bool = False

    def moment(self, day: date) -> datetime:
        """The moment, in UTC, at which the day begins in the zone."""
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)


STATES = ("open", "unreadable", "kept", "held", "done", "due")
"""Of a row with a clock: it is NULL; no moment; not so far yet; held while active; done before; due."""

Where = ByValues | ByIdentifiers | Everything | Aged


@dataclass(frozen=True, slots=True)
class Select:
    """One question: `columns` of the rows of `dataset` that match `where`."""

    dataset: str
    columns: tuple[str, ...]
    where: Where


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of one dataset may be sampled; whichever is reached first ends it."""

    rows: int = 1_000
    bytes: int = 4_000_000
    seconds: float = 2.0
    cell: int = 4_000  # characters of one value


@dataclass(frozen=True, slots=True)
class Sample:
    """Some rows of a dataset, held in memory for a moment and never written anywhere; bytes are not among them."""

    dataset: str
    columns: tuple[str, ...]
    rows: Sequence[Row] = field(repr=False)
    whole: bool  # these are all the rows there are, each value in full
    cut: str = ""  # which bound ended it: "rows", "bytes", "seconds"
    fault: str = ""  # why the store refused to be read, as it names the refusal: never with a value
    bytes: int = 0  # about so many were held


class Block(Protocol):
    """Some whole rows as the bytes they are, to be searched at once; text in UTF-8, numbers in digits."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of every row, in the order of its cells."""

    def __len__(self) -> int:
        """How many rows."""

    @property
    def data(self) -> bytes:
        """All rows, one after the other, with bytes between their cells that belong to none."""

    def pieces(self) -> Iterable[bytes]:
        """The same row by row, together as long as `data`."""

    def cells(self, row: int) -> Sequence[bytes]:
        """The cells of one row; b"" for NULL, and `TOO_LONG` for what is longer than `LONGEST_CELL`."""


TOO_LONG = b"\x1e\x1ftoo long\x1f\x1e"
LONGEST_CELL = 16_000_000  # bytes of one cell that are searched


class Reader(Protocol):
    """What a store offers to those who only look; read-only credentials suffice."""

    system: str

    def sample(self, dataset: str, bounds: Bounds) -> Sample:
        """Some rows of a dataset from all over it, every column but bytes; one bounded statement, no sorting."""

    def reflect(self) -> Schema:
        """The store as it is now, with everything that could make us blind."""

    def rows(self, select: Select) -> Iterator[Sequence[Row]]:
        """Chunks of rows, in no order; memory is bounded by the chunk. Raises StoreError, never with a value in it."""

    def blocks(self, dataset: str) -> Iterator[Block]:
        """Every row of a dataset, all columns that may hold text, digits or bytes; memory is bounded by the block."""

    def sizes(self) -> Mapping[str, int]:
        """Bytes of each dataset, by the store's own estimate."""

    def statements(self) -> int:
        """How many statements were sent so far."""

    def close(self) -> None:
        """Ends the connection."""
