"""Clones a SQLite file by its own backup interface, into a folder that is gone when the proof ends."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote as urlquote

from troth.datamap.model import Atom
from troth.datamap.reader import Row
from troth.evidence.world import Origin, Twin, UnplantableError
from troth.stores.sqlite.binding import native
from troth.stores.sqlite.reflect import quote, reflect
from troth.stores.sqlite.store import path_of
from troth.terms.errors import StoreUnreachableError, UsageError

_PAGES = 2_000  # copied at once, so that a writer of the original waits no longer than that
_HURDLES = (
    ("SQLITE_CONSTRAINT_UNIQUE", "unique"),
    ("SQLITE_CONSTRAINT_PRIMARYKEY", "unique"),
    ("SQLITE_CONSTRAINT_ROWID", "unique"),
    ("SQLITE_CONSTRAINT_CHECK", "check"),
    ("SQLITE_CONSTRAINT_FOREIGNKEY", "foreign"),
    ("SQLITE_CONSTRAINT_NOTNULL", "null"),
    ("SQLITE_CONSTRAINT_DATATYPE", "fit"),
    ("SQLITE_MISMATCH", "fit"),
)


@contextmanager
def twins(origin: Origin) -> Iterator[tuple[Twin, Twin]]:
    """Two copies of the file; the original is opened read-only."""
    source = path_of(origin.url)
    if not source.is_file():
        raise StoreUnreachableError(
            "there is no such file", place=f"{origin.system} ({source})", remedy="Check the path."
        )
    first, second = (origin.folder / f"{origin.system}.{which}.sqlite" for which in ("met", "never"))
    try:
        _copy(source, first)
        _copy(first, second)
    except (sqlite3.Error, OSError) as fault:
        raise UsageError(
            f"the file could not be copied ({getattr(fault, 'sqlite_errorname', type(fault).__name__)})",
            place=f"{origin.system} ({source})",
            remedy="It needs twice its size in the scratch folder: name another with --scratch FOLDER.",
        ) from None
    pair = SqliteTwin(first), SqliteTwin(second)
    try:
        yield pair
    finally:
        for twin, path in zip(pair, (first, second), strict=True):
            twin.close()
            path.unlink()


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(f"file:{urlquote(str(source.resolve()))}?mode=ro", uri=True)) as db:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(target)) as copy:
            db.backup(copy, pages=_PAGES)


class SqliteTwin:
    """One copied file."""

    password = None

    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:///{path}"
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA foreign_keys=ON")
        self._db.execute("PRAGMA synchronous=OFF")
        self._full_text = {
            table.name for table in reflect(self._db, "").tables.values() if table.kind == "virtual"
        }

    def close(self) -> None:
        self._db.close()

    def plant(self, dataset: str, cells: Mapping[str, Atom], told: Sequence[str], trial: bool = False) -> Row:
        columns, marks = ", ".join(map(quote, cells)), ", ".join("?" * len(cells))
        into = f"({columns}) VALUES ({marks})" if cells else "DEFAULT VALUES"
        names = ", ".join("rowid" if name == "rowid" else quote(name) for name in told)
        self._db.execute("BEGIN")
        try:
            sql = f"INSERT INTO {quote(dataset)} {into} RETURNING {names}"
            rows = self._write(sql, list(cells.values()))
            if not trial:
                self._commit()
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        return tuple(rows[0]) if rows else ()

    def _commit(self) -> None:
        """Deferred keys are checked here."""
        try:
            self._db.execute("COMMIT")
        except sqlite3.IntegrityError:
            raise UnplantableError("foreign") from None

    def amend(self, dataset: str, key: Mapping[str, Atom], cells: Mapping[str, Atom]) -> int:
        sets = ", ".join(f"{quote(name)} = ?" for name in cells)
        where = " AND ".join(f"{'rowid' if name == 'rowid' else quote(name)} IS ?" for name in key)
        sql = f"UPDATE {quote(dataset)} SET {sets} WHERE {where} RETURNING 1"
        return len(self._write(sql, [*cells.values(), *key.values()]))

    def _write(self, sql: str, values: Sequence[Atom]) -> list[Row]:
        try:
            return self._db.execute(sql, [native(value) for value in values]).fetchall()
        except (sqlite3.Error, OverflowError, UnicodeError) as fault:
            name = getattr(fault, "sqlite_errorname", type(fault).__name__)
            hurdle = next((told for code, told in _HURDLES if code == name), "other")
            raise UnplantableError(hurdle, _place(name, str(fault))) from None  # type: ignore[arg-type]

    def refresh(self) -> None:
        """SQLite has no copies of its own making; a full-text index follows its triggers or is rebuilt by its owner."""

    def indexed(self, dataset: str, word: str) -> int:
        if dataset not in self._full_text:
            return 0
        name = quote(dataset)
        try:
            sql = f"SELECT count(*) FROM {name} WHERE {name} MATCH ?"
            return int(self._db.execute(sql, [f'"{word}"']).fetchone()[0])
        except sqlite3.OperationalError:  # another kind of virtual table: it has no words
            return 0


def _place(name: str, text: str) -> str:
    """The column of a UNIQUE or NOT NULL constraint; other messages may quote what a trigger says."""
    known = ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_NOTNULL")
    return text.partition("failed: ")[2].rpartition(".")[2] if name in known else ""
