"""After the act: touched tables are rebuilt so that their files hold no old row, as far as that is cheap; the rest is said."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pymysql
from pymysql.constants import ER

from troth.planning.executor import Absence, Todo
from troth.stores.mysql.keys import quote
from troth.stores.mysql.reflect import Reflected
from troth.terms.errors import StoreError

REBUILT = 256 << 20
"""Bytes of a table that is rebuilt without being asked: a copy of it is written, and writers wait at its two ends."""


_SAMPLED = "SELECT DISTINCT table_name FROM mysql.column_stats WHERE db_name = DATABASE()"


def settle(
    system: str, known: Reflected, datasets: Sequence[str], write: bool, run: Callable[[str], Any], most: int
) -> Absence:
    """Rebuilds small tables; says of the large ones, the binary log and the backups what only the operator can do."""
    if not write:
        raise StoreError("opened to read only", place=system, permanent=True)
    tables = [name for name in datasets if known.schema.tables[name].kind == "table"]
    bound = max(REBUILT, most)
    small = [name for name in tables if known.bytes.get(name, 0) <= bound]
    failed: set[str] = set()
    if small:
        failed = _told(run(f"OPTIMIZE TABLE {', '.join(map(quote, small))}"))
    rebuilt = [name for name in small if name not in failed]
    done = [f"{len(rebuilt)} tables were rebuilt without the dead rows (OPTIMIZE)"] if rebuilt else []
    todo = list(_unfinished(known, tables, bound, failed))
    sampled = _resampled(known, tables, run)
    if sampled:
        done.append(f"statistics that hold values were made anew for {len(sampled)} tables (ANALYZE)")
    if sampled is None:
        todo.append(
            Todo(
                "statistics may hold values of erased rows (mysql.column_stats): this account may not look",
                "ANALYZE TABLE … PERSISTENT FOR ALL, for each touched table",
            )
        )
    return Absence(system, tuple(done), (*todo, *elsewhere(known.schema.facts)))


def _told(cursor: Any) -> set[str]:
    """Tables of which the server says that it failed: an error may also be that of the table before, so the status counts."""
    rows = [(str(row[0]).partition(".")[2], str(row[2]).lower(), str(row[3])) for row in cursor.fetchall()]
    fine = {name for name, kind, text in rows if kind == "status" and text != "Operation failed"}
    return {name for name, kind, _ in rows if kind == "error"} - fine


def _resampled(known: Reflected, tables: Sequence[str], run: Callable[[str], Any]) -> list[str] | None:
    """Tables whose least and greatest values are kept as statistics, sampled anew; None where nobody lets us look."""
    if "mariadb" not in known.schema.facts.get("version", "").lower():
        return []
    try:
        kept = {str(row[0]) for row in run(_SAMPLED).fetchall()}
    except pymysql.OperationalError as fault:
        if fault.args[0] not in (ER.TABLEACCESS_DENIED_ERROR, ER.DBACCESS_DENIED_ERROR):
            raise
        return None
    stale = [name for name in tables if name in kept]
    if stale and _told(
        run(f"ANALYZE TABLE {', '.join(f'{quote(name)} PERSISTENT FOR ALL' for name in stale)}")
    ):
        return None
    return stale


def _unfinished(known: Reflected, tables: Sequence[str], bound: int, failed: set[str]) -> Iterator[Todo]:
    for name in tables:
        size = known.bytes.get(name, 0)
        if size > bound:
            yield Todo(
                f"{name} ({size >> 20} MB) was not rebuilt: its file holds the old rows",
                f"ALTER TABLE {quote(name)} FORCE, which copies the table and needs as much free disk; writers wait at its start and end",
            )
        elif name in failed:
            yield Todo(
                f"{name} could not be rebuilt: this account may not (OPTIMIZE needs SELECT and INSERT), or others hold it locked",
                f"OPTIMIZE TABLE {quote(name)}",
            )
        if name in known.versioned:
            yield Todo(
                f"the history of {name} holds the rows as they were",
                f"DELETE HISTORY FROM {quote(name)} BEFORE SYSTEM_TIME NOW(6) (privilege DELETE HISTORY), which ends everybody's "
                "history up to now",
            )


def elsewhere(facts: Mapping[str, str]) -> Iterator[Todo]:
    """What lies outside the tables' files, as the server's own settings tell it."""
    if facts.get("log_bin") in ("ON", "1"):
        days, seconds = (
            float(facts.get(name) or "0") for name in ("expire_logs_days", "binlog_expire_logs_seconds")
        )
        kept = math.ceil(days or seconds / 86400)
        yield Todo(
            f"the binary log holds the rows until it is purged ({f'after {kept} days' if kept else 'it never is by itself'})",
            "FLUSH BINARY LOGS, then PURGE BINARY LOGS once every replica has read them",
            kept + 1
            if kept
            else None,  # a log goes when its last event is so old: it was written into until today
        )
        yield Todo(
            "replicas apply the change as they catch up; their relay logs go as they do",
            "see that they have caught up",
        )
    for log in ("general_log", "slow_query_log"):
        if facts.get(log) == "ON":
            yield Todo(
                f"the {log} may hold statements with the keys of erased rows",
                "rotate it and remove the old ones",
            )
    yield Todo(
        "the undo and redo logs hold the rows until InnoDB has purged and overwritten them",
        "nothing on a busy server; end long transactions (innodb_trx), for they stop the purge",
    )
    yield Todo(
        "backups and dumps made before hold the rows until they expire",
        "let them expire, and erase again in whatever is restored from them",
    )
    yield Todo(
        "blocks that the file system freed hold the rows until they are overwritten",
        "remove its snapshots; on solid-state disks run fstrim, or rely on encryption of the disk",
    )
