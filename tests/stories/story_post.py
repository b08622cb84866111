"""A mail server for the stories: takes every mail on loopback and keeps it, so that a story can read what a person reads."""

from __future__ import annotations

import email
import re
import time
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Post:
    """Every mail that came, in order."""

    mails: list[EmailMessage] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return "250 taken"

    def wait(self, to: str, says: str, after: int = 0, seconds: float = 60) -> str:
        """The plain words of the first mail to this address, after so many, that says this; waits for it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for mail in self.mails[after:]:
                words = text(mail)
                if to in str(mail["To"]) and says in f"{mail['Subject']} {words}":
                    return words
            time.sleep(0.05)
        raise AssertionError([(str(mail["To"]), str(mail["Subject"])) for mail in self.mails[after:]])

    def code(self, to: str, after: int) -> str:
        """The code in the next mail that holds one."""
        found = re.search(r"\b(\d{8})\b", self.wait(to, "Din kode" if self.danish else "Your code", after))
        assert found
        return found[1]

    danish = True


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content


class Listening(Controller):
    """On a free port."""

    def __init__(self, post: Post) -> None:
        super().__init__(post, hostname="127.0.0.1", port=0)

    def _trigger_server(self) -> None:
        """The base class would connect to port 0; the socket says where it really listens."""
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
