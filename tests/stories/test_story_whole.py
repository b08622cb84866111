"""Somebody asks to be erased, and is, on every store and in both languages: by real browsers, real mail, and a second person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from story_browser import Asker, staff, tab
from story_company import ASTA, EMIL, STAYS, Company, Somebody

from live import KINDS
from troth.web.portal.words import STATES

WHO = {"da": ASTA, "en": EMIL}
ERASED = {"da": "slettet", "en": "erased"}


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("store", KINDS)
def test_somebody_is_erased(company_on: Callable[..., Company], browser: Any, store: str, language: str) -> None:
    firm, who = company_on(store), WHO[language]
    other, told = firm.rows_of(STAYS), firm.mentions(STAYS)
    asker = Asker(tab(browser, firm.served, language), firm.post, language, who.name, who.email)
    asker.asks("delete")
    asker.opens()
    worked(firm, browser, asker.number, language, who)
    assert firm.mentions(who) == []
    assert not any(firm.rows_of(who).values())
    assert (firm.rows_of(STAYS), firm.mentions(STAYS)) == (other, told), "nobody else is touched"
    answered(firm, asker)


def worked(firm: Company, browser: Any, number: str, language: str, who: Somebody) -> None:
    """At the desk: one proposes, another approves, and what else was asked is decided."""
    olga = staff(browser, firm.served, "olga", language)
    olga.takes(number)
    olga.sees("shop.customer")
    assert who.email not in olga.page.content(), "nothing personal is shown before somebody says what for"
    olga.proposes()
    assert firm.mentions(who), "nothing is touched before a second person has approved"
    per = staff(browser, firm.served, "per", language)
    per.takes(number)
    per.approves()
    per.sees(f"certificate-{number}.json")
    olga.comes_back()
    olga.decides("objection", "granted", answer="reklame")
    olga.done_by_hand("objection")
    olga.sees(STATES["delivered"].within(language))
    olga.closes()


def answered(firm: Company, asker: Asker) -> None:
    """The person is told by mail, and fetches at the link what verifies."""
    assert asker.link in asker.told(ERASED[asker.language])
    asker.opens()
    asker.reads("closed")
    assert asker.email not in asker.page.url
    told = firm.verified(asker.fetches("certificate*.json"))
    assert told["consistent"], told
    assert told["signer"], told
    assert b"<html" in asker.fetches("certificate*.html")
