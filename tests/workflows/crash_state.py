"""What a state folder holds after a run, read without the engine, and the judgement that nothing of a crash is left."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from troth.ledger.checkpoint import open_checkpoint
from troth.ledger.entry import Entry, parse
from troth.ledger.note import Verifier


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """A query over our own state."""
    with closing(sqlite3.connect(f"file:{folder / '.troth' / 'state.sqlite'}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


def runs(folder: Path) -> list[str]:
    """The state of every run; [] when there is no state."""
    if not (folder / ".troth" / "state.sqlite").exists():
        return []
    if not rows(folder, "SELECT 1 FROM sqlite_master WHERE name = 'planning_run'"):
        return []
    return [state for (state,) in rows(folder, "SELECT state FROM planning_run ORDER BY id")]


def entries(folder: Path) -> list[Entry]:
    """The ledger's leaves, in order."""
    return [parse(bytes(leaf)) for (leaf,) in rows(folder, 'SELECT leaf FROM ledger_entry ORDER BY "index"')]


def acts(folder: Path) -> dict[str, Counter[tuple[int, int]]]:
    """(batch, rows) of every intent and every receipt."""
    found: dict[str, Counter[tuple[int, int]]] = {"intent": Counter(), "receipt": Counter()}
    for entry in entries(folder):
        if entry.kind in found:
            found[entry.kind][int(entry.public["step"]), int(entry.public["rows"])] += 1
    return found


def judge_done(folder: Path, people: int, acted: dict[str, Counter[tuple[int, int]]]) -> None:
    """The one run is done: receipts as frozen, one certificate a person, nothing sealed left, the log as published."""
    assert runs(folder) == ["done"]
    assert acts(folder) == acted
    kinds = Counter(entry.kind for entry in entries(folder))
    assert kinds["plan_approved"] == 1
    assert kinds["erasure_completed"] == people
    assert rows(folder, "SELECT count(*) FROM planning_frozenbatch") == [(0,)]
    assert rows(folder, "SELECT count(*) FROM planning_run WHERE length(context) > 0") == [(0,)]
    certificates = sorted((folder / ".troth" / "certificates").glob("*.json"))
    assert len(certificates) == people
    for certificate in certificates:
        assert certificate.with_suffix(".html").exists()
        assert json.loads(certificate.read_text())["id"] == certificate.stem
    judge_published(folder)
    assert all(not log.stat().st_size for log in (folder / ".troth").glob("*-wal"))


def judge_published(folder: Path) -> None:
    """The tiles and the checkpoint that others fetch are those of the entries, recomputed."""
    log = folder / ".troth" / "log"
    verifier = Verifier.parse((folder / ".troth" / "troth.pub").read_text().strip())
    checkpoint, _ = open_checkpoint((log / "checkpoint").read_bytes(), [verifier])
    leaves = [bytes(leaf) for (leaf,) in rows(folder, 'SELECT leaf FROM ledger_entry ORDER BY "index"')][
        : checkpoint.size
    ]
    hashes = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    assert _root(hashes) == checkpoint.root
    assert (log / "tile" / "0" / "000.p" / str(checkpoint.size)).read_bytes() == b"".join(hashes)
    bundle = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)
    assert (log / "tile" / "entries" / "000.p" / str(checkpoint.size)).read_bytes() == bundle


def _root(hashes: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, as it stands there."""
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + _root(hashes[:half]) + _root(hashes[half:])).digest()
