"""Writes the final receipt of everybody erased whom no registered backup may hold any more: signed, and theirs to keep.

Nobody gets one of whom nothing was erased, or who still stands in the live systems for another reason than a law or a customer.
It is a leaf of the ledger, proved as a certificate of erasure is. It speaks of the backups that were registered: a backup that
turns up later takes it back, and of a system of which none was ever registered it says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from troth.ledger import sealed
from troth.planning.outcomes import gone
from troth.retention.backups import Backup, beyond
from troth.workflows.books import Books, Line, new_name
from troth.workflows.certify import AT_ONCE, RECEIPT, write

Erasure = tuple[str, datetime]
"""A finished run that people asked for, and when it was done."""


def erasures(
    books: Books, since: datetime | None, before: datetime | None = None, fresh: bool = False
) -> Iterator[Erasure]:
    """Those done in that time; what this state lost, when it was put back, its tombstones know. `fresh`: without a receipt yet."""
    from troth.retention.models import FinalReceipt

    runs, lost = _runs(books, since, before), _lost(books, since, before)
    if fresh:
        written = FinalReceipt.objects.of(books.tenant).values("run")
        runs, lost = runs.exclude(name__in=written), lost.exclude(run__in=written)
    yield from runs.order_by("id").values_list("name", "finished").iterator(AT_ONCE)
    yield from lost.values_list("run", "finished").iterator(AT_ONCE)


def waiting(books: Books, since: datetime) -> tuple[int, datetime | None]:
    """How many erasures were done since then, and when the last was."""
    from django.db.models import Max

    runs, lost = _runs(books, since, None), _lost(books, since, None)
    last = [
        runs.aggregate(last=Max("finished"))["last"],
        max((row["finished"] for row in lost), default=None),
    ]
    return runs.count() + lost.count(), max((one for one in last if one is not None), default=None)


def _runs(books: Books, since: datetime | None, before: datetime | None) -> Any:
    from troth.planning.models import Run
    from troth.workflows.retained import KIND

    found = Run.objects.of(books.tenant).filter(state="done", finished__isnull=False)
    found = found.exclude(kind__in=("replay", KIND)).filter(outcome__has_key="certificates")
    found = found.filter(finished__gte=since) if since else found
    return found.filter(finished__lt=before) if before else found


def _lost(books: Books, since: datetime | None, before: datetime | None) -> Any:
    from django.db.models import Max

    from troth.planning.models import Run, Tombstone

    known = Run.objects.of(books.tenant).values("name")
    found = Tombstone.objects.of(books.tenant).exclude(run__in=known).order_by("run").values("run")
    found = found.annotate(finished=Max("done"))
    found = found.filter(finished__gte=since) if since else found
    return found.filter(finished__lt=before) if before else found


def write_due(
    books: Books, controller: str, backups: Sequence[Backup], since: datetime, before: datetime | None, now: datetime
) -> tuple[int, list[Path]]:  # fmt: skip
    """Enters the receipts that are due, and writes their files; of how many erasures, and the files."""
    from django.db import transaction

    due = list(erasures(books, since, before, fresh=True))
    told = 0
    for one in due:
        with transaction.atomic():
            told += _enter(books, controller, backups, one, now)
    if due:
        with transaction.atomic():
            books.checkpoint(now)
        books.publish()
    return told, _write(books)


def _enter(books: Books, controller: str, backups: Sequence[Backup], one: Erasure, now: datetime) -> bool:
    """One erasure's receipts, each person's sealed by their key; whether there is one. Call inside a transaction."""
    from troth.planning.models import Run
    from troth.retention.models import FinalReceipt

    run, finished = one
    row = Run.objects.of(books.tenant).filter(name=run).first()
    issued = [index for _, index in row.outcome["certificates"]] if row else []
    receipts: list[list[Any]] = []
    for at in range(0, len(issued), AT_ONCE):
        lines = [
            Line("final_receipt", run, _body(certificate, controller, backups, run, finished, now), {}, key)
            for certificate, key in _certificates(books, issued[at : at + AT_ONCE])
            if gone(certificate["acts"], certificate["verified"]["remaining"])
        ]
        entered = books.enter(lines, now, books.keys([line.key for line in lines]))
        receipts += [[line.payload["id"], index] for line, (index, _, _) in zip(lines, entered, strict=True)]
    if not row:  # whom it was about was sealed in a state that is gone
        books.enter([Line("final_receipt", run, {"run": run, "document": False})], now)
    kept = FinalReceipt.objects.create(
        tenant=books.tenant, run=run, at=now, receipts=receipts, written=not receipts
    )
    books.second.note([receipt_line(kept)])
    return bool(receipts) or not row


def _certificates(books: Books, indexes: Sequence[int]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """What each certificate says, and the name of the key that seals it."""
    from troth.ledger.models import Entry

    rows = [
        row for row in Entry.objects.of(books.tenant).filter(index__in=indexes).order_by("index") if row.key
    ]
    keys = books.keys([row.key for row in rows])
    for row in rows:
        opened = sealed.open_sealed(keys[row.key], bytes(row.opening), b"opening")
        yield json.loads(opened)["payload"], row.key


def _body(
    certificate: Mapping[str, Any], controller: str, backups: Sequence[Backup], run: str, erased: datetime, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    systems = sorted({place["system"] for place in certificate["searched"]})
    held = beyond(backups, systems, erased)
    unknown = [name for name in systems if name not in held]
    return {
        "format": RECEIPT,
        "id": new_name(),
        "issued": now.isoformat(),
        "controller": controller,
        "run": run,
        "certificate": certificate["id"],
        "erased": erased.isoformat(),
        "about": certificate["about"],
        "outcome": "in no registered backup" if not unknown else "in no registered backup, some systems have none",
        "backups": [
            {
                "system": name, "backups": len(ones), "first": min(o.taken for o in ones).isoformat(),
                "last": max(o.taken for o in ones).isoformat(), "gone": max(o.gone for o in ones if o.gone).isoformat(),
            }
            for name, ones in held.items()
        ],
        "unregistered": unknown,
        "complaint": certificate.get("complaint", {}),
    }  # fmt: skip


def _write(books: Books) -> list[Path]:
    """The files of receipts that have none yet; a crash before leaves them to the next call."""
    from troth.retention.models import FinalReceipt

    paths: list[Path] = []
    for row in list(FinalReceipt.objects.of(books.tenant).filter(written=False).order_by("id")):
        paths += write(books, row.receipts, "receipts")
        row.written = True
        row.save(update_fields=["written"])
    return paths


def take_back(books: Books, taken: datetime, now: datetime) -> int:
    """A backup that nobody knew of may hold whoever was said to be in none: their receipts are withdrawn. Call inside a transaction."""
    from django.db import transaction

    from troth.retention.models import FinalReceipt

    concerned = {run for run, _ in erasures(books, taken)}
    rows = [row for row in FinalReceipt.objects.of(books.tenant).order_by("id") if row.run in concerned]
    for at in range(0, len(rows), AT_ONCE):
        part = rows[at : at + AT_ONCE]
        names = [row.run for row in part]
        FinalReceipt.objects.of(books.tenant).filter(run__in=names).delete()
        books.second.note([{"final_receipts_withdrawn": names}])
        books.enter((Line("final_receipt_withdrawn", name, {"run": name}) for name in names), now)
    files = [books.home / "receipts" / name for row in rows for name, _ in row.receipts]
    transaction.on_commit(lambda: _unlink(files))
    return len(rows)


def _unlink(files: Iterable[Path]) -> None:
    for file in files:
        for kind in (".json", ".html"):
            file.with_suffix(kind).unlink(missing_ok=True)


# -- the second copy ----------------------------------------------------------------------------------------------------


def receipt_line(row: Any) -> dict[str, Any]:
    """A stored receipt as a line of the second copy."""
    return {"final_receipts": [row.run], "receipts": row.receipts, "at": row.at.isoformat()}


def take(tenant: str, lines: Iterable[Mapping[str, Any]]) -> None:
    """Takes lines over, in sets; a file cannot be written again, for what was sealed in its entry is not in the copy."""
    from troth.retention.models import FinalReceipt

    last: dict[str, Mapping[str, Any] | None] = {}
    for line in lines:
        if "final_receipts" in line:
            last |= dict.fromkeys(line["final_receipts"], line)
        elif "final_receipts_withdrawn" in line:
            last |= dict.fromkeys(line["final_receipts_withdrawn"])
    rows, names = FinalReceipt.objects.of(tenant), list(last)
    for at in range(0, len(names), AT_ONCE):
        part = {name: last[name] for name in names[at : at + AT_ONCE]}
        there = dict(rows.filter(run__in=list(part)).values_list("run", "receipts"))
        same = {name for name, line in part.items() if line and there.get(name) == line["receipts"]}
        rows.filter(run__in=[name for name in there if name not in same]).delete()
        FinalReceipt.objects.bulk_create(
            FinalReceipt(
                tenant=tenant, run=name, at=datetime.fromisoformat(line["at"]), receipts=line["receipts"], written=True
            )
            for name, line in part.items()
            if line and name not in same
        )  # fmt: skip
