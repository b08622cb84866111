"""Guarantees that one pass finds every given person's identifiers in prose and JSON, and removes only those.

Matching runs on a view of the text (NFC, casefold, white space squeezed, zero-width characters dropped,
`\\u00e5` undone) that keeps the exact way back: what is not hit stays byte for byte, and nothing is found in
what was redacted. What would hit other people too is not searched for, but told (`Needles.unsearchable`).
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple
from urllib.parse import unquote

import ahocorasick_rs
import phonenumbers

from troth.terms.canonical import INVISIBLE, TYPOGRAPHIC, Kind, fold, is_cpr, parse_phone, wide_domain
from troth.terms.errors import UsageError

TOKEN: Final = "[erased]"  # noqa: S105 - it stands where an identifier stood
Subjects = frozenset[int] | None
_SPACES = [chr(c) for c in range(1, 0x3001) if chr(c).isspace() and c != 32]
_SAME = [*((space, " ") for space in _SPACES), *TYPOGRAPHIC.items()]  # one character for one character
_ESCAPE = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}"
# In one character: JSON and log escapes, URL and HTML encoding.
_CODED = rf"{_ESCAPE}|\\[nrt]|%(?:[2-7]|[cCdD][0-9a-fA-F]%[89abAB])[0-9a-fA-F]|&#?\w{{2,8}};"
_EASY = re.compile(rf"\s{{2,}}|{_CODED}")
_HARD = "[^\0-\xac\xae-\xde\xe0-\xff‐-‧‰-⁞€←-⇿]"  # a text with none of these is looked at less closely
_GLUE = re.compile(r"(?<=[0-9])[ .\-/()]{1,3}(?=[0-9])")  # what people write between the digits of a number
_COLUMN = re.compile(r"[\n\r\t\v\f]|\\[nrt]")  # what parts the figures of a table
_LABELS = frozenset(
    ["t", "m", "p", "tlf", "tel", "telefon", "phone", "mobil", "mob", "fax", "cpr", "cprnr", "nr"]
)
_ABROAD = re.compile(r"(?:\+|(?<![0-9])00|(?<![0-9])011)[0-9]{1,3}\)?[ .\-/()]{1,3}$")
_JSON = re.compile(
    r'(?P<literal>"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]*)(?P<colon>\s*:)?|[{}]', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Needle:
    """One identifier of one person, in its canonical form (`terms.canonical`)."""

    kind: Kind
    canonical: str
    subject: int


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a needle stands: offsets in the searched text, or in that string of a parsed value."""

    start: int
    end: int
    needle: Needle


class _Shape(NamedTuple):
    """What is looked for, and by which rule a candidate is judged."""

    rule: str
    text: str
    country: str = ""
    home: bool = True
    trunk: str = ""
    extension: str = ""


@dataclass(slots=True)
class _Span:
    start: int
    end: int
    needles: list[Needle]
    fill: str


_Candidate = tuple[int, int, _Shape, list[Needle]]
_Name = tuple[str, bool, int]  # a name in a JSON object as it will be, whether it changed, where it ends


@dataclass(frozen=True, slots=True)
class _View:
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


def _rewrite(pattern: re.Pattern[str], source: str, change: Callable[[str], str]) -> _View:
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
        return _View(source, source, [], [], [])
    add(source[done:], done, -1)
    return _View("".join(pieces), source, here, there, stop)


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


def _view(source: str) -> _View:
    raw = _rewrite(_closely() if re.search(_HARD, source) else _EASY, source, _undo)
    text = raw.text.lower() if raw.text.isascii() else raw.text.casefold()
    for odd, plain in _SAME:
        text = text.replace(odd, plain)
    return _View(text, source, raw.here, raw.there, raw.stop)


def _shapes(needle: Needle, region: str) -> Iterator[_Shape]:
    """How an identifier may be written; nothing for one that would hit other people as well."""
    value = needle.canonical
    if needle.kind == "email":
        for form in (value, wide_domain(value)):
            yield _Shape("email", form)
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
            yield _Shape("number", national, str(number.country_code), home, trunk, extension)
        elif len(base) >= 8:
            yield _Shape("number", base.lstrip("+"), "", not base.startswith("+"))
    elif needle.kind == "national_id" and is_cpr(value):
        yield _Shape("cpr", value)
        yield _Shape("int", value.lstrip("0"))
    elif needle.kind == "national_id" and len(value) >= 6:
        yield _Shape("number" if value.isdecimal() else "id", value)
    elif len(value) >= (4 if needle.kind == "text" and not value.isdecimal() else 6):
        yield _Shape("text" if needle.kind == "text" else "id", value)


