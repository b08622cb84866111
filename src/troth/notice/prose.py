"""Holds a plain text against what the law says a notice must say: each item is said, said vaguely, or missing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from troth.law.content import Clause, Item, concepts, items
from troth.notice.findings import Finding, ordered
from troth.notice.model import Text
from troth.notice.text import PLACED
from troth.terms.bilingual import Both

Verdict = Literal["said", "vague", "missing"]
_END: Final = re.compile(r"(?<=[.!?])\s+(?=[A-ZÆØÅ»“(])")
_ITEM: Final = re.compile(r"\s*(?:[-*+•]|\d{1,2}[.)])\s+")
_WORD: Final = re.compile(r"\w{2,}")
_LETTER: Final = re.compile(r"(?:^|[.:!?]\s)\s*(?![AIOÅ]\b)[A-ZÆØ]\s+[a-zæøå]{4,}")
_LISTED: Final = re.compile(r"\w[\w-]*(?:, [\w-]+){2,}(?:,? (?:og|eller|and|or) [\w-]+)?")
_COMMON: Final[Mapping[str, re.Pattern[str]]] = {
    "da": re.compile(r"\b(?:og|det|er|en|til|af|på|som|med|vi|du|ikke|der|om|vores|eller)\b", re.IGNORECASE),
    "en": re.compile(r"\b(?:and|the|of|to|is|that|with|we|you|not|or|your|our|this|as|by)\b", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph: its sentences with their line numbers, and whether it speaks to Californians only.

    An item of a list says what it says together with the words that lead into it: `You have the right to:`.
    """

    sentences: tuple[tuple[int, str], ...]
    local: bool
    lead: str = ""

    def units(self, whole: bool) -> Iterator[tuple[int, str]]:
        """What is looked at as one: each sentence, or the paragraph; with its line."""
        found = ((self.sentences[0][0], self.text),) if whole else self.sentences
        yield from ((number, f"{self.lead} {words}" if self.lead else words) for number, words in found)

    @property
    def text(self) -> str:
        return " ".join(words for _, words in self.sentences)


@dataclass(frozen=True, slots=True)
class Raw:
    """A paragraph before it is known to whom it speaks; `heading` is its level, 0: none."""

    sentences: tuple[tuple[int, str], ...]
    item: bool = False
    heading: int = 0


def language_of(text: str) -> str:
    """The language whose small words the text uses most."""
    return max(_COMMON, key=lambda language: len(_COMMON[language].findall(text)))


def raw_lines(text: str) -> Iterator[Raw]:
    """The paragraphs of a plain text: one a line."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        heading = len(line) - len(line.lstrip("#"))
        item = _ITEM.match(line)
        bare = line[item.end() :] if item else line.lstrip("# ")
        yield Raw(tuple((number, words) for words in _END.split(bare.strip())), item is not None, heading)


def bound_lines(text: Text, fact: Callable[[str], str]) -> Iterator[Raw]:
    """The paragraphs of a bound text, with its facts in their places."""
    sentences: list[tuple[int, str]] = []
    for one in text.sentences:
        words = PLACED.sub(lambda found: fact(found[1]), one.text)
        if sentences and (one.opens or one.item):
            yield Raw(tuple(sentences))
            sentences = []
        if one.item or one.heading:
            yield Raw(((one.line, words),), one.item, one.heading)
        else:
            sentences.append((one.line, words))
    if sentences:
        yield Raw(tuple(sentences))


def placed(raws: Iterable[Raw], language: str) -> Iterator[Line]:
    """Says to whom each paragraph speaks: a list goes with the line that leads into it, a section with its heading."""
    california = concepts(language)["california"]
    led, section, lead = False, 0, ""
    for raw in raws:
        own = any(california.search(words) for _, words in raw.sentences)
        if raw.heading and (not section or raw.heading <= section):
            section = raw.heading if own else 0
        local = own or bool(section) or (raw.item and led)
        if not raw.item:
            led, last = own, raw.sentences[-1][1].strip()
            lead = last if last.endswith(":") else ""
        yield Line(raw.sentences, local, lead if raw.item else "")


class Reading:
    """One text in one language, ready to be asked for concepts; none is looked for twice in the same words."""

    def __init__(self, raws: Iterable[Raw], language: str) -> None:
        lines = tuple(placed(raws, language))
        self.words = concepts(language)
        self._units = {
            whole: tuple((line.local, *unit) for line in lines for unit in line.units(whole))
            for whole in (False, True)
        }
        self._found: dict[str, dict[str, bool]] = defaultdict(dict)

    def where(self, clause: Clause, general: bool) -> Iterator[int]:
        """The lines on which a clause stands; `general`: not where only Californians are spoken to."""
        for local, number, unit in self._units[clause.whole]:
            if not (general and local) and self._stands(clause, unit):
                yield number

    def _stands(self, clause: Clause, unit: str) -> bool:
        if clause.all == ("@garbled",):
            return is_garbled(unit)
        return all(self._has(name, unit) for name in clause.all) and not any(
            self._has(name, unit) for name in clause.none
        )

    def _has(self, name: str, unit: str) -> bool:
        found = self._found[name]
        if unit not in found:
            found[unit] = self.words[name].search(unit) is not None
        return found[unit]

    def any(self, clauses: Iterable[Clause], general: bool) -> list[int]:
        """The lines on which any of the clauses stands, in order."""
        return sorted(line for clause in clauses for line in self.where(clause, general))


def is_garbled(sentence: str) -> bool:
    """Whether a list names a thing twice, or a sentence begins with a letter that is no word."""
    if _LETTER.search(sentence):
        return True
    for found in _LISTED.finditer(sentence):
        words = [word.casefold() for word in _WORD.findall(found[0]) if len(word) > 4]
        if len(words) != len(set(words)):
            return True
    return False


def judge(item: Item, reading: Reading) -> tuple[Verdict, int]:
    """What the text says of an item, and on which line; line 1 where it says nothing."""
    general = item.law == "eu"
    found = [reading.any(part, general) for part in item.parts]
    if all(len(lines) >= item.least for lines in found):
        return "said", found[0][0]
    hints = sorted([line for lines in found for line in lines] + reading.any(item.vague, general))
    return ("vague", hints[0]) if hints else ("missing", 1)


def check(
    raws: Iterable[Raw], language: str, file: str, laws: Collection[str], at: date
) -> tuple[Finding, ...]:
    """What a text lacks of what the laws in force on a day ask for: missing is an error, vague a warning."""
    asked = [item for item in items() if item.law in laws and item.since <= at]
    return ordered(_findings(Reading(raws, language), language, file, asked))


def _findings(reading: Reading, language: str, file: str, asked: Sequence[Item]) -> Iterator[Finding]:
    for item in asked:
        if (item.when and not reading.any(item.when, False)) or reading.any(item.unless, False):
            continue
        verdict, line = judge(item, reading)
        hint = Both(f"Skriv det klart ({item.citation}).", f"Say it plainly ({item.citation}).")
        if item.defect:
            if verdict == "said":
                mend = Both(f"Ret det ({item.citation}).", f"Mend it ({item.citation}).")
                yield Finding(
                    item.id, "error", item.citation, language, file, line, Both(item.da, item.en), mend
                )
        elif verdict == "missing":
            told = Both(f"mangler: {item.da}", f"missing: {item.en}")
            yield Finding(item.id, "error", item.citation, language, file, line, told, hint)
        elif verdict == "vague":
            told = Both(f"vagt eller ufuldstændigt: {item.da}", f"vague or incomplete: {item.en}")
            yield Finding(item.id, "warning", item.citation, language, file, line, told, hint)
