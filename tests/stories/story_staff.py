"""The staff at the console: how they come in, and what they do with a case, by the page's own words."""

from __future__ import annotations

import re
import struct
import time
from base64 import b32decode
from dataclasses import dataclass
from hashlib import sha1
from hmac import digest
from pathlib import Path
from typing import Any

from running_server import PASSWORD, Served
from story_browser import SECONDS, sent, tab, words

from troth.web.console import desk_words
from troth.web.console.words import SAYS as CONSOLE
from troth.web.portal.words import KINDS
from troth.web.site.text import TEXTS

ACCOUNTS = {"olga": ("officer",), "per": ("approver",), "nanna": ("officer",), "palle": ("approver",)}


def one_time(secret: str) -> str:
    """RFC 6238, six digits, thirty seconds; not in the last moments of one."""
    if (left := 30 - time.time() % 30) < 3:
        time.sleep(left)
    mac = digest(
        b32decode(secret + "=" * (-len(secret) % 8)), struct.pack(">Q", int(time.time()) // 30), sha1
    )
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


@dataclass
class Staff:
    """Somebody of the company at the console, signed in."""

    page: Any
    name: str
    language: str
    path: str = ""

    def say(self, key: str, **given: object) -> str:
        return {**CONSOLE, **desk_words.SAYS}[key].within(self.language).format(**given)

    def enters(self, link: str) -> str:
        """The first time: a password at the one-time link, an app with codes, and out again; the secret of the app."""
        page = self.page
        page.goto(link)
        page.fill("input[name=password1]", PASSWORD)
        page.fill("input[name=password2]", PASSWORD)
        sent(page, page.locator("main form button").first)
        sent(page, page.get_by_role("link", name=TEXTS["sign_in"].within(self.language), exact=True))
        self.signs_in()
        sent(page, page.get_by_role("link", name=TEXTS["factor_add"].within(self.language)))
        sent(page, page.locator("a[href$='totp/activate/']"))
        page.fill("input[name=password]", PASSWORD)  # who left the screen open is not enough
        sent(page, page.locator("main form button").first)
        secret = str(page.locator("#authenticator_secret").input_value())
        page.fill("input[name=code]", one_time(secret))
        sent(page, page.locator("main form button").first)
        sent(page, page.get_by_role("link", name=TEXTS["to_cases"].within(self.language)))
        sent(page, page.get_by_role("button", name=TEXTS["sign_out"].within(self.language)))
        return secret

    def signs_in(self, secret: str = "") -> None:
        page = self.page
        page.goto("/console/")
        page.fill("input[name=login]", self.name)
        page.fill("input[name=password]", PASSWORD)
        sent(page, page.get_by_role("button", name=TEXTS["sign_in"].within(self.language), exact=True))
        if secret:
            page.fill("input[name=code]", one_time(secret))
            sent(page, page.locator("main form button").first)
            page.get_by_role("heading", name=self.say("inbox"), exact=True).wait_for()

    def takes(self, number: str) -> None:
        """A case, by its number."""
        self.page.goto("/console/")
        self.page.get_by_label(self.say("find_label"), exact=True).fill(number)
        self.press("find")
        self.path = self.page.url

    def sees(self, text: str) -> str:
        """The page of the case once it says this."""
        end = time.monotonic() + SECONDS
        while text not in (said := words(self.page)):
            assert time.monotonic() < end, f"{text!r} not in: {said[-3000:]}"
            time.sleep(0.2)
            self.page.goto(self.path)
        return said

    def comes_back(self) -> None:
        self.page.goto(self.path)

    def press(self, key: str) -> None:
        sent(self.page, self.page.get_by_role("button", name=self.say(key), exact=True))

    def proposes(self) -> str:
        """The dry run, with every box ticked that looking answers; what the plan says."""
        self.press("dry_run")
        if self.page.locator("input[name=accept]").count():
            for box in self.page.locator("input[name=accept]").all():
                box.check()
            self.press("dry_run")
        told = self.sees(self.say("proposed_by", proposer=self.name))
        assert not self.page.get_by_role("button", name=self.say("approve"), exact=True).count(), (
            "who proposes does not approve"
        )
        return told

    def approves(self) -> None:
        self.press("approve")

    def declined(self) -> str:
        return str(self.page.inner_text(".errors"))

    def fold(self, summary: str) -> Any:
        """A part of the page that is unfolded by its heading."""
        part = self.page.locator("details").filter(has=self.page.locator("summary", has_text=summary))
        part.locator("summary").click()
        return part

    def types_in(self, kind: str, **given: str) -> None:
        """A request that came by letter; on to its case."""
        page = self.page
        page.goto("/console/")
        sent(page, page.get_by_role("link", name=self.say("type_in")))
        page.get_by_label(KINDS[kind].within(self.language), exact=True).check()
        page.get_by_label(self.say("channel")).select_option(label=self.say("letter"))
        for key, value in given.items():
            page.get_by_label(self.say(key), exact=True).fill(value)
        self.press("save")
        self.path = page.url

    def verifies(self, proven: str, how: str) -> None:
        part = self.fold(self.say("verify"))
        part.get_by_label(self.say("proven")).fill(proven)
        part.get_by_label(self.say("how")).fill(how)
        sent(self.page, part.get_by_role("button", name=self.say("verify")))

    def decides(self, kind: str, outcome: str, **given: str) -> None:
        """A decision in the words of the form: outcome, ground, reasons."""
        part = self.fold(f"{self.say('decide')}: {KINDS[kind].within(self.language)}")
        part.get_by_label(self.say(outcome), exact=True).check()
        for name, value in given.items():
            place = part.locator(f"[name={name}]")
            place.select_option(value) if name == "ground" else place.fill(value)
        sent(self.page, part.get_by_role("button"))

    def done_by_hand(self, kind: str) -> None:
        name = f"{self.say('done_by_hand')}: {KINDS[kind].within(self.language)}"
        sent(self.page, self.page.get_by_role("button", name=name))

    def prints(self, letter: str) -> bytes:
        """A letter as a PDF."""
        row = self.page.locator("ul.papers li").filter(has_text=letter)
        with self.page.expect_download() as told:
            row.get_by_role("button", name=self.say("print")).click()
        return Path(told.value.path()).read_bytes()

    def posts_all(self) -> None:
        """Says of each letter that waits that it is in the post."""
        waiting = self.page.get_by_role("button", name=f"{self.say('posted')}:")
        while waiting.count():
            sent(self.page, waiting.first)

    def closes(self) -> None:
        self.press("close")


def staff(browser: Any, served: Served, name: str, language: str) -> Staff:
    """Somebody at the console, who signed in there with password and code."""
    if name not in served.badges:
        first = Staff(tab(browser, served, language), name, language)
        first.signs_in(furnished(served, name))
        served.badges[name] = first.page.context.storage_state()
        first.page.context.close()
    return Staff(tab(browser, served, language, storage_state=served.badges[name]), name, language)


def furnish(served: Served) -> None:
    """The accounts of the stories, each with its one-time link waiting."""
    new = {name: roles for name, roles in ACCOUNTS.items() if name not in served.links}
    if new:
        served.accounts(new)


def furnished(served: Served, name: str) -> str:
    """An account with its password and its app of codes, by forms alone; the secret of the app."""
    furnish(served)
    if name not in served.signed:
        served.signed[name] = served.sign_in(name)
    if served.environment.get("TROTH_SECOND_FACTOR") == "none":
        return ""
    browser = served.signed[name]
    asked = browser.get("/console/account/2fa/totp/activate/", follow=True)
    form = browser.send(asked, "reauthenticate", password=PASSWORD, follow=True)
    found = re.search(r'value="([A-Z2-7]{16,})"', form.text)
    assert found, form.text
    assert browser.send(form, "totp", code=one_time(found[1])).status == 302
    return found[1]
