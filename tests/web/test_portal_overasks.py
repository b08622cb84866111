"""A page of the portal cannot put a question that the law does not allow: every input of every page, for every request there can be."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ELSEWHERE = {"email_code", "reauthentication"}
"""The code is what opens the page; nobody signs in at the portal (docs/portal.md)."""
OF_THE_PAGE = {"form", "key", "question", "answer", "words", "permission", "paper"}


@pytest.fixture(scope="module")
def every(company: Callable[[], Path]) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("every_question.py"))], cwd=company() / "company", capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_a_page_asks_what_the_law_allows_and_nothing_else(every: list[dict[str, Any]]) -> None:
    assert len(every) > 140
    for one in every:
        assert set(one["inputs"]) <= OF_THE_PAGE, one
        if one["agent"]:
            assert one["page"] == [], one
            assert ("permission" in one["inputs"]) == bool(one["agent"] and set(one["agent_asks"])), one
        else:
            assert set(one["page"]) == set(one["person"]) - ELSEWHERE, one
            assert "permission" not in one["inputs"], one
    assert any(one["page"] for one in every), "so the sweep can find a question"


def test_the_person_of_an_agent_is_asked_what_the_law_allows_and_nothing_else(
    every: list[dict[str, Any]],
) -> None:
    asked = [one for one in every if "confirmed" in one]
    assert asked
    for one in asked:
        assert set(one["confirmed_inputs"]) <= OF_THE_PAGE, one
        assert set(one["confirmed"]) == set(one["then"]) - ELSEWHERE - {"person_confirms"}, one
    assert any(one["confirmed"] for one in asked)


def test_nobody_is_asked_for_what_is_never_verified(every: list[dict[str, Any]]) -> None:
    for one in every:
        if one["kind"] in (
            "opt_out",
            "limit",
            "marketing_objection",
            "withdrawal",
            "unsubscribe",
            "question",
        ):
            assert one["page"] == [], one
            assert one["person"] == [], one


def test_what_is_to_be_corrected_is_never_asked_for(every: list[dict[str, Any]]) -> None:
    shown = {"email": "email_code", "address": "billing_address", "payment": "card_digits"}
    for one in every:
        if one["what"] in shown:
            assert shown[one["what"]] not in {*one["person"], *one["page"], *one.get("confirmed", ())}, one
