"""What a plain mail asks for, with the words that say so; what is not said clearly is left to an officer."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from troth.requests.kinds import KINDS, Regime, ordered

MOST_WORDS: Final = 2_000
"""So much of a mail is understood; whoever asks only further down is read by an officer."""
_FAR: Final = 7  # words that may stand between two parts of a phrase
_LONGEST: Final = 120  # words of a sentence without a full stop
_SIGNS: Final = 60  # places at which one kind is said; more say nothing more
_ENDS: Final = 4  # of the phrases that begin at one word, the shortest

_WORD: Final = re.compile(r"[^\W_]+(?:['’`][^\W_]+)*")
_STOP: Final = re.compile(r"[!?;]|\.(?=\s+[^\Wa-zæøå\d]|\s*$|\s*\n)|\n\s*\n|\.{3}|…")
_BREAK: Final = re.compile(r"[,:()–—]")

Part = Literal["headline", "text"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sign:
    """The words by which a kind was understood: from `start` to `end` in the headline or the text; never the words themselves."""

    kind: str
    part: Part
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Understood:
    """What is asked. `kinds` may be empty; `denied` are kinds the mail says it does not ask for."""

    kinds: tuple[str, ...]
    signs: tuple[Sign, ...] = ()
    denied: frozenset[str] = frozenset()
    perhaps: frozenset[str] = frozenset()  # kinds of which the mail speaks beside what was understood
    regime: Regime | None = None  # None: the mail names no law and no place
    country: str = ""  # ISO 3166 alpha-2, or '' where none is named
    agent: bool = False  # somebody speaks for somebody else

    @property
    def unclear(self) -> bool:
        """Whether an officer must say what is asked: nothing was understood, perhaps more, yes and no, or what that law does not know."""
        impossible = self.regime is not None and any(
            self.regime not in KINDS[kind].regimes for kind in self.kinds
        )
        return not self.kinds or impossible or bool(self.perhaps or self.denied & set(self.kinds))


@dataclass(frozen=True, slots=True)
class _Words:
    """A text as words, each with its place, its sentence, and whether a comma or the like stands before it."""

    words: tuple[str, ...]
    places: tuple[Span, ...]
    sentence: tuple[int, ...]
    paused: tuple[bool, ...]


@cache
def _data() -> Mapping[str, Any]:
    text = files("troth.requests").joinpath("understanding.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _phrases() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    named = {**_data()["phrases"], **_data()["details"]}
    return {name: tuple(_parts(pattern) for pattern in patterns) for name, patterns in named.items()}


@cache
def _parts(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.split())


def understand(headline: str, text: str) -> Understood:
    """What the headline and the person's own words ask for. Pure; bounded by `MOST_WORDS`."""
    found: list[tuple[Sign, int]] = []
    denied: set[str] = set()
    parts: tuple[tuple[Part, str], ...] = (("headline", headline), ("text", text))
    mine = [(part, _split(said)) for part, said in parts if part == "text" or not _answers(said)]
    for part, words in mine:
        signs, against = _signs(part, words, _data()["kinds"])
        found += signs
        denied |= against
    if not found and not denied:
        found = [sign for part, words in mine for sign in _signs(part, words, _data()["alone"])[0]]
    means: Mapping[str, str] = _data()["means"]
    standing = [replace(sign, kind=means.get(sign.kind, sign.kind)) for sign in _outdone(found)]
    denied = {means.get(kind, kind) for kind in denied}
    perhaps = _perhaps(mine, standing) - denied - {sign.kind for sign in standing}
    kinds = ordered({sign.kind for sign in standing})
    both = f"{headline}\n\n{text}"
    told = _split(both)
    regime, country = _law(told), _country(told)
    kinds, regime = _in_regime(kinds, regime)
    called = _data()["in_california"] if regime == "california" else {}
    kept = tuple(replace(sign, kind=called.get(sign.kind, sign.kind)) for sign in standing)
    return Understood(
        kinds,
        kept,
        frozenset(denied),
        frozenset(perhaps),
        regime,
        country,
        bool(_any(told, _data()["agent"])),
    )


