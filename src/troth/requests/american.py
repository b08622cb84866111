"""One form for a postal address in the United States, however it is written: number, street, unit and ZIP without its four.

The city follows from the ZIP. Two writings of one address have one form; another number, unit or floor has another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from troth.requests.lettering import plain


def _forms(told: Mapping[str, str]) -> dict[str, str]:
    return {word: form for form, words in told.items() for word in (form, *words.split())}


_ZIP: Final = re.compile(r"(?<![\w-])(\d{5})(?:[\s-]?\d{4})?(?![\w-])")
_COUNTRY: Final = re.compile(r"[\s,]*\b(?:usa|us|u\.s\.a?\.?|united states(?: of america)?)\s*$")
_BOX: Final = re.compile(r"\b(?:p\.?\s*o\.?|post office)\s*box\s*#?\s*(\w+)")
_WORDS: Final = re.compile(r"\d+-\d+(?=\s)|[a-z0-9]+|#|/")
_NTH: Final = re.compile(r"\d+(?:st|nd|rd|th)")

_SUFFIXES: Final = _forms(
    {
        "st": "street str saint", "ave": "avenue av aven", "blvd": "boulevard boul", "rd": "road", "dr": "drive drv",
        "ln": "lane", "ct": "court crt", "pl": "place", "sq": "square sqr", "ter": "terrace terr", "pkwy": "parkway pky",
        "hwy": "highway hway", "cir": "circle circ", "way": "wy", "trl": "trail", "loop": "", "aly": "alley ally",
        "expy": "expressway", "fwy": "freeway", "plz": "plaza", "pt": "point", "xing": "crossing", "cv": "cove", "row": "",
        "path": "", "pass": "", "hts": "heights", "hl": "hill", "mnr": "manor", "rdg": "ridge", "vly": "valley", "vw": "view",
        "vlg": "village", "walk": "", "cres": "crescent", "gdns": "gardens", "byp": "bypass", "mews": "", "run": "",
    }
)  # fmt: skip
_SIDES: Final = _forms(
    {"n": "north", "s": "south", "e": "east", "w": "west", "ne": "northeast", "nw": "northwest", "se": "southeast", "sw": "southwest"}
)  # fmt: skip
_NTHS: Final = _forms(
    {
        "1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth", "6th": "sixth", "7th": "seventh",
        "8th": "eighth", "9th": "ninth", "10th": "tenth",
    }
)  # fmt: skip
_UNITS: Final = _forms(
    {
        "u": "apt apartment unit ste suite no number #", "fl": "floor", "rm": "room", "bldg": "building", "spc": "space", "lot": "",
        "ph": "penthouse",
    }
)  # fmt: skip


def american_address(text: str) -> str:
    """The form of an address; '' without number, street or ZIP."""
    whole = _COUNTRY.sub("", plain(text).strip())
    zips = list(_ZIP.finditer(whole))
    if not zips or zips[-1].start() == 0:
        return ""
    zipcode, before = zips[-1][1], whole[: zips[-1].start()]
    if box := _BOX.search(before):
        return f"box|{box[1].lstrip('0')}|{zipcode}"
    parts = [words for part in re.split(r"[,;\n\r]+", before) if (words := _WORDS.findall(f"{part} "))]
    at = next((i for i, words in enumerate(parts) if words[0][0].isdigit() and len(words) > 1), None)
    if at is None:
        return ""
    number, *rest = parts[at]
    street, unit = _street(rest)
    units = [*(_unit(words) for words in parts[:at]), unit, *(_unit(words) for words in parts[at + 1 :])]
    if not street:
        return ""
    return "|".join((number.lstrip("0"), street, " ".join(sorted(filter(None, units))), zipcode))


def _street(words: Sequence[str]) -> tuple[str, str]:
    """The street's own words, and the unit behind them; what follows both in the same line is the city."""
    unit_at = next((i for i, word in enumerate(words) if i and word in _UNITS and word != "u"), len(words))
    if unit_at < len(words) and _NTH.fullmatch(words[unit_at - 1]) and words[unit_at] in ("floor", "fl"):
        unit_at -= 1
    street, behind = list(words[:unit_at]), words[unit_at:]
    if not behind:
        street, behind = _cut(street)
    told = [_NTHS.get(word, _SIDES.get(word, _SUFFIXES.get(word, word))) for word in street]
    return " ".join(told), _unit(behind)


def _cut(words: list[str]) -> tuple[list[str], list[str]]:
    """A street ends with its last suffix in a row, and a side behind it; where another suffix follows later, nobody can tell."""
    ends = [i for i, word in enumerate(words) if i and word in _SUFFIXES]
    if (
        len(ends) > 1
        and _SUFFIXES[words[ends[0]]] == "st"
        and all(word in _SIDES for word in words[: ends[0]])
    ):
        ends = ends[1:]  # `N St John St`: a saint
    end = ends[0] if ends else len(words)
    while end < len(words) and words[end] in _SUFFIXES:
        end += 1
    if end < len(words) and words[end] in _SIDES:
        end += 1
    if any(word in _SUFFIXES for word in words[end:]):
        return words, []
    return words[:end], words[end:]


def _unit(words: Sequence[str]) -> str:
    """`apt 4 b`, `#4-B` and `unit 4b` as one; a line without number or designator, as a city, is none."""
    found: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        if _NTH.fullmatch(word) and words[at + 1 : at + 2] and words[at + 1] in ("floor", "fl"):
            found.append("fl" + re.sub(r"\D", "", word))
            at += 2
        elif word in _UNITS and word != "u":
            while at + 1 < len(words) and words[at + 1] in _UNITS and _UNITS[words[at + 1]] == "u":
                at += 1
            number, at = _unit_number(words, at + 1)
            found.append(_UNITS[word] + number)
        elif not found and at == 0 and word[0].isdigit():
            number, at = _unit_number(words, at)
            found.append("u" + number)
        else:
            break
    return " ".join(found)


def _unit_number(words: Sequence[str], at: int) -> tuple[str, int]:
    """The number at a place, with a letter that stands beside it, and the place behind it."""
    if at >= len(words):
        return "", at
    number, at = words[at].lstrip("0") or "0", at + 1
    while at < len(words) and (len(words[at]) == 1 or words[at].isdigit()) and words[at] not in "#/":
        if number[-1:].isdigit() == words[at].isdigit():
            break
        number, at = number + words[at], at + 1
    return number, at
