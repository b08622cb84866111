"""A mail server that a test tells what to answer, and that keeps what it took."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP


@dataclass
class Taken:
    """Keeps envelopes; `refuse` answers an address with a line, `data` answers the mail."""

    mails: list[Any] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    data: str = "250 OK"
    port: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.data.startswith("2"):
            self.mails.append(envelope)
        return self.data


@contextmanager
def server(**options: Any) -> Iterator[Taken]:
    """One on a free port of this machine; `options` are the library's."""
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    taken, loop, ready = Taken(), asyncio.new_event_loop(), threading.Event()
    options = {"enable_SMTPUTF8": True, "hostname": "test", **options}

    def run() -> None:
        asyncio.set_event_loop(loop)
        made = loop.create_server(lambda: SMTP(taken, loop=loop, **options), "127.0.0.1", 0)
        running = loop.run_until_complete(made)
        taken.port = running.sockets[0].getsockname()[1]
        ready.set()
        loop.run_forever()
        running.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield taken
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
