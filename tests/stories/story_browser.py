"""A browser for the stories: one for each who comes, in their language, with or without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from running_server import Served

CHROMIUM = Path("/usr/bin/chromium")
SECONDS = 60
LOCALES = {"da": "da-DK", "en": "en-GB"}


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser for the tests of one file."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


def tab(browser: Any, served: Served, language: str, scripts: bool = True, **more: Any) -> Any:
    """A page in a browser of its own, of somebody who reads this language."""
    context = browser.new_context(
        base_url=served.base, locale=LOCALES[language], java_script_enabled=scripts, viewport={"width": 1280, "height": 900}, **more
    )  # fmt: skip
    context.set_default_timeout(SECONDS * 1000)
    return context.new_page()


def sent(page: Any, button: Any) -> None:
    """Presses it, and waits for the page that it leads to."""
    with page.expect_navigation():
        button.click()


def words(page: Any) -> str:
    return str(page.inner_text("main"))


def opened_letter(browser: Any, html: bytes) -> str:
    """What a letter that was saved says to whoever opens it."""
    page = browser.new_page()
    page.set_content(html.decode("utf-8"))
    told = str(page.inner_text("body"))
    page.close()
    return told
