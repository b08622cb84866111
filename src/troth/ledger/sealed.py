"""Without its key a sealed value cannot be read, nor changed unseen; so forgetting a key erases its values.

Each data subject's payloads and salts are sealed under a key of their own, and that key is stored wrapped
under the master key of our state. Erasing a person here is forgetting one wrapped key. AES-256-GCM (NIST SP
800-38D) with a random 96-bit nonce; this is the one file of the room that draws random bytes.

    sealed = 0x01 || nonce (12 bytes) || ciphertext || tag (16 bytes)
"""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from troth.terms.errors import TamperedError

KEY_SIZE: Final = 32

_VERSION: Final = b"\x01"
_NONCE_SIZE: Final = 12
_PAYLOAD: Final = b"troth payload\x00"
_KEY: Final = b"troth key\x00"


def new_key() -> bytes:
    """Return 32 fresh random bytes: a subject's key, a master key or a salt."""
    return os.urandom(KEY_SIZE)


def seal(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Return `plaintext` readable with `key` only, and only as what `aad` says it is; adds 29 bytes.

    `aad` is stored elsewhere and not secret: name the row and column, so that no sealed value can stand in
    for another. One key is good for 2**32 seals (SP 800-38D, section 8.3).

    >>> key = new_key()
    >>> open_sealed(key, seal(key, b"payload", b"entry 7"), b"entry 7")
    b'payload'
    """
    return _seal(key, plaintext, _PAYLOAD + aad)


def open_sealed(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """Return what was sealed; TamperedError if the key, the bytes or `aad` are not the ones `seal` saw."""
    return _open(key, sealed, _PAYLOAD + aad)


def wrap(master: bytes, key: bytes, aad: bytes) -> bytes:
    """Return `key` sealed under `master` for the subject that `aad` names; 61 bytes.

    A wrapped key never opens as a payload nor a payload as a key, even under one and the same key.
    """
    assert len(key) == KEY_SIZE, f"a key has {KEY_SIZE} bytes"
    return _seal(master, key, _KEY + aad)


def unwrap(master: bytes, wrapped: bytes, aad: bytes) -> bytes:
    """Return the 32-byte key that was wrapped; TamperedError if an argument is not what `wrap` had."""
    return _open(master, wrapped, _KEY + aad)


def _seal(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    assert len(key) == KEY_SIZE, f"a key has {KEY_SIZE} bytes"
    nonce = os.urandom(_NONCE_SIZE)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, _VERSION + aad)


def _open(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    assert len(key) == KEY_SIZE, f"a key has {KEY_SIZE} bytes"
    nonce, ciphertext = sealed[1 : 1 + _NONCE_SIZE], sealed[1 + _NONCE_SIZE :]
    if sealed[:1] != _VERSION or len(nonce) != _NONCE_SIZE:
        raise TamperedError("a sealed value is cut short or of another version")
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, _VERSION + aad)
    except InvalidTag:
        raise TamperedError("a sealed value does not open with this key") from None
