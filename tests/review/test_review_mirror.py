"""A change and its way back mirror each other, and what is compared with itself has not changed: for any edits together."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from review_world import BASE, Files, told

MIRRORED = {
    "V026": "V027", "V030": "V031", "V032": "V033", "V040": "V041", "V042": "V043", "V045": "V046", "V064": "V065",
}  # fmt: skip
"""Worse and better: as often there as the other on the way back."""
ALIKE = ("V022", "V038", "V044", "V049", "V050")
LENGTHS = st.sampled_from(["90d", "6m", "1y", "2y", "3y", "40m"])
CATEGORIES = st.sampled_from(
    ["email", "phone", "full_name", "birth_date", "free_text", "quantity", "technical", "unknown"]
)


@st.composite
def companies(draw: st.DrawFn) -> dict[str, str]:
    """The company with any of its decisions otherwise."""
    files = dict(BASE)

    def put(file: str, old: str, new: str) -> None:
        assert old in files[file]
        files[file] = files[file].replace(old, new)

    rules, chart, promises = "troth.retention.yaml", "troth.map.yaml", "notice/promises.yaml"
    put(rules, "keep: 2y", f"keep: {draw(LENGTHS)}")
    put(rules, "{keep: 1y,", f"{{keep: {draw(LENGTHS)},")
    put(rules, "ticket_resolved", draw(st.sampled_from(["ticket_resolved", "last_activity"])))
    put(rules, "  tickets:", draw(st.sampled_from(["  tickets:", "  cases:"])))
    put(rules, "year_end: 12-31", draw(st.sampled_from(["year_end: 12-31", "year_end: 06-30"])))
    for column, category in (("shoe", "quantity"), ("phone", "phone"), ("name", "full_name")):
        put(chart, f"          {column}: {category}\n", f"          {column}: {draw(CATEGORIES)}\n")
    put(chart, "2 digits", draw(st.sampled_from(["2 digits", "3 digits", "9 digits"])))
    put(chart, "shared_by: 2", f"shared_by: {draw(st.integers(1, 4))}")
    put(
        chart,
        "tenant: org",
        draw(st.sampled_from(["tenant: org", "tenant: agent", "erase: anonymise\n        tenant: org"])),
    )
    put(
        chart,
        "means: OWNED_BY",
        draw(st.sampled_from(["means: OWNED_BY", "means: MENTIONS", "means: ACCESSED_BY"])),
    )
    put(promises, "basis: consent", draw(st.sampled_from(["basis: consent", "basis: contract"])))
    put(promises, "keep: P2Y", draw(st.sampled_from(["keep: P2Y", "keep: P5Y"])))
    return files


def between(base: Files, head: Files) -> Counter[str]:
    with tempfile.TemporaryDirectory() as here:
        found = told(Path(here), base, head)
    order = ["error", "warning", "note"]
    levels = [order.index(one["level"]) for one in found]
    assert levels == sorted(levels)
    assert all(one["message"] and one["line"] > 0 and one["file"] in {**base, **head} for one in found)
    assert all(one["hint"] for one in found if one["level"] != "note")
    return Counter(one["id"].removeprefix("review.") for one in found)


@settings(max_examples=60, deadline=None)
@given(companies(), companies())
def test_there_and_back(base: dict[str, str], head: dict[str, str]) -> None:
    there, back = between(base, head), between(head, base)
    for worse, better in MIRRORED.items():
        assert there[worse] == back[better], worse
        assert there[better] == back[worse], better
    for kind in ALIKE:
        assert there[kind] == back[kind], kind
    assert bool(there) == bool(back)


@settings(max_examples=40, deadline=None)
@given(companies())
def test_nothing_against_itself(company: dict[str, str]) -> None:
    assert between(company, company) == Counter()
