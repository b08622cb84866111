"""Retention rules as frozen values: whose clock, how long, why, and what becomes of the rows; what the file said, no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from troth.datamap.condition import Condition
from troth.datamap.model import Ref
from troth.retention.clock import Period

Event = Literal[
    "account_closed", "ticket_resolved", "chat_ended", "engagement_ended", "last_activity", "row_created", "financial_year_end",
]  # fmt: skip
EVENTS: Final[Mapping[Event, tuple[str, str]]] = {
    "account_closed": ("kontoen blev lukket", "the account was closed"),
    "ticket_resolved": ("sagen blev løst", "the ticket was resolved"),
    "chat_ended": ("samtalen sluttede", "the chat ended"),
    "engagement_ended": ("forholdet ophørte", "the engagement ended"),
    "last_activity": ("sidste aktivitet", "the last activity"),
    "row_created": ("rækken blev oprettet", "the row was created"),
    "financial_year_end": ("regnskabsårets udgang", "the end of the financial year"),
}
"""The closed list of what may start a clock, in Danish and English."""

Reason = Literal["legal_obligation", "dispute", "enforcing_agreements", "operations"]
REASONS: Final[Mapping[Reason, tuple[str, str]]] = {
    "legal_obligation": ("retlig forpligtelse", "legal obligation"),
    "dispute": ("tvist", "dispute"),
    "enforcing_agreements": ("håndhævelse af aftaler", "enforcing agreements"),
    "operations": ("drift", "operations"),
}
"""The four reasons a notice may give for keeping; none of them is by itself a ground against a person's request."""

Outcome = Literal["erase", "anonymise"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("erase", "anonymise")
TICKS: Final[Mapping[str, int]] = {"seconds": 1, "milliseconds": 1_000, "microseconds": 1_000_000}


@dataclass(frozen=True, slots=True)
class Place:
    """A column of the row itself, or of the row of `dataset` that it names over the map's link."""

    column: str
    dataset: str = ""

    def __str__(self) -> str:
        return f"{self.dataset}.{self.column}" if self.dataset else self.column


@dataclass(frozen=True, slots=True)
class Agreement:
    """How long one customer's rows are kept by an agreement with them, and where it is written."""

    keep: Period
    reference: str


@dataclass(frozen=True)
class Rule:
    """One rule as written. `keep` is None where a law says how long; `columns` () is all that concerns a person."""

    name: str
    place: str  # file:line
    datasets: tuple[Ref, ...]
    categories: tuple[str, ...]
    event: Event
    clock: Place
    reason: Reason
    outcome: Outcome
    keep: Period | None
    law: str = ""
    epoch: int = 0  # ticks in a second, where the clock is a number since 1970; 0: a date
    columns: tuple[str, ...] = ()
    when: Condition | None = None
    while_active: Place | None = None  # rows are held while this is NULL
    instruction: str = ""  # on whose word rows of customers are worked on (GDPR Art. 28(3)(a))
    agreements: Mapping[str, Agreement] = field(default_factory=dict)


@dataclass(frozen=True)
class Rules:
    """The whole file. `zone`: the clocks by which days are counted, and on which moments without a zone were read."""

    file: str
    zone: str
    year_end: tuple[int, int]
    rules: tuple[Rule, ...]
    digest: str  # SHA-256 of the file, for the ledger
