"""A sealed value opens with its key, in its place, whole; and never again once the key is gone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.ledger.sealed import new_key, open_sealed, seal, unwrap, wrap
from troth.terms.errors import TamperedError

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))


@given(st.binary(), st.binary())
def test_what_was_sealed_comes_back(plaintext: bytes, aad: bytes) -> None:
    sealed = seal(KEY, plaintext, aad)
    assert len(sealed) == len(plaintext) + 29
    assert open_sealed(KEY, sealed, aad) == plaintext
    for wrong in (lambda: open_sealed(OTHER, sealed, aad), lambda: open_sealed(KEY, sealed, aad + b"x")):
        with pytest.raises(TamperedError):
            wrong()


def test_no_changed_bit_and_no_part_opens() -> None:
    sealed = seal(KEY, b"customer 7", b"entry 7")
    parts = [sealed[:cut] for cut in range(len(sealed))]
    flipped = [
        sealed[:at] + bytes([sealed[at] ^ 1 << bit]) + sealed[at + 1 :]
        for at in range(len(sealed)) for bit in range(8)
    ]  # fmt: skip
    for wrong in (*parts, *flipped, sealed + b"\x00"):
        with pytest.raises(TamperedError):
            open_sealed(KEY, wrong, b"entry 7")


def test_the_same_value_is_never_sealed_to_the_same_bytes() -> None:
    assert len({seal(KEY, b"customer 7", b"") for _ in range(100)}) == 100


def test_a_wrapped_key_opens_under_its_master_for_its_subject() -> None:
    master, key = new_key(), new_key()
    wrapped = wrap(master, key, b"subject 1")
    assert unwrap(master, wrapped, b"subject 1") == key
    for wrong in (
        lambda: unwrap(new_key(), wrapped, b"subject 1"),
        lambda: unwrap(master, wrapped, b"subject 2"),
        lambda: open_sealed(master, wrapped, b"subject 1"),
        lambda: unwrap(master, seal(master, key, b"subject 1"), b"subject 1"),
    ):
        with pytest.raises(TamperedError):
            wrong()


def test_forgetting_one_subjects_key_leaves_the_others_readable() -> None:
    master, keys = new_key(), {subject: new_key() for subject in (b"alice", b"bob")}
    wrapped = {subject: wrap(master, key, subject) for subject, key in keys.items()}
    sealed = {subject: seal(key, b"payload of " + subject, b"entry") for subject, key in keys.items()}
    del wrapped[b"alice"]
    assert open_sealed(unwrap(master, wrapped[b"bob"], b"bob"), sealed[b"bob"], b"entry") == b"payload of bob"
    for every_key_left in (master, unwrap(master, wrapped[b"bob"], b"bob")):
        with pytest.raises(TamperedError):
            open_sealed(every_key_left, sealed[b"alice"], b"entry")
