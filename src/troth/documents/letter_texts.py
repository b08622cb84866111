"""Guarantees that a letter is made of the parts its outline names, in the words of its language and law, and of no other."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from string import Formatter
from typing import Any, Final

from troth.requests.kinds import REGIMES, Regime
from troth.terms.bilingual import Lang

RESTRICTIONS: Final = ("accuracy", "unlawful", "claims", "objection")
"""The four grounds on which a use is restricted, as letters name them (GDPR Art. 18(1)(a)-(d))."""
_STRUCTURE: Final = frozenset({"items", "table", "each", "link", "when", "words", "columns", "may_be_none"})
_WORDING: Final = frozenset({"heading", "text", "after", "columns", "none", "button"})


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a letter under one law in one language: its sentences, and the facts it shows besides."""

    name: str
    heading: str = ""
    text: str = ""
    after: str = ""
    none: str = ""
    button: str = ""
    items: str = ""  # the fact of several values, each on its own line
    table: str = ""  # the fact of rows
    columns: Mapping[str, str] = field(default_factory=dict)
    each: str = ""  # the fact of whole paragraphs
    link: str = ""  # the fact with an address
    when: str = ""  # the fact that must be true
    words: str = ""  # the list of words in which `items` are told
    may_be_none: bool = False

    @property
    def facts(self) -> frozenset[str]:
        """All that must be known to write it."""
        shown = {self.items, self.table, self.each, self.link, self.when} - {""}
        return frozenset(shown.union(*map(placeholders, (self.heading, self.text, self.after, self.none))))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part stands in a letter: one of `either`, and `needed` or only where its facts are told."""

    either: tuple[str, ...]
    needed: bool


def placeholders(text: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


@lru_cache(maxsize=1)
def _outline() -> Mapping[str, Any]:
    return _read("outline")


@lru_cache(maxsize=2)
def _texts(lang: Lang) -> Mapping[str, Any]:
    return _read(lang)


def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads(files("troth.documents").joinpath(f"letters/{name}.toml").read_text("utf-8"))


def letters() -> Iterator[tuple[str, Regime]]:
    """Every letter there is, with each law under which it is written."""
    for kind, lists in _outline()["letters"].items():
        yield from ((kind, regime) for regime in REGIMES if regime in lists)


def outline(kind: str, regime: Regime) -> tuple[Place, ...]:
    """The places of a letter, in order; raises KeyError where there is no such letter under this law."""
    named: Sequence[str] = _outline()["letters"][kind][regime]
    return tuple(Place(tuple(one.removesuffix("?").split("|")), not one.endswith("?")) for one in named)


@lru_cache(maxsize=512)
def part(name: str, regime: Regime, lang: Lang) -> Part:
    """A part as it is written under this law in this language; raises KeyError for one that there is not."""
    structure, wording = dict(_outline()["parts"][name]), dict(_texts(lang)[name])
    wording |= wording.get(regime, {})
    for law in REGIMES:
        wording.pop(law, None)
    if not (structure.keys() <= _STRUCTURE and wording.keys() <= _WORDING):
        raise KeyError(name)
    order = structure.pop("columns", ())
    columns = wording.pop("columns", {})
    if set(order) != set(columns):
        raise KeyError(f"{name}.columns")
    return Part(name, **structure, **wording, columns={key: columns[key] for key in order})


def title(kind: str, lang: Lang) -> str:
    """A letter's headline."""
    return str(_texts(lang)["titles"][kind])


def frame(name: str, lang: Lang) -> str:
    """One of the words that every letter has."""
    return str(_texts(lang)["frame"][name])


def words(name: str, lang: Lang) -> Mapping[str, str]:
    """A list of words, by what they stand for."""
    found: Mapping[str, str] = _texts(lang)["words"][name]
    return found
