"""A person is found in every dataset that the promise names; what a search cannot see turns it red (P7, P33)."""

from __future__ import annotations

import pytest
from bound_company import Bound


@pytest.mark.parametrize(("promise", "dataset"), [("P7", "support.message"), ("P33", "billing.customer")])
def test_whoever_asks_is_found(bound: Bound, promise: str, dataset: str) -> None:
    system, _, table = dataset.partition(".")
    assert bound.verdict(promise, "find.sees") == "holds"
    assert bound.verdict(promise, "find.planted") == "unknown", (
        "no invented person went through yet: nothing is claimed"
    )
    assert bound.told(promise)["status"] == "stale"
    bound.run(system, f"ALTER TABLE {table} RENAME TO gone")
    assert bound.told(promise)["status"] == "broken"
    assert dataset in bound.why(promise)
    bound.run(system, f"ALTER TABLE gone RENAME TO {table}")
    assert bound.verdict(promise, "find.sees") == "holds"
