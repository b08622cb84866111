"""How long each kind of personal data is kept is a length of time: a reasonable period is refused,
a kind without a rule is found (P86, P120)."""

from __future__ import annotations

import pytest
from bound_company import RULES as FILE
from bound_company import Bound
from retention_world import RULES, Company

from troth.terms.errors import MapError


@pytest.mark.parametrize(
    "length", ["reasonable", "a reasonable period", "0d", "-1y", "as long as needed", "2"]
)
def test_a_reasonable_period_is_no_period(ruled: Company, length: str) -> None:
    ruled.rules(RULES.replace("keep: 2y", f"keep: {length}"))
    before = ruled.table("customer")
    with pytest.raises(MapError) as refused:
        ruled.run()
    assert "troth.retention.yaml:" in str(refused.value)
    assert ruled.table("customer") == before


def test_a_category_without_a_rule_is_a_finding(ruled: Company) -> None:
    assert ruled.findings() == []
    ruled.rules(RULES[: RULES.index("  visits:")])
    assert ruled.findings() == ["retention.R001"]


@pytest.mark.parametrize("promise", ["P86", "P120"])
def test_a_kind_of_data_that_loses_its_rule_turns_the_sentence_red(bound: Bound, promise: str) -> None:
    text = bound.read(FILE)
    rule = text[text.index("  sent-newsletters:") : text.index("  refusals:")]
    bound.breaks_in_file(promise, FILE, rule, "", "newsletter.send")
