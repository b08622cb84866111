"""Keeps the ledger: entries go in with the state they speak of, in one transaction; checkpoints are signed and handed out."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

from troth.ledger import note, sealed, tiles, tlog
from troth.ledger.checkpoint import Checkpoint, sign_checkpoint
from troth.ledger.entry import Entry, commit
from troth.records.cabinet import alone_within, folder, let_go, open_cabinet
from troth.terms.errors import TamperedError, UsageError
from troth.terms.settings import Settings
from troth.workflows.second import Second, as_line


@dataclass(frozen=True)
class Line:
    """Something to enter: the payload is committed to and sealed, only `public` can be read in the tree."""

    kind: str
    run: str
    payload: Mapping[str, Any] = field(repr=False)
    public: Mapping[str, int | str] = field(default_factory=dict)
    key: str = ""  # whose wrapped key seals the opening


class Rows:
    """The tree's stored hashes as our state holds them."""

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant

    def read(self, indexes: Sequence[int]) -> Sequence[bytes]:
        from troth.ledger.models import TreeHash

        found: dict[int, bytes] = {}
        for at in range(0, len(indexes), 500):
            part = TreeHash.objects.of(self.tenant).filter(index__in=indexes[at : at + 500])
            found |= {index: bytes(value) for index, value in part.values_list("index", "hash")}
        missing = [index for index in indexes if index not in found]
        if missing:
            raise TamperedError(f"{len(missing)} stored hashes of the ledger are missing")
        return [found[index] for index in indexes]


