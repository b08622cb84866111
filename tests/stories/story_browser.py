"""People at their browsers: the one who asks, whoever answers beside us, and the staff; each does what the page's own words say."""

from __future__ import annotations

import re
import struct
import time
from base64 import b32decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha1
from hmac import digest
from pathlib import Path
from typing import Any

from running_server import PASSWORD, Served
from story_post import Post

from troth.web.console import desk_words
from troth.web.console.words import SAYS as CONSOLE
from troth.web.portal import task_words
from troth.web.portal.words import KINDS, SAYS, STATES
from troth.web.site.text import TEXTS

CHROMIUM = Path("/usr/bin/chromium")
SECONDS = 40
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


@dataclass
class Asker:
    """Somebody at the portal, and the link and the number of the case that they opened."""

    page: Any
    post: Post
    language: str
    name: str
    email: str
    link: str = ""
    number: str = ""
    since: int = -1  # how many mails there were before

    def __post_init__(self) -> None:
        self.since = len(self.post.mails) if self.since < 0 else self.since

    def told(self, says: str) -> str:
        """The mail that says this, once it has come; none from before they asked."""
        return self.post.wait(self.email, says, self.since)

    def say(self, key: str, **given: object) -> str:
        return SAYS[key].within(self.language).format(**given)

    # -- what a hand does; somebody without a mouse does it otherwise --

    def press(self, button: Any) -> None:
        sent(self.page, button)

    def fill(self, field: Any, text: str) -> None:
        field.fill(text)

    def choose(self, choice: Any) -> None:
        choice.check()

    def go(self, button: Any) -> None:
        button.click()

    # -- the pages, by their own words --

    def button(self, key: str) -> Any:
        return self.page.get_by_role("button", name=self.say(key), exact=True)

    def begins(self, choice: str) -> None:
        """From the first page on to who asks; `choice` is a large answer, or a kind of request."""
        self.page.goto(f"/{self.language}/")
        large = choice in ("see", "delete", "stop")
        self.press(self.page.get_by_role("button", name=self.say(choice if large else "else")))
        self.choose(self.page.locator("input[value=DK]"))
        self.press(self.button("go_on"))
        if not large:
            self.choose(self.page.get_by_label(KINDS[choice].within(self.language), exact=True))
            self.press(self.button("go_on"))

    def tells_who(self, agent_for: tuple[str, str] = ("", "")) -> None:
        """Who they are, and for whom they ask; on to the last page."""
        self.answer("name", self.name)
        self.answer("email", self.email)
        self.choose(self.field("agent_yes" if any(agent_for) else "agent_no"))
        self.press(self.button("go_on"))
        if any(agent_for):
            self.answer("agent_name", agent_for[0])
            self.answer("agent_email", agent_for[1])
            self.choose(self.field("agent_confirm"))
            self.press(self.button("go_on"))

    def field(self, key: str) -> Any:
        return self.page.get_by_label(self.say(key), exact=True)

    def answer(self, key: str, text: str) -> None:
        self.fill(self.field(key), text)

    def sends(self) -> None:
        """The last page is sent; the mail that it came in holds the same link."""
        self.press(self.button("send"))
        self.page.get_by_role("heading", name=self.say("sent_title")).wait_for()
        found = re.search(r"\d{4}-\d{4}", words(self.page))
        assert found, words(self.page)
        self.number = found[0]
        self.link = str(self.page.get_by_role("link", name=self.say("status_link")).get_attribute("href"))
        assert self.link in self.told(self.number)

    def asks(self, choice: str) -> None:
        self.begins(choice)
        self.tells_who()
        self.sends()

    def opens(self) -> None:
        """The page of the case, by the link and a fresh code from the mail."""
        self.page.goto(self.link)
        assert self.number not in words(self.page), "the link alone shows nothing"
        before = len(self.post.mails)
        self.press(self.button("send_code"))
        head = "Din kode til sag" if self.language == "da" else "Your code for case"
        found = re.search(r"\b(\d{8})\b", self.post.wait(self.email, f"{head} {self.number}", before))
        assert found
        self.answer("code", found[1])
        self.press(self.button("go_on"))
        self.page.get_by_role("heading", name=self.number).wait_for()

    def reads(self, state: str) -> str:
        """What the page of the case says, once it stands at this state."""
        said = words(self.page)
        assert STATES[state].within(self.language) in said, said
        return said

    def fetches(self, file: str) -> bytes:
        """A file of the case whose name begins and ends so, as `copy*.zip`."""
        begins, ends = file.split("*")
        row = self.page.locator("ul.papers li").filter(has_text=re.compile(rf"{begins}\S*{re.escape(ends)}"))
        with self.page.expect_download() as told:
            self.go(row.get_by_role("button"))
        return Path(told.value.path()).read_bytes()

    def asks_for_paper(self, name: str) -> None:
        """Sends a form of the page with another paper's name in it."""
        form = self.page.locator("ul.papers form").first
        form.locator("input[name=paper]").evaluate("(one, name) => one.value = name", name)
        self.press(form.get_by_role("button"))


