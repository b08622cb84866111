"""Every page of the console in a real browser: nothing that axe finds for officer and auditor, in both languages, narrow and wide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from console_case import NAME, Laid, laid
from http_visitor import Visitor
from running_server import Served
from story_browser import sent

CHROMIUM = Path("/usr/bin/chromium")
LOOKS = ((320, "dark"), (1280, "light"))
PAGES = {
    "officer": (
        "", "type-in/", "promises/", "map/", "keep/", "holds/", "why/", "ledger/", "metrics/", "rehearsal/", "duty/",
    ),
    "auditor": ("", "promises/", "map/", "keep/", "ledger/", "metrics/", "rehearsal/"),
}  # fmt: skip

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium here")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def case(served: Served) -> Laid:
    return laid(served)


def signed_in(chromium: Any, served: Served, visitor: Visitor) -> Any:
    """A browser with the session of somebody who has signed in."""
    context = chromium.new_context(base_url=served.base, viewport={"width": 1280, "height": 900})
    for name, (value, path) in visitor.cookies.items():
        context.add_cookies(
            [{"name": name, "value": value, "domain": "127.0.0.1", "path": path, "httpOnly": True, "sameSite": "Lax"}]
        )  # fmt: skip
    return context


def faults(page: Any, looks: tuple[tuple[int, str], ...] = LOOKS) -> list[str]:
    """What axe finds with every part unfolded, and whatever sticks out of the page, at each width."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    found = []
    for width, light in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=light)
        told = Axe().run(page).response["violations"]
        found += [f"{page.url} {width} {light}: {one['id']} {one['nodes'][0]['html'][:200]}" for one in told]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{page.url} {width}: wider than the window")
    return found


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("role", ["officer", "auditor"])
def test_no_page_has_a_fault(chromium: Any, served: Served, case: Laid, role: str, language: str) -> None:
    browser = served.staff(role)
    page = signed_in(chromium, served, browser).new_page()
    page.goto("/console/")
    if page.locator("html").get_attribute("lang") != language:
        sent(page, page.locator(".language button"))
    found = []
    mine = [f"/console/{name}" for name in PAGES[role]] + [case.path]
    for path in [*mine, f"{case.path}others/"] if role == "officer" else mine:
        answer = page.goto(path)
        assert answer.status == 200, path
        assert page.locator("html").get_attribute("lang") == language, path
        assert page.locator("h1").count() == 1, path
        found += faults(page, LOOKS if path == case.path else LOOKS[:1] if language == "da" else LOOKS[1:])
    if role == "officer":
        page.goto(case.path)
        sent(page, page.locator("button[value=person]"))
        assert NAME in page.content()
        sent(page, page.locator("button[value=matches]"))
        found += faults(page)
    page.context.close()
    assert found == []


def test_a_page_of_the_console_is_worked_with_the_keyboard_alone(
    chromium: Any, served: Served, case: Laid
) -> None:
    """The first stop skips to the content; every button of a case is reached, and each shows where one is."""
    page = signed_in(chromium, served, served.staff("officer")).new_page()
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
