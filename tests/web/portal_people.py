"""How people go through the portal in the tests: page by page, by forms alone, with the mail that really comes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from http_visitor import Page, Visitor
from running_server import Served
from story_post import Post

PDF = b"%PDF-1.7\nkanarie-paper\n%%EOF\n"
LINK = re.compile(r"/(?:da|en)/case/([a-z2-7]+)/")
_nets = iter(range(1, 250))


def somebody(served: Served, language: str = "en") -> Visitor:
    """Somebody from a network of their own, so that one does not use up the attempts of another."""
    return Visitor(served.base, language, source=f"127.0.{next(_nets)}.1")


@dataclass
class Person:
    """One who asks, and follows what becomes of it."""

    served: Served
    post: Post
    language: str = "en"
    name: str = "Signe Holt"
    email: str = "signe@portal.example"
    browser: Visitor = field(init=False)
    pages: list[Page] = field(default_factory=list)
    link: str = ""
    number: str = ""

    def __post_init__(self) -> None:
        self.browser = somebody(self.served, self.language)

    def begin(self, choice: str) -> Page:
        return self.next(self.browser.get(f"/{self.language}/"), choice=choice)

    def next(self, page: Page, /, **fields: str) -> Page:
        found = self.browser.send(page, "/ask/", **fields)
        self.pages.append(found)
        return found

    def to_check(
        self, choice: str, home: str = "DK", agent: dict[str, str] | None = None, **details: str
    ) -> Page:
        """On to the last page; `choice` is one of the large answers, or a kind of request."""
        page = self.begin(choice if choice in ("see", "delete", "stop") else "else")
        page = self.next(page, home=home)
        if choice not in ("see", "delete", "stop"):
            page = self.next(page, kind=choice)
        page = self.next(page, name=self.name, email=self.email, agent="yes" if agent else "no")
        if agent:
            page = self.next(page, **agent)
        if details:
            page = self.next(page, **details)
        return page

    def sent(self, page: Page, **fields: str) -> Page:
        """Sends the last page, and keeps the link and the number."""
        done = self.next(page, **fields)
        found = LINK.search(done.text)
        assert found, done.text
        self.link = found[0]
        number = re.search(r"\d{4}-\d{4}", done.text)
        assert number
        self.number = number[0]
        return done

    def ask(self, choice: str, home: str = "DK", **details: str) -> Page:
        return self.sent(self.to_check(choice, home, **details))

    def code(self) -> str:
        """A fresh code, from the mail that comes."""
        before = len(self.post.mails)
        self.door = self.browser.send(self.browser.get(self.link), "case", action="send")
        return self.coded(before)

    def coded(self, after: int) -> str:
        says = (
            f"Din kode til sag {self.number}"
            if self.language == "da"
            else f"Your code for case {self.number}"
        )
        found = re.search(r"\b(\d{8})\b", self.post.wait(self.email, says, after))
        assert found
        return found[1]

    def enter(self) -> Page:
        """The page of the case, opened by a fresh code."""
        code = self.code()
        page = self.browser.send(self.door, "case", action="code", code=code)
        assert self.number in page.text, page.text
        return page
