"""Runs jobs: each thread is a worker under a name and a lock of its own, and takes up what a dead worker has left."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Final

from troth.records import locks
from troth.records.cabinet import let_go, only
from troth.terms.errors import UsageError
from troth.workflows import jobs
from troth.workflows.books import Books
from troth.workflows.house import House
from troth.workflows.job_kinds import KINDS, Kind

POLL: Final = 1.0
SWEEP: Final = 2.0
"""Seconds between two looks for jobs, and for workers that have died."""
EVERY: Final = timedelta(minutes=5)
"""How often a worker does what `troth due` does."""
DAILY: Final = timedelta(hours=24)
"""How often the staff are told what is late."""
MAILS: Final = timedelta(minutes=1)
"""How often it looks into the mailbox, and into the outbox for what nobody has sent."""
_log = logging.getLogger("troth.jobs")


class Worker:
    """One thread's work on the jobs of one tenant."""

    def __init__(self, house: House, stop: threading.Event, kinds: Mapping[str, Kind] = KINDS) -> None:
        self.house, self.stop, self.kinds = house, stop, kinds
        self.tenant = house.settings.tenant
        self._swept = 0.0

    def run(self) -> None:
        """Until `stop` is set; while our own state cannot be reached it is tried again, under a new name."""
        from django.db import connection

        while not self.stop.is_set():
            try:
                Books(self.house.home, self.house.settings).close()
                with self.alive() as (name, lock):
                    while not self.stop.is_set() and lock.alive():
                        self.sweep(name)
                        if not self.one(name):
                            let_go()
                            jobs.rest(POLL)
            except Exception as fault:  # noqa: BLE001  (a door: whatever stands in the way now may be gone later)
                connection.close()
                _log.error("no state", extra={"told": {"fault": jobs.told(fault)}})
                self.stop.wait(POLL)

    def off(self) -> int:
        """Works off what is due now, and ends; how many attempts that were."""
        count = 0
        Books(self.house.home, self.house.settings).close()
        with self.alive() as (name, _):
            while self.one(name):
                count += 1
        return count

    def alive(self) -> AbstractContextManager[tuple[str, locks.Lock]]:
        """A name under which jobs are claimed, for as long as its lock is held."""
        return locks.worker(self.house.home, self.house.settings.database)

    def one(self, name: str) -> bool:
        """Runs the next job that is due; False where there is none."""
        from django.db import connection, transaction

        task = jobs.claim(self.tenant, name, self.house.now())
        if task is None:
            return False
        began = time.monotonic()
        try:
            self._kind(task.kind)(self.house, task)
            with transaction.atomic():
                task.done(self.house.now())
            outcome = "done"
        except jobs.TakenError:
            outcome = "taken by another"
        except Exception as fault:  # noqa: BLE001  (a door: one job's fault is not the worker's)
            connection.close()
            again = jobs.failed(task, fault, self.house.now())
            outcome = f"{'failed, will be tried again' if again else 'failed'}: {jobs.told(fault)}"
        finally:
            let_go()
        _log.info(
            "job",
            extra={
                "told": {
                    "job": task.name, "kind": task.kind, "case": task.case, "attempt": task.attempt, "outcome": outcome,
                    "ms": round((time.monotonic() - began) * 1_000),
                }
            },
        )  # fmt: skip
        return True

    def _kind(self, kind: str) -> Kind:
        if kind not in self.kinds:
            raise UsageError("this version knows no such job", place=kind, remedy="Update every worker.")
        return self.kinds[kind]

    def sweep(self, name: str) -> None:
        """Frees what dead workers have left, and asks for what comes back by the calendar."""
        if time.monotonic() - self._swept < SWEEP:
            return
        self._swept, now = time.monotonic(), self.house.now()
        for other in jobs.workers(self.tenant) - {name}:
            if locks.dead(self.house.home, self.house.settings.database, other):
                jobs.put_back(self.tenant, other, now)
        jobs.ask_again(self.tenant, "due", EVERY, now)
        if self.house.settings.mail or self.house.settings.imap:
            jobs.ask_again(self.tenant, "mail_round", MAILS, now)
        if self.house.settings.mail:  # whether anybody is to hear of anything, `digest` finds out
            jobs.ask_again(self.tenant, "digest", DAILY, now)


@contextmanager
def working(house: House, threads: int, kinds: Mapping[str, Kind] = KINDS) -> Iterator[None]:
    """Workers in threads of this process; at the end each finishes the job it is at."""
    stop, quiet = threading.Event(), replace(house, progress=lambda _: None)
    hands = [
        threading.Thread(target=Worker(quiet, stop, kinds).run, name=f"worker {n}") for n in range(threads)
    ]
    with only(house.home, house.settings.database):
        for hand in hands:
            hand.start()
        try:
            yield
        finally:
            stop.set()
            jobs.nudge()
            for hand in hands:
                hand.join()


def work(house: House, threads: int) -> None:
    """Works until the process is asked to end (SIGTERM, Ctrl-C), then finishes the jobs it is at."""
    import signal

    from troth.workflows.lines import to_stderr

    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    to_stderr()
    with working(house, threads):
        ended.wait()


def once(house: House) -> int:
    """Works off what is due now and what the dead have left, and ends; how many attempts that were."""
    from troth.workflows.lines import to_stderr

    to_stderr()
    worker = Worker(replace(house, progress=lambda _: None), threading.Event())
    Books(house.home, house.settings).close()
    worker.sweep("")
    return worker.off()