def _name_shapes(words: list[str]) -> Iterator[_Shape]:
    if sum(len(word) > 1 for word in words) < 2:
        return
    dotted = [f"{word}." if len(word) == 1 else word for word in words]
    for forms in (words, dotted):
        plain = " ".join(forms)
        for form in (plain, re.sub(r"(?<=\.) (?=\S\.)", "", plain), plain.replace(" ", "+")):
            yield _Shape("name", form)
        for cut in {1, len(forms) - 1}:
            first, last = " ".join(forms[:cut]), " ".join(forms[cut:])
            yield _Shape("inverted", f"{last}, {first}")
            yield _Shape("inverted", f"{last},{first}")


def _joined(text: str, start: int, end: int, low: int, high: int, before: str, after: str) -> bool:
    """Whether a word goes on past the stretch, directly or across one of these characters."""
    while start > low and text[start - 1] in before:
        start -= 1
    sign = text[start - 1] if start > low else ""
    step = 1 if end < high and text[end] in after else 0
    return sign.isalnum() or text[end + step : min(end + step + 1, high)].isalnum()


# What may stand inside a word of this kind, so that more letters beyond it make it another word.
_EDGES = {"email": (".-_+'%", "-."), "text": ("-_.'@", "-_.'@"), "id": ("-_.'@", "-_.'@")}


def _judge(shape: _Shape, view: _View, start: int, end: int, low: int, high: int) -> tuple[int, int] | None:
    """The stretch to replace if a candidate stands for itself between `low` and `high`, else None."""
    if shape.rule in {"number", "cpr"}:
        return _number(shape, view, start, end, low, high)
    if shape.rule == "int" or (shape.rule == "inverted" and _listed(view, start, end, low, high)):
        return None
    edge, (before, after) = high, _EDGES.get(shape.rule, ("-'", "-'"))
    if shape.rule in {"name", "inverted"} and re.match(r"'?s(?![^\W_])", view.text[end : min(end + 3, high)]):
        edge = end  # a genitive keeps its ending; Jensenius and Jensen-Olsen are other people
    return None if _joined(view.text, start, end, low, edge, before, after) else (start, end)


def _listed(view: _View, start: int, end: int, low: int, high: int) -> bool:
    """Whether `Jensen, Alice` is two people in a list: `Bob Jensen, Alice Sørensen`."""
    begin = max(low, start - 40)
    before = re.search(r"(?<![^\W_])[^\W\d_][\w'.-]* $", view.text[begin:start])
    if not before or not re.match(r" [^\W\d_]", view.text[end : min(end + 2, high)]):
        return False
    return all(view.source[view.span(at, at + 1)[0]].isupper() for at in (begin + before.start(), end + 1))


def _number(shape: _Shape, view: _View, start: int, end: int, low: int, high: int) -> tuple[int, int] | None:
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


def _runs_on_left(view: _View, at: int, within: str, low: int) -> bool:
    text, sign = view.text, view.text[max(low, at - 1) : at]
    if sign.isalpha():
        word = re.search(r"[^\W\d_]+$", text[max(low, at - 12) : at])
        return not word or word[0] not in _LABELS
    if sign.isdecimal() or sign == "+" or _ABROAD.search(text[max(low, at - 10) : at]):
        return True
    return at - 2 >= low and text[at - 2].isdecimal() and _continues(view, at - 1, within)


def _runs_on_right(view: _View, at: int, within: str, high: int) -> bool:
    text = view.text[at : min(at + 2, high)]
    if text[:1].isalnum():
        return not re.fullmatch("x[0-9]", text)  # x12 is an extension
    return text[1:].isdecimal() and _continues(view, at, within)


def _continues(view: _View, at: int, within: str) -> bool:
    """Whether the separator between our digits and more digits makes them one number."""
    sign, (begin, end) = view.text[at], view.span(at, at + 1)
    return sign in "-." or (sign in "/ " and sign in within and not _COLUMN.search(view.source[begin:end]))


