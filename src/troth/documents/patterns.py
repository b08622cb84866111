"""Guarantees that a sentence with names in it is said in Danish whole or not at all, its names as they were.

A phrase is two templates, `{n} rows of {place}` and `{n} rækker i {place}`. What may stand in a place goes by its name: a number, a
thing with its own Danish, or else any name, which stays as it is. `{place_2}` is a second `{place}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from string import Formatter
from typing import Final, NamedTuple

Said = Callable[[str], str | None]
"""The Danish for some English; None where there is none."""


class Slot(NamedTuple):
    """What may stand in one place of a template, as a regular expression without groups, and its Danish."""

    english: str
    danish: Said


def as_it_is(text: str) -> str:
    """A name: the same in both languages."""
    return text


NAME: Final = Slot(".+?", as_it_is)
FIRST: Final = Slot("(?:(?![:;] ).)+?", as_it_is)
"""A name that a sentence begins with: no other sentence stands before it."""


def number(text: str) -> str:
    """1.234 of 1,234."""
    return text.replace(",", ".")


def rows(text: str) -> str:
    """`1 række`, `1.234 rækker`."""
    count = number(text.partition(" ")[0])
    return f"{count} {'række' if count == '1' else 'rækker'}"


SLOTS: Final[Mapping[str, Slot]] = {
    "n": Slot(r"\d[\d,]*", number),
    "rows": Slot(r"\d[\d,]* rows?", rows),
}


class Phrase(NamedTuple):
    """A sentence with names in it, and its Danish."""

    english: re.Pattern[str]
    danish: str
    slots: Mapping[str, Slot]

    def said(self, sentence: str) -> str | None:
        """The Danish, if the whole sentence is this one."""
        found = self.english.fullmatch(sentence)
        if found is None:
            return None
        words = {name: self.slots[name].danish(text) for name, text in found.groupdict().items()}
        return None if None in words.values() else self.danish.format_map(words)


class Phrases:
    """Phrases of one sort, each found by the whole sentence."""

    def __init__(self, pairs: Iterable[tuple[str, str]], slots: Mapping[str, Slot] | None = None) -> None:
        self.fixed: dict[str, str] = {}
        self.phrases: list[Phrase] = []
        known = {**SLOTS, **(slots or {})}
        for english, danish in pairs:
            used = {
                name: known.get(re.sub(r"_\d$", "", name), NAME if at or before else FIRST)
                for at, (before, name, _, _) in enumerate(Formatter().parse(english))
                if name
            }
            if used:
                self.phrases.append(Phrase(_compiled(english, used), danish, used))
            else:
                self.fixed[english.format()] = danish.format()

    def every(self, sentence: str) -> Iterator[str]:
        """The Danish of each phrase that the sentence is; one, unless two phrases mean the same words."""
        if sentence in self.fixed:
            yield self.fixed[sentence]
        for phrase in self.phrases:
            if (said := phrase.said(sentence)) is not None:
                yield said

    def danish(self, sentence: str) -> str | None:
        """The Danish of the whole sentence; None where no phrase is it."""
        return next(self.every(sentence), None)


def _compiled(english: str, slots: Mapping[str, Slot]) -> re.Pattern[str]:
    parts = (
        re.escape(literal) + (f"(?P<{name}>{slots[name].english})" if name else "")
        for literal, name, _, _ in Formatter().parse(english)
    )
    return re.compile("".join(parts), re.DOTALL)


def several(one: Said, joint: str = "; ", spoken: str = "; ") -> Said:
    """The Danish of sentences between joints, each of which must have its own; a joint may stand inside a sentence too."""

    def danish(text: str) -> str | None:
        parts = text.split(joint)
        rest: list[str | None] = [None] * len(parts) + [""]  # the Danish from each part on
        for at in reversed(range(len(parts))):
            for end in range(at + 1, len(parts) + 1):
                after = rest[end]
                if after is not None and (said := one(joint.join(parts[at:end]))) is not None:
                    rest[at] = f"{said}{spoken}{after}" if after else said
                    break
        return rest[0]

    return danish
