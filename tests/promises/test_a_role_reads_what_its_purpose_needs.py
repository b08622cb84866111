"""P62: signing in reads its own data and no other. A file that everybody may read keeps no such promise, and says so."""

from __future__ import annotations

import pytest
from bound_company import Bound


@pytest.mark.parametrize("promise", ["P62"])
def test_a_role_reads_what_its_purpose_needs(bound: Bound, promise: str) -> None:
    assert bound.told(promise)["status"] == "stale", "a file has no roles: nothing is claimed"
    (bound.folder / "crm.sqlite").chmod(0o644)
    bound.folder.chmod(0o755)
    assert bound.told(promise)["status"] == "broken"
    assert "everyone may read the file: crm" in bound.why(promise)
    (bound.folder / "crm.sqlite").chmod(0o600)
    assert bound.told(promise)["status"] == "stale"
