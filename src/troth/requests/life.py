"""The life of a request: what may happen to a case now, and what follows; a step out of turn is declined, never half taken.

Received, acknowledged, (identity), searching, review, decided, delivered, closed. What the law wants at once (a restriction, an
objection, an opt-out) rests from the first event on, whatever comes later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from troth.requests import commands as do
from troth.requests.case import Case, Event
from troth.requests.commands import Command, Refusal
from troth.requests.kinds import KINDS, ordered

Answer = tuple[Event, ...] | Refusal
PERSON: Final = "person"
SYSTEM: Final = "system"


def decide(case: Case, command: Command, at: datetime, by: str) -> Answer:
    """What happens to the case when `by` gives this command at `at`: events, in order; () where it has happened already."""
    if not isinstance(command, do.Open) and not case.kinds and not case.unclear:
        return Refusal("no_case")
    if case.closed is not None and not isinstance(command, _AFTERWARDS) and not _stays_stopped(case, command):
        return Refusal("closed")
    rule = _RULES[type(command)]
    told = rule(case, command, at.date(), by)
    if isinstance(told, Refusal):
        return told
    return tuple(Event(name, at, by, data) for name, data in told)


def _stays_stopped(case: Case, command: Command) -> bool:
    """What was stopped by the time the person took the rest back stays stopped, and its owners still confirm it."""
    return case.retracted and isinstance(command, do.AnswerManual) and command.stop


_Told = list[tuple[str, dict[str, Any]]] | Refusal
_AFTERWARDS: Final = (do.Note, do.Write, do.Fetch, do.Assign, do.Act)


def _open(case: Case, command: do.Open, day: date, by: str) -> _Told:
    if case.kinds or case.unclear:
        return []
    if command.received > day:
        return Refusal("not_yet_received")
    if not command.kinds and not command.unclear:
        return Refusal("nothing_asked")
    if refused := _foreign(command.kinds, command.regime):
        return refused
    data = asdict(command) | {
        "kinds": list(ordered(command.kinds)), "received": command.received.isoformat(),
        "unverified": sorted(command.unverified & set(command.kinds)),
    }  # fmt: skip
    return [("opened", data)]


def _foreign(kinds: tuple[str, ...], regime: str) -> Refusal | None:
    for kind in ordered(kinds):
        if regime not in KINDS[kind].regimes:
            return Refusal("not_under_this_law", {"kind": kind})
    return None


def _understand(case: Case, command: do.Understand, day: date, by: str) -> _Told:
    if not command.kinds:
        return Refusal("nothing_asked")
    if case.done or case.delivered:
        return Refusal("already_done")
    if refused := _foreign(command.kinds, command.regime):
        return refused
    unverified = sorted(command.unverified & set(command.kinds))
    data = {"kinds": list(ordered(command.kinds)), "regime": command.regime, "country": command.country}
    return [("understood", {**data, "unverified": unverified})]


def _acknowledge(case: Case, command: do.Acknowledge, day: date, by: str) -> _Told:
    return [("acknowledged", {})] if case.acknowledged is None else []


def _doubt(case: Case, command: do.Doubt, day: date, by: str) -> _Told:
    if not command.why.strip():
        return Refusal("no_reason")
    if not case.verifiable:
        return Refusal("nobody_may_ask")
    if case.searched and case.done:
        return Refusal("already_done")
    return [("doubted", {"why": command.why.strip()})]


def _ask(case: Case, command: do.AskIdentity, day: date, by: str) -> _Told:
    if not case.verifiable:
        return Refusal("nobody_may_ask")
    return [("identity_asked", {})] if case.verified is None else []


def _show(case: Case, command: do.ShowIdentity, day: date, by: str) -> _Told:
    if case.failed:
        return Refusal("identity_over")
    if not case.verifiable:
        return Refusal("nobody_may_ask")
    shown: list[tuple[str, dict[str, Any]]] = []
    if command.points - case.points:
        shown.append(("identity_shown", {"points": sorted(command.points)}))
    if command.enough and case.verified is None:
        shown.append(("identity_verified", {}))
    return shown


def _fail(case: Case, command: do.FailIdentity, day: date, by: str) -> _Told:
    if case.verified is not None:
        return Refusal("already_known")
    return [] if case.failed else [("identity_failed", {})]


def _confirm(case: Case, command: do.ConfirmAgent, day: date, by: str) -> _Told:
    if not case.agent:
        return Refusal("no_agent")
    return [] if case.agent == "confirmed" else [("agent_confirmed", {})]


def _searched(case: Case, command: do.Searched, day: date, by: str) -> _Told:
    if refused := _unknown_person(case):
        return refused
    return [("searched", {"found": command.found, "manual": sorted(command.manual)})]


def _ask_owners(case: Case, command: do.AskOwners, day: date, by: str) -> _Told:
    """A no for which nobody need show who they are waits for no proof, here or elsewhere (11 CCR 7026(f), 7027(g); GDPR Art. 21(3))."""
    if not case.stopped:
        return Refusal("not_done", {"kind": case.kinds[0]}) if case.kinds else Refusal("unclear")
    if case.delivered is not None:
        return Refusal("already_told")
    fresh = sorted(set(command.manual) - set(case.stops))
    return [("owners_asked", {"manual": fresh})] if fresh else []


def _unknown_person(case: Case) -> Refusal | None:
    """Nothing of a person is looked for, shown or changed before it is known who asks, and that an agent may."""
    if case.unclear:
        return Refusal("unclear")
    if not case.known:
        return Refusal("identity_open")
    if case.agent == "claimed":
        return Refusal("agent_open")
    return None


def _manual(case: Case, command: do.AnswerManual, day: date, by: str) -> _Told:
    asked = case.stops if command.stop else case.manual
    if command.system not in asked:
        return Refusal("no_such_system", {"system": command.system})
    if asked[command.system] == command.said:
        return []
    told = {"system": command.system, "said": command.said}
    return [("manual_answered", {**told, "stop": True} if command.stop else told)]


def _extend(case: Case, command: do.Extend, day: date, by: str) -> _Told:
    if case.delivered is not None:
        return Refusal("already_told")
    if case.extended:
        return Refusal("extended_once")
    if not command.why.strip():
        return Refusal("no_reason")
    if day > command.last:
        return Refusal("too_late", {"last": command.last.isoformat()})
    return [("extended", {"why": command.why.strip()})]


def _propose(case: Case, command: do.Propose, day: date, by: str) -> _Told:
    if refused := _unknown_person(case):
        return refused
    if "erase" not in {KINDS[kind].act for kind in case.kinds}:
        return Refusal("nothing_to_erase")
    if case.searched is None:
        return Refusal("not_searched")
    return (
        [] if (case.plan, case.proposed_by) == (command.plan, by) else [("proposed", {"plan": command.plan})]
    )


def _approve(case: Case, command: do.Approve, day: date, by: str) -> _Told:
    if not case.plan or case.plan != command.plan:
        return Refusal("not_this_plan")
    if by == case.proposed_by and not command.alone:
        return Refusal("same_person")
    if case.copies_first:
        return Refusal("copy_first", {"kind": case.copies_first[0]})
    return [] if case.approved_by else [("approved", {"plan": command.plan})]


def _replan(case: Case, command: do.Replan, day: date, by: str) -> _Told:
    return [("plan_moved", {})] if case.plan and "erasure" not in case.done else []


def _decide(case: Case, command: do.Decide, day: date, by: str) -> _Told:
    if command.kind not in case.kinds:
        return Refusal("not_asked", {"kind": command.kind})
    if command.kind in case.done:
        return Refusal("already_done")
    act = KINDS[command.kind].act
    if command.outcome != "granted":
        if act == "stop" and KINDS[command.kind].name in ("marketing_objection", "withdrawal", "unsubscribe"):
            return Refusal("absolute", {"kind": command.kind})  # GDPR Art. 7(3), 21(3)
        if not command.why.strip() or not any(command.grounds):
            return Refusal("no_reason")
    if act != "stop" and command.kind not in case.unverified:
        if command.outcome == "refused" and case.failed:
            pass  # nobody showed who they are: it may only be refused (GDPR Art. 11(2), 12(2))
        elif refused := _unknown_person(case):
            return refused
        elif act in ("copy", "portable", "correct", "erase") and case.searched is None:
            return Refusal("not_searched")
    told = {
        "kind": command.kind,
        "outcome": command.outcome,
        "grounds": list(command.grounds),
        "why": command.why.strip(),
    }
    return [("decided", told)]


def _act(case: Case, command: do.Act, day: date, by: str) -> _Told:
    decision = case.decisions.get(command.kind)
    if decision is None or decision.outcome == "refused":
        return Refusal("not_granted", {"kind": command.kind})
    if KINDS[command.kind].act == "erase" and command.kind not in case.done and case.copies_first:
        return Refusal("copy_first", {"kind": case.copies_first[0]})
    if command.kind in case.done and not command.again:
        return []
    return [("acted", {"kind": command.kind, **({"empty": True} if command.empty else {})})]


def _offer(case: Case, command: do.Offer, day: date, by: str) -> _Told:
    if command.kind not in case.done or KINDS[command.kind].act not in ("copy", "portable"):
        return Refusal("not_done", {"kind": command.kind})
    if command.until < day:
        return Refusal("too_late", {"last": command.until.isoformat()})
    if case.offered.get(command.kind) == command.until:
        return []
    return [("offered", {"kind": command.kind, "until": command.until.isoformat()})]


def _assign(case: Case, command: do.Assign, day: date, by: str) -> _Told:
    return [("assigned", {"to": command.to, "deputy": command.deputy})]


def _deliver(case: Case, command: do.Deliver, day: date, by: str) -> _Told:
    if case.unclear:
        return Refusal("unclear")
    if case.undecided or case.outstanding:
        return Refusal("not_done", {"kind": (case.undecided or case.outstanding)[0]})
    if case.waiting:
        return Refusal("manual_open", {"system": case.waiting[0]})
    return [] if case.delivered else [("delivered", {})]


def _retract(case: Case, command: do.Retract, day: date, by: str) -> _Told:
    if case.delivered is not None:
        return Refusal("already_told")
    if case.approved_by or (not set(case.kinds) - case.done and not case.unclear):
        return Refusal("already_done")  # an erasure that was approved may be under way
    return [("retracted", {})]


def _close(case: Case, command: do.Close, day: date, by: str) -> _Told:
    if case.delivered is None:
        return Refusal("not_delivered")
    if not case.complete:
        return Refusal("not_done", {"kind": (case.undecided or case.outstanding or case.waiting)[0]})
    return [("closed", {})]


_RULES: Final[Mapping[type, Callable[..., _Told]]] = MappingProxyType(
    {
        do.Open: _open, do.Understand: _understand, do.Acknowledge: _acknowledge, do.Doubt: _doubt, do.AskIdentity: _ask,
        do.ShowIdentity: _show, do.FailIdentity: _fail, do.ConfirmAgent: _confirm, do.Searched: _searched,
        do.AskOwners: _ask_owners,
        do.AnswerManual: _manual, do.Extend: _extend, do.Propose: _propose, do.Approve: _approve, do.Replan: _replan, do.Decide: _decide,
        do.Act: _act, do.Offer: _offer, do.Assign: _assign, do.Deliver: _deliver, do.Retract: _retract, do.Close: _close,
        do.Note: lambda case, command, day, by: [("noted", {})],
        do.Write: lambda case, command, day, by: [("written", {"letter": command.letter, "means": command.means})],
        do.Fetch: lambda case, command, day, by: [("fetched", {"what": command.what})],
    }
)  # fmt: skip
