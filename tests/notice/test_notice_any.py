"""Whatever stands in a notice's files or in a text, it is read or refused with a sentence; nothing else happens."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notice_folder import DA, EN, HEAD, PROMISES

from troth.notice.diff import diff
from troth.notice.findings import Known, check
from troth.notice.length import length
from troth.notice.loading import LAWS, read
from troth.notice.prose import check as check_prose
from troth.notice.prose import language_of, raw_lines
from troth.notice.text import parse, rendered
from troth.terms.errors import UsageError

FILES = {"notice.yaml": HEAD, "promises.yaml": PROMISES, "da.md": DA, "en.md": EN}
KNOWN = Known(("full_name", "email"), None, ("row_created",))
TODAY = date(2026, 11, 23)
YAML = [
    "[",
    "{",
    "null",
    "[]",
    "{}",
    "- a",
    "0",
    "true",
    "&x a",
    "*x",
    "!!int 5",
    '""',
    "a: b: c",
    "2026-01-01",
]
ODD = st.sampled_from([*YAML, "P1D", "\t", "[[x]]", "{P1}", "é\u0000"])


@given(
    st.sampled_from(sorted(FILES)), st.integers(0, 60), ODD, st.sampled_from(["after", "instead", "value"])
)
@settings(max_examples=400, deadline=None)
def test_a_notice_is_read_or_refused_with_its_line(file: str, at: int, odd: str, how: str) -> None:
    lines = FILES[file].splitlines()
    at %= len(lines)
    key = lines[at].partition(":")[0]
    lines[at] = {"after": f"{lines[at]} {odd}", "instead": odd, "value": f"{key}: {odd}"}[how]
    notice, refused = None, None
    try:
        notice = read({**FILES, file: "\n".join(lines)}, "here")
    except UsageError as fault:
        refused = fault
    if notice is None:
        assert refused is not None
        assert refused.place.startswith("here/")
        assert refused.message
        return
    for one in check(notice, KNOWN, TODAY):
        assert one.line >= 1
        assert all(one.message)
    assert diff(notice, notice) == ()


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_text_is_judged(text: str) -> None:
    for one in check_prose(raw_lines(text), language_of(text), "text", LAWS, TODAY):
        assert 1 <= one.line <= max(1, text.count("\n") + len(text.splitlines()) + 1)
    parsed = parse("da", "da.md", text)
    assert "\r" not in rendered(parsed, str) or "\r" in text


@given(st.integers(0, 9000), st.integers(0, 12), st.integers(0, 999), st.integers(0, 23), st.integers(0, 59))
def test_a_length_is_told_as_it_is_read(years: int, months: int, days: int, hours: int, minutes: int) -> None:
    found = length(f"P{years}Y{months}M{days}DT{hours}H{minutes}M")
    assert found is not None
    assert length(found.told()) == found


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_long_text_is_judged_in_time(language: str) -> None:
    """What is asked grows with the text, not with its square: 300,000 characters without an end of a sentence."""
    words = {"da": "modtager ændrer hvis du ikke trækker ", "en": "receive change if you do not verify "}[
        language
    ]
    assert check_prose(raw_lines(words * 8_000), language, "text", LAWS, TODAY)
