"""A checkpoint says one thing: a log of this name had so many leaves under this root (C2SP tlog-checkpoint).

    example.com/behind-the-sofa
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

Signed, it is what leaves the operator's hands: whoever keeps one can later ask for a proof that nothing older
changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from troth.ledger.lines import LARGEST, read_base64, read_decimal, write_base64
from troth.ledger.note import Note, Signer, Verifier, open_note, read_note, sign
from troth.ledger.tlog import HASH_SIZE
from troth.terms.errors import UsageError


@dataclass(frozen=True)
class Checkpoint:
    """The state of a log: who it is (`origin`), its `size` in leaves and the 32-byte `root` over them.

    `extensions` are lines nobody audits; we write none. UsageError for a value no checkpoint can carry.

    >>> print(Checkpoint("example.com/ledger", 0, bytes(32)).text(), end="")
    example.com/ledger
    0
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in (self.origin, *self.extensions):
            if not line or "\n" in line:
                raise UsageError("an origin or extension is one line, not empty", place="checkpoint")
        if not 0 <= self.size <= LARGEST:
            raise UsageError(f"{self.size} is not the size of a tree", place="checkpoint")
        if len(self.root) != HASH_SIZE:
            raise UsageError(f"a root has {HASH_SIZE} bytes", place="checkpoint")

    def text(self) -> str:
        """Return the note text to be signed. C2SP tlog-checkpoint, Note text."""
        return "".join(
            f"{line}\n" for line in (self.origin, self.size, write_base64(self.root), *self.extensions)
        )


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that the note text spells; UsageError at the line that breaks a rule.

    O(len(text)). Every rule of C2SP tlog-checkpoint, Note text, so `parse_checkpoint(text).text() == text`.
    """
    *lines, rest = text.split("\n")
    if rest or len(lines) < 3:
        raise UsageError("a checkpoint is an origin, a size and a root, one line each", place="checkpoint")
    for number, line in enumerate(lines, start=1):
        if not line:
            raise UsageError("a checkpoint has no empty lines", place=f"checkpoint line {number}")
    origin, size, root, *extensions = lines
    return Checkpoint(
        origin,
        read_decimal(size, "checkpoint line 2"),
        read_base64(root, "checkpoint line 3", length=HASH_SIZE),
        tuple(extensions),
    )


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer) -> bytes:
    """Return the signed note over `checkpoint`, one signature line per signer in their order.

    The log's own key is named like its origin. Never sign two checkpoints of one log of which neither extends
    the other: that is the one lie a witness can convict us of. C2SP tlog-checkpoint, Signatures.
    """
    return sign(checkpoint.text(), *signers)


def open_checkpoint(data: bytes, verifiers: Iterable[Verifier]) -> tuple[Checkpoint, tuple[str, ...]]:
    """Return the checkpoint in a signed note and the names of the known keys that signed it, at least one.

    UsageError for a malformed note or checkpoint; TamperedError for a bad signature or when no known key
    signed.
    """
    return _parsed(open_note(data, verifiers))


def read_checkpoint(data: bytes, verifiers: Iterable[Verifier]) -> tuple[Checkpoint, tuple[str, ...]]:
    """Return what `open_checkpoint` does, with no names if no known key signed: then its signer is unknown.

    UsageError for a malformed note or checkpoint; TamperedError for a bad signature under a known key.
    """
    return _parsed(read_note(data, verifiers))


def _parsed(note: Note) -> tuple[Checkpoint, tuple[str, ...]]:
    return parse_checkpoint(note.text), note.verified
