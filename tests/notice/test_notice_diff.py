"""A new version is compared by its promises: what weakens them, or is new to people, is material; what strengthens them is not."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
from notice_folder import DA, EN, HEAD, PROMISES, written

from troth.notice.diff import MATERIAL, Change, diff
from troth.notice.loading import load

KEPT = "{keep: P90D, after: row_created}"


def changed(folder: Path, **changes: str) -> tuple[Change, ...]:
    return diff(load(written(folder / "old")), load(written(folder / "new", **changes)))


def p(old: str, new: str) -> dict[str, str]:
    assert old in PROMISES
    return {"promises": PROMISES.replace(old, new)}


def h(old: str, new: str, **more: str) -> dict[str, str]:
    assert old in HEAD
    return {"head": HEAD.replace(old, new), **more}


BAKE = "en: To bake what was ordered, subjects: [guest]"
P4 = "- {id: P4, kind: %s, purposes: [bake]}\n"
HOST = "  host: {da: Driftsleverandør, en: Hosting provider, role: processor, countries: [DK]}\n"
OTHER = HOST + "  post: {da: Bud, en: Couriers, role: controller, countries: [DK]}\n"
CASES: dict[str, tuple[str, str, dict[str, str]]] = {
    "removed": ("P3", "removed", {"promises": PROMISES[: PROMISES.index("- id: P3")]}),
    "a promise more": ("P4", "added", {"promises": PROMISES + P4 % "C"}),
    "something newly done": ("P4", "new_collection", {"promises": PROMISES + P4 % "D"}),
    "a new purpose": ("P1", "new_purpose", p("[bake]", "[bake, guard]")),
    "a purpose less": ("P2", "narrowed", p("  purposes: [guard]\n", "")),
    "a new kind of recipient": ("P1", "new_recipient", {**h(HOST, OTHER), **p("[host]", "[host, post]")}),
    "everywhere": ("P1", "new_collection", p("  points: [shop]\n", "")),
    "new data": ("P2", "new_category", p("basis: legitimate_interest", "basis: legitimate_interest\n  categories: [order]")),
    "another basis": ("P2", "other_basis", p("legitimate_interest", "consent")),
    "longer": ("P1", "longer_retention", p("P90D", "P4M")),
    "shorter": ("P1", "shorter_retention", p("P90D", "P2M")),
    "from another event": ("P1", "longer_retention", p("after: row_created", "after: last_activity")),
    "no length any more": ("P1", "longer_retention", p(KEPT, "{after: row_created}")),
    "no retention any more": ("P1", "longer_retention", p(f"  retention: {KEPT}\n", "")),
    "while active": ("P1", "longer_retention", p(KEPT, "{while: active}")),
    "a later deadline": ("P1", "weakened", p("deadline: P1D", "deadline: P2D")),
    "no deadline": ("P1", "weakened", p(", deadline: P1D", "")),
    "a sooner deadline": ("P1", "strengthened", p("deadline: P1D", "deadline: PT1H")),
    "no control": ("P3", "weakened", p("  control: {name: disclosures, deadline: PT0S}\n", "")),
    "another control": ("P3", "weakened", p("name: disclosures", "name: nothing")),
    "other parameters": ("P1", "weakened", p("rule: orders", "rule: others")),
    "no longer ruled out": ("P3", "weakened", p("  never: {acts: [sale]}\n", "")),
    "more ruled out": ("P3", "strengthened", p("[sale]", "[sale, sharing]")),
    "a list that closes": ("P1", "strengthened", p("  basis: contract", "  only: [purposes]\n  basis: contract")),
    "only practice now": ("P3", "weakened", p("kind: C", "kind: D")),
    "something done now": ("P2", "weakened", p("  basis: legit", "  acts: [profiling]\n  basis: legit")),
    "another country": ("", "new_transfer", h("[DK]", "[DK, US]")),
    "another safeguard": ("", "new_transfer", h("countries: [DK]", "countries: [DK], safeguard: clauses")),
    "another role": ("", "new_recipient", h("role: processor", "role: third_party")),
    "more in a category": ("", "new_category", h("[full_name, email]", "[full_name, email, phone]")),
    "a purpose written anew": ("", "new_purpose", h("To notice burglars", "To watch the staff")),
    "one reason more": ("P1", "weakened", p(KEPT, "{keep: P90D, after: row_created, reasons: [operations]}")),
    "another state of the law": ("P3", "changed", p("  never:", "  law: {name: us_ca.ccpa, as_of: 2026-01-01}\n  never:")),
    "other people": ("", "new_collection", h(BAKE, BAKE.replace("[guest]", "[guest, child]"))),
    "other words": ("P2", "worded", {"en": EN.replace("A camera looks", "One camera looks")}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_one_change_is_one_change(case: str, tmp_path: Path) -> None:
    promise, kind, changes = CASES[case]
    (told,) = changed(tmp_path, **changes)
    assert (told.promise, told.kind) == (promise, kind)
    assert all(told.why)


def test_the_same_notice_changes_nothing(tmp_path: Path) -> None:
    assert changed(tmp_path) == ()
    assert changed(tmp_path, da=DA + "\nTak. {none}\n", en=EN + "\nThanks. {none}\n") == ()


ONE_WAY = {"removed", "new_collection", "new_category"}
"""Whose way back is no news to be told first."""


@pytest.mark.parametrize("case", CASES)
def test_what_is_taken_back_is_told_too(case: str, tmp_path: Path) -> None:
    _, kind, changes = CASES[case]
    there = changed(tmp_path, **changes)
    back = diff(load(tmp_path / "new"), load(tmp_path / "old"))
    assert {one.promise for one in back} == {one.promise for one in there}
    if kind in ("shorter_retention", "strengthened", "narrowed"):
        assert any(one.material for one in back)
        assert not any(one.material for one in there)
    if kind in ONE_WAY and case not in ("something newly done", "removed"):
        assert not any(one.material for one in back)
    assert any(one.material for one in there) is (kind in MATERIAL)


def test_no_field_of_a_promise_changes_unseen(tmp_path: Path) -> None:
    """Each field, whatever it is called in time to come: a promise that is not the same is a change."""
    notice = load(written(tmp_path / "notice"))
    one = notice.promises["P1"]
    others: dict[str, object] = {
        "kind": "L", "points": (), "purposes": ("guard",), "basis": "consent", "categories": (), "recipients": (),
        "retention": None, "only": ("purposes",), "never": {"acts": ("sale",)}, "acts": ("sale",), "law": "us_ca.ccpa",
        "as_of": date(2026, 1, 1), "control": None,
    }  # fmt: skip
    assert {field.name for field in fields(one)} - others.keys() == {"id", "title", "place"}
    for name, value in others.items():
        assert getattr(one, name) != value
        new = replace(notice, promises={**notice.promises, "P1": replace(one, **{name: value})})
        assert [change.promise for change in diff(notice, new)] == ["P1"] * len(diff(notice, new)) != [], name
