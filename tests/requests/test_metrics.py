"""What is published of requests is counted from what became of them, once each (11 CCR 7102)."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from troth.law.requests import kinds
from troth.law.requests import metrics as rule
from troth.requests.case import Case, Decision
from troth.requests.metrics import FATES, Fact, count, facts, of_year, publication

DAY = date(2026, 3, 2)


def fact(kind: str, fate: str, days: int | None = None, received: date = DAY, ground: str = "") -> Fact:
    answered = None if days is None else received + timedelta(days=days)
    return Fact("california", kind, received, fate, answered, ground)  # type: ignore[arg-type]


def test_a_case_gives_a_fact_for_each_kind() -> None:
    case = Case(
        "c", ("know_specific", "erasure", "opt_out"), "california", received=DAY, delivered=DAY + timedelta(days=40),
        decisions={"know_specific": Decision("granted"), "erasure": Decision("partly", "dk.bookkeeping")},
    )  # fmt: skip
    told = facts(case)
    assert [(one.kind, one.fate, one.days, one.ground) for one in told] == [
        ("know_specific", "granted", 40, ""), ("erasure", "partly", 40, "dk.bookkeeping"), ("opt_out", "open", None, ""),
    ]  # fmt: skip
    assert facts(Case("c", ("access",), received=DAY))[0].fate == "open"
    assert facts(Case("c", ("access",), received=DAY, retracted=True))[0].fate == "retracted"
    done = Case("c", ("withdrawal",), received=DAY, retracted=True, done=frozenset({"withdrawal"}), delivered=DAY,
                decisions={"withdrawal": Decision("granted")})  # fmt: skip
    assert facts(done)[0].fate == "granted", "it was done before the rest was taken back"
    assert facts(Case("c", (), received=DAY, unclear=True)) == ()
    undelivered = Case(
        "c", ("access",), received=DAY, decisions={"access": Decision("refused", "eu.excessive")}
    )
    assert facts(undelivered)[0].fate == "open", "nobody has been told"


def test_a_year_is_published_by_group_with_mean_and_median() -> None:
    found = [
        fact("erasure", "granted", 10), fact("erasure", "partly", 20, ground="dk.bookkeeping"), fact("erasure", "refused", 45, ground="x"),
        fact("erasure", "open"), fact("erasure", "granted", 1, received=date(2025, 12, 31)),
        fact("know_categories", "granted", 5), fact("know_specific", "refused", 6, ground="california.not_verified"),
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
