"""Guarantees that a database value reaches JSON with its exact content, and a page without ever becoming markup.

Bytes go to a file whose name holds a number, the place in the data map and the type its first bytes show, never
anything a row says. What neither form can hold as it is (NaN, sets, unknown types) becomes text.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Final, NamedTuple
from uuid import UUID

from troth.documents.export_words import CUT, EMPTY, FALSE, FILE, FILE_KINDS, TRUE
from troth.documents.markup import Html, both, join, tag, text
from troth.terms.bilingual import Both

LONGEST: Final = 2_000  # characters of a cell on a page; data.json always has all of them
_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"%PDF-", "pdf"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
_NONE: Final = Html('<span class="none">–</span>')
_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-.")


class Stamp(str):
    """A moment in ISO form, which people read with a blank for its `T`."""

    __slots__ = ()


class Blob(NamedTuple):
    """Bytes in a file of the export: where, and how many."""

    file: str
    size: int


def create(path: Path) -> IO[bytes]:
    """A new file that only its owner can read; FileExistsError rather than writing over one."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def safe_name(name: str) -> str:
    """A name of the data map as part of a file name: at most 60 of a–z, 0–9, `_`, `-`, `.`, not beginning with a dot."""
    plain = "".join(c if c in _PLAIN else "-" for c in name.casefold())
    return plain.strip(".-")[:60].strip(".-") or "unnamed"


class Blobs:
    """Writes each run of bytes to its own numbered file in `files/`, and counts them."""

    def __init__(self, root: Path) -> None:
        self.count = 0
        self._root = root
        (root / "files").mkdir(mode=0o700)

    def add(self, content: bytes, place: str) -> Blob:
        """The file these bytes now stand in; its extension is what the first bytes show, else `bin`."""
        self.count += 1
        kind = next((end for magic, end in _MAGIC if content.startswith(magic)), "bin")
        file = f"files/{self.count:06d}-{safe_name(place)}.{kind}"
        with create(self._root / file) as out:
            out.write(content)
        return Blob(file, len(content))


def typed(value: object, blob: Callable[[bytes], Blob]) -> object:
    """The value as JSON can hold it: ISO dates, decimals and UUIDs as text, bytes as a `Blob`."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, date | time):
        return Stamp(value.isoformat())
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return blob(bytes(value))
    if isinstance(value, Mapping):
        return {str(key): typed(inner, blob) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [typed(inner, blob) for inner in value]
    if isinstance(value, set | frozenset):
        return sorted((typed(inner, blob) for inner in value), key=repr)
    return str(value)


def packed(value: object) -> object:
    """A typed value with each `Blob` as `{"file": …}`."""
    if type(value) is Blob:
        return {"file": value.file}
    if isinstance(value, dict):
        return {key: packed(inner) for key, inner in value.items()}
    return [packed(inner) for inner in value] if isinstance(value, list) else value


def as_json(value: object) -> bytes:
    """One line of JSON in UTF-8. A lone surrogate is written as its escape, so the bytes are always valid."""
    written = json.dumps(packed(value), ensure_ascii=False, allow_nan=False)
    return written.encode("utf-8", "backslashreplace")


def shown(value: object, up: str = "") -> Html:
    """A typed value for people: escaped, cut after 2,000 characters with a note; `up` leads to the export's root."""
    if value is None:
        return _NONE
    if isinstance(value, bool):
        return both(TRUE if value else FALSE)
    if type(value) is Blob:
        return _link(value, up)
    if isinstance(value, dict | list):
        flat = json.dumps(packed(value), ensure_ascii=False)
        return _cut(flat if len(flat) <= 80 else json.dumps(packed(value), ensure_ascii=False, indent=2))
    written = value.replace("T", " ", 1) if type(value) is Stamp else str(value)
    return _cut(written) if written else tag("span", both(EMPTY), class_="none")


def _cut(written: str) -> Html:
    if len(written) <= LONGEST:
        return text(written)
    note = tag("span", both(CUT.fill(n=len(written))), class_="note")
    return join((written[:LONGEST], "… ", note))


def _link(blob: Blob, up: str) -> Html:
    kind = FILE_KINDS.get(blob.file.rpartition(".")[2], FILE)
    size = f"{blob.size} B" if blob.size < 1024 else f"{blob.size / 1024:.0f} kB"
    return tag("a", both(Both(f"{kind.da}, {size}", f"{kind.en}, {size}")), href=up + blob.file)
