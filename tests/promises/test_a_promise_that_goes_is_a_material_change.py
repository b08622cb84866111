"""P106, P137, P142, P167: the notice's versions, languages and changes are as it says itself."""

from __future__ import annotations

from bound_company import Bound


def test_a_promise_that_goes_is_a_material_change(bound: Bound) -> None:
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


def test_without_a_published_version_nothing_is_claimed(bound: Bound) -> None:
    assert bound.told("P106")["status"] == "stale"
    assert bound.verdict("P106", "notice-versions.change-seen") == "holds"
