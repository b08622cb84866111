"""Requests are fetched from a mailbox by IMAP; a mail is marked as seen only once it lies in a case.

A kill in between leaves it unseen: it is fetched again, and known again. What is too large to be taken in opens a case by its
headers, is flagged, and stays in the mailbox for an officer to read.
"""

from __future__ import annotations

import imaplib
import logging
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from troth.mail.exit import is_loopback
from troth.mail.reading import LARGEST
from troth.terms.errors import StoreError, UsageError
from troth.workflows.house import House
from troth.workflows.jobs import told
from troth.workflows.mail_in import accept
from troth.workflows.mail_out import secret

_log = logging.getLogger("troth.mail")
ROUND: Final = 200
"""Mails that one round takes in; the next goes on."""
FAULTS: Final = 3
"""Mails that our own state refuses before a round gives up."""
_SECONDS: Final = 60
_PORTS: Final = {"imap": 143, "imaps": 993}
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d{1,12})")
_REMEDY: Final = "Write imaps://user@host/INBOX; the password has a variable of its own."


@dataclass(frozen=True)
class Mailbox:
    """Where the mails lie."""

    host: str
    port: int
    tls: str  # tls, starttls, none
    user: str = field(repr=False)
    folder: str


def mailbox(url: str) -> Mailbox:
    """The mailbox that the setting names; raises UsageError, never with the address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UsageError("this is no mailbox", place="TROTH_IMAP", remedy=_REMEDY) from None
    if (
        parts.scheme not in _PORTS
        or not parts.hostname
        or not parts.username
        or parts.query
        or parts.fragment
    ):
        raise UsageError("this is no mailbox", place="TROTH_IMAP", remedy=_REMEDY)
    if parts.password is not None:
        raise UsageError(
            "the address carries a password", place="TROTH_IMAP", remedy="Set TROTH_IMAP_PASSWORD."
        )
    tls = "tls" if parts.scheme == "imaps" else "none" if is_loopback(parts.hostname) else "starttls"
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if re.search(r'[\x00-\x1f\x7f"\\]', folder + unquote(parts.username)) or not folder.isascii():
        raise UsageError("this is no mailbox", place="TROTH_IMAP", remedy=_REMEDY)
    return Mailbox(parts.hostname, port or _PORTS[parts.scheme], tls, unquote(parts.username), folder)


def fetch(house: House) -> int:
    """Takes in what nobody has seen, oldest first; how many mails. Raises StoreError where the mailbox cannot be read now."""
    box, password = mailbox(house.settings.imap), secret(house, "TROTH_IMAP_PASSWORD")
    taken = refused = 0
    try:
        with _opened(box, password) as server:
            for uid in _unseen(server)[:ROUND]:
                if _taken(house, server, uid):
                    taken += 1
                    house.progress(f"mails taken in: {taken}")
                    continue
                refused += 1
                if refused == FAULTS:
                    break
    except (imaplib.IMAP4.error, OSError, ssl.SSLError, EOFError) as fault:
        raise _away(f"the mailbox cannot be read ({type(fault).__name__})") from None
    if refused:
        raise _away(f"{refused} mails could not be taken in, and lie unseen in the mailbox")
    return taken


def _away(message: str) -> StoreError:
    return StoreError(message, permanent=False, place="TROTH_IMAP", remedy="It is tried again.")


def _taken(house: House, server: imaplib.IMAP4, uid: bytes) -> bool:
    """Takes one mail in and marks it; False, and unmarked, where our own state refused it."""
    large = _size(server, uid) > LARGEST
    raw, came = _raw(server, uid, "BODY.PEEK[HEADER]" if large else "BODY.PEEK[]")
    try:
        accept(house, raw, came=came)
    except Exception as fault:  # noqa: BLE001  (a door: one mail's fault does not keep the others out)
        _log.error("mail not taken in", extra={"told": {"fault": told(fault)}})
        return False
    _seen(server, uid, r"(\Seen \Flagged)" if large else r"(\Seen)")
    return True


@contextmanager
def _opened(box: Mailbox, password: str) -> Iterator[imaplib.IMAP4]:
    context = ssl.create_default_context()
    if box.tls == "tls":
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(box.host, box.port, ssl_context=context, timeout=_SECONDS)
    else:
        server = imaplib.IMAP4(box.host, box.port, timeout=_SECONDS)
    try:
        if box.tls == "starttls":
            server.starttls(context)
        server.login(box.user, password)
        _ok(server.select(f'"{box.folder}"'))
        yield server
    finally:
        with suppress(imaplib.IMAP4.error, OSError, socket.timeout):
            server.logout()


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    """What the server gave; raises IMAP4.error, without its words, where it said no."""
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error("refused")
    return data


def _unseen(server: imaplib.IMAP4) -> list[bytes]:
    found = _ok(server.uid("SEARCH", "UNSEEN"))
    words = b" ".join(one for one in found if isinstance(one, bytes)).split()
    return sorted((uid for uid in words if uid.isdigit()), key=int)


def _size(server: imaplib.IMAP4, uid: bytes) -> int:
    said = b" ".join(
        one for one in _ok(server.uid("FETCH", uid.decode(), "(RFC822.SIZE)")) if isinstance(one, bytes)
    )
    found = _SIZE.search(said)
    if found is None:
        raise imaplib.IMAP4.error("no size")
    return int(found[1])


def _raw(server: imaplib.IMAP4, uid: bytes, what: str) -> tuple[bytes, datetime | None]:
    """A mail as it lies there, and when it came; raises IMAP4.error where it is gone."""
    for one in _ok(server.uid("FETCH", uid.decode(), f"(INTERNALDATE {what})")):
        if isinstance(one, tuple) and len(one) == 2:
            came = imaplib.Internaldate2tuple(one[0])
            return one[1], datetime(*came[:6]).astimezone(UTC) if came else None
    raise imaplib.IMAP4.error("gone")


def _seen(server: imaplib.IMAP4, uid: bytes, flags: str) -> None:
    _ok(server.uid("STORE", uid.decode(), "+FLAGS", flags))
