"""Deadlines as the law counts them: the worked dates of both laws, and what holds for every day there is."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.law import requests as law
from troth.law.calendar import (
    californian_holidays,
    has_holidays,
    is_business_day,
    is_working_day,
    public_holidays,
)
from troth.law.content import eea
from troth.requests.case import Case, Decision
from troth.requests.deadlines import (
    USUAL,
    Reading,
    dues,
    end_of,
    extension,
    kept_until,
    local_day,
    may_ask_again,
    months_after,
    next_due,
)
from troth.requests.kinds import KINDS
from troth.terms.errors import UsageError

# received, nominal month, due, nominal three months, extended due (Reg. 1182/71 Art. 3, Danish holidays)
EU = """
2026-01-30 2026-02-28 2026-03-02 2026-04-30 2026-04-30
2026-01-31 2026-02-28 2026-03-02 2026-04-30 2026-04-30
2026-03-05 2026-04-05 2026-04-07 2026-06-05 2026-06-05
2026-04-02 2026-05-02 2026-05-04 2026-07-02 2026-07-02
2026-08-31 2026-09-30 2026-09-30 2026-11-30 2026-11-30
2026-10-25 2026-11-25 2026-11-25 2027-01-25 2027-01-25
2026-11-22 2026-12-22 2026-12-22 2027-02-22 2027-02-22
2026-11-25 2026-12-25 2026-12-28 2027-02-25 2027-02-25
2026-11-26 2026-12-26 2026-12-28 2027-02-26 2027-02-26
2027-01-29 2027-02-28 2027-03-01 2027-04-29 2027-04-29
2028-01-31 2028-02-29 2028-02-29 2028-04-30 2028-05-01
2027-04-06 2027-05-06 2027-05-07 2027-07-06 2027-07-06
"""
# received, confirm in 10 and opt out in 15 business days, answer in 45 and extended in 90 days
CALIFORNIA = """
2026-11-20 2026-12-08 2026-12-15 2027-01-04 2027-02-18
2026-11-22 2026-12-08 2026-12-15 2027-01-06 2027-02-20
2026-12-24 2027-01-11 2027-01-19 2027-02-07 2027-03-24
2027-02-26 2027-03-12 2027-03-19 2027-04-12 2027-05-27
"""
DAYS = st.dates(date(2023, 4, 1), date(2099, 12, 31))
TODAY = date(2026, 11, 23)


def rows(table: str) -> list[list[date]]:
    return [[date.fromisoformat(word) for word in line.split()] for line in table.strip().splitlines()]


def end(regime: str, kind: str, clock: str, received: date, reading: Reading = USUAL) -> date:
    return end_of(law.clocks(regime, kind, received)[clock], received, (), reading)


def asked(*kinds: str, received: date = TODAY, **more: object) -> Case:
    return Case("c", kinds, received=received, **{"acknowledged": received, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("row", rows(EU), ids=lambda row: row[0].isoformat())
def test_a_month_and_three_end_as_the_regulation_counts(row: list[date]) -> None:
    received, nominal, due, late_nominal, late = row
    assert (months_after(received, 1), months_after(received, 3)) == (nominal, late_nominal)
    for kind in ("access", "erasure", "rectification"):
        assert (end("eu", kind, "answer", received), end("eu", kind, "extended", received)) == (due, late)


@pytest.mark.parametrize("row", rows(CALIFORNIA), ids=lambda row: row[0].isoformat())
def test_californian_days_end_as_the_regulations_count(row: list[date]) -> None:
    received, *days = row
    assert days == [
        end("california", "erasure", "confirm", received),
        end("california", "opt_out", "act", received),
        end("california", "know_specific", "answer", received),
        end("california", "rectification", "extended", received),
    ]


def test_shine_the_light_takes_30_days_or_150_elsewhere() -> None:
    assert end("california", "shine", "answer", TODAY) == TODAY + timedelta(days=30)
    assert end("california", "shine", "elsewhere", TODAY) == TODAY + timedelta(days=150)


@pytest.mark.parametrize(("elsewhere", "days"), [(False, 30), (True, 150)])
def test_shine_the_light_is_due_by_where_it_came_to(elsewhere: bool, days: int) -> None:
    case = asked("shine", regime="california", elsewhere=elsewhere)
    assert [(due.clock.clock, due.day) for due in dues(case)] == [
        ("elsewhere" if elsewhere else "answer", TODAY + timedelta(days=days))
    ]
    erasure = asked("erasure", regime="california", elsewhere=elsewhere)
    assert {due.clock.id for due in dues(erasure)} == {"california.answer", "california.confirm"}, (
        "no other request has longer for it"
    )


@given(DAYS)
def test_an_eu_day_is_a_working_day_and_never_before_the_nominal_one(received: date) -> None:
    for clock, count in (("answer", 1), ("extended", 3)):
        due, nominal = end("eu", "access", clock, received), months_after(received, count)
        assert is_working_day(due, "DK")
        assert nominal <= due <= nominal + timedelta(days=5), "no run of closed days in Denmark is longer"
        assert not any(is_working_day(nominal + timedelta(days=n), "DK") for n in range((due - nominal).days))
        assert nominal.day == min(received.day, monthrange(nominal.year, nominal.month)[1])


@given(DAYS, st.integers(0, 40))
def test_who_asks_later_is_never_answered_earlier(received: date, days: int) -> None:
    later = received + timedelta(days=days)
    for regime, kind in (("eu", "access"), ("california", "know_specific"), ("california", "opt_out")):
        for clock in law.clocks(regime, kind, TODAY):
            assert end(regime, kind, clock, received) <= end(regime, kind, clock, later)


@given(DAYS, st.sampled_from(["state", "federal", "none"]))
def test_a_business_day_is_the_last_of_so_many(received: date, calendar: str) -> None:
    reading = Reading(calendar=calendar)
    due = end("california", "erasure", "confirm", received, reading)
    between = [received + timedelta(days=n) for n in range(1, (due - received).days + 1)]
    assert sum(is_business_day(day, calendar) for day in between) == 10
    assert is_business_day(due, calendar)
    assert end("california", "erasure", "confirm", received, Reading(calendar="none")) <= due


@given(DAYS)
def test_counting_the_day_of_receipt_is_one_day_stricter(received: date) -> None:
    strict = Reading(from_receipt=True)
    assert end("california", "erasure", "answer", received, strict) == received + timedelta(days=44)
    counted = end("california", "erasure", "confirm", received, strict)
    usual = end("california", "erasure", "confirm", received)
    assert (counted < usual) == is_business_day(received, "state")
    assert sum(is_business_day(received + timedelta(days=n), "state") for n in range((counted - received).days + 1)) == 10  # fmt: skip


def test_constitution_day_and_christmas_eve_count_only_where_the_setting_says() -> None:
    received, eve = date(2026, 3, 5), date(2026, 11, 24)
    too = Reading(holidays_too=frozenset({(6, 5), (12, 24)}))
    assert end("eu", "access", "extended", received) == date(2026, 6, 5)
    assert end("eu", "access", "extended", received, too) == date(2026, 6, 8)
    assert (end("eu", "access", "answer", eve), end("eu", "access", "answer", eve, too)) == (
        date(2026, 12, 24),
        date(2026, 12, 28),
    )


def test_the_holidays_are_those_of_the_company_wherever_the_person_lives() -> None:
    received = date(2026, 12, 6)  # a month later is Epiphany
    for country in ("DK", "SE", "US"):
        assert next_due(asked("access", received=received, country=country)) == date(2027, 1, 6)
        assert next_due(asked("access", received=received, country=country), Reading(country="SE")) == date(
            2027, 1, 7
        )


def test_great_prayer_day_is_a_working_day_from_2024_on() -> None:
    assert date(2023, 5, 5) in public_holidays("DK", 2023)
    assert date(2024, 4, 26) not in public_holidays("DK", 2024)


def test_each_country_of_the_area_has_holidays_and_what_has_none_is_due_earlier() -> None:
    assert all(date(2027, 1, 1) in public_holidays(country, 2027) for country in eea())
    assert not is_working_day(date(2027, 1, 6), "DE-BY")
    assert is_working_day(date(2027, 1, 6), "DE"), "not everywhere in the country, so rather early"
    for unknown in ("US", "DE-", "DE-XX", ""):
        assert not has_holidays(unknown)
        assert is_working_day(date(2027, 1, 1), unknown)
        with pytest.raises(UsageError, match="two letters"):
            public_holidays(unknown, 2027)


@pytest.mark.parametrize("calendar", ["state", "federal"])
def test_each_holiday_that_california_counts_is_one_of_the_library(calendar: str) -> None:
    import holidays

    told = law.calendars()[calendar]
    state, _, part = told.country.partition("-")
    there = holidays.country_holidays(
        state, subdiv=part or None, years=2027, observed=False, language="en_US"
    )
    named = {name for names in there.values() for name in names.split("; ")}
    assert told.counted <= named
    assert len(californian_holidays(calendar, 2027)) == len(told.counted)
    assert date(2027, 7, 5) in californian_holidays(calendar, 2027), "a Sunday's holiday moves to Monday"
    assert date(2027, 12, 24) not in californian_holidays(calendar, 2027), "a Saturday's moves nowhere"


def test_the_clock_stands_still_in_the_eu_while_identity_is_promptly_asked() -> None:
    received = date(2026, 11, 2)  # due Wednesday 2 December
    asked_for, known = date(2026, 11, 4), date(2026, 11, 11)
    assert next_due(asked("access", received=received)) == date(2026, 12, 2)
    assert next_due(asked("access", received=received, pauses=((asked_for, known),))) == date(2026, 12, 9)
    assert next_due(asked("access", received=received, pauses=((asked_for, None),))) == date(2026, 12, 2)
    late = ((date(2026, 11, 10), date(2026, 11, 20)),)
    assert next_due(asked("access", received=received, pauses=late)) == date(2026, 12, 2), "not promptly"
    longer = Reading(promptly_days=8)
    assert next_due(asked("access", received=received, pauses=late), longer) == date(2026, 12, 14)
    twice = ((asked_for, known), (date(2026, 11, 9), date(2026, 11, 13)))
    assert next_due(asked("access", received=received, pauses=twice)) == date(2026, 12, 11), "overlaps once"


def test_an_open_question_makes_the_clock_stand_only_where_it_was_asked_promptly() -> None:
    def stands(since: int, until: int | None = None, kind: str = "access", **more: object) -> list[bool]:
        pause = (TODAY + timedelta(days=since), None if until is None else TODAY + timedelta(days=until))
        return [due.stands for due in dues(asked(kind, pauses=(pause,), **more))]

    assert stands(0) == stands(7) == [True]
    assert stands(8) == stands(2, 4) == stands(2, delivered=TODAY) == [False]
    assert stands(0, kind="erasure", regime="california") == [False, False]
    assert stands(0, kind="opt_out", regime="california") == [False]


def test_what_is_asked_on_the_last_day_adds_to_it_and_what_is_asked_later_adds_nothing() -> None:
    received, long = date(2026, 1, 31), Reading(promptly_days=60)  # due Monday 2 March, nominally Saturday

    def ends(since: date, until: date) -> date | None:
        return next_due(asked("access", received=received, pauses=((since, until),)), long)

    assert ends(date(2026, 3, 2), date(2026, 3, 6)) == date(2026, 3, 6)
    assert ends(date(2026, 2, 28), date(2026, 3, 6)) == date(2026, 3, 6)
    assert ends(date(2026, 3, 3), date(2026, 3, 6)) == date(2026, 3, 2)


@given(DAYS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 90)), max_size=4))
def test_the_clock_never_stands_still_in_california(received: date, spans: list[tuple[int, int]]) -> None:
    pauses = tuple((received + timedelta(days=a), received + timedelta(days=a + n)) for a, n in spans)
    for kind in sorted(law.kinds()["california"]):
        if law.clocks("california", kind, received):
            bare = asked(kind, regime="california", received=received)
            paused = asked(kind, regime="california", received=received, pauses=pauses)
            assert [due.day for due in dues(paused)] == [due.day for due in dues(bare)]


@given(DAYS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 90)), max_size=4))
def test_a_pause_never_takes_time_away_and_never_gives_more_than_it_lasted(
    received: date, spans: list[tuple[int, int]]
) -> None:
    pauses = tuple((received + timedelta(days=a), received + timedelta(days=a + n)) for a, n in spans)
    bare, due = next_due(asked("access", received=received)), next_due(asked("access", received=received, pauses=pauses))  # fmt: skip
    assert bare is not None
    assert due is not None
    assert bare <= due <= bare + timedelta(days=sum(n for _, n in spans) + 6)
    assert is_working_day(due, "DK")


def test_an_unclear_case_has_the_earliest_clock_of_all() -> None:
    assert next_due(asked(unclear=True, acknowledged=None)) == date(2026, 12, 23)
    unclear = asked(unclear=True, acknowledged=None, regime="california")
    assert {due.clock.id for due in dues(unclear)} >= {
        "california.confirm",
        "california.opt_out",
        "us.unsubscribe",
    }
    assert next_due(unclear) == end("california", "erasure", "confirm", TODAY)


def test_each_clock_ends_with_what_it_asks_for() -> None:
    kinds = ("erasure", "opt_out")
    steps = [
        asked(*kinds, regime="california", acknowledged=None),
        asked(*kinds, regime="california"),
        asked(*kinds, regime="california", done=frozenset({"opt_out"})),
        asked(*kinds, regime="california", decisions={"opt_out": Decision("refused", "california.fraudulent_opt_out")}),
        asked(*kinds, regime="california", done=frozenset(kinds), delivered=TODAY),
        asked(*kinds, regime="california", closed=TODAY),
    ]  # fmt: skip
    confirm, act, answer = (
        end("california", kind, clock, TODAY)
        for kind, clock in (("erasure", "confirm"), ("opt_out", "act"), ("erasure", "answer"))
    )
    assert [next_due(case) for case in steps] == [confirm, act, answer, answer, None, None]


def test_more_time_is_told_within_the_first_and_counted_from_receipt() -> None:
    case = asked("access", "withdrawal", received=date(2026, 11, 25))
    more = extension(case)
    assert more is not None
    assert (more.kinds, more.last, more.until) == (("access",), date(2026, 12, 28), date(2027, 2, 25))
    extended = asked("access", received=date(2026, 11, 25), extended="many systems")
    assert next_due(extended) == more.until
    assert extension(extended) is None
    for nothing in ("withdrawal", "marketing_objection", "question"):
        assert extension(asked(nothing)) is None
    assert extension(asked("opt_out", regime="california")) is None
    california = extension(asked("erasure", regime="california"))
    assert california is not None
    assert (california.last - TODAY, california.until - TODAY) == (timedelta(days=45), timedelta(days=90))
    assert next_due(asked("access", "withdrawal", extended="many systems")) == date(2026, 12, 23), (
        "its own clock runs on"
    )


def test_each_kind_of_each_law_has_a_clock_today_and_none_before_the_law() -> None:
    for kind in KINDS.values():
        for regime in kind.regimes:
            assert dues(asked(kind.name, regime=regime)), (kind.name, regime)
    with pytest.raises(UsageError, match="Correct the day"):
        dues(asked("access", received=date(2016, 11, 23)))
    with pytest.raises(UsageError, match="Correct the day"):
        dues(asked("rectification", regime="california", received=date(2021, 5, 1)))
    with pytest.raises(UsageError, match="Correct the day"):
        dues(asked(unclear=True, received=date(2003, 5, 1)))


def test_a_right_that_may_be_used_twice_a_year_is_used_up_after_two() -> None:
    def may(kind: str, *days: date, regime: str = "california", of: str = "", on: date = TODAY) -> bool:
        return may_ask_again(regime, kind, on, [(of or kind, day) for day in days])

    before = [date(2026, 1, 5), date(2025, 12, 1)]
    assert not may("know_specific", *before)
    assert not may("know_specific", *before, of="know_categories"), "counted together"
    assert may("know_specific", *before, of="erasure")
    assert may("know_specific", date(2026, 1, 5), date(2025, 11, 23))
    assert may("know_specific", before[0], before[0]), "two kinds asked at once are one request"
    assert may("erasure", *before * 9)
    assert may("access", *before * 9, regime="eu"), "excessive is for an officer to show"
    assert not may("shine", date(2026, 1, 1))
    assert may("shine", date(2026, 12, 31), on=date(2027, 1, 1))


def test_records_are_kept_two_years_in_california_and_as_long_as_set_elsewhere() -> None:
    assert kept_until("california", TODAY, 6) == date(2028, 11, 23)
    assert kept_until("california", TODAY, 36) == date(2029, 11, 23)
    assert kept_until("eu", date(2026, 8, 31), 6) == date(2027, 2, 28)


def test_a_request_is_received_on_the_day_of_the_place() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert local_day(late, "Europe/Copenhagen") == date(2026, 11, 23)
    assert local_day(late, "America/Los_Angeles") == date(2026, 11, 22)
    with pytest.raises(ValueError, match="zone"):
        local_day(datetime(2026, 11, 22), "Europe/Copenhagen")  # noqa: DTZ001
