"""A raw mail becomes one value, whatever is wrong with it; and what a program wrote is not taken for a person."""

from __future__ import annotations

import base64
import random
import time
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from raw_mails import bounce, plain

from troth.mail.plain import words_of
from troth.mail.quoted import own_words
from troth.mail.reading import LARGEST, Received, read, safe_name


def body(kind: str, data: bytes, *more: str) -> bytes:
    head = ["From: Ditte Ravn <ditte@ravn.example>", "Subject: Hej", f"Content-Type: {kind}", *more]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + data


# ------------------------------------------------------------------ words


def test_a_plain_mail_is_read() -> None:
    mail = read(plain("Slet venligst mine data.\n", "Æbler og ører"), "en")
    assert (mail.sender, mail.name, mail.headline) == ("ditte@ravn.example", "Ditte Ravn", "Æbler og ører")
    assert (mail.text.strip(), mail.language, mail.message_id) == (
        "Slet venligst mine data.",
        "da",
        "<one@ravn.example>",
    )
    assert mail.answerable
    assert mail.readable


def test_nothing_of_a_mail_is_shown_by_accident() -> None:
    mail = read(plain("kanarie-words", "kanarie-head"), "en")
    assert "kanarie" not in repr(mail)
    assert "ditte" not in repr(mail).casefold()


@pytest.mark.parametrize(
    ("charset", "data"),
    [
        ("utf-8", "rødgrød".encode("latin-1")), ("iso-8859-1", "rødgrød".encode()), ("no-such", "rødgrød".encode()),
        ("us-ascii", "rødgrød".encode()), ("windows-1252", "rødgrød".encode("cp1252")), ("punycode", "rødgrød".encode("cp1252")),
        ('"', "rødgrød".encode()),
    ],
)  # fmt: skip
def test_wrong_charsets_are_read_all_the_same(charset: str, data: bytes) -> None:
    assert read(body(f"text/plain; charset={charset}", data), "en").text == "rødgrød"


@pytest.mark.parametrize(
    "data", ["Åse Ærø".encode(), "Åse Ærø".encode("latin-1"), b"=?iso-8859-1?q?=C5se_=C6r=F8?="]
)
def test_headers_that_nobody_encoded_are_read_all_the_same(data: bytes) -> None:
    mail = read(b'From: "' + data + b'" <a@b.example>\r\nSubject: ' + data + b"\r\n\r\nhej", "da")
    assert (mail.name, mail.headline, mail.sender) == ("Åse Ærø", "Åse Ærø", "a@b.example")


@pytest.mark.parametrize(
    "sender",
    [
        b"=?utf-8?q?=22a=22_=3Cvictim=40x.example=3E?= <real@y.example>", b'"victim@x.example" <real@y.example>',
        b"=?utf-8?q?victim=40x.example=2C?= <real@y.example>",
    ],
)  # fmt: skip
def test_an_address_in_a_name_is_a_name(sender: bytes) -> None:
    assert read(b"From: " + sender + b"\r\n\r\nhej", "en").sender == "real@y.example"


@pytest.mark.parametrize(
    "sender",
    [b"a@x.example, b@y.example", b"a@x.example\r\nFrom: b@y.example", b"<a@x.example> <b@y.example>"],
)
def test_two_senders_are_none(sender: bytes) -> None:
    assert read(b"From: " + sender + b"\r\n\r\nhej", "en").sender == ""


def test_the_plain_part_wins_and_html_is_read_where_there_is_none() -> None:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@b.example", "x"
    made.set_content("the plain words")
    made.add_alternative("<p>the marked words</p>", subtype="html")
    assert read(made.as_bytes(), "en").text.strip() == "the plain words"
    page = b"<html><style>p{}</style><script>delete my data</script><p>Slet&nbsp;<b>mine</b> data</p><blockquote>old</blockquote>"
    mail = read(body("text/html; charset=utf-8", page), "en")
    assert mail.text == "Slet mine data\n\n> old"
    assert "old" not in mail.own


def test_a_mail_within_a_mail_is_not_its_senders_words() -> None:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@b.example", "x"
    made.set_content("my own words")
    inner = EmailMessage()
    inner["Subject"] = "inner"
    inner.set_content("delete my data")
    made.add_attachment(inner)
    mail = read(made.as_bytes(), "en")
    assert mail.text.strip() == "my own words"
    assert [(one.type, one.size > 10) for one in mail.attachments] == [("message/rfc822", True)]


def test_what_is_quoted_is_blanked_and_nothing_moves() -> None:
    text = "Ja tak.\n\nDen 3. marts 2026 kl. 10.12 skrev\nBakken <p@bakken.example>:\n> slet alt\nMvh.\n-- \nBakken\n"
    own = own_words(text)
    assert len(own) == len(text)
    assert own.split() == ["Ja", "tak.", "Mvh."]
    assert all(a == b for a, b in zip(own, text, strict=True) if a != " ")


def test_a_sentence_that_only_looks_like_an_introduction_stays() -> None:
    text = "Den mail som I skrev til mig i går:\nden vil jeg gerne have slettet.\n"
    assert own_words(text) == text
    assert own_words("From: me it is only a word\nSlet mig.\n").split()[-1] == "mig."


