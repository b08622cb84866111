"""How many jobs workers do in a second while they are killed at random, and whether each was done once: `python -m bench.jobs`.

`--jobs N --workers N --kill SECONDS`, and `--postgres` for our own state in a PostgreSQL server (one of its own, or `--database URL`).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from troth.terms.settings import Settings
from troth.workflows.house import House
from troth.workflows.jobs import Task

BEGAN = time.time()
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FASTER = 600  # a second here is ten minutes there: what a killed worker left rests no longer than the test


def _now() -> datetime:
    return START + timedelta(seconds=(time.time() - BEGAN) * FASTER)


def effect(house: House, task: Task) -> None:
    """What must not be done twice, ended with its job."""
    from django.db import connection, transaction

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO effect (job) VALUES (%s)", [task.name])
        task.done(house.now())


def ask(house: House, jobs: int) -> None:
    from django.db import connection, transaction

    from troth.workflows.books import Books, new_name
    from troth.workflows.jobs import ask as ask_

    books = Books(house.home, house.settings)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE effect (job varchar(40))")
        names = [new_name() for _ in range(max(1, jobs // 2))]
        for number in range(jobs):
            ask_(books, "effect", names[number % len(names)], START)
    connection.close()  # no worker that is forked may share it


def worker(house: House) -> int:
    """A process that works until it is killed."""
    from troth.workflows.jobrun import Worker

    child = os.fork()
    if child:
        return child
    try:
        Worker(house, threading.Event(), {"effect": effect, "due": lambda *_: None}).run()
    finally:
        os._exit(1)


def so_far(house: House) -> dict[str, Any]:
    from django.db import connection

    from troth.records.models import Job

    rows = Job.objects.of(house.settings.tenant).filter(kind="effect")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT job) FROM effect")
        effects, distinct = cursor.fetchone()
    told = {"done": rows.filter(state="done").count(), "failed": rows.filter(state="failed").count()}
    again = rows.filter(attempts__gt=1).count()
    connection.close()
    return {**told, "effects": effects, "distinct": distinct, "begun_again": again}


def run(house: House, jobs: int, workers: int, kill: float) -> dict[str, Any]:
    """Works off so many jobs with workers of which one dies every `kill` seconds."""
    dice, killed, began = random.Random(jobs), 0, time.monotonic()
    hands = [worker(house) for _ in range(workers)]
    try:
        while (told := so_far(house))["done"] + told["failed"] < jobs:
            time.sleep(kill)
            at = dice.randrange(workers)
            os.kill(hands[at], signal.SIGKILL)
            os.waitpid(hands[at], 0)
            killed += 1
            hands[at] = worker(house)
    finally:
        for child in hands:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    seconds = time.monotonic() - began
    return {
        "jobs": jobs,
        **told,
        "workers": workers,
        "killed": killed,
        "seconds": round(seconds, 1),
        "a_second": round(jobs / seconds),
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--kill", type=float, default=0.5)
    parser.add_argument("--database", default="")
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    with ExitStack() as held:
        database = asked.database
        if asked.postgres and not database:
            from bench.server import running

            database = held.enter_context(running()).create()
        folder = held.enter_context(tempfile.TemporaryDirectory())
        house = House(Settings(home=Path(folder) / "state", database=database), {}, {}, clock=_now)
        ask(house, asked.jobs)
        told = run(house, asked.jobs, asked.workers, asked.kill)
    sys.stdout.write(json.dumps(told) + "\n")
    once = told["effects"] == told["distinct"] == told["done"] == asked.jobs
    return 0 if once else 1


if __name__ == "__main__":
    sys.exit(main())
