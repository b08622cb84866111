"""No light is greener than what was tested of the sentence beside it (P1, P23, P32, P89, P132, P143, P162, P186)."""

from __future__ import annotations

import re

import pytest
from bound_company import Bound

from troth.workflows.checks import check


def _swap(bound: Bound, name: str, pattern: str, new: str) -> None:
    path = bound.folder / name
    text, count = re.subn(pattern, new, path.read_text(encoding="utf-8"), count=1, flags=re.DOTALL)
    assert count == 1
    path.write_text(text, encoding="utf-8")


def test_what_no_check_of_ours_asks_is_never_green(bound: Bound) -> None:
    told = {
        one["id"]: one["status"]
        for one in check(bound.house, ["P1", "P23", "P132", "P143", "P162"])["promises"]
    }
    assert told == {"P1": "stale", "P23": "unbound", "P132": "stale", "P143": "stale", "P162": "stale"}


@pytest.mark.parametrize("promise", ["P82", "P198", "P17", "P2", "P132"])
def test_a_sentence_that_says_several_things_has_the_worst_of_their_lights(
    bound: Bound, promise: str
) -> None:
    check(bound.house)
    assert bound.sentence(promise) != "kept"


def test_a_length_that_the_law_says_is_held_against_the_promise(bound: Bound) -> None:
    assert bound.verdict("P186", "retention.length") == "holds"
    _swap(bound, "notice/promises.yaml", r"(- id: P186\n.*?retention: \{keep: )P5Y", r"\1P1Y")
    assert bound.verdict("P186", "retention.length") == "fails"
    assert "keeps 5 years, while 1 year was promised" in bound.why("P186")


def test_an_exemption_that_was_switched_off_is_seen(bound: Bound) -> None:
    assert bound.told("P32")["status"] == "kept"
    path = bound.folder / "troth.map.yaml"
    text = path.read_text(encoding="utf-8")
    assert "active: true" in text
    path.write_text(text.replace("active: true", "active: false"), encoding="utf-8")
    assert bound.told("P32")["status"] == "broken"
    assert "nothing keeps it" in bound.why("P32")


def test_invoices_that_are_erased_are_not_anonymised(bound: Bound) -> None:
    assert bound.verdict("P89", "anonymity.earned") == "holds"
    _swap(bound, "troth.retention.yaml", r"(\n  invoices:\n.*?outcome: )anonymise", r"\1erase")
    assert bound.verdict("P89", "anonymity.earned") == "fails"
