"""What a column of words is: names, places, firms, prose; by how many of its values lists of common words know.

The lists are short (`lists.toml`), so the share is held against what strangers reach by accident, never against one hit.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from troth.datamap.words import fold


def _lists() -> dict[str, frozenset[str]]:
    raw = tomllib.loads(Path(__file__).with_name("lists.toml").read_text(encoding="utf-8"))
    return {name: frozenset(fold(words).split()) for name, words in raw.items()}


LISTS: Final = _lists()
_GIVEN, _SURNAME, _CITY, _COUNTRY = LISTS["given"], LISTS["surname"], LISTS["city"], LISTS["country"]
_COMPOUND_STREET: Final = tuple(word for word in LISTS["street_end"] if len(word) >= 3 and word.isalpha())
_TOWN_ENDS: Final = tuple(LISTS["town_end"])
_COMPOUND_JOB: Final = tuple(word for word in LISTS["job"] if len(word) >= 4)
_SIDES: Final = frozenset("n s oe v c k nv sv soe noe sydvest nord syd east west north south".split())  # noqa: SIM905
_WORDLIKE: Final = re.compile(r"[^\W\d_][^\W\d_.'’´`-]*(?:[ .'’´`-]+[^\W\d_]+)*\.?(?:, ?[^\W\d_][^\d]*)?")
_PARTS: Final = re.compile(r"[a-z]+")


def is_given(word: str) -> bool:
    return word in _GIVEN or ("-" in word and any(part in _GIVEN for part in word.split("-")))


def is_surname(word: str) -> bool:
    return (
        word in _SURNAME
        or (len(word) >= 6 and word.endswith(("sen", "sson", "sdatter", "gaard", "kvist", "stroem")))
        or ("-" in word and any(part in _SURNAME for part in word.split("-")))
    )


@dataclass(frozen=True)
class Words:
    """Values as folded words; the shares are of all values."""

    texts: Sequence[str] = field(repr=False)

    @cached_property
    def lines(self) -> list[list[str]]:
        lines = "\n".join(text.replace("\n", " ") for text in self.texts)
        return [line.split() for line in fold(lines).split("\n")]

    def _share(self, passes: Callable[[list[str]], bool]) -> float:
        return sum(map(passes, self.lines)) / len(self.texts) if self.texts else 0.0

    @cached_property
    def wordlike(self) -> float:
        """Values of a few words without digits."""
        good = sum(1 for text in self.texts if len(text) <= 60 and _WORDLIKE.fullmatch(text))
        return good / len(self.texts) if self.texts else 0.0

    @cached_property
    def capital(self) -> float:
        """Values whose first letter is a capital, whatever number stands before it."""
        good = sum(1 for text in self.texts if text.lstrip("0123456789 .,#-")[:1].isupper())
        return good / len(self.texts) if self.texts else 0.0

    @cached_property
    def length(self) -> float:
        """Words to a value."""
        return sum(map(len, self.lines)) / len(self.texts) if self.texts else 0.0

    def among(self, name: str) -> float:
        """Values that stand in a list as a whole (`new_york` for New York)."""
        listed = LISTS[name]
        return self._share(lambda line: (whole := "_".join(line)) in listed or whole.rstrip(".") in listed)

    def any_of(self, name: str) -> float:
        """Values with some word of a list."""
        listed = LISTS[name]
        return self._share(lambda line: any(word.strip(".,;:()!?") in listed for word in line))

    @cached_property
    def cities(self) -> float:
        def is_city(line: list[str]) -> bool:
            if len(line) > 1 and (line[-1] in _SIDES or line[-1].isdigit()):
                line = line[:-1]
            return "_".join(line) in _CITY

        return self._share(is_city)

    @cached_property
    def towns(self) -> float:
        """Values that are formed as names of towns are: Rævstrup, Lake Marville, North Adabury."""

        def is_town(line: list[str]) -> bool:
            if not 1 <= len(line) <= 3:
                return False
            begins = len(line) > 1 and line[0] in LISTS["town_start"]
            return begins or (len(line[-1]) >= 5 and line[-1].endswith(_TOWN_ENDS)) or "_".join(line) in _CITY

        return self._share(is_town)

    @cached_property
    def zip_city(self) -> float:
        """`8000 Aarhus C`: a postal code and its town in one value."""
        return self._share(lambda line: len(line) >= 2 and line[0].removeprefix("dk-").isdigit() and line[1][:1].isalpha()
                           and len(line[0].removeprefix("dk-")) in (4, 5) and any(w.strip(",") in _CITY for w in line[1:]))  # fmt: skip

    @cached_property
    def firms(self) -> float:
        ends = LISTS["company_end"]
        return self._share(
            lambda line: len(line) >= 2 and any(word.strip(",()") in ends for word in line[1:])
        )

    @cached_property
    def streets(self) -> float:
        """Values that name a street: a word that ends as streets do."""

        def is_street(line: list[str]) -> bool:
            for at, word in enumerate(line):
                bare = word.strip(",")
                if bare in LISTS["street_end"] and len(line) > 1:
                    return at > 0 or bare.isalpha()
                if len(bare) > 5 and bare.isalpha() and bare.endswith(_COMPOUND_STREET):
                    return True
            return False

        return self._share(is_street)

    @cached_property
    def jobs(self) -> float:
        listed = LISTS["job"]
        return self._share(
            lambda line: any(
                (bare := word.strip(".,()")) in listed or bare.endswith(_COMPOUND_JOB) for word in line
            )
        )

    @cached_property
    def prose(self) -> float:
        """Sentences: several words, some of them such as only hold others together."""
        stop = LISTS["stop"]
        return self._share(
            lambda line: (
                len(line) >= 4
                and sum(word.strip(".,;:!?") in stop for word in line) >= max(1, len(line) // 8)
            )
        )

    @cached_property
    def given(self) -> float:
        """Values that are one or two given names and nothing else."""
        return self._share(
            lambda line: (
                1 <= len(line) <= 3 and is_given(line[0]) and not (len(line) > 1 and is_surname(line[-1]))
            )
        )

    @cached_property
    def surname(self) -> float:
        return self._share(lambda line: 1 <= len(line) <= 2 and is_surname(line[-1]))

    @cached_property
    def full(self) -> tuple[float, float]:
        """Values of two to five words whose ends are known as a person's: (one end, both ends)."""

        def ends(line: list[str]) -> tuple[bool, bool]:
            if line and line[0] in LISTS["courtesy"]:
                line = line[1:]
            if not 2 <= len(line) <= 5:
                return False, False
            if line[0].endswith(","):
                line = [*line[1:], line[0].rstrip(",")]
            return is_given(line[0].strip(".,")), is_surname(line[-1].strip(".,"))

        found = [ends(line) for line in self.lines]
        count = len(found) or 1
        return sum(a or b for a, b in found) / count, sum(a and b for a, b in found) / count

    @cached_property
    def several(self) -> float:
        """Values of two to five words."""
        return self._share(lambda line: 2 <= len(line) <= 5)

    @cached_property
    def handles(self) -> float:
        """Values made of a person's name as user names are: `anne.jensen`, `ajensen42`, `annej`."""

        def is_handle(line: list[str]) -> bool:
            if len(line) != 1:
                return False
            parts = _PARTS.findall(line[0])
            if any(len(part) > 2 and (part in _GIVEN or is_surname(part)) for part in parts):
                return True
            word = max(parts, key=len, default="")
            return len(word) > 4 and (is_surname(word[1:]) or word[:-1] in _GIVEN)

        return self._share(is_handle)