@pytest.mark.parametrize(
    ("page", "own"),
    [
        (
            "<style><!-- p {} --></style><p class=x>Ja tak.<o:p></o:p></p><div><p><b>Fra:</b> B &lt;p@b.example&gt;<br>"
            "<b>Sendt:</b> i går<br><b>Emne:</b> Nyt</p></div><p>Slet mine data.</p>",
            "Ja tak.",
        ),
        (
            "<div>Slet <i>mine</i> data</div><br><div class=gmail_quote><div>Den 2. mar. 2026 skrev B "
            "&lt;<a href=x>p@b.example</a>&gt;:<br></div><blockquote><div>Send en kopi</div></blockquote></div>",
            "Slet mine data",
        ),
        (
            "Please unsubscribe me<br><br>Sent from my iPhone<br><blockquote>On 2 Mar 2026, at 08:00, B wrote:<br></blockquote>"
            "<blockquote>delete my data</blockquote>",
            "Please unsubscribe me",
        ),
    ],
)  # fmt: skip
def test_what_mail_programs_quote_in_html_is_blanked_too(page: str, own: str) -> None:
    assert " ".join(own_words(words_of(page)).split()) == own


def test_markup_that_never_ends_is_text_or_nothing() -> None:
    assert words_of("a < b <!-- hidden") == "a < b"
    assert words_of("<script>x") == ""
    assert words_of("one<p>two<br>&lt;three") == "one\n\ntwo\n<three"


# ------------------------------------------------------------------ files


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\Windows\\x.exe", "x.exe"), ("fuld\u202emagt.pdf", "fuldmagt.pdf"), ("a\r\nb.txt", "a b.txt"),
        ("", "file"), ("...", "file"), ("a" * 500 + ".pdf", "a" * 80 + ".pdf"), ("<b>.html", "_b_.html"), ("a..b.zip", "a_b.zip"),
        ("=cmd|x.csv", "_cmd_x.csv"), ("CV Øst.docx", "CV Øst.docx"),
    ],
)  # fmt: skip
def test_names_of_files_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_files_are_counted_and_never_opened() -> None:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@b.example", "x"
    made.set_content("see enclosed")
    made.add_attachment(
        b"PK\x03\x04" + bytes(1_000), maintype="application", subtype="zip", filename="../../evil.zip"
    )
    made.add_attachment("delete my data", filename="note.txt")
    mail = read(made.as_bytes(), "en")
    assert [(one.name, one.type) for one in mail.attachments] == [
        ("evil.zip", "application/zip"),
        ("note.txt", "text/plain"),
    ]
    assert mail.attachments[0].size == 1_004
    assert "delete" not in mail.text


# ------------------------------------------------------------------ who wrote it


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": "auto-generated; x=y"}, {"Precedence": "bulk"}, {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"}, {"Return_Path": "<>"}, {"List_Id": "<news.ravn.example>"}, {"List_Unsubscribe": "<mailto:x@y.example>"},
    ],
)  # fmt: skip
def test_a_program_or_a_list_is_not_answered(headers: dict[str, str]) -> None:
    assert not read(plain("hej", **headers), "en").answerable


@pytest.mark.parametrize(
    "headline", ["Automatic reply: Your case", "Autosvar: SV: Sag", "Out of Office", "Automatisk svar: x"]
)
def test_an_automatic_headline_is_seen(headline: str) -> None:
    assert read(plain("hej", headline), "en").automatic


def test_an_empty_envelope_is_a_program() -> None:
    assert read(plain("hej"), "en", envelope="").automatic
    assert read(plain("hej", Auto_Submitted="no"), "en", envelope="ditte@ravn.example").answerable


@pytest.mark.parametrize(
    ("action", "status", "final"), [("failed", "5.1.1", True), ("delayed", "4.4.1", False)]
)
def test_a_bounce_names_its_letter(action: str, status: str, final: bool) -> None:
    mail = read(bounce("<ours@bakken.example>", action, status), "en")
    assert mail.bounce is not None
    assert (mail.bounce.of, mail.bounce.final) == (("<ours@bakken.example>",), final)
    assert not mail.answerable


def test_what_a_mail_answers_is_read_nearest_first() -> None:
    mail = read(plain("ja", References="<a@x.example> <b@x.example>", In_Reply_To="<b@x.example>"), "en")
    assert mail.answers == ("<b@x.example>", "<a@x.example>")


def test_only_our_own_server_is_believed() -> None:
    told = "mx.bakken.example 1; dkim=pass header.d=ravn.example; spf=fail; dmarc=pass"
    raw = plain("hej", Authentication_Results=told)
    assert read(raw, "en", own_server="mx.bakken.example").vouched == {"dkim", "dmarc"}
    assert read(raw, "en", own_server="mx.other.example").vouched == frozenset()
    assert read(raw, "en").vouched == frozenset()
    forged = b"Authentication-Results: mx.evil.example; dmarc=none\r\n" + raw
    assert read(forged, "en", own_server="mx.bakken.example").vouched == frozenset()


