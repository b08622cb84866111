"""Whole stories, by real browsers with real mail: somebody is erased on every store and in both languages, and what else may come."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from story_asker import Asker, ByKeyboard, answers_task
from story_browser import opened_letter, tab, words
from story_company import ASTA, CILLE, EMIL, FRIDA, GERDA, HELGE, JENS, STAYS, Company, verified
from story_staff import Staff, furnish, staff

from live import KINDS
from troth.documents.letter_texts import title
from troth.web.portal.words import OUTCOMES, STATES

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
    told = verified(firm.served, asker.fetches("certificate*.json"))
    assert told["consistent"], told
    assert told["signer"], told
    assert b"<html" in asker.fetches("certificate*.html")


def test_all_of_it_without_a_script(company_on: On, browser: Any) -> None:
    """The person, whoever proposes and whoever approves: no page needs a script, from the first password on."""
    firm = company_on("sqlite")
    person = Asker(tab(browser, firm.served, "da", scripts=False), firm.post, "da", CILLE.name, CILLE.email)
    asked: list[str] = []
    person.page.on("request", lambda one: asked.append(one.url))
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
    assert {url[: len(firm.served.base)] for url in asked} == {firm.served.base}, "no third party hears of it"


@pytest.mark.mysql
def test_the_person_needs_no_mouse(company_on: On, browser: Any) -> None:
    firm = company_on("mysql")
    person = ByKeyboard(tab(browser, firm.served, "en"), firm.post, "en", JENS.name, JENS.email)
    person.page.goto("/en/")
    person.page.keyboard.press("Tab")
    assert person.page.evaluate("document.activeElement.className") == "skip"
    person.asks("delete")
    person.opens()
    worked(firm, person, *(staff(browser, firm.served, name, "en") for name in ("olga", "per")))
    assert firm.mentions(JENS) == []
    answered(firm, person)


@pytest.mark.postgres
def test_an_agent_gets_the_copy_once_the_person_has_said_yes(company_on: On, browser: Any) -> None:
    firm = company_on("postgres")
    carla = Asker(tab(browser, firm.served, "en"), firm.post, "en", "Carla Fuldmagt", "carla@bureau.example")
    carla.begins("see")
    carla.tells_who(agent_for=(GERDA.name, GERDA.email))
    carla.sends()
    carla.opens()
    assert carla.say("agent_waits") in words(carla.page), "her own code proves nothing of the person"
    assert "agent_confirmation" not in words(carla.page)
    olga = staff(browser, firm.served, "olga", "en")
    olga.takes(carla.number)
    letter = (
        olga.page.locator("ul.papers li")
        .filter(has_text=title("agent_confirmation", "en"))
        .locator("button")
        .first
    )
    carla.asks_for_paper(str(letter.get_attribute("value")))
    assert carla.say("not_now") in words(carla.page), "the link by which she is confirmed is not hers"
    gerda = Asker(
        tab(browser, firm.served, "en"), firm.post, "en", GERDA.name, GERDA.email, since=carla.since
    )
    gerda.page.goto(link_in(gerda.told(carla.name), "confirm"))
    assert carla.name in words(gerda.page)
    olga.comes_back()
    assert "shop." not in words(olga.page), "to open the page says nothing"
    gerda.press(gerda.button("confirm_yes"))
    assert gerda.say("confirmed") in words(gerda.page)

    olga.sees("shop.customer")
    olga.decides("access", "granted")
    olga.sees(STATES["delivered"].en)
    carla.opens()
    copy = zipfile.ZipFile(io.BytesIO(carla.fetches("copy*.zip")))
    told = " ".join(copy.read(name).decode("utf-8", "replace") for name in copy.namelist())
    assert GERDA.phone in told
    assert not any(needle in told for needle in STAYS.needles)


def test_a_refusal_says_why_and_leads_to_who_hears_complaints(company_on: On, browser: Any) -> None:
    firm = company_on("sqlite")
    frida = Asker(tab(browser, firm.served, "da"), firm.post, "da", FRIDA.name, FRIDA.email)
    frida.asks("see")
    frida.opens()
    olga = staff(browser, firm.served, "olga", "da")
    olga.takes(frida.number)
    olga.sees("shop.customer")
    olga.decides("access", "refused")
    assert olga.declined(), "a refusal without a reason is none"
    olga.decides("access", "refused", ground="eu.excessive", why="Det er femte gang i denne uge.")
    olga.sees(STATES["delivered"].da)
    mail = frida.told("femte gang")
    frida.opens()
    said = frida.reads("delivered")
    letter = opened_letter(browser, frida.fetches("refusal*.html"))
    for place in (mail, letter):
        assert "Datatilsynet" in place
        assert "domstol" in place
        assert "artikel 12, stk. 5" in place
    for word in (
        OUTCOMES["refused"].da,
        "femte gang",
        "anmodningen er overdreven",
        "artikel 12, stk. 5",
        "domstolene",
    ):
        assert word in said
    frida.press(frida.page.get_by_role("link", name=frida.say("authority")))
    assert "Datatilsynet" in words(frida.page)


@pytest.mark.mysql
def test_a_paper_letter_is_answered_on_paper(company_on: On, browser: Any) -> None:
    firm, other = company_on("mysql"), company_on("mysql").rows_of(STAYS)
    olga = staff(browser, firm.served, "olga", "en")
    olga.types_in(
        "erasure", name=HELGE.name, address="Strandvejen 4\n8500 Grenaa", words="Slet mig fra jeres bøger."
    )
    olga.sees(title("acknowledgement", "en"))
    assert "shop." not in words(olga.page), "nothing is searched before it is known who asks"
    olga.verifies(HELGE.email, "He came by and showed his driving licence.")
    olga.sees("shop.customer")
    olga.proposes()
    number = re.search(r"\d{4}-\d{4}", words(olga.page))
    assert number
    per = staff(browser, firm.served, "per", "en")
    per.takes(number[0])
    per.approves()
    olga.sees(title("erased", "en"))
    assert firm.mentions(HELGE) == []
    assert firm.rows_of(STAYS) == other
    assert STATES["delivered"].en not in words(olga.page), "a letter that nobody posted has reached nobody"
    olga.page.goto("/console/")
    assert f"(erased.html) – {number[0]}" in words(olga.page), "and waits in the inbox to be printed"
    olga.comes_back()
    assert olga.prints(title("erased", "en")).startswith(b"%PDF-")
    olga.posts_all()
    olga.sees(STATES["delivered"].en)
    olga.closes()
    olga.sees(STATES["closed"].en)


@pytest.mark.postgres
def test_nothing_is_complete_before_the_cellar_was_searched(company_on: On, browser: Any) -> None:
    firm = company_on("postgres", by_hand=True)
    asta = Asker(tab(browser, firm.served, "en"), firm.post, "en", ASTA.name, ASTA.email)
    asta.asks("erasure")
    asta.opens()
    asked = firm.post.wait("arkiv@storm.example", asta.number, asta.since)
    assert not any(needle in asked for needle in ASTA.needles), "a mail names no person"
    owner = tab(browser, firm.served, "en")
    owner.goto(link_in(asked, "task|opgave"))
    assert ASTA.name in words(owner)
    answers_task(owner, "da", "found")

    olga, per = (staff(browser, firm.served, name, "en") for name in ("olga", "per"))
    olga.takes(asta.number)
    olga.sees("shop.customer")
    olga.proposes()
    per.takes(asta.number)
    per.approves()
    per.sees(f"certificate-{asta.number}.json")
    assert firm.mentions(ASTA) == []
    asta.opens()
    asta.reads("decided")
    part = json.loads(asta.fetches("certificate*.json"))
    assert "archive" in str(part["not_searched"])
    olga.comes_back()
    assert not olga.page.get_by_role("button", name=olga.say("close"), exact=True).count()

    told = firm.post.wait("arkiv@storm.example", "skal det gøres", asta.since)
    owner.goto(link_in(told, "task|opgave"))
    answers_task(owner, "da", "done", "To mapper er makuleret.")
    assert "archive" in asta.told(title("erased", "en"))
    olga.sees(STATES["delivered"].en)
    asta.opens()
    asta.reads("delivered")


def link_in(mail: str, what: str) -> str:
    """The address in a mail that leads to such a page."""
    found = re.search(rf"http://\S+/(?:{what})/\S+/", mail)
    assert found, mail
    return found[0]
