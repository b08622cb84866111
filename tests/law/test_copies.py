"""What a copy must not show and what is portable is dated data: it holds from its day, and names categories there are."""

from __future__ import annotations

from datetime import date

import pytest

from troth.datamap.categories import CATEGORIES
from troth.datamap.maporigin import ORIGINS
from troth.law.copies import portable, withheld
from troth.notice.model import BASES

NOW = date(2026, 11, 23)


def test_it_names_what_there_is() -> None:
    for regime in ("eu", "california"):
        rule = portable(regime, NOW)
        assert rule.bases <= BASES.keys()
        assert rule.origins <= set(ORIGINS)
        assert all(one.categories <= CATEGORIES.keys() and one.categories for one in withheld(regime, NOW))


def test_europe_withholds_nothing_and_moves_what_was_provided_or_observed() -> None:
    assert withheld("eu", NOW) == ()
    assert portable("eu", NOW).origins == {"provided", "observed"}
    assert portable("eu", NOW).bases == {"consent", "contract"}


def test_nothing_holds_before_its_day() -> None:
    assert withheld("california", date(2020, 8, 13)) == ()
    assert len(withheld("california", date(2020, 8, 14))) == 1
    with pytest.raises(KeyError):
        portable("eu", date(2018, 5, 24))
