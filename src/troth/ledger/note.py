"""A note is exactly the text its signers signed; a key we pinned verifies or stops us (C2SP signed-note).

    If you think cryptography is the answer to your problem,
    then you don't know what your problem is.

    — PeterNeumann
    x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

A text, a blank line, one line per signature: an em dash, the key's name, and base64 of key id and signature.
Unknown keys are ignored, so logs can change keys and witnesses can join; a known key with a bad signature
never is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from troth.ledger.lines import read_base64, write_base64
from troth.terms.errors import TamperedError, UsageError

KEY_SIZE: Final = 32
MOST_SIGNATURES: Final = 100
"""A reader may refuse a note with more; C2SP asks for at least 16."""

_ED25519: Final = b"\x01"
_DASH: Final = "— "
_PRIVATE: Final = "PRIVATE+KEY+"
_FORBIDDEN: Final = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")


@dataclass(frozen=True)
class Verifier:
    """A public key that we know by name. `str()` of it is the one-line form in which keys are pinned.

    >>> key = Verifier.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    >>> key.name, key.key_id.hex()
    ('PeterNeumann', 'c74f20a3')
    >>> Verifier.parse(str(key)) == key
    True
    """

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.name):
            raise UsageError("a key's name is one word without spaces or plus signs", place=repr(self.name))
        if len(self.public_key) != KEY_SIZE:
            raise UsageError(f"an Ed25519 public key has {KEY_SIZE} bytes", place=f"key {self.name}")

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Return the key in `name+hash+base64(0x01 || key)`; UsageError when they disagree."""
        line = vkey.strip()
        name, _, rest = line.partition("+")
        place = f"public key {name!r}"
        verifier = cls(name, _key_material(rest.partition("+")[2], place))
        if str(verifier) != line:
            raise UsageError("the key's short hash does not match the key", place=place)
        return verifier

    @property
    def key_id(self) -> bytes:
        """The four bytes that, with the name, say which key signed. C2SP signed-note, Signatures."""
        material = self.name.encode() + b"\n" + _ED25519 + self.public_key
        return hashlib.sha256(material).digest()[:4]

    def holds(self, text: str, signature: bytes) -> bool:
        """Return whether `signature` is this key's signature of `text`; one check. RFC 8032, 5.1.7."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{write_base64(_ED25519 + self.public_key)}"


@dataclass(frozen=True)
class Signer:
    """A private key: its name and the 32 random bytes it grows from. Its repr keeps the secret."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_SIZE:
            raise UsageError(f"an Ed25519 seed has {KEY_SIZE} bytes", place=f"key {self.name}")
        _ = self.verifier  # refuses the names no note can carry

    @classmethod
    def parse(cls, skey: str) -> Signer:
        """Return the key in `PRIVATE+KEY+name+hash+base64(0x01 || seed)`; UsageError when it is not one."""
        line = skey.strip()
        if not line.startswith(_PRIVATE):
            raise UsageError(f"a private key starts with {_PRIVATE}", place="private key")
        name, _, rest = line.removeprefix(_PRIVATE).partition("+")
        place = f"private key {name!r}"
        signer = cls(name, _key_material(rest.partition("+")[2], place))
        if signer.private_text() != line:
            raise UsageError("the key's short hash does not match the key", place=place)
        return signer

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self._private.public_key().public_bytes_raw())

    def sign(self, text: str) -> bytes:
        """Return the 64-byte Ed25519 signature of `text` in UTF-8. RFC 8032, section 5.1.6."""
        return self._private.sign(text.encode())

    def private_text(self) -> str:
        """Return the secret in one line, for a file only its owner can read."""
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{write_base64(_ED25519 + self.seed)}"

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True)
class Note:
    """A note that was read: its text, and the names of its keys that we know and do not, in its order."""

    text: str
    verified: tuple[str, ...]
    unverified: tuple[str, ...]


