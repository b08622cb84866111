"""A case is what its events made of it: `apply` folds them, and nothing else changes a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, Literal

from troth.requests.kinds import KINDS, Channel, Regime

State = Literal["received", "identity", "searching", "review", "decided", "delivered", "closed"]
STATES: Final[tuple[State, ...]] = (
    "received", "identity", "searching", "review", "decided", "delivered", "closed",
)  # fmt: skip
Outcome = Literal["granted", "partly", "refused"]
Manual = Literal["open", "found", "done", "nothing"]
"""What the owner of a system without an adapter said: nothing yet, found and left to us, done, nothing held."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a case; `data` holds words, dates and counts. What is personal stands beside it, sealed."""

    name: str
    at: datetime
    by: str  # `person`, `system`, or an operator's name
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one kind, on which grounds; `by` made it."""

    outcome: Outcome
    grounds: tuple[str, ...] = ()  # ids, or a law as the map names it; none where granted
    why: str = ""
    by: str = ""


@dataclass(frozen=True)
class Case:
    """One person's request, as it stands."""

    name: str
    kinds: tuple[str, ...] = ()
    regime: Regime = "eu"
    country: str = "DK"
    language: Literal["da", "en"] = "da"
    channel: Channel = "portal"
    received: date = date.min
    elsewhere: bool = False  # it did not come to the contact that is named for it
    state: State = "received"
    unverified: frozenset[str] = frozenset()  # kinds for which nobody may ask who you are
    signed_in: bool = False
    agent: Literal["", "claimed", "confirmed"] = ""
    unclear: bool = False  # an officer has yet to say what is asked
    begun: bool = False  # the acknowledgement is written: the case is worked on, whenever the letter goes
    acknowledged: date | None = None  # it has gone
    doubt: str = ""  # why an officer reasonably doubts who it is (GDPR Art. 12(6))
    points: frozenset[str] = frozenset()  # what was shown of the identity
    verified: date | None = None
    failed: bool = False  # the identity could not be shown
    pauses: tuple[tuple[date, date | None], ...] = ()  # while identity was being asked
    searched: date | None = None
    found: bool | None = None
    manual: Mapping[str, Manual] = field(default_factory=dict)  # what owners said of what they hold
    stops: Mapping[str, Manual] = field(default_factory=dict)  # and of what nobody need prove
    extended: str = ""  # why more time was needed
    plan: str = ""
    proposed_by: str = ""
    approved_by: str = ""
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    done: frozenset[str] = frozenset()  # kinds whose act was carried out
    empty: frozenset[str] = frozenset()  # copies with nothing in them, though something was found
    offered: Mapping[str, date] = field(
        default_factory=dict
    )  # copies that the person was told of, and until when they lie there
    assignee: str = ""
    deputy: str = ""
    delivered: date | None = None
    closed: date | None = None
    retracted: bool = False

    @property
    def verifiable(self) -> tuple[str, ...]:
        """The kinds that wait until it is known who asks."""
        return tuple(kind for kind in self.kinds if kind not in self.unverified)

    @property
    def known(self) -> bool:
        """Whether it is known, as well as the law wants it, who asks."""
        return not self.verifiable or self.verified is not None

    @property
    def undecided(self) -> tuple[str, ...]:
        return tuple(kind for kind in self.kinds if kind not in self.decisions)

    @property
    def outstanding(self) -> tuple[str, ...]:
        """Kinds that were granted, in whole or in part, and not yet carried out; nothing more is, once the person took it back."""
        return (
            ()
            if self.retracted
            else tuple(
                kind
                for kind, decision in self.decisions.items()
                if decision.outcome != "refused" and kind not in self.done
            )
        )

    @property
    def waiting(self) -> tuple[str, ...]:
        """Systems without an adapter whose owners have not answered; `found` still waits to be done."""
        return tuple(sorted({*_unanswered(self.manual), *self.stopping}))

    @property
    def stopped(self) -> tuple[str, ...]:
        """The kinds that were simply stopped, without anybody being asked who they are."""
        return tuple(
            kind
            for kind in self.kinds
            if kind in self.done and kind in self.unverified and KINDS[kind].act == "stop"
        )

    @property
    def stopping(self) -> tuple[str, ...]:
        """Systems without an adapter whose owners have not confirmed that they stopped it too."""
        return _unanswered(self.stops)

    def acted(self, kinds: Iterable[str]) -> bool:
        """Whether each of these kinds was refused, or carried out here and in the systems without an adapter."""
        return all(
            kind in self.refused
            or (kind in self.done and not (self.stopping if kind in self.unverified else self.waiting))
            for kind in kinds
        )

    @property
    def copies_first(self) -> tuple[str, ...]:
        """The copies that the person must be able to fetch before anything of theirs is erased; () where nothing waits for one.

        Not one that was refused; and where there was nothing to copy there is none.
        """
        erased = {kind for kind in self.kinds if KINDS[kind].act == "erase"}
        return self.untold if erased - self.done - self.refused else ()

    @property
    def untold(self) -> tuple[str, ...]:
        """The copies of which no letter has told the person yet; () once the whole answer has gone."""
        if self.delivered is not None:
            return ()
        return tuple(
            kind
            for kind in self.kinds
            if KINDS[kind].act in ("copy", "portable")
            and kind not in self.refused
            and kind not in self.offered
            and not (kind in self.done and (self.found is False or kind in self.empty))
        )

    @property
    def refused(self) -> frozenset[str]:
        return frozenset(kind for kind, one in self.decisions.items() if one.outcome == "refused")

    @property
    def complete(self) -> bool:
        """Whether everything was decided and done, everywhere; nothing is called complete before."""
        return not (self.undecided or self.outstanding or self.waiting)

    @property
    def resting(self) -> tuple[str, ...]:
        """The kinds for whose sake some use of the data rests now."""
        if self.closed is not None and not self.outstanding:
            return ()
        return tuple(
            kind
            for kind in self.kinds
            if KINDS[kind].at_once
            and (kind not in self.decisions or self.decisions[kind].outcome != "refused")
        )


