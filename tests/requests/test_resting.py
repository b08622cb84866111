"""What rests from the first day on: who asked is left alone at once, by keyed digests alone, and one question says so."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from after_world import ALMA, BO
from case_desk import OLGA, Desk
from notice_bakery import workshop

from troth.requests import commands as do
from troth.requests.resting import Resting, against, described
from troth.workflows import cases, lifting, resting
from troth.workflows.cases import DeclinedError, Opened
from troth.workflows.checking import verify_ledger
from troth.workflows.erase import Request
from troth.workflows.find import find
from troth.workflows.notice_versions import activate, publish


def may(desk: Desk, purpose: str = "deliver", who: str = ALMA) -> bool:
    told = resting.may_use(desk.house, who, purpose)
    assert told["may"] is (told["against"] == [])
    return bool(told["may"])


def test_where_nothing_was_ever_asked_everything_may_be_used_and_no_state_is_made(desk: Desk) -> None:
    assert may(desk)
    assert not desk.company.home.exists()


@pytest.mark.parametrize(
    ("kind", "stopped", "regime"),
    [
        ("marketing_objection", "marketing", "eu"), ("unsubscribe", "marketing", "eu"), ("withdrawal", "consent", "eu"),
        ("opt_out", "sale", "california"), ("opt_out", "sharing", "california"), ("limit", "sensitive", "california"),
    ],
)  # fmt: skip
def test_what_nobody_verifies_is_decided_and_done_at_once_and_stays(
    desk: Desk, kind: str, stopped: str, regime: str
) -> None:
    case = desk.open(kind, regime=regime, country="US" if regime == "california" else "DK")
    assert may(desk, stopped)  # the job has not run
    desk.work()
    file = desk.load(case)
    assert (file.case.done, file.case.decisions[kind].by) == ({kind}, "system")
    others = {"marketing", "consent", "sale", "sharing", "sensitive"} - {stopped}
    if stopped in ("sale", "sharing"):
        others -= {"sale", "sharing"}
    assert not may(desk, stopped)
    assert all(may(desk, other) for other in others)
    assert may(desk, stopped, who=BO)
    assert not may(desk, "a purpose that nobody has described")
    desk.company.later(days=400)
    assert not may(desk, stopped)


@pytest.mark.parametrize("kind", ["erasure", "restriction", "objection"])
def test_what_is_verified_rests_from_when_it_is_known_who_asks(desk: Desk, kind: str) -> None:
    case = desk.open(kind)
    desk.do(case, do.Acknowledge())
    desk.work()
    assert may(desk)  # anybody could have asked in her name
    desk.do(case, do.ShowIdentity(frozenset({"email_code"}), False))
    desk.work()
    assert not any(may(desk, purpose) for purpose in ("deliver", "marketing", "sale"))
    assert may(desk, who=BO)


def test_what_the_search_found_rests_too(desk: Desk) -> None:
    desk.known("restriction")
    assert may(desk, who="+45 20 30 40 50")
    desk.work()
    assert not may(desk, who="+45 20 30 40 50")
    assert not may(desk, who="phone=20304050")
    assert may(desk, who="+45 20 30 40 51")


def test_a_purpose_that_was_named_rests_alone(desk: Desk) -> None:
    case = desk.open("objection")
    with cases.at_desk(desk.house) as books:
        cases.amend(books, case.name, {"purposes": ["improve"]})
    desk.do(case, do.Acknowledge(), do.ShowIdentity(frozenset({"email_code"}), True))
    desk.work()
    assert [may(desk, "improve"), may(desk, "marketing")] == [False, True]


def test_a_refused_request_rests_until_the_person_was_told(desk: Desk) -> None:
    case = desk.known("restriction")
    desk.work()
    desk.do(case, do.Decide("restriction", "refused", ("eu.claims",), "it is right as it stands"))
    desk.work()
    assert not may(desk)
    desk.do(case, do.Deliver())
    desk.work()
    assert may(desk)


def refused(desk: Desk) -> Opened:
    """A restriction of which the search found a telephone, refused and told so: nothing rests any more."""
    case = desk.known("restriction")
    desk.work()
    assert not may(desk, who="+45 20 30 40 50")
    desk.do(
        case, do.Decide("restriction", "refused", ("eu.claims",), "it is right as it stands"), do.Deliver()
    )
    desk.work()
    assert may(desk)
    return case


def test_a_refusal_that_is_taken_back_makes_it_rest_again_all_of_it(desk: Desk) -> None:
    case = refused(desk)
    desk.company.later(days=1)
    gap = desk.house.now()
    desk.company.later(days=1)
    desk.do(case, do.Decide("restriction", "granted"))
    desk.work()
    assert not may(desk)
    assert not may(desk, who="+45 20 30 40 50"), "what the search had found as well"
    assert resting.may_use(desk.house, ALMA, "deliver", gap)["may"], "in between it was refused"
    assert may(desk, who=BO)
    with cases.at_desk(desk.house) as books:
        (shown,) = resting.of_case(books, case.name)
    assert (shown["since"], shown["until"]) == (desk.house.now(), None)


def test_what_was_lifted_does_not_begin_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifting, "write", lambda *given, **named: None)
    case = refused(desk)
    desk.do(case, do.Decide("restriction", "granted"))
    desk.work()
    assert not may(desk), "at the very moment of the refusal"
    lifting.announce(
        desk.house, case.name, "restriction", OLGA, "it is over", desk.house.now().date() + timedelta(days=1)
    )
    desk.company.later(days=2)
    desk.work()
    assert may(desk)
    desk.do(case, do.Decide("restriction", "refused", ("eu.claims",), "and again"))
    desk.do(case, do.Decide("restriction", "granted"))
    desk.work()
    assert may(desk)


def test_a_doubt_that_is_settled_makes_it_rest_again(desk: Desk) -> None:
    case = desk.open("objection")
    desk.do(case, do.Acknowledge(), do.ShowIdentity(frozenset({"by_hand"}), True))
    desk.work()
    assert not may(desk)
    desk.do(case, do.Doubt("the voice was another"))
    desk.work()
    assert may(desk)
    desk.company.later(hours=1)
    desk.do(case, do.ShowIdentity(frozenset({"by_hand"}), True))
    desk.work()
    assert not may(desk)


def test_a_request_taken_back_rests_no_longer(desk: Desk) -> None:
    case = desk.known("restriction")
    desk.work()
    desk.do(case, do.Retract(), by="person")
    desk.work()
    assert may(desk)


def test_what_is_erased_needs_no_rest_any_more(desk: Desk) -> None:
    case = desk.known("erasure")
    desk.work()
    assert not may(desk)
    desk.erased(case)
    desk.work()
    assert may(desk)


def granted(desk: Desk) -> Opened:
    case = desk.known("restriction")
    desk.work()
    desk.do(case, do.Decide("restriction", "granted"), do.Act("restriction"), do.Deliver(), do.Close())
    desk.work()
    return case


def test_a_restriction_outlives_its_case_and_ends_on_the_day_that_was_announced(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(
        lifting, "write", lambda house, books, name, kind, once, automatic: written.append(kind)
    )
    case, today = granted(desk), desk.house.now().date()
    assert not may(desk)

    def announce(kind: str = "restriction", why: str = "the claim is over", days: int = 5) -> None:
        lifting.announce(desk.house, case.name, kind, OLGA, why, today + timedelta(days=days))

    for wrong, refused in (
        ({"days": 0}, "tell_first"),
        ({"why": " "}, "no_reason"),
        ({"kind": "erasure"}, "nothing_rests"),
    ):
        with pytest.raises(DeclinedError, match=refused):
            announce(**wrong)  # type: ignore[arg-type]  # reason: each names one argument
    assert written == []
    announce()
    assert written == ["lifting"]
    for days in (1, 3):
        desk.company.later(days=days)
        desk.work()
        assert not may(desk)
    desk.company.later(days=1)
    desk.work()
    assert may(desk)
    desk.do(case, do.Note())
    desk.work()
    assert may(desk)
    with pytest.raises(DeclinedError, match="nothing_rests"):
        announce(days=20)


def test_find_shows_that_it_is_restricted(desk: Desk) -> None:
    shown = lambda who: find(desk.house, Request((who,)))["restricted"]  # noqa: E731
    assert shown(ALMA) is False
    granted(desk)
    assert [shown(ALMA), shown("+4520304050"), shown(BO)] == [True, True, False]


def test_an_agents_opt_out_rests_at_once_and_is_decided_when_they_may(desk: Desk) -> None:
    case = desk.open("opt_out", regime="california", country="US", agent=True)
    desk.work()
    assert (may(desk, "sale"), desk.load(case).case.done) == (False, frozenset())
    desk.do(case, do.ConfirmAgent(), by="person")
    desk.work()
    assert desk.load(case).case.done == {"opt_out"}


def test_our_state_holds_no_identifier_of_it(desk: Desk) -> None:
    granted(desk)
    state = b"".join(path.read_bytes() for path in desk.company.home.glob("state.sqlite*"))
    assert b"restriction" in state
    for word in (ALMA, "20304050", "Alma Vind"):
        assert word.encode() not in state
    assert verify_ledger(desk.house)["holds"]


def test_what_stands_against_a_use(desk: Desk) -> None:
    now = desk.house.now()
    later, sooner = desk.company.later(days=1), now
    ended = Resting("marketing", "", sooner, later)
    assert against([ended], "marketing", {"marketing"}, sooner) == (ended,)
    assert against([ended], "marketing", {"marketing"}, later) == ()
    assert described("dpv:DirectMarketing", ["consent"], []) == {"marketing", "consent"}
    assert described("dpv:ServiceProvision", ["contract"], ["sale"]) == {"sale"}


def test_a_purpose_is_what_the_notice_in_force_says_of_it(desk: Desk, tmp_path: Path) -> None:
    desk.open("marketing_objection")
    desk.work()
    assert not may(desk, "repair")  # nobody has said what it is
    publish(desk.house, workshop(tmp_path / "notice"), desk.house.now().date().isoformat(), "en")
    assert not may(desk, "repair")  # it is not in force yet
    activate(desk.house)
    assert may(desk, "repair")
    assert not may(desk, "repairs")
    assert not may(desk, "marketing")
