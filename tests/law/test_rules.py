"""Rules are dated: what held on a day, and until when a record is kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.datamap.model import Until
from troth.law.rules import (
    all_rules,
    basis,
    financial_year_of,
    grounds,
    has_lapsed,
    is_known,
    keep_until,
    newest,
    rule,
)


def test_the_grounds_against_erasure_are_a_closed_list_of_five() -> None:
    assert [ground.article for ground in grounds().values()] == [
        f"GDPR Art. 17(3)({letter})" for letter in "abcde"
    ]


def test_every_rule_is_dated_cited_and_stands_on_a_ground() -> None:
    for entry in all_rules():
        assert entry.ground in grounds()
        assert entry.citation
        assert entry.da
        assert entry.en
        assert entry.mark in ("V", "K", "?")
        assert isinstance(entry.holds_from, date)


def test_the_rule_of_the_day() -> None:
    assert "lov nr. 1006" in rule("dk.bookkeeping", date(2022, 6, 30)).citation
    assert "lov nr. 700" in rule("dk.bookkeeping", date(2022, 7, 1)).citation
    assert newest("dk.bookkeeping") == rule("dk.bookkeeping", date(2026, 11, 22))
    with pytest.raises(KeyError):
        rule("dk.bookkeeping", date(1990, 1, 1))
    with pytest.raises(KeyError):
        newest("dk.nothing")
    assert is_known("eu.legal_claims")
    assert not is_known("operations")


@pytest.mark.parametrize(
    ("start", "year_end", "until"),
    [
        (date(2024, 3, 5), (12, 31), date(2029, 12, 31)),
        (date(2024, 12, 31), (12, 31), date(2029, 12, 31)),
        (date(2024, 6, 30), (6, 30), date(2029, 6, 30)),
        (date(2024, 7, 1), (6, 30), date(2030, 6, 30)),
        (date(2023, 3, 1), (2, 28), date(2029, 2, 28)),  # the year ends on 29 February 2024
        (date(2019, 2, 1), (2, 28), date(2024, 2, 29)),
    ],
)
def test_bookkeeping_counts_from_the_end_of_the_financial_year(
    start: date, year_end: tuple[int, int], until: date
) -> None:
    assert keep_until(newest("dk.bookkeeping"), start, year_end) == until
    assert keep_until(Until(start="day", years=5, financial_year_end=year_end), start) == until


def test_a_period_without_a_financial_year_counts_from_its_start() -> None:
    assert keep_until(Until(start="day", years=3), date(2024, 2, 29)) == date(2027, 2, 28)
    assert keep_until(Until(on=date(2031, 1, 1)), None) == date(2031, 1, 1)
    with pytest.raises(ValueError, match="no start"):
        keep_until(Until(start="day", years=3), None)


def test_what_is_kept_goes_on_the_day_after() -> None:
    assert not has_lapsed(date(2029, 12, 31), date(2029, 12, 31))
    assert has_lapsed(date(2029, 12, 31), date(2030, 1, 1))


@given(
    st.dates(date(1950, 1, 1), date(2150, 1, 1)),
    st.sampled_from([(12, 31), (6, 30), (2, 28), (2, 29), (4, 5), (1, 1)]),
)
def test_a_day_lies_in_exactly_one_financial_year(day: date, year_end: tuple[int, int]) -> None:
    end = financial_year_of(day, year_end)
    assert day <= end
    assert financial_year_of(end, year_end) == end
    assert financial_year_of(end + timedelta(days=1), year_end) > end
    assert (end - day).days < 366


def test_what_we_keep_of_our_own_accord_has_its_article() -> None:
    assert basis("eu.erasure_repeated").startswith("GDPR Art. 17(1)")
    with pytest.raises(KeyError):
        basis("eu.nothing")
