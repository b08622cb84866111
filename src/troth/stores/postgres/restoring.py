"""Restores a PostgreSQL dump into a database of its own on a scratch server."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from troth.evidence.world import MARK, Origin
from troth.retention.restoring import Empty, Identity, Scratch
from troth.stores.postgres.cloning import _at, _connected, _create, _scratch, _sweep
from troth.stores.postgres.reflect import quote
from troth.stores.restored import run
from troth.terms.errors import StoreUnreachableError, UsageError

_WHO = """
    SELECT extract(epoch FROM pg_postmaster_start_time())::text || '/' || current_setting('port'),
           (SELECT oid::text FROM pg_database WHERE datname = current_database())"""


def recognise(system: str, url: str, password: str | None) -> Identity:
    """The moment at which the server began, to the microsecond, and the number of the database: a physical copy has another."""
    try:
        with _connected(system, url, password) as db:
            server, database = db.execute(_WHO.encode()).fetchall()[0]
    except (StoreUnreachableError, psycopg.Error):
        raise StoreUnreachableError(
            "PostgreSQL did not answer, so nobody can tell which server this is", place=system,
            remedy="Check the address, and that it runs.",
        ) from None  # fmt: skip
    return str(server), str(database)


@contextmanager
def restoring(scratch: Scratch) -> Iterator[Empty]:
    origin = Origin(scratch.system, scratch.url, None, scratch.url, scratch.folder)
    server, password = _scratch(origin)
    name = f"{MARK}{secrets.token_hex(6)}"
    with _connected(scratch.system, server, password) as admin:
        _sweep(admin)
        try:
            _create(origin, admin, name, "template0")
            with _connected(scratch.system, _at(server, name), password):  # says that it is in use
                yield _Database(scratch.system, _at(server, name), password)
        finally:
            admin.execute(f"DROP DATABASE IF EXISTS {quote(name)} WITH (FORCE)".encode())


class _Database:
    def __init__(self, system: str, url: str, password: str | None) -> None:
        self.system, self.url, self.password = system, url, password

    def pour(self, dump: Path, seconds: float) -> None:
        program = shutil.which("pg_restore")
        if program is None:
            raise UsageError(
                "pg_restore is not installed",
                place=self.system,
                remedy="Install PostgreSQL's client programs.",
            )
        with dump.open("rb") as file:
            if file.read(5) != b"PGDMP":
                raise UsageError(
                    "this is no archive of pg_dump", place=self.system,
                    remedy="Write it with pg_dump --format=custom; or give the recipe a --command.",
                )  # fmt: skip
        command = [
            program,
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            f"--dbname={self.url}",
            str(dump),
        ]
        secret = {"PGPASSWORD": self.password} if self.password else {}
        run(self.system, command, seconds, {**os.environ, **secret})
