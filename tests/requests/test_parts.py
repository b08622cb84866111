"""Each letter has what its law demands of it, and the law's demands speak of letters and parts that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from damaged_law import damaging, forget

from troth.documents.letter_texts import letters, outline
from troth.law import letters as law
from troth.requests.parts import missing
from troth.terms.errors import UsageError

AT = date(2026, 11, 23)


@pytest.mark.parametrize(("letter", "regime"), sorted(letters()))
def test_no_letter_can_be_made_without_what_its_law_demands(letter: str, regime: str) -> None:
    certain = [set(place.either) for place in outline(letter, regime) if place.needed]  # type: ignore[arg-type]
    for demand in law.demanded(letter, regime, AT):
        assert any(either <= demand.parts for either in certain), demand.id


def test_every_demand_is_of_letters_that_there_are() -> None:
    there_are = set(letters())
    for demand in law.demands():
        assert {(letter, demand.regime) for letter in demand.letters} <= there_are, demand.id


@pytest.mark.parametrize(
    ("letter", "regime", "said", "lacks"),
    [
        ("refusal", "eu", [], {"eu.not_acting", "eu.reasons", "eu.complaint", "eu.court"}),
        ("refusal", "eu", ["refused", "grounds", "complaint"], {"eu.court"}),
        ("refusal", "california", ["refused"], {"california.basis"}),
        ("partial", "california", ["done", "kept"], {"california.kept_use", "california.record"}),
        ("copy", "eu", ["confirmed", "ready", "purposes", "categories", "recipients", "transfers", "retention", "rights",
                        "complaint", "automated"], {"eu.copy_g"}),
        ("copy", "california", ["confirmed", "ready", "categories", "sources", "purposes", "disclosed", "sold", "period"],
         {"california.never_disclosed"}),
        ("more_time", "eu", ["new_date"], {"eu.longer_why"}),
        ("acknowledgement", "california", ["received", "answer_by"], {"california.process"}),
        ("disclosures", "california", ["year", "disclosed_categories"], {"california.shine_names"}),
        ("lifting", "eu", [], {"eu.lifting"}),
        ("acknowledgement", "eu", [], set()),
        ("retracted", "eu", [], set()),
    ],
)  # fmt: skip
def test_what_a_letter_lacks_is_named_with_its_source(
    letter: str, regime: str, said: list[str], lacks: set[str]
) -> None:
    found = missing(letter, regime, said, AT)
    assert {one.id for one in found} == lacks
    assert all(one.citation.strip() for one in found)


def test_the_letters_to_which_the_facts_give_parts_have_them() -> None:
    cited = {one.citation.split(";")[0] for one in law.demanded("copy", "eu", AT)}
    assert {f"GDPR Art. 15(1)({part})" for part in "abcdefgh"} | {
        "GDPR Art. 15(2)",
        "GDPR Art. 15(3)",
    } <= cited
    for regime in ("eu", "california"):
        for letter in ("identity", "more_time", "copy", "partial", "refusal", "erased", "nothing_found", "forwarded",
                       "agent_confirmation", "answered", "recipient_notice"):  # fmt: skip
            assert law.demanded(letter, regime, AT), (letter, regime)
    assert law.demanded("recipients", "eu", AT)
    assert law.demanded("opted_out", "california", date(2025, 12, 31)) == (), "since 2026"
    assert law.demanded("opted_out", "california", AT)


@pytest.fixture
def damaged() -> Iterator[dict[str, Any]]:
    with damaging(law.FILE) as data:
        yield data


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda one: one.update(citation=""), "names no source"),
        (lambda one: one.update(regime="texas"), "no law texas"),
        (lambda one: one.update(parts=[]), "demands nothing"),
        (lambda one: one.update(letters=[]), "demands nothing"),
        (lambda one: one.update(part=["complaint"]), "wrong fields"),
    ],
)
def test_damaged_demands_are_refused(
    damage: Callable[[dict[str, Any]], object], says: str, damaged: dict[str, Any]
) -> None:
    assert law.demands()
    forget()
    damage(damaged["demands"][0])
    with pytest.raises(UsageError, match=says):
        law.demands()