@dataclass
class ByKeyboard(Asker):
    """The same with the keyboard alone; where it stands is always seen."""

    def press(self, button: Any) -> None:
        with self.page.expect_navigation():
            self.go(button)

    def fill(self, field: Any, text: str) -> None:
        self.reach(field)
        self.page.keyboard.type(text)

    def choose(self, choice: Any) -> None:
        """The tabulator leads to the first of several choices, the arrows to each."""
        group = self.page.locator(f"input[name={choice.get_attribute('name')}]")
        self.reach(group.first)
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if choice.evaluate("one => one === document.activeElement && one.checked"):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(choice)

    def go(self, button: Any) -> None:
        self.reach(button)
        self.page.keyboard.press("Enter")

    def reach(self, there: Any) -> None:
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if there.evaluate("one => one === document.activeElement"):
                shown = there.evaluate("one => getComputedStyle(one).outlineStyle")
                assert shown != "none", f"{there}: whoever cannot see where they are is lost"
                return
        raise AssertionError(f"no key leads to {there}")


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
        self.signs_in()
        sent(page, page.get_by_role("link", name=TEXTS["factor_add"].within(self.language)))
        sent(page, page.locator("a[href$='totp/activate/']"))
        page.fill("input[name=password]", PASSWORD)  # who left the screen open is not enough
        sent(page, page.locator("main form button").first)
        secret = str(page.locator("#authenticator_secret").input_value())
        page.fill("input[name=code]", one_time(secret))
        sent(page, page.locator("main form button").first)
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
        """A case, by its number in the inbox."""
        self.page.goto("/console/")
        sent(self.page, self.page.get_by_role("link", name=number, exact=True).first)
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


def answers_task(page: Any, language: str, said: str, note: str = "") -> str:
    """The owner of a system kept by hand answers behind the link of their mail; what the page then says."""
    page.get_by_label(task_words.SAID[said].within(language)).check()
    if note:
        page.get_by_label(task_words.SAYS["words"].within(language)).fill(note)
    page.get_by_role("button", name=task_words.SAYS["send"].within(language)).click()
    return words(page)


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
    if not served.links:
        served.accounts(
            {"olga": ("officer",), "per": ("approver",), "nanna": ("officer",), "palle": ("approver",)}
        )


def furnished(served: Served, name: str) -> str:
    """An account with its password and its app of codes, by forms alone; the secret of the app."""
    furnish(served)
    browser = served.sign_in(name)
    asked = browser.get("/console/account/2fa/totp/activate/", follow=True)
    form = browser.send(asked, "reauthenticate", password=PASSWORD, follow=True)
    found = re.search(r'value="([A-Z2-7]{16,})"', form.text)
    assert found, form.text
    assert browser.send(form, "totp", code=one_time(found[1])).status == 302
    return found[1]


def opened_letter(browser: Any, html: bytes) -> str:
    """What a letter that was saved says to whoever opens it."""
    page = browser.new_page()
    page.set_content(html.decode("utf-8"))
    told = str(page.inner_text("body"))
    page.close()
    return told
