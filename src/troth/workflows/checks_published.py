"""What a stranger is shown at the company's own address: a fixed handful of pages, fetched once, with a limit on time and size."""

from __future__ import annotations

from html.parser import HTMLParser
from http.client import HTTPException
from typing import Final

from troth.documents.markup import day
from troth.evidence.facts import Shown
from troth.notice.model import Notice
from troth.terms.bilingual import LANGUAGES, Both, Lang
from troth.workflows.fetching import fetched
from troth.workflows.house import House

PAGES: Final = ("", "notice/", "contact/", "california/", "opt-out/", "limit/")
"""The pages of the portal that everybody is led to, below its language; docs/checks.md names those left out."""
NOTICE: Final = "notice/"
IN_FORCE: Final = "in-force"
"""The place on the notice's page that says which version it is, and from which day it holds."""
LINKS: Final = ("opt-out/", "limit/")
"""What California wants one step away from every page (Civ. Code 1798.135(a))."""
_NO_ADDRESS: Final = Both(
    "siderne har ingen adresse (TROTH_ADDRESS)", "the pages have no address (TROTH_ADDRESS)"
)
_UNREACHED: Final = Both("adressen svarer ikke herfra", "the address does not answer from here")
_TOO_SLOW: Final = Both("adressen svarer for langsomt herfra", "the address answers too slowly from here")


class _Page(HTMLParser):
    """The words and the links of a page, and the words of the place that says which version it is."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: set[str] = set()
        self.version: list[str] = []
        self._inside = ""

    def handle_data(self, data: str) -> None:
        self.words += data.split()
        if self._inside:
            self.version += data.split()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "a":
            self.links.add(told.get("href") or "")
        if told.get("id") == IN_FORCE:
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""


def shown(house: House, notice: Notice) -> Shown:
    """The pages as a stranger gets them, held against the version that is in force."""
    address = house.settings.address.rstrip("/")
    if not address:
        return Shown(why=_NO_ADDRESS)
    number, held = _in_force(house, notice)
    languages = [one for one in LANGUAGES if one in (held or notice).languages]
    names = [f"{language}/{page}" for language in languages for page in PAGES]
    try:
        texts = fetched(address, names)
    except TimeoutError:
        return Shown(why=_TOO_SLOW)
    except (OSError, HTTPException):
        return Shown(why=_UNREACHED)
    opened = {name: _read(text) for name, text in texts.items() if text is not None}
    pages = {one: page for one in languages if (page := opened.get(f"{one}/{NOTICE}")) is not None}
    return Shown(
        pages=len(names), version=number,
        missing=tuple(one for one, page in pages.items() if held and not _stands(held, one, page)),
        undated=tuple(one for one, page in pages.items() if held and not _dated(held, one, page)),
        bare=tuple(name for name, page in opened.items() if not _links(name) <= page.links),
        shut=tuple(name for name in names if name not in opened),
    )  # fmt: skip


def _read(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    return page


def _links(name: str) -> frozenset[str]:
    language = name.partition("/")[0]
    return frozenset(f"/{language}/{page}" for page in LINKS)


def _stands(held: Notice, language: Lang, page: _Page) -> bool:
    """Whether every line of the version stands on the page, word for word."""
    from troth.evidence.promised import lines
    from troth.workflows.notices import placing

    text = " ".join(page.words)
    return all(" ".join(line.words.split()) in text for line in lines(held, language, placing))


def _dated(held: Notice, language: Lang, page: _Page) -> bool:
    """Whether the place that says which version it is says the day from which it holds."""
    assert held.effective is not None, "every version was published for a day"
    wanted = day(held.effective, language).split()
    return any(page.version[at : at + len(wanted)] == wanted for at in range(len(page.version)))


def _in_force(house: House, notice: Notice) -> tuple[str, Notice | None]:
    """The number of the version in force, and what was published as such; '' and None where there is none. Raises TamperedError."""
    from troth.workflows.books import Books
    from troth.workflows.notice_records import in_force, notice_of

    if not house.has_state():
        return "", None
    books = Books(house.home, house.settings)
    try:
        row = in_force(books, notice.id)
        return ("", None) if row is None else (str(row.number), notice_of(books, row))
    finally:
        books.close()
