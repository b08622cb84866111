"""The data map as frozen values: what a person has decided about systems, datasets, fields and links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

from troth.datamap.condition import Condition

Meaning = Literal["OWNED_BY", "OWNS", "ACCESSED_BY", "ACCESSES", "MENTIONS", "SAME_AS"]
MEANINGS: tuple[Meaning, ...] = ("OWNED_BY", "OWNS", "ACCESSED_BY", "ACCESSES", "MENTIONS", "SAME_AS")
ErasureMode = Literal["erase", "anonymise"]
Origin = Literal["", "provided", "observed", "derived", "received"]
"""From the person, from their use, worked out from other data, or got from somebody else (WP242 rev.01); "": unknown."""

Atom = object
"""One key or cell value as the driver gives it: int, str, bytes, UUID, date, Decimal, bool, tuple or None."""
Key = tuple[Atom, ...]


class Ref(NamedTuple):
    """A dataset's full name."""

    system: str
    dataset: str

    def __str__(self) -> str:
        return f"{self.system}.{self.dataset}"


@dataclass(frozen=True, slots=True)
class Strategy:
    """How an anonymised cell is made: `generalise` by `year`; docs/anonymity.md lists them."""

    word: Literal["null", "generalise", "truncate", "noise", "token"]
    by: str


@dataclass(frozen=True, slots=True)
class Decision:
    """An officer's written decision that rows which are still personal may stay: they are called pseudonymised."""

    text: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Field:
    """A column and its category; `reviewed` is False while the category is only a guess."""

    name: str
    category: str
    confidence: float = 1.0
    reviewed: bool = True
    erased_value: str | None = None  # what an anonymised cell holds; None: NULL or a neutral value
    reason: str = ""
    paths: tuple[
        tuple[str, str], ...
    ] = ()  # what stands where in JSON or XML: (`contact.phones[]`, category)
    strategy: Strategy | None = None  # how an anonymised cell is made from the old one; None: `erased_value`
    origin: Origin = ""  # where its values come from; "": as its dataset says


@dataclass(frozen=True, slots=True)
class Link:
    """`source.columns` name a row of `target` by `target_columns`; `means` says who passes ownership to whom.

    `source OWNED_BY target`: the target's owners own the source row. `source OWNS target`: the other way.
    ACCESSED_BY and ACCESSES pass access only; MENTIONS passes nothing (K9db, SOSP 2023). SAME_AS passes nothing
    either: it says that two rows of people are one person.
    """

    source: Ref
    columns: tuple[str, ...]
    target: Ref
    target_columns: tuple[str, ...]
    means: Meaning
    condition: Condition | None = None
    declared: bool = False  # a foreign key of the store says so
    reviewed: bool = True
    confidence: float = 1.0
    reason: str = ""

    @property
    def name(self) -> str:
        """How rules and questions refer to it, from its own dataset: `receiver` or `a, b`."""
        return ", ".join(self.columns)

    @property
    def foreign_name(self) -> str:
        """How the target's rules refer to it: `message(receiver)`."""
        return f"{self.source.dataset}({self.name})"

    @property
    def address(self) -> str:
        """How the command line calls it: `crm.contact.customer_no>billing.customer.customer_no`."""
        ends = ((self.source, self.columns), (self.target, self.target_columns))
        return ">".join(f"{ref}.{','.join(columns)}" for ref, columns in ends)

    @property
    def short(self) -> str:
        """The same where no other link leaves these columns: `crm.contact.customer_no`."""
        return self.address.split(">", 1)[0]

    @property
    def is_guess(self) -> bool:
        """Nobody confirmed it, and no store declares it."""
        return not (self.reviewed or self.declared)


@dataclass(frozen=True, slots=True, order=True)
class Refused:
    """A proposed link that a person refused."""

    source: Ref
    columns: tuple[str, ...]
    target: Ref
    target_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """What to do with a row reached over `link` (a name or foreign name): null `columns`, or drop the row."""

    link: str
    columns: tuple[str, ...] = ()
    whole_row: bool = False  # on_get: omit it; on_erase: delete it even if others own it


@dataclass(frozen=True, slots=True)
class Until:
    """When a keep rule ends: a date, or years after a column's date (or after that date's financial year)."""

    on: date | None = None
    start: str | None = None
    years: int = 0
    financial_year_end: tuple[int, int] | None = None  # (month, day)


@dataclass(frozen=True, slots=True)
class Keep:
    """A ground that wins over erasure for the columns it needs (GDPR Art. 17(3)); inactive until a person says."""

    law: str
    columns: tuple[str, ...]
    until: Until | None
    reason: str = ""
    active: bool = False


