"""A passkey is added, is the second factor, and signs in by itself; in a real browser, with no fault of accessibility on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright
from running_server import PASSWORD, Served

CHROMIUM = "/usr/bin/chromium"
ACCOUNT = "/console/account"
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def page() -> Iterator[Page]:
    """A browser with a key built in, in Danish, on the narrowest screen."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 320, "height": 640}, locale="da-DK")
        keys = page.context.new_cdp_session(page)
        keys.send("WebAuthn.enable")
        keys.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        yield page
        browser.close()


def sound(page: Page, title: str) -> None:
    """The page that was meant, without a finding of axe, and no wider than the screen."""
    expect(page).to_have_title(re.compile(rf"\s*{re.escape(title)}\s*"), timeout=20_000)
    assert [found["id"] for found in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.process
def test_a_passkey_opens_the_console(strict: Served, page: Page) -> None:
    refused: list[str] = []
    page.on(
        "console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None
    )
    strict.accounts({"per": ("approver",)})
    base = strict.base.replace("127.0.0.1", "localhost")  # a passkey belongs to a name
    page.goto(base + strict.link_path("per"))
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", "another one")
    page.click("main button")
    sound(page, "Fejl: Vælg en adgangskode")
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.click("main button")
    page.goto(f"{base}/console/")
    sound(page, "Log ind")
    page.fill("[name=login]", "per")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    sound(page, "Din rolle kræver to-faktor-godkendelse")
    _add_a_key(page, base)
    page.goto(f"{base}/console/")
    expect(page).not_to_have_title(re.compile("to-faktor"))
    page.click("text=Log ud")
    page.wait_for_url(f"**{ACCOUNT}/login/")
    page.click("#passkey_login")
    page.wait_for_url("**/console/")
    assert refused == []


def _add_a_key(page: Page, base: str) -> None:
    page.goto(f"{base}{ACCOUNT}/2fa/webauthn/add/")
    sound(page, "Bekræft adgang")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    sound(page, "Tilføj en adgangsnøgle")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(f"**{ACCOUNT}/2fa/recovery-codes/")
    sound(page, "Gendannelseskoder")
