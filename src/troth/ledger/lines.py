"""A number or a hash in a C2SP text has one spelling only, so texts that mean the same are the same bytes."""

from __future__ import annotations

import base64
import re
from typing import Final

from troth.terms.errors import UsageError

LARGEST: Final = 2**63 - 1
"""The largest index or size: other implementations hold them in a signed 64-bit integer."""

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


def read_decimal(text: str, place: str) -> int:
    """Return the number `text` spells; UsageError at `place` for a sign, a leading zero or more than 63 bits.

    >>> read_decimal("20852163", "checkpoint line 2")
    20852163
    >>> read_decimal("007", "checkpoint line 2")
    Traceback (most recent call last):
    troth.terms.errors.UsageError: checkpoint line 2: not a decimal number without leading zeroes
    """
    if _DECIMAL.fullmatch(text) is None or int(text) > LARGEST:
        raise UsageError("not a decimal number without leading zeroes", place=place)
    return int(text)


def read_base64(text: str, place: str, *, length: int | None = None) -> bytes:
    """Return the bytes `text` spells in RFC 4648, section 4; UsageError at `place` for any other.

    Stricter than the alphabet: stray bits behind the last byte would let one hash be written in several ways.

    >>> read_base64("AQI=", "line 1")
    b'\\x01\\x02'
    >>> read_base64("AQJ=", "line 1")
    Traceback (most recent call last):
    troth.terms.errors.UsageError: line 1: not base64 in its one canonical spelling
    """
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if write_base64(data) != text:
        raise UsageError("not base64 in its one canonical spelling", place=place)
    if length is not None and len(data) != length:
        raise UsageError(f"holds {len(data)} bytes where {length} are needed", place=place)
    return data


def write_base64(data: bytes) -> str:
    """Return `data` in the base64 of RFC 4648, section 4, padded."""
    return base64.b64encode(data).decode("ascii")
