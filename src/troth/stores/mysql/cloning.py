"""Clones a MariaDB or MySQL database through its own dump program; what would reach out of a clone is refused."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import pymysql

from troth.datamap.model import Atom
from troth.datamap.reader import Row
from troth.datamap.schema import Table
from troth.evidence.world import MARK, Hurdle, Origin, Twin, UnplantableError
from troth.stores.mysql.keys import native, quote
from troth.stores.mysql.line import _arguments, connect, is_maria, number_of
from troth.stores.mysql.statements import cell_of
from troth.stores.mysql.store import MysqlStore
from troth.terms.errors import UsageError

_HURDLES: Mapping[int, Hurdle] = {
    1062: "unique", 1586: "unique", 4025: "check", 3819: "check", 1216: "foreign", 1452: "foreign",
    1048: "null", 1364: "null", 1264: "fit", 1265: "fit", 1366: "fit", 1406: "fit", 1292: "fit",
}  # fmt: skip
_GRANT = (
    "Give this account all rights on databases named troth_twin_… "
    "(GRANT ALL ON `troth\\_twin\\_%`.* TO …), or name a server where it has them: --scratch mysql://USER@HOST/."
)
_BODIES = """
    SELECT concat('trigger ', trigger_name), action_statement FROM information_schema.triggers WHERE trigger_schema = %s
    UNION ALL SELECT concat('view ', table_name), view_definition FROM information_schema.views WHERE table_schema = %s
    UNION ALL SELECT concat('routine ', routine_name), routine_definition FROM information_schema.routines
    WHERE routine_schema = %s"""


@contextmanager
def twins(origin: Origin) -> Iterator[tuple[Twin, Twin]]:
    """Two databases beside the original, or on the server of `scratch`; the second is made from the first."""
    server, password = _scratch(origin)
    names = [f"{MARK}{secrets.token_hex(6)}" for _ in range(2)]
    opened: list[MysqlTwin] = []
    admin = connect(origin.system, server, password, write=True)
    try:
        _sweep(admin)
        _execute(admin, "SELECT GET_LOCK(%s, 0)", [names[0]])  # while it is held, both are in use
        try:
            for name in names:
                _create(origin, admin, name)
            _pour(origin, origin.url, origin.password, _at(server, names[0]), password)
            _refuse_reach(origin, admin, names[0])
            _pour(origin, _at(server, names[0]), password, _at(server, names[1]), password)
            opened = [MysqlTwin(_at(server, name), password) for name in names]
            yield opened[0], opened[1]
        finally:
            for twin in opened:
                twin.close()
            for name in names:
                _execute(admin, f"DROP DATABASE IF EXISTS {quote(name)}")
    finally:
        admin.close()


def _scratch(origin: Origin) -> tuple[str, str | None]:
    """An address on the server that will hold the clones; the session there must name a database, the original will do."""
    if not origin.scratch:
        return origin.url, origin.password
    parts = urlsplit(origin.scratch)
    password = None if parts.password is None else unquote(parts.password)
    bare = parts._replace(
        netloc=parts.netloc.replace(f":{parts.password}@", "@", 1),
        path=parts.path.rstrip("/") or "/information_schema",
    )
    return urlunsplit(bare), password


def _at(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _execute(db: pymysql.Connection[Any], sql: str, values: Sequence[object] = ()) -> list[Any]:
    with db.cursor() as cursor:
        cursor.execute(sql, tuple(values))
        return list(cursor.fetchall())


def _sweep(admin: pymysql.Connection[Any]) -> None:
    """Drops clones that a killed run left: a run at work holds the lock of its first one's name, made just before."""
    found = _execute(
        admin,
        "SELECT schema_name FROM information_schema.schemata WHERE left(schema_name, %s) = %s",
        [len(MARK), MARK],
    )
    names = [str(name) for (name,) in found]
    if all(_execute(admin, "SELECT IS_FREE_LOCK(%s)", [name])[0][0] for name in names):
        for name in names:
            _execute(admin, f"DROP DATABASE IF EXISTS {quote(name)}")


def _create(origin: Origin, admin: pymysql.Connection[Any], name: str) -> None:
    try:
        _execute(admin, f"CREATE DATABASE {quote(name)}")
    except pymysql.Error as fault:
        raise UsageError(
            f"this account may not create databases here ({number_of(fault)})",
            place=origin.system,
            remedy=_GRANT,
        ) from None


def _refuse_reach(origin: Origin, admin: pymysql.Connection[Any], name: str) -> None:
    """A trigger that names a database by its name would write to the original from within the clone."""
    others = {
        str(other) for (other,) in _execute(admin, "SELECT schema_name FROM information_schema.schemata")
    }
    source = _arguments(origin.system, origin.url, origin.password)["database"]
    named = "|".join(map(re.escape, sorted({*others, source} - {name})))
    reaches = re.compile(rf"(?i)(?<![\w$])`?(?:{named})`?\s*\.\s*[`\w]")
    for place, body in _execute(admin, _BODIES, [name] * 3):
        if reaches.search(str(body or "")):
            raise UsageError(
                f"{place} names a database, so that in a clone it would still reach the original",
                place=origin.system,
                remedy="Write its tables without the name of their database, or prove on a server that holds nothing else.",
            )


