"""Every page of the portal in a real browser: nothing that axe finds at any width, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from portal_people import Person
from running_server import Served
from story_browser import sent
from story_post import Post

CHROMIUM = Path("/usr/bin/chromium")
PAGES = ("", "contact/", "california/", "opt-out/", "limit/")
LOOKS = ((320, "light"), (1280, "dark"))

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium here")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Any, portal: Served) -> Iterator[Any]:
    made = chromium.new_context(base_url=portal.base, viewport={"width": 1280, "height": 900})
    yield made
    made.close()


def faults(page: Any, looks: tuple[tuple[int, str], ...] = LOOKS) -> list[str]:
    """What axe finds, and whatever sticks out of the page, at each width and in each light."""
    from axe_playwright_python.sync_playwright import Axe

    found = []
    for width, light in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=light)
        told = Axe().run(page).response["violations"]
        found += [f"{page.url} {width} {light}: {one['id']} {one['nodes'][0]['html'][:200]}" for one in told]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{page.url} {width}: wider than the window")
    return found


def test_axe_finds_a_fault_where_there_is_one(context: Any) -> None:
    page = context.new_page()
    page.set_content("<html><body><img src='x'><p style='color:#eee;background:#fff'>pale</p></body></html>")
    assert any("image-alt" in one for one in faults(page))


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_page_has_a_fault(context: Any, language: str) -> None:
    page = context.new_page()
    found = []
    for path in PAGES:
        page.goto(f"/{language}/{path}")
        found += faults(page)
    page.goto(f"/{language}/notice/")
    page.locator("details").first.evaluate("one => one.open = true")
    found += faults(page, LOOKS[:1] if language == "da" else LOOKS[1:])  # it is long
    page.goto(f"/{language}/nowhere/")
    assert [*found, *faults(page)] == []


def test_no_page_of_a_request_has_a_fault(context: Any, portal: Served, post: Post) -> None:
    page, found = context.new_page(), []
    page.goto("/da/")
    sent(page, page.locator("button[value=else]"))
    found += faults(page)
    go_on = "main form .actions button:not(.second)"
    sent(page, page.locator(go_on))
    found += faults(page)  # with its summary of errors
    page.check("input[value=DK]")
    sent(page, page.locator(go_on))
    found += faults(page)
    page.check("input[value=rectification]")
    sent(page, page.locator(go_on))
    page.fill("input[name=name]", "Karla Agent")
    page.fill("input[name=email]", "browser@portal.example")
    page.check("input[name=agent][value=yes]")
    found += faults(page)
    sent(page, page.locator(go_on))
    page.fill("input[name=person_name]", "Tora Lind")
    page.fill("input[name=person_email]", "browser-person@portal.example")
    page.check("input[value=written]")
    found += faults(page)
    sent(page, page.locator(go_on))
    page.check("input[value=phone]")
    page.fill("textarea[name=wrong]", "45")
    page.fill("textarea[name=right]", "46")
    found += faults(page)
    sent(page, page.locator(go_on))
    found += faults(page)
    page.set_input_files(
        "input[type=file]", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    sent(page, page.locator(go_on))
    found += faults(page)
    sent(page, page.locator("main a.button"))
    found += faults(page)
    assert found == []


def test_the_page_of_a_case_has_no_fault(context: Any, portal: Served, post: Post) -> None:
    person = Person(portal, post, "da", email="browser-case@portal.example")
    person.ask("know_specific", "US-CA", period="all")
    page = context.new_page()
    page.goto(person.link)
    before = len(post.mails)
    sent(page, page.locator("button[value=send]"))
    found = faults(page)
    page.fill("input[name=code]", person.coded(before))
    sent(page, page.locator("button[value=code]"))
    assert person.number in page.content()
    assert page.locator("input[name=question]").count()
    assert [*found, *faults(page)] == []


def test_at_twice_the_size_nothing_is_lost(context: Any) -> None:
    """WCAG 1.4.4 and 1.4.10: 200 % at 1280 px is 640 px wide, with letters of twice the size."""
    page = context.new_page()
    for path in ("/da/", "/en/california/", "/da/notice/"):
        page.set_viewport_size({"width": 640, "height": 450})
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_targets_are_large(context: Any) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 800})
    for path in ("/da/", "/da/contact/"):
        page.goto(path)
        for one in page.locator("main button, main a.button, footer a").all():
            box = one.bounding_box()
            assert box is not None
            assert box["height"] >= 44, (path, one.inner_text())
