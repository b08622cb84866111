"""What a privacy notice must say, as dated data: items with their law, and the words that show them in a plain text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

_BEGINS: Final = r"(?<!\w)"
BUILT_IN: Final[Mapping[str, str]] = {
    "@email": r"[\w.+-]+@[\w-]+\.[\w.-]+",
    "@phone": r"\+\d[\d ()-]{6,}\d|\b\d{2} \d{2} \d{2} \d{2}\b|\(\d{3}\) ?\d{3}-\d{4}|\b1?-?8\d\d-\d{3}-\d{4}\b"
    r"|\b(?:tlf|telefon|tel|phone)\.?:?\s\+?\d[\d ()-]{6,}\d",
    "@address": r"(?-i:\b\d{4,5} [A-ZÆØÅ][a-zæøå]+|\b[A-Z]{2} \d{5}\b|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b)",
    "@date": r"\b\d{1,2}\.? (?:jan|feb|mar|apr|maj|may|jun|jul|aug|sep|okt|oct|nov|dec)\w* (?:19|20)\d\d|\b(?:19|20)\d\d-\d\d-\d\d\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* \d{1,2},? (?:19|20)\d\d|\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d\b",
    "@duration": r"\b(?:\d+|et?|én|to|tre|fire|fem|seks|syv|otte|ni|ti|tolv|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
    r" (?:hele |full )?(?:år|måned|uge|dag|døgn|time|year|month|week|day|hour)",
    "@month": r"\b(?:en|én|1|one|a) (?:måned|month)|\b(?:30|31) (?:dage|days)",
}
"""What is recognised in every language."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Concepts that stand in one sentence, or one paragraph, and those that must not."""

    whole: bool
    all: tuple[str, ...]
    none: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a notice must say, or with `defect` must not; it is asked from `since` on."""

    id: str
    law: str
    citation: str
    since: date
    mark: str
    da: str
    en: str
    parts: tuple[tuple[Clause, ...], ...]
    vague: tuple[Clause, ...]
    when: tuple[Clause, ...]
    unless: tuple[Clause, ...]
    least: int
    defect: bool


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    return tomllib.loads(files("troth.law").joinpath("content.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def items() -> tuple[Item, ...]:
    """Every item, whether it holds yet or not."""
    return tuple(_item(told) for told in _data()["items"])


def _item(told: Mapping[str, Any]) -> Item:
    def clauses(name: str) -> tuple[Clause, ...]:
        return tuple(_clause(text) for text in told.get(name, ()))

    parts = tuple(tuple(_clause(text) for text in part) for part in told["parts"])
    return Item(
        told["id"], told["law"], told["citation"], told["from"], told["mark"], told["da"], told["en"],
        parts, clauses("vague"), clauses("when"), clauses("unless"), told.get("least", 1), told.get("defect", False),
    )  # fmt: skip


def _clause(text: str) -> Clause:
    whole = text.startswith("line:")
    wanted, *unwanted = text.removeprefix("line:").split(" - ")
    return Clause(whole, tuple(wanted.split(" + ")), tuple(unwanted))


@lru_cache(maxsize=4)
def concepts(language: str) -> Mapping[str, re.Pattern[str]]:
    """The concepts by name, as one pattern each."""
    told: Mapping[str, list[str]] = _data()["concepts"][language]
    found = {name: _any_of(terms) for name, terms in told.items()}
    return {name: re.compile(text, re.IGNORECASE) for name, text in {**found, **BUILT_IN}.items()}


def _any_of(terms: Sequence[str]) -> str:
    """One pattern for all terms; where a word begins is asked once for all that begin with one: three times as quick."""
    raw = [term.removeprefix("re:") for term in terms if term.startswith("re:")]
    plain = [_term(term) for term in terms if not term.startswith("re:")]
    first = [term.removeprefix(_BEGINS) for term in plain if term.startswith(_BEGINS)]
    rest = [term for term in plain if not term.startswith(_BEGINS)]
    return "|".join([*([f"{_BEGINS}(?:{'|'.join(first)})"] if first else []), *rest, *raw])


def _term(text: str) -> str:
    return r"[^.!?]{0,80}?".join(_words(part) for part in text.split(" .. "))


def _words(text: str) -> str:
    anywhere, whole = text.startswith("*"), text.endswith("$")
    body = r"\s+".join(re.escape(word) for word in text.strip("*$").split())
    return ("" if anywhere else _BEGINS) + body + (r"(?!\w)" if whole else "")


@lru_cache(maxsize=4)
def absolute(language: str) -> re.Pattern[str]:
    """Words that promise without exception."""
    words = "|".join(r"\s+".join(map(re.escape, text.split())) for text in _data()["absolute"][language])
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


def abbreviations(language: str) -> frozenset[str]:
    """Words after which a full stop ends no sentence."""
    return frozenset(_data()["abbreviations"][language])


def facts(law: str) -> tuple[str, ...]:
    """What a notice must know of its company under a law."""
    return tuple(_data()["facts"][law])


def eea() -> frozenset[str]:
    """The countries of the European Economic Area."""
    return frozenset(_data()["eea"])


def changes() -> Mapping[str, tuple[date, ...]]:
    """The days on which a law that promises speak of has changed."""
    return {told["law"]: tuple(told["days"]) for told in _data()["changes"]}
