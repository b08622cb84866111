"""A name means the same in every spelling: `LeveringsAdresse`, `leverings_adresse`, `DELIVERY ADDR`.

`words.toml` says which spellings are one concept, `phrases.toml` what concepts mean together.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

Seq = tuple[str, ...]


def fold(text: str) -> str:
    """Lower case, with æ, ø, å and their neighbours as ae, oe, aa and every other accent dropped."""
    text = unicodedata.normalize("NFC", text).lower()
    for letter, plain in (
        ("æ", "ae"),
        ("ä", "ae"),
        ("ø", "oe"),
        ("ö", "oe"),
        ("å", "aa"),
        ("ü", "ue"),
        ("ß", "ss"),
    ):
        text = text.replace(letter, plain)
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _read(file: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(file).read_text(encoding="utf-8"))


_DATA, _PHRASES = _read("words.toml"), _read("phrases.toml")
_WORDS: dict[str, Seq] = {
    fold(spelling): tuple(sequence.split())
    for sequence, spellings in _DATA["words"].items()
    for spelling in spellings
}
_CONCEPTS = frozenset(concept for sequence in _WORDS.values() for concept in sequence)
_SHORT = frozenset(_DATA["compound"]["short"])
_TAILS = tuple(fold(tail) for tail in _DATA["compound"]["tails"])
_ENDINGS = ("s", "es", "er", "r", "e", "ne", "erne", "en", "et", "n", "ens", "ets", "ers")
_JOINED = re.compile(r"(?<![A-Za-z])e[-_ ]?(mail|post)", re.IGNORECASE)
_ABBREVIATED = re.compile(r"[a-z]{1,4}nr")  # knr, fnr: something's number
_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SURE = {"sure": 0.95, "likely": 0.8, "maybe": 0.6}

FIELDS: Mapping[Seq, tuple[str, float]] = {
    tuple(phrase.split()): (target, _SURE[grade])
    for target, grades in _PHRASES["fields"].items()
    for grade, phrases in grades.items()
    for phrase in phrases
}
"""Phrase -> the category (or @head) it ends a column's name for, and how sure."""
CLASSES: Mapping[Seq, str] = {tuple(p.split()): name for name, ps in _PHRASES["classes"].items() for p in ps}
CONTEXT: Mapping[str, Mapping[str, str]] = {
    head: {who: category for category, whos in options.items() for who in whos}
    for head, options in _PHRASES["context"].items()
}
DEFAULTS: Mapping[str, float] = _PHRASES["defaults"]
TABLES: Mapping[str, list[str]] = _PHRASES["tables"]


@cache
def tokens(name: str) -> Seq:
    """A name's words, folded: `tbl_LeveringsAdresse2` -> ('tbl', 'leverings', 'adresse', '2')."""
    plain = _JOINED.sub("email ", unicodedata.normalize("NFC", name))
    for letter, ascii_ in (("æ", "ae"), ("ø", "oe"), ("å", "aa"), ("Æ", "Ae"), ("Ø", "Oe"), ("Å", "Aa")):
        plain = plain.replace(letter, ascii_)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    plain = re.sub(r"\b(Ae|Oe|Aa)(?=[A-Z])|(?<=[A-Z])(Ae|Oe|Aa)", lambda m: m.group().upper(), plain)
    plain = re.sub(r"(?<=[A-Z])s\b", "S", plain)  # IDs, URLs
    whole = fold(re.sub(r"[^A-Za-z0-9]", "", plain))
    if whole in _WORDS and whole not in _SHORT:
        return (whole,)
    return tuple(part.lower() for part in _TOKEN.findall(plain))


@cache
def _word(token: str, strip: bool = True) -> Seq | None:
    """The concepts of one word, as it stands or without a plural or Danish ending."""
    if token in _WORDS:
        return _WORDS[token]
    if strip:
        if token.endswith("ies") and token[:-3] + "y" in _WORDS:
            return _WORDS[token[:-3] + "y"]
        for ending in _ENDINGS:
            stem = token[: -len(ending)]
            if token.endswith(ending) and len(stem) >= 3 and stem in _WORDS:
                return _WORDS[stem]
    return None