def _unanswered(said: Mapping[str, Manual]) -> tuple[str, ...]:
    return tuple(sorted(system for system, one in said.items() if one in ("open", "found")))


def fold(name: str, events: Iterable[Event]) -> Case:
    """The case that its events made."""
    case = Case(name)
    for event in events:
        case = apply(case, event)
    return case


def acted_on(name: str, events: Iterable[Event], kinds: Sequence[str]) -> date | None:
    """The day since which all of these kinds have been carried out everywhere, or refused; None where something of them waits."""
    case, since = Case(name), None
    for event in events:
        case = apply(case, event)
        since = (since or event.at.date()) if case.acted(kinds) else None
    return since


def apply(case: Case, event: Event) -> Case:
    """The case after one more event; raises KeyError for an event that there is not."""
    return _state(_EVENTS[event.name](case, event))


def _state(case: Case) -> Case:
    """The furthest room a case has entered, worked out from what is known of it."""
    state: State = "received"
    if case.closed is not None:
        state = "closed"
    elif case.delivered is not None and case.complete:
        state = "delivered"
    elif not case.unclear and not case.undecided:
        state = "decided"
    elif case.searched is not None and not _unanswered(case.manual):
        state = "review"
    elif case.begun and case.verifiable and not case.known:
        state = "identity"
    elif case.begun and not case.unclear:
        state = "searching"
    return replace(case, state=state)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _opened(case: Case, event: Event) -> Case:
    data = event.data
    return replace(
        case, kinds=tuple(data["kinds"]), regime=data["regime"], country=data["country"], language=data["language"],
        channel=data["channel"], received=_day(data["received"]), unverified=frozenset(data["unverified"]),
        agent="claimed" if data.get("agent") else "", signed_in=bool(data.get("signed_in")), unclear=bool(data.get("unclear")),
        elsewhere=bool(data.get("elsewhere")),
    )  # fmt: skip


def _understood(case: Case, event: Event) -> Case:
    data = event.data
    kept = {kind: decision for kind, decision in case.decisions.items() if kind in data["kinds"]}
    return replace(
        case, kinds=tuple(data["kinds"]), regime=data["regime"], country=data["country"],
        unverified=frozenset(data["unverified"]), unclear=False, decisions=kept,
    )  # fmt: skip


