"""Notes are those of C2SP signed-note, written as Go's sumdb/note writes them, refused where it refuses."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troth.ledger.note import Note, Signer, Verifier, open_note, read_note, sign
from troth.terms.errors import TamperedError, UsageError

# Keys, text and signatures published with Go's golang.org/x/mod/sumdb/note; the keys were never secret.
PETER = Verifier.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
ENOCH = Verifier.parse("EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop")
PETERS_KEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETERS_LINE = (
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCHS_LINE = (
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
NOTE = f"{TEXT}\n{PETERS_LINE}{ENOCHS_LINE}".encode()


def test_signing_writes_what_go_writes() -> None:
    assert sign(TEXT, Signer.parse(PETERS_KEY)) == f"{TEXT}\n{PETERS_LINE}".encode()


def test_known_keys_verify_and_unknown_keys_are_named() -> None:
    assert open_note(NOTE, [PETER]) == Note(TEXT, ("PeterNeumann",), ("EnochRoot",))
    assert open_note(NOTE, [ENOCH, PETER]) == Note(TEXT, ("PeterNeumann", "EnochRoot"), ())
    assert read_note(NOTE, []) == Note(TEXT, (), ("PeterNeumann", "EnochRoot"))


def test_a_note_nobody_we_know_signed_does_not_open() -> None:
    stranger = Signer("PeterNeumann", bytes(32)).verifier
    for verifiers in ([], [stranger]):
        with pytest.raises(TamperedError):
            open_note(NOTE, verifiers)


def test_a_bad_signature_under_a_known_key_spoils_the_note() -> None:
    bad = PETERS_LINE[:60] + "ABCD" + PETERS_LINE[60:]
    for lines in (bad, bad + ENOCHS_LINE, PETERS_LINE + bad):
        with pytest.raises(TamperedError):
            read_note(f"{TEXT}\n{lines}".encode(), [PETER, ENOCH])
    assert read_note(f"{TEXT}\n{ENOCHS_LINE}{bad}".encode(), [ENOCH]).verified == ("EnochRoot",)


def test_keys_print_as_they_parse() -> None:
    signer = Signer.parse(PETERS_KEY + "\n")
    assert signer.private_text() == PETERS_KEY
    assert signer.verifier == PETER
    assert str(PETER) == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert f"{signer} {signer!r}" == "Signer(name='PeterNeumann') Signer(name='PeterNeumann')", (
        "no secret in a log"
    )


@pytest.mark.parametrize(("parse", "line"), [(Verifier.parse, str(PETER)), (Signer.parse, PETERS_KEY)])
def test_no_part_and_no_change_of_a_key_is_a_key(parse: type, line: str) -> None:
    mangled = [line[low:high] for low in range(len(line)) for high in range(low + 1, len(line) + 1)]
    mangled.remove(line)
    mangled += [line[:at] + chr(ord(line[at]) + 1) + line[at + 1 :] for at in range(len(line))]
    for wrong in mangled:
        with pytest.raises(UsageError):
            parse(wrong)


@pytest.mark.parametrize(
    "line",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
    ids=["wrong length", "unknown algorithm", "upper case"],
)
def test_a_key_of_another_shape_is_no_key(line: str) -> None:
    with pytest.raises(UsageError):
        Verifier.parse(line)


@pytest.mark.parametrize(
    "name", ["", "two words", "a+b", "a\tb", "a\u00a0b", "a\u2003b", "a\x00b", "a\ud800b"]
)
def test_names_no_note_can_carry_are_refused(name: str) -> None:
    with pytest.raises(UsageError):
        Signer(name, bytes(32))


@pytest.mark.parametrize("size", [0, 31, 33])
def test_keys_of_another_size_are_refused(size: int) -> None:
    with pytest.raises(UsageError):
        Signer("name", bytes(size))
    with pytest.raises(UsageError):
        Verifier("name", bytes(size))


@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        TEXT + "\n",
        f"{TEXT}\n{PETERS_LINE[:-1]}",
        f"\x01{TEXT}\n{PETERS_LINE}",
        f"{TEXT}\n{PETERS_LINE}".replace("\n", "\r\n"),
        f"{TEXT}\n— Bad Name {PETERS_LINE[15:]}",
        f"{TEXT}\n{PETERS_LINE.replace('—', '-')}",
        f"{TEXT}\n{PETERS_LINE.replace(' x08', '  x08')}",
        f"{TEXT}\n{PETERS_LINE}Unexpected line.\n",
        f"{TEXT}\n{PETERS_LINE[:-1]} more\n",
        f"{TEXT}\n{PETERS_LINE}\n",
        f"{TEXT}\n— PeterNeumann x08gow==\n",
        f"{TEXT}\n{PETERS_LINE.replace('nAM=', 'nAN=')}",
        f"{TEXT}\n{PETERS_LINE * 101}",
        f"{TEXT}\ud800\n{PETERS_LINE}",
        "",
    ],
)
def test_what_is_not_a_note_is_refused_whoever_signed_it(note: str) -> None:
    for verifiers in ([], [PETER]):
        with pytest.raises(UsageError) as refused:
            read_note(note.encode("utf-8", "surrogatepass"), verifiers)
        assert refused.value.place.startswith("note")


def test_a_malformed_line_is_named() -> None:
    with pytest.raises(UsageError, match="note line 5"):
        read_note(f"{TEXT}\n{PETERS_LINE}- EnochRoot\n".encode(), [PETER])


@pytest.mark.parametrize("text", ["", "no newline", "bell\a\n", "carriage\r\n", "half a pair \ud800\n"])
def test_a_text_no_note_can_carry_is_not_signed(text: str) -> None:
    with pytest.raises(UsageError):
        sign(text, Signer.parse(PETERS_KEY))


def test_two_keys_behind_one_name_stop_us_and_one_key_twice_does_not() -> None:
    class Lookalike(Verifier):
        key_id = PETER.key_id  # type: ignore[assignment]

    assert open_note(NOTE, [PETER, PETER]).verified == ("PeterNeumann",)
    with pytest.raises(UsageError):
        open_note(NOTE, [PETER, Lookalike("PeterNeumann", bytes(32))])


printable = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])).map(lambda text: text + "\n")


@given(st.lists(printable, min_size=1, max_size=4).map("".join))
@settings(max_examples=60, deadline=None)
def test_every_text_comes_back_as_it_was_signed(text: str) -> None:
    signer = Signer.parse(PETERS_KEY)
    assert open_note(sign(text, signer), [PETER]) == Note(text, ("PeterNeumann",), ())


@given(st.integers(0, len(TEXT) - 1), st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_no_changed_bit_of_the_text_goes_unnoticed(at: int, bit: int) -> None:
    changed = NOTE[:at] + bytes([NOTE[at] ^ 1 << bit]) + NOTE[at + 1 :]
    with pytest.raises((TamperedError, UsageError)):
        read_note(changed, [PETER])
