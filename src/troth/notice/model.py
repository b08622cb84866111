"""A notice as frozen values: its facts and lists, its promises, and the sentences that make them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from troth.notice.length import Length
from troth.terms.bilingual import Both

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "C": ("forpligtelse", "commitment"),
    "R": ("rettighed", "right"),
    "L": ("begrænsning", "limit"),
    "S": ("system", "system"),
    "D": ("oplyst praksis", "disclosed practice"),
}
BASES: Final[Mapping[str, tuple[str, str, str]]] = {
    "consent": ("6(1)(a)", "samtykke", "consent"),
    "contract": ("6(1)(b)", "kontrakt", "contract"),
    "legal_obligation": ("6(1)(c)", "retlig forpligtelse", "legal obligation"),
    "vital_interest": ("6(1)(d)", "vitale interesser", "vital interests"),
    "public_task": ("6(1)(e)", "opgave i samfundets interesse", "task in the public interest"),
    "legitimate_interest": ("6(1)(f)", "legitim interesse", "legitimate interests"),
}
"""The six legal bases: GDPR Art. 6(1)."""
ROLES: Final = ("processor", "controller", "joint", "third_party", "authority")
SAFEGUARDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "adequacy": ("45", "afgørelse om tilstrækkeligt beskyttelsesniveau", "adequacy decision"),
    "clauses": ("46(2)(c)", "standardkontrakt", "standard contractual clauses"),
    "rules": ("47", "bindende virksomhedsregler", "binding corporate rules"),
    "derogation": ("49", "undtagelse i særlige situationer", "derogation for specific situations"),
}
ACTS: Final = ("sale", "sharing", "marketing", "profiling", "automated_decision")
LISTS: Final = ("points", "purposes", "categories", "recipients")
REASONS: Final = ("legal_obligation", "dispute", "enforcing_agreements", "operations")

Kind = Literal["C", "R", "L", "S", "D"]
Level = Literal["error", "warning"]


NOTHING: Final = Both("", "")


@dataclass(frozen=True, slots=True)
class Fact:
    """What only the company knows; `needless` says why there is none, and an empty one is a finding."""

    name: str
    value: Both
    place: str
    needless: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.needless and not all(self.value)


@dataclass(frozen=True, slots=True)
class Named:
    """An entry of one of the notice's lists: a subject, purpose, category, recipient, point or processing."""

    name: str
    title: Both
    place: str
    dpv: str = ""
    subjects: tuple[str, ...] = ()  # of a purpose
    interest: Both = NOTHING  # of a purpose on the basis of a legitimate interest
    fields: tuple[str, ...] = ()  # of a category: those of the data map
    role: str = ""  # of a recipient
    countries: tuple[str, ...] = ()
    safeguard: str = ""
    systems: tuple[str, ...] = ()  # of a point
    controllers: str = ""  # of a processing
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retention:
    """How long: a rule's name or a length after an event; neither is a period without an end that anybody could name."""

    rule: str = ""
    keep: Length | None = None
    after: str = ""
    while_active: bool = False
    reasons: tuple[str, ...] = ()
    year_end: bool = False  # the length begins at the end of the financial year


@dataclass(frozen=True)
class Control:
    """What keeps a promise; the deadline is the time within which it acts."""

    name: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    deadline: Length | None = None


@dataclass(frozen=True)
class Promise:
    """One promise; `only` names which of its lists are closed, `never` what it rules out."""

    id: str
    kind: Kind
    place: str
    title: Both = NOTHING
    points: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    basis: str = ""
    categories: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    retention: Retention | None = None
    only: tuple[str, ...] = ()
    never: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    acts: tuple[str, ...] = ()
    law: str = ""
    as_of: date | None = None
    control: Control | None = None

    def listed(self, what: str) -> tuple[str, ...]:
        """One of its lists by name."""
        found: tuple[str, ...] = getattr(self, what)
        return found


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of a text; `promises` is None where it is bound to nothing, () where it makes no promise."""

    line: int
    text: str
    promises: tuple[str, ...] | None
    item: bool = False  # of a list
    heading: int = 0  # its level; 0: no heading
    opens: bool = False  # begins a paragraph


@dataclass(frozen=True)
class Text:
    """The notice in one language."""

    language: str
    file: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Notice:
    """The whole notice; `digest` is over all its files."""

    id: str
    file: str
    effective: date | None
    version: str
    languages: tuple[str, ...]
    laws: tuple[str, ...]
    facts: Mapping[str, Fact]
    subjects: Mapping[str, Named]
    purposes: Mapping[str, Named]
    categories: Mapping[str, Named]
    recipients: Mapping[str, Named]
    points: Mapping[str, Named]
    processing: Mapping[str, Named]
    promises: Mapping[str, Promise]
    texts: Mapping[str, Text]
    digest: str = ""

    def fact(self, name: str, language: str = "en") -> str:
        """A fact's words, '' where it is empty, not needed or unknown."""
        found = self.facts.get(name)
        return found.value.within(language) if found is not None else ""
