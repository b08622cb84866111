"""What somebody answers is compared with what we hold by keyed digests of one canonical form each; no part of an answer is ever told apart.

An answer agrees or it does not: whoever guesses learns nothing of street, floor or digit. What a form does not understand stays in it as
it was written, so that a doubt never agrees. Digests are compared in constant time, against everything held, also where nothing is.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from troth.requests.american import american_address
from troth.requests.danish import danish_address
from troth.requests.lettering import plain, words

MOST: Final = 500
"""Characters of an answer that are read at all."""
_NOTHING: Final = b"\0" * 32


def digests(key: bytes, point: str, held: Collection[str], country: str = "DK") -> frozenset[bytes]:
    """Keyed digests of what is held for a point; what has no canonical form, and so could agree with anything, has none.

    `held` are the values as they stand in the stores, an address as one text with its postcode.
    """
    forms = (_HELD[point](value, country) for value in held)
    return frozenset(_digest(key, point, form) for form in forms if form)


def agrees(key: bytes, point: str, answer: str, against: Collection[bytes], country: str = "DK") -> bool:
    """Whether an answer is one of what is held; it takes as long where nothing is."""
    form = _ANSWERED[point](answer[:MOST], country)
    mark = _digest(key, point, form)
    found = False
    for digest in sorted(against) or [_NOTHING]:
        found |= hmac.compare_digest(mark, digest)
    return found


def shown(
    key: bytes, answers: Mapping[str, str], against: Mapping[str, Collection[bytes]], country: str = "DK"
) -> frozenset[str]:
    """The points whose answers agree, each of them compared. For the case's record: a page says only whether it was enough."""
    agreed = [
        (point, agrees(key, point, answer, against.get(point, ()), country))
        for point, answer in answers.items()
    ]
    return frozenset(point for point, did in agreed if did)


def _digest(key: bytes, point: str, form: str) -> bytes:
    return hmac.new(key, f"{point}\0{form}".encode(), hashlib.sha256).digest()


# -- canonical forms: '' where there is nothing that could agree ----------------------------------------------------------


def address(text: str, country: str) -> str:
    """One postal address, as the country writes it; one from elsewhere word by word. Without number and postcode there is none."""
    form = {"DK": danish_address, "US": american_address}.get(country, _elsewhere)(text)
    return form or _elsewhere(text)


_POSTCODE: Final = re.compile(
    r"(?<!\d)(?:\d{3} ?\d{2}|\d{4} ?[a-z]{2}|\d{2}-\d{3}|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2})(?![a-z\d])"
)


def _elsewhere(text: str) -> str:
    """Word by word, where a house number stands beside a postcode of five digits or with letters."""
    low = plain(text)
    rest = _POSTCODE.sub("", low, count=1)
    whole = rest != low and re.search(r"\d", rest) and re.search(r"[a-z]{3}", rest)
    return " ".join(words(low)) if whole else ""


def _last_four(text: str, _: str) -> str:
    """Of what a store holds: a card's number, or what a mask leaves of it."""
    digits = _digits(text)
    return digits[-4:] if len(digits) >= 4 else ""


def _digits(text: str, _: str = "") -> str:
    """Of what somebody types: all of it, so that a whole card number agrees with no last four."""
    bare = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.digit(sign)) for sign in bare if sign.isdecimal())


_LABEL: Final = re.compile(
    r"^(?:(?:faktura|regning|invoice|bill|nummer|number|num|nr|no)(?=[^a-z]|$)[^a-z0-9]*)+"
)


def _number(text: str, _: str) -> str:
    """A document's number: letters and digits alone, without the word that says what it is."""
    return re.sub(r"[^a-z0-9]", "", _LABEL.sub("", plain(text).strip()))


def _code(text: str, _: str) -> str:
    return re.sub(r"[^a-z0-9]", "", plain(text))


_Form = Callable[[str, str], str]
_ANSWERED: Final[Mapping[str, _Form]] = MappingProxyType(
    {"email_code": _code, "billing_address": address, "card_digits": _digits, "invoice_number": _number}
)
_HELD: Final[Mapping[str, _Form]] = MappingProxyType({**_ANSWERED, "card_digits": _last_four})
POINTS: Final[Sequence[str]] = tuple(_ANSWERED)
"""The points that can be compared."""
