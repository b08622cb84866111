"""One form for a Danish postal address, however it is written: street, number, letter, floor, door and postcode.

The city follows from the postcode. Two writings of one address have one form; another number, letter, floor or door has
another. A word that is not understood stays in the form, so that it must be the same on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from troth.requests.lettering import plain

_BREAK: Final = "|"
_WORDS: Final = re.compile(r"[a-z]+|\d+|\|")
_CITY: Final = re.compile(r"(?:dk[\s-]*)?(\d{4})(?!\d)")
_COUNTRY: Final = frozenset({"danmark", "denmark", "dk"})
_IN_CARE: Final = re.compile(r"(?:c\s?/\s?o|att)\b")
_RANGE: Final = re.compile(r"(?<=[a-z.]) (\d{1,3})\s?-\s?(\d{1,3})(?![\d.])")
_CELLAR: Final = re.compile(r"\bk(\d)\b")
_ENGLISH_FLOOR: Final = re.compile(r"(\d)(?:st|nd|rd|th) floor\b")
_SHORT_ENDS: Final = (
    (re.compile(r"(?<=[a-z]{3})v\.(?![a-z])"), "vej"),
    (re.compile(r"(?<=[a-z]{3})g\.(?![a-z])"), "gade"),
    (re.compile(r"(?<=[a-z]{3})str\.(?![a-z])"), "straede"),
)


def _forms(told: Mapping[str, str]) -> dict[str, str]:
    return {word: form for form, words in told.items() for word in (form, *words.split())}


_STREET: Final = _forms(
    {
        "gammel": "gl gml gammelt gamle", "noerre": "nr nrr", "nordre": "ndr", "soender": "soendre sdr", "lille": "ll l",
        "vester": "vestre vstr v", "oester": "oestre oestr oe", "st": "sankt sanct sct skt store", "kongens": "kgs",
        "dr": "doktor dronning", "christian": "chr", "frederik": "fr", "professor": "prof", "admiral": "adm",
        "boulevard": "blvd boul bd bld blv", "plads": "pl",
    }
)  # fmt: skip
_LAST: Final = _forms({"vej": "v", "gade": "g", "straede": "str", "alle": "al"})
"""Of the last word of a street."""
_FLOORS: Final = _forms(
    {
        "st": "stue stuen stueetagen parterre ground", "kl": "kld kaelder kaelderen basement", "1": "foerste", "2": "anden",
        "3": "tredje", "4": "fjerde", "5": "femte", "6": "sjette", "7": "syvende", "8": "ottende", "9": "niende", "10": "tiende",
    }
)  # fmt: skip
_DOORS: Final = _forms(
    {"tv": "venstre tilvenstre left", "th": "hoejre tilhoejre right", "mf": "midtfor midt mft"}
)
_TWO_WORDS: Final = {
    ("t", "v"): "tv", ("t", "h"): "th", ("m", "f"): "mf", ("til", "venstre"): "tv", ("til", "hoejre"): "th", ("midt", "for"): "mf",
    ("t", "venstre"): "tv", ("t", "hoejre"): "th", ("to", "left"): "tv", ("ground", "floor"): "st",
}  # fmt: skip
_EMPTY: Final = frozenset(
    {"sal", "etage", "etg", "et", "floor", "doer", "lejl", "lejlighed", "nr", "no", "dk"}
)
"""Words that say what the next or last one is, and nothing by themselves."""


@dataclass(frozen=True, slots=True)
class _Flat:
    letter: str = ""
    floor: str = ""
    door: str = ""
    rest: tuple[str, ...] = ()


def danish_address(text: str) -> str:
    """The form of an address; '' without street, house number or postcode."""
    parts = [part for piece in re.split(r"[,;\n\r]+", plain(text)) if (part := " ".join(piece.split()))]
    parts = [part for part in parts if not _IN_CARE.match(part) and part not in _COUNTRY]
    postcode = ""
    if cities := [part for part in parts if _CITY.match(part)]:
        found = _CITY.match(cities[-1])
        postcode = found[1] if found else ""
        parts.remove(cities[-1])
    tokens = _tokens(f" {_BREAK} ".join(parts))
    at = next((i for i, token in enumerate(tokens) if token.isdigit() and _is_named(tokens[:i])), None)
    if at is None:
        return ""
    number, after = tokens[at], tokens[at + 1 :]
    if not postcode:
        end = next((i for i, token in enumerate(after) if len(token) == 4 and token.isdigit()), None)
        if end is None:
            return ""
        postcode, after = after[end], after[:end]
    street = _street(tokens[:at])
    if not street:
        return ""
    flat = _flat(after)
    return "|".join(
        (street, number.lstrip("0"), flat.letter, flat.floor, flat.door, " ".join(flat.rest), postcode)
    )


def _tokens(text: str) -> list[str]:
    for short, whole in _SHORT_ENDS:
        text = short.sub(whole, text)
    text = _ENGLISH_FLOOR.sub(r"\1", text)
    text = _CELLAR.sub(lambda found: "kaelder" + "abcdefghij"[int(found[1])], text)
    return _WORDS.findall(_RANGE.sub(_range, text))


def _range(found: re.Match[str]) -> str:
    """`12-14` is one house with two numbers: it is kept as words, so that it is neither 12 nor the 14th floor of it."""
    if int(found[2]) <= int(found[1]):
        return f" {found[1]} {found[2]}"
    spelt = "".join("abcdefghij"[int(digit)] for digit in found[2].lstrip("0"))
    return f" {found[1]} to{spelt} "


def _is_named(before: Sequence[str]) -> bool:
    return any(token.isalpha() for token in before)


def _street(tokens: Sequence[str]) -> str:
    """The street's words as one, since `Vester Gade` is Vestergade."""
    words = [token for token in tokens if token != _BREAK]
    if words and words[-1] in ("nr", "no"):
        words.pop()
    if len(words) > 1:
        words = [*(_STREET.get(word, word) for word in words[:-1]), words[-1]]
        words[-1] = _LAST.get(words[-1], _STREET.get(words[-1], words[-1]))
    return "".join(words)


def _flat(tokens: Sequence[str]) -> _Flat:
    letter = ""
    if tokens and len(tokens[0]) == 1 and tokens[0].isalpha() and tuple(tokens[:2]) not in _TWO_WORDS:
        letter, tokens = tokens[0], tokens[1:]
    left = _joined([token for token in tokens if token != _BREAK])
    floor = ""
    if left and (left[0] in _FLOORS or left[0].startswith("kaelder") or left[0].isdigit()):
        floor = _FLOORS.get(left[0], left[0].lstrip("0") or "0")
        left = left[1:]
    door = ""
    if left and left[0] in _DOORS:
        door, left = _DOORS[left[0]], left[1:]
    elif left and (left[0].isdigit() or len(left[0]) == 1):
        door, left = left[0].lstrip("0") or "0", left[1:]
        if left and door.isalpha() and left[0].isdigit():
            door, left = door + left[0].lstrip("0"), left[1:]
    return _Flat(letter, floor, door, tuple(left))


def _joined(tokens: Sequence[str]) -> list[str]:
    """Two words that are one (`til venstre`) as one, and the empty ones left out."""
    found: list[str] = []
    skip = False
    for word, after in pairwise((*tokens, "")):
        if skip:
            skip = False
        elif (word, after) in _TWO_WORDS:
            found.append(_TWO_WORDS[word, after])
            skip = True
        elif word not in _EMPTY:
            found.append(word)
    return found