class Needles:
    """Many identifiers, built once; searching is linear in the text whatever their number.

    `unsearchable`: needles not looked for in prose, since they would hit others: names with fewer than two
    whole words, ids below six characters, text below four, phones below eight digits without a country.
    """

    def __init__(self, needles: Iterable[Needle], region: str = "DK") -> None:
        shapes: dict[_Shape, list[Needle]] = defaultdict(list)
        unsearchable = []
        for needle in dict.fromkeys(needles):
            written = dict.fromkeys(
                shape._replace(text=_view(shape.text).text) for shape in _shapes(needle, region)
            )
            for shape in written:
                shapes[shape].append(needle)
            if not written:
                unsearchable.append(needle)
        self.unsearchable: tuple[Needle, ...] = tuple(unsearchable)
        self._words = [pair for pair in shapes.items() if pair[0].rule not in {"number", "cpr", "int"}]
        self._digits = [pair for pair in shapes.items() if pair[0].rule in {"number", "cpr", "int"}]
        self._in_words = ahocorasick_rs.AhoCorasick([shape.text for shape, _ in self._words])
        self._in_digits = ahocorasick_rs.AhoCorasick([shape.text for shape, _ in self._digits])
        self._whole: dict[str, list[Needle]] = defaultdict(list)  # JSON numbers
        for shape, those in shapes.items():
            if shape.text.isdecimal() and not shape.extension and (shape.country or shape.home):
                self._whole[shape.country + shape.text] += those
                self._whole[shape.text] += those if shape.country and shape.home else []

    def find(self, text: str, subjects: Subjects = None) -> tuple[Hit, ...]:
        """Every hit, left to right; the longer of two that overlap; one for each person who shares it."""
        return _hits(self._prose(text, subjects, TOKEN))

    def redact(self, text: str, subjects: Subjects = None, token: str = TOKEN) -> tuple[str, int]:
        """The text with each hit on these people (all, if None) replaced, and the number of replacements.

        Raises UsageError if the token itself holds an identifier.
        """
        return self._until_clean(text, token, lambda now: self._prose(now, subjects, token))

    def find_cell(self, value: object, subjects: Subjects = None) -> tuple[Hit, ...]:
        """As `find`, in a cell: prose, JSON text, parsed JSON or an array (names, strings, whole numbers)."""
        if isinstance(value, str):
            return _hits(self._cell(value, subjects, TOKEN))
        return _hits(self._walk(value, subjects)[1]) if isinstance(value, dict | list | tuple) else ()

    def redact_cell(self, value: object, subjects: Subjects = None, token: str = TOKEN) -> tuple[object, int]:
        """As `redact`, in a cell; of JSON text only the string or number that was hit changes.

        Names that would coincide get a number. Bytes, dates and plain numbers are returned as they are.
        """
        if isinstance(value, str):
            return self._until_clean(value, token, lambda now: self._cell(now, subjects, token))
        if not isinstance(value, dict | list | tuple):
            return value, 0
        changed, spans = self._walk(value, subjects, token)
        return changed, len(spans)

    def _candidates(self, view: _View) -> list[_Candidate]:
        text = view.text
        found = self._in_words.find_matches_as_indexes(text, overlapping=True)
        candidates = [(start, end, *self._words[at]) for at, start, end in found]
        if self._digits:
            tight = _rewrite(_GLUE, text, lambda _: "")
            found = self._in_digits.find_matches_as_indexes(tight.text, overlapping=True)
            candidates += [(*tight.span(start, end), *self._digits[at]) for at, start, end in found]
        return candidates

    def _prose(self, source: str, subjects: Subjects, token: str) -> list[_Span]:
        view = _view(source)
        found = [
            (start, end, shape, _of(those, subjects)) for start, end, shape, those in self._candidates(view)
        ]
        settled = _settle(view, [candidate for candidate in found if candidate[3]])
        return [_Span(*view.span(*stretch), needles, token) for stretch, needles in settled.items()]

    def _cell(self, text: str, subjects: Subjects, token: str) -> list[_Span]:
        if not _is_json(text):
            return self._prose(text, subjects, token)
        if "\\" not in text and not self._candidates(_view(text)):
            return []
        spans: list[_Span] = []
        objects: list[list[_Name]] = []
        for match in _JSON.finditer(text):
            if match[0] == "{":
                objects.append([])
            elif match[0] == "}":
                spans += _apart(objects.pop())
            else:
                name, found = self._literal(match["literal"], match.start(), subjects, token)
                spans += found
                if match["colon"]:
                    objects[-1].append((name, bool(found), match.end("literal") - 1))
        return spans

    def _literal(self, raw: str, at: int, subjects: Subjects, token: str) -> tuple[str, list[_Span]]:
        """A string or number in JSON text: what it says once redacted, and what is to change in the text."""
        if raw[0] != '"':
            needles = _of(self._whole.get(raw, []), subjects)
            return raw, [_Span(at, at + len(raw), needles, json.dumps(token))] if needles else []
        said = json.loads(raw, strict=False) if "\\" in raw else raw[1:-1]
        spans = self._cell(said, subjects, token)
        if not spans:
            return said, []
        back = [at + place for place in _places(raw)]
        escaped = (json.dumps(span.fill, ensure_ascii=False)[1:-1] for span in spans)
        outer = [
            _Span(back[s.start], back[s.end], s.needles, fill) for s, fill in zip(spans, escaped, strict=True)
        ]
        return _splice(said, spans), outer

    def _walk(self, value: object, subjects: Subjects, token: str = TOKEN) -> tuple[object, list[_Span]]:
        """A parsed value redacted, and every span in its strings; the very same value if there is none."""
        spans: list[_Span] = []
        changed: object = value
        if isinstance(value, str):
            spans = self._cell(value, subjects, token)
            changed = self.redact_cell(value, subjects, token)[0] if spans else value
        elif isinstance(value, int) and 0 < value < 10**16:
            needles = _of(self._whole.get(str(value), []), subjects)
            changed, spans = token, [_Span(0, len(str(value)), needles, token)] if needles else []
        elif isinstance(value, list | tuple):
            items = [self._walk(item, subjects, token) for item in value]
            spans = [span for _, inner in items for span in inner]
            inside = [item for item, _ in items]
            changed = inside if isinstance(value, list) else tuple(inside)
        elif isinstance(value, dict):
            names = [
                self._walk(name, subjects, token) if isinstance(name, str) else (name, []) for name in value
            ]
            items = [self._walk(item, subjects, token) for item in value.values()]
            spans = [span for pair in zip(names, items, strict=True) for _, inner in pair for span in inner]
            more = iter(_apart([(str(name), bool(inner), 0) for name, inner in names], every=True))
            changed = {
                (f"{name}{next(more).fill}" if inner else name): item
                for (name, inner), (item, _) in zip(names, items, strict=True)
            }
        return changed if spans else value, spans

    def _until_clean(self, text: str, token: str, search: Callable[[str], list[_Span]]) -> tuple[str, int]:
        count = 0
        for _ in range(len(text) + 2):
            spans = search(text)
            if not spans:
                return text, count
            if not count and self.find(token):
                break
            text = _splice(text, spans)
            count += sum(bool(span.needles) for span in spans)
        raise UsageError("The token that replaces identifiers holds or forms one.", remedy="Choose another.")


