"""What may be asked of a case: one frozen value for each thing that a person, an officer or the system does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from troth.requests.case import Manual, Outcome
from troth.requests.kinds import Channel, Regime


@dataclass(frozen=True, slots=True)
class Open:
    """A request came in on `received`, by whatever way; `unclear` where nobody could tell yet what is asked."""

    kinds: tuple[str, ...]
    regime: Regime
    country: str
    language: Literal["da", "en"]
    channel: Channel
    received: date
    unverified: frozenset[str]
    agent: bool = False
    signed_in: bool = False
    unclear: bool = False
    elsewhere: bool = False  # it did not come to the contact that is named for it


@dataclass(frozen=True, slots=True)
class Understand:
    """An officer says what is asked, or corrects it."""

    kinds: tuple[str, ...]
    regime: Regime
    country: str
    unverified: frozenset[str]


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """The person was told that it came in."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """An officer reasonably doubts who it is, and writes down why (GDPR Art. 12(6))."""

    why: str


@dataclass(frozen=True, slots=True)
class AskIdentity:
    """The person was asked to show who they are."""


@dataclass(frozen=True, slots=True)
class ShowIdentity:
    """The person showed something; `enough` says whether the law's tier is met (`identity.satisfied`)."""

    points: frozenset[str]
    enough: bool


@dataclass(frozen=True, slots=True)
class FailIdentity:
    """It could not be shown who asks: attempts or time are used up."""


@dataclass(frozen=True, slots=True)
class ConfirmAgent:
    """The person, or their written permission, confirmed the agent."""


@dataclass(frozen=True, slots=True)
class Searched:
    """Every system with an adapter was searched; `manual` names those without."""

    found: bool
    manual: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskOwners:
    """Owners of systems kept by hand must stop what the person said no to, whether or not anybody is looked for."""

    manual: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerManual:
    """The owner of a system without an adapter answered: what they hold, or (`stop`) that they stopped some use."""

    system: str
    said: Manual
    stop: bool = False


@dataclass(frozen=True, slots=True)
class Extend:
    """More time is taken, with its reason; `last` is the last day on which the person may still be told."""

    why: str
    last: date


@dataclass(frozen=True, slots=True)
class Propose:
    """An officer proposes a plan of erasure, pinned by its hash."""

    plan: str


@dataclass(frozen=True, slots=True)
class Approve:
    """Somebody else approves it; `alone` where neither map nor settings ask for a second person."""

    plan: str
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Replan:
    """What was approved is no longer what would be done: somebody must look again."""


@dataclass(frozen=True, slots=True)
class Decide:
    """What is decided about one kind; anything but granted says its grounds and why."""

    kind: str
    outcome: Outcome
    grounds: tuple[str, ...] = ()
    why: str = ""

    def __post_init__(self) -> None:
        if tuple(self.grounds) != self.grounds:
            raise TypeError("grounds are several: each letter of one would be taken for a law")


@dataclass(frozen=True, slots=True)
class Act:
    """One kind was carried out; `empty`: there was nothing to copy; `again`: a copy whose time ran out was made anew."""

    kind: str
    empty: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """The person was told where a copy lies for them, and until when they can fetch it."""

    kind: str
    until: date


@dataclass(frozen=True, slots=True)
class Assign:
    """Somebody looks after the case, somebody else in their place."""

    to: str
    deputy: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to remember; the words are sealed beside the event."""


@dataclass(frozen=True, slots=True)
class Write:
    """A letter went out."""

    letter: str
    means: str = "mail"


@dataclass(frozen=True, slots=True)
class Fetch:
    """The person fetched a file that was put out for them."""

    what: str


@dataclass(frozen=True, slots=True)
class Deliver:
    """The answer reached the person."""


@dataclass(frozen=True, slots=True)
class Retract:
    """The person takes the request back."""


@dataclass(frozen=True, slots=True)
class Close:
    """Nothing remains to be done."""


Command = (
    Open | Understand | Acknowledge | Doubt | AskIdentity | ShowIdentity | FailIdentity | ConfirmAgent | Searched
    | AskOwners | AnswerManual | Extend | Propose | Approve | Replan | Decide | Act | Offer | Assign | Note | Write
    | Fetch | Deliver | Retract | Close
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a case cannot take this step now; `id` names it, `data` what it speaks of."""

    id: str
    data: Mapping[str, str] = field(default_factory=dict)