@cache
def _compound(token: str) -> Seq | None:
    """Takes `leveringsadresse` or `USERNAME` apart into known words; None if anything is left over."""
    whole = _word(token)
    if whole is not None:
        return whole
    for cut in range(len(token) - 2, 1, -1):
        head, tail = token[:cut], token[cut:]
        for start in {head, head[:-1] if head[-1] in "se" else head}:
            if len(start) < 4 and start not in _SHORT:
                continue
            known = _word(start, strip=False)
            if known is None or (len(tail) < 4 and tail not in _SHORT):
                continue
            rest = _compound(tail)
            if rest is not None:
                return known + rest
    return None


def _tail(token: str) -> Seq:
    """An unknown word, without the known ending that a Danish compound often has."""
    if _ABBREVIATED.fullmatch(token):
        return (token[:-2], "number")
    for tail in _TAILS:
        if token.endswith(tail) and len(token) >= len(tail) + 4:
            return (token[: -len(tail)], *_WORDS[tail])
    return (token,)


@cache
def concepts(name: str) -> Seq:
    """A name as concepts, attribute last: `date_of_birth` and `Fødselsdato` -> ('birth', 'date')."""
    found: list[str] = []
    for token in tokens(name):
        found.extend(_compound(token) or _tail(token))
    cut = next((n for n in range(1, len(found) - 1) if _turns(found[n - 1], found[n])), 0)
    if cut:
        found = ["count"] if found[cut - 1] == "number" else found[cut + 1 :] + found[:cut]
    elif found[-1:] == ["of"] and len(found) > 1:  # `kvitteret_af`
        found[-1:] = ["by"] if found[-2] == "actor_verb" else ["done", "by"]
    elif found[-1:] == ["by"] and len(found) > 1 and found[-2].endswith("ed") and found[-2] not in _CONCEPTS:
        found[-1:] = ["done", "by"]
    return tuple(found)


def _turns(before: str, word: str) -> bool:
    """Whether a name says its head first: `date of birth`, `besked til modtager`."""
    return (word == "of" and before in _CONCEPTS - {"done"}) or (
        word == "to" and before in ("message", "text")
    )


def suffix(seq: Seq, table: Mapping[Seq, Any]) -> tuple[Any, int] | None:
    """The longest phrase that ends `seq`, neutral endings and digits set aside; and where it begins."""
    end = len(seq)
    while end:
        for start in range(max(0, end - 5), end):
            if seq[start:end] in table:
                return table[seq[start:end]], start
        if seq[end - 1] not in ("neutral", "relation") and not seq[end - 1].isdigit():
            return None
        end -= 1
    return None


def anywhere(seq: Seq, table: Mapping[Seq, Any]) -> tuple[Any, int] | None:
    """The last phrase within `seq`, whatever follows it."""
    for end in range(len(seq), 0, -1):
        for start in range(max(0, end - 5), end):
            if seq[start:end] in table:
                return table[seq[start:end]], start
    return None


def class_of(seq: Seq) -> str | None:
    found = anywhere(seq, CLASSES)
    return str(found[0]) if found else None


def head_class(table: str) -> str | None:
    """What each row of the table is, or None when its last noun is not known (`customer_type`)."""
    seq = entity(table)
    found = suffix(seq, CLASSES)
    return str(found[0]) if found else None


def entity(table: str) -> Seq:
    """A table's concepts without endings that change nothing (`order_details`, `user_accounts_v2`)."""
    seq = concepts(table.rsplit(".", 1)[-1])
    while len(seq) > 1 and (
        seq[-1] in ("neutral", "line") or seq[-1].isdigit() or seq[-1] in TABLES["tails"]
    ):
        seq = seq[:-1]
    return seq
