"""How far a PostgreSQL server has written, and whether a standby of the very same cluster has replayed as much."""

from __future__ import annotations

import time
from typing import Any

import psycopg

POLL = 0.1
_IDENTITY = "(SELECT system_identifier::text FROM pg_control_system()) || '/' || current_database()"


def position(db: psycopg.Connection[Any]) -> tuple[str, str]:
    """(cluster and database, the last byte of its log); what was committed before stands before it."""
    told = db.execute(f"SELECT {_IDENTITY}, pg_current_wal_insert_lsn()::text".encode()).fetchone()
    assert told is not None
    return str(told[0]), str(told[1])


def behind(db: psycopg.Connection[Any], wanted: tuple[str, str], seconds: float) -> str:
    """Waits until the standby has replayed that far; why it is none, or "" once it has."""
    identity, lsn = wanted
    told = db.execute(f"SELECT pg_is_in_recovery(), {_IDENTITY}".encode()).fetchone()
    assert told is not None
    if not told[0]:
        return "it is no standby: it takes writes of its own"
    if told[1] != identity:
        return "it is a standby of another cluster or database"
    latest = time.monotonic() + seconds
    while True:
        (reached,) = db.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", (lsn,)).fetchone() or (
            False,
        )
        if reached:
            return ""
        if time.monotonic() > latest:
            return f"it is more than {seconds:.0f} s behind"
        time.sleep(POLL)
