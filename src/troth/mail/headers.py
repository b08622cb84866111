"""The headers of a raw mail as plain words: decoded, without control letters, bounded; a broken one is read as far as it goes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from troth.mail.message import address, is_id
from troth.terms.errors import UsageError

LONGEST: Final = 2_000  # letters of one header that are looked at
_MOST_IDS: Final = 50
_ID: Final = re.compile(r"<[!-;=?-~]{1,250}@[!-;=?-~]{1,250}>")
_CHARSET: Final = re.compile(r"(?:iso[-_]?8859|latin|windows|cp|mac|koi8|utf[-_]?16)[\w-]{0,20}", re.I)
_BIDI: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")

if TYPE_CHECKING:
    Mail = Message[Any, Any]


def tidy(text: str) -> str:
    """The text without control letters, turned writing and lone surrogates; line ends as they are."""
    return "".join(
        letter
        for letter in text.replace("\r\n", "\n").replace("\r", "\n")
        if letter in "\n\t" or not (unicodedata.category(letter) in ("Cc", "Cs") or letter in _BIDI)
    )


def header(mail: Mail, name: str) -> str:
    """A header's first value, decoded, on one line; '' where there is none."""
    return next((" ".join(tidy(_decoded(value)).split()) for value in _values(mail, name)), "")


def every(mail: Mail, name: str) -> Iterator[str]:
    """Each value of a header, on one line, as it stands."""
    yield from (" ".join(tidy(value).split()) for value in islice(_values(mail, name), _MOST_IDS))


def _values(mail: Mail, name: str) -> Iterator[str]:
    """The values as they came; letters beyond ASCII that nobody encoded are read as text, too."""
    for key, value in mail.raw_items():
        if key.lower() == name.lower():
            yield decoded(str(value)[:LONGEST].encode("utf-8", "surrogateescape"), "")


def _decoded(text: str) -> str:
    try:
        parts = decode_header(text)
    except (ValueError, LookupError, IndexError):  # binascii.Error is a ValueError
        return text
    return "".join(part if isinstance(part, str) else decoded(part, charset or "") for part, charset in parts)


def decoded(data: bytes, charset: str) -> str:
    """Bytes as text: what is valid UTF-8 is that, whatever it is called; else what it is called; else Latin letters. Never raises."""
    for name in ("utf-8", charset if _CHARSET.fullmatch(charset) else "", "cp1252"):
        try:
            if name:
                return data.decode(name)
        except (UnicodeError, LookupError):
            continue
    return data.decode("latin-1")


def sender(mail: Mail) -> tuple[str, str]:
    """Who writes, by the From header: (address, name); ('', '') where not exactly one address can be read.

    The address is read before anything is decoded: an encoded name must not become an address.
    """
    values = [value.replace("\r", " ").replace("\n", " ") for value in _values(mail, "From")]
    found = getaddresses(values) if len(values) == 1 else []
    try:
        ((name, bare),) = found
        return address(bare), " ".join(tidy(_decoded(name)).split())[:200]
    except (UsageError, ValueError):
        return "", ""


def ids(mail: Mail, *names: str) -> tuple[str, ...]:
    """The Message-IDs in these headers, the last first, once each: the last is what a mail answers."""
    found = [one for name in names for value in every(mail, name) for one in _ID.findall(value)]
    return tuple(dict.fromkeys(reversed(found)))[:_MOST_IDS]


def message_id(mail: Mail) -> str:
    """The mail's own Message-ID; '' where it has none that is one."""
    value = header(mail, "Message-ID")
    return value if is_id(value) else ""
