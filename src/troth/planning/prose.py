"""Guarantees how an identifier may be written in prose, and tells where a candidate stands for itself.

A text is read through a view (NFC, casefold, white space squeezed, invisible characters dropped, `\\u00e5`,
`%20` and `&aring;` undone) that keeps the exact way back to its characters.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple
from urllib.parse import unquote

import phonenumbers

from troth.terms.canonical import INVISIBLE, TYPOGRAPHIC, Kind, fold, is_cpr, parse_phone, wide_domain

_SPACES = [chr(c) for c in range(1, 0x3001) if chr(c).isspace() and c != 32]
_SAME = str.maketrans({**dict.fromkeys(_SPACES, " "), **TYPOGRAPHIC})  # one character for one character
_ANY_SAME = re.compile("[" + re.escape("".join(map(chr, _SAME))) + "]")
ESCAPE = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}"
# In one character: JSON and log escapes, URL and HTML encoding.
_CODED = rf"{ESCAPE}|\\[nrt]|%(?:[2-7]|[cCdD][0-9a-fA-F]%[89abAB])[0-9a-fA-F]|&#?\w{{2,8}};"
_EASY = re.compile(rf"\s{{2,}}|{_CODED}")
_BARE = re.compile(r"[a-z0-9@._+,-]+(?: [a-z0-9@._+,-]+)*")  # as it is already, like most identifiers
_HARD = "[^\0-\xac\xae-\xde\xe0-\xff‐-‧‰-⁞€←-⇿]"  # a text with none of these is looked at less closely
GLUE = re.compile(r"(?<=[0-9])[ .\-/()]{1,3}(?=[0-9])")  # what people write between the digits of a number
_COLUMN = re.compile(r"[\n\r\t\v\f]|\\[nrt]")  # what parts the figures of a table
_LABELS = frozenset(
    ["t", "m", "p", "tlf", "tel", "telefon", "phone", "mobil", "mob", "fax", "cpr", "cprnr", "nr"]
)
_ABROAD = re.compile(r"(?:\+|(?<![0-9])00|(?<![0-9])011)[0-9]{1,3}\)?[ .\-/()]{1,3}$")


@dataclass(frozen=True, slots=True)
class Needle:
    """One identifier of one person, in its canonical form (`terms.canonical`)."""

    kind: Kind
    canonical: str
    subject: int


class Shape(NamedTuple):
    """What is looked for, and by which rule a candidate is judged."""

    rule: str
    text: str
    country: str = ""
    home: bool = True
    trunk: str = ""
    extension: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A rewritten text; per piece: where it begins here and there, and, if it was changed, ends there."""

    text: str
    source: str
    here: list[int]
    there: list[int]
    stop: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the source that holds these characters."""
        if not self.here:
            return start, end
        first, last = bisect_right(self.here, start) - 1, bisect_right(self.here, end - 1) - 1
        begin = self.there[first] + (start - self.here[first] if self.stop[first] < 0 else 0)
        return begin, self.there[last] + end - self.here[last] if self.stop[last] < 0 else self.stop[last]


def rewrite(pattern: re.Pattern[str], source: str, change: Callable[[str], str]) -> View:
    here: list[int] = []
    there: list[int] = []
    stop: list[int] = []
    pieces: list[str] = []
    size = done = 0

    def add(piece: str, begin: int, end: int) -> int:
        pieces.append(piece)
        here.append(size)
        there.append(begin)
        stop.append(end)
        return size + len(piece)

    for match in pattern.finditer(source):
        begin, end = match.span()
        size = add(source[done:begin], done, -1) if begin > done else size
        size = add(change(match[0]), begin, end)
        done = end
    if not pieces:
        return View(source, source, [], [], [])
    add(source[done:], done, -1)
    return View("".join(pieces), source, here, there, stop)


@cache
def _closely() -> re.Pattern[str]:
    """Everything that does not fold one character to one: marks, expansions, invisible characters."""
    marks, odd = [], []
    for c in map(chr, range(0xA0, 0x20000)):
        if unicodedata.category(c)[0] == "M" or "\u1160" <= c <= "\u11ff":
            marks.append(c)
        elif c.isdecimal() or fold(c) != c.casefold() or len(c.casefold()) != 1 or "\ud800" <= c <= "\udfff":
            odd.append(c)
    lone, joined = "".join(odd), "".join(marks) + INVISIBLE
    joining = rf"(?s:.)(?={_HARD})[{joined}\U000e0100-\U000e01ef]+"
    return re.compile(
        rf"\s[\s{INVISIBLE}]+|{_CODED}|{joining}|(?={_HARD})[{lone}\U0002f800-\U0002fa1f{INVISIBLE}]"
    )


def _undo(odd: str) -> str:
    if odd[0] == "\\" and len(odd) in {2, 6, 12} and odd[1] in "nrtu":
        odd = json.loads(f'"{odd}"')
    elif odd[0] == "%" and len(odd) in {3, 6}:
        odd = unquote(odd)
    elif odd[0] == "&" and odd[-1] == ";":
        odd = html.unescape(odd)
    odd = "".join(c for c in odd if c not in INVISIBLE)
    if odd.isspace():
        return " "
    folded = (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in fold(odd))
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in folded)


def view_of(source: str) -> View:
    if _BARE.fullmatch(source):
        return View(source, source, [], [], [])
    raw = rewrite(_closely() if re.search(_HARD, source) else _EASY, source, _undo)
    text = raw.text.lower() if raw.text.isascii() else raw.text.casefold()
    if _ANY_SAME.search(text):
        text = text.translate(_SAME)
    return View(text, source, raw.here, raw.there, raw.stop)


def shapes_of(needle: Needle, region: str) -> Iterator[Shape]:
    """How an identifier may be written; nothing for one that would hit other people as well."""
    value = needle.canonical
    if needle.kind == "email":
        for form in (value, wide_domain(value)):
            yield Shape("email", form)
    elif needle.kind == "name":
        yield from _name_shapes(value.split())
    elif needle.kind == "phone":
        base, _, extension = value.partition(";ext=")
        number = parse_phone(base, region) if base.startswith("+") else None
        if number:
            home = phonenumbers.country_code_for_region(region) == number.country_code
            metadata = phonenumbers.PhoneMetadata.metadata_for_region(region) if home else None
            trunk = (metadata.national_prefix if metadata else None) or ""
            national = phonenumbers.national_significant_number(number)
            yield Shape("number", national, str(number.country_code), home, trunk, extension)
        elif len(base) >= 8:
            yield Shape("number", base.lstrip("+"), "", not base.startswith("+"))
    elif needle.kind == "national_id" and is_cpr(value):
        yield Shape("cpr", value)
        yield Shape("int", value.lstrip("0"))
    elif needle.kind == "national_id" and len(value) >= 6:
        yield Shape("number" if value.isdecimal() else "id", value)
    elif len(value) >= (4 if needle.kind == "text" and not value.isdecimal() else 6):
        yield Shape("text" if needle.kind == "text" else "id", value)


def _name_shapes(words: list[str]) -> Iterator[Shape]:
    if sum(len(word) > 1 for word in words) < 2:
        return
    dotted = [f"{word}." if len(word) == 1 else word for word in words]
    for forms in (words, dotted):
        plain = " ".join(forms)
        for form in (plain, re.sub(r"(?<=\.) (?=\S\.)", "", plain), plain.replace(" ", "+")):
            yield Shape("name", form)
        for cut in {1, len(forms) - 1}:
            first, last = " ".join(forms[:cut]), " ".join(forms[cut:])
            yield Shape("inverted", f"{last}, {first}")
            yield Shape("inverted", f"{last},{first}")


def _joined(text: str, start: int, end: int, low: int, high: int, before: str, after: str) -> bool:
    """Whether a word goes on past the stretch, directly or across one of these characters."""
    while start > low and text[start - 1] in before:
        start -= 1
    sign = text[start - 1] if start > low else ""
    step = 1 if end < high and text[end] in after else 0
    return sign.isalnum() or text[end + step : min(end + step + 1, high)].isalnum()


# What may stand inside a word of this kind, so that more letters beyond it make it another word.
_EDGES = {"email": (".-_+'%", "-."), "text": ("-_.'@", "-_.'@"), "id": ("-_.'@", "-_.'@")}


def judge(shape: Shape, view: View, start: int, end: int, low: int, high: int) -> tuple[int, int] | None:
    """The stretch to replace if a candidate stands for itself between `low` and `high`, else None."""
    if shape.rule in {"number", "cpr"}:
        return _number(shape, view, start, end, low, high)
    if shape.rule == "int" or (shape.rule == "inverted" and _listed(view, start, end, low, high)):
        return None
    edge, (before, after) = high, _EDGES.get(shape.rule, ("-'", "-'"))
    if shape.rule in {"name", "inverted"} and re.match(r"'?s(?![^\W_])", view.text[end : min(end + 3, high)]):
        edge = end  # a genitive keeps its ending; Jensenius and Jensen-Olsen are other people
    return None if _joined(view.text, start, end, low, edge, before, after) else (start, end)


def _listed(view: View, start: int, end: int, low: int, high: int) -> bool:
    """Whether `Jensen, Alice` is two people in a list: `Bob Jensen, Alice Sørensen`."""
    begin = max(low, start - 40)
    before = re.search(r"(?<![^\W_])[^\W\d_][\w'.-]* $", view.text[begin:start])
    if not before or not re.match(r" [^\W\d_]", view.text[end : min(end + 2, high)]):
        return False
    return all(view.source[view.span(at, at + 1)[0]].isupper() for at in (begin + before.start(), end + 1))


def _number(shape: Shape, view: View, start: int, end: int, low: int, high: int) -> tuple[int, int] | None:
    """A number however spaced, with its own country code or none, and not in a longer run of digits."""
    text, within = view.text, view.text[start:end]
    groups = re.split("[^0-9]+", within)
    begin, stop = view.span(start, end)
    if _COLUMN.search(view.source[begin:stop]):
        return None  # a column of figures
    if shape.rule == "cpr" and tuple(map(len, groups)) not in {(10,), (6, 4), (2, 2, 2, 4)}:
        return None
    start -= 1 if ")" in within and start > low and text[start - 1] == "(" else 0
    ahead = text[max(low, start - 16) : start] if shape.rule == "number" else ""
    prefix = _prefix(shape.country, shape.trunk).search(ahead)
    own = prefix[0] if prefix else ""
    if own[:1] in set("123456789") and not own[-1].isdecimal() and len(groups) == 1:
        own = ""  # in "45 12345678" the 45 may be anything
    if not (own or shape.home) or any(len(group) < 2 for group in groups[1 if own else 0 :]):
        return None
    start -= len(own)
    if own[:1] not in {"+", "("} and _runs_on_left(view, start, within, low):
        return None
    if shape.extension:
        pattern = rf"[ ,;]*(?:;ext=|ext|lok|lokal|x|#)[ .:=]*{shape.extension}(?![0-9])"
        behind = re.match(pattern, text[end : min(end + 24, high)])
        return (start, end + behind.end()) if behind else None
    return None if _runs_on_right(view, end, within, high) else (start, end)


@cache
def _prefix(country: str, trunk: str) -> re.Pattern[str]:
    coded = rf"\(?(?:\+|(?<![0-9])00|(?<![0-9])011) ?{country}\)?[ .\-/]{{0,2}}(?:\(0\) ?)?"
    plain = "|".join(filter(None, (country, trunk)))
    return re.compile(rf"(?:{coded}|(?<![0-9+])(?:{plain})[ .\-]?)$" if plain else rf"{coded}$")


def _runs_on_left(view: View, at: int, within: str, low: int) -> bool:
    text, sign = view.text, view.text[max(low, at - 1) : at]
    if sign.isalpha():
        word = re.search(r"[^\W\d_]+$", text[max(low, at - 12) : at])
        return not word or word[0] not in _LABELS
    if sign.isdecimal() or sign == "+" or _ABROAD.search(text[max(low, at - 10) : at]):
        return True
    return at - 2 >= low and text[at - 2].isdecimal() and _continues(view, at - 1, within)


def _runs_on_right(view: View, at: int, within: str, high: int) -> bool:
    text = view.text[at : min(at + 2, high)]
    if text[:1].isalnum():
        return not re.fullmatch("x[0-9]", text)  # x12 is an extension
    return text[1:].isdecimal() and _continues(view, at, within)


def _continues(view: View, at: int, within: str) -> bool:
    """Whether the separator between our digits and more digits makes them one number."""
    sign, (begin, end) = view.text[at], view.span(at, at + 1)
    return sign in "-." or (sign in "/ " and sign in within and not _COLUMN.search(view.source[begin:end]))
