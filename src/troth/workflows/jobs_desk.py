"""Shows the jobs that wait, run or have failed, and lets a person have one tried again."""

from __future__ import annotations

from typing import Any

from troth.terms.errors import UsageError
from troth.workflows.books import Books, Line
from troth.workflows.cases import at_desk
from troth.workflows.house import House
from troth.workflows.propose import operator

Told = dict[str, Any]
MOST = 200


def listing(house: House) -> Told:
    """How many jobs wait, and until when; those that run, are tried again, or have failed: `MOST` of each, and how many in all.

    Nothing is made.
    """
    told: Told = {"waiting": 0, "due": 0, "next": None, "running": [], "trying": [], "failed": []}
    told["in_all"] = {"running": 0, "trying": 0, "failed": 0}
    if not house.has_state():
        return told
    books, now = Books(house.home, house.settings), house.now()
    from troth.records.models import Job  # only now is our own state open

    try:
        rows = Job.objects.of(books.tenant)
        waiting = rows.filter(state="waiting")
        first = waiting.order_by("due").first()
        told |= {
            "waiting": waiting.count(),
            "due": waiting.filter(due__lte=now).count(),
            "next": first.due.isoformat() if first else None,
        }
        parts = {
            "running": rows.filter(state="claimed").order_by("due", "id"),
            "trying": waiting.exclude(fault="").order_by("due", "id"),
            "failed": rows.filter(state="failed").order_by("id"),
        }
        for name, part in parts.items():
            told[name], told["in_all"][name] = [_told(row) for row in part[:MOST]], part.count()
    finally:
        books.close()
    return told


def _told(row: Any) -> Told:
    return {
        "job": row.name, "kind": row.kind, "case": row.case, "attempts": row.attempts, "fault": row.fault,
        "due": row.due.isoformat(), "ended": row.ended.isoformat() if row.ended else None,
    }  # fmt: skip


def retry(house: House, name: str) -> Told:
    """Has a job that failed tried again, from the first attempt on, and enters who wanted that. Raises UsageError."""
    from django.db import transaction

    who, now = operator(house), house.now()
    with at_desk(house) as books, transaction.atomic():
        from troth.records.models import Job

        row = Job.objects.of(books.tenant).filter(name=name, state="failed").select_for_update().first()
        if row is None:
            raise UsageError("no job of this name has failed", place="JOB", remedy="See: troth jobs")
        row.state, row.attempts, row.due, row.ended, row.worker = "waiting", 0, now, None, ""
        row.save(update_fields=["state", "attempts", "due", "ended", "worker"])
        books.enter([Line("job_retried", "", {"job": name, "kind": row.kind, "by": who})], now)
        return _told(row)
