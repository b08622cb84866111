"""Runs `troth` in processes of its own, and kills them at the n-th point where a crash could matter.

Points are: before every BEGIN, COMMIT and VACUUM on any SQLite file (ours, the workflow library's, the targets'), before
every statement that changes a PostgreSQL target and before and after its commit, and before and after a file takes its
place. Started once, it forks a fresh process for each request on stdin, so that hundreds of runs stay affordable.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sqlite3.dbapi2
import sys
import threading
from pathlib import Path
from typing import Any


class Points:
    """Counts points, keeps their names, and kills the process at one of them."""

    def __init__(self, at: int, log: Path) -> None:
        self.at, self.count = at, 0
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)

    def here(self, what: str) -> None:
        self.count += 1
        os.write(self.log, f"{what}\n".encode())
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


def install(points: Points) -> None:
    watch_sqlite(points)
    _postgres(points)
    _state(points)
    watch_files(points)


def watch_files(points: Any) -> None:
    """Points before and after a file takes its place."""
    real_replace, real_link = os.replace, os.link

    def replace(source: Any, target: Any, **options: Any) -> None:
        points.here(f"before {_name(target)} takes its place")
        real_replace(source, target, **options)
        points.here(f"after {_name(target)} took its place")

    def link(source: Any, target: Any, **options: Any) -> None:
        points.here(f"before {_name(target)} is there")
        real_link(source, target, **options)
        points.here(f"after {_name(target)} is there")

    os.replace, os.link = replace, link


def _name(path: Any) -> str:
    return "certificate" if "certificates" in str(path) else Path(path).name


def watch_sqlite(points: Any) -> None:
    """Points before every BEGIN, COMMIT and VACUUM on any SQLite file."""
    real = sqlite3.connect

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = real(*arguments, **options)
        connection.execute("PRAGMA secure_delete = OFF").close()
        name = Path(str(arguments[0] if arguments else options["database"]).partition("?")[0]).name

        def seen(sql: str) -> None:
            word = sql.split(" ", 1)[0].upper()
            if _polls():
                return
            if word in ("BEGIN", "COMMIT", "VACUUM"):
                points.here(f"{name} {word}")

        connection.set_trace_callback(seen)
        return connection

    sqlite3.connect = sqlite3.dbapi2.connect = connect  # type: ignore[assignment]


def _polls() -> bool:
    """Whether the workflow library is only looking for work, as often as the clock has it: no point, and no two runs alike."""
    name = threading.current_thread().name
    return any(
        word in name for word in ("listener", "notifier", "queue_thread", "scheduler_loop", "background")
    )


def _postgres(points: Points) -> None:
    from troth.stores.postgres.store import PostgresStore

    real_execute, real_do = PostgresStore.execute, PostgresStore._do

    def execute(self: Any, *arguments: Any) -> None:
        points.here("postgres before")
        real_execute(self, *arguments)
        points.here("postgres after its commit")

    def do(self: Any, *arguments: Any) -> None:
        real_do(self, *arguments)
        points.here("postgres within its transaction")

    PostgresStore.execute, PostgresStore._do = execute, do  # type: ignore[method-assign]


def _state(points: Points) -> None:
    """Points before and after every commit of our own state, where it is in PostgreSQL."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    real = BaseDatabaseWrapper._commit

    def commit(self: Any) -> None:
        ours = self.vendor == "postgresql" and not _polls()
        if ours:
            points.here("state before its commit")
        real(self)
        if ours:
            points.here("state after its commit")

    BaseDatabaseWrapper._commit = commit


def _child(asked: dict[str, Any]) -> int:
    os.chdir(asked["folder"])
    os.environ.update(asked["environment"])
    folder = Path(asked["folder"])
    for stream, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    install(Points(asked["at"], folder / "points"))
    sys.argv = ["troth", *asked["arguments"]]
    from troth.cli import run
    from troth.main import make_house, web

    code = run(make_house, web)
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def main() -> None:
    import dbos
    import django.core.management  # noqa: F401
    import phonenumbers  # noqa: F401
    import psycopg  # noqa: F401
    import sqlglot  # noqa: F401

    import troth.cli.after
    import troth.documents.certificate
    import troth.workflows.erase  # noqa: F401

    assert dbos
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            code = 99
            try:
                code = _child(asked)
            finally:
                os._exit(code)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        if asked["wait"]:
            _, status = os.waitpid(child, 0)
            sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
