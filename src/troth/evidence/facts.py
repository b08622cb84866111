"""The world as checks see it: what stores answered, what the ledger and the registers beside it hold. No cell of a row is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from troth.datamap.check import Finding
from troth.datamap.model import DataMap, Ref
from troth.datamap.schema import Schema
from troth.notice.findings import Finding as Fault
from troth.notice.model import Notice
from troth.planning.estate import Estate
from troth.retention.rules import Rules
from troth.retention.trials import Facts as Trials
from troth.terms.bilingual import Both

if TYPE_CHECKING:
    from troth.evidence.check import Promise


@dataclass(frozen=True, slots=True)
class Tally:
    """Rows of one retention rule on one dataset, counted by the store."""

    rule: str
    ref: Ref
    due: int
    held: int
    unreadable: int


@dataclass(frozen=True)
class Keeping:
    """The retention rules held against the stores as they are."""

    rules: Rules
    tallies: tuple[Tally, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the ledger, as far as anyone may read it."""

    at: datetime
    public: Mapping[str, int | str]


@dataclass(frozen=True)
class Book:
    """The ledger: its size, what does not hold in it (""), and the last entry of each kind."""

    entries: int
    fault: str
    checkpoints: int
    last: Mapping[str, Event]
    second: bool  # its second copy is there

    def since(self, kind: str, at: datetime) -> float | None:
        """Days since the last entry of a kind; None where there is none."""
        return (at - self.last[kind].at).total_seconds() / 86_400 if kind in self.last else None


@dataclass(frozen=True, slots=True)
class Held:
    """One legal hold that is not over."""

    name: str
    state: str
    review: date
    people: int
    places: int
    grounded: bool  # an authority, a ground of the law and a necessity stand in it


@dataclass(frozen=True, slots=True)
class Published:
    """One published version of the notice: whether its texts are those of its hash and the ledger's, and who still waits to be told."""

    number: int
    state: str
    intact: bool
    shown: bool  # it is the very text whose lights are shown
    effective: date
    material: bool
    told: datetime | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Uninstructed:
    """What came of planning the erasure of somebody whose rows a customer controls, without that customer's word."""

    datasets: tuple[str, ...]  # whose rows belong to customers
    tried: int
    let_through: tuple[str, ...]  # datasets of which the plan would have touched such rows


@dataclass(frozen=True)
class Requests:
    """What cases say of how requests are met: counts alone, of those open or no more than twelve months old or over.

    `last`, `late` and `acknowledged` are about those that came in within twelve months."""

    last: Mapping[str, int]  # by regime; `kind NAME` for each kind of request too, and `REGIME NAME`
    late: Mapping[str, int]  # the same, of cases of which a clock ran out before it was met
    acknowledged: Mapping[int, int]  # days from receipt to the acknowledgement, or to today -> cases
    agents: int  # cases an agent asks in
    unpermitted: int  # of them, those in which somebody was searched for without the agent's permission
    asked: int  # cases in which somebody was asked who they are
    needlessly: int  # of them, those of which the law lets nobody be asked
    answered: int  # cases of which data were shown, changed or erased
    unproven: int  # of them, those without what the law's tier wants, or an officer's word for it
    by_hand: int  # of them, those an officer vouched for
    refusals: int
    groundless: int  # refusals, in whole or in part, without ground or reasons
    compared: int  # cases whose entitlements were looked at before anything was done
    punished: int  # of them, those in which one changed that nobody had declared
    told: int  # recipients who were told, or cannot be
    untold: int  # recipients who wait to be told
    longest: int  # for how many days the first of them has waited
    kept: int  # records of closed cases
    overdue: int  # of them, those whose time is over
    months: int  # how long the record of a case is kept
    mailbox: bool  # requests by mail come in by themselves
    slowest: Mapping[str, int]  # `REGIME NAME` -> hours from coming in until it was carried out, or until now
    resting: int  # cases for whose sake a use of the data is to rest
    unrested: int  # of them, those for whose sake nothing rests after an hour
    lifted: int  # restrictions that ended because the company lifted them
    silently: int  # of them, those of which the person was not told before
    passed: int  # customers of whose rows a request was about, and who were told
    unpassed: int  # those who still wait to be told
    forgotten: int  # of them, those whose case was closed: it never came to its customer, and the person did not take it back
    passing: int  # the most days it took, or has taken so far


@dataclass(frozen=True, slots=True)
class Outside:
    """Somebody outside who may show who people are: their name, and what they say that they need."""

    name: str
    needs: frozenset[str]


@dataclass(frozen=True)
class Portable:
    """Whether a copy to take along can be made of every dataset: what is not written down of which."""

    rows: int  # datasets of people's own rows, as the map has them
    unsaid: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """What a stranger was shown at the company's own address; `why` it could not be asked."""

    why: Both | None = None
    pages: int = 0
    version: str = ""  # of the notice that is in force by our books
    missing: tuple[str, ...] = ()  # languages whose page lacks words of that version
    undated: tuple[str, ...] = ()  # languages whose page does not say from which day that version holds
    bare: tuple[str, ...] = ()  # pages without the links that California wants on each
    shut: tuple[str, ...] = ()  # pages that did not open


