"""Mails come in by SMTP and from a mailbox: taken only once they lie in a case, whoever is killed in between."""

from __future__ import annotations

import os
import signal
import smtplib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from after_world import ALMA, Clocked
from case_desk import Desk
from fake_imap import PASSWORD, FakeMailbox, fake_imap
from raw_mails import plain

from troth.mail.reading import LARGEST
from troth.terms.errors import StoreError, UsageError
from troth.workflows import cases, desk_lists, mail_fetch, mail_in, mail_listener
from troth.workflows.house import House
from troth.workflows.mail_fetch import fetch, mailbox
from troth.workflows.mail_listener import listening


def mail(number: int = 1, text: str = "Slet venligst alle mine data.\n") -> bytes:
    return plain(text, "Sletning", ALMA, Message_ID=f"<{number}@vind.example>")


def count(house: House) -> int:
    return len(desk_lists.inbox(house))


def received(house: House) -> list[str]:
    return [one["received"].isoformat() for one in desk_lists.inbox(house)]


@pytest.fixture
def imap() -> Iterator[FakeMailbox]:
    with fake_imap() as box:
        yield box


@pytest.fixture
def house(desk: Desk, imap: FakeMailbox) -> Clocked:
    desk.company.settings |= {"imap": f"imap://privat@127.0.0.1:{imap.port}", "mail_listen": "127.0.0.1:0"}
    desk.company.variables["TROTH_IMAP_PASSWORD"] = PASSWORD
    return desk.house


def hand_over(port: int, *raws: bytes, sender: str = ALMA) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as server:
        for raw in raws:
            server.sendmail(sender, ["privat@bakken.example"], raw)


# ------------------------------------------------------------------ the mailbox


def test_what_nobody_has_seen_is_taken_in_and_marked(house: Clocked, imap: FakeMailbox) -> None:
    imap.put(mail(1), mail(2), plain("Hej", "Vs: intet", Auto_Submitted="auto-replied"))
    assert (fetch(house), count(house)) == (3, 3)
    assert imap.seen() == {1, 2, 3}
    assert received(house) == ["2026-02-28"] * 3
    assert fetch(house) == 0
    assert not [line for line in imap.said if "BODY[" in line and "PEEK" not in line]


def test_a_mail_that_is_too_large_opens_a_case_and_stays_flagged(house: Clocked, imap: FakeMailbox) -> None:
    imap.put(mail(1, "x" * 70 + "\n") + b"x" * (LARGEST + 1), mail(2))
    assert (fetch(house), count(house)) == (2, 2)
    assert imap.flags[1] == {"\\Seen", "\\Flagged"}
    assert not [
        line for line in imap.said if line.upper().startswith("UID FETCH 1 ") and "BODY.PEEK[]" in line
    ]