@dataclass(frozen=True)
class Dataset:
    """One table and everything decided about it."""

    ref: Ref
    key: tuple[str, ...]
    fields: Mapping[str, Field]
    subject: str | None = None  # the kind of person a row is; None where rows are about things
    subject_confidence: float = 1.0
    nobody: Mapping[str, Atom] | None = None  # key of the pseudo-subject
    on_erase_default: ErasureMode = "erase"
    on_get: tuple[Rule, ...] = ()
    on_erase: tuple[Rule, ...] = ()
    keep: tuple[Keep, ...] = ()
    tenant: str | None = None  # column naming the customer who controls the row; None: the operator does
    unsearched: str | None = None  # the reason a person gave for not searching it
    identifies: tuple[
        str, ...
    ] = ()  # columns whose identifier is the owner's own: a second e-mail address, a login
    purpose: str | None = None  # what the rows are for, as the person's copy says it (GDPR Art. 15(1)(a))
    anonymised: Decision | None = None  # what an officer decided about emptied rows that are still personal
    entitlements: tuple[
        str, ...
    ] = ()  # columns that say what the person may have: an edition, a price; no request may change them (P53)
    purposes: tuple[str, ...] = ()  # the notice's purposes that the rows serve, by name
    origin: Origin = ""  # where the rows come from (GDPR Art. 15(1)(g), 20(1)); "": nobody has said
    source: str = ""  # of what was received: from whom

    def origin_of(self, column: str) -> Origin:
        """Where a column's values come from; "" where nobody has said."""
        field = self.fields.get(column)
        return (field.origin if field else "") or self.origin

    def columns_of(self, *categories: str) -> tuple[str, ...]:
        return tuple(f.name for f in self.fields.values() if f.category in categories)


@dataclass(frozen=True, slots=True)
class System:
    """A store: its kind and address, never its password."""

    name: str
    url: str
    datasets: tuple[str, ...] = ()
    read: str = ""  # address of a replica on which is searched; "": none
    manners: tuple[tuple[str, str], ...] = ()  # words of `datamap.manners`, as somebody wrote them


@dataclass(frozen=True, slots=True)
class Manual:
    """A system that no program reaches: in every case its owner is asked, and answers for it."""

    name: str
    owner: str  # an office, as certificates name it
    mail: str = field(repr=False)  # an address, or `env:NAME`
    holds: tuple[str, ...]  # categories
    da: str
    en: str
    days: int  # within which the owner answers


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to whom rows were disclosed, and who is told of an erasure, correction or restriction (GDPR Art. 19)."""

    name: str
    mail: str = field(repr=False)  # an address, `env:NAME`, or "": an officer tells them
    gets: tuple[str, ...]  # `system` or `system.dataset`

    def receives(self, ref: Ref) -> bool:
        return ref.system in self.gets or str(ref) in self.gets


@dataclass(frozen=True)
class DataMap:
    """The whole map. Names are unique; every link's ends exist; `file` is where it was read, for messages."""

    systems: Mapping[str, System]
    datasets: Mapping[Ref, Dataset]
    links: tuple[Link, ...]
    controller: str = "us"
    region: str = "DK"
    shared_by: int = 1  # an identifier that names more people than this is shared: ask
    file: str = ""
    unmapped: tuple[tuple[Ref, str], ...] = field(default_factory=tuple)
    refused: tuple[Refused, ...] = ()  # links that a person said do not exist: never proposed again
    approval: Literal["", "second_person"] = ""  # who must approve a plan before it is done
    manual: Mapping[str, Manual] = field(default_factory=dict)  # systems without an adapter, by name
    recipients: Mapping[str, Recipient] = field(default_factory=dict)
    customers: Mapping[str, str] = field(default_factory=dict, repr=False)  # whom to write to, by customer

    def only(self, system: str) -> DataMap:
        """The map of one system alone, without the links that leave it."""
        datasets = {ref: dataset for ref, dataset in self.datasets.items() if ref.system == system}
        links = tuple(link for link in self.links if {link.source.system, link.target.system} == {system})
        unmapped = tuple(one for one in self.unmapped if one[0].system == system)
        return replace(
            self, systems={system: self.systems[system]}, datasets=datasets, links=links, unmapped=unmapped, manual={}
        )  # fmt: skip

    @cached_property
    def links_from(self) -> Mapping[Ref, tuple[Link, ...]]:
        return _group((link.source, link) for link in self.links)

    @cached_property
    def links_to(self) -> Mapping[Ref, tuple[Link, ...]]:
        return _group((link.target, link) for link in self.links)


def _group(pairs: Iterator[tuple[Ref, Link]]) -> dict[Ref, tuple[Link, ...]]:
    found: dict[Ref, list[Link]] = {}
    for ref, link in pairs:
        found.setdefault(ref, []).append(link)
    return {ref: tuple(links) for ref, links in found.items()}
