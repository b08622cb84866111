"""Whatever a certificate or a receipt may say became of the data has its words: on the page and in a shell, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from outcome_table import EVERY, acts
from troth.cli.outcome_words import OUTCOMES
from troth.cli.words import Words
from troth.documents import receipt_words
from troth.documents.certificate import page
from troth.documents.outcome_words import HEADS, STAYS, sentences
from troth.planning.outcomes import UNFINISHED, outcome

SAID = sorted({UNFINISHED, *(outcome(acts(kinds), 0) for kinds in EVERY)})
PARTS = sorted({part for one in SAID for part in one.split(", ")})
RECEIPTS = sorted({part for one in receipt_words.OUTCOMES for part in one.split(", ")})


def test_every_outcome_has_its_sentences_and_no_sentence_is_of_none() -> None:
    assert len(SAID) > 50
    assert [one for one in SAID if sentences(one) is None] == []
    assert sorted({*HEADS, *STAYS}) == PARTS


def test_no_two_outcomes_read_alike() -> None:
    told = [sentences(one) for one in SAID]
    assert len({one.da for one in told if one}) == len({one.en for one in told if one}) == len(SAID)


def test_the_page_says_it_in_both_languages(certificate: dict[str, Any], read: Any) -> None:
    for one in SAID[:: len(SAID) // 6]:
        told, texts = sentences(one), read(page({**certificate, "outcome": one})).texts
        assert told is not None
        assert told.da in texts["da"]
        assert told.en in texts["en"]


@pytest.mark.parametrize("one", ["shredded", "erased, some shredded", "some kept by law", ""])
def test_what_nobody_has_words_for_is_shown_as_it_is(
    certificate: dict[str, Any], read: Any, one: str
) -> None:
    assert sentences(one) is None
    assert f"Resultat: {one}" in read(page({**certificate, "outcome": one})).texts["da"]


def test_a_shell_says_every_part_in_danish_and_nothing_else() -> None:
    assert sorted(OUTCOMES) == sorted({*PARTS, *RECEIPTS})
    for one in (*SAID, *receipt_words.OUTCOMES):
        told = Words("da").outcome(one)
        assert not set(told.split(", ")) & OUTCOMES.keys(), told
        assert told.count(", ") == one.count(", ")
        assert Words("en").outcome(one) == one


def test_erased_is_read_only_where_rows_were_erased_or_anonymised() -> None:
    for kinds in EVERY:
        told = sentences(outcome(acts(kinds), 0))
        assert told is not None
        if not kinds & {"erase", "anonymise"}:
            assert "has been erased or anonymised" not in told.en, kinds
            assert "er slettet eller anonymiseret" not in told.da, kinds
            assert "has been anonymised" not in told.en, kinds


def test_whoever_verifies_reads_what_each_part_means() -> None:
    told = (Path(__file__).parents[2] / "docs" / "verify.md").read_text(encoding="utf-8")
    assert [part for part in PARTS if f"`{part}`" not in told] == []
