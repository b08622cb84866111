"""Hashes are inverted by trying: every Danish telephone number and personal number, unsalted, until the time is up.

The values are tried in an order like a shuffled one, so that of many hashes some are found after a small part of all values.
"""

from __future__ import annotations

import hashlib
import time
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from troth.datamap.model import Atom

_MADE_BY: Final[dict[int, tuple[str, ...]]] = {
    16: ("md5",), 20: ("sha1",), 28: ("sha224", "sha3_224"), 32: ("sha256", "sha3_256", "blake2s"), 48: ("sha384",),
    64: ("sha512", "blake2b", "sha3_512"),
}  # fmt: skip
_HEX: Final = frozenset("0123456789abcdefABCDEF")
_BASE64: Final = frozenset((size + 2) // 3 * 4 for size in _MADE_BY)
PART: Final = 20_000  # values between two looks at the clock


@dataclass(frozen=True, slots=True)
class Space:
    """All values of one kind, by number, in one spelling."""

    kind: str
    size: int
    spelled: Callable[[int], bytes]


def _cpr(hyphen: bytes) -> Callable[[int], bytes]:
    def spelled(number: int) -> bytes:
        day, serial = divmod(number, 10_000)
        year, rest = divmod(day, 372)
        month, of_month = divmod(rest, 31)
        return b"%02d%02d%02d%b%04d" % (of_month + 1, month + 1, year, hyphen, serial)

    return spelled


_NUMBERS: Final = 80_000_000  # eight digits, none of them beginning with 0 or 1
_PERSONS: Final = 100 * 372 * 10_000  # years of two digits, months and days as 12 times 31, four digits
SPACES: Final = (
    Space("phone", _NUMBERS, lambda number: b"%08d" % (number + 20_000_000)),
    Space("phone", _NUMBERS, lambda number: b"+45%08d" % (number + 20_000_000)),
    Space("phone", _NUMBERS, lambda number: b"45%08d" % (number + 20_000_000)),
    Space("national_id", _PERSONS, _cpr(b"")),
    Space("national_id", _PERSONS, _cpr(b"-")),
)
_STEP: Final = 7_368_787  # a prime that divides no space's size: steps of it reach every value once


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried on one column's hashes: by what they were made, or how large a share of all values was not enough."""

    found: int
    kind: str
    made_by: str
    values: int
    share: float  # of all values in all spellings by all likely hashes
    seconds: float = 0.0

    @property
    def per_second(self) -> int:
        """How many values were tried in a second."""
        return round(self.values / self.seconds) if self.seconds else 0

    @property
    def inverted(self) -> bool:
        return self.found > 0


def digest_of(cell: Atom) -> bytes | None:
    """The digest that a cell spells in hexadecimal, base64 or bytes; None for anything that is no hash's length."""
    if isinstance(cell, bytes):
        return cell if len(cell) in _MADE_BY else None
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    if len(text) % 2 == 0 and len(text) // 2 in _MADE_BY and _HEX.issuperset(text):
        return bytes.fromhex(text)
    if len(text) in _BASE64 and not text.isalnum():
        try:
            told = b64decode(text, altchars=b"-_" if {"-", "_"} & set(text) else None, validate=True)
        except (Base64Error, ValueError):
            return None
        return told if len(told) in _MADE_BY else None
    return None


def is_random_uuid(digests: Sequence[bytes]) -> bool:
    """Sixteen bytes each that say they are a random UUID: no hash of anything."""
    return all(len(one) == 16 and one[6] >> 4 == 4 and one[8] >> 6 == 2 for one in digests)


def invert(
    digests: Iterable[bytes],
    seconds: float,
    known: Iterable[bytes] = (),
    clock: Callable[[], float] = time.monotonic,
    spaces: Sequence[Space] = SPACES,
) -> Tried:
    """Tries the values in `known` first, then the spaces side by side, until one is found, all is tried or time is up."""
    wanted = set(digests)
    makers = tuple(dict.fromkeys(name for size in {len(one) for one in wanted} for name in _MADE_BY[size]))
    began, values = clock(), 0
    standing = tuple(known)
    for name in makers:
        hits = wanted.intersection(_hashed(name, standing))
        if hits:
            return Tried(len(hits), "known", name, len(hits), 0.0)
    runs = [(space, name, _shuffled(space)) for space in spaces for name in makers]
    total = sum(space.size for space, _, _ in runs)
    while runs:
        for run in list(runs):
            space, name, numbers = run
            part = [space.spelled(number) for number, _ in zip(numbers, range(PART), strict=False)]
            values += len(part)
            hits = wanted.intersection(_hashed(name, part))
            if hits:
                return Tried(len(hits), space.kind, name, values, values / total, clock() - began)
            if len(part) < PART:
                runs.remove(run)
            if (spent := clock() - began) > seconds:
                return Tried(0, "", "", values, values / total, spent)
    return Tried(0, "", "", values, 1.0 if total else 0.0, clock() - began)


def _hashed(name: str, values: Iterable[bytes]) -> Iterator[bytes]:
    make = getattr(hashlib, name)
    return (make(value).digest() for value in values)


def _shuffled(space: Space) -> Iterator[int]:
    at = 0
    for _ in range(space.size):
        yield at
        at = (at + _STEP) % space.size
