"""Raw mails for tests, as other programs write them."""

from __future__ import annotations

from email.message import EmailMessage

SENDER = "Ditte Ravn <ditte@ravn.example>"


def plain(text: str, headline: str = "Hej", sender: str = SENDER, **headers: str) -> bytes:
    """One plain mail; `_` in a header's name stands for a hyphen."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "privat@bakken.example", headline
    made["Message-ID"] = headers.pop("Message_ID", "<one@ravn.example>")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes()


def bounce(of: str, action: str = "failed", status: str = "5.1.1") -> bytes:
    """A report on a mail of ours (RFC 3464)."""
    return f"""From: Mail Delivery Subsystem <mailer-daemon@ravn.example>
To: privat@bakken.example
Subject: Undelivered Mail Returned to Sender
Return-Path: <>
Message-ID: <bounce-{of.strip("<>").partition("@")[0]}@ravn.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="xx"

--xx
Content-Type: text/plain

The mail could not be delivered. Please delete my data.
--xx
Content-Type: message/delivery-status

Reporting-MTA: dns; ravn.example

Final-Recipient: rfc822; ditte@ravn.example
Action: {action}
Status: {status}
--xx
Content-Type: text/rfc822-headers

Message-ID: {of}
Subject: Din henvendelse
--xx--
""".encode()
