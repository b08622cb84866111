"""P19, P195, P196: a file crosses no network, and cannot tell of its disk or its keys: that is somebody's word, not ours."""

from __future__ import annotations

from bound_company import Bound

from troth.workflows.checks import attest


def test_a_disk_is_not_asked_and_never_green(bound: Bound) -> None:
    assert bound.told("P195")["status"] == "kept"
    for promise in ("P19", "P196"):
        assert bound.told(promise)["status"] == "stale"
        attest(bound.house, promise, "Vera Lund", "The disks are encrypted, I saw the report", "2035-01-01")
        assert bound.told(promise)["status"] == "attested"
