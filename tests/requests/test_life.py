"""The life of a request: what may happen when, and what never may, whatever order the commands come in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.ledger.entry import KINDS as ENTRIES
from troth.requests import commands as do
from troth.requests.case import NAMES, Case, apply, fold
from troth.requests.commands import Command, Refusal
from troth.requests.kinds import KINDS, ordered
from troth.requests.life import decide
from troth.requests.resting import wanted

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
FREE = frozenset({"withdrawal", "unsubscribe", "marketing_objection", "opt_out", "limit"})
OLGA, PER = "olga", "per"


def asked(*kinds: str, **more: object) -> do.Open:
    given = {
        "regime": "eu", "country": "DK", "language": "da", "channel": "portal", "received": START.date(), "unverified": FREE, **more,
    }  # fmt: skip
    return do.Open(kinds, **given)  # type: ignore[arg-type]


def play(*steps: Command | tuple[str, Command], case: Case | None = None) -> Case:
    """The case after all steps, an hour between them; each must be taken."""
    case = case or Case("c")
    for hours, step in enumerate(steps):
        by, command = step if isinstance(step, tuple) else (OLGA, step)
        answer = decide(case, command, START + timedelta(hours=hours), by)
        assert not isinstance(answer, Refusal), (command, answer)
        for event in answer:
            case = apply(case, event)
    return case


def refused(case: Case, command: Command, by: str = OLGA) -> str:
    answer = decide(case, command, START + timedelta(days=1), by)
    assert isinstance(answer, Refusal), answer
    return answer.id


KNOWN = (do.Acknowledge(), do.ShowIdentity(frozenset({"email_code"}), True))
ERASED = (
    *KNOWN, do.Searched(True), (PER, do.Propose("f00d")), do.Approve("f00d"), do.Decide("erasure", "granted"), do.Act("erasure"),
)  # fmt: skip


def test_an_erasure_goes_all_the_way() -> None:
    case = play(asked("erasure"), *ERASED, do.Deliver(), do.Close())
    assert (case.state, case.complete, case.done) == ("closed", True, {"erasure"})


def test_each_step_has_its_state() -> None:
    steps = [asked("erasure"), *ERASED, do.Deliver(), do.Close()]
    states = [play(*steps[: n + 1]).state for n in range(len(steps))]
    assert states == [
        "received", "identity", "searching", "review", "review", "review", "decided", "decided", "delivered", "closed",
    ]  # fmt: skip


@pytest.mark.parametrize("command", [do.Searched(True), do.Propose("f00d"), do.Decide("erasure", "granted")])
def test_nothing_is_looked_for_before_it_is_known_who_asks(command: Command) -> None:
    assert refused(play(asked("erasure"), do.Acknowledge()), command) == "identity_open"


def test_an_agent_is_confirmed_first() -> None:
    case = play(asked("access", agent=True), *KNOWN)
    assert refused(case, do.Searched(True)) == "agent_open"
    assert play(do.ConfirmAgent(), do.Searched(True), case=case).state == "review"


def test_nobody_asks_who_you_are_for_what_is_never_verified() -> None:
    case = play(asked("withdrawal", "unsubscribe"), do.Acknowledge())
    for command in (do.AskIdentity(), do.Doubt("odd"), do.ShowIdentity(frozenset({"x"}), True)):
        assert refused(case, command) == "nobody_may_ask"
    assert (
        play(do.Decide("withdrawal", "granted"), do.Decide("unsubscribe", "granted"), case=case).state
        == "decided"
    )


@pytest.mark.parametrize("kind", ["withdrawal", "unsubscribe", "marketing_objection"])
def test_what_is_absolute_cannot_be_refused(kind: str) -> None:
    assert refused(play(asked(kind)), do.Decide(kind, "refused", ("eu.legal_claims",), "no")) == "absolute"


def test_the_one_who_proposes_does_not_approve() -> None:
    case = play(asked("erasure"), *KNOWN, do.Searched(True), (PER, do.Propose("f00d")))
    assert refused(case, do.Approve("f00d"), PER) == "same_person"
    assert refused(case, do.Approve("beef")) == "not_this_plan"
    assert play((PER, do.Propose("beef")), case=play(do.Approve("f00d"), case=case)).approved_by == ""


def test_one_officer_alone_may_approve_where_nobody_asks_for_two() -> None:
    case = play(
        asked("erasure"),
        *KNOWN,
        do.Searched(True),
        (PER, do.Propose("f00d")),
        (PER, do.Approve("f00d", alone=True)),
    )
    assert case.approved_by == PER


def test_a_plan_that_moved_is_looked_at_again() -> None:
    case = play(asked("erasure"), *ERASED[:-1])
    again = play(do.Replan(), case=case)
    assert (again.plan, again.approved_by, again.decisions, again.state) == ("", "", {}, "review")
    assert refused(again, do.Approve("f00d")) == "not_this_plan"
    assert play(do.Replan(), case=play(do.Act("erasure"), case=case)).plan == "f00d"


def test_a_manual_system_that_has_not_answered_keeps_the_case_open() -> None:
    case = play(
        asked("access"),
        *KNOWN,
        do.Searched(True, ("archive",)),
        do.Decide("access", "granted"),
        do.Act("access"),
    )
    assert (case.waiting, case.complete) == (("archive",), False)
    assert refused(case, do.Deliver()) == "manual_open"
    found = play(do.AnswerManual("archive", "found"), case=case)
    assert refused(found, do.Deliver()) == "manual_open"
    assert refused(found, do.AnswerManual("cellar", "done")) == "no_such_system"
    assert play(do.AnswerManual("archive", "done"), do.Deliver(), do.Close(), case=found).state == "closed"


def test_a_refusal_says_its_ground_and_why() -> None:
    case = play(asked("access"), *KNOWN, do.Searched(False))
    assert refused(case, do.Decide("access", "refused")) == "no_reason"
    assert refused(case, do.Decide("access", "partly", ("eu.expression",), " ")) == "no_reason"


def test_more_time_is_taken_once_in_time_and_with_a_reason() -> None:
    case = play(asked("access"))
    last = START.date() + timedelta(days=30)
    assert refused(case, do.Extend("", last)) == "no_reason"
    assert refused(case, do.Extend("many systems", START.date())) == "too_late"
    assert (
        refused(play(do.Extend("many systems", last), case=case), do.Extend("again", last)) == "extended_once"
    )


def test_who_cannot_show_who_they_are_may_only_be_refused() -> None:
    case = play(asked("access"), do.Acknowledge(), do.AskIdentity(), do.FailIdentity())
    assert refused(case, do.Decide("access", "granted")) == "identity_open"
    assert refused(case, do.ShowIdentity(frozenset({"email_code"}), True)) == "identity_over"
    assert play(do.Decide("access", "refused", ("eu.identity",), "not shown"), case=case).state == "decided"


def test_a_doubt_needs_words_and_takes_the_verification_back() -> None:
    case = play(asked("access"), *KNOWN)
    assert refused(case, do.Doubt("  ")) == "no_reason"
    assert not play(do.Doubt("two people share the address"), case=case).known


def test_the_clock_stands_only_while_identity_is_asked() -> None:
    case = play(asked("access"), do.Acknowledge(), do.AskIdentity(), do.AskIdentity())
    assert case.pauses == ((START.date(), None),)
    assert play(do.ShowIdentity(frozenset({"email_code"}), True), case=case).pauses == (
        (START.date(), START.date()),
    )


def test_a_request_from_tomorrow_is_none() -> None:
    assert refused(Case("c"), asked("access", received=date(2027, 1, 1))) == "not_yet_received"
    assert refused(Case("c"), asked()) == "nothing_asked"
    assert refused(Case("c"), asked("opt_out")) == "not_under_this_law"
    assert refused(Case("c"), do.Acknowledge()) == "no_case"


COPY = (do.Searched(True), do.Decide("access", "granted"), do.Act("access"))
PLANNED = ((PER, do.Propose("f00d")),)
UNTIL = START.date() + timedelta(days=29)


def test_nothing_is_erased_before_the_copy_lies_there_for_the_person() -> None:
    case = play(asked("access", "erasure"), *KNOWN, *COPY, *PLANNED)
    assert case.copies_first == ("access",)
    assert refused(case, do.Approve("f00d")) == "copy_first"
    decided = play(do.Decide("erasure", "granted"), case=case)
    assert refused(decided, do.Act("erasure")) == "copy_first"
    offered = play(do.Offer("access", UNTIL), case=decided)
    assert (offered.copies_first, offered.offered) == ((), {"access": UNTIL})
    assert play(do.Approve("f00d"), do.Act("erasure"), case=offered).done == {"access", "erasure"}


def test_a_copy_is_offered_once_it_is_made_and_while_it_lies_there() -> None:
    case = play(asked("access", "erasure"), *KNOWN, *COPY[:2])
    assert refused(case, do.Offer("access", UNTIL)) == "not_done"
    assert refused(case, do.Offer("erasure", UNTIL)) == "not_done"
    assert refused(play(do.Act("access"), case=case), do.Offer("access", START.date())) == "too_late"


def test_a_copy_is_made_again_only_where_that_is_said_and_holds_what_it_holds_then() -> None:
    case = play(asked("access", "erasure"), *KNOWN, *COPY)
    assert decide(case, do.Act("access"), START, "system") == ()
    again = play(do.Act("access", empty=True, again=True), case=case)
    assert (again.done, again.empty) == ({"access"}, {"access"})
    assert play(do.Act("access", again=True), case=again).empty == frozenset()


def test_a_copy_that_was_refused_or_of_nothing_holds_no_erasure_up() -> None:
    no = do.Decide("access", "refused", ("eu.excessive",), "each week")
    assert play(asked("access", "erasure"), *KNOWN, do.Searched(True), no).copies_first == ()
    nobody = play(asked("access", "erasure"), *KNOWN, do.Searched(False), *COPY[1:])
    assert nobody.copies_first == ()
    assert play(asked("access"), *KNOWN, *COPY).copies_first == (), "nothing is to be erased"
    bare = play(asked("access", "erasure"), *KNOWN, *COPY[:2], do.Act("access", empty=True))
    assert (bare.copies_first, bare.empty) == ((), {"access"}), (
        "something was found, and none of it was to be copied"
    )
    refused_ = do.Decide("erasure", "refused", ("eu.legal_claims",), "a dispute")
    assert play(asked("access", "erasure"), *KNOWN, do.Searched(True), refused_).copies_first == ()


def test_what_an_officer_corrects_keeps_what_was_decided() -> None:
    case = play(asked("withdrawal"), do.Decide("withdrawal", "granted"))
    wider = play(do.Understand(("withdrawal", "erasure"), "eu", "DK", FREE), case=case)
    assert (wider.kinds, set(wider.decisions)) == (("erasure", "withdrawal"), {"withdrawal"})
    unclear = play(asked(unclear=True), do.Acknowledge())
    assert refused(unclear, do.Searched(True)) == "unclear"
    assert refused(unclear, do.Deliver()) == "unclear", "nobody has understood it, so nobody has answered it"
    assert play(do.Understand(("erasure",), "eu", "DK", FREE), case=unclear).state == "identity"


def test_the_use_rests_from_the_first_day() -> None:
    case = play(asked("objection", "access"))
    assert case.resting == ("objection",)
    assert play(do.Retract(), case=case).resting == ()


def test_whoever_was_answered_waits_for_nothing_more() -> None:
    """No more time is taken for it, and it is not taken back any more."""
    case = play(
        asked("access"),
        *KNOWN,
        do.Searched(True),
        do.Decide("access", "refused", ("eu.excessive",), "weekly"),
    )
    assert case.delivered is None
    assert play(do.Retract(), case=case).closed
    told = play(do.Deliver(), case=case)
    assert refused(told, do.Retract()) == "already_told"
    assert refused(told, do.Extend("more", date(2027, 1, 1))) == "already_told"


def test_what_is_left_is_taken_back_and_what_was_done_stays_done() -> None:
    """Delete everything stops the marketing within seconds; whoever changes their mind about the rest is still in time."""
    case = play(asked("erasure", "marketing_objection"), do.Decide("marketing_objection", "granted"))
    case = play(do.Act("marketing_objection"), case=case)
    back = play(do.Retract(), case=case)
    assert back.closed
    assert [one.kind for one in wanted(back)] == ["marketing_objection"]
    stopped = play(asked("withdrawal"), do.Decide("withdrawal", "granted"), do.Act("withdrawal"))
    assert refused(stopped, do.Retract()) == "already_done", "nothing is left"


def test_nothing_is_taken_back_once_its_erasure_is_approved() -> None:
    ready = play(asked("erasure"), *KNOWN, do.Searched(True), do.Propose("p"))
    approved = play(do.Approve("p", alone=True), case=ready)
    assert refused(approved, do.Retract()) == "already_done", "it may be under way"


def test_what_was_granted_and_taken_back_is_not_carried_out() -> None:
    case = play(asked("access"), *KNOWN, do.Searched(True), do.Decide("access", "granted"))
    assert case.outstanding == ("access",)
    assert play(do.Retract(), case=case).outstanding == ()


def test_an_order_of_kinds_and_no_unknown_one() -> None:
    assert ordered(["withdrawal", "access", "access"]) == ("access", "withdrawal")
    with pytest.raises(KeyError):
        ordered(["everything"])


def test_every_event_has_its_entry_in_the_ledger() -> None:
    entries = {name.removeprefix("request_") for name in ENTRIES if name.startswith("request_")}
    assert entries == NAMES | {"viewed", "recipient_told", "forgotten"}


_COMMANDS = st.one_of(
    st.just(do.Acknowledge()), st.just(do.AskIdentity()), st.just(do.FailIdentity()), st.just(do.ConfirmAgent()),
    st.builds(do.Doubt, st.sampled_from(["", "odd"])), st.just(do.Deliver()), st.just(do.Close()), st.just(do.Retract()),
    st.just(do.Note()), st.just(do.Replan()),
    st.builds(do.ShowIdentity, st.frozensets(st.sampled_from(["email_code", "address"])), st.booleans()),
    st.builds(do.Searched, st.booleans(), st.sampled_from([(), ("archive",)])),
    st.builds(do.AnswerManual, st.just("archive"), st.sampled_from(["open", "found", "done", "nothing"]), st.booleans()),
    st.builds(do.Extend, st.sampled_from(["", "much"]), st.just(date(2026, 12, 1))),
    st.builds(do.Propose, st.sampled_from(["f00d", "beef"])), st.builds(do.Approve, st.sampled_from(["f00d", "beef"])),
    st.builds(do.Decide, st.sampled_from(sorted(KINDS)), st.sampled_from(["granted", "partly", "refused"]), st.sampled_from([(), ("g",)]),
              st.sampled_from(["", "w"])),
    st.builds(do.Act, st.sampled_from(sorted(KINDS))),
    st.builds(do.Understand, st.sampled_from([("erasure",), ("access", "unsubscribe")]), st.just("eu"), st.just("DK"), st.just(FREE)),
)  # fmt: skip


@given(
    st.lists(
        st.sampled_from([k for k in KINDS if "eu" in KINDS[k].regimes]), min_size=1, max_size=4, unique=True
    ),
    st.booleans(),
    st.lists(st.tuples(_COMMANDS, st.sampled_from([OLGA, PER])), max_size=25),
)
def test_no_order_of_commands_breaks_a_rule(
    kinds: list[str], agent: bool, steps: list[tuple[Command, str]]
) -> None:
    case, events = Case("c"), []
    for at, (command, by) in enumerate([(asked(*kinds, agent=agent), OLGA), *steps]):
        before, answer = case, decide(case, command, START + timedelta(minutes=at), by)
        if isinstance(answer, Refusal):
            continue
        for event in answer:
            events.append(event)
            case = apply(case, event)
        if isinstance(command, do.Searched | do.Propose):
            assert before.known
            assert before.agent != "claimed"
        if isinstance(command, do.Deliver):
            assert case.complete
        if case.approved_by:
            assert case.approved_by != case.proposed_by
            assert case.plan
        assert before.closed is None or case.closed is not None
        assert (
            case.done
            <= {kind for kind, decision in case.decisions.items() if decision.outcome != "refused"}
            | before.done
        )
    assert fold("c", events) == case


def test_a_ground_is_one_of_several_and_no_string_of_letters() -> None:
    with pytest.raises(TypeError):
        do.Decide("access", "refused", "eu.excessive", "x")  # type: ignore[arg-type]
