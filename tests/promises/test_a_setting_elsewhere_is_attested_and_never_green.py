"""What no check can ask is a person's word, shown as theirs, and only as long as it counts (P1, P41, P133, P143, P189)."""

from __future__ import annotations

import pytest
from bound_company import Bound

from troth.workflows.checks import attest


@pytest.mark.parametrize("promise", ["P1", "P41", "P133", "P143", "P189"])
def test_a_setting_elsewhere_is_attested_and_never_green(bound: Bound, promise: str) -> None:
    assert bound.told(promise)["status"] == "stale"
    attest(bound.house, promise, "Olga Holm", "I looked at the settings, and they are so", "2035-01-01")
    assert bound.told(promise)["status"] == "attested"
    assert bound.sentence(promise) == "attested"
    assert bound.one(promise)["attested"]["by"] == "Olga Holm"
