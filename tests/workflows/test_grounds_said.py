"""A ground is said in words with its article, in the language of whoever reads it."""

from __future__ import annotations

import re
from datetime import date
from itertools import product

from troth.law.requests import clocks, kinds, refusals
from troth.workflows.grounds import citation_said, ground_said

AT = date(2026, 11, 23)
ENGLISH = re.compile(r"\b(?:Art|Reg|the|law|number|by|no)\b")
ASKED = [pair for regime, names in kinds().items() for pair in product((regime,), sorted(names))]


def test_no_ground_is_named_as_our_data_names_it_and_none_is_english_in_danish() -> None:
    found = {one.id for regime, kind in ASKED for one in refusals(regime, kind, AT)}
    assert len(found) > 10
    for name in found:
        said = ground_said(name, AT)
        assert name not in (said.da, said.en)
        assert not ENGLISH.search(said.da), said.da


def test_the_source_of_every_clock_is_cited_in_danish() -> None:
    cited = {one.citation for regime, kind in ASKED for one in clocks(regime, kind, AT).values()}
    assert any(ENGLISH.search(one) for one in cited)
    for one in cited:
        assert not ENGLISH.search(citation_said(one).da), one
        assert citation_said(one).en == one


def test_an_article_with_words_behind_it_is_not_taken_for_numbers() -> None:
    assert citation_said("GDPR Art. 12(6): what is necessary").da == "GDPR Art. 12(6): what is necessary"
    assert citation_said("GDPR Art. 12(2), 12(6)").da == "GDPR artikel 12, stk. 2 og artikel 12, stk. 6"


def test_several_laws_that_keep_something_are_each_said() -> None:
    said = ground_said("dk.bookkeeping, eu.legal_claims", AT)
    assert said.da.endswith("; GDPR artikel 17, stk. 3, litra e")
    assert said.en.endswith("; GDPR Art. 17(3)(e)")
    assert ground_said("the map's own words", AT).en == "the map's own words"


def test_two_articles_of_one_source_among_several_stay_together() -> None:
    said = ground_said("GDPR Art. 28(3)(a), 29, GDPR Art. 4(5)", AT)
    assert said.da == "GDPR artikel 28, stk. 3, litra a og artikel 29; GDPR artikel 4, nr. 5"
    assert said.en == "GDPR Art. 28(3)(a), 29; GDPR Art. 4(5)"
