"""Our own mail server hands requests over here by SMTP; it is told 250 only once a mail lies in a case.

It listens on this machine only, takes as much and as many as it can carry, and repeats nothing of a mail in what it says.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from troth.mail.exit import is_loopback
from troth.mail.reading import LARGEST
from troth.terms.errors import UsageError
from troth.workflows.house import House
from troth.workflows.jobs import told
from troth.workflows.mail_in import accept

_log = logging.getLogger("troth.mail")
CONNECTIONS: Final = 20
MINUTE: Final = 120
"""Connections at a time, and mails within a minute; the mail server tries again with what is more."""
_SECONDS: Final = 120
_LATER: Final = "451 4.3.0 Not now; please try again"


class _Door(SMTP):
    """One connection; more than `CONNECTIONS` are told to come again."""

    line_length_limit = 64 * 1024  # programs write longer lines than RFC 5321 lets them
    local_part_limit = 64

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.open.add(self)
        super().connection_made(transport)
        if len(self.event_handler.open) > CONNECTIONS:
            assert isinstance(transport, asyncio.Transport)
            transport.write(b"421 4.3.2 Too many connections\r\n")
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.open.discard(self)
        super().connection_lost(error)


class _Hand:
    """Takes the mails, one after another."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.one = ThreadPoolExecutor(1, thread_name_prefix="mail")
        self.recent: deque[float] = deque(maxlen=MINUTE)
        self.open: set[_Door] = set()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if len(self.recent) == MINUTE and time.monotonic() - self.recent[0] < 60:
            return "451 4.7.1 Too many mails; please try again"
        self.recent.append(time.monotonic())
        raw = bytes(envelope.original_content or b"")
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(
                self.one, accept, self.house, raw, (envelope.mail_from or "").strip("<>")
            )
        except Exception as fault:  # noqa: BLE001  (a door: whatever it was, the mail server keeps the mail)
            _log.error("mail not taken in", extra={"told": {"fault": told(fault)}})
            return _LATER
        return "250 2.0.0 Taken in"

    async def handle_exception(self, error: Exception) -> str:
        return _LATER


@contextmanager
def listening(house: House) -> Iterator[int]:
    """Takes mails in while the block runs; gives the port. Raises UsageError where it may or can not listen."""
    host, port = _place(house.settings.mail_listen)
    for name in ("mail.log", "mail.debug"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # the library logs addresses
    door = _bound(host, port)
    loop, hand = asyncio.new_event_loop(), _Hand(house)
    ready = threading.Event()
    thread = threading.Thread(
        target=_serve, args=(loop, door, hand, ready), name="mail listener", daemon=True
    )
    thread.start()
    ready.wait()
    try:
        yield int(door.getsockname()[1])
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        hand.one.shutdown()


def _serve(loop: asyncio.AbstractEventLoop, door: socket.socket, hand: _Hand, ready: threading.Event) -> None:
    """Runs the loop until it is stopped, then cuts what is still connected: those mails are handed over again."""
    asyncio.set_event_loop(loop)

    def made() -> SMTP:
        return _Door(
            hand, data_size_limit=LARGEST, enable_SMTPUTF8=True, hostname="troth", ident="mail", timeout=_SECONDS, loop=loop,
            command_call_limit=100,
        )  # fmt: skip

    server = loop.run_until_complete(loop.create_server(made, sock=door))
    loop.call_soon(ready.set)
    loop.run_forever()
    server.close()
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


def _place(text: str) -> tuple[str, int]:
    """The host and port of the setting; raises UsageError for another machine's, or none."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535 or not is_loopback(host):
        raise UsageError(
            "mails are taken in on this machine only, from its own mail server",
            place="TROTH_MAIL_LISTEN",
            remedy="Write 127.0.0.1:2525, and let the mail server hand over there (docs/mail.md).",
        )
    return host.strip("[]"), int(port)


def _bound(host: str, port: int) -> socket.socket:
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(CONNECTIONS)
    except OSError as fault:
        door.close()
        raise UsageError(
            f"nobody can hand a mail over here ({fault.strerror})",
            place="TROTH_MAIL_LISTEN",
            remedy="Choose another port.",
        ) from None
    door.setblocking(False)
    return door
