"""Somebody asks to be erased, and is, on every store and in both languages: by real browsers, real mail, and a second person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from story_browser import Asker, ByKeyboard, Staff, furnish, staff, tab
from story_company import ASTA, CILLE, EMIL, JENS, STAYS, Company

from live import KINDS
from troth.documents.letter_texts import title
from troth.web.portal.words import STATES

On = Callable[..., Company]
pytestmark = pytest.mark.process
WHO = {"da": ASTA, "en": EMIL}


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("store", KINDS)
def test_somebody_is_erased(company_on: On, browser: Any, store: str, language: str) -> None:
    firm, who = company_on(store), WHO[language]
    other, told = firm.rows_of(STAYS), firm.mentions(STAYS)
    asker = Asker(tab(browser, firm.served, language), firm.post, language, who.name, who.email)
    asker.asks("delete")
    asker.opens()
    worked(firm, asker, *(staff(browser, firm.served, name, language) for name in ("olga", "per")))
    assert firm.mentions(who) == []
    assert not any(firm.rows_of(who).values())
    assert (firm.rows_of(STAYS), firm.mentions(STAYS)) == (other, told), "nobody else is touched"
    answered(firm, asker)


def worked(firm: Company, asker: Asker, officer: Staff, approver: Staff) -> None:
    """At the desk: one proposes, another approves, and what else was asked is decided."""
    officer.takes(asker.number)
    officer.sees("shop.customer")
    assert asker.email not in officer.page.content(), (
        "nothing personal is shown before somebody says what for"
    )
    officer.proposes()
    assert asker.email in str(firm.live.dump()), "nothing is touched before a second person has approved"
    approver.takes(asker.number)
    approver.approves()
    approver.sees(f"certificate-{asker.number}.json")
    officer.comes_back()
    officer.decides("objection", "granted", answer="reklame")
    officer.done_by_hand("objection")
    officer.sees(STATES["delivered"].within(officer.language))
    officer.closes()


def answered(firm: Company, asker: Asker) -> None:
    """The person is told by mail, and fetches at the link what verifies."""
    assert asker.link in asker.told(title("erased", asker.language))
    asker.opens()
    asker.reads("closed")
    assert asker.email not in asker.page.url
    told = firm.verified(asker.fetches("certificate*.json"))
    assert told["consistent"], told
    assert told["signer"], told
    assert b"<html" in asker.fetches("certificate*.html")


def test_all_of_it_without_a_script(company_on: On, browser: Any) -> None:
    """The person, whoever proposes and whoever approves: no page needs a script, from the first password on."""
    firm = company_on("sqlite")
    person = Asker(tab(browser, firm.served, "da", scripts=False), firm.post, "da", CILLE.name, CILLE.email)
    person.asks("delete")
    person.opens()
    furnish(firm.served)
    desk = []
    for name in ("nanna", "palle"):
        desk.append(Staff(tab(browser, firm.served, "da", scripts=False), name, "da"))
        desk[-1].signs_in(desk[-1].enters(firm.served.link_path(name)))
    worked(firm, person, *desk)
    assert firm.mentions(CILLE) == []
    answered(firm, person)
    assert person.page.context.cookies() == []


@pytest.mark.mysql
def test_the_person_needs_no_mouse(company_on: On, browser: Any) -> None:
    firm = company_on("mysql")
    person = ByKeyboard(tab(browser, firm.served, "en"), firm.post, "en", JENS.name, JENS.email)
    person.asks("delete")
    person.opens()
    worked(firm, person, *(staff(browser, firm.served, name, "en") for name in ("olga", "per")))
    assert firm.mentions(JENS) == []
    answered(firm, person)
