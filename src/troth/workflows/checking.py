"""Checks what was handed out: a certificate against a pinned key, the whole ledger, and the ledger against certificates."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troth.terms.errors import TamperedError, TrothError, UsageError
from troth.workflows.house import House

if TYPE_CHECKING:
    from troth.workflows.books import Books

CHUNK = 1000  # entries hashed at a time


_PARTS = {"id", "issued", "outcome", "about"}
_OPEN = (
    "not_searched",
    "open_questions",
)  # of a certificate; a final receipt has `unregistered` systems instead


def verify_certificate(path: Path, key: str | None, about: str | None) -> dict[str, Any]:
    """What a stranger can know of a certificate without us; `signer` is None when no key was given."""
    from troth.workflows.certify import RECEIPT, concerns, verify

    verdict = verify(path, key)
    final = verdict.certificate["format"] == RECEIPT
    if missing := {*_PARTS, *(("unregistered",) if final else _OPEN)} - verdict.certificate.keys():
        raise TamperedError(f"it says nothing of {', '.join(sorted(missing))}", place=str(path))
    told: dict[str, Any] = {
        "consistent": True,
        "signer": verdict.signer,
        "id": verdict.certificate["id"],
        "issued": verdict.certificate["issued"],
        "outcome": verdict.certificate["outcome"],
        "entry": verdict.index,
        "of": verdict.size,
        "root": base64.b64encode(verdict.root).decode(),
        "not_searched": len(verdict.certificate["unregistered" if final else "not_searched"]),
        "open_questions": 0 if final else len(verdict.certificate["open_questions"]),
    }
    if about is not None:
        told["about"] = concerns(verdict.certificate, about)
    return told


def verify_ledger(house: House, against: Sequence[Path] = ()) -> dict[str, Any]:
    """Recomputes the whole tree, compares it with every checkpoint signed so far, and with certificates held by others.

    Raises TamperedError naming the first entry or checkpoint that does not hold.
    """
    from troth.ledger import tlog
    from troth.workflows.books import Books
    from troth.workflows.certify import verify

    if not house.has_state():
        raise UsageError(
            "there is no ledger yet", place=str(house.home), remedy="It begins with the first erasure."
        )
    books = Books(house.home, house.settings)
    from troth.ledger.models import Entry, TreeHash

    fresh = _Memory()
    size = 0
    rows = Entry.objects.of(books.tenant).order_by("index").values_list("index", "leaf")
    while chunk := list(rows.filter(index__gte=size)[:CHUNK]):
        for offset, (index, leaf) in enumerate(chunk):
            if index != size + offset:
                raise TamperedError(f"entry {size + offset} is missing", place="ledger")
            _whole(index, leaf)
        house.progress(f"checking the ledger: entry {size:,}")
        fresh.extend(tlog.append_many(size, [bytes(leaf) for _, leaf in chunk], fresh))
        size += len(chunk)
    _same_as_copied(books, house)
    checked = _checkpoints(books, fresh, size)
    if not fresh.holds(
        TreeHash.objects.of(books.tenant).order_by("index").values_list("index", "hash").iterator()
    ):
        raise TamperedError("the stored hashes do not belong to the entries", place="ledger")
    for path in against:
        verdict = verify(path, str(books.signer.verifier))
        if verdict.size > size or tlog.tree_hash(verdict.size, fresh) != verdict.root:
            raise TamperedError(
                "this certificate was issued over another history: the ledger was rewritten", place=str(path)
            )
    return {
        "entries": size,
        "checkpoints": checked,
        "certificates": len(against),
        "key": str(books.signer.verifier),
        "holds": True,
    }


def _checkpoints(books: Books, fresh: _Memory, size: int) -> int:
    """How many checkpoints were signed; every one of them holds over the tree as it is."""
    from troth.ledger import tlog
    from troth.ledger.checkpoint import open_checkpoint
    from troth.ledger.models import CheckpointNote

    checked = 0
    for row in CheckpointNote.objects.of(books.tenant).order_by("size", "id"):
        try:
            checkpoint, _ = open_checkpoint(row.note.encode(), [books.signer.verifier])
        except TrothError:
            raise TamperedError(f"a checkpoint over {row.size} entries was changed", place="ledger") from None
        if checkpoint.size > size:
            raise TamperedError(
                f"a checkpoint over {checkpoint.size} entries was signed; only {size} are left",
                place="ledger",
            )
        if tlog.tree_hash(checkpoint.size, fresh) != checkpoint.root:
            raise TamperedError(
                f"an entry among the first {checkpoint.size} was changed after it was signed", place="ledger"
            )
        checked += 1
    return checked


def _same_as_copied(books: Books, house: House) -> None:
    """What the second copy holds is what the ledger says; of both, in step, a bounded part at a time."""
    from troth.ledger.models import Entry

    copied = books.second.leaves()
    while part := dict(islice(copied, CHUNK)):
        house.progress("checking the ledger against its second copy")
        rows = Entry.objects.of(books.tenant).filter(index__gte=min(part), index__lte=max(part))
        known = {index: bytes(leaf) for index, leaf in rows.values_list("index", "leaf") if index in part}
        if known != part:
            first = min(index for index in part if known.get(index) != part[index])
            raise TamperedError(
                f"entry {first} stands otherwise in the second copy", place=str(books.second.journal.path)
            )


def _whole(index: int, leaf: bytes | memoryview) -> None:
    from troth.ledger.entry import parse

    try:
        parse(bytes(leaf))
    except (UsageError, TypeError):
        raise TamperedError(f"entry {index} is not what was written", place="ledger") from None


class _Memory:
    """Stored hashes computed afresh, in memory: 32 bytes for about two hashes an entry."""

    def __init__(self) -> None:
        self._hashes: dict[int, bytes] = {}

    def extend(self, pairs: Sequence[tuple[int, bytes]]) -> None:
        self._hashes.update(pairs)

    def holds(self, stored: Iterable[tuple[int, bytes]]) -> bool:
        """Whether exactly these are stored, each at its place."""
        seen = 0
        for index, value in stored:
            if not isinstance(value, bytes | memoryview) or self._hashes.get(index) != bytes(value):
                return False
            seen += 1
        return seen == len(self._hashes)

    def read(self, indexes: Sequence[int]) -> Sequence[bytes]:
        return [self._hashes[index] for index in indexes]
