"""The register of backups in our own state and its second copy: a state put back still knows every backup that may hold somebody.

Who may read a backup stays out of the copy, which names nobody; a backup taken over from it asks for that again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from troth.retention.backups import Backup, Limits
from troth.retention.trials import Recipe, Trial
from troth.workflows.books import Books, Line
from troth.workflows.final import receipt_line, take_back

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
    return take_back(books, oldest, now)


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


def drilled(books: Books, trial: Trial) -> None:
    """Writes the outcome of a drill of one system. Call inside a transaction."""
    from troth.retention.models import Drill

    (system,) = trial.systems
    row = Drill.objects.create(
        tenant=books.tenant, system=system, at=trial.at, taken=trial.taken, passed=trial.passed, verdict=trial.verdict,
        counts=dict(trial.counts), why=trial.why[:400],
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


def recipe(books: Books, one: Recipe, now: datetime) -> None:
    """Keeps how a system's backup is restored, in place of what was said before. Call inside a transaction."""
    from troth.retention.models import Recipe as Row

    fields = {
        "dump": one.dump, "command": list(one.command), "within": int(one.within.total_seconds()), "since": now,
    }  # fmt: skip
    row, _ = Row.objects.of(books.tenant).update_or_create(
        tenant=books.tenant, system=one.system, defaults=fields
    )
    books.second.note([recipe_line(row)])


def no_recipe(books: Books, system: str) -> bool:
    """Forgets a system's recipe; whether there was one. Call inside a transaction."""
    from troth.retention.models import Recipe as Row

    there, _ = Row.objects.of(books.tenant).filter(system=system).delete()
    books.second.note([{"no_recipe": system}] if there else [])
    return bool(there)


def recipes(books: Books) -> list[Recipe]:
    """Every recipe."""
    from troth.retention.models import Recipe as Row

    rows = Row.objects.of(books.tenant).order_by("system")
    return [Recipe(row.system, row.dump, tuple(row.command), timedelta(seconds=row.within)) for row in rows]


# -- the second copy ----------------------------------------------------------------------------------------------------


def line(row: Any) -> dict[str, Any]:
    """A stored backup as a line of the second copy."""
    times = {name: getattr(row, name).isoformat() if getattr(row, name) else None for name in _TIMES}
    return {"backup": {**{name: getattr(row, name) for name in _COPIED}, **times}}


def drill_line(row: Any) -> dict[str, Any]:
    """A stored drill as a line of the second copy."""
    plain = {name: getattr(row, name) for name in ("system", "passed", "verdict", "why", "counts")}
    return {"drill": {**plain, "at": row.at.isoformat(), "taken": row.taken.isoformat()}}


def canary_line(row: Any) -> dict[str, Any]:
    """A stored canary as a line of the second copy."""
    plain = {name: getattr(row, name) for name in ("systems", "passed", "verdict", "counts")}
    return {"canary": {**plain, "at": row.at.isoformat()}}


def recipe_line(row: Any) -> dict[str, Any]:
    """A stored recipe as a line of the second copy."""
    plain = {name: getattr(row, name) for name in ("system", "dump", "command", "within")}
    return {"recipe": {**plain, "since": row.since.isoformat()}}


def everything(tenant: str) -> Iterator[dict[str, Any]]:
    """All that a new copy must hold of them."""
    from troth.retention.models import Backup as Row
    from troth.retention.models import Canary, Drill, FinalReceipt, Recipe

    yield from (line(row) for row in Row.objects.of(tenant).order_by("id").iterator(AT_ONCE))
    yield from (drill_line(row) for row in Drill.objects.of(tenant).order_by("id").iterator(AT_ONCE))
    yield from (recipe_line(row) for row in Recipe.objects.of(tenant).order_by("id"))
    yield from (canary_line(row) for row in Canary.objects.of(tenant).order_by("id").iterator(AT_ONCE))
    yield from (receipt_line(row) for row in FinalReceipt.objects.of(tenant).order_by("id").iterator(AT_ONCE))


def take(tenant: str, told: Mapping[str, Any]) -> None:
    """Takes one line over into this state."""
    from troth.retention.models import Backup as Row
    from troth.retention.models import Canary, Drill
    from troth.retention.models import Recipe as How

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
    elif "recipe" in told:
        fields = {**told["recipe"], "since": datetime.fromisoformat(told["recipe"]["since"])}
        How.objects.of(tenant).update_or_create(tenant=tenant, system=fields["system"], defaults=fields)
    elif "no_recipe" in told:
        How.objects.of(tenant).filter(system=told["no_recipe"]).delete()
