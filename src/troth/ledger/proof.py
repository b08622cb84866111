"""A proof is one text that shows, offline and for ever, that a leaf was in the log when its root was signed.

    c2sp.org/tlog-proof@v1
    index 1
    gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=

    example.com/ledger
    2
    sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

    — example.com/ledger hI2DJw…

(C2SP tlog-proof.) It needs the leaf beside it, and a public key known from elsewhere to say *whose* log that
is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from troth.ledger.checkpoint import read_checkpoint
from troth.ledger.lines import read_base64, read_decimal, write_base64
from troth.ledger.note import Verifier
from troth.ledger.tlog import HASH_SIZE, leaf_hash, verify_inclusion
from troth.terms.errors import UsageError

HEADER: Final = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True)
class Proof:
    """The parts of a proof, none of them checked against another: see `verify_proof`.

    `hashes` run from the leaf's sibling up; `checkpoint` is the signed note; nobody vouches for `extra`.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""


@dataclass(frozen=True)
class Verified:
    """A proof that holds: leaf `index` is in the log `origin`, under `root` with `size` leaves.

    `signers` are the names of the known keys that signed that root. When it is empty the proof is consistent
    and its signer unknown: anybody could have made it.
    """

    index: int
    size: int
    root: bytes
    signers: tuple[str, ...]
    origin: str


def format_proof(index: int, hashes: Sequence[bytes], checkpoint: bytes, *, extra: bytes = b"") -> str:
    """Return the text that carries an inclusion proof and a signed checkpoint. C2SP tlog-proof, Format."""
    lines = [HEADER]
    if extra:
        lines.append(f"extra {write_base64(extra)}")
    lines.append(f"index {index}")
    lines += map(write_base64, hashes)
    return "\n".join(lines) + "\n\n" + checkpoint.decode()


def parse_proof(text: str) -> Proof:
    """Return the parts of a proof; UsageError at the line that breaks a rule of C2SP tlog-proof, Format.

    The checkpoint is cut out, not read. What was parsed formats to `text` again, byte by byte.
    """
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines.pop(0) != HEADER:
        raise UsageError(
            f"a proof starts with {HEADER} and has a blank line before its checkpoint", place="proof"
        )
    number, extra = 2, b""
    if lines and lines[0].startswith("extra "):
        extra = read_base64(lines.pop(0).removeprefix("extra "), "proof line 2")
        number = 3
        if not extra:
            raise UsageError("an extra line without data is left out", place="proof line 2")
    if not lines or not lines[0].startswith("index "):
        raise UsageError("the index line is missing", place=f"proof line {number}")
    index = read_decimal(lines.pop(0).removeprefix("index "), f"proof line {number}")
    hashes = tuple(
        read_base64(line, f"proof line {at}", length=HASH_SIZE)
        for at, line in enumerate(lines, start=number + 1)
    )
    return Proof(index, hashes, checkpoint.encode("utf-8", "surrogatepass"), extra)


def verify_proof(leaf_data: bytes, proof_text: str, verifiers: Iterable[Verifier]) -> Verified:
    """Return where `leaf_data` stands in which log, and which of `verifiers` signed for it.

    O(log size) hashes, one verification per known key. UsageError for a text that is no proof; TamperedError
    when the leaf does not lead to the signed root or a known key's signature is bad. That no known key signed
    is not an error but an answer: `signers` is empty. C2SP tlog-proof; RFC 9162, section 2.1.3.2.
    """
    proof = parse_proof(proof_text)
    checkpoint, signers = read_checkpoint(proof.checkpoint, verifiers)
    verify_inclusion(leaf_hash(leaf_data), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return Verified(proof.index, checkpoint.size, checkpoint.root, signers, checkpoint.origin)