@dataclass(frozen=True)
class Traces:
    """What one pass over all stores saw, counted by place: numbers that nobody may keep, and people who were erased."""

    cards: Mapping[str, int]  # `system.dataset.column` -> full payment card numbers
    ids: Mapping[str, int]  # the same -> Danish civil registration numbers
    erased: Mapping[str, int]  # `system.dataset` -> rows that show somebody who was erased
    doubted: int
    watched: int  # people who are looked for
    unread: tuple[str, ...]  # what could not be read
    found_planted: bool  # the same search finds an invented card, number and person put before it


@dataclass(frozen=True, slots=True)
class Readable:
    """A column that a role may read, by what the server itself says."""

    dataset: str
    column: str


@dataclass(frozen=True)
class Reach:
    """What one role of a database may read and change. `tried`: the columns it was really asked to read and was refused."""

    known: bool  # the server has such a role, and tells
    why: str = ""  # why not
    reads: frozenset[Readable] = frozenset()
    tried: int = 0
    leaked: tuple[str, ...] = ()  # columns it read though the server says that it may not


@dataclass(frozen=True)
class Isolation:
    """Which datasets showed a role, when it was really asked, rows of more than one customer; `known`: it could be asked."""

    known: bool
    why: str = ""
    mixed: tuple[str, ...] = ()
    refused: int = 0  # datasets that it may not read at all


@dataclass(frozen=True)
class Protection:
    """What a server says of how it protects what it holds. None: it cannot be asked, and `why` says so, by question.

    `network`: whether the connection crosses one. `encrypted`: this very connection. `refuses_plain`: a connection without
    encryption was attempted, and refused. `at_rest`: every table's file is encrypted by the server itself. `keys`: what can be
    dated, and since when it has been as it is.
    """

    network: bool
    encrypted: bool | None = None
    refuses_plain: bool | None = None
    at_rest: bool | None = None
    plain_tables: tuple[str, ...] = ()
    others_read: bool | None = None  # SQLite: the file's modes let everyone read it
    keys: Mapping[str, datetime] = field(default_factory=dict)
    why: Mapping[str, str] = field(default_factory=dict)


class Guarded(Protocol):
    """What an opened store offers besides reading and acting: it says how it is protected."""

    def protection(self) -> Protection:
        """Asks the server; no statement grows with rows. Raises StoreError."""

    def reach(self, role: str, forbidden: Sequence[Readable]) -> Reach:
        """What a role may read; the forbidden is attempted in its name where our own role may do so."""

    def isolation(self, role: str, tenants: Mapping[str, str]) -> Isolation:
        """Reads in a role's name whose rows it is shown, by dataset and the column that names the customer; no row is fetched."""


class World(Protocol):
    """What a check may ask. Each fact is fetched once in a run, however many checks ask for it."""

    @property
    def at(self) -> datetime: ...
    @property
    def promises(self) -> Sequence[Promise]: ...
    @property
    def notice(self) -> Notice: ...
    @property
    def notice_findings(self) -> Sequence[Fault]: ...
    @property
    def versions(self) -> Sequence[Published]: ...
    @property
    def uninstructed(self) -> Uninstructed: ...
    @property
    def map(self) -> DataMap: ...
    @property
    def schemas(self) -> Mapping[str, Schema]: ...
    @property
    def estate(self) -> Estate: ...
    @property
    def keeping(self) -> Keeping | None: ...
    @property
    def book(self) -> Book | None: ...
    @property
    def trials(self) -> Trials: ...
    @property
    def holds(self) -> Sequence[Held]: ...
    @property
    def traces(self) -> Traces: ...
    @property
    def requests(self) -> Requests | None: ...
    @property
    def outside(self) -> Outside | None: ...
    @property
    def portable(self) -> Portable: ...
    @property
    def shown(self) -> Shown: ...
    def protection(self, system: str) -> Protection: ...
    def reach(self, system: str, role: str, forbidden: Sequence[Readable]) -> Reach: ...
    def isolation(self, system: str, role: str, tenants: Mapping[str, str]) -> Isolation: ...
    def attested(self, promise: str) -> Attestation | None: ...


@dataclass(frozen=True)
class Attestation:
    """What a named person said of a promise, when, and until when it counts. It is shown as attested, never as verified."""

    promise: str
    by: str = field(repr=False)
    says: str = field(repr=False)
    at: datetime
    until: date
    of: str = ""  # digest of the promise's words and control when it was said

    def counts(self, at: datetime) -> bool:
        return self.at <= at and at.date() <= self.until
