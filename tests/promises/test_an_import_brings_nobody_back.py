"""An import that would bring an erased person back is recognised; one that is not looked at turns the sentence red (P192)."""

from __future__ import annotations

import pytest
from bound_company import Bound


def test_an_import_brings_nobody_back(bound: Bound, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bound.told("P192")["status"] == "kept"
    with monkeypatch.context() as lax:
        lax.setattr("troth.planning.tombstone.Watch.judge", lambda *_, **__: {})
        assert bound.told("P192")["status"] == "broken"
    assert bound.told("P192")["status"] == "kept"
