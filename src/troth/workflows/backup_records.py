"""The register of backups in our own state and its second copy: a state put back still knows every backup that may hold somebody.

Who may read a backup stays out of the copy, which names nobody; a backup taken over from it asks for that again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from troth.retention.backups import Backup, Limits
from troth.retention.trials import Trial
from troth.workflows.books import Books, Line

if TYPE_CHECKING:
    from troth.terms.settings import Settings

AT_ONCE = 1_000
_TIMES = ("taken", "shown", "expires", "gone")
_COPIED = ("name", "place", "source", "systems", "encrypted", "guarded")


def load(books: Books) -> list[Any]:
    """Every stored backup, oldest first."""
    from troth.retention.models import Backup as Row

    return list(Row.objects.of(books.tenant).order_by("taken", "id"))


def value(row: Any) -> Backup:
    """What a stored row says."""
    return Backup(
        row.name, row.place, row.taken, tuple(row.systems), row.encrypted, tuple(row.readers), tuple(row.seen),
        row.expires, row.guarded, row.gone, row.source,
    )  # fmt: skip


def add(books: Books, backups: Sequence[tuple[Backup, datetime]], now: datetime) -> int:
    """Registers backups, each with the moment its listing shows; how many final receipts that takes back.

    One that was said to be gone is there again. Call inside a transaction.
    """
    from troth.retention.models import Backup as Row

    known = {(row.source, row.name, row.shown): row for row in load(books)} if backups else {}
    rows = [
        known.get((one.source, one.name, shown))
        or Row(tenant=books.tenant, name=one.name, shown=shown, source=one.source)
        for one, shown in backups
    ]
    if not rows:
        return 0
    for row, (one, _) in zip(rows, backups, strict=True):
        row.place, row.taken, row.systems, row.encrypted = (
            one.place,
            one.taken,
            list(one.systems),
            one.encrypted,
        )
        row.readers, row.seen, row.guarded = list(one.readers), list(one.seen), one.guarded
        row.expires, row.gone = one.expires, None
        row.save()
    books.second.note(line(row) for row in rows)
    oldest = min(row.taken for row in rows)
    payload = {"backups": len(rows), "oldest": oldest.isoformat()}
    books.enter([Line("backup_registered", "", payload, {"rows": len(rows)})], now)
    return _take_back(books, oldest, now)


def _take_back(books: Books, taken: datetime, now: datetime) -> int:
    """A backup that nobody knew of may hold whoever was said to be in none: their final receipts are withdrawn."""
    from troth.planning.models import Run
    from troth.retention.models import FinalReceipt

    runs = Run.objects.of(books.tenant).filter(finished__gte=taken).values("name")
    names = list(FinalReceipt.objects.of(books.tenant).filter(run__in=runs).values_list("run", flat=True))
    for at in range(0, len(names), AT_ONCE):
        part = names[at : at + AT_ONCE]
        FinalReceipt.objects.of(books.tenant).filter(run__in=part).delete()
        books.second.note([{"final_receipts_withdrawn": part}])
        books.enter((Line("final_receipt_withdrawn", name, {"run": name}) for name in part), now)
    return len(names)


def gone(books: Books, rows: Iterable[Any], now: datetime) -> int:
    """Notes that backups are gone; how many. Call inside a transaction."""
    count = 0
    for row in rows:
        row.gone = now
        row.save(update_fields=["gone"])
        books.second.note([line(row)])
        count += 1
    if count:
        books.enter([Line("backup_gone", "", {"backups": count}, {"rows": count})], now)
    return count


def receipts(books: Books, names: Sequence[str], now: datetime) -> None:
    """Writes the final receipt of each of these runs. Call inside a transaction."""
    from troth.retention.models import FinalReceipt

    FinalReceipt.objects.bulk_create(
        [FinalReceipt(tenant=books.tenant, run=name, at=now) for name in names], batch_size=AT_ONCE
    )
    books.second.note([{"final_receipts": list(names), "at": now.isoformat()}])
    books.enter((Line("final_receipt", name, {"run": name, "backups": 0}) for name in names), now)


def drilled(books: Books, trial: Trial) -> None:
    """Writes the outcome of a drill of one system. Call inside a transaction."""
    from troth.retention.models import Drill

    (system,) = trial.systems
    row = Drill.objects.create(
        tenant=books.tenant, system=system, at=trial.at, taken=trial.taken, passed=trial.passed, verdict=trial.verdict,
        counts=dict(trial.counts),
    )  # fmt: skip
    books.second.note([drill_line(row)])
    books.enter([Line("restore_drill", "", drill_line(row)["drill"], _outcome(trial))], trial.at)


def swept(books: Books, trial: Trial) -> None:
    """Writes the outcome of a canary. Call inside a transaction."""
    from troth.retention.models import Canary

    row = Canary.objects.create(
        tenant=books.tenant, systems=list(trial.systems), at=trial.at, passed=trial.passed, verdict=trial.verdict,
        counts=dict(trial.counts),
    )  # fmt: skip
    books.second.note([canary_line(row)])
    books.enter([Line("canary", "", canary_line(row)["canary"], _outcome(trial))], trial.at)


def _outcome(trial: Trial) -> dict[str, str]:
    return {"outcome": "done" if trial.passed else "incomplete"}


def last_drills(books: Books) -> dict[str, datetime]:
    """The last drill of each system that passed."""
    from django.db.models import Max

    from troth.retention.models import Drill

    rows = Drill.objects.of(books.tenant).filter(passed=True).values("system").annotate(last=Max("at"))
    return {row["system"]: row["last"] for row in rows}


def limits(settings: Settings) -> Limits:
    """What the settings ask of backups."""
    return Limits(
        timedelta(days=settings.backup_days), timedelta(days=settings.drill_days), timedelta(days=settings.tombstone_days)
    )  # fmt: skip


# -- the second copy ----------------------------------------------------------------------------------------------------


def line(row: Any) -> dict[str, Any]:
    """A stored backup as a line of the second copy."""
    times = {name: getattr(row, name).isoformat() if getattr(row, name) else None for name in _TIMES}
    return {"backup": {**{name: getattr(row, name) for name in _COPIED}, **times}}


def drill_line(row: Any) -> dict[str, Any]:
    """A stored drill as a line of the second copy."""
    plain = {name: getattr(row, name) for name in ("system", "passed", "verdict", "counts")}
    return {"drill": {**plain, "at": row.at.isoformat(), "taken": row.taken.isoformat()}}


def canary_line(row: Any) -> dict[str, Any]:
    """A stored canary as a line of the second copy."""
    plain = {name: getattr(row, name) for name in ("systems", "passed", "verdict", "counts")}
    return {"canary": {**plain, "at": row.at.isoformat()}}


def everything(tenant: str) -> Iterator[dict[str, Any]]:
    """All that a new copy must hold of them."""
    from troth.retention.models import Backup as Row
    from troth.retention.models import Canary, Drill, FinalReceipt

    yield from (line(row) for row in Row.objects.of(tenant).order_by("id").iterator(AT_ONCE))
    yield from (drill_line(row) for row in Drill.objects.of(tenant).order_by("id").iterator(AT_ONCE))
    yield from (canary_line(row) for row in Canary.objects.of(tenant).order_by("id").iterator(AT_ONCE))
    for row in FinalReceipt.objects.of(tenant).order_by("id").iterator(AT_ONCE):
        yield {"final_receipts": [row.run], "at": row.at.isoformat()}


def take(tenant: str, told: Mapping[str, Any]) -> None:
    """Takes one line over into this state."""
    from troth.retention.models import Backup as Row
    from troth.retention.models import Canary, Drill, FinalReceipt

    if "backup" in told:
        fields = dict(told["backup"])
        fields |= {name: datetime.fromisoformat(fields[name]) if fields[name] else None for name in _TIMES}
        which = {name: fields[name] for name in ("name", "source", "shown")}
        fresh = {**fields, "readers": [], "seen": []}
        Row.objects.of(tenant).update_or_create(
            tenant=tenant, **which, defaults=fields, create_defaults={**fresh, "tenant": tenant}
        )
    elif "drill" in told:
        fields = dict(told["drill"])
        fields |= {name: datetime.fromisoformat(fields[name]) for name in ("at", "taken")}
        Drill.objects.of(tenant).get_or_create(tenant=tenant, **fields)
    elif "canary" in told:
        fields = {**told["canary"], "at": datetime.fromisoformat(told["canary"]["at"])}
        Canary.objects.of(tenant).get_or_create(tenant=tenant, **fields)
    elif "final_receipts" in told:
        at = datetime.fromisoformat(told["at"])
        for run in told["final_receipts"]:
            FinalReceipt.objects.of(tenant).get_or_create(tenant=tenant, run=run, defaults={"at": at})
    elif "final_receipts_withdrawn" in told:
        FinalReceipt.objects.of(tenant).filter(run__in=told["final_receipts_withdrawn"]).delete()
