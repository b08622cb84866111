"""Whoever was erased does not stand in any store again; a job that still knew them turns the sentence red (P45, P96)."""

from __future__ import annotations

import pytest
from bound_company import Bound

from troth.example import HERO
from troth.workflows.erase import Request, erase

NAME = "erase.nobody-back"


@pytest.mark.parametrize("promise", ["P45", "P96"])
def test_whoever_was_erased_stays_away(bound: Bound, promise: str) -> None:
    told = erase(bound.house, Request((HERO.email,)))
    assert told["state"] == "done", told["questions"]
    assert bound.verdict(promise, NAME) == "holds"
    assert bound.verdict(promise, "erase.completed") == "holds"
    bound.run("crm", f"UPDATE note SET body = 'call {HERO.email} back' WHERE rowid = 1")
    assert bound.told(promise)["status"] == "broken"
    assert bound.sentence(promise) == "broken"
    assert "crm.note" in bound.why(promise)
    assert HERO.email not in str(bound.one(promise))
    bound.run("crm", "UPDATE note SET body = '' WHERE rowid = 1")
    assert bound.verdict(promise, NAME) == "holds"
