"""Whatever anybody does to a case, in any order and at any pace, the promises of its life hold after every step."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from troth.law.requests import never_verified
from troth.requests import commands as do
from troth.requests.case import Case, Event, apply, fold
from troth.requests.commands import Command, Refusal
from troth.requests.deadlines import Due, dues, extension, next_due
from troth.requests.kinds import KINDS, REGIMES
from troth.requests.life import decide

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
COUNTRY = {"eu": "DK", "california": "US"}
GROUND, WHY = "a.ground", "why"
POINTS = st.frozensets(st.sampled_from(["email_code", "billing_address"]))
OFFICERS = st.sampled_from(["olga", "per"])


class Life(RuleBasedStateMachine):
    """One case, its clock, and everybody who may give it a command."""

    def __init__(self) -> None:
        super().__init__()
        self.case, self.events, self.at = Case("c"), list[Event](), START
        self.days: dict[str, date] = {}  # by clock, the latest last day there was

    @initialize(regime=st.sampled_from(REGIMES), data=st.data(), agent=st.booleans(), unclear=st.booleans())
    def opens(self, regime: Any, data: st.DataObject, agent: bool, unclear: bool) -> None:
        there = [name for name, kind in KINDS.items() if regime in kind.regimes]
        some = st.lists(st.sampled_from(there), min_size=1, max_size=4, unique=True)
        both = st.just(["erasure", "access" if regime == "eu" else "know_specific"])
        kinds = [] if unclear else data.draw(both | some)
        free = never_verified(regime, START.date())
        given = do.Open(
            tuple(kinds),
            regime,
            COUNTRY[regime],
            "en",
            "portal",
            START.date(),
            free,
            agent=agent,
            unclear=unclear,
        )
        assert self.gives(given), "a request is always received"

    # -- what may be done --------------------------------------------------------------------------------------------

    def gives(self, command: Command, by: str = "olga") -> bool:
        """Whether the command was taken; what was true before and after it is looked at here."""
        before, answer = self.case, decide(self.case, command, self.at, by)
        if isinstance(answer, Refusal):
            return False
        for event in answer:
            self.events.append(event)
            self.case = apply(self.case, event)
        self._step(before, command)
        return True

    def _step(self, before: Case, command: Command) -> None:
        now = self.case
        if now.done - before.done:
            (kind,) = now.done - before.done
            assert kind in before.decisions, "nothing is done that was not decided"
            if KINDS[kind].act == "erase":
                waiting = [k for k in before.kinds if KINDS[k].act in ("copy", "portable") and before.found]
                assert all(
                    k in before.offered or before.decisions[k].outcome == "refused" for k in waiting
                ), "copy first"
        if now.approved_by and not before.approved_by:
            assert not before.copies_first
        if now.delivered and not before.delivered:
            left = (*before.undecided, *before.outstanding, *before.waiting)
            assert left == (), "no answer before a decision"
        if now.closed and not before.closed and not now.retracted:
            assert before.complete, "no case closes with something open"
            assert before.delivered, "no case closes before the person was answered"
        if isinstance(command, do.Searched | do.Propose):
            assert before.known
            assert before.agent != "claimed"
        assert before.closed is None or now.closed == before.closed, "what is closed stays closed"
        assert now.done >= before.done, "what was done is not undone"

    @rule(days=st.integers(0, 40))
    def waits(self, days: int) -> None:
        self.at += timedelta(days=days, minutes=1)

    @rule(
        command=st.sampled_from(
            [do.Acknowledge(), do.AskIdentity(), do.FailIdentity(), do.ConfirmAgent(), do.Note(), do.Replan()]
        )
    )
    def plainly(self, command: Command) -> None:
        self.gives(command)

    @rule(command=st.sampled_from([do.Deliver(), do.Close()]))
    def ends(self, command: Command) -> None:
        self.gives(command)

    @rule(
        turns=st.lists(st.integers(0, 12), min_size=1, max_size=8), manual=st.sampled_from([(), ("archive",)])
    )
    def goes_on(self, turns: list[int], manual: tuple[str, ...]) -> None:
        """Some steps of the usual course, each the first that changes anything, begun anywhere in it."""
        for turn in turns:
            usual = self._usual(manual)
            before = len(self.events)
            for by, command in (*usual[turn:], *usual[:turn]):
                self.gives(command, by)
                if len(self.events) > before:
                    break

    def _usual(self, manual: tuple[str, ...]) -> list[tuple[str, Command]]:
        case, until = self.case, self.at.date() + timedelta(days=29)
        found: list[Command] = [
            do.Acknowledge(), do.ShowIdentity(frozenset({"email_code"}), True), do.ConfirmAgent(),
            *([do.Searched(True, manual)] if case.searched is None else []),
            *(do.Decide(kind, "granted") for kind in case.undecided), do.Propose("f00d"),
            *(do.Act(kind) for kind in case.outstanding), *(do.Offer(kind, until) for kind in case.copies_first),
            *(do.AnswerManual(system, "done", stop) for stop in (False, True) for system in case.waiting), do.Deliver(), do.Close(),
        ]  # fmt: skip
        return [*(("olga", one) for one in found), *([("per", do.Approve(case.plan))] if case.plan else [])]

    @rule()
    def takes_back(self) -> None:
        if self.at > START + timedelta(days=60):
            self.gives(do.Retract(), "person")

    @rule(points=POINTS, enough=st.booleans())
    def shows(self, points: frozenset[str], enough: bool) -> None:
        self.gives(do.ShowIdentity(points, enough), "person")

    @rule()
    def doubts(self) -> None:
        self.gives(do.Doubt(WHY))

    @rule(found=st.booleans(), manual=st.sampled_from([(), ("archive",)]))
    def searches(self, found: bool, manual: tuple[str, ...]) -> None:
        self.gives(do.Searched(found, manual), "system")

    @rule()
    def tells_owners(self) -> None:
        self.gives(do.AskOwners(("archive",)), "system")

    @precondition(lambda self: self.case.manual)
    @rule(said=st.sampled_from(["found", "done", "nothing"]))
    def owner_says(self, said: Any) -> None:
        self.gives(do.AnswerManual("archive", said))

    @precondition(lambda self: self.case.stops)
    @rule(said=st.sampled_from(["found", "done", "nothing"]))
    def owner_stops(self, said: Any) -> None:
        held = dict(self.case.manual)
        self.gives(do.AnswerManual("archive", said, stop=True))
        assert self.case.manual == held, "what was stopped says nothing of what is held"

    @precondition(lambda self: self.case.kinds and not self.case.extended)
    @rule()
    def takes_time(self) -> None:
        if longer := extension(self.case):
            self.gives(do.Extend(WHY, longer.last))

    @rule(plan=st.sampled_from(["f00d", "beef"]), by=OFFICERS)
    def proposes(self, plan: str, by: str) -> None:
        self.gives(do.Propose(plan), by)

    @rule(by=OFFICERS)
    def approves(self, by: str) -> None:
        if self.gives(do.Approve(self.case.plan), by):
            assert self.case.approved_by != self.case.proposed_by

    @precondition(lambda self: self.case.undecided)
    @rule(data=st.data(), outcome=st.sampled_from(["granted", "granted", "partly", "refused"]))
    def decides(self, data: st.DataObject, outcome: Any) -> None:
        kind = data.draw(st.sampled_from(self.case.undecided))
        self.gives(do.Decide(kind, outcome, (GROUND,) if outcome != "granted" else (), WHY))

    @precondition(lambda self: self.case.outstanding)
    @rule(data=st.data())
    def acts(self, data: st.DataObject) -> None:
        self.gives(do.Act(data.draw(st.sampled_from(self.case.outstanding))), "system")

    @precondition(lambda self: self.case.done)
    @rule(data=st.data())
    def offers(self, data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(sorted(self.case.done)))
        self.gives(do.Offer(kind, self.at.date() + timedelta(days=29)), "system")

    @precondition(lambda self: self.case.unclear)
    @rule(data=st.data())
    def understands(self, data: st.DataObject) -> None:
        there = [name for name, kind in KINDS.items() if self.case.regime in kind.regimes]
        kinds = data.draw(st.lists(st.sampled_from(there), min_size=1, max_size=3, unique=True))
        free = never_verified(self.case.regime, START.date())
        if self.gives(do.Understand(tuple(kinds), self.case.regime, self.case.country, free)):
            self.days.clear()  # what it is was not known before

    # -- what always holds -------------------------------------------------------------------------------------------

    @invariant()
    def it_is_what_its_events_made_it(self) -> None:
        assert fold("c", self.events) == self.case

    @invariant()
    def what_must_still_happen_has_a_day(self) -> None:
        case = self.case
        if (
            self.events
            and case.closed is None
            and (case.unclear or case.undecided or case.outstanding or case.waiting)
        ):
            assert next_due(case) is not None, case.state

    @invariant()
    def no_day_moves_forward_and_only_more_time_or_a_question_moves_it_back(self) -> None:
        if not self.events:
            return
        for due in dues(self.case):
            before = self.days.get(due.clock.id, date.min)
            assert due.day >= before, f"{due.clock.id} became earlier"
            if before > date.min and due.day > before:
                assert self.case.regime == "eu", "the clock never stands still in California"
                assert self.case.pauses
            self.days[due.clock.id] = due.day

    @invariant()
    def a_no_is_not_kept_while_an_owner_has_yet_to_stop(self) -> None:
        if self.events and self.case.closed is None and self.case.stopping:
            for due in dues(self.case):
                if due.clock.clock == "act":
                    assert not due.met or set(due.kinds) <= self.case.refused | set(self.case.verifiable)

    @invariant()
    def in_california_no_clock_stands(self) -> None:
        if self.events and self.case.regime == "california":
            assert not any(due.stands for due in dues(self.case))
            for due in dues(self.case):
                assert due.day == _without_pauses(self.case, due).day

    @invariant()
    def what_rests_was_asked_for_and_not_refused(self) -> None:
        case = self.case
        assert set(case.resting) <= set(case.kinds) - case.refused
        if case.closed is None:
            assert {kind for kind in case.kinds if KINDS[kind].at_once} - case.refused == set(case.resting)


def _without_pauses(case: Case, due: Due) -> Due:
    from dataclasses import replace

    return next(one for one in dues(replace(case, pauses=())) if one.clock.id == due.clock.id)


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=25, stateful_step_count=15, derandomize=True, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
