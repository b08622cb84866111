"""Guarantees that a letter is whole or not there: each part that its kind and its law demand is said, or the missing part is named.

A letter is a frozen value. `compose` turns it into sections in one voice, for a page or for plain text; it invents nothing, leaves
out nothing, and refuses what names a person by more than name and address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from string import Formatter
from typing import Final, NamedTuple, Protocol
from urllib.parse import urlsplit

from stdnum import luhn

from troth.documents.company import Company
from troth.documents.letter_texts import Part, frame, letters, outline, part, title, words
from troth.requests.kinds import Regime
from troth.requests.parts import missing
from troth.terms.bilingual import Both, Lang
from troth.terms.errors import LetterError


class Link(NamedTuple):
    """An address to go to, and how it is called."""

    address: str
    words: str = ""


Value = str | int | bool | date | Both | Link
Row = Mapping[str, Value]
Fact = Value | Sequence[Value] | Sequence[Row]


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a letter goes: a name, where one is known, and the lines of a postal address; `firm` for a recipient of data."""

    name: str = ""
    lines: tuple[str, ...] = ()
    firm: bool = False


@dataclass(frozen=True)
class Letter:
    """One letter; `facts` are what its parts tell, and nothing but what they tell."""

    kind: str
    regime: Regime
    lang: Lang
    case: str
    on: date
    company: Company
    facts: Mapping[str, Fact]
    addressee: Addressee = field(default_factory=Addressee)
    signed: str = ""

    @property
    def place(self) -> str:
        """How a fault names it."""
        return f"{self.kind} ({self.regime}, {self.lang})"


class Voice(Protocol):
    """How texts and values are written: as markup, or as they are."""

    def text(self, words: str) -> str: ...
    def value(self, value: Value, lang: Lang) -> str: ...
    def joined(self, parts: Sequence[str]) -> str: ...


