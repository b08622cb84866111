"""A folder takes each mail whole, once, and for its owner only."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from troth.mail.exit import Outcome
from troth.mail.folder import Folder
from troth.mail.message import Outgoing
from troth.terms.errors import UsageError

MAIL = Outgoing(
    "<one.two@bakken.example>", "Bakken Møbler <privat@bakken.example>", "ditte@ravn.example", "Din henvendelse – æøå",
    "Kære Ditte\n\nkoden er 123456\n", datetime(2026, 11, 23, 9, tzinfo=UTC), "da",
)  # fmt: skip


def test_a_mail_lies_there_whole_and_once(tmp_path: Path) -> None:
    place = tmp_path / "mails"
    for _ in range(2):  # handed over again after a crash
        assert Folder(place).send(MAIL) == Outcome("sent")
    (file,) = place.iterdir()
    came = message_from_bytes(file.read_bytes(), policy=default)
    body = came.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == MAIL.text
    assert (came["To"], came["Subject"]) == ("ditte@ravn.example", MAIL.headline)
    assert (file.stat().st_mode & 0o777, place.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_folder_that_cannot_be_written_keeps_the_mail_waiting(tmp_path: Path) -> None:
    (tmp_path / "mails").write_text("a file stands in the way")
    assert Folder(tmp_path / "mails").send(MAIL) == Outcome("later")


def test_what_is_no_address_is_refused(tmp_path: Path) -> None:
    from dataclasses import replace

    with pytest.raises(UsageError):
        Folder(tmp_path).send(replace(MAIL, to="ditte"))
    assert not list(tmp_path.iterdir())
