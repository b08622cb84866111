"""The console in a real browser: as an auditor sees it, with a case that came by letter, and by the keyboard alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest
from console_case import NAME, Laid, laid, step, until
from http_visitor import Visitor
from page_looks import faults
from running_server import Served
from story_browser import CHROMIUM, chromium, sent

AUDITED = ("", "promises/", "map/", "keep/", "ledger/", "metrics/", "rehearsal/")

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium here")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def case(served: Served) -> Laid:
    return laid(served)


def signed_in(browser: Any, served: Served, visitor: Visitor) -> Any:
    """A browser with the session of somebody who has signed in."""
    context = browser.new_context(base_url=served.base, viewport={"width": 1280, "height": 900})
    for name, (value, path) in visitor.cookies.items():
        context.add_cookies(
            [{"name": name, "value": value, "domain": "127.0.0.1", "path": path, "httpOnly": True, "sameSite": "Lax"}]
        )  # fmt: skip
    return context


def read_in(page: Any, language: str) -> None:
    page.goto("/console/")
    if page.locator("html").get_attribute("lang") != language:
        sent(page, page.locator(".language button"))


@pytest.mark.parametrize("language", ["da", "en"])
def test_what_an_auditor_sees_has_no_fault(browser: Any, served: Served, case: Laid, language: str) -> None:
    page, found = signed_in(browser, served, served.staff("auditor")).new_page(), list[str]()
    read_in(page, language)
    for path in [*(f"/console/{name}" for name in AUDITED), case.path]:
        assert page.goto(path).status == 200, path
        found += faults(page, language)
    assert page.goto("/console/holds/").status == 403, (
        "what is not an auditor's is refused on a page like the others"
    )
    found += faults(page, language)
    page.context.close()
    assert found == []


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_case_whose_letters_go_by_post_has_no_fault(
    browser: Any, served: Served, case: Laid, language: str
) -> None:
    page = signed_in(browser, served, served.staff("officer")).new_page()
    read_in(page, language)
    page.goto(case.path)
    found = faults(page, language)
    sent(page, page.locator("button[value=person]"))
    assert NAME in page.content()
    sent(page, page.locator("button[value=matches]"))
    found += faults(page, language)
    page.context.close()
    assert found == []


def test_a_page_of_the_console_is_worked_with_the_keyboard_alone(
    browser: Any, served: Served, case: Laid
) -> None:
    """The first stop skips to the content; every button of a case is reached, and each shows where one is."""
    page = signed_in(browser, served, served.staff("officer")).new_page()
    page.goto(case.path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id || location.hash").strip("#") == "content"
    reached, shown = set(), set()
    for _ in range(60):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "(e => [e.tagName, e.name || e.textContent.trim(), getComputedStyle(e).outlineStyle])(document.activeElement)"
        )
        reached.add(told[1])
        shown |= {told[2]} if told[0] != "BODY" else set()  # past the last one
    assert {"purpose", "what"} <= reached, reached
    assert "none" not in shown, "whoever cannot see where they are is lost"
    page.context.close()


@pytest.mark.parametrize("language", ["da", "en"])
def test_whose_rows_they_are_is_said_by_looking_at_them(browser: Any, served: Served, language: str) -> None:
    """One phone, two rows: nobody is taken for the person before an officer has looked and says why."""
    phone = {"da": "+4591820001", "en": "+4591820002"}[language]
    with closing(sqlite3.connect(served.folder / "crm.sqlite")) as crm, crm:
        for name in ("Tove", "Tove Maria"):
            crm.execute(
                "INSERT INTO contact"
                " (contact_id, first_name, last_name, email, phone, street, postcode, city, country, created_by, created_at)"
                " SELECT max(contact_id) + 1, ?, 'Tvilling', max(contact_id) || '@twins.example', ?, 'Vej 1', '4000', 'Roskilde', 'DK',"
                " min(created_by), max(created_at) FROM contact",
                (name, phone),
            )
    olga = served.staff("officer")
    typed = {"kind": "access", "channel": "letter", "home": "DK", "language": "da", "name": "Tove Tvilling"}
    path = urlsplit(olga.send(olga.get("/console/type-in/"), "type-in", follow=True, **typed).url).path
    step(olga, path, "verify", proven=phone, how="pas")
    until(olga, path, "find.Q001")
    page = signed_in(browser, served, olga).new_page()
    read_in(page, language)
    page.goto(path)
    asked = {"da": "2 rækker, der kan være forskellige personer", "en": "2 rows that may be different people"}
    assert [one for one, said in asked.items() if said in page.content()] == [language]
    assert "crm.contact=" not in page.content()
    sent(page, page.locator("button[value=matches]"))
    assert faults(page, language) == []
    for one in page.locator("input[name=accept]").all():
        one.check()
    page.fill("#m-why", "Samme person, to kort.")
    sent(page, page.locator("form:has(#m-why) button"))
    until(olga, path, '<th scope="row">crm.contact</th><td class="n">2</td>')
    page.context.close()
