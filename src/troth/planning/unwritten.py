"""Guarantees that what a cell says can be read however it was encoded: as bytes, twice, quoted-printable or in base64."""

from __future__ import annotations

import base64
import quopri
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

from troth.planning.prose import view_of

_TWICE = re.compile(r"%25[0-9A-Fa-f]{2}|&amp;#?\w{2,8};|\\\\+u[0-9A-Fa-f]{4}|\\\\+[nrt]")
_QUOTED = re.compile(r"=[0-9A-Fa-f]{2}|=\r?\n")
_LATIN = re.compile(r"%(?![cCdD][0-9A-Fa-f]%[89abAB])[8-9a-fA-F][0-9A-Fa-f]")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}(?:=*\r?\n[ \t]*[A-Za-z0-9+/_-]+)*")
_FORM = re.compile(r"(?<=\S)\+(?=\S)")
_MARK = re.compile(r"\\u03[0-6]|&#(?:x0?3[0-6]|7[6-9]|8[0-7])")  # one that combines with the letter before it
_WIDE = re.compile(r"%[c-eC-E][0-9A-Fa-f]%[89abAB]")
_TO_STANDARD = str.maketrans("-_", "+/")


def decoded(cell: bytes) -> Iterator[tuple[str, str]]:
    """The texts that bytes may be, and the encoding's name where it is not the usual one."""
    try:
        text = cell.decode()
        yield text, ""
    except UnicodeDecodeError:
        yield cell.decode("utf-8", "replace"), ""
        yield cell.decode("latin-1"), "Latin-1"
    if b"\0" in cell:
        for start in (0, 1):
            for encoding in ("utf-16-le", "utf-16-be"):
                yield cell[start:].decode(encoding, "replace"), "UTF-16"


def layers(text: str) -> Iterator[tuple[str, str]]:
    """The text, and what it says once an outer encoding is undone, with that encoding's name."""
    yield text, ""
    if _TWICE.search(text):
        once = view_of(text.replace("\\\\", "\\")).text
        yield unicodedata.normalize("NFC", unquote(view_of(once).text)), "encoded twice"
    if _QUOTED.search(text):
        raw = quopri.decodestring(text.encode("utf-8", "replace"))
        yield raw.decode("utf-8", "replace"), "quoted-printable"
        yield raw.decode("latin-1"), "quoted-printable"
    if mark := _MARK.search(text):
        name = "HTML entities" if mark[0][0] == "&" else "JSON escapes"
        yield unicodedata.normalize("NFC", view_of(text).text), name
    if _WIDE.search(text):
        yield unicodedata.normalize("NFC", unquote(text)), "URL-encoded"
    if _FORM.search(text):
        yield unicodedata.normalize("NFC", unquote(_FORM.sub(" ", text))), "URL-encoded"
    if _LATIN.search(text):
        yield _LATIN.sub(lambda found: chr(int(found[0][1:], 16)), text), "URL-encoded"


def in_base64(cell: bytes) -> Iterator[str]:
    """What stretches of base64 say, whichever letter they begin at."""
    for found in _BASE64.finditer(cell.replace(b"\0", b"").decode("latin-1")):
        for run in {re.sub(r"[=\s]", "", found[0]), *re.split(r"[=\s]+", found[0])}:
            standard = run.translate(_TO_STANDARD)
            for start in range(4):
                part = standard[start:]
                part = part[: len(part) - (len(part) % 4 == 1)]
                raw = base64.b64decode(part + "=" * (-len(part) % 4))
                yield raw.decode("utf-8", "replace")
