"""Guarantees that an identifier's bytes are found in a file wherever they stand whole, in every spelling of the sweep.

In a file there are no cells: texts stand side by side without anything between them, so what merely contains the bytes counts
too. Told too often is the side on which an absence may err; rows that are there by right explain the rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final, NamedTuple

import ahocorasick_rs

from troth.planning.sweep import kind_of
from troth.planning.written import Wanted, digests, forms, spellings, tight

WINDOW: Final = 1 << 18
OVERLAP: Final = 1_024  # bytes that the longest spelling may take
SHORTEST: Final = 7  # characters: fewer stand in any file by accident
LONGEST: Final = 128
_GAP = b"[^0-9A-Za-z]{0,4}"


class Trace(NamedTuple):
    """Whose identifier, of what kind, and whether it may be somebody else's (a name)."""

    person: int
    kind: str
    uncertain: bool


class Spotter:
    """Built once for any number of people; holds one window at a time."""

    def __init__(self, wanted: Iterable[Wanted], region: str = "DK") -> None:
        whose: dict[bytes, set[Trace]] = {}
        self.unsearchable: list[Wanted] = []
        for one in wanted:
            texts = {text[:LONGEST] for text, _ in spellings(one, region) if len(text) >= SHORTEST}
            texts |= (
                {digest.encode() for form in forms(one, region) for digest in digests(form)}
                if texts
                else set()
            )
            if not texts:
                self.unsearchable.append(one)
            for text in texts:
                whose.setdefault(text, set()).add(Trace(one.person, kind_of(one), one.kind == "name"))
        self._texts = list(whose)
        self._whose = [whose[text] for text in self._texts]
        self._found = ahocorasick_rs.BytesAhoCorasick(self._texts) if self._texts else None
        self._patterns: dict[int, re.Pattern[bytes]] = {}

    def spots(self, data: bytes) -> Iterator[tuple[int, Trace]]:
        """Where the bytes stand, each place once for each trace, in no order."""
        if self._found is None:
            return
        numbers = {
            number for number, _, _ in self._found.find_matches_as_indexes(tight(data), overlapping=True)
        }
        told: set[tuple[int, Trace]] = set()
        for number in numbers:
            for match in self._pattern(number).finditer(data):
                told |= {(match.start(), trace) for trace in self._whose[number]}
        yield from told

    def count(self, data: bytes) -> Counter[Trace]:
        """How often each trace stands in the bytes."""
        return Counter(trace for _, trace in self.spots(data))

    def stream(self, file: BinaryIO) -> Iterator[tuple[int, Trace]]:
        """The same for a whole file, however large."""
        begin, data = 0, file.read(WINDOW + OVERLAP)
        while data:
            last = len(data) <= WINDOW
            yield from ((begin + at, trace) for at, trace in self.spots(data) if last or at < WINDOW)
            if last:
                return
            begin, data = begin + WINDOW, data[WINDOW:] + file.read(WINDOW)

    def _pattern(self, number: int) -> re.Pattern[bytes]:
        """The spelling with its case, its signs and the encoding of its bytes left open."""
        if number not in self._patterns:
            characters = (bytes((character,)) for character in self._texts[number])
            self._patterns[number] = re.compile(_GAP.join(characters), re.IGNORECASE)
        return self._patterns[number]
