"""What is published of requests is counted from what became of them, once each (11 CCR 7102)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from troth.documents.figures import GROUPS, page
from troth.law.requests import kinds
from troth.law.requests import metrics as rule
from troth.requests.case import Case, Decision, Event
from troth.requests.metrics import FATES, Fact, count, facts, of_year, publication

DAY = date(2026, 3, 2)


def fact(
    kind: str, fate: str, days: int | None = None, received: date = DAY, grounds: tuple[str, ...] = ()
) -> Fact:
    answered = None if days is None else received + timedelta(days=days)
    return Fact("california", kind, received, fate, answered, grounds)  # type: ignore[arg-type]


def test_a_case_gives_a_fact_for_each_kind() -> None:
    case = Case(
        "c", ("know_specific", "erasure", "opt_out"), "california", received=DAY, delivered=DAY + timedelta(days=40),
        decisions={"know_specific": Decision("granted"), "erasure": Decision("partly", ("dk.bookkeeping",))},
    )  # fmt: skip
    told = facts(case)
    assert [(one.kind, one.fate, one.days, one.grounds) for one in told] == [
        ("know_specific", "granted", 40, ()), ("erasure", "partly", 40, ("dk.bookkeeping",)), ("opt_out", "open", None, ()),
    ]  # fmt: skip
    assert facts(Case("c", ("access",), received=DAY))[0].fate == "open"
    assert facts(Case("c", ("access",), received=DAY, retracted=True))[0].fate == "retracted"
    done = Case("c", ("withdrawal",), received=DAY, retracted=True, done=frozenset({"withdrawal"}), delivered=DAY,
                decisions={"withdrawal": Decision("granted")})  # fmt: skip
    assert facts(done)[0].fate == "granted", "it was done before the rest was taken back"
    assert facts(Case("c", (), received=DAY, unclear=True)) == ()
    undelivered = Case(
        "c", ("access",), received=DAY, decisions={"access": Decision("refused", ("eu.excessive",))}
    )
    assert facts(undelivered)[0].fate == "open", "nobody has been told"


def test_a_year_is_published_by_group_with_mean_and_median() -> None:
    found = [
        fact("erasure", "granted", 10), fact("erasure", "partly", 20, grounds=("dk.bookkeeping",)),
        fact("erasure", "refused", 45, grounds=("x",)),
        fact("erasure", "open"), fact("erasure", "granted", 1, received=date(2025, 12, 31)),
        fact("know_categories", "granted", 5), fact("know_specific", "refused", 6, grounds=("california.not_verified",)),
        fact("opt_out", "granted", 0), fact("question", "granted", 3),
        Fact("eu", "erasure", DAY, "granted", DAY),
    ]  # fmt: skip
    told = publication(found, "california", 2026)
    assert told is not None
    assert (told.by, told.consumers) == (date(2027, 7, 1), 10_000_000)
    deleted = told.counts["delete"]
    assert (deleted.received, deleted.complied, deleted.denied, deleted.fates["open"]) == (4, 2, 1, 1)
    assert (deleted.mean_days, deleted.median_days) == (25.0, 20.0)
    assert deleted.grounds == {"dk.bookkeeping": 1, "x": 1}
    assert (told.counts["know"].received, told.counts["know"].denied) == (2, 1)
    assert told.counts["opt_out"].median_days == 0.0
    assert (told.counts["limit"].received, told.counts["limit"].mean_days) == (0, None)
    assert publication(found, "eu", 2026) is None
    assert publication(found, "california", 2021) is None, "before the law"


def test_a_no_was_answered_on_the_day_it_was_carried_out() -> None:
    case = Case(
        "c", ("know_specific", "opt_out"), "california", received=DAY, delivered=DAY + timedelta(days=40), done=frozenset({"opt_out"}),
        decisions={"know_specific": Decision("granted"), "opt_out": Decision("granted")},
    )  # fmt: skip
    acted = [
        Event("acted", datetime(2026, 3, 3, 9, tzinfo=UTC), "system", {"kind": kind}) for kind in case.kinds
    ]
    assert [(one.kind, one.days) for one in facts(case, acted)] == [("know_specific", 40), ("opt_out", 1)]
    unsent = replace(case, delivered=None)
    assert [(one.fate, one.days) for one in facts(unsent, acted)] == [("open", None), ("granted", 1)], (
        "its letter lies in the house"
    )
    assert [one.fate for one in facts(unsent)] == ["open", "open"]


def test_why_a_request_was_denied_is_told_in_the_laws_four_words() -> None:
    denied = [
        fact("erasure", "refused", 9, grounds=("california.not_verified",)), fact("erasure", "refused", 9, grounds=("california.agent",)),
        fact("erasure", "partly", 9, grounds=("dk.bookkeeping", "california.delete_exception")),
        fact("erasure", "refused", 9, grounds=("california.unfounded",)),
        fact("erasure", "granted", 9), fact("rectification", "refused", 9, grounds=("california.accurate",)),
        fact("erasure", "partly", 9, grounds=("dk.bookkeeping", "california.unfounded")),
    ]  # fmt: skip
    denied.append(fact("erasure", "partly", 9, grounds=("still_personal",)))
    told = publication(denied, "california", 2026)
    assert told is not None
    assert told.denials["delete"] == {"unverifiable": 1, "not_consumer": 1, "exempt": 2, "other": 3}
    assert told.denials["correct"] == {"unverifiable": 0, "not_consumer": 0, "exempt": 0, "other": 1}
    assert told.denials.keys() == told.counts.keys()


def test_the_page_to_publish_tells_all_of_it_in_both_languages() -> None:
    found = [
        fact("erasure", "granted", 10),
        fact("erasure", "partly", 15, grounds=("dk.bookkeeping",)),
        fact("opt_out", "open"),
    ]
    told = publication(found, "california", 2026)
    assert told is not None
    html = page("Nordlys <Søn>", told)
    assert html.count("<table") == 2
    assert html.count("<caption") == 2
    for words in (
        "Anmodninger i 2026",
        "Requests in 2026",
        "Nordlys &lt;Søn&gt;",
        "12,5",
        "12.5",
        "11 CCR 7102(a)",
        *(one.en for one in GROUPS.values()),
    ):
        assert words in html
    empty = publication([], "california", 2026)
    assert empty is not None
    assert page("x", empty).count("–") >= 10, "nobody asked, and the page says so"


def test_the_five_groups_are_those_of_the_law() -> None:
    held = rule("california", DAY)
    assert held is not None
    assert set(held.groups) == {"delete", "correct", "know", "opt_out", "limit"}


KINDS = sorted(kinds()["california"])
FACTS = st.builds(
    fact, st.sampled_from(KINDS), st.sampled_from(FATES), st.one_of(st.none(), st.integers(0, 90)),
    st.dates(date(2025, 12, 1), date(2027, 1, 31)),
)  # fmt: skip


@given(st.lists(FACTS, max_size=30))
def test_every_request_of_the_year_is_counted_once_and_no_other(found: list[Fact]) -> None:
    counts = of_year(found, "california", 2026, {kind: [kind] for kind in KINDS})
    assert sum(one.received for one in counts.values()) == sum(one.received.year == 2026 for one in found)
    for one in counts.values():
        assert one.received == sum(one.fates.values())
    whole = count(found)
    days = sorted(one.days for one in found if one.days is not None)
    assert (whole.mean_days is None) == (not days)
    if days:
        assert whole.median_days is not None
        assert days[0] <= whole.median_days <= days[-1]
