"""Guarantees that a letter says the same as a page, as plain text and as PDF; nothing is fetched, and nothing of it runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from troth.documents.letter import Composed, Grid, Letter, Link, Section, Value, compose
from troth.documents.letter_texts import frame
from troth.documents.markup import (
    FOOT,
    Column,
    Html,
    day,
    facts,
    h2,
    head,
    join,
    li,
    moment,
    p,
    table,
    tag,
    text,
)
from troth.terms.bilingual import Lang, number
from troth.terms.errors import TrothError


def _plain(value: Value, lang: Lang) -> str:
    if isinstance(value, datetime):
        return moment(value, lang)
    if isinstance(value, date):
        return day(value, lang)
    if isinstance(value, Link):
        return value.words or value.address
    if isinstance(value, int):
        return number(value, lang)
    return value if isinstance(value, str) else value.within(lang)


class _Spoken:
    """Everything as it is."""

    def text(self, words: str) -> str:
        return words

    def value(self, value: Value, lang: Lang) -> str:
        return _plain(value, lang)

    def joined(self, parts: Sequence[str]) -> str:
        return "".join(parts)


class _Marked:
    """Everything escaped; a date is a `<time>`, an address a link."""

    def text(self, words: str) -> str:
        return text(words)

    def value(self, value: Value, lang: Lang) -> str:
        if isinstance(value, Link):
            return tag("a", value.words or value.address, href=value.address)
        if isinstance(value, date):
            return tag("time", _plain(value, lang), datetime=value.isoformat())
        return text(_plain(value, lang))

    def joined(self, parts: Sequence[str]) -> str:
        return join(parts)


def page(letter: Letter) -> str:
    """The letter as one HTML page in its language; raises LetterError where a part is missing."""
    composed = compose(letter, _Marked())
    parts = (
        _letterhead(letter, composed.title),
        p(composed.opening, class_="opening"),
        *(_section(one) for one in composed.sections),
        _farewell(letter),
    )
    return join((head(composed.title, lang=letter.lang, kind="letter"), *parts, FOOT), "\n")


def _letterhead(letter: Letter, title: str) -> Html:
    us, lang = letter.company, letter.lang
    to = [one for one in (letter.addressee.name, *letter.addressee.lines) if one]
    about = ((frame("case", lang), letter.case), (frame("date", lang), tag("time", day(letter.on, lang))))
    return tag(
        "header",
        p(tag("strong", us.name), tag("br"), us.address, class_="sender"),
        tag("address", join(to, "\n"), class_="to", aria_label=frame("to", lang)) if to else Html(),
        facts(about),
        tag("h1", title),
    )


def _section(one: Section) -> Html:
    parts = [
        *([h2(one.heading)] if one.heading else []),
        *([p(one.text)] if one.text else []),
        *(tag("p", words, class_="said") for words in one.paragraphs),
        *([tag("ul", *map(li, one.items), class_="plain")] if len(one.items) > 1 or _is_list(one) else []),
        *([p(one.items[0])] if len(one.items) == 1 and not _is_list(one) else []),
        *([_table(one, one.grid)] if one.grid else []),
        *([p(one.after)] if one.after else []),
        *([p(tag("a", one.button.words, href=one.button.address, class_="button"))] if one.button else []),
        *([p(one.button.address, class_="address")] if one.button else []),
    ]
    return tag("section", *parts, data_part=one.part)


def _is_list(one: Section) -> bool:
    """Whether a sentence or a heading announces the items; one that stands alone is a sentence itself."""
    return bool(one.text)


def _table(one: Section, grid: Grid) -> Html:
    columns = tuple(Column(heading, heading) for heading in grid.headings)
    return table(one.heading or one.text, columns, grid.rows, quiet=True)


def _farewell(letter: Letter) -> Html:
    lang, us = letter.lang, letter.company
    lines = [line for line in (letter.signed, us.name) if line]
    known = [(frame(name, lang), value) for name, value in _reached(letter)]
    return tag(
        "footer",
        p(frame("closing", lang), tag("br"), join(lines, "\n"), class_="farewell"),
        facts(known),
        class_="foot",
    )


def _reached(letter: Letter) -> Iterator[tuple[str, str]]:
    """How the sender is reached; what the notice does not name is not there."""
    us = letter.company
    officer = ", ".join(one for one in (us.officer, us.officer_email) if one)
    yield from (pair for pair in (("email", us.email), ("phone", us.phone), ("officer", officer)) if pair[1])


def plain(letter: Letter) -> str:
    """The letter as plain text: the body of a mail. Raises LetterError where a part is missing."""
    composed, lang = compose(letter, _Spoken()), letter.lang
    blocks = [composed.opening, *_blocks(composed)]
    blocks.append(
        "\n".join(one for one in (frame("closing", lang), letter.signed, letter.company.name) if one)
    )
    reached = [letter.company.address, *(f"{frame(name, lang)}: {value}" for name, value in _reached(letter))]
    reached.append(f"{frame('case', lang)}: {letter.case}")
    return "\n\n".join((*blocks, "\n".join(reached))) + "\n"


def headline(letter: Letter) -> str:
    """What the letter is about, for a mail's subject: no personal value, and the case's number."""
    return f"{compose(letter, _Spoken()).title} [{letter.case}]"


def _blocks(composed: Composed) -> Iterator[str]:
    for one in composed.sections:
        lines = [one.heading.upper()] if one.heading else []
        lines += [words for words in (one.text, *one.paragraphs) if words]
        lines += [f"- {words}" if _is_list(one) or len(one.items) > 1 else words for words in one.items]
        lines += list(_rows(one.grid)) if one.grid else []
        lines += [one.after] if one.after else []
        lines += [f"{one.button.words}: {one.button.address}"] if one.button else []
        yield "\n".join(lines)


def _rows(grid: Grid) -> Iterator[str]:
    for row in grid.rows:
        cells = (f"{heading}: {cell}" for heading, cell in zip(grid.headings, row, strict=True))
        yield f"- {'; '.join(cells)}"


PDF: Final = "pdf/ua-1"


def pdf(html: str) -> bytes:
    """A page of ours as a tagged PDF (PDF/UA-1); raises TrothError rather than fetch anything a page might name."""
    from weasyprint import HTML, LOGGER  # a second to load, and only for those who print
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    LOGGER.setLevel("ERROR")  # what a style says to screens alone is no fault of the paper
    try:
        nothing = URLFetcher(allowed_protocols=(), fail_on_errors=True)
        return bytes(HTML(string=html, url_fetcher=nothing).write_pdf(pdf_variant=PDF))
    except FatalURLFetchingError:
        raise TrothError("a document asked for something outside itself") from None
