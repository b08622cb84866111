"""Tells checks what is known of backups, drills and canaries: it reads our own state only, and waits for nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from troth.retention.backups import findings
from troth.retention.trials import Facts, Trial, ages
from troth.workflows.backup_records import last_drills, limits, load, value
from troth.workflows.house import House

if TYPE_CHECKING:
    from troth.workflows.books import Books


def facts(house: House) -> Facts:
    """What is known now; where there is no state of ours, nothing is."""
    if not house.has_state():
        return _facts(house, None)
    from troth.workflows.books import Books

    books = Books(house.home, house.settings)
    try:
        return _facts(house, books)
    finally:
        books.close()


def _facts(house: House, books: Books | None) -> Facts:
    now, systems = house.now(), tuple(house.map().systems)
    known = tuple(value(row) for row in load(books)) if books else ()
    there = tuple(one for one in known if one.gone is None)
    passed = last_drills(books) if books else {}
    found = findings(known, systems, passed, limits(house.settings), now)
    return Facts(
        now, there, tuple(found), ages(there, systems, now), drills(books) if books else {}, passed,
        _canary(books) if books else None,
    )  # fmt: skip


def drills(books: Books) -> Mapping[str, Trial]:
    """The last drill of each system, whether it passed or not."""
    from django.db.models import Max

    from troth.retention.models import Drill

    rows = Drill.objects.of(books.tenant)
    last = rows.values("system").annotate(last=Max("id")).values("last")
    return {row.system: drill_of(row) for row in rows.filter(id__in=last)}


def _canary(books: Books) -> Trial | None:
    from troth.retention.models import Canary

    row = Canary.objects.of(books.tenant).order_by("-at", "-id").first()
    return Trial(row.at, row.passed, row.verdict, tuple(row.systems), dict(row.counts)) if row else None


def drill_of(row: Any) -> Trial:
    """What a stored drill says."""
    return Trial(row.at, row.passed, row.verdict, (row.system,), dict(row.counts), row.taken, row.why)
