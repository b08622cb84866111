"""A check holds one control of a promise against the world; what it answers carries no value of anybody's.

No check, no green: a promise whose control nothing tests is unbound, and a check that crashes has shown nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import rfc8785

from troth.evidence.facts import World
from troth.evidence.parameters import refuse
from troth.terms.bilingual import Both
from troth.terms.errors import StoreError, StoreUnreachableError, TrothError, whereabouts

Kind = Literal["live", "event", "attested"]
Polarity = Literal["positive", "negative"]
Verdict = Literal["holds", "fails", "unknown", "error"]
KINDS: Final[tuple[Kind, ...]] = ("live", "event", "attested")
POLARITIES: Final[tuple[Polarity, ...]] = ("positive", "negative")
VERDICTS: Final[tuple[Verdict, ...]] = ("holds", "fails", "unknown", "error")


@dataclass(frozen=True)
class Control:
    """What keeps a promise: a name of the vocabulary, its parameters, and by when (an ISO 8601 duration, or "")."""

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    deadline: str = ""


@dataclass(frozen=True)
class Promise:
    """One promise of a notice as checks need it; `said` are its sentences by language."""

    id: str
    control: Control | None = None
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    purposes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    keep: str = ""  # how long: an ISO 8601 duration, where the promise says it itself
    after: str = ""  # what begins that length


@dataclass(frozen=True)
class Answer:
    """What one run of a check showed. `facts` are counts, names of places and dates; never a cell of a row.

    `unknown`: what was asked cannot be told by whoever was asked, so that only a person can attest it.
    """

    verdict: Verdict
    reason: Both
    facts: Mapping[str, int | str | bool] = field(default_factory=dict)


def holds(da: str, en: str, **facts: int | str | bool) -> Answer:
    return Answer("holds", Both(da, en), facts)


def fails(da: str, en: str, **facts: int | str | bool) -> Answer:
    return Answer("fails", Both(da, en), facts)


def unknown(da: str, en: str, **facts: int | str | bool) -> Answer:
    return Answer("unknown", Both(da, en), facts)


NO_DEADLINE: Final = unknown(
    "kan ikke afgøres: skriv en frist ved kontrollen (`deadline` eller `max_days`)",
    "cannot be told: give the control a deadline (`deadline` or `max_days`)",
)
"""What a check answers that has nothing to measure against: how old is too old is the promise's to say, not ours."""


@dataclass(frozen=True)
class Check:
    """One named question about one control.

    `live` asks a store, or tries the forbidden on what must refuse it; `event` asks the ledger and the registers beside it;
    `attested` asks whether a named person has said so. A `negative` check attempts the forbidden thing. `fresh` is how long
    an answer is worth anything.
    """

    name: str  # control.what
    control: str
    kind: Kind
    polarity: Polarity
    fresh: timedelta
    says: Both  # what it tests, for whoever wants to verify it
    ask: Callable[[World, Promise, Control], Answer]

    def __post_init__(self) -> None:
        assert self.name.startswith(f"{self.control}."), self.name
        assert self.kind in KINDS, self.kind
        assert self.polarity in POLARITIES, self.polarity
        assert self.fresh > timedelta(0), self.name


@dataclass(frozen=True)
class Evidence:
    """One answer, kept: what was asked with which parameters, when, until when it counts, and the ledger entry that has it."""

    check: str
    about: (
        str  # digest of the control's parameters, so that one answer serves every promise that asks the same
    )
    kind: Kind
    polarity: Polarity
    verdict: Verdict
    reason: Both
    facts: Mapping[str, int | str | bool]
    collected: datetime
    expires: datetime
    entry: int = -1

    def told(self) -> dict[str, Any]:
        """What the ledger commits to; canonical JSON can spell all of it."""
        return {
            "check": self.check, "about": self.about, "kind": self.kind, "polarity": self.polarity, "verdict": self.verdict,
            "reason": list(self.reason), "facts": dict(self.facts), "collected": self.collected.isoformat(),
            "expires": self.expires.isoformat(),
        }  # fmt: skip


def about(promise: Promise, control: Control) -> str:
    """A digest of all that a check is told, so that an answer is never taken for one to another question.

    Promises that ask the same share the answer, but for what is attested: that is said of one promise.
    """
    spelled = rfc8785.dumps(
        {
            "control": control.name, "parameters": dict(control.parameters), "deadline": control.deadline,
            "purposes": sorted(promise.purposes), "categories": sorted(promise.categories), "keep": promise.keep,
            "after": promise.after,
        }
    )  # fmt: skip
    return hashlib.sha256(spelled).hexdigest()


def wording(promise: Promise) -> str:
    """A digest of what a promise says and asks: a person's word is given to these words, and to no later ones."""
    asked = about(promise, promise.control) if promise.control is not None else ""
    spelled = rfc8785.dumps(
        {"asked": asked, "said": {one: list(words) for one, words in promise.said.items()}}
    )
    return hashlib.sha256(spelled).hexdigest()


def digest(records: Sequence[Evidence]) -> str:
    """The hash under which one run of checks stands in the ledger."""
    return hashlib.sha256(rfc8785.dumps([one.told() for one in records])).hexdigest()


def collect(check: Check, world: World, promise: Promise, control: Control) -> Evidence:
    """Runs one check. Whatever it raises becomes an answer that is never green; an unforeseen fault says where, not what."""
    try:
        refuse(control)
        found = _answered(check, promise, control, check.ask(world, promise, control), world.at)
        digest([found])  # what cannot be spelled cannot be kept
    except Exception as fault:  # noqa: BLE001  (a door: one broken check must not hide what the others show)
        found = _answered(check, promise, control, _broken(fault), world.at)
    return found


def _answered(check: Check, promise: Promise, control: Control, answer: Answer, at: datetime) -> Evidence:
    if answer.verdict not in VERDICTS:
        answer = Answer(
            "error", Both("kontrollen svarer noget, der ikke findes", "the check answers what is no verdict")
        )
    return Evidence(
        check.name, about(promise, control), check.kind, check.polarity, answer.verdict, answer.reason, dict(answer.facts),
        at, at + check.fresh,
    )  # fmt: skip


def _broken(fault: Exception) -> Answer:
    """A store that cannot be asked shows nothing; what cannot be carried out as our own files stand is not kept."""
    if isinstance(fault, StoreUnreachableError | StoreError):
        place = f" ({fault.place})" if fault.place else ""
        told = Both(
            f"kunne ikke spørges{place}: {fault.message}", f"could not be asked{place}: {fault.message}"
        )
        return Answer("error", told)
    if isinstance(fault, TrothError):
        place = f" ({fault.place})" if fault.place else ""
        return fails(
            f"kan ikke udføres{place}: {fault.message}", f"cannot be carried out{place}: {fault.message}"
        )
    where = whereabouts(fault)
    return Answer(
        "error", Both(f"kontrollen selv gik i stykker: {where}", f"the check itself broke: {where}")
    )