def test_one_mail_that_is_refused_keeps_no_other_out(
    house: Clocked, imap: FakeMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sometimes(house: House, raw: bytes, **more: Any) -> Any:
        if b"<2@" in raw:
            raise UsageError("our own state cannot be written (canary)")
        return mail_in.accept(house, raw, **more)

    monkeypatch.setattr(mail_fetch, "accept", sometimes)
    imap.put(mail(1), mail(2), mail(3))
    with pytest.raises(StoreError, match="1 mails could not be taken in"):
        fetch(house)
    assert imap.seen() == {1, 3}
    monkeypatch.undo()
    assert (fetch(house), count(house)) == (1, 3)


def test_a_mailbox_that_is_away_is_tried_again_and_tells_no_password(house: Clocked, desk: Desk) -> None:
    desk.company.variables["TROTH_IMAP_PASSWORD"] = "hunter2-wrong"
    with pytest.raises(StoreError) as told:
        fetch(desk.house)
    assert not told.value.permanent
    assert "hunter2" not in str(told.value)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        desk.company.settings["imap"] = f"imap://privat@127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(StoreError):
            fetch(desk.house)


@pytest.mark.parametrize(
    "url",
    [
        "x",
        "http://a@b",
        "imap://b.example",
        "imap://u:hunter2@b.example",
        "imap://u@b.example/a%22b",
        "imap://u@b:x",
        "imap://u@b/%0d",
    ],
)
def test_a_wrong_mailbox_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(UsageError) as told:
        mailbox(url)
    assert "hunter2" not in str(told.value)


def test_a_mailbox_elsewhere_is_read_over_tls_only() -> None:
    assert mailbox("imap://u@mail.example.com").tls == "starttls"
    assert (mailbox("imaps://u%40x@mail.example.com/Inbox").user, mailbox("imaps://u@b.example").port) == (
        "u@x",
        993,
    )


# ------------------------------------------------------------------ the listener


def test_a_mail_server_hands_over_and_is_told_once_it_lies_there(house: Clocked, desk: Desk) -> None:
    with listening(house) as port:
        hand_over(port, mail(1), mail(2), mail(1))
    assert count(house) == 2
    (one, _) = desk_lists.inbox(house)
    assert cases.load(house, one["name"]).asker["answerable"]


def test_an_empty_sender_is_a_program(house: Clocked) -> None:
    with listening(house) as port:
        hand_over(port, mail(1), sender="")
    (one,) = desk_lists.inbox(house)
    assert cases.load(house, one["name"]).asker["answerable"] is False


def test_what_our_state_refuses_the_mail_server_keeps(
    house: Clocked, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: Any) -> None:
        raise UsageError("our own state cannot be written (kanarie)")

    with listening(house) as port:
        monkeypatch.setattr(mail_listener, "accept", full)
        with pytest.raises(smtplib.SMTPDataError) as told:
            hand_over(port, mail(1))
        monkeypatch.undo()
        assert told.value.smtp_code == 451
        assert b"kanarie" not in told.value.smtp_error
        (line,) = [one for one in caplog.records if one.name == "troth.mail"]
        assert not [word for word in ("kanarie", ALMA) if word in repr(line.__dict__)]
        hand_over(port, mail(1))
    assert count(house) == 1


def test_too_large_too_many_and_too_fast_are_told_so(house: Clocked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_listener, "CONNECTIONS", 2)
    monkeypatch.setattr(mail_listener, "MINUTE", 3)
    with listening(house) as port:
        with pytest.raises(smtplib.SMTPResponseException) as large:
            hand_over(port, mail(1) + b"x" * 990 + (b"\r\n" + b"y" * 990) * (LARGEST // 990))
        assert large.value.smtp_code == 552
        hand_over(port, mail(1), mail(2), mail(3))
        with pytest.raises(smtplib.SMTPDataError) as fast:
            hand_over(port, mail(4))
        assert fast.value.smtp_code == 451
        held = [smtplib.SMTP("127.0.0.1", port, timeout=20) for _ in range(2)]
        with pytest.raises(smtplib.SMTPException) as many:
            smtplib.SMTP("127.0.0.1", port, timeout=20)
        assert "421" in str(many.value)
        for one in held:
            one.close()
    assert count(house) == 3


def test_where_somebody_listens_already_it_does_not_begin(house: Clocked, desk: Desk) -> None:
    with listening(house) as port:
        desk.company.settings["mail_listen"] = f"127.0.0.1:{port}"
        with pytest.raises(UsageError, match="another port"), listening(desk.house):
            pass


@pytest.mark.parametrize(
    "place", ["0.0.0.0:25", "10.0.0.1:25", "2525", "127.0.0.1:x", "mail.example.com:25", "127.0.0.1:70000"]
)
def test_it_listens_on_this_machine_only(house: Clocked, desk: Desk, place: str) -> None:
    desk.company.settings["mail_listen"] = place
    with pytest.raises(UsageError, match="this machine only"), listening(desk.house):
        pass


# ------------------------------------------------------------------ killed


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed(house: House, act: Callable[[], object]) -> None:
    """Does something in a process that ends by SIGKILL."""
    from django.db import connection

    connection.close()
    child = os.fork()
    if child == 0:
        act()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.process
@pytest.mark.parametrize(("where", "name"), [(mail_in, "_put"), (mail_in, "_bounced"), (mail_fetch, "_seen")])
def test_a_kill_while_a_mail_is_fetched_loses_none_and_doubles_none(
    house: Clocked, imap: FakeMailbox, monkeypatch: pytest.MonkeyPatch, where: Any, name: str
) -> None:
    imap.put(mail(1), mail(2))
    monkeypatch.setattr(where, name, die)
    killed(house, lambda: fetch(house))
    monkeypatch.undo()
    assert imap.seen() == set()
    assert (fetch(house), count(house)) == (2, 2)
    assert imap.seen() == {1, 2}


@pytest.mark.process
@pytest.mark.parametrize("name", ["_put", "after"])
def test_a_kill_while_a_mail_is_handed_over_loses_none_and_doubles_none(
    house: Clocked, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """The mail server was not told 250, so it hands the mail over again, to whoever listens next."""

    def after(*given: Any) -> Any:
        mail_in.accept(*given)
        die()

    if name == "after":
        monkeypatch.setattr(mail_listener, "accept", after)
    else:
        monkeypatch.setattr(mail_in, name, die)
    told = tmp_path / "port"

    def serve() -> None:
        with listening(house) as port:
            told.with_suffix(".new").write_text(str(port))
            told.with_suffix(".new").rename(told)
            with pytest.raises((smtplib.SMTPException, OSError)):
                hand_over(port, mail(1))

    killed(house, serve)
    monkeypatch.undo()
    with listening(house) as port:
        hand_over(port, mail(1))
    assert count(house) == 1
