"""What docs/accuracy.md reports is measured here, on sets that nothing was tuned on, and may only rise."""

from __future__ import annotations

from pathlib import Path

import accuracy
import pytest

from troth.datamap.categories import CATEGORIES

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
FLOORS: dict[accuracy.Variant, tuple[float, float, float]] = {
    "names and values": (0.95, 0.95, 0.90),
    "names only": (0.95, 0.74, 0.78),  # a name such as `c5` says nothing: without values it stays unknown
    "values only": (0.95, 0.90, 0.78),  # an account number without a name is a number
}


@pytest.mark.parametrize("variant", accuracy.VARIANTS)
def test_the_held_out_sets_are_read_as_a_person_would(variant: accuracy.Variant) -> None:
    told = accuracy.answers("heldout", variant)
    precision, recall = accuracy.personal(told)
    least = FLOORS[variant]
    assert (precision >= least[0], recall >= least[1], accuracy.macro(told) >= least[2]) == (True, True, True)


@pytest.mark.parametrize("part", ["tuned", "heldout"])
@pytest.mark.parametrize("variant", accuracy.VARIANTS)
def test_what_is_said_with_certainty_is_right(part: str, variant: accuracy.Variant) -> None:
    right, count = accuracy.calibration(accuracy.answers(part, variant))
    assert count > 50
    assert right >= 0.95


def test_the_sets_are_large_and_label_with_known_categories() -> None:
    for part in ("tuned", "heldout"):
        told = accuracy.answers(part, "names only")
        assert len(told) >= 200
        assert {truth for answer in told for truth in answer.truths} <= set(CATEGORIES)
        assert sum(not answer.is_personal for answer in told) >= 60


def test_no_held_out_table_stands_among_the_tuned() -> None:
    tuned = {table["columns"] for _, table in accuracy.tables("tuned")}
    assert not tuned & {table["columns"] for _, table in accuracy.tables("heldout")}


def test_the_page_says_what_is_measured() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for variant in accuracy.VARIANTS:
        told = accuracy.answers("heldout", variant)
        precision, recall = accuracy.personal(told)
        assert (
            f"| {variant} | {len(told)} | {precision:.3f} | {recall:.3f} | {accuracy.macro(told):.3f} |"
            in text
        )
