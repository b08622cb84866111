"""Takes XML apart into the stretches that may hold somebody's identifiers, so that it is XML still when they are gone.

No entity is ever expanded and no document type read: a text with one is prose.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple
from xml.parsers import expat

from troth.planning.prose import View, rewrite

Kind = Literal["text", "name", "raw"]
"""Character data or an attribute's value; the name of an element or attribute; what knows no entities (CDATA, comments)."""
_PARTS: Final = re.compile(
    r"<!--(?P<comment>.*?)-->|<!\[CDATA\[(?P<cdata>.*?)\]\]>|<\?[^\s?]+(?P<instruction>.*?)\?>"
    r"""|(?P<tag><(?:[^<>"']|"[^"]*"|'[^']*')*>)|(?P<text>[^<]+)""",
    re.DOTALL,
)
_TAG: Final = re.compile(
    r"""</?(?P<element>[^\s/>]+)|(?P<name>[^\s=/<>"']+)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')"""
)
_DECLARED: Final = re.compile(r"^<\?xml\s[^>]*\?>")
_ENTITY: Final = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|amp|lt|gt|quot|apos);")


class Piece(NamedTuple):
    """A stretch of the text and what it is; names of one tag have one `tag`, by which none may stand twice."""

    kind: Kind
    start: int
    end: int
    tag: int = -1


def is_xml(text: str) -> bool:
    """Whether the text is a document or a sequence of elements, well formed, with no document type."""
    bare = text.strip(" \t\r\n\ufeff")
    if bare[:1] != "<" or bare[-1:] != ">" or "<!DOCTYPE" in bare or "<!ENTITY" in bare:
        return False
    try:
        expat.ParserCreate().Parse(f"<_>{_DECLARED.sub('', bare)}</_>", True)
    except (expat.ExpatError, UnicodeError):
        return False
    return True


def pieces(text: str) -> Iterator[Piece]:
    """The stretches of a well-formed text, left to right."""
    for part in _PARTS.finditer(text):
        if part["tag"] is not None:
            for found in _TAG.finditer(part["tag"]):
                for name in ("element", "name", "double", "single"):
                    if found[name]:
                        start, end = (part.start("tag") + place for place in found.span(name))
                        named = name in ("element", "name")
                        yield Piece(
                            "name" if named else "text", start, end, part.start() if name == "name" else -1
                        )
        else:
            name = next(
                name for name in ("comment", "cdata", "instruction", "text") if part[name] is not None
            )
            if part[name]:
                yield Piece("text" if name == "text" else "raw", *part.span(name))


def decoded(raw: str) -> View:
    """Character data as it is meant, with the way back."""
    return rewrite(_ENTITY, raw, html.unescape)


def encoded(text: str) -> str:
    """The text as character data that may also stand in an attribute."""
    return html.escape(text, quote=True)
