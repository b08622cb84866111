"""Restoring our own state neither revives a key nor loses a tombstone: what matters also stands in an append-only second copy.

A line is written into our state with the change it speaks of, and goes to the copy once that is committed. Whoever opens a state
that knows less of the copy than stands there has put back an old one, and takes over what it lacks: entries (without what was
sealed in them), checkpoints, tombstones, and which keys were forgotten.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from troth.ledger import tlog
from troth.ledger.entry import parse
from troth.records.journal import Journal
from troth.terms.errors import TamperedError, UsageError

AT_ONCE = 5_000


class Second:
    """The second copy of one tenant's ledger and tombstones."""

    def __init__(self, tenant: str, place: Path) -> None:
        self.tenant = tenant
        self.journal = Journal(place)

    # -- writing ----------------------------------------------------------------------------------------------------

    def note(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Lines to be copied; call inside the transaction of the change they speak of."""
        from troth.records.models import CopyLine

        CopyLine.objects.bulk_create(
            [CopyLine(tenant=self.tenant, line=self._line(line)) for line in lines], batch_size=AT_ONCE
        )

    def flush(self) -> None:
        """Appends what waits; call once its transaction has ended."""
        with self.journal.alone():
            self._flush()

    def _flush(self) -> None:
        from django.db import transaction

        from troth.records.models import CopyLine

        while waiting := list(CopyLine.objects.of(self.tenant).order_by("id")[:AT_ONCE]):
            size = self.journal.append(row.line for row in waiting)
            with transaction.atomic():
                CopyLine.objects.of(self.tenant).filter(id__in=[row.id for row in waiting]).delete()
                self._knows(size)

    def _line(self, told: Mapping[str, Any]) -> str:
        return json.dumps({"tenant": self.tenant, **told}, separators=(",", ":"))

    def _knows(self, size: int) -> None:
        from troth.records.models import Copied

        Copied.objects.of(self.tenant).update_or_create(tenant=self.tenant, defaults={"bytes": size})

    # -- reading ----------------------------------------------------------------------------------------------------

    def reconcile(self, rows: tlog.HashReader) -> None:
        """Takes over what the copy has and this state has not. Raises TamperedError where they differ."""
        with self.journal.alone():
            self._reconcile(rows)

    def _reconcile(self, rows: tlog.HashReader) -> None:
        from django.db import transaction

        from troth.records.models import Copied

        row = Copied.objects.of(self.tenant).first()
        known = row.bytes if row else 0
        size = self.journal.size()  # after what is known of it: another process may be appending
        if row and size == known:
            return
        if known and not self.journal.path.exists():
            raise UsageError(
                "the second copy of our own state is not where it was", place=str(self.journal.place),
                remedy="Mount it or put it back. To begin a new one instead, put an empty journal.jsonl there.",
            )  # fmt: skip
        if size < known or not size:
            if size:
                raise TamperedError(
                    "the second copy is shorter than what was written to it", place=str(self.journal.path),
                    remedy="Put it back as it was; or begin a new one with an empty journal.jsonl in its place.",
                )  # fmt: skip
            with transaction.atomic():
                self.note(self._everything())
                self._knows(0)
            self._flush()
            return
        tail = [line for line in self.journal.read(known) if line.get("tenant") == self.tenant]
        with transaction.atomic():
            self._take(tail, rows)
            self._knows(size)

    def leaves(self) -> Iterator[tuple[int, bytes]]:
        """Every entry that was ever copied, in the order in which it was."""
        for line in self.journal.read():
            if line.get("tenant") == self.tenant and "leaf" in line:
                yield int(line["leaf"]), base64.b64decode(line["data"])

    def _everything(self) -> Iterator[dict[str, Any]]:
        """All that a new copy must hold; what waits to be copied is among it."""
        from troth.ledger.models import CheckpointNote, Entry
        from troth.planning.models import Tombstone
        from troth.records.models import CopyLine, Forgotten

        CopyLine.objects.of(self.tenant).delete()
        for entry in Entry.objects.of(self.tenant).order_by("index").iterator(AT_ONCE):
            yield as_line(entry.index, bytes(entry.leaf))
        for row in CheckpointNote.objects.of(self.tenant).order_by("id").iterator(AT_ONCE):
            yield {"checkpoint": row.note, "size": row.size, "at": row.at.isoformat()}
        for row in Tombstone.objects.of(self.tenant).order_by("id").iterator(AT_ONCE):
            yield {"tombstone": told(row)}
        for row in Forgotten.objects.of(self.tenant).order_by("id").iterator(AT_ONCE):
            yield {"forgot": row.key}
        from troth.workflows import (
            backup_records,
            checks_records,
            hold_records,
            notice_records,
            rest_records,
        )

        yield from rest_records.everything(self.tenant)
        yield from hold_records.everything(self.tenant)
        yield from backup_records.everything(self.tenant)
        yield from checks_records.everything(self.tenant)
        yield from notice_records.everything(self.tenant)

    def _take(self, lines: list[dict[str, Any]], rows: tlog.HashReader) -> None:
        from troth.ledger.models import CheckpointNote, WrappedKey
        from troth.planning.models import Recheck, Tombstone
        from troth.records.models import Forgotten
        from troth.workflows import (
            backup_records,
            checks_records,
            final,
            hold_records,
            notice_records,
            rest_records,
        )

        self._take_leaves([line for line in lines if "leaf" in line], rows)
        notes, stones = CheckpointNote.objects.of(self.tenant), Tombstone.objects.of(self.tenant)
        signed = {line["checkpoint"]: line for line in lines if "checkpoint" in line}
        known = set(notes.values_list("note", flat=True)) if signed else set()
        CheckpointNote.objects.bulk_create(
            [
                CheckpointNote(tenant=self.tenant, size=line["size"], note=note, at=datetime.fromisoformat(line["at"]))
                for note, line in signed.items()
                if note not in known
            ]
        )  # fmt: skip
        graves = {line["tombstone"]["name"]: line["tombstone"] for line in lines if "tombstone" in line}
        known = set(stones.values_list("name", flat=True)) if graves else set()
        Tombstone.objects.bulk_create(
            [
                Tombstone(tenant=self.tenant, **_fields(one))
                for name, one in graves.items()
                if name not in known
            ],
            batch_size=AT_ONCE,
        )
        final.take(self.tenant, lines)
        rest_records.take(self.tenant, lines)
        for line in lines:  # rare: whoever came back, and what is over
            if "returned" in line:
                stones.filter(name=line["returned"]).update(returned=datetime.fromisoformat(line["at"]))
            elif "expired" in line:
                stones.filter(name__in=line["expired"]).delete()
            elif "forgot" in line:
                WrappedKey.objects.of(self.tenant).filter(name=line["forgot"]).delete()
                Recheck.objects.of(self.tenant).filter(key=line["forgot"]).delete()
                Forgotten.objects.of(self.tenant).get_or_create(tenant=self.tenant, key=line["forgot"])
            else:
                hold_records.take(self.tenant, line)
                backup_records.take(self.tenant, line)
                checks_records.take(self.tenant, line)
                notice_records.take(self.tenant, line)

    def _take_leaves(self, lines: list[dict[str, Any]], rows: tlog.HashReader) -> None:
        from django.db.models import Max

        from troth.ledger.models import Entry, TreeHash

        top = Entry.objects.of(self.tenant).aggregate(top=Max("index"))["top"]
        size = 0 if top is None else int(top) + 1
        leaves = {int(line["leaf"]): base64.b64decode(line["data"]) for line in lines}
        if leaves and min(leaves) < size:
            there = Entry.objects.of(self.tenant).filter(index__gte=min(leaves), index__lt=size)
            for index, data in there.order_by("index").values_list("index", "leaf").iterator(AT_ONCE):
                if leaves.get(index, data) != bytes(data):
                    raise TamperedError(
                        f"entry {index} stands otherwise in the second copy: the ledger was rewritten, or went two ways",
                        place=str(self.journal.path),
                        remedy="Put back a state that was saved before; nothing was changed.",
                    )
        new = [leaves[index] for index in sorted(leaves) if index >= size]
        if [index for index in sorted(leaves) if index >= size] != list(range(size, size + len(new))):
            raise TamperedError(
                "entries are missing between this state and its second copy", place=str(self.journal.path)
            )
        grown = tlog.append_many(size, new, rows)
        entries = [(size + at, data, parse(data)) for at, data in enumerate(new)]
        Entry.objects.bulk_create(
            [
                Entry(
                    tenant=self.tenant,
                    index=index,
                    kind=entry.kind,
                    leaf=data,
                    run=entry.run or "",
                    key="",
                    opening=b"",
                )
                for index, data, entry in entries
            ],
            batch_size=AT_ONCE,
        )
        TreeHash.objects.bulk_create(
            [TreeHash(tenant=self.tenant, index=index, hash=value) for index, value in grown],
            batch_size=AT_ONCE,
        )


def as_line(index: int, data: bytes) -> dict[str, Any]:
    """An entry of the ledger as a line."""
    return {"leaf": index, "data": base64.b64encode(data).decode()}


_TIMES = ("decided", "done", "expires", "returned")
_PLAIN = ("name", "run", "version", "basis", "marks")


def told(row: Any) -> dict[str, Any]:
    """A stored tombstone as a line."""
    times = {name: getattr(row, name).isoformat() if getattr(row, name) else None for name in _TIMES}
    return {**{name: getattr(row, name) for name in _PLAIN}, **times}


def _fields(line: Mapping[str, Any]) -> dict[str, Any]:
    times = {name: datetime.fromisoformat(line[name]) if line[name] else None for name in _TIMES}
    return {**{name: line[name] for name in _PLAIN}, **times}
