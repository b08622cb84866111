"""An answer as one object of strictly valid JSON in UTF-8, whatever a database holds.

Dates are ISO 8601; decimals and UUIDs are text, exact to the digit; NaN and infinities are text, for JSON has none. Bytes
are `{"bytes": length, "base64": …}`; above 1,024 bytes the content is left out, `export` writes it as a file.
"""

from __future__ import annotations

import base64
import json
import math
import sys
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Final

LONGEST: Final = 1024  # bytes whose content an answer carries


def plain(value: object) -> object:
    """The value as JSON can hold it."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes | bytearray | memoryview):
        return _bytes(bytes(value))
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(inner) for inner in value), key=repr)
    return str(value)


def _bytes(content: bytes) -> dict[str, object]:
    told: dict[str, object] = {"bytes": len(content)}
    if len(content) <= LONGEST:
        told["base64"] = base64.b64encode(content).decode()
    return told


def put(told: Mapping[str, object]) -> None:
    """The object on standard output, one line; a lone surrogate is written as its escape."""
    text = json.dumps(plain(told), ensure_ascii=False, allow_nan=False)
    data = text.encode("utf-8", "backslashreplace") + b"\n"
    out = getattr(sys.stdout, "buffer", None)
    if out is None:
        sys.stdout.write(data.decode())
    else:
        sys.stdout.flush()
        out.write(data)
    sys.stdout.flush()
