"""What a customer put there is the customer's: nothing of it is erased before the customer has said so, and then only that
(P98, P131)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bound_company import Bound
from promise_keeping import keeping
from promise_world import ALMA, BO, tenanted

from live import KINDS, Live
from troth.datamap.questions import Question
from troth.workflows.erase import Request, erase

PROMISES = ("P98", "P131")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_erased_before_the_customer_has_said_so(
    kind: str, new_live: Callable[..., Live], tmp_path: Path
) -> None:
    kept = keeping(new_live(kind, "crm"), tmp_path / "company", *PROMISES)
    tenanted(kept)

    def rows() -> list[Any]:
        return kept.live.query("SELECT email FROM person ORDER BY id")

    told = erase(kept.house(), Request((ALMA,)))
    assert told["blocked"]
    assert [one["id"] for one in told["questions"] if one["blocking"]] == ["plan.Q002"]
    told = erase(kept.house(), Request((ALMA,), instructed={"another": "letter 6"}))
    assert told["blocked"], "another customer's word is not theirs"
    assert rows() == [(ALMA,), (BO,)]
    told = erase(kept.house(), Request((ALMA,), instructed={"vindheim": "letter 7"}))
    assert told["state"] == "done"
    assert rows() == [(BO,)]


def test_whoever_is_ours_alone_needs_nobodys_word(new_live: Callable[..., Live], tmp_path: Path) -> None:
    kept = keeping(new_live("sqlite", "crm"), tmp_path / "company", *PROMISES)
    tenanted(kept)
    assert erase(kept.house(), Request((BO,)))["state"] == "done"
    assert kept.live.query("SELECT email FROM person") == [(ALMA,)]


@pytest.mark.parametrize("promise", PROMISES)
def test_an_erasure_without_their_word_that_is_let_through_turns_the_sentence_red(
    promise: str, new_live: Callable[..., Live], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keeping(new_live("sqlite", "crm"), tmp_path / "company", promise)
    assert kept.light(promise) == "stale", "no row is said to be a customer's"
    tenanted(kept)
    assert kept.light(promise) == "kept"
    with monkeypatch.context() as lax:
        lax.setattr("troth.planning.decide.instruction", _waved_through)
        assert kept.light(promise) == "broken"
        assert "the plan would touch customers' rows of crm.person" in kept.why(promise)
    assert kept.light(promise) == "kept"
    assert kept.live.query("SELECT email FROM person ORDER BY id") == [(ALMA,), (BO,)], "it was only planned"


@pytest.mark.parametrize("promise", PROMISES)
def test_where_no_row_is_said_to_be_a_customers_nothing_is_claimed(bound: Bound, promise: str) -> None:
    assert bound.told(promise)["status"] == "stale"
    assert bound.sentence(promise) != "kept"


def _waved_through(ref: Any, customer: str) -> Question:
    """A question that stops nothing."""
    return Question("plan.Q000", str(ref), "never mind", "", 1, blocking=False)
