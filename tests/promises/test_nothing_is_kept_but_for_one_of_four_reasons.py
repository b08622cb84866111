"""What is kept longer is kept for one of the four reasons that the notice names; running the business stands against nobody's request
(P87)."""

from __future__ import annotations

import pytest
from bound_company import RULES as RULES_FILE
from bound_company import Bound
from retention_world import BO, RULES, Company, score

from troth.retention.rules import REASONS
from troth.terms.errors import MapError


def test_the_list_of_reasons_is_closed(ruled: Company) -> None:
    assert set(REASONS) == {"legal_obligation", "dispute", "enforcing_agreements", "operations"}
    assert {rule["reason"] for rule in ruled.preview()["rules"]} <= set(REASONS)
    ruled.rules(RULES.replace("reason: operations", "reason: marketing"))
    with pytest.raises(MapError):
        ruled.preview()
    ruled.rules(RULES.replace("    reason: dispute\n", ""))
    with pytest.raises(MapError):
        ruled.preview()


def test_operations_stands_against_nobodys_request(ruled: Company) -> None:
    assert score(ruled.preview(), "closed-accounts", "due") == (1,), "his account is open: no rule takes it"
    ruled.erase(BO)
    assert 2 not in [row[0] for row in ruled.table("customer")]


def test_a_fifth_reason_turns_the_sentence_red(bound: Bound) -> None:
    bound.breaks_in_file("P87", RULES_FILE, "reason: dispute", "reason: marketing", "cannot be carried out")


def test_a_guard_that_lets_a_fifth_reason_through_turns_the_sentence_red(
    bound: Bound, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bound.verdict("P87", "retention-reasons.fifth") == "holds"
    from troth.retention import rulefile

    true = rulefile.loads
    with monkeypatch.context() as lax:
        lax.setattr(
            rulefile,
            "loads",
            lambda text, *rest: true(text.replace("troth-planted-reason", "dispute"), *rest),
        )
        bound.is_red("P87", "a fifth reason is accepted")
    assert bound.told("P87")["status"] == "kept"
