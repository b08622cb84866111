"""The notice's versions, languages and changes are as it says itself (P106, P137, P142, P167)."""

from __future__ import annotations

import pytest
from bound_company import Bound


def test_a_promise_that_goes_is_a_material_change(bound: Bound, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bound.told("P142")["status"] == "kept"
    with monkeypatch.context() as blind:
        blind.setattr("troth.evidence.on_notice.diff", lambda *_: [])
        bound.is_red("P142", "a promise that goes is not seen")
    assert bound.told("P142")["status"] == "kept"


def test_both_languages_promise_the_same(bound: Bound) -> None:
    assert bound.told("P167")["status"] == "kept"
    path = bound.folder / "notice" / "en.md"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("{P142}", "{none}"), encoding="utf-8")
    assert bound.told("P167")["status"] == "broken"
    assert "P142 (en)" in bound.why("P167")
    path.write_text(before, encoding="utf-8")
    assert bound.told("P167")["status"] == "kept"


@pytest.mark.parametrize("promise", ["P106", "P137"])
def test_without_a_published_version_nothing_is_claimed(bound: Bound, promise: str) -> None:
    assert bound.told(promise)["status"] == "stale"
    assert bound.verdict(promise, "notice-versions.change-seen") == "holds"
