"""Clocks count by the calendar: leap days, ends of months, financial years, summer time, and every day of two centuries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.law.rules import keep_until, rule
from troth.retention.clock import EARLIEST, Period, day_of, midnight, period, today


@pytest.mark.parametrize(
    ("event", "text", "last"),
    [
        ("2024-02-29", "1y", "2025-02-28"),
        ("2024-02-29", "4y", "2028-02-29"),
        ("2023-02-28", "1y", "2024-02-28"),
        ("2026-01-30", "1m", "2026-02-28"),
        ("2026-01-31", "1m", "2026-02-28"),
        ("2028-01-31", "1m", "2028-02-29"),
        ("2026-08-31", "3m", "2026-11-30"),
        ("2026-11-26", "1m", "2026-12-26"),
        ("2026-11-25", "3m", "2027-02-25"),
        ("2026-12-01", "90d", "2027-03-01"),
        ("2024-02-28", "2d", "2024-03-01"),
        ("2026-01-01", "2w", "2026-01-15"),
    ],
)
def test_the_last_day_has_the_same_number_or_is_the_months_last(event: str, text: str, last: str) -> None:
    length = period(text)
    assert length is not None
    assert length.last_day(date.fromisoformat(event)).isoformat() == last
    assert not length.due(date.fromisoformat(event), date.fromisoformat(last))
    assert length.due(date.fromisoformat(event), date.fromisoformat(last) + timedelta(days=1))


def test_the_nominal_ends_of_the_vectors_of_one_and_three_months() -> None:
    told = """2026-01-30 2026-02-28 2026-04-30 | 2026-01-31 2026-02-28 2026-04-30 | 2026-03-05 2026-04-05 2026-06-05
    | 2026-04-02 2026-05-02 2026-07-02 | 2026-08-31 2026-09-30 2026-11-30 | 2026-10-25 2026-11-25 2027-01-25
    | 2026-11-22 2026-12-22 2027-02-22 | 2026-11-25 2026-12-25 2027-02-25 | 2026-11-26 2026-12-26 2027-02-26
    | 2027-01-29 2027-02-28 2027-04-29 | 2028-01-31 2028-02-29 2028-04-30 | 2027-04-06 2027-05-06 2027-07-06"""
    for line in told.split("|"):
        event, one, three = map(date.fromisoformat, line.split())
        assert Period(months=1).last_day(event) == one
        assert Period(months=3).last_day(event) == three


@pytest.mark.parametrize(
    "text", ["", "a reasonable period", "2 years", "0y", "-1y", "1.5y", "2", "y", "999y", "2Y", "1y6m"]
)
def test_a_reasonable_period_is_no_length(text: str) -> None:
    assert period(text) is None


@pytest.mark.parametrize(
    ("event", "last"),
    [("2020-01-01", "2025-12-31"), ("2020-12-31", "2025-12-31"), ("2021-01-01", "2026-12-31")],
)
def test_bookkeeping_is_the_end_of_the_financial_year_and_five_years(event: str, last: str) -> None:
    law = rule("dk.bookkeeping", date(2026, 3, 1))
    length = Period(years=law.years, year_end=(12, 31))
    assert length.last_day(date.fromisoformat(event)).isoformat() == last
    assert length.last_day(date.fromisoformat(event)) == keep_until(law, date.fromisoformat(event))


def test_a_financial_year_that_ends_with_february_ends_on_its_last_day() -> None:
    length = Period(years=5, year_end=(2, 28))
    assert length.last_day(date(2022, 3, 1)) == date(2028, 2, 29)
    assert length.last_day(date(2023, 2, 28)) == date(2028, 2, 29)
    assert length.last_day(date(2024, 2, 29)) == date(2029, 2, 28)


LENGTHS = st.builds(
    Period,
    st.integers(0, 12),
    st.integers(0, 30),
    st.integers(0, 800),
    st.sampled_from([None, (12, 31), (6, 30), (2, 28)]),
)
DAYS = st.dates(date(1971, 1, 1), date(2100, 1, 1))


@given(LENGTHS, DAYS)
def test_the_first_kept_day_divides_the_due_from_the_kept(length: Period, at: date) -> None:
    first = length.first_kept(at)
    assert first == EARLIEST or length.due(first - timedelta(days=1), at)
    assert not length.due(first, at)


@given(LENGTHS, DAYS, DAYS, DAYS)
def test_whether_a_day_is_due_is_which_side_of_the_first_kept_it_stands(
    length: Period, at: date, a: date, b: date
) -> None:
    for event in (a, b):
        assert length.due(event, at) is (event < length.first_kept(at))
    assert length.last_day(min(a, b)) <= length.last_day(max(a, b))


@given(LENGTHS, DAYS, DAYS)
def test_what_is_due_stays_due(length: Period, event: date, at: date) -> None:
    if length.due(event, at):
        assert length.due(event, at + timedelta(days=1))


def test_days_are_counted_by_a_places_clocks() -> None:
    zone = "Europe/Copenhagen"
    assert midnight(date(2024, 3, 31), zone) == datetime(2024, 3, 30, 23, tzinfo=UTC)
    assert midnight(date(2024, 4, 1), zone) == datetime(2024, 3, 31, 22, tzinfo=UTC)
    assert today(datetime(2024, 3, 31, 22, 30, tzinfo=UTC), zone) == date(2024, 4, 1)
    assert today(datetime(2024, 10, 27, 22, 59, tzinfo=UTC), zone) == date(2024, 10, 27)
    assert midnight(date(2011, 12, 30), "Pacific/Apia") <= midnight(
        date(2011, 12, 31), "Pacific/Apia"
    )  # a day they skipped


def test_a_cell_shows_its_day_or_none() -> None:
    zone = "Europe/Copenhagen"
    assert day_of("2024-03-30T23:30:00+00:00", zone) == date(2024, 3, 31)
    assert day_of("2024-03-30 23:30:00", zone) == date(2024, 3, 30)
    assert day_of(datetime(2024, 3, 30, 23, 30), zone, moment=True) == date(2024, 3, 31)  # noqa: DTZ001
    assert day_of(1_711_839_599, zone, epoch=1) == date(2024, 3, 30)
    assert day_of(1_711_839_600_000, zone, epoch=1000) == date(2024, 3, 31)
    for cell in (None, "", "long ago", "0000-00-00", 0, True, "1900-01-01"):
        assert day_of(cell, zone) is None
