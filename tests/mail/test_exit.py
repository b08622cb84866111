"""A mail goes out to one addressee, whole, and the server's answer is told by its code; nothing in it becomes a header."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.smtp import SMTP
from hypothesis import given, settings
from hypothesis import strategies as st
from smtp_server import Taken, server

from troth.mail.exit import Outcome, Smtp, is_loopback, smtp_exit
from troth.mail.message import Enclosure, Outgoing, address, composed
from troth.terms.errors import UsageError

MAIL = Outgoing(
    "<one.two@bakken.example>", "Bakken Møbler <privat@bakken.example>", "ditte@ravn.example", "Din henvendelse 2026-0001 – æøå",
    "Kære Ditte\n\n.\nFrom os\n", datetime(2026, 11, 23, 9, tzinfo=UTC), "da", "<p>Kære Ditte</p>",
    (Enclosure("svar ø.pdf", "application/pdf", b"%PDF-1\r\n\x00"),), "<asked@ravn.example>",
)  # fmt: skip


@pytest.fixture(scope="module")
def running() -> Iterator[Taken]:
    with server() as taken:
        yield taken


@pytest.fixture
def taken(running: Taken) -> Taken:
    running.mails.clear()
    running.refuse.clear()
    running.data = "250 OK"
    return running


def way(taken: Taken) -> Smtp:
    return Smtp("127.0.0.1", taken.port, "none", seconds=5)


def test_a_mail_arrives_whole(taken: Taken) -> None:
    assert way(taken).send(MAIL) == Outcome("sent", 250)
    (envelope,) = taken.mails
    assert (envelope.mail_from, envelope.rcpt_tos) == ("privat@bakken.example", ["ditte@ravn.example"])
    came = message_from_bytes(envelope.original_content, policy=default)
    assert came["Subject"] == MAIL.headline
    assert came["Message-ID"] == MAIL.id
    assert (came["In-Reply-To"], came["Auto-Submitted"]) == (MAIL.answers, "auto-replied")
    assert came["From"].addresses[0].display_name == "Bakken Møbler"
    text, page = came.get_body(("plain",)), came.get_body(("html",))
    assert text is not None
    assert page is not None
    assert text.get_content().replace("\r\n", "\n") == MAIL.text
    (file,) = came.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("svar ø.pdf", b"%PDF-1\r\n\x00")
    assert not [name for name in came if name.startswith("List-")]


def test_what_a_person_wrote_is_not_called_automatic() -> None:
    assert composed(replace(MAIL, automatic=False))["Auto-Submitted"] is None
    assert composed(replace(MAIL, answers=""))["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 5.1.1 no such user", Outcome("never", 550)),
        ("450 4.2.1 busy", Outcome("later", 450)),
        ("552 5.2.2 full", Outcome("never", 552)),
    ],
)
def test_the_code_says_whether_to_try_again(taken: Taken, answer: str, outcome: Outcome) -> None:
    taken.refuse[MAIL.to] = answer
    assert way(taken).send(MAIL) == outcome
    taken.refuse.clear()
    taken.data = answer
    assert way(taken).send(MAIL) == outcome
    assert not taken.mails


def test_a_mail_that_was_taken_is_sent_however_the_server_ends(
    taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rude(self: SMTP, arg: str) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(SMTP, "smtp_QUIT", rude)
    assert way(taken).send(MAIL) == Outcome("sent", 250)
    assert len(taken.mails) == 1


def test_nobody_there_is_later() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert Smtp("127.0.0.1", free.getsockname()[1], "none", seconds=2).send(MAIL) == Outcome("later", 0)


def test_a_server_without_encryption_gets_neither_mail_nor_password(taken: Taken) -> None:
    secret = Smtp("127.0.0.1", taken.port, "starttls", "user", "hunter2", seconds=2)
    assert secret.send(MAIL).result == "later"
    assert replace(secret, tls="tls").send(MAIL).result == "later"
    assert not taken.mails


def test_a_server_that_cannot_show_who_it_is_gets_nothing(certificate: ssl.SSLContext) -> None:
    with server(tls_context=certificate) as taken:
        assert Smtp("127.0.0.1", taken.port, "starttls", seconds=5).send(MAIL) == Outcome("later", 0)
        assert not taken.mails


def test_letters_beyond_ascii_in_an_address(taken: Taken) -> None:
    assert way(taken).send(replace(MAIL, to="søren@blåbær.example")).result == "sent"
    assert taken.mails[0].rcpt_tos == ["søren@xn--blbr-roah.example"]


def test_a_server_without_smtputf8_never_takes_them() -> None:
    with server(enable_SMTPUTF8=False) as taken:
        assert way(taken).send(replace(MAIL, to="søren@blabaer.example")).result == "never"
        assert way(taken).send(replace(MAIL, to="soren@blåbær.example")).result == "sent"


@pytest.mark.parametrize(
    "bad",
    [
        "", "x", "a@b", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "<a@b.example>", "a b@c.example", "a@-b.example",
        '"a b"@c.example', "a@b.example\u2028x", ".a@b.example", "a..b@c.example", "a@b..example", "a@b.example;c@d.example",
        "a@[127.0.0.1]", "x" * 65 + "@b.example",
    ],
)  # fmt: skip
def test_no_second_addressee_hides_in_an_address(bad: str) -> None:
    with pytest.raises(UsageError) as told:
        address(bad)
    assert not bad or len(bad) < 4 or bad not in str(told.value)


@pytest.mark.parametrize(
    "bad",
    [
        "a\nBcc: x@y.example",
        "a\r\n\r\nbody",
        "",
        " ",
        "a\x85b",
        "a\u2029b",
        "x" * 301,
        "=?utf-8?q?a=0ABcc:?=",
    ],
)
def test_no_header_hides_in_a_headline(bad: str) -> None:
    with pytest.raises(UsageError):
        composed(replace(MAIL, headline=bad))


@pytest.mark.parametrize("bad", ["<a@b>\r\nBcc: x@y.example", "a@b.example", "<a b@c.example>", ""])
def test_no_header_hides_in_an_id(bad: str) -> None:
    with pytest.raises(UsageError):
        composed(replace(MAIL, id=bad))
    if bad:
        with pytest.raises(UsageError):
            composed(replace(MAIL, answers=bad))


@pytest.mark.parametrize("bad", ["a\r\nb.pdf", "../a.pdf", "", "a\x00"])
def test_no_header_hides_in_the_name_of_a_file(bad: str) -> None:
    with pytest.raises(UsageError):
        composed(replace(MAIL, enclosures=(Enclosure(bad, "application/pdf", b"x"),)))


NAMES = {
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "X-Auto-Response-Suppress",
    "Content-Language", "MIME-Version", "Content-Type",
}  # fmt: skip


@given(st.text(max_size=80), st.text(max_size=200), st.text(max_size=60), st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_whatever_is_written_the_headers_are_ours(headline: str, text: str, to: str, name: str) -> None:
    try:
        made = composed(
            replace(
                MAIL,
                headline=headline,
                text=text,
                to=to or MAIL.to,
                enclosures=(Enclosure(name, "text/csv", b"x"),),
            )
        )
        sent = made.as_bytes()
    except UsageError:
        return
    assert set(message_from_bytes(sent).keys()) == NAMES
    assert len(message_from_bytes(sent, policy=default)["To"].addresses) == 1


# ------------------------------------------------------------------ the setting


def test_the_setting_names_the_exit() -> None:
    made = smtp_exit("smtps://us%40er@mail.example.com", lambda: "hunter2")
    assert (made.host, made.port, made.tls, made.user, made.password) == (
        "mail.example.com",
        465,
        "tls",
        "us@er",
        "hunter2",
    )
    assert "hunter2" not in repr(made)
    assert smtp_exit("smtp://mail.example.com", lambda: "").tls == "starttls"
    assert (smtp_exit("smtp://127.0.0.1:25", lambda: "").tls, smtp_exit("smtp://[::1]", lambda: "").port) == (
        "none",
        587,
    )


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com",
        "http://x.example",
        "smtp://",
        "smtp://u:hunter2@x.example",
        "smtp://x.example/path",
        "smtp://x:99999",
    ],
)
def test_a_wrong_setting_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(UsageError) as told:
        smtp_exit(url, lambda: "")
    assert "hunter2" not in str(told.value)


def test_only_this_machine_is_this_machine() -> None:
    assert all(map(is_loopback, ["127.0.0.1", "127.8.8.8", "localhost", "::1", "[::1]"]))
    assert not any(map(is_loopback, ["10.0.0.1", "localhost.evil.example", "0.0.0.0", "", "::"]))
