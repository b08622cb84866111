"""Jobs that must still happen: asked for in the transaction that demands them, claimed by one worker at a time, never lost.

Our own table is the queue, so a job is there exactly if what demands it is. A claim counts as an attempt; whatever a job does to
our own state it ends in the same transaction (`Task.done`), and a worker that was thought dead cannot end what another has taken.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from troth.records.cabinet import alone_within
from troth.terms.errors import StoreError, TrothError, whereabouts
from troth.workflows.books import new_name

if TYPE_CHECKING:
    from troth.workflows.books import Books

Told = dict[str, Any]
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (0.25, 1, 5, 15, 60, 240, 720))
"""How long a job rests after each attempt that failed; one that fails once more is left to a person."""
AWAITED: Final = ("code", "mail")
"""Kinds for which somebody sits and waits: they are done before any other that is due."""
_AT_ONCE, _IN_TURN = 0, 1
KEPT: Final = timedelta(days=30)
"""How long a job that is done can still be looked at."""
LATE: Final = timedelta(minutes=15)
"""After how long it looks as if nobody worked."""
DIED: Final = "its worker died"
_BELL = threading.Condition()


class TakenError(TrothError):
    """The job is another worker's by now; what this one did to our own state goes with its transaction."""

    def __init__(self) -> None:
        super().__init__("another worker has taken this job", remedy="Nothing need be done.")


@dataclass(frozen=True)
class Task:
    """A job in the hands of a worker: `name` is the same at every attempt, so what is sent can carry it."""

    tenant: str
    name: str
    kind: str
    case: str
    attempt: int
    worker: str

    def done(self, at: datetime) -> None:
        """Ends the job within the caller's transaction: what it changed in our state and its end are one. Raises TakenError."""
        if not self._mine("claimed").update(state="done", fault="", ended=at) and not self._mine("done"):
            raise TakenError

    def _mine(self, state: str) -> Any:
        from troth.records.models import Job

        return Job.objects.of(self.tenant).filter(
            name=self.name, worker=self.worker, attempts=self.attempt, state=state
        )


def ask(books: Books, kind: str, case: str, due: datetime, once: str = "") -> None:
    """Asks for a job in the transaction of the change that demands it; under a key of its own (`once`) a single time."""
    from django.db import transaction

    from troth.records.models import Job

    job = Job(
        tenant=books.tenant,
        name=new_name(),
        kind=kind,
        case=case,
        due=due,
        once=once or None,
        rank=_AT_ONCE if kind in AWAITED else _IN_TURN,
    )
    Job.objects.bulk_create([job], ignore_conflicts=bool(once))
    transaction.on_commit(nudge)


def ask_again(tenant: str, kind: str, every: timedelta, now: datetime) -> None:
    """Asks for a job that comes back: none is there yet, and the last one ended so long ago."""
    from django.db import transaction
    from django.db.models import Q

    from troth.records.models import Job

    there = Q(state__in=("waiting", "claimed")) | Q(ended__gt=now - every)
    known = Job.objects.of(tenant).filter(there, kind=kind, case="")
    if known.exists():
        return
    with transaction.atomic():
        alone_within("jobs")
        if not known.all().exists():
            Job.objects.create(tenant=tenant, name=new_name(), kind=kind, case="", due=now)


def claim(tenant: str, worker: str, now: datetime) -> Task | None:
    """The job that has been due longest, what somebody waits for first, now this worker's; None where none is due.

    No two of one case run at a time.
    """
    from django.db import transaction

    from troth.records.models import Job

    jobs = Job.objects.of(tenant)
    free = jobs.filter(state="waiting").exclude(
        case__in=jobs.filter(state="claimed").exclude(case="").values("case")
    )
    row = _first(free, now)
    if row is None:
        return None
    with transaction.atomic():
        alone_within("jobs")
        if not _taken(
            free, row, worker
        ):  # somebody was quicker; nobody else claims before this transaction ends
            row = _first(free, now)
            if row is None or not _taken(free, row, worker):
                return None
    return Task(tenant, row.name, row.kind, row.case, row.attempts + 1, worker)


def _first(free: Any, now: datetime) -> Any:
    """The next of these jobs that is due: read off the index `job_turn`, however many wait."""
    for rank in (_AT_ONCE, _IN_TURN):
        row = free.filter(rank=rank, due__lte=now).order_by("due", "id").first()
        if row is not None:
            return row
    return None


def _taken(free: Any, row: Any, worker: str) -> bool:
    """Whether this job, as it was read, was still free and is the worker's now."""
    still = free.filter(id=row.id, attempts=row.attempts)
    return bool(still.update(state="claimed", worker=worker, attempts=row.attempts + 1))


def failed(task: Task, fault: Exception, now: datetime) -> bool:
    """The attempt failed: the job rests, or is left to a person; whether it will be tried again."""
    again = task.attempt <= len(PAUSES) and not (isinstance(fault, StoreError) and fault.permanent)
    task._mine("claimed").update(fault=told(fault), **_next(task.attempt, again, now))
    return again


def put_back(tenant: str, worker: str, now: datetime) -> int:
    """A worker died: what it had is tried again, at once the first time; how many jobs that were."""
    from django.db import transaction

    from troth.records.models import Job

    with transaction.atomic():
        alone_within("jobs")
        rows = list(Job.objects.of(tenant).filter(state="claimed", worker=worker))
        for row in rows:
            change = _next(row.attempts, row.attempts <= len(PAUSES), now)
            if row.attempts == 1:
                change["due"] = now
            for name, value in {**change, "fault": DIED}.items():
                setattr(row, name, value)
            row.save(update_fields=[*change, "fault"])
    return len(rows)


def _next(attempts: int, again: bool, now: datetime) -> Told:
    if again:
        return {"state": "waiting", "worker": "", "due": now + PAUSES[attempts - 1]}
    return {"state": "failed", "ended": now}


def clear(tenant: str, now: datetime) -> None:
    """Jobs that were done long ago are forgotten; what failed stays until a person has seen to it."""
    from troth.records.models import Job

    Job.objects.of(tenant).filter(state="done", ended__lt=now - KEPT).delete()


def workers(tenant: str) -> set[str]:
    """Whoever has claimed a job."""
    from troth.records.models import Job

    return set(Job.objects.of(tenant).filter(state="claimed").values_list("worker", flat=True))


def is_late(tenant: str, now: datetime) -> bool:
    """Whether nobody seems to work: a job has been due for long and is not begun, or none has come back by the calendar."""
    from troth.records.models import Job

    jobs, long_ago = Job.objects.of(tenant).filter(rank__in=(_AT_ONCE, _IN_TURN)), now - LATE
    if jobs.filter(state="waiting", due__lt=long_ago).exists():
        return True
    due, ended = jobs.filter(kind="due"), ("waiting", "done", "failed")
    return not (
        due.filter(state="claimed").exists() or due.filter(state__in=ended, due__gte=long_ago).exists()
    )


def told(fault: Exception) -> str:
    """What may be kept of a fault: its type and place, never its text, which may quote a value."""
    if isinstance(fault, TrothError):
        return f"{type(fault).__name__} {fault.place}".strip()[:400]
    return whereabouts(fault)[:400]


# -- waiting ------------------------------------------------------------------------------------------------------------


def nudge() -> None:
    """Wakes the workers of this process."""
    with _BELL:
        _BELL.notify_all()


def rest(seconds: float) -> None:
    """Waits so long, or until a job is asked for in this process."""
    with _BELL:
        _BELL.wait(seconds)
