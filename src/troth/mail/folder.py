"""A mail that is put into a folder has gone: for a company that is tried out, whose letters somebody wants to read."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from email.policy import SMTP
from pathlib import Path
from typing import Final

from troth.mail.exit import Outcome
from troth.mail.message import Outgoing, composed

SCHEME: Final = "folder:"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that takes each mail as a file of its own; the same mail once, however often it is handed over."""

    place: Path

    def send(self, mail: Outgoing) -> Outcome:
        """Writes one mail, readable by its owner only; raises UsageError where it cannot be composed."""
        message = composed(mail)
        name = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:16]
        half, whole = self.place / f".{name}.half", self.place / f"{name}.eml"
        try:
            self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(message.as_bytes(policy=SMTP))
            half.replace(whole)
        except OSError:
            return Outcome("later")
        return Outcome("sent")
