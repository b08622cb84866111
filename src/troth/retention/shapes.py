"""What the form of a cell says whatever its column is called: that it names somebody, numbers somebody, or holds structure."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterator
from typing import Final, Literal

Form = Literal["named", "phone", "national_id", "code", "random", "structured", "signed", ""]

_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.(?!invalid\b)[^\s@.]{2,}")
_DAY: Final = r"(?:[0-2]\d|3[01]|[4-8]\d|9[01])(?:0[1-9]|1[0-2])\d\d"
_CPR: Final = re.compile(rf"(?<![\w-]){_DAY}-\d{{4}}(?![\w-])")
_BARE: Final = re.compile(rf"{_DAY}\d{{4}}")
_RANDOM: Final = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}", re.I)
_DATE: Final = re.compile(r"\d{4}-\d\d(?:-\d\d(?:[T ].*)?)?|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])")
_NUMBER: Final = re.compile(r"-?\d+[.,]\d+|-?\d{1,7}")
_BETWEEN: Final = re.compile(r"[\s()+./-]")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2}){6,}")
_CODE: Final = re.compile(r"(?=.*\d)[^\s*]{6,}")
_GREETING: Final = re.compile(
    r"\b(?:mvh|vh|hilsen|hilsner|regards|sincerely|cheers|kh)\b[\s,.:-]+\w", re.IGNORECASE
)
_LONGEST: Final = 200  # characters of a cell that could be one value, spelled otherwise


def form_of(text: str) -> Form:
    """The form of one cell; "" for one that says nothing by its form: a word, a date, a short number."""
    if len(text) < 6:
        return ""
    if _RANDOM.fullmatch(text):
        return "random"
    if _structured(text):
        return "structured"
    if names_somebody(text):
        return "named"
    if _GREETING.search(text):
        return "signed"
    if _DATE.fullmatch(text) or _NUMBER.fullmatch(text):
        return ""
    if found := _of_digits(_BETWEEN.sub("", text)):
        return found
    if len(text) <= _LONGEST and (plain := disguised(text)):
        found = form_of(plain)
        if found in ("named", "phone", "national_id", "structured"):
            return found
    return "code" if _CODE.fullmatch(text) else ""


def names_somebody(text: str) -> bool:
    """Whether an e-mail address or a personal number stands in it, forwards or backwards."""
    if "@" in text and (_EMAIL.search(text) or _EMAIL.fullmatch(text[::-1])):
        return True
    return "-" in text and bool(_CPR.search(text) or _CPR.fullmatch(text[::-1]))


def disguised(text: str) -> str:
    """The readable text that a cell spells in hexadecimal or base64; "" where it spells none."""
    try:
        if _HEX.fullmatch(text):
            told = bytes.fromhex(text)
        elif len(text) % 4 == 0 and _BASE64.fullmatch(text):
            told = b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
        else:
            return ""
    except (Base64Error, ValueError):
        return ""
    return told.decode("ascii") if told.isascii() and told.decode("ascii").isprintable() else ""


def disguises(identifier: str) -> Iterator[str | int]:
    """An identifier as it may stand elsewhere: as it is, as a number, backwards, in hexadecimal or base64."""
    bare = _BETWEEN.sub("", identifier)
    told = bare if bare.isdecimal() else identifier
    if len(told) < (8 if told.isdecimal() else 5):
        return
    if told.isdecimal():
        yield int(told)
    for one in dict.fromkeys((identifier, told, *(_spaced(told) if told.isdecimal() else ()))):
        yield from (one, one[::-1], one.encode().hex(), b64encode(one.encode()).decode())


def _spaced(digits: str) -> tuple[str, ...]:
    """As telephone numbers are written: with and without the country's, in pairs."""
    last = digits[-8:]
    pairs = " ".join(last[at : at + 2] for at in range(0, 8, 2))
    return (last, f"+{digits}", f"+45{last}", f"45{last}", pairs, f"+45 {pairs}")


def _of_digits(digits: str) -> Form:
    if not digits.isdecimal() or not digits.isascii():
        return ""
    short = digits[-8:] if digits[:-8] in ("45", "0045") else digits
    if len(digits) == 10 and (_BARE.fullmatch(digits) or _BARE.fullmatch(digits[::-1])):
        return "national_id"
    if len(short) == 8 and not _DATE.fullmatch(short):
        return "phone"
    return ""


def _structured(text: str) -> bool:
    """An object or list in JSON that holds something."""
    if text[0] + text[-1] not in ("{}", "[]"):
        return False
    try:
        return bool(json.loads(text))
    except ValueError:
        return False
