"""Guarantees that whatever spelling of an identifier the sweep knows leaves one of its traces in a tight view of the text.

A view is tight when only ASCII letters and digits are left, in lower case: whatever case, spacing, punctuation, encoding of
bytes (UTF-8, Latin-1, UTF-16) or line breaks a text has, the same characters stand there in the same order.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html.entities import codepoint2name
from itertools import accumulate, pairwise
from typing import Final, Literal

import phonenumbers

from troth.planning.prose import Needle, shapes_of
from troth.terms.canonical import Kind, is_cpr, parse_phone, wide_domain

How = Literal["text", "base64"]
LONGEST: Final = 16  # characters of a trace: more tell no more, and make the search slower
SHORTEST: Final = 4
DIGESTS: Final = ("md5", "sha1", "sha256", "sha512")
_LOWER: Final = bytes(range(256)).lower()
_DROPPED: Final = bytes(c for c in range(256) if not chr(c).isascii() or not chr(c).isalnum())
_ALIGNED: Final = (
    (0, 0),
    (1, 2),
    (2, 3),
)  # bytes before the identifier, letters of base64 that they reach into


@dataclass(frozen=True, slots=True)
class Wanted:
    """One identifier of one person that must not be anywhere any more."""

    person: int
    category: str  # of `datamap.categories`; "" where nobody said what it is
    kind: Kind
    canonical: str = field(repr=False)
    typed: str = field(default="", repr=False)  # as somebody wrote it

    @property
    def needle(self) -> Needle:
        return Needle(self.kind, self.canonical, self.person)


def tight(data: bytes) -> bytes:
    """The tight view of a text's bytes."""
    return data.translate(_LOWER, _DROPPED)


def traces(wanted: Wanted, region: str) -> Iterator[tuple[bytes, How]]:
    """What must stand in the tight view of a text that holds the identifier; nothing for one that nobody can look for."""
    for trace, way in spellings(wanted, region):
        if len(trace) >= SHORTEST:
            yield trace[:LONGEST], way


def spellings(wanted: Wanted, region: str) -> Iterator[tuple[bytes, How]]:
    """The tight views, whole, of the identifier in every spelling; nothing for one that nobody can look for."""
    if not any(True for _ in shapes_of(wanted.needle, region)):
        return
    found: set[tuple[bytes, How]] = {(trace, "text") for trace in _written(wanted, region)}
    for form in _usual(forms(wanted, region), wanted):
        found |= {(trace, "base64") for trace in _in_base64(form)}
    yield from found


def digests(form: str) -> dict[str, str]:
    """Hexadecimal digest -> the function that made it without any salt."""
    return {hashlib.new(name, form.encode(), usedforsecurity=False).hexdigest(): name for name in DIGESTS}


def forms(wanted: Wanted, region: str) -> list[str]:
    """The ways of writing an identifier that programs hash and encode: as typed, trimmed, lower, upper, as digits."""
    value = wanted.canonical
    drafts = [wanted.typed, wanted.typed.strip(), wanted.typed.strip().lower(), value]
    if wanted.kind == "email":
        drafts += [wide_domain(value), value.upper()]
    elif wanted.kind == "phone":
        base = value.partition(";")[0]
        national, country = _national(base, region)
        pairs = " ".join(national[at : at + 2] for at in range(0, len(national), 2))
        drafts += [
            base,
            base.lstrip("+"),
            f"00{country}{national}",
            national,
            pairs,
            f"+{country} {pairs}",
            f"+{country} {national}",
        ]
        drafts = [draft for draft in drafts if country or not draft.startswith(("00", "+ "))]
    elif wanted.kind == "national_id" and is_cpr(value):
        drafts += [f"{value[:6]}-{value[6:]}"]
    elif wanted.kind == "name":
        drafts += [value.title(), value.upper()]
    else:
        drafts += [value.upper()]
    return [draft for draft in dict.fromkeys(drafts) if draft]


def _usual(every: list[str], wanted: Wanted) -> list[str]:
    """Of these forms the ones that stand in longer texts too; each has three traces in base64, and there are many people."""
    if wanted.kind == "name":
        return [form for form in every if form not in (wanted.canonical, wanted.canonical.upper())]
    if wanted.kind == "phone":
        return [form for form in every if not _long(form)]
    return [form for form in every if wanted.kind != "email" or not form.isupper()]


def _long(number: str) -> bool:
    """Whether a phone number has a country code without its plus."""
    return number.isdecimal() and len(number) > 9


def _national(base: str, region: str) -> tuple[str, str]:
    number = parse_phone(base, region) if base.startswith("+") else None
    if number is None:
        return base.lstrip("+"), ""
    return phonenumbers.national_significant_number(number), str(number.country_code)


