"""Restores a MariaDB or MySQL dump into a database of its own on a scratch server."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pymysql

from troth.evidence.world import MARK, Origin
from troth.retention.restoring import Empty, Identity, Scratch
from troth.stores.mysql.cloning import _at, _create, _execute, _options, _program, _scratch, _sweep
from troth.stores.mysql.keys import quote
from troth.stores.mysql.line import connect, number_of
from troth.stores.restored import run
from troth.terms.errors import StoreUnreachableError, UsageError

_WHO = """
    SHOW GLOBAL VARIABLES WHERE variable_name IN
    ('hostname', 'port', 'datadir', 'socket', 'pid_file', 'server_id', 'server_uuid', 'server_uid')"""
_ELSEWHERE = re.compile(
    rb"\s*(?:/\*M?!\d*\s*)*(?:(?:USE|(?:CREATE|DROP|ALTER)\s+(?:DATABASE|SCHEMA)|SOURCE|SYSTEM)\b|\\(?!-))",
    re.IGNORECASE,
)
_LINE = 2**20  # of a line, only its begin can be a statement of its own


def recognise(system: str, url: str, password: str | None) -> Identity:
    """What a server says of where it runs, and the database."""
    named = url if urlsplit(url).path.strip("/") else _at(url, "information_schema")
    db = connect(system, named, password, write=False)
    try:
        told = sorted((str(name).lower(), str(value)) for name, value in _execute(db, _WHO))
        database = _execute(db, "SELECT DATABASE()")[0][0]
    except pymysql.Error as fault:
        raise StoreUnreachableError(
            f"the server did not say which it is ({number_of(fault)})", place=system, remedy="Try again."
        ) from None
    finally:
        db.close()
    return repr(told), str(database)


@contextmanager
def restoring(scratch: Scratch) -> Iterator[Empty]:
    origin = Origin(scratch.system, scratch.url, None, scratch.url, scratch.folder)
    server, password = _scratch(origin)
    name = f"{MARK}{secrets.token_hex(6)}"
    admin = connect(scratch.system, server, password, write=True)
    try:
        _sweep(admin)
        _execute(admin, "SELECT GET_LOCK(%s, 0)", [name])  # while it is held, it is in use
        try:
            _create(origin, admin, name)
            yield _Database(origin, _at(server, name), password, name)
        finally:
            _execute(admin, f"DROP DATABASE IF EXISTS {quote(name)}")
    finally:
        admin.close()


class _Database:
    def __init__(self, origin: Origin, url: str, password: str | None, name: str) -> None:
        self.origin, self.url, self.password, self.name = origin, url, password, name

    def pour(self, dump: Path, seconds: float) -> None:
        """A dump that leaves its database, or speaks to the client program, is refused before anything of it is run."""
        if _elsewhere(dump):
            raise UsageError(
                "this dump names a database, or commands of the client", place=self.origin.system,
                remedy="Write it with mariadb-dump NAME, without --databases; or give the recipe a --command.",
            )  # fmt: skip
        client = _program(self.origin, "mariadb", "mysql")
        options = _options(self.origin, self.url, self.password, "restored")
        try:
            with dump.open("rb") as file:
                command = [client, f"--defaults-extra-file={options}", "--one-database", self.name]
                run(self.origin.system, command, seconds, os.environ, file)
        finally:
            options.unlink(missing_ok=True)


def _elsewhere(dump: Path) -> bool:
    fresh = True
    with dump.open("rb") as file:
        while line := file.readline(_LINE):
            if fresh and _ELSEWHERE.match(line):
                return True
            fresh = line.endswith(b"\n")
    return False
