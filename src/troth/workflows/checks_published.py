"""What a stranger is shown at the company's own address: a fixed handful of pages, fetched once, with a limit on time and size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from troth.evidence.facts import Shown
from troth.notice.model import Notice
from troth.terms.bilingual import Both
from troth.workflows.house import House

PAGES: Final = ("", "notice/", "contact/", "california/", "opt-out/", "limit/")
"""Every page of the portal that opens without a form or a link of one's own, below its language."""
NOTICE: Final = "notice/"
LINKS: Final = ("opt-out/", "limit/")
"""What California wants one step away from every page (Civ. Code 1798.135(a))."""
LANGUAGES: Final = ("da", "en")
SECONDS: Final = 10
MOST: Final = 4_000_000
"""Bytes of one page."""
_NO_ADDRESS: Final = Both(
    "siderne har ingen adresse (TROTH_ADDRESS)", "the pages have no address (TROTH_ADDRESS)"
)
_UNREACHED: Final = Both("adressen svarer ikke herfra", "the address does not answer from here")


class _Page(HTMLParser):
    """The words and the links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: set[str] = set()

    def handle_data(self, data: str) -> None:
        self.words += data.split()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.add(dict(attrs).get("href") or "")


def shown(house: House, notice: Notice) -> Shown:
    """The pages as a stranger gets them, held against the version that is in force."""
    address = house.settings.address.rstrip("/")
    if not address:
        return Shown(why=_NO_ADDRESS)
    languages = [one for one in LANGUAGES if one in notice.languages]
    names = [f"{language}/{page}" for language in languages for page in PAGES]
    try:
        pages = _fetched(address, names)
    except (OSError, HTTPException):
        return Shown(why=_UNREACHED)
    number, told = _in_force(house, notice, languages)
    opened = {name: page for name, page in pages.items() if page is not None}
    bare = [name for name, page in opened.items() if not _links(name) <= page.links]
    missing = [
        language
        for language, words in told.items()
        if (page := opened.get(f"{language}/{NOTICE}")) is not None and not _stands(words, page)
    ]
    return Shown(
        pages=len(names), version=number, missing=tuple(missing), bare=tuple(bare),
        shut=tuple(name for name in names if name not in opened),
    )  # fmt: skip


def _links(name: str) -> frozenset[str]:
    language = name.partition("/")[0]
    return frozenset(f"/{language}/{page}" for page in LINKS)


def _stands(lines: Iterable[str], page: _Page) -> bool:
    """Whether every line stands on the page, word for word."""
    text = " ".join(page.words)
    return all(" ".join(line.split()) in text for line in lines)


def _in_force(
    house: House, notice: Notice, languages: Iterable[str]
) -> tuple[str, Mapping[str, tuple[str, ...]]]:
    """The number of the version in force, and its lines by language with the day from which it holds; '' where there is none."""
    from troth.evidence.promised import lines
    from troth.workflows.books import Books
    from troth.workflows.notice_records import in_force, notice_of
    from troth.workflows.notices import placing

    if not house.has_state():
        return "", {}
    books = Books(house.home, house.settings)
    try:
        row = in_force(books, notice.id)
        if row is None:
            return "", {}
        found = notice_of(books, row)
    finally:
        books.close()
    told = {
        language: tuple(line.words for line in lines(found, language, placing))
        for language in languages
        if language in found.texts
    }
    return str(row.number), told


def _fetched(address: str, names: Iterable[str]) -> dict[str, _Page | None]:
    """Each page by its name, None for one that does not open; nobody is followed elsewhere. Raises OSError or HTTPException."""
    place = urlsplit(address)
    secure = place.scheme == "https"
    made = (HTTPSConnection if secure else HTTPConnection)(place.netloc, timeout=SECONDS)
    found: dict[str, _Page | None] = {}
    try:
        for name in names:
            made.request("GET", f"/{name}", headers={"Accept": "text/html"})
            answer = made.getresponse()
            body = answer.read(MOST + 1)
            if answer.status != 200 or len(body) > MOST:
                found[name] = None
                made.close()
                continue
            page = _Page()
            page.feed(body.decode("utf-8", "replace"))
            found[name] = page
    finally:
        made.close()
    return found