def _settle(view: _View, found: list[_Candidate]) -> dict[tuple[int, int], list[Needle]]:
    """The stretches that stand, longest first; what was taken is an edge, as the token will be."""
    taken: list[tuple[int, int]] = []
    settled: dict[tuple[int, int], list[Needle]] = {}
    while found:
        ready: dict[tuple[int, int], list[Needle]] = defaultdict(list)
        weight: dict[tuple[int, int], float] = defaultdict(float)  # in a list of names the plain ones win
        waiting = []
        for candidate in found:
            start, end, shape, needles = candidate
            at = bisect_left(taken, (start, end))
            low = taken[at - 1][1] if at else 0
            high = taken[at][0] if at < len(taken) else len(view.text)
            if low <= start and end <= high:
                waiting.append(candidate)
                if stretch := _judge(shape, view, start, end, low, high):
                    ready[stretch] += needles
                    length = stretch[1] - stretch[0]
                    weight[stretch] = max(weight[stretch], length / 2 if shape.rule == "inverted" else length)
        for stretch in sorted(ready, key=lambda one: (-weight[one], one)):
            at = bisect_left(taken, stretch)
            free = not at or taken[at - 1][1] <= stretch[0]
            if free and (at == len(taken) or stretch[1] <= taken[at][0]):
                taken.insert(at, stretch)
                settled[stretch] = list(dict.fromkeys(ready[stretch]))
        found = waiting if ready else []
    return {stretch: settled[stretch] for stretch in taken}


def _of(needles: list[Needle], subjects: Subjects) -> list[Needle]:
    return needles if subjects is None else [needle for needle in needles if needle.subject in subjects]


def _hits(spans: list[_Span]) -> tuple[Hit, ...]:
    return tuple(Hit(span.start, span.end, needle) for span in spans for needle in span.needles)


def _splice(text: str, spans: list[_Span]) -> str:
    pieces, done = [], 0
    for span in sorted(spans, key=lambda one: one.start):
        if span.start >= done:
            pieces += [text[done : span.start], span.fill]
            done = span.end
    return "".join([*pieces, text[done:]])


def _is_json(text: str) -> bool:
    bare = text.strip(" \t\r\n")
    if bare[:1] + bare[-1:] not in {"{}", "[]", '""'}:
        return False
    try:
        json.loads(bare, strict=False)
    except (ValueError, RecursionError):
        return False
    return True


def _places(raw: str) -> list[int]:
    """Where each character of what a JSON string says begins in its literal, and where the last one ends."""
    places = [match.start() for match in re.finditer(rf"{_ESCAPE}|\\.|[^\\]", raw[1:-1], re.DOTALL)]
    return [place + 1 for place in (*places, len(raw) - 2)]


def _apart(names: list[_Name], *, every: bool = False) -> list[_Span]:
    """What to add to redacted names of one object so that no two coincide and none loses its value."""
    kept = {name for name, changed, _ in names if not changed}
    added = []
    for name in (one for one in names if one[1]):
        number, more = 1, ""
        while name[0] + more in kept:
            number, more = number + 1, f" {number + 1}"
        kept.add(name[0] + more)
        if more or every:
            added.append(_Span(name[2], name[2], [], more))
    return added
