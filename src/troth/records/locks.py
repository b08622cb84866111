"""Locks that die with whoever holds them: a file of the state folder, or an advisory lock where our state is in PostgreSQL."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from troth.records.cabinet import folder

if TYPE_CHECKING:
    import psycopg


class Lock:
    """One held lock; `close` lets it go, and so does the end of the process."""

    def __init__(self, file: int | None = None, session: psycopg.Connection | None = None) -> None:
        self._file, self._session = file, session

    def alive(self) -> bool:
        """Whether it is still held: a server that was started anew has forgotten it."""
        if self._session is None:
            return self._file is not None
        import psycopg

        try:
            self._session.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._session is not None:
            self._session.close()


def take(home: Path, database: str, name: str, wait: bool) -> Lock | None:
    """The lock of that name; waits for it, or gives None where another has it."""
    return _advisory(database, name, wait) if database else _file(folder(home) / name, wait)


def _file(path: Path, wait: bool) -> Lock | None:
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    except BaseException:
        os.close(file)
        raise
    return Lock(file=file)


def _advisory(database: str, name: str, wait: bool) -> Lock | None:
    session = connect(database)
    try:
        if wait:
            session.execute("SELECT pg_advisory_lock(%s)", (number(name),))
            return Lock(session=session)
        (got,) = session.execute("SELECT pg_try_advisory_lock(%s)", (number(name),)).fetchone() or (False,)
        if got:
            return Lock(session=session)
    except BaseException:
        session.close()
        raise
    session.close()
    return None


def connect(database: str) -> psycopg.Connection:
    """A session of its own with the server of our state, committing each statement; a peer that is gone is noticed."""
    import psycopg

    return psycopg.connect(
        database, autocommit=True, connect_timeout=10, application_name="troth",
        keepalives=1, keepalives_idle=10, keepalives_interval=5, keepalives_count=3,
    )  # fmt: skip


def number(name: str) -> int:
    """A lock's name as PostgreSQL counts them."""
    return int.from_bytes(hashlib.sha256(f"troth {name}".encode()).digest()[:8], "big", signed=True)


# -- workers ------------------------------------------------------------------------------------------------------------


def begin(home: Path, database: str) -> tuple[str, Lock]:
    """A worker's new name, and the lock that says it is alive; nobody sees the name before it is locked."""
    name = secrets.token_hex(8)
    if database:
        lock = _advisory(database, f"worker {name}", wait=True)
        assert lock is not None
        return name, lock
    place = _workers(home)
    lock = _file(place / f"{name}.new", wait=True)
    assert lock is not None
    os.rename(place / f"{name}.new", place / name)
    return name, lock


def dead(home: Path, database: str, name: str) -> bool:
    """Whether the worker of that name is alive no more."""
    if database:
        lock = _advisory(database, f"worker {name}", wait=False)
    else:
        path = _workers(home) / name
        if not path.exists():
            return True
        lock = _file(path, wait=False)
    if lock is None:
        return False
    lock.close()
    return True


def end(home: Path, name: str, lock: Lock) -> None:
    """The worker stops: whatever it still has is free."""
    (_workers(home) / name).unlink(missing_ok=True)
    lock.close()


def _workers(home: Path) -> Path:
    place = folder(home) / "workers"
    place.mkdir(mode=0o700, exist_ok=True)
    return place
