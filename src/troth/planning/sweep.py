"""Guarantees that one pass over raw rows finds every wanted identifier in every spelling it knows, and nobody else's.

Whole blocks are searched for traces (`planning.written`), all people at once; only a row with a trace is read cell by cell, and
only what stands there by the rules of `planning.redact` (never part of a longer address or number) is a finding.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, NamedTuple

import ahocorasick_rs

from troth.datamap.categories import CATEGORIES
from troth.datamap.reader import Block
from troth.planning.redact import Hit, Needle, Needles
from troth.planning.unwritten import decoded, in_base64, layers
from troth.planning.written import Wanted, digests, forms, tight, traces, transliterated

WINDOW: Final = 4_096  # of a long cell only so much around a trace is read
_HEX = bytes(ord("h") if chr(c) in "0123456789abcdefABCDEF" else 32 for c in range(256))
_SHORTEST_DIGEST = b"h" * 32
_DIGEST = re.compile(
    rb"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{128}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{32})(?![0-9A-Fa-f])"
)
_REMEMBERED = 20_000
_BEGINNING, _WHOSE = 9, 28  # hexadecimal digits of a digest, and bits for the number of its identifier
_KINDS = {"email": "e-mail", "phone": "phone number", "national_id": "national id", "full_name": "name"}


class Found(NamedTuple):
    """What a cell holds: whose identifier, how spelled, and whether that is uncertain (a name may be a namesake's)."""

    person: int
    spelling: str
    uncertain: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row with findings: by column, and all of its cells, which are gone once the next block is read."""

    found: dict[str, frozenset[Found]]
    cells: dict[str, bytes]


class Search:
    """Built once for any number of people; what it remembers of cells is bounded."""

    def __init__(self, wanted: Iterable[Wanted], region: str = "DK") -> None:
        self._region = region
        self._wanted: dict[Needle, Wanted] = {one.needle: one for one in wanted}
        sure = [one.needle for one in self._wanted.values() if one.kind != "name"]
        names = [one.needle for one in self._wanted.values() if one.kind == "name"]
        self._sure, self._names = Needles(sure, region), Needles(names, region)
        self._respelled = {
            Needle("name", transliterated(name.canonical), name.subject): name
            for name in names
            if transliterated(name.canonical) != name.canonical
        }
        self._also = Needles(self._respelled, region)
        self.unsearchable = tuple(
            self._wanted[needle] for needle in (*self._sure.unsearchable, *self._names.unsearchable)
        )
        ways: dict[bytes, bool] = {}
        unsearchable = set(self.unsearchable)
        self._listed = [one for one in self._wanted.values() if one not in unsearchable]
        for one in self._wanted.values():
            for trace, way in traces(one, region):
                ways[trace] = way == "base64" or ways.get(trace, False)
        self._digests = array("Q", sorted(self._packed()))
        self._in_base64 = list(ways.values())
        self._traces = ahocorasick_rs.BytesAhoCorasick(list(ways)) if ways else None
        self._known: dict[bytes, frozenset[Found]] = {}

    def _packed(self) -> set[int]:
        """The beginning of every digest, and behind it whose it is: eight bytes each, for there are many."""
        return {
            int(digest[:_BEGINNING], 16) << _WHOSE | at
            for at, one in enumerate(self._listed)
            for form in forms(one, self._region)
            for digest in digests(form)
        }

    def _hashed_of(self, found: bytes) -> Iterator[tuple[Wanted, str]]:
        """Whose identifier this digest was made of, and by which function; made again, for its beginning only hints."""
        digest = found.decode().lower()
        beginning = int(digest[:_BEGINNING], 16)
        for at in range(bisect_left(self._digests, beginning << _WHOSE), len(self._digests)):
            if self._digests[at] >> _WHOSE != beginning:
                return
            one = self._listed[self._digests[at] & ((1 << _WHOSE) - 1)]
            for form in forms(one, self._region):
                if function := digests(form).get(digest):
                    yield one, function

    def rows(self, block: Block) -> Iterator[Row]:
        """The rows of a block that hold something, in order."""
        for number in self._candidates(block):
            cells = dict(zip(block.columns, block.cells(number), strict=True))
            found = {name: hits for name, cell in cells.items() if cell and (hits := self.cell(cell))}
            if found:
                yield Row(found, cells)

    def _candidates(self, block: Block) -> list[int]:
        """Numbers of the rows with a trace."""
        data = block.data
        places = self._find(tight(data))
        hashed = (
            [match.start() for match in _DIGEST.finditer(data) if any(self._hashed_of(match[0]))]
            if _hashed(data)
            else []
        )
        rows: set[int] = set()
        if places:
            ends = list(accumulate(len(tight(piece)) for piece in block.pieces()))
            rows |= {bisect_right(ends, start) for _, start, _ in places}
        if hashed:
            ends = list(accumulate(len(piece) for piece in block.pieces()))
            rows |= {bisect_right(ends, start) for start in hashed}
        return sorted(rows)

    def _find(self, view: bytes) -> Sequence[tuple[int, int, int]]:
        return self._traces.find_matches_as_indexes(view, overlapping=True) if self._traces else ()

    def cell(self, cell: bytes) -> frozenset[Found]:
        """What one cell holds."""
        if len(cell) > 256:
            return frozenset(self._cell(cell))
        if cell not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[cell] = frozenset(self._cell(cell))
        return self._known[cell]

    def _cell(self, cell: bytes) -> Iterator[Found]:
        places = self._find(tight(cell))
        if _hashed(cell):
            for match in _DIGEST.finditer(cell):
                for one, function in self._hashed_of(match[0]):
                    yield Found(one.person, f"{kind_of(one)}, {function} hash", one.kind == "name")
        if not places:
            return
        encoded = any(self._in_base64[at] for at, _, _ in places)
        long = len(cell) > 2 * WINDOW
        for part in _windows(cell, [start for _, start, _ in places]) if long else (cell,):
            yield from self._part(part, whole=not long)
            for text in in_base64(part) if encoded else ():
                for one, _, sure in self._hits(text):
                    yield Found(one.person, f"{kind_of(one)}, base64", not sure)

    def _part(self, part: bytes, whole: bool) -> Iterator[Found]:
        """The findings in every reading of a cell; one that an earlier reading has shown already is not told again."""
        told: Counter[Wanted] = Counter()
        for text, encoding in decoded(part):
            for layer, name in layers(text):
                hits = list(self._hits(layer))
                more = Counter(one for one, _, _ in hits) - told
                for one, hit, sure in hits:
                    if one in more:
                        said = layer[hit.start : hit.end]
                        alone = whole and not name and len(said) == len(layer.strip())
                        how = name or _how(said, layer, one, alone)
                        yield Found(
                            one.person, ", ".join(filter(None, (kind_of(one), how, encoding))), not sure
                        )
                told |= Counter(one for one, _, _ in hits)

    def _hits(self, text: str) -> Iterator[tuple[Wanted, Hit, bool]]:
        """Whose identifier stands where, and whether it is surely theirs; digits alone are also read as a number."""
        number = text.isascii() and text.isdecimal() and len(text) < 17
        for needles in (self._sure, self._names, self._also):
            hits = needles.find_cell([int(text)]) if number else ()
            for hit in [_whole(hit, text) for hit in hits] or needles.find_cell(text):
                needle = self._respelled.get(hit.needle, hit.needle)
                yield self._wanted[needle], hit, needles is self._sure


def _whole(hit: Hit, text: str) -> Hit:
    """The hit as one on the whole text."""
    return Hit(0, len(text), hit.needle)


def _hashed(data: bytes) -> bool:
    return data.translate(_HEX).find(_SHORTEST_DIGEST) >= 0


def kind_of(wanted: Wanted) -> str:
    """What people call this kind of identifier."""
    if wanted.category in _KINDS or wanted.category not in CATEGORIES:
        return _KINDS.get(wanted.category) or _KINDS.get(wanted.kind, "identifier")
    return CATEGORIES[wanted.category].en.lower()


def _how(said: str, text: str, wanted: Wanted, alone: bool) -> str:
    """How a stretch of text spells the identifier; "" for the plain value alone in its cell."""
    for pattern, name in (
        (r"%[0-9A-Fa-f]{2}", "URL-encoded"),
        (r"&#?\w+;", "HTML entities"),
        (r"\\u[0-9A-Fa-f]{4}", "JSON escapes"),
    ):
        if re.search(pattern, said):
            return name
    if alone:
        return "" if said in (wanted.canonical, wanted.typed) else "written otherwise"
    return "in JSON" if text.lstrip()[:1] in ("{", "[") else "in text"


def _windows(cell: bytes, places: Sequence[int]) -> Iterator[bytes]:
    """Stretches of a long cell around what was found at these places of its tight view."""
    pieces = [cell[at : at + WINDOW] for at in range(0, len(cell), WINDOW)]
    ends = list(accumulate(len(tight(piece)) for piece in pieces))
    stretches: list[list[int]] = []
    for number in sorted({bisect_right(ends, place) for place in places}):
        if stretches and number - 1 <= stretches[-1][1]:
            stretches[-1][1] = number + 1
        else:
            stretches.append([max(number - 1, 0), number + 1])
    for first, last in stretches:
        yield cell[first * WINDOW : (last + 1) * WINDOW]