def _answers(headline: str) -> bool:
    return bool(
        re.match(r"\s*(?:re|sv|vs|fw|fwd|aw|antw|svar|videresendt)\s*(?:\[\d+\])?\s*:", headline, re.I)
    )


def _split(text: str) -> _Words:
    words: list[str] = []
    places: list[Span] = []
    sentence: list[int] = []
    paused: list[bool] = []
    number, since, last = 0, 0, 0
    for found in _WORD.finditer(text):
        between = text[last : found.start()]
        if words and (_STOP.search(between + text[found.start()]) or len(words) - since >= _LONGEST):
            number, since = number + 1, len(words)
        words.append(re.sub(r"['’`]", "", found.group().casefold()))
        places.append(found.span())
        sentence.append(number)
        paused.append(bool(_BREAK.search(between)))
        last = found.end()
        if len(words) == MOST_WORDS:
            break
    return _Words(tuple(words), tuple(places), tuple(sentence), tuple(paused))


class _Finder:
    """Finds phrases in one text; each named phrase is looked for once."""

    def __init__(self, words: _Words) -> None:
        self.words = words
        self.known: dict[str, list[Span]] = {}
        self.where: dict[str, list[int]] = {}
        for at, word in enumerate(words.words):
            self.where.setdefault(word, []).append(at)

    def phrase(self, parts: tuple[str, ...]) -> list[Span]:
        """Every place where the parts follow each other as the pattern says."""
        begins, ends = parts[0] == "^", parts[-1] == "$"
        inner = parts[begins : len(parts) - ends]
        spans = self._part(inner[0])
        how = " "
        for part in inner[1:]:
            if part in ("~", ";"):
                how = part
                continue
            spans, how = self._joined(spans, self._part(part), how), " "
        return [
            span
            for span in spans
            if (not begins or self._edge(span[0] - 1, span[0]))
            and (not ends or self._edge(span[1], span[1] - 1))
        ]

    def _edge(self, beyond: int, within: int) -> bool:
        sentence = self.words.sentence
        return not 0 <= beyond < len(sentence) or sentence[beyond] != sentence[within]

    def _part(self, part: str) -> list[Span]:
        if part in self.known:
            return self.known[part]
        if part.startswith("<"):
            shortest: dict[int, list[int]] = {}
            for pattern in _phrases()[part[1:-1]]:
                for start, end in self.phrase(pattern):
                    ends = shortest.setdefault(start, [])
                    if end not in ends:
                        ends.append(end)
            spans = [(start, end) for start, ends in shortest.items() for end in sorted(ends)[:_ENDS]]
        elif part.endswith("*"):
            stem = part[:-1]
            spans = [(at, at + 1) for word, ats in self.where.items() if word.startswith(stem) for at in ats]
        else:
            spans = [(at, at + 1) for at in self.where.get(part, ())]
        self.known[part] = sorted(spans)
        return self.known[part]

    def _joined(self, left: list[Span], right: list[Span], how: str) -> list[Span]:
        starts: dict[int, list[int]] = {}
        for start, end in right:
            starts.setdefault(start, []).append(end)
        found: dict[Span, None] = {}
        for begin, middle in left:
            for start in self._next(middle, how):
                found |= dict.fromkeys((begin, end) for end in starts.get(start, ()))
        return list(found)

    def _next(self, middle: int, how: str) -> Iterable[int]:
        """Where the next part may begin."""
        sentence = self.words.sentence
        here = sentence[middle - 1]
        far = middle + (1 if how == " " else _FAR + 1 if how == "~" else 3 * _FAR)
        wanted = (here + 1,) if how == ";" else (here,)
        return (at for at in range(middle, min(far, len(sentence))) if sentence[at] in wanted)


def _signs(
    part: Part, words: _Words, kinds: Mapping[str, list[str]]
) -> tuple[list[tuple[Sign, int]], set[str]]:
    """What is asked, each with its sentence, and what is said not to be asked."""
    if not words.words:
        return [], set()
    finder, found, denied = _Finder(words), [], set()
    for kind, patterns in kinds.items():
        said: set[int] = set()
        unsaid: set[int] = set()
        for pattern in map(_parts, patterns):
            for start, end in finder.phrase(pattern):
                if "<not>" not in pattern and _denied(words, start, end - 1):
                    unsaid.add(start)
                    continue
                said.add(start)
                if len(said) <= _SIGNS:
                    sign = Sign(kind, part, words.places[start][0], words.places[end - 1][1])
                    found.append((sign, words.sentence[end - 1]))
        if unsaid - said:  # a `not` that stands only behind a whole phrase belongs to what follows it
            denied.add(kind)
    return found, denied


