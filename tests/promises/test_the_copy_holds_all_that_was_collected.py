"""Whoever asks gets a copy of everything about them, however old; what a search could not see turns the sentence red
(P47, P94, P158)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bound_company import Bound, bound_in
from promise_story import Story

from troth.example import HERO
from troth.workflows.drill import canary
from troth.workflows.erase import Request
from troth.workflows.export import export

PROMISES = ("P47", "P94", "P158")


@pytest.fixture(scope="module")
def proved(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Bound:
    """An invented person was planted in clones of every system, and found."""
    bound = bound_in(founded, tmp_path_factory.mktemp("copies") / "bound")
    assert bound.lights(PROMISES) == dict.fromkeys(PROMISES, "stale"), "nothing is claimed before"
    assert canary(bound.house, [], [], [], True)["passed"]
    return bound


def cells(value: Any) -> Iterator[str]:
    """Every value of a JSON text."""
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from cells(one)
    else:
        yield str(value)


def test_the_copy_holds_every_row_that_is_theirs_however_old(
    bound: Bound, story: Story, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    told = export(bound.house, Request((HERO.email,)), copy)
    assert not told["blocked"]
    assert told["rows"] == len(story.shown["matches"]) > 40
    shown = [cell for match in story.shown["matches"] for cell in match["row"].values() if cell is not None]
    words = {str(cell) for cell in shown if not isinstance(cell, bytes)}
    copied = set(cells(json.loads((copy / "data.json").read_text(encoding="utf-8"))))
    assert words - copied == set()
    files = {path.read_bytes() for path in (copy / "files").iterdir()}
    assert {cell for cell in shown if isinstance(cell, bytes)} == files != set()
    dates = {cell[:10] for cell in words if cell[:2] == "20" and cell[4:5] == "-"}
    assert min(dates) < "2022-01-01", "older than the day from which California asks"
    assert any("2022-01-01" <= one < "2025-11-23" for one in dates), "and more than twelve months back"


@pytest.mark.parametrize("promise", PROMISES)
def test_what_cannot_be_read_turns_the_sentence_red(proved: Bound, promise: str) -> None:
    proved.breaks(
        promise,
        "support",
        "ALTER TABLE message RENAME TO gone",
        "ALTER TABLE gone RENAME TO message",
        "support.message",
    )


def test_a_person_that_is_not_found_everywhere_turns_the_sentences_red(proved: Bound) -> None:
    proved.run("crm", "CREATE TABLE lead (id INTEGER PRIMARY KEY, email TEXT, remarks TEXT)")
    assert {one["dataset"] for one in canary(proved.house, [], [], [], True)["not_found"]} == {"lead"}
    for promise in PROMISES:
        assert proved.verdict(promise, "export.planted") == "fails"
        proved.is_red(promise, "not_found")
    proved.run("crm", "DROP TABLE lead")
    assert canary(proved.house, [], [], [], True)["passed"]
    assert proved.lights(PROMISES) == dict.fromkeys(PROMISES, "kept")