def _in_base64(form: str) -> Iterator[bytes]:
    """The letters of base64 that the bytes alone decide, for each place in a group of three where they may begin."""
    data = form.encode()
    for before, reached in _ALIGNED:
        coded = base64.b64encode(bytes(before) + data)
        yield tight(coded[reached : (before + len(data)) * 8 // 6])


def _written(wanted: Wanted, region: str) -> Iterator[bytes]:
    shapes = list(shapes_of(wanted.needle, region))
    if wanted.kind == "name":
        orders = {
            shape.text.replace(".", ""): None for shape in shapes if not re.search(r"\+|,\S", shape.text)
        }
        for text in orders:
            yield from _texts(text, _NAME_WAYS)
            yield tight(transliterated(text).encode())
        return
    for shape in shapes:
        if shape.rule == "int":
            yield shape.text.encode()
        elif shape.text.isdecimal():
            yield from _numbers(shape.text)
        else:
            yield from _texts(shape.text, _WAYS)


def transliterated(text: str) -> str:
    """Danish and German letters as people write them without their keyboard: `soeren`, `aase`."""
    return text.translate(_LETTERS)


_LETTERS = str.maketrans({"å": "aa", "æ": "ae", "ø": "oe", "ä": "ae", "ö": "oe", "ü": "ue"})


def _numbers(digits: str) -> Iterator[bytes]:
    """Digits, together or in groups with an encoded blank or hyphen between them."""
    yield digits.encode()
    for groups in _GROUPS.get(len(digits), ()):
        ends = list(accumulate(groups, initial=0))
        parts = [digits[start:end] for start, end in pairwise(ends)]
        national_id = len(digits) == 10
        for between in _BETWEEN if national_id else _BETWEEN[:3]:
            for sign in _GAPS if national_id else _GAPS[:4]:
                yield "".join(map(sign, between)).join(parts).encode()


_GROUPS: Final = {
    8: ((2, 2, 2, 2), (4, 4), (3, 2, 3)),
    9: ((3, 3, 3),),
    10: ((6, 4), (2, 2, 2, 4)),
    16: ((4, 4, 4, 4),),
}
Sign = Callable[[str], str]
Way = tuple[Sign, tuple[Sign, ...]]


def _texts(text: str, ways: Iterable[Way]) -> Iterator[bytes]:
    """Letters and signs in every encoding, each in that of all the others; of an address perhaps the @ alone."""
    cases = {text} if text.isascii() else {text, text.title(), text.upper()}
    for case in cases:
        odd = {c for c in case if not (c.isascii() and c.isalnum())}
        for letter, signs in ways:
            for sign in signs:
                codes = {ord(c): letter(c) if c.isalnum() else sign(c) for c in odd}
                yield tight(case.translate(codes).encode())
                if "@" in case and len(odd) > 1:
                    signs_raw = {ord(c): "" for c in odd if not c.isalnum() and c != "@"}
                    yield tight(case.translate(codes | signs_raw).encode())


def _base(c: str) -> str:
    return unicodedata.normalize("NFD", c).encode("ascii", "ignore").decode()


def _apart(way: Sign) -> Sign:
    """A letter and, coded, the mark that combines with it."""
    return lambda c: "".join(
        part if part.isascii() else way(part) for part in unicodedata.normalize("NFD", c)
    )


def _bytes(encoding: str, before: str = "") -> Sign:
    return lambda c: "".join(f"{before}{byte:02x}" for byte in c.encode(encoding, "ignore"))


def _signs(way: Sign, blank: str = "") -> Sign:
    """A way to write signs, and what stands for the blank; what no encoding needs to touch stays as it is."""
    return lambda c: blank if c == " " else "" if c in ".-_" else way(c)


def _raw(_: str) -> str:
    return ""


def _escape(c: str) -> str:
    return f"u{ord(c):04x}"


def _decimal(c: str) -> str:
    return str(ord(c))


def _named(c: str) -> str:
    return codepoint2name.get(ord(c), "commat" if c == "@" else "")


_URL, _URL_TWICE, _LATIN = _bytes("utf-8"), _bytes("utf-8", "25"), _bytes("latin-1")
_BETWEEN: Final = (
    " ",
    "-",
    "\u00a0",
    " - ",
    "\u2013",
)  # what stands between digits; the last two in national ids
_GAPS: Final[tuple[Sign, ...]] = (
    _URL,
    _URL_TWICE,
    _escape,
    _named,
    lambda c: "" if c == "-" else _URL(c),
    lambda c: "" if c == "-" else _URL_TWICE(c),
    _decimal,
    lambda c: f"x{ord(c):x}",
)
_NAME_WAYS: Final[tuple[Way, ...]] = (
    (_raw, tuple(_signs(_raw, blank) for blank in ("", "n", "rn", "20", "nbsp", "u00a0", "c2a0"))),
    (_base, (_raw,)),
    (_apart(_URL), (_raw, _signs(_URL, "20"), _signs(_URL))),
    (_apart(_URL_TWICE), (_signs(_URL_TWICE, "2520"), _signs(_URL_TWICE))),
    (_apart(_escape), (_raw,)),
    (_apart(_decimal), (_raw,)),
    (_escape, (_raw, _signs(_raw, "n"))),
    (_URL, (_raw, _signs(_URL, "20"), _signs(_URL))),
    (_LATIN, (_raw, _signs(_LATIN, "20"), _signs(_LATIN))),
    (_URL_TWICE, (_signs(_URL_TWICE, "2520"), _signs(_URL_TWICE))),
    (_named, (_raw, _signs(_raw, "nbsp"))),
    (_decimal, (_raw,)),
)
"""How letters beyond ASCII are written, and the ways signs are written beside them; of URLs a plus may stand for the blank."""
_WAYS: Final[tuple[Way, ...]] = (
    *_NAME_WAYS,
    (_raw, (_signs(_raw, "160"),)),
    (_escape, (_signs(_raw, "u00a0"), _signs(_escape))),
    (_named, (_signs(_named),)),
    (_decimal, (_signs(_raw, "160"), _signs(_decimal))),
    (lambda c: f"x{ord(c):x}", (_raw, _signs(lambda c: f"x{ord(c):x}"))),
    (lambda c: f"amp{_named(c)}", (_raw, _signs(lambda c: f"amp{ord(c)}"))),
)
"""More for whatever is no name: names are many, and never sure."""
