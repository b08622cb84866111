"""Somebody at the portal, and whoever answers beside us: each does what the page's own words say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from story_browser import sent, words
from story_post import Post

from troth.web.portal import task_words
from troth.web.portal.words import KINDS, SAYS, STATES


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


def answers_task(page: Any, language: str, said: str, note: str = "") -> str:
    """The owner of a system kept by hand answers behind the link of their mail; what the page then says."""
    page.get_by_label(task_words.SAID[said].within(language)).check()
    if note:
        page.get_by_label(task_words.SAYS["words"].within(language)).fill(note)
    page.get_by_role("button", name=task_words.SAYS["send"].within(language)).click()
    return words(page)
