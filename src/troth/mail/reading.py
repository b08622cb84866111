"""A raw mail as one frozen value, whatever is wrong with it: what cannot be read is said to be unreadable, and nothing raises.

Nothing of the mail is trusted: names of files are made safe, sizes and depth are bounded, and who it says it is from is a claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from typing import TYPE_CHECKING, Final

from troth.mail.headers import decoded, every, header, ids, message_id, sender, tidy
from troth.mail.plain import words_of
from troth.mail.quoted import own_words
from troth.requests.language import Language, language_of

if TYPE_CHECKING:
    from troth.mail.headers import Mail

LARGEST: Final = 10 * 1024 * 1024
"""Bytes of a mail that is taken in; a larger one is refused at the door, with a sentence that says so."""
_HEAD: Final = 128 * 1024
_DEEP: Final = 40  # parts within parts
_PARTS: Final = 400
_LINES: Final = 4_000  # that look like the edge of a part
_TEXT: Final = 200_000  # letters kept of the text
_EDGE: Final = re.compile(rb"^--", re.M)
_NESTED: Final = re.compile(rb"^content-type:\s*(?:multipart/|message/)", re.M | re.I)
_AUTOMATIC: Final = re.compile(
    r"\s*(?:auto(?:matic)?[- ]?reply|automatisk svar|autosvar|fraværsbesked|out of (?:the )?office|ikke på kontoret)\b",
    re.I,
)
_CARELESS: Final = frozenset(("bulk", "list", "junk", "auto_reply"))
_POSTMASTER: Final = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon)@", re.I)
_FINAL: Final = re.compile(r"^action:\s*(failed|delayed|delivered|relayed|expanded)", re.M | re.I)
_STATUS: Final = re.compile(r"^status:\s*([245])\.\d{1,3}\.\d{1,3}", re.M | re.I)
_NAME: Final = re.compile(r"[^\w.,() +@-]|\.{2,}")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail, as it says of itself; only `size` is sure. Nothing opens it."""

    name: str = field(repr=False)
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report on a mail of ours: `of` are the Message-IDs it names; `final` when it will not be tried again."""

    of: tuple[str, ...]
    final: bool


@dataclass(frozen=True, slots=True)
class Received:
    """A mail that came in. `text` is all of it, `own` as long and with spaces for what its writer only quoted."""

    message_id: str = ""
    sender: str = field(default="", repr=False)  # what the From header claims
    name: str = field(default="", repr=False)
    headline: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    own: str = field(default="", repr=False)
    language: Language = "en"
    automatic: bool = False  # a program wrote it: nothing of ours answers it
    listed: bool = False  # it came through a mailing list
    bounce: Bounce | None = None
    answers: tuple[str, ...] = ()  # Message-IDs of what it answers, the nearest first
    attachments: tuple[Attachment, ...] = ()
    vouched: frozenset[str] = frozenset()  # of spf, dkim, dmarc: what our own server says has passed
    forged: bool = False  # our own server says that the sender's domain disowns it
    readable: bool = True

    @property
    def answerable(self) -> bool:
        """Whether a letter of ours may answer it by itself (RFC 3834, 2)."""
        return (
            bool(self.sender)
            and not (self.automatic or self.listed or self.bounce or self.forged)
            and not _POSTMASTER.match(self.sender)
        )


def read(raw: bytes, otherwise: Language, envelope: str | None = None, own_server: str = "") -> Received:
    """Reads a raw mail; `envelope` is the sender of the SMTP envelope where it is known, '' if empty. Never raises."""
    if not _sound(raw):
        return _headers_only(raw, otherwise)
    try:
        mail = BytesParser(policy=compat32).parsebytes(raw)
        parts = list(_parts(mail))
        text = _text(parts)
        files = tuple(_file(part) for part in parts if _is_file(part))
        return _received(mail, otherwise, text, files, envelope, own_server, _bounce(mail, parts))
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError):
        return _headers_only(raw, otherwise)


def _sound(raw: bytes) -> bool:
    """Whether it can be taken apart at a bounded price: not too large, deep, or full of edges."""
    head = min((at for at in (raw.find(b"\n\n"), raw.find(b"\r\n\r\n")) if at >= 0), default=len(raw))
    return (
        len(raw) <= LARGEST and head <= _HEAD
        and sum(1 for _ in _NESTED.finditer(raw)) <= _DEEP and sum(1 for _ in _EDGE.finditer(raw)) <= _LINES
    )  # fmt: skip


def _headers_only(raw: bytes, otherwise: Language) -> Received:
    """What the first headers say of a mail that cannot be read; the mail itself lies sealed in its case."""
    try:
        mail = BytesHeaderParser(policy=compat32).parsebytes(raw[:_HEAD])
        address, name = sender(mail)
        return Received(
            message_id(mail), address, name, header(mail, "Subject")[:300], language=otherwise, automatic=_is_automatic(mail, None),
            listed=_is_listed(mail), answers=ids(mail, "References", "In-Reply-To"), readable=False,
        )  # fmt: skip
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError):
        return Received(language=otherwise, automatic=True, readable=False)


def _received(
    mail: Mail, otherwise: Language, text: str, files: tuple[Attachment, ...], envelope: str | None, own_server: str, bounce: Bounce | None
) -> Received:  # fmt: skip
    address, name = sender(mail)
    headline, results = header(mail, "Subject")[:300], _results(mail, own_server)
    own = own_words(text)
    return Received(
        message_id(mail), address, name, headline, text, own, language_of(f"{headline}\n{own}", otherwise),
        _is_automatic(mail, envelope), _is_listed(mail), bounce, ids(mail, "References", "In-Reply-To"), files,
        frozenset(how for how, result in results.items() if result == "pass"), results.get("dmarc") == "fail",
    )  # fmt: skip


def _parts(mail: Mail) -> Iterator[Mail]:
    """The leaves of a mail; a mail within it is a leaf too, since its words are somebody else's."""
    waiting: list[Mail] = [mail]
    for _ in range(_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting[:0] = _within(part)
        else:
            yield part


def _within(part: Mail) -> list[Mail]:
    """The parts of a part; the library decodes a leaf's text as it calls itself, so a leaf is not asked."""
    inner = part.get_payload() if part.is_multipart() else []
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def _is_file(part: Mail) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_content_type() not in (
        "text/plain",
        "text/html",
    )


def _text(parts: list[Mail]) -> str:
    """The plain text; where there is none, the words of the HTML."""
    inline = [part for part in parts if not _is_file(part)]
    plain = "\n".join(_decoded(part) for part in inline if part.get_content_type() == "text/plain")
    if not plain.strip():
        plain = "\n".join(
            words_of(_decoded(part)) for part in inline if part.get_content_type() == "text/html"
        )
    return tidy(plain[: 2 * _TEXT])[:_TEXT]


def _decoded(part: Mail) -> str:
    data = _bytes(part)
    return decoded(data, str(part.get_param("charset", "") or ""))


def _bytes(part: Mail) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _file(part: Mail) -> Attachment:
    size = len(part.as_bytes()) if part.is_multipart() else len(_bytes(part))
    return Attachment(safe_name(part.get_filename() or ""), part.get_content_type()[:100].lower(), size)


def safe_name(name: str) -> str:
    """A file's name without a way, control letters or turned writing; `file` where nothing is left."""
    bare = tidy(str(name)).replace("\\", "/").rpartition("/")[2].replace("\n", " ").replace("\t", " ")
    plain = _NAME.sub("_", bare).strip(" .")
    if not any(letter.isalnum() for letter in plain):
        return "file"
    stem, dot, end = plain.rpartition(".")
    return f"{stem[:80]}{dot}{end[:12]}" if dot and stem else plain[:80]


def _is_automatic(mail: Mail, envelope: str | None) -> bool:
    """Whether a program sent it by itself (RFC 3834, 2 and 5; the rest is what is met in the field)."""
    submitted = header(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or header(mail, "Precedence").lower() in _CARELESS
        or any(mail.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Loop"))
        or envelope == "" or header(mail, "Return-Path") == "<>"
        or bool(_AUTOMATIC.match(header(mail, "Subject")))
    )  # fmt: skip


def _is_listed(mail: Mail) -> bool:
    return any(
        mail.get(name) is not None for name in ("List-Id", "List-Post", "List-Unsubscribe", "Mailing-List")
    )


def _bounce(mail: Mail, parts: list[Mail]) -> Bounce | None:
    """The report on a mail that did not arrive (RFC 3464), or what an old server writes in its stead."""
    kinds = {part.get_content_type() for part in parts}
    reported = mail.get_content_type() == "multipart/report" and "message/delivery-status" in kinds
    by_server = bool(_POSTMASTER.search(header(mail, "From"))) and header(mail, "Return-Path") in ("", "<>")
    if not (reported or by_server):
        return None
    said = "\n".join(_inside(part) for part in parts if part.get_content_type() == "message/delivery-status")
    actions = {found.lower() for found in _FINAL.findall(said)}
    final = "failed" in actions if actions else "5" in _STATUS.findall(said) or not reported
    inside = [one for part in parts for one in _ids_within(part)]
    return Bounce(tuple(dict.fromkeys([*inside, *ids(mail, "References", "In-Reply-To")])), final)


def _inside(part: Mail) -> str:
    return "\n".join(str(one) for one in _within(part)) or decoded(_bytes(part), "")


def _ids_within(part: Mail) -> Iterator[str]:
    """The Message-ID of the mail, or of its headers, that a report carries back."""
    kind, inner = part.get_content_type(), _within(part)
    if kind == "message/rfc822" and inner:
        returned = inner[0]
    elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
        returned = BytesHeaderParser(policy=compat32).parsebytes(_bytes(part)[:_HEAD])
    else:
        return
    if found := message_id(returned):
        yield found


def _results(mail: Mail, own_server: str) -> dict[str, str]:
    """What our own server found, by its topmost word (RFC 8601, 5); anybody else's is hearsay. {} where it says nothing."""
    value = next(every(mail, "Authentication-Results"), "")
    server, _, results = value.partition(";")
    if not own_server or server.split()[:1] != [own_server]:
        return {}
    found = re.findall(r"(?:^|;)\s*(spf|dkim|dmarc)\s*=\s*(\w+)", results, re.I)
    return {how.lower(): result.lower() for how, result in reversed(found)}
