"""A mail that goes out: one addressee, one headline, nothing that could become a header of somebody else's making."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import HeaderDefect, MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import Final, Literal

from troth.terms.errors import UsageError

_ADDRESS: Final = re.compile(
    r"(?P<local>[^\s@<>()\[\],;:\\\"\x00-\x20\x7f]{1,64})@(?P<host>[^\s@<>()\[\],;:\\\"\x00-\x20\x7f]{1,253})"
)
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.I)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")
_ID: Final = re.compile(r"<[!-;=?-~]{1,250}@[!-;=?-~]{1,250}>")
LONGEST_HEADLINE: Final = 300


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes along."""

    name: str
    type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One mail to one person. `id` is the Message-ID that we made, by which a bounce or an answer finds its way back."""

    id: str
    sender: str = field(repr=False)
    to: str = field(repr=False)
    headline: str = field(repr=False)
    text: str = field(repr=False)
    at: datetime
    language: Literal["da", "en"] = "en"
    html: str = field(default="", repr=False)
    enclosures: Sequence[Enclosure] = ()
    answers: str = ""  # Message-ID of the mail that this one answers
    automatic: bool = True  # no person wrote it: RFC 3834 asks that it says so


def address(text: str) -> str:
    """The bare address in the form in which it is sent, its host in ASCII (IDNA); raises UsageError, without it, for anything else."""
    found = _ADDRESS.fullmatch(text.strip())
    host = ""
    if found:
        try:
            host = found["host"].encode("idna").decode("ascii").lower()
        except UnicodeError:
            host = ""
    labels = host.split(".")
    dots = found is not None and (
        found["local"].startswith(".") or found["local"].endswith(".") or ".." in found["local"]
    )
    if found is None or dots or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise UsageError("this is no e-mail address", remedy="Write name@example.com.")
    return f"{found['local']}@{host}"


def is_id(text: str) -> bool:
    """Whether the text is one Message-ID."""
    return bool(_ID.fullmatch(text))


def composed(mail: Outgoing) -> EmailMessage:
    """The mail as it is sent; raises UsageError, naming the part and never what stands in it, where a part is not what it should be."""
    headline = mail.headline
    if (
        _CONTROL.search(headline)
        or "=?" in headline
        or not headline.strip()
        or len(headline) > LONGEST_HEADLINE
    ):
        raise UsageError(f"a headline is one line of at most {LONGEST_HEADLINE} letters", place="headline")
    if not is_id(mail.id) or (mail.answers and not is_id(mail.answers)):
        raise UsageError("this is no Message-ID", place="Message-ID")
    to = address(mail.to)
    utf8 = not to.isascii()
    made = EmailMessage(policy=(SMTPUTF8 if utf8 else SMTP).clone(cte_type="7bit"))
    try:
        made["From"], made["To"], made["Subject"] = _from(mail.sender), _spec(to), headline
        made["Date"], made["Message-ID"] = format_datetime(mail.at), mail.id
        if mail.answers:
            made["In-Reply-To"] = made["References"] = mail.answers
        if mail.automatic:
            made["Auto-Submitted"] = "auto-replied" if mail.answers else "auto-generated"
            made["X-Auto-Response-Suppress"] = "All"
        _fill(made, mail)
        made["Content-Language"] = mail.language  # last: filling moves what begins so into the first part
        made.as_bytes()  # what cannot be written is refused here, not on the way out
    except (MessageError, HeaderDefect, ValueError, IndexError):
        raise UsageError("this mail cannot be composed", place="mail") from None
    return made


def _from(sender: str) -> Address:
    """`Name <address>` or the address alone, as the setting says it."""
    found = re.fullmatch(
        r"\s*(?:\"?(?P<name>[^<>\"\x00-\x1f\x7f]*?)\"?\s*<(?P<in>[^<>]+)>|(?P<bare>[^<>]+))\s*", sender
    )
    if found is None:
        raise UsageError(
            "this is no sender", place="TROTH_MAIL_FROM", remedy="Write Name <name@example.com>."
        )
    return _spec(address(found["in"] or found["bare"]), found["name"] or "")


def _spec(bare: str, name: str = "") -> Address:
    local, _, host = bare.rpartition("@")
    return Address(name, username=local, domain=host)


def sender_address(sender: str) -> str:
    """The bare address of `Name <address>`; raises UsageError."""
    return _from(sender).addr_spec


def _fill(made: EmailMessage, mail: Outgoing) -> None:
    made.set_content(mail.text)
    if mail.html:
        made.add_alternative(mail.html, subtype="html")
    for one in mail.enclosures:
        if (
            not _TYPE.fullmatch(one.type)
            or _CONTROL.search(one.name)
            or not one.name.strip()
            or "/" in one.name
        ):
            raise UsageError("an enclosure needs a plain name and a type", place="enclosure")
        kind, _, under = one.type.partition("/")
        if kind in ("text", "message", "multipart"):
            kind, under = "application", "octet-stream"  # sent byte for byte
        made.add_attachment(one.data, maintype=kind, subtype=under, filename=one.name)
