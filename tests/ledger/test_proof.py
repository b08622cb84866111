"""A proof holds as it was given out, and no other text does: the faults lie in tamper/, by name."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from troth.ledger.checkpoint import Checkpoint, sign_checkpoint
from troth.ledger.entry import parse
from troth.ledger.note import Signer, Verifier
from troth.ledger.proof import Verified, format_proof, parse_proof, verify_proof
from troth.ledger.tlog import inclusion_proof, tree_hash
from troth.terms.errors import TamperedError, UsageError

TAMPER = Path(__file__).parent / "tamper"
PINNED = Verifier.parse((TAMPER / "pinned.vkey").read_text())
HONEST = (TAMPER / "holds" / "signed.tlog-proof").read_text()
LOG = Signer("example.com/ledger", bytes(range(32)))


def cases(kind: str) -> list[Any]:
    return [pytest.param(path, id=path.stem) for path in sorted((TAMPER / kind).glob("*.tlog-proof"))]


def read(path: Path) -> tuple[bytes, str]:
    """The leaf, which these files carry as their extra data, and the proof's text."""
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    extra = re.search(r"^extra (\S+)$", text, re.MULTILINE)
    return base64.b64decode(extra[1]) if extra else b"", text


@pytest.mark.parametrize("path", cases("holds"))
def test_it_holds(path: Path) -> None:
    leaf, text = read(path)
    verified = verify_proof(leaf, text, [PINNED])
    assert (verified.index, verified.size, verified.origin) == (6, 11, "example.com/ledger")
    assert verified.signers == (() if "stranger" in path.stem else ("example.com/ledger",))
    assert parse(leaf).kind == "erasure_completed"


@pytest.mark.parametrize("path", cases("tampered"))
def test_it_does_not_hold(path: Path) -> None:
    leaf, text = read(path)
    parse_proof(text)
    with pytest.raises(TamperedError):
        verify_proof(leaf, text, [PINNED])


@pytest.mark.parametrize("path", cases("malformed"))
def test_it_is_no_proof(path: Path) -> None:
    leaf, text = read(path)
    with pytest.raises(UsageError) as refused:
        verify_proof(leaf, text, [PINNED])
    assert refused.value.place


def test_without_a_pinned_key_it_is_consistent_and_its_signer_unknown() -> None:
    leaf, text = read(TAMPER / "holds" / "signed.tlog-proof")
    assert verify_proof(leaf, text, []).signers == ()
    with pytest.raises(TamperedError):
        verify_proof(leaf + b" ", text, [])


def test_no_changed_character_leaves_a_known_signer_standing() -> None:
    """Renaming a signature's key makes it a stranger's: consistent still, and signed by nobody we know."""
    leaf, text = read(TAMPER / "holds" / "signed.tlog-proof")
    text = re.sub(r"^extra .*\n", "", text, flags=re.MULTILINE)  # nobody vouches for extra data
    assert verify_proof(leaf, text, [PINNED]).signers
    for at in range(len(text)):
        for other in {"A", "0", "\n", chr(ord(text[at]) ^ 1)} - {text[at]}:
            try:
                verified = verify_proof(leaf, text[:at] + other + text[at + 1 :], [PINNED])
            except (TamperedError, UsageError):
                continue
            assert not verified.signers


@pytest.mark.parametrize("size", [1, 2, 3, 64, 100])
def test_a_proof_of_any_leaf_holds_and_comes_back_as_it_was_written(
    grow: Callable[[int], Any], size: int
) -> None:
    store = grow(size)
    root = tree_hash(size, store)
    checkpoint = sign_checkpoint(Checkpoint("example.com/ledger", size, root), LOG)
    for index in {0, size // 2, size - 1}:
        text = format_proof(index, inclusion_proof(index, size, store), checkpoint, extra=b"more")
        found = parse_proof(text)
        assert format_proof(found.index, found.hashes, found.checkpoint, extra=found.extra) == text
        assert verify_proof(f"leaf {index}".encode(), text, [LOG.verifier]) == Verified(
            index, size, root, ("example.com/ledger",), "example.com/ledger"
        )
