"""The exit for what a person's request needs (advertising has none here): a mail has gone, may go later, or never will.

What a server says in refusing may quote the address, so only its code is kept.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final, Literal, Protocol
from urllib.parse import unquote, urlsplit

from troth.mail.message import Outgoing, composed, sender_address
from troth.terms.errors import UsageError

SECONDS: Final = 30
_PORTS: Final = {"smtp": 587, "smtps": 465}

Result = Literal["sent", "later", "never"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mail; `code` is the server's, or 0 where it said nothing (no connection, a broken one)."""

    result: Result
    code: int = 0


class Exit(Protocol):
    """Whatever takes a mail out of the house."""

    def send(self, mail: Outgoing) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server to which we hand over: `smtp` with STARTTLS, `smtps` with TLS from the first byte, plain on this machine only."""

    host: str
    port: int
    tls: Literal["starttls", "tls", "none"]
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    seconds: float = SECONDS

    def send(self, mail: Outgoing) -> Outcome:
        """Hands one mail over; raises UsageError where it cannot be composed or the settings are wrong, nothing else."""
        message = composed(mail)
        to = str(message["To"].addresses[0].addr_spec)
        try:
            server = self._server()
            try:
                if self.user:
                    server.login(self.user, self.password)
                server.ehlo_or_helo_if_needed()
                if not to.isascii() and not server.has_extn("smtputf8"):
                    return Outcome("never")
                options = () if to.isascii() else ("SMTPUTF8", "BODY=8BITMIME")
                server.sendmail(sender_address(mail.sender), [to], message.as_bytes(), options)
            finally:
                with suppress(smtplib.SMTPException, OSError):  # how it ends says nothing of what was taken
                    server.quit()
        except smtplib.SMTPRecipientsRefused as fault:
            return _by_code(next(iter(fault.recipients.values()))[0])
        except smtplib.SMTPAuthenticationError as fault:
            return Outcome("later", fault.smtp_code)  # the password can be set right; the mail waits
        except smtplib.SMTPSenderRefused as fault:
            return Outcome("later", fault.smtp_code)  # our own address: a setting, not the person's fault
        except smtplib.SMTPResponseException as fault:
            return _by_code(fault.smtp_code)
        except (
            smtplib.SMTPException,
            OSError,
        ):  # a certificate that shows nothing is one: then nothing is sent
            return Outcome("later")
        return Outcome("sent", 250)

    def _server(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.seconds, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=self.seconds)
        if self.tls == "starttls":
            try:
                server.starttls(context=context)
            except BaseException:
                server.close()
                raise
        return server


def _by_code(code: int) -> Outcome:
    """RFC 5321, 4.2.1: 4yz may be tried again, 5yz not."""
    return Outcome("never" if 500 <= code < 600 else "later", code)


def smtp_exit(url: str, password: Callable[[], str]) -> Smtp:
    """The exit that a setting names: `smtp[s]://[user@]host[:port]`; raises UsageError, never with the address."""
    remedy = "Write smtp://host:port or smtps://user@host:port; the password has a variable of its own."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UsageError("this is no mail server", place="TROTH_MAIL", remedy=remedy) from None
    if (
        parts.scheme not in _PORTS
        or not parts.hostname
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
    ):
        raise UsageError("this is no mail server", place="TROTH_MAIL", remedy=remedy)
    if parts.password is not None:
        raise UsageError(
            "the address carries a password", place="TROTH_MAIL", remedy="Set TROTH_MAIL_PASSWORD."
        )
    here = is_loopback(parts.hostname)
    tls: Literal["starttls", "tls", "none"] = (
        "tls" if parts.scheme == "smtps" else "none" if here else "starttls"
    )
    user = unquote(parts.username or "")
    return Smtp(parts.hostname, port or _PORTS[parts.scheme], tls, user, password() if user else "")


def is_loopback(host: str) -> bool:
    """Whether a name or number is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
