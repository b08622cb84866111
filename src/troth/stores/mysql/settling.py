"""After the act: touched tables are rebuilt so that their files hold no old row, as far as that is cheap; the rest is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from troth.planning.executor import Absence
from troth.stores.mysql.keys import quote
from troth.stores.mysql.reflect import Reflected
from troth.terms.errors import StoreError

REBUILT = 256 << 20
"""Bytes of a table that is rebuilt without being asked: a copy of it is written, and writers wait at its two ends."""


def settle(
    system: str, known: Reflected, datasets: Sequence[str], write: bool, run: Callable[[str], Any]
) -> Absence:
    """Rebuilds small tables; says of the large ones, the binary log and the backups what only the operator can do."""
    if not write:
        raise StoreError("opened to read only", place=system, permanent=True)
    tables = [name for name in datasets if known.schema.tables[name].kind == "table"]
    small = [name for name in tables if known.bytes.get(name, 0) <= REBUILT]
    failed: set[str] = set()
    if small:
        sql = f"OPTIMIZE TABLE {', '.join(map(quote, small))}"
        for row in run(sql).fetchall():
            if str(row[2]).lower() == "error":
                failed.add(str(row[0]).partition(".")[2])
    rebuilt = [name for name in small if name not in failed]
    done = [f"{len(rebuilt)} tables were rebuilt without the dead rows (OPTIMIZE)"] if rebuilt else []
    return Absence(system, tuple(done), tuple(_operator(known, tables, failed)))


def _operator(known: Reflected, tables: Sequence[str], failed: set[str]) -> list[str]:
    facts, told = known.schema.facts, []
    for name in tables:
        size = known.bytes.get(name, 0)
        if size > REBUILT:
            told.append(
                f"{name} ({size >> 20} MB) was not rebuilt: its file holds the old rows until `ALTER TABLE {name} FORCE`, "
                "which copies the table and needs as much free disk; writers wait at its start and end"
            )
        elif name in failed:
            told.append(f"{name} could not be rebuilt by this account (OPTIMIZE needs SELECT and INSERT)")
        if name in known.versioned:
            told.append(
                f"the history of {name} holds the rows as they were: `DELETE HISTORY FROM {name} BEFORE SYSTEM_TIME NOW(6)` "
                "(privilege DELETE HISTORY) ends everybody's history up to now"
            )
    if facts.get("log_bin") in ("ON", "1"):
        days = facts.get("expire_logs_days") or "0"
        seconds = facts.get("binlog_expire_logs_seconds") or "0"
        kept = f"{days} days" if float(days) else f"{int(seconds) // 86400} days" if int(seconds) else ""
        told.append(
            f"the binary log holds the rows until it is purged ({f'after {kept}' if kept else 'it never is by itself'}): "
            "PURGE BINARY LOGS"
        )
        told.append("replicas apply the change as they catch up; their relay logs go as they do")
    for log in ("general_log", "slow_query_log"):
        if facts.get(log) == "ON":
            told.append(f"the {log} may hold statements with the keys of erased rows until it is rotated")
    told.append(
        "the undo and redo logs hold the rows until InnoDB has purged and overwritten them: minutes on a busy server"
    )
    told.append("backups, snapshots and dumps made before hold the rows until they expire")
    return told
