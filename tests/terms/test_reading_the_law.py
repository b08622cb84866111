"""The open words of the law are settings, and one that nobody can read stops the start."""

from __future__ import annotations

import pytest

from troth.requests.deadlines import USUAL, Reading
from troth.terms.errors import UsageError
from troth.terms.settings import Settings, from_environment, month_days
from troth.workflows.reading import reading


def test_settings_become_a_reading_and_the_defaults_are_the_usual_one() -> None:
    assert reading(Settings()) == Reading(promptly_days=7)
    assert Reading(promptly_days=None) == USUAL
    told = {
        "TROTH_HOLIDAYS_TOO": "06-05 12-24 02-29", "TROTH_CALIFORNIA_HOLIDAYS": "none",
        "TROTH_CALIFORNIA_FIRST_DAY": "receipt", "TROTH_IDENTITY_DAYS": "0", "TROTH_COUNTRY": "DE-BY",
    }  # fmt: skip
    strict = Reading("DE-BY", frozenset({(6, 5), (12, 24), (2, 29)}), True, "none", 0)
    assert reading(from_environment(told)) == strict


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TROTH_HOLIDAYS_TOO", "06-31"), ("TROTH_HOLIDAYS_TOO", "5/6"), ("TROTH_HOLIDAYS_TOO", "W10-1"),
        ("TROTH_CALIFORNIA_HOLIDAYS", "bank"), ("TROTH_CALIFORNIA_FIRST_DAY", "today"),
        ("TROTH_CASE_MONTHS", "11"), ("TROTH_CASE_MONTHS", "121"), ("TROTH_IDENTITY_DAYS", "31"),
        ("TROTH_COUNTRY", "Danmark"), ("TROTH_COUNTRY", "dk"),
        ("TROTH_TIME_ZONE", "Europe/Nowhere"), ("TROTH_TIME_ZONE", "../etc/passwd"), ("TROTH_TIME_ZONE", "Europe"),
    ],
)  # fmt: skip
def test_what_nobody_can_read_is_refused(name: str, value: str) -> None:
    with pytest.raises(UsageError) as refused:
        from_environment({name: value})
    assert name in refused.value.message
    assert refused.value.remedy


def test_days_are_months_and_days() -> None:
    assert month_days("") == frozenset()
    assert month_days("06-05  06-05") == {(6, 5)}