def _denied(words: _Words, start: int, last: int) -> bool:
    """Whether a `not` stands before the words, or between them, in their own sentence and within their own clause."""
    negations, joints = _data()["negation"]["words"], _data()["negation"]["ends"]
    start = max(start, next(at for at in range(last + 1) if words.sentence[at] == words.sentence[last]))
    if any(words.words[at] in negations for at in range(start, last + 1)):
        return True
    for at in range(start - 1, max(start - 9, -1), -1):
        after = words.words[at + 1]
        if words.sentence[at] != words.sentence[start] or (
            words.paused[at + 1] and after not in ("at", "that", "to")
        ):
            return False
        if words.words[at] in negations:
            return True
        if words.words[at] in joints:
            return False
    return False


def _outdone(found: list[tuple[Sign, int]]) -> list[Sign]:
    """Without those that are part of another's words, or only the other side of a plainer word in the same sentence or the text."""
    covers: Mapping[str, list[str]] = _data()["covers"]
    beats: Mapping[str, list[str]] = _data()["beats"]
    wide = [sign for sign, _ in found if sign.kind in covers]
    own = [one for one in found if not any(_within(one[0], over, covers) for over in wide)]
    said = {(sign.part, sentence, sign.kind) for sign, sentence in own}
    text = {sign.kind for sign, _ in own if sign.part == "text"}

    def stands(sign: Sign, sentence: int) -> bool:
        stronger = [kind for kind, weaker in beats.items() if sign.kind in weaker]
        below = text if sign.part == "headline" else set()
        return not any((sign.part, sentence, kind) in said or kind in below for kind in stronger)

    return [sign for sign, sentence in own if stands(sign, sentence)]


def _within(sign: Sign, over: Sign, covers: Mapping[str, list[str]]) -> bool:
    return (
        sign.kind in covers[over.kind]
        and sign.part == over.part
        and over.start <= sign.start
        and sign.end <= over.end
    )


def _perhaps(texts: Iterable[tuple[Part, _Words]], signs: Iterable[Sign]) -> set[str]:
    """Kinds of which a word speaks that no kind's words contain."""
    found = set()
    for part, words in texts:
        finder = _Finder(words)
        known = [sign for sign in signs if sign.part == part]
        for kind, patterns in _data()["hints"].items():
            for start, end in (span for pattern in patterns for span in finder.phrase(_parts(pattern))):
                begin, stop = words.places[start][0], words.places[end - 1][1]
                within = any(sign.start <= begin and stop <= sign.end for sign in known)
                after = end < len(words.words) and words.sentence[end] == words.sentence[start]
                if not within and not _denied(words, start, end if after else end - 1):
                    found.add(kind)
    return found


def _any(words: _Words, patterns: Iterable[str]) -> bool:
    finder = _Finder(words)
    return any(finder.phrase(_parts(pattern)) for pattern in patterns) if words.words else False


def _law(words: _Words) -> Regime | None:
    laws: Mapping[Regime, list[str]] = _data()["regimes"]
    named: list[Regime] = [regime for regime, patterns in laws.items() if _any(words, patterns)]
    return named[0] if len(named) == 1 else None


def _country(words: _Words) -> str:
    named = [code for code, patterns in _data()["countries"].items() if _any(words, patterns)]
    return named[0] if len(named) == 1 else ""


def _in_regime(kinds: tuple[str, ...], regime: Regime | None) -> tuple[tuple[str, ...], Regime | None]:
    """The kinds as the law calls them: a right that only California knows names California; a Californian's copy is the specific pieces."""
    only = [kind for kind in kinds if KINDS[kind].regimes == {"california"}]
    if regime is None and only:
        regime = "california"
    if regime == "california":
        renamed = _data()["in_california"]
        kinds = ordered({renamed.get(kind, kind) for kind in kinds})
    return kinds, regime