def _asked(case: Case, event: Event) -> Case:
    if case.pauses and case.pauses[-1][1] is None:
        return case
    return replace(case, pauses=(*case.pauses, (event.at.date(), None)), failed=False)


def _ended(pauses: tuple[tuple[date, date | None], ...], day: date) -> tuple[tuple[date, date | None], ...]:
    return tuple((since, until or day) for since, until in pauses)


def _shown(case: Case, event: Event) -> Case:
    return replace(case, points=case.points | frozenset(event.data["points"]))


def _verified(case: Case, event: Event) -> Case:
    day = event.at.date()
    return replace(case, verified=day, failed=False, pauses=_ended(case.pauses, day))


def _unproven(case: Case, event: Event) -> Case:
    return replace(case, failed=True, pauses=_ended(case.pauses, event.at.date()))


def _searched(case: Case, event: Event) -> Case:
    manual = {system: case.manual.get(system, "open") for system in event.data["manual"]}
    return replace(case, searched=event.at.date(), found=event.data["found"], manual=manual)


def _told_owners(case: Case, event: Event) -> Case:
    return replace(case, stops={**dict.fromkeys(event.data["manual"], "open"), **case.stops})


def _answered(case: Case, event: Event) -> Case:
    said = {event.data["system"]: event.data["said"]}
    if event.data.get("stop"):
        return replace(case, stops={**case.stops, **said})
    return replace(case, manual={**case.manual, **said})


def _decided(case: Case, event: Event) -> Case:
    data = event.data
    decision = Decision(data["outcome"], tuple(data.get("grounds", ())), data.get("why", ""), event.by)
    return replace(case, decisions={**case.decisions, data["kind"]: decision})


def _acted(case: Case, event: Event) -> Case:
    kind = frozenset({event.data["kind"]})
    return replace(
        case, done=case.done | kind, empty=case.empty | kind if event.data.get("empty") else case.empty - kind
    )


def _written(case: Case, event: Event) -> Case:
    return replace(case, begun=case.begun or event.data["letter"] == "acknowledgement")


def _replanned(case: Case, event: Event) -> Case:
    decisions = {kind: one for kind, one in case.decisions.items() if kind != "erasure"}
    return replace(case, plan="", proposed_by="", approved_by="", decisions=decisions)


_EVENTS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "opened": _opened,
        "understood": _understood,
        "acknowledged": lambda case, event: replace(case, begun=True, acknowledged=event.at.date()),
        "doubted": lambda case, event: replace(case, doubt=event.data["why"], verified=None),
        "identity_asked": _asked,
        "identity_shown": _shown,
        "identity_verified": _verified,
        "identity_failed": _unproven,
        "agent_confirmed": lambda case, _: replace(case, agent="confirmed"),
        "searched": _searched,
        "owners_asked": _told_owners,
        "manual_answered": _answered,
        "extended": lambda case, event: replace(case, extended=event.data["why"]),
        "proposed": lambda case, event: replace(
            case, plan=event.data["plan"], proposed_by=event.by, approved_by=""
        ),
        "plan_moved": _replanned,
        "approved": lambda case, event: replace(case, approved_by=event.by),
        "decided": _decided,
        "offered": lambda case, event: replace(
            case, offered={**case.offered, event.data["kind"]: _day(event.data["until"])}
        ),
        "acted": _acted,
        "assigned": lambda case, event: replace(
            case, assignee=event.data["to"], deputy=event.data.get("deputy", case.deputy)
        ),
        "noted": lambda case, _: case,
        "written": _written,
        "fetched": lambda case, _: case,  # the person fetched what was delivered
        "delivered": lambda case, event: replace(case, delivered=event.at.date()),
        "retracted": lambda case, event: replace(case, retracted=True, closed=event.at.date()),
        "closed": lambda case, event: replace(case, closed=event.at.date()),
    }
)
"""What each event does to a case; the names are the whole list there is."""
NAMES: Final = frozenset(_EVENTS)
