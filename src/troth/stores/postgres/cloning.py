"""Clones a PostgreSQL database: from itself as a template where nobody else is connected, else through pg_dump."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
from psycopg import conninfo

from troth.datamap.model import Atom
from troth.datamap.reader import Row
from troth.evidence.world import MARK, Hurdle, Origin, Twin, UnplantableError
from troth.stores.postgres.reflect import quote
from troth.stores.postgres.statements import cast_of
from troth.stores.postgres.store import PostgresStore, _plain, _reason
from troth.terms.errors import StoreUnreachableError, UsageError

_HURDLES: Mapping[str, Hurdle] = {
    "23505": "unique", "23P01": "unique", "23514": "check", "23503": "foreign", "23502": "null",
    "22001": "fit", "22003": "fit", "22P02": "fit", "22007": "fit", "22008": "fit", "42804": "fit", "22032": "fit",
}  # fmt: skip
_REACHING = """
    SELECT t.tgname::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND (p.prosrc ~* '\\m(dblink\\w*|http|http_\\w+|net\\.http\\w*|copy)\\M' OR EXISTS (
        SELECT FROM pg_class c WHERE c.relkind = 'f' AND strpos(p.prosrc, c.relname) > 0))
    ORDER BY 1 LIMIT 1"""
_GRANT = (
    "Give this account CREATEDB, or name a server where it has it: --scratch postgresql://USER@HOST/postgres."
)


@contextmanager
def twins(origin: Origin) -> Iterator[tuple[Twin, Twin]]:
    """Two databases beside the original, or on the server of `scratch`; the second is made from the first."""
    scratch, password = _scratch(origin)
    names = [f"{MARK}{secrets.token_hex(6)}" for _ in range(2)]
    opened: list[PostgresTwin] = []
    with _connected(origin.system, scratch, password) as admin:
        _sweep(admin)
        try:
            _first(origin, admin, scratch, password, names[0])
            _create(origin, admin, names[1], names[0])
            _refuse_reach(origin, scratch, password, names[1])
            opened = [PostgresTwin(_at(scratch, name), password) for name in names]
            yield opened[0], opened[1]
        finally:
            for twin in opened:
                twin.close()
            for name in names:
                admin.execute(f"DROP DATABASE IF EXISTS {quote(name)} WITH (FORCE)".encode())


def _scratch(origin: Origin) -> tuple[str, str | None]:
    """The maintenance database that clones are made from, and its password."""
    if not origin.scratch:
        return _at(origin.url, "postgres"), origin.password
    parts = urlsplit(origin.scratch)
    password = None if parts.password is None else unquote(parts.password)
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@", 1))), password


def _at(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@contextmanager
def _connected(system: str, url: str, password: str | None) -> Iterator[psycopg.Connection[Any]]:
    try:
        extra: dict[str, Any] = {"password": password} if password else {}
        db = psycopg.connect(url, autocommit=True, connect_timeout=10, application_name="troth", **extra)
    except psycopg.Error as fault:
        raise StoreUnreachableError(
            f"PostgreSQL did not let us in where clones would be made ({_reason(fault)})",
            place=system,
            remedy=_GRANT,
        ) from None
    with db:
        yield db


def _sweep(admin: psycopg.Connection[Any]) -> None:
    """Drops clones of ours that a killed run left; one in use refuses to be dropped."""
    ours = admin.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) "
        "AND datdba = (SELECT oid FROM pg_roles WHERE rolname = current_user)",
        [MARK],
    )
    for (name,) in ours.fetchall():
        with suppress(psycopg.errors.ObjectInUse):
            admin.execute(f"DROP DATABASE IF EXISTS {quote(name)}".encode())


def _first(
    origin: Origin, admin: psycopg.Connection[Any], scratch: str, password: str | None, name: str
) -> None:
    """By template where that is possible, else by a dump that is restored; never more than reading the original."""
    source = conninfo.conninfo_to_dict(origin.url)
    if not origin.scratch:
        try:
            database = str(source.get("dbname") or source.get("user") or "")
            admin.execute(f"CREATE DATABASE {quote(name)} TEMPLATE {quote(database)}".encode())
        except (psycopg.errors.ObjectInUse, psycopg.errors.InsufficientPrivilege):
            pass  # somebody is connected to it, or it is not ours: its dump will do
        else:
            return
    _create(origin, admin, name, "template0")
    dump, restore = _program(origin, "pg_dump"), _program(origin, "pg_restore")
    path = origin.folder / f"{name}.dump"
    plain = ["--no-owner", "--no-privileges", "--no-comments", "--no-publications", "--no-subscriptions"]
    _run(
        origin,
        [dump, "--format=custom", "--compress=0", *plain, f"--file={path}", f"--dbname={origin.url}"],
        origin.password,
    )
    into = f"--dbname={_at(scratch, name)}"
    _run(origin, [restore, "--exit-on-error", "--no-owner", "--no-privileges", into, str(path)], password)
    path.unlink()


def _create(origin: Origin, admin: psycopg.Connection[Any], name: str, template: str) -> None:
    try:
        admin.execute(f"CREATE DATABASE {quote(name)} TEMPLATE {quote(template)}".encode())
    except psycopg.Error as fault:
        raise UsageError(
            f"this account may not create databases here ({type(fault).__name__})",
            place=origin.system,
            remedy=_GRANT,
        ) from None


def _refuse_reach(origin: Origin, scratch: str, password: str | None, name: str) -> None:
    """A trigger that writes to another server, or to a file, would do so from within a clone too."""
    with _connected(origin.system, _at(scratch, name), password) as db:
        if found := db.execute(_REACHING).fetchone():
            raise UsageError(
                f"trigger {found[0]} reaches out of its database, and would from within a clone",
                place=origin.system,
                remedy="Prove on a copy of the database without this trigger.",
            )


def _program(origin: Origin, name: str) -> str:
    if found := shutil.which(name):
        return found
    raise UsageError(
        f"others are connected to this database, so that it is cloned with {name}, which is not installed",
        place=origin.system,
        remedy="Install PostgreSQL's client programs, or close the other connections.",
    )


def _run(origin: Origin, command: list[str], password: str | None) -> None:
    """The password goes by the environment: a process list shows commands."""
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    ran = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603
    if ran.returncode:  # what it says may quote a row
        raise UsageError(
            f"{os.path.basename(command[0])} ended with exit code {ran.returncode}",
            place=origin.system,
            remedy="Run it by hand to see why; it must be as new as the server, and the account must read everything.",
        )


class PostgresTwin:
    """One cloned database; the connection that is held to it says that it is in use."""

    def __init__(self, url: str, password: str | None) -> None:
        self.url, self.password = url, password
        self._store = PostgresStore("clone", url, password, write=True)
        self._db = self._store._db
        self._tables = self._store.reflect().tables

    def close(self) -> None:
        self._store.close()

    def plant(self, dataset: str, cells: Mapping[str, Atom], told: Sequence[str], trial: bool = False) -> Row:
        by_name = self._tables[dataset].by_name
        columns = ", ".join(map(quote, cells))
        marks = ", ".join(f"%s::{cast_of(by_name[name])}" for name in cells)
        values = f"({columns}) OVERRIDING SYSTEM VALUE VALUES ({marks})" if cells else "DEFAULT VALUES"
        names = ", ".join(map(quote, told))
        sql = f"INSERT INTO {self._name(dataset)} {values} RETURNING {names}"
        rows = self._write(sql, [*cells.values()], trial)
        return rows[0] if rows else ()

    def amend(self, dataset: str, key: Mapping[str, Atom], cells: Mapping[str, Atom]) -> int:
        by_name = self._tables[dataset].by_name
        sets = ", ".join(f"{quote(name)} = %s::{cast_of(by_name[name])}" for name in cells)
        where = " AND ".join(
            f"{quote(name)} IS NOT DISTINCT FROM %s::{cast_of(by_name[name])}" for name in key
        )
        sql = f"UPDATE {self._name(dataset)} SET {sets} WHERE {where} RETURNING 1"
        return len(self._write(sql, [*cells.values(), *key.values()]))

    def _name(self, dataset: str) -> str:
        return self._store._sql.name(dataset)

    def _write(self, sql: str, values: Sequence[Atom], trial: bool = False) -> list[Row]:
        try:
            with self._db.transaction(force_rollback=trial), self._db.cursor() as cursor:
                bound = [list(value) if isinstance(value, tuple) else value for value in values]
                rows = list(_plain(cursor.execute(sql.encode(), bound, prepare=False).fetchall()))
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                return rows
        except psycopg.Error as fault:
            told = fault.diag.constraint_name or fault.diag.column_name or ""
            raise UnplantableError(_HURDLES.get(fault.sqlstate or "", "other"), told) from None

    def refresh(self) -> None:
        for table in self._tables.values():
            if table.kind == "materialized":
                self._db.execute(f"REFRESH MATERIALIZED VIEW {self._name(table.name)}".encode())

    def indexed(self, dataset: str, word: str) -> int:
        return 0  # PostgreSQL's text search indexes hold what a column holds, and go with it