def test_what_its_own_domain_disowns_is_not_answered() -> None:
    raw = plain("hej", Authentication_Results="mx.bakken.example; spf=pass; dmarc=fail")
    assert read(raw, "en", own_server="mx.bakken.example").forged
    assert not read(raw, "en", own_server="mx.bakken.example").answerable
    assert read(raw, "en").answerable


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "nobody",
        "a@b",
        "<a@b.example",
        "a@b.example\x00",
        "(((((((" * 200,
        "undisclosed-recipients:;",
        "=?utf-8?q?=zz?= <@>",
    ],
)
def test_a_sender_that_is_none_is_not_answered(sender: str) -> None:
    mail = read(b"From: " + sender.encode() + b"\r\nSubject: x\r\n\r\nhej", "en")
    assert not mail.answerable or mail.sender == "a@b.example"


# ------------------------------------------------------------------ hostile mails


def nested(kind: bytes, depth: int) -> bytes:
    made = b"From: a@b.example\r\nSubject: deep\r\n"
    for at in range(depth):
        edge = b"b%d" % at
        made += b"Content-Type: " + kind + b'; boundary="' + edge + b'"\r\n\r\n--' + edge + b"\r\n"
    return made + b"\r\nwords"


BOMBS = {
    "deep parts": nested(b"multipart/mixed", 5_000),
    "deep mails": b"From: a@b.example\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 5_000,
    "huge header": b"From: a@b.example\r\nSubject: " + b"x" * 1_000_000 + b"\r\n\r\nhej",
    "many headers": b"From: a@b.example\r\n" + b"X-A: b\r\n" * 100_000 + b"\r\nhej",
    "many edges": b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    + b"--x\r\n\r\na\r\n" * 200_000,
    "encoded words": b"From: a@b.example\r\nSubject: " + b"=?utf-8?q?a?= " * 9_000 + b"\r\n\r\nhej",
    "endless markup": body("text/html", b"<a<!--<![CDATA[&#x" * 400_000),
    "one long line": body("text/plain", b"hej " * 2_000_000),
    "a large file": body(
        "application/zip", base64.encodebytes(bytes(6_000_000)), "Content-Transfer-Encoding: base64"
    ),
    "too large": b"From: a@b.example\r\n\r\n" + b"x" * (LARGEST + 1),
    "no end of headers": b"From: a@b.example\r\n" * 20_000,
    "nothing": b"",
    "zeros": bytes(100_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_seconds_and_is_still_a_mail(name: str) -> None:
    began = time.perf_counter()
    mail = read(BOMBS[name], "da")
    assert isinstance(mail, Received)
    assert len(mail.text) <= 200_000
    assert time.perf_counter() - began < 20  # each about a second on one core


@pytest.mark.parametrize("name", ["deep parts", "huge header", "many edges", "too large"])
def test_what_is_not_taken_apart_says_so_and_keeps_its_sender(name: str) -> None:
    mail = read(BOMBS[name], "da")
    assert not mail.readable
    assert (mail.sender, mail.text) == ("a@b.example", "")


TYPE = b"Content-Type: multipart/mixed; boundary=\r\n"
CODED = "Content-Transfer-Encoding"
SEEDS = [
    plain("Slet mine data\n> quoted"), bounce("<x@y.example>"), nested(b"multipart/mixed", 5), BOMBS["encoded words"][:2_000],
    body("text/html; charset=utf-16", b"<p>x</p><blockquote>"), body("multipart/report; report-type=delivery-status", b"--x"),
    body("text/plain", b"=zz=\r\n=C3", f"{CODED}: quoted-printable"), body("text/plain", b"!!!", f"{CODED}: base64"),
    body("text/plain", b"begin 644 x\nzzz", f"{CODED}: x-uuencode"),
]  # fmt: skip


def test_a_thousand_damaged_mails_never_stop_us() -> None:
    """Each is a mail in which bytes were changed, cut, doubled or moved."""
    dice = random.Random(1)
    for _ in range(1_000):
        raw = bytearray(dice.choice(SEEDS))
        for _ in range(dice.randint(1, 12)):
            at = dice.randrange(len(raw) + 1)
            piece = raw[at : at + dice.randint(1, 60)]
            raw[at : at + dice.choice([0, 1, 9])] = dice.choice(
                [
                    b"",
                    bytes([dice.randrange(256)]),
                    piece * 3,
                    b"\r\n",
                    b"\r\n\r\n",
                    b"--x",
                    b"\xff\xfe",
                    b"Content-Type: multipart/mixed; boundary=\r\n",
                ]
            )
        mail = read(bytes(raw), "da", envelope="", own_server="mx")
        assert isinstance(mail, Received)
        assert len(mail.own) == len(mail.text)


@given(st.binary(max_size=2_000), st.sampled_from([None, "", "a@b.example"]))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_mail(raw: bytes, envelope: str | None) -> None:
    mail = read(raw, "en", envelope)
    assert len(mail.own) == len(mail.text)
    assert not {"\x00", "\r"} & set(mail.text + mail.headline + mail.name)
