"""After the act: full-text indexes are merged, samples of the planner dropped, the file rewritten; what stays is said."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from troth.planning.executor import Absence, Todo
from troth.planning.filed import File, Filed, Part
from troth.stores.sqlite.declaration import module
from troth.stores.sqlite.reflect import quote

ROOM = 2  # times the file's size that VACUUM may need on its disk, copy and journal together
_FULL_TEXT = ("fts3", "fts4", "fts5")


def settle(system: str, path: Path, db: sqlite3.Connection, datasets: Sequence[str]) -> Absence:
    """Does what one connection can; what another connection holds is left to the operator. Raises sqlite3.Error."""
    done, todo = ["freed cells were overwritten with zeros (secure_delete)"], []
    if merged := _merge(db):
        done.append(f"{merged} full-text indexes were merged without the words of erased rows (optimize)")
    _drop_samples(db, datasets)
    wal = db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    size = path.stat().st_size
    if shutil.disk_usage(path.parent).free < ROOM * size:
        todo.append(_not_rewritten(f"its disk has no room for {ROOM} × {_mb(size)} MB"))
    elif _vacuum(db):
        done.append("the file was rewritten without free pages (VACUUM)")
    else:
        todo.append(_not_rewritten("another connection holds it"))
    if wal:
        busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            todo.append(
                Todo(
                    "the write-ahead log (-wal) holds the rows: another connection still reads from it",
                    "end that connection's transaction, then PRAGMA wal_checkpoint(TRUNCATE)",
                )
            )
        else:
            done.append("the write-ahead log was emptied (wal_checkpoint TRUNCATE)")
    todo += [
        Todo(
            "copies and backups of the file made before still hold the rows",
            "let them expire, and erase again in whatever is restored from them",
        ),
        Todo(
            "blocks that the file system freed hold the rows until they are overwritten",
            "remove its snapshots; on solid-state disks run fstrim, or rely on encryption of the disk",
        ),
    ]
    return Absence(system, tuple(done), tuple(todo))


def _not_rewritten(why: str) -> Todo:
    return Todo(
        f"the file was not rewritten ({why}): its free pages may hold what others deleted before",
        "VACUUM it while nobody else uses it",
    )


def _mb(size: int) -> int:
    return -(-size // (1 << 20))


def _merge(db: sqlite3.Connection) -> int:
    """FTS5 keeps the words of a deleted row until its segments are merged; returns how many indexes were."""
    names = [
        name
        for name, sql in db.execute(
            "SELECT name, sql FROM main.sqlite_master WHERE type = 'table' AND rootpage = 0"
        )
        if module(sql).name in _FULL_TEXT
    ]
    for name in names:
        db.execute(f"INSERT INTO {quote(name)} ({quote(name)}) VALUES ('optimize')")
    return len(names)


def _drop_samples(db: sqlite3.Connection, datasets: Sequence[str]) -> None:
    """`ANALYZE` of a SQLite with STAT3 or STAT4 keeps whole cells as samples; the planner does without."""
    there = db.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name IN ('sqlite_stat3', 'sqlite_stat4')"
    ).fetchall()
    for (name,) in there:
        db.executemany(f"DELETE FROM main.{name} WHERE tbl = ?", [(dataset,) for dataset in datasets])


def _vacuum(db: sqlite3.Connection) -> bool:
    """Whether the file was rewritten; its copy is made on disk, for a large file does not fit into memory."""
    db.execute("PRAGMA temp_store=FILE")
    try:
        db.execute("VACUUM")
    except sqlite3.OperationalError as fault:
        if getattr(fault, "sqlite_errorcode", 0) & 0xFF not in (
            sqlite3.SQLITE_BUSY,
            sqlite3.SQLITE_LOCKED,
            sqlite3.SQLITE_FULL,
        ):
            raise
        return False
    finally:
        db.execute("PRAGMA temp_store=MEMORY")
    return True


def files(path: Path) -> Filed:
    """The file, page by page where SQLite can tell whose they are, and what lies beside it."""
    unseen = ["values cut across pages, packed or encrypted, and numbers stored in binary"]
    size, pages = _pages(path)
    if not pages:
        unseen.append("this SQLite has no dbstat: whose page it is cannot be told")
    found = [File(path.name, "table", "", pages, size)]
    found += [
        File(path.name + tail, "journal") for tail in ("-wal", "-journal") if Path(f"{path}{tail}").is_file()
    ]
    return Filed(path.parent, tuple(found), tuple(unseen))


def _pages(path: Path) -> tuple[int, dict[int, tuple[Part, str]]]:
    """Page size, and of each page that is in use the part and the table; pages without an entry are free."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        (size,) = db.execute("PRAGMA page_size").fetchone()
        try:
            rows = db.execute(
                "SELECT s.pageno, coalesce(m.type, 'table'), coalesce(m.tbl_name, s.name) FROM dbstat s "
                "LEFT JOIN sqlite_master m ON m.name = s.name WHERE s.aggregate = 0 AND s.pageno > 0"
            )
            return size, {at: ("index" if kind == "index" else "table", table) for at, kind, table in rows}
        except sqlite3.OperationalError:
            return size, {}
