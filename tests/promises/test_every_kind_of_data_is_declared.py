"""Every kind of personal data that stands in a store is declared by a promise of the notice (P115, P151)."""

from __future__ import annotations

import pytest
from bound_company import Bound


@pytest.mark.parametrize("promise", ["P115", "P151"])
def test_every_kind_of_data_is_declared(bound: Bound, promise: str) -> None:
    assert bound.told(promise)["status"] == "kept"
    path = bound.folder / "troth.map.yaml"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace(": phone", ": photo"), encoding="utf-8")
    assert bound.told(promise)["status"] == "broken"
    assert "(photo)" in bound.why(promise)
    path.write_text(before, encoding="utf-8")
    assert bound.told(promise)["status"] == "kept"