def sign(text: str, *signers: Signer) -> bytes:
    """Return the note that carries `text` and one signature line per signer, in their order.

    UsageError when the text does not end in a newline or holds a control character. C2SP signed-note, Format.
    """
    assert signers, "a note has at least one signature"
    _check_characters(text, "note text")
    if not text.endswith("\n"):
        raise UsageError("the text of a note ends in a newline", place="note text")
    lines = [
        f"{_DASH}{signer.name} {write_base64(signer.verifier.key_id + signer.sign(text))}\n"
        for signer in signers
    ]
    return f"{text}\n{''.join(lines)}".encode()


def open_note(data: bytes, verifiers: Iterable[Verifier]) -> Note:
    """Return the note in `data`, signed by at least one of `verifiers`; one verification per known signature.

    UsageError when it is not a note; TamperedError when a known key's signature is bad or no known key
    signed. C2SP signed-note, Signatures.
    """
    note = read_note(data, verifiers)
    if not note.verified:
        raise TamperedError("no key we know has signed this note", remedy="Pin the signer's public key.")
    return note


def read_note(data: bytes, verifiers: Iterable[Verifier]) -> Note:
    """Return the note in `data` even if no known key signed it: `verified` is empty then, the text hearsay.

    Raises as `open_note` does otherwise; a bad signature under a known key is never let through.
    """
    known = _by_identity(verifiers)
    text, signatures = _split(data)
    verified: dict[str, None] = {}
    unverified: dict[str, None] = {}
    for name, signature in signatures:
        verifier = known.get((name, signature[:4]))
        if verifier is None:
            unverified[name] = None
        elif verifier.holds(text, signature[4:]):
            verified[name] = None
        else:
            raise TamperedError(f"the signature of {name} does not belong to this text")
    return Note(text, tuple(verified), tuple(unverified))


def _by_identity(verifiers: Iterable[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    """Our keys by what signature lines call them; if two go by one name, somebody made one to fit."""
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.name, verifier.key_id), verifier) != verifier:
            raise UsageError("two pinned keys share a name and a short hash", place=f"key {verifier.name}")
    return known


def _split(data: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """The text, and (name, key id || signature) per signature line, in order."""
    try:
        note = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise UsageError("is not UTF-8", place=f"note byte {fault.start}") from None
    _check_characters(note, "note")
    body, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise UsageError(
            "a note is a text, a blank line and signature lines that end in newlines", place="note"
        )
    lines = tail.split("\n")[:-1]
    if len(lines) > MOST_SIGNATURES:
        raise UsageError(f"more than {MOST_SIGNATURES} signatures", place="note")
    first = body.count("\n") + 3
    return body + "\n", [_signature(line, f"note line {n}") for n, line in enumerate(lines, start=first)]


def _signature(line: str, place: str) -> tuple[str, bytes]:
    words = line.removeprefix(_DASH).split(" ")
    if not line.startswith(_DASH) or len(words) != 2 or not _is_name(words[0]):
        raise UsageError("a signature line is an em dash, a key's name and base64", place=place)
    signature = read_base64(words[1], place)
    if len(signature) <= 4:
        raise UsageError("a signature line holds a key id and a signature", place=place)
    return words[0], signature


def _is_name(name: str) -> bool:
    """C2SP signed-note, Format: not empty, no Unicode space, no plus; and nothing that no note may hold."""
    return bool(name) and "+" not in name and not _FORBIDDEN.search(name) and not any(map(str.isspace, name))


def _check_characters(text: str, place: str) -> None:
    """C2SP signed-note, Format: valid UTF-8 and, newlines apart, no ASCII control characters."""
    found = _FORBIDDEN.search(text)
    if found is not None:
        line = text.count("\n", 0, found.start()) + 1
        raise UsageError("control characters have no place in a note", place=f"{place} line {line}")


def _key_material(text: str, place: str) -> bytes:
    """The 32 bytes behind the algorithm byte."""
    material = read_base64(text, place)
    if material[:1] != _ED25519:
        raise UsageError("not an Ed25519 key", place=place)
    if len(material) != 1 + KEY_SIZE:
        raise UsageError(f"an Ed25519 key has {KEY_SIZE} bytes", place=place)
    return material[1:]