class Books:
    """The ledger, its keys and its checkpoints of one state folder."""

    def __init__(self, home: Path, settings: Settings) -> None:
        open_cabinet(home, settings.database)
        self.home, self.settings = home, settings
        self.tenant = settings.tenant
        self.origin = settings.origin
        self.second = Second(self.tenant, copy_of(home, settings))
        self.second.reconcile(Rows(self.tenant))

    def close(self) -> None:
        """Lets our own state go; on SQLite the last one out empties the write-ahead log, and with it the frozen rows of done runs."""
        let_go()

    # -- keys -----------------------------------------------------------------------------------------------------

    @cached_property
    def master(self) -> bytes:
        """The key under which every other key is wrapped."""
        path = self.home / "master.key"
        if not path.exists():
            _write_secret(path, sealed.new_key())
        return path.read_bytes()

    @cached_property
    def tombstone_key(self) -> bytes:
        """The key of all tombstones, apart from every other; a second one lies beside the second copy."""
        path, other = self.home / "tombstone.key", self.second.journal.place / "tombstone.key"
        if not path.exists():
            _write_secret(path, other.read_bytes() if other.exists() else sealed.new_key())
        key = path.read_bytes()
        if not other.exists():
            _write_secret(other, key)
        elif other.read_bytes() != key:
            raise TamperedError(
                "the second copy belongs to another state: its key is another", place=str(other),
                remedy="Set TROTH_COPY to the folder of this state's own copy, or to a new one.",
            )  # fmt: skip
        return key

    @cached_property
    def signer(self) -> note.Signer:
        """The key that signs checkpoints; its public half stands in `troth.pub`."""
        path = self.home / "signer.key"
        if not path.exists():
            origin = self.origin or f"troth-{secrets.token_hex(4)}.invalid/ledger"
            signer = note.Signer(origin, sealed.new_key())
            _write_secret(path, signer.private_text().encode())
        signer = note.Signer.parse(path.read_text().strip())
        if not (self.home / "troth.pub").exists():
            _write(self.home / "troth.pub", f"{signer.verifier}\n".encode())
        return signer

    def new_keys(self, names: Sequence[str]) -> dict[str, bytes]:
        """Fresh keys by name, stored wrapped."""
        from troth.ledger.models import WrappedKey

        keys = {name: sealed.new_key() for name in names}
        WrappedKey.objects.bulk_create(
            WrappedKey(tenant=self.tenant, name=name, wrapped=sealed.wrap(self.master, key, name.encode()))
            for name, key in keys.items()
        )
        return keys

    def key(self, name: str) -> bytes:
        """A stored key; raises UsageError when it is gone, and with it what it sealed."""
        return self.keys([name])[name]

    def keys(self, names: Sequence[str]) -> dict[str, bytes]:
        """Stored keys by name, a few hundred at a time; raises UsageError when one is gone."""
        from troth.ledger.models import WrappedKey

        rows = WrappedKey.objects.of(self.tenant).filter(name__in=names)
        found = {row.name: sealed.unwrap(self.master, bytes(row.wrapped), row.name.encode()) for row in rows}
        if not found.keys() >= set(names):
            raise UsageError("the key of this record is gone, so it cannot be opened")
        return found

    def forget(self, name: str) -> None:
        """Destroys a stored key, and in the second copy says so: an old state put back forgets it too."""
        from troth.ledger.models import WrappedKey
        from troth.records.models import Forgotten

        WrappedKey.objects.of(self.tenant).filter(name=name).delete()
        Forgotten.objects.create(tenant=self.tenant, key=name)
        self.second.note([{"forgot": name}])

    # -- entries --------------------------------------------------------------------------------------------------

    def size(self) -> int:
        """Number of entries in the tree."""
        from django.db.models import Max

        from troth.ledger.models import Entry as EntryRow

        top = EntryRow.objects.of(self.tenant).aggregate(top=Max("index"))["top"]
        return 0 if top is None else int(top) + 1

    def enter(
        self, lines: Iterable[Line], at: datetime, keys: Mapping[str, bytes] | None = None
    ) -> list[tuple[int, bytes, bytes]]:
        """Appends entries; call inside the transaction that changes what they speak of. Returns (index, leaf, salt)."""
        from troth.ledger.models import Entry as EntryRow
        from troth.ledger.models import TreeHash

        alone_within("ledger")  # until the transaction ends: an entry's place is given out once
        size, rows, made = self.size(), [], []
        for offset, line in enumerate(lines):
            salt = sealed.new_key()
            entry = Entry(
                line.kind, at, self.tenant, line.run or None, commit(line.payload, salt), dict(line.public)
            )
            leaf, opening = entry.leaf(), b""
            if line.key:
                key = (keys or {}).get(line.key) or self.key(line.key)
                told = json.dumps({"payload": line.payload, "salt": salt.hex()}).encode()
                opening = sealed.seal(key, told, b"opening")
            rows.append(
                EntryRow(
                    tenant=self.tenant,
                    index=size + offset,
                    kind=line.kind,
                    leaf=leaf,
                    run=line.run,
                    key=line.key,
                    opening=opening,
                )
            )
            made.append((size + offset, leaf, salt))
        grown = tlog.append_many(size, [leaf for _, leaf, _ in made], Rows(self.tenant))
        EntryRow.objects.bulk_create(rows)
        self.second.note(as_line(index, data) for index, data, _ in made)
        TreeHash.objects.bulk_create(
            TreeHash(tenant=self.tenant, index=index, hash=value) for index, value in grown
        )
        return made

    # -- checkpoints ------------------------------------------------------------------------------------------------

    def checkpoint(self, at: datetime) -> bytes:
        """Signs the tree as it is and remembers the checkpoint; `publish` it once the transaction has ended."""
        from troth.ledger.models import CheckpointNote

        size, reader = self.size(), Rows(self.tenant)
        signed = sign_checkpoint(
            Checkpoint(self.signer.name, size, tlog.tree_hash(size, reader)), self.signer
        )
        CheckpointNote.objects.create(tenant=self.tenant, size=size, note=signed.decode(), at=at)
        self.second.note([{"checkpoint": signed.decode(), "size": size, "at": at.isoformat()}])
        return signed

    def publish(self) -> None:
        """Writes the last checkpoint and its tiles to `.troth/log/` (C2SP tlog-tiles); a tile once full never changes.

        Only what is committed goes out: a checkpoint over entries that a crash then rolled back would be a fork.
        The second copy has it first.
        """
        self.second.flush()
        with self.second.journal.alone():
            self._write_log()

    def _write_log(self) -> None:
        from troth.ledger.models import CheckpointNote
        from troth.ledger.models import Entry as EntryRow

        latest = CheckpointNote.objects.of(self.tenant).order_by("-size", "-id").first()
        if latest is None:
            return
        size, signed = int(latest.size), latest.note.encode()
        log = folder(self.home) / "log"
        for tile in tiles.tiles_for(size, since=self._published()):
            _write(log / tile.path, tiles.tile_bytes(tile, Rows(self.tenant)))
        for bundle in tiles.bundles_for(size, since=self._published()):
            first = bundle.index * tiles.FULL
            leaves = EntryRow.objects.of(self.tenant).filter(index__gte=first, index__lt=first + bundle.width)
            _write(
                log / bundle.path,
                tiles.bundle_bytes(
                    [bytes(v) for v in leaves.order_by("index").values_list("leaf", flat=True)]
                ),
            )
        _write(log / "checkpoint", signed)
        _write(log / "size", str(size).encode())

    def _published(self) -> int:
        path = self.home / "log" / "size"
        return int(path.read_text()) if path.exists() else 0


def copy_of(home: Path, settings: Settings) -> Path:
    """Where the second copy of a state lies."""
    return settings.copy or home.with_name(f"{home.name}.copy")


def new_name() -> str:
    """A fresh id for a run or a key."""
    return str(uuid4())


def own_secret(home: Path, name: str) -> bytes:
    """A secret of our own by its file's name, made when it is first asked for."""
    path = home / name
    if not path.exists():
        _write_secret(path, sealed.new_key())
    return path.read_bytes()


def _write_secret(path: Path, data: bytes) -> None:
    """The whole secret or none, readable by its owner only; one that is there already stays."""
    fresh = folder(path.parent) / f"{path.name}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.write_bytes(data)
    os.replace(fresh, path)