def _pour(origin: Origin, source: str, password: str | None, target: str, other: str | None) -> None:
    """Dumps one database into the other; passwords go by files that only we may read."""
    dump, client = _program(origin, "mariadb-dump", "mysqldump"), _program(origin, "mariadb", "mysql")
    out, into = _options(origin, source, password, "out"), _options(origin, target, other, "into")
    asked = [
        "--single-transaction",
        "--skip-lock-tables",
        "--routines",
        "--triggers",
        "--hex-blob",
        "--no-tablespaces",
    ]
    names = [_arguments(origin.system, url, None)["database"] for url in (source, target)]
    with subprocess.Popen(  # noqa: S603
        [dump, f"--defaults-extra-file={out}", *asked, names[0]],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as reading:
        writing = subprocess.run(  # noqa: S603
            [client, f"--defaults-extra-file={into}", names[1]], stdin=reading.stdout, capture_output=True, check=False
        )  # fmt: skip
        assert reading.stdout is not None
        reading.stdout.close()
        code = reading.wait()
    if code or writing.returncode:
        which, ended = (dump, code) if code and code > 0 else (client, writing.returncode)
        raise UsageError(
            f"{os.path.basename(which)} ended with exit code {ended}",
            place=origin.system,
            remedy="Run it by hand to see why: the account must read everything, and may need SET USER for others' triggers.",
        )


def _options(origin: Origin, url: str, password: str | None, name: str) -> Path:
    told = _arguments(origin.system, url, password)
    lines = {"user": told["user"], "password": told["password"]}
    lines |= (
        {"socket": told["unix_socket"]}
        if told["unix_socket"]
        else {"host": told["host"], "port": told["port"], "protocol": "tcp"}
    )
    path = origin.folder / f"{name}.cnf"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write("[client]\n")
        for key, value in lines.items():
            if value:
                quoted = str(value).replace("\\", "\\\\").replace('"', '\\"')
                file.write(f'{key}="{quoted}"\n')
    return path


def _program(origin: Origin, *names: str) -> str:
    for name in names:
        if found := shutil.which(name):
            return found
    raise UsageError(
        f"a clone is made with {names[0]}, which is not installed",
        place=origin.system,
        remedy="Install the client programs of MariaDB or MySQL.",
    )


class MysqlTwin:
    """One cloned database."""

    def __init__(self, url: str, password: str | None) -> None:
        self.url, self.password = url, password
        self._db = connect("clone", url, password, write=True)
        store = MysqlStore("clone", url, password)
        try:
            self._tables = store.reflect().tables
        finally:
            store.close()

    def close(self) -> None:
        self._db.close()

    def plant(self, dataset: str, cells: Mapping[str, Atom], told: Sequence[str], trial: bool = False) -> Row:
        table = self._tables[dataset]
        if trial and table.rowwise:
            raise UnplantableError("other")
        columns, marks = ", ".join(map(quote, cells)), ", ".join(["%s"] * len(cells))
        sql = f"INSERT INTO {quote(dataset)} ({columns}) VALUES ({marks})"
        values = [native(table.by_name[name], value) for name, value in cells.items()]
        self._db.begin()
        try:
            row = self._inserted(sql, values, table, told)
            if not trial:
                self._db.commit()
        finally:
            self._db.rollback()
        return row

    def _inserted(self, sql: str, values: Sequence[object], table: Table, told: Sequence[str]) -> Row:
        """MariaDB tells the row it inserted; MySQL only the number it gave, by which the row is read."""
        names = ", ".join(cell_of(table.by_name[name], name) for name in told)
        if is_maria(self._db):
            rows, _ = self._write(f"{sql} RETURNING {names.replace('t.`', '`')}", values)
            return tuple(rows[0])
        _, last = self._write(sql, values)
        (counted,) = [name for name in table.key if table.by_name[name].identity] or [""]
        if not counted:
            raise UnplantableError("other")
        rows, _ = self._write(
            f"SELECT {names} FROM {quote(table.name)} AS t WHERE {quote(counted)} = %s", [last]
        )
        return tuple(rows[0])

    def amend(self, dataset: str, key: Mapping[str, Atom], cells: Mapping[str, Atom]) -> int:
        by_name = self._tables[dataset].by_name
        sets = ", ".join(f"{quote(name)} = %s" for name in cells)
        where = " AND ".join(f"{quote(name)} <=> %s" for name in key)
        values = [native(by_name[name], value) for name, value in (*cells.items(), *key.items())]
        with self._db.cursor() as cursor:
            try:
                return int(cursor.execute(f"UPDATE {quote(dataset)} SET {sets} WHERE {where}", values))
            except pymysql.Error as fault:
                raise _unplantable(fault) from None

    def _write(self, sql: str, values: Sequence[object]) -> tuple[Sequence[Any], int]:
        try:
            with self._db.cursor() as cursor:
                cursor.execute(sql, tuple(values))
                return cursor.fetchall(), int(cursor.lastrowid or 0)
        except pymysql.Error as fault:
            raise _unplantable(fault) from None

    def refresh(self) -> None:
        """There are no copies that the server makes."""

    def indexed(self, dataset: str, word: str) -> int:
        return 0  # a FULLTEXT index holds what its columns hold, and goes with it


def _unplantable(fault: pymysql.Error) -> UnplantableError:
    named = re.search(r"[Cc]olumn '(\w+)'|for key '([^']+)'|CONSTRAINT `(\w+)`", str(fault.args[-1]))
    told = next((part for part in named.groups() if part), "") if named else ""
    return UnplantableError(_HURDLES.get(number_of(fault), "other"), told)