class Grid(NamedTuple):
    """A table: its headings and its rows."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Section(NamedTuple):
    """One part, written; what is empty is not there."""

    part: str
    heading: str
    text: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...]
    grid: Grid | None
    after: str
    button: Link | None


class Composed(NamedTuple):
    """A letter, written."""

    title: str
    opening: str
    sections: tuple[Section, ...]


def compose(letter: Letter, voice: Voice) -> Composed:
    """The letter in this voice; raises LetterError naming the part that is missing, or what may not stand in it."""
    parts = written(letter)
    _refuse_identifiers(letter)
    writer = _Writer(letter, voice)
    name = letter.addressee.name
    opening = frame("named" if name else "business" if letter.addressee.firm else "unnamed", letter.lang)
    return Composed(
        title(letter.kind, letter.lang),
        writer.fill(opening, {"name": name}),
        tuple(writer.section(one) for one in parts),
    )


def written(letter: Letter) -> tuple[Part, ...]:
    """The parts that this letter has; raises LetterError where one is missing, or a fact belongs to none."""
    if (letter.kind, letter.regime) not in set(letters()):
        raise LetterError("there is no such letter under this law", place=letter.place)
    found: list[Part] = []
    for place in outline(letter.kind, letter.regime):
        here = [part(name, letter.regime, letter.lang) for name in place.either]
        said = [one for one in here if _is_told(letter, one)]
        if place.needed and not said:
            raise _lacking(letter, here[0])
        if len(said) > 1:
            raise LetterError(
                "the letter says two things at once", place=f"{letter.place}: {', '.join(place.either)}"
            )
        found += said
    if lacking := missing(letter.kind, letter.regime, [one.name for one in found], letter.on):
        raise LetterError(
            f"the letter lacks a part that the law demands: {' or '.join(sorted(lacking[0].parts))}",
            place=letter.place,
            remedy=f"{lacking[0].citation}; nothing was sent.",
        )
    for demand in missing(letter.kind, letter.regime, {one.name for one in found}, letter.on):
        raise LetterError(
            "the letter lacks a part that the law demands", place=f"{letter.place}: {' or '.join(sorted(demand.parts))}",
            remedy=f"{demand.citation}; nothing was sent.",
        )  # fmt: skip
    told = frozenset[str]().union(*(one.facts for one in found))
    if unused := sorted(letter.facts.keys() - told):
        raise LetterError(
            "the letter has no part that tells this", place=f"{letter.place}: {', '.join(unused)}"
        )
    return tuple(found)


def needs(kind: str, regime: Regime) -> Mapping[str, frozenset[str]]:
    """For each part of a letter the facts that must be given with it; those that need none are not listed."""
    names = [name for place in outline(kind, regime) for name in place.either]
    found = {name: part(name, regime, "en").facts - _KNOWN for name in names}
    return {name: facts for name, facts in found.items() if facts}


def _lacking(letter: Letter, one: Part) -> LetterError:
    missing = ", ".join(sorted(name for name in one.facts if not _given(letter, one, name)))
    return LetterError(
        f"the letter lacks a part that it must have: {one.name}",
        place=letter.place,
        remedy=f"Say {missing}; nothing was sent.",
    )


def _is_told(letter: Letter, one: Part) -> bool:
    """Whether all that a part tells is known; a part that begins and cannot go on is refused."""
    missing = {name for name in one.facts if not _given(letter, one, name)}
    own = one.facts - _KNOWN
    if missing and own - missing and not _shared(letter, own - missing, one):
        raise _lacking(letter, one)
    return not missing


def _shared(letter: Letter, facts: frozenset[str], one: Part) -> bool:
    """Whether other parts of the letter tell these facts too, so that they announce nothing."""
    others = (
        part(name, letter.regime, letter.lang)
        for place in outline(letter.kind, letter.regime)
        for name in place.either
        if name != one.name
    )
    return facts <= frozenset[str]().union(*(other.facts for other in others))


def _given(letter: Letter, one: Part, name: str) -> bool:
    if name in _KNOWN:
        return bool(_known(letter)[name])
    value = letter.facts.get(name)
    if name == one.when:
        return value is True
    if name in (one.items, one.table, one.each):
        several = isinstance(value, tuple) and not isinstance(value, Both | Link)
        return several and (bool(value) or one.may_be_none)
    if name == one.link:
        return isinstance(value, Link)
    return value not in (None, ()) and (not isinstance(value, str) or bool(value.strip()))


def _known(letter: Letter) -> Mapping[str, Value]:
    """What every letter may say without being told: of its sender, and its number."""
    us = letter.company
    return {
        "case": letter.case, "company": us.name, "address": us.address, "phone": us.phone, "officer": us.officer,
        "email": _mail(us.email), "officer_email": _mail(us.officer_email), "california_email": _mail(us.california_email),
        "authority": us.authority, "authority_address": us.authority_address, "authority_site": _site(us.authority_site),
        "california_authority": us.california_authority,
    }  # fmt: skip


_KNOWN: Final = frozenset(
    [
        "case",
        "company",
        "address",
        "phone",
        "officer",
        "email",
        "officer_email",
        "california_email",
        "authority",
        "authority_address",
        "authority_site",
        "california_authority",
    ]
)


def _mail(address: str) -> Value:
    return Link(f"mailto:{address}", address) if address else ""


def _site(address: str) -> Value:
    bare = address.removeprefix("https://").removeprefix("http://")
    return Link(f"https://{bare}", bare) if bare else ""


class _Writer:
    """Writes the parts of one letter."""

    def __init__(self, letter: Letter, voice: Voice) -> None:
        self.letter = letter
        self.voice = voice
        self.lang = letter.lang
        self.known = _known(letter)

    def section(self, one: Part) -> Section:
        facts = {**self.known, **self.letter.facts}
        empty = one.may_be_none and not self.letter.facts[one.items or one.table]
        return Section(
            one.name,
            one.heading,
            self.fill("" if empty else one.text, facts),
            self._paragraphs(one) if one.each else (),
            (self.fill(one.none, facts),) if empty else self._items(one) if one.items else (),
            self._grid(one) if one.table and not empty else None,
            self.fill("" if empty else one.after, facts),
            self._button(one) if one.link else None,
        )

    def fill(self, template: str, facts: Mapping[str, Fact]) -> str:
        """The sentence with its names filled in."""
        parts: list[str] = []
        for literal, name, _, _ in Formatter().parse(template):
            parts.append(self.voice.text(literal))
            if name:
                parts.append(self.value(facts[name], name))
        return self.voice.joined(parts)

    def value(self, value: object, name: str) -> str:
        if isinstance(value, Link):
            value = self._safe(value, name)
        if not isinstance(value, str | int | date | Both | Link):
            raise LetterError("this cannot stand in a sentence", place=f"{self.letter.place}: {name}")
        return self.voice.value(value, self.lang)

    def _values(self, name: str) -> Sequence[object]:
        value = self.letter.facts[name]
        return value if isinstance(value, tuple) else ()

    def _paragraphs(self, one: Part) -> tuple[str, ...]:
        return tuple(self.value(value, one.each) for value in self._values(one.each))

    def _items(self, one: Part) -> tuple[str, ...]:
        values = self._values(one.items)
        if not one.words:
            return tuple(self.value(value, one.items) for value in values)
        known = words(one.words, self.lang)
        for value in values:
            if value not in known:
                raise LetterError("no letter has words for this", place=f"{self.letter.place}: {one.items}")
        return tuple(self.voice.text(known[str(value)]) for value in values)

    def _grid(self, one: Part) -> Grid:
        rows = []
        for row in self._values(one.table):
            if not isinstance(row, Mapping) or set(row) != set(one.columns):
                wanted = ", ".join(one.columns)
                raise LetterError(
                    f"a row of this table has other columns than {wanted}",
                    place=f"{self.letter.place}: {one.table}",
                )
            rows.append(tuple(self.value(row[column], f"{one.table}.{column}") for column in one.columns))
        return Grid(tuple(map(self.voice.text, one.columns.values())), tuple(rows))

    def _button(self, one: Part) -> Link | None:
        value = self.letter.facts[one.link]
        return Link(self._safe(value, one.link).address, one.button) if isinstance(value, Link) else None

    def _safe(self, link: Link, name: str) -> Link:
        """A link that leads to a page over TLS, to this very machine, or to a mailbox; LetterError for any other."""
        try:
            parts = urlsplit(link.address)
            here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
            if parts.username is None and (here or (parts.scheme == "https" and parts.hostname)):
                return link
        except ValueError:
            parts = urlsplit("")
        if parts.scheme == "mailto" and parts.path.count("@") == 1 and not (parts.query or parts.fragment):
            return link
        raise LetterError(
            "the letter leads to an address that is not safe",
            place=f"{self.letter.place}: {name}",
            remedy="Use https, or a mailbox.",
        )


_MAIL: Final = re.compile(r"[^\s@<>,;:()]+@[^\s@<>,;:()]+\.[^\s@<>,;:().]{2,}")
_NUMBERS: Final = (
    re.compile(
        r"(?<!\d)(?:[0-2]\d|3[01]|[67]\d|8\d|9[01])(?:0\d|1[0-2])\d\d[- ]?\d{4}(?!\d)"
    ),  # a Danish CPR number
    re.compile(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)"),  # an American social security number
)
_CARD: Final = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")


def reveals(words_: str) -> bool:
    """Whether somebody's e-mail address, civil registration or card number stands in words meant for a letter."""
    return bool(_MAIL.search(words_)) or _is_number(words_)


def _refuse_identifiers(letter: Letter) -> None:
    """Raises LetterError where a fact holds a number or an address by which a person is known: no reader needs it."""
    for name, fact in letter.facts.items():
        refused = _is_number if (letter.kind, name) == ("recipient_notice", "about") else reveals
        for words_ in _texts(fact):
            if refused(words_):
                raise LetterError(
                    "a letter does not repeat what a person is known by",
                    place=f"{letter.place}: {name}",
                    remedy="Say it without the number or the e-mail address.",
                )


def _is_number(words_: str) -> bool:
    cards = (re.sub(r"\D", "", found[0]) for found in _CARD.finditer(words_))
    return any(pattern.search(words_) for pattern in _NUMBERS) or any(map(luhn.is_valid, cards))


def _texts(fact: object) -> Iterator[str]:
    if isinstance(fact, Link | date | int):
        return
    if isinstance(fact, str):
        yield fact
    elif isinstance(fact, Mapping):
        for value in fact.values():
            yield from _texts(value)
    elif isinstance(fact, Both):
        yield from (fact.da, fact.en)
    elif isinstance(fact, Sequence):
        for value in fact:
            yield from _texts(value)
