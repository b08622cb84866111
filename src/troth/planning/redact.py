"""Guarantees that one pass finds every given person's identifiers in prose and JSON, and removes only those.

Matching runs on a view of the text (NFC, casefold, white space squeezed, zero-width characters dropped,
`\\u00e5` undone) that keeps the exact way back: what is not hit stays byte for byte, and nothing is found in
what was redacted. What would hit other people too is not searched for, but told (`Needles.unsearchable`).
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import accumulate
from typing import Final

import ahocorasick_rs

from troth.planning.prose import ESCAPE, GLUE, Needle, Shape, View, judge, rewrite, shapes_of, view_of
from troth.planning.xmltext import decoded, encoded, is_xml, pieces
from troth.terms.errors import UsageError

__all__ = ["TOKEN", "Hit", "Needle", "Needles", "Subjects", "possible"]
TOKEN: Final = "[erased]"  # noqa: S105 - it stands where an identifier stood
Subjects = frozenset[int] | None
_JSON = re.compile(
    r'(?P<literal>"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]*)(?P<colon>\s*:)?|[{}]', re.DOTALL
)


_KEY = re.compile(r"""(\\*"|&quot;|&\#34;)\s*:\s*\Z""")
_ENDS_VALUE = re.compile(r"\s*(?:[,}\]]|\Z)")
_NAME: Final = "erased"  # where brackets may not stand
_LONGEST_NUMBER = 24


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a needle stands: offsets in the searched text, or in that string of a parsed value."""

    start: int
    end: int
    needle: Needle


@dataclass(slots=True)
class _Span:
    start: int
    end: int
    needles: list[Needle]
    fill: str


_Candidate = tuple[int, int, Shape, list[Needle]]
_Name = tuple[str, bool, int]  # a name in a JSON object as it will be, whether it changed, where it ends


class Needles:
    """Many identifiers, built once; searching is linear in the text whatever their number.

    `unsearchable`: needles not looked for in prose, since they would hit others: names with fewer than two
    whole words, ids below six characters, text below four, phones below eight digits without a country.
    """

    def __init__(self, needles: Iterable[Needle], region: str = "DK") -> None:
        shapes: dict[Shape, list[Needle]] = defaultdict(list)
        unsearchable = []
        for needle in dict.fromkeys(needles):
            written = dict.fromkeys(
                shape._replace(text=view_of(shape.text).text) for shape in shapes_of(needle, region)
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

    def _candidates(self, view: View) -> list[_Candidate]:
        text = view.text
        found = self._in_words.find_matches_as_indexes(text, overlapping=True)
        candidates = [(start, end, *self._words[at]) for at, start, end in found]
        if self._digits:
            tight = rewrite(GLUE, text, lambda _: "")
            found = self._in_digits.find_matches_as_indexes(tight.text, overlapping=True)
            candidates += [(*tight.span(start, end), *self._digits[at]) for at, start, end in found]
        return candidates

    def _prose(self, source: str, subjects: Subjects, token: str) -> list[_Span]:
        view = view_of(source)
        found = [
            (start, end, shape, _of(those, subjects)) for start, end, shape, those in self._candidates(view)
        ]
        settled = _settle(view, [candidate for candidate in found if candidate[3]])
        spans = [_Span(*view.span(*stretch), needles, token) for stretch, needles in settled.items()]
        for span in spans:
            span.fill = _quoted(source, span, token)
        return spans

    def _cell(self, text: str, subjects: Subjects, token: str) -> list[_Span]:
        if "\\" not in text and not self._candidates(view_of(text)):
            return []
        if _is_json(text):
            return self._json(text, subjects, token)
        if is_xml(text):
            return self._xml(text, subjects, token)
        lines = text.split("\n")
        if len(lines) > 1 and all(_is_json(line) for line in lines if line.strip()):
            starts = accumulate((len(line) + 1 for line in lines), initial=0)
            found = (
                _moved(self._cell(line, subjects, token), at) for line, at in zip(lines, starts, strict=False)
            )
            return [span for spans in found for span in spans]
        return self._prose(text, subjects, token)

    def _xml(self, text: str, subjects: Subjects, token: str) -> list[_Span]:
        """What is to change in XML: in its text, its attributes, and where somebody made one of a name."""
        spans: list[_Span] = []
        attributes: dict[int, list[_Name]] = defaultdict(list)
        for piece in pieces(text):
            raw = text[piece.start : piece.end]
            if piece.kind == "name":
                found = [replace(span, fill=_NAME) for span in self._prose(raw, subjects, token)]
                spans += _moved(found, piece.start)
                if piece.tag >= 0:
                    attributes[piece.tag].append((_splice(raw, found), bool(found), piece.end))
            elif piece.kind == "raw":
                spans += _moved(self._cell(raw, subjects, token), piece.start)
            else:
                view = decoded(raw)
                for span in self._cell(view.text, subjects, token):
                    begin, end = view.span(span.start, max(span.end, span.start + 1))
                    end = end if span.end > span.start else begin
                    spans.append(
                        _Span(piece.start + begin, piece.start + end, span.needles, encoded(span.fill))
                    )
        spans += [span for names in attributes.values() for span in _apart(names, space="")]
        for span in spans:  # "]]>" ends what it must not end
            if span.fill.endswith("]") and text[span.end : span.end + 2] == "]>":
                span.fill = _NAME
        return spans

    def _json(self, text: str, subjects: Subjects, token: str) -> list[_Span]:
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
            needles = _of(self._whole.get(_whole(raw), []), subjects)
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
        elif isinstance(value, int | float) and 0 < value < 10**16:
            needles = _of(self._whole.get(_whole(str(value)), []), subjects)
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


def possible(cells: Sequence[str], *needles: Needles) -> set[int]:
    """Numbers of the cells that may hold a hit, the others hold none: one pass over all of them together."""
    starts = list(accumulate((len(cell) + 1 for cell in cells), initial=0))
    view = view_of("\0".join(cells))
    found = {number for number, cell in enumerate(cells) if "\\" in cell}  # an escape may hide one
    for those in needles:
        found |= {
            bisect_right(starts, view.span(start, end)[0]) - 1 for start, end, *_ in those._candidates(view)
        }
    return found


def _settle(view: View, found: list[_Candidate]) -> dict[tuple[int, int], list[Needle]]:
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
                if stretch := judge(shape, view, start, end, low, high):
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


def _moved(spans: list[_Span], by: int) -> list[_Span]:
    return [_Span(span.start + by, span.end + by, span.needles, span.fill) for span in spans]


def _whole(raw: str) -> str:
    """A number's digits; those of a whole number that was written with a point or an exponent."""
    if raw.isdecimal() or len(raw) > _LONGEST_NUMBER:
        return raw
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return raw
    return str(int(number)) if number.is_finite() and number == number.to_integral_value() else raw


def _quoted(source: str, span: _Span, token: str) -> str:
    """The token, in quotes where a bare number stood as a value in JSON that is part of a longer text."""
    if source[span.start : span.end].isdecimal() and _ENDS_VALUE.match(source, span.end):
        before = _KEY.search(source, max(0, span.start - 32), span.start)
        return f"{before[1]}{token}{before[1]}" if before else token
    return token


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
    places = [match.start() for match in re.finditer(rf"{ESCAPE}|\\.|[^\\]", raw[1:-1], re.DOTALL)]
    return [place + 1 for place in (*places, len(raw) - 2)]


def _apart(names: list[_Name], *, every: bool = False, space: str = " ") -> list[_Span]:
    """What to add to redacted names of one object so that no two coincide and none loses its value."""
    kept = {name for name, changed, _ in names if not changed}
    added = []
    for name in (one for one in names if one[1]):
        number, more = 1, ""
        while name[0] + more in kept:
            number, more = number + 1, f"{space}{number + 1}"
        kept.add(name[0] + more)
        if more or every:
            added.append(_Span(name[2], name[2], [], more))
    return added
