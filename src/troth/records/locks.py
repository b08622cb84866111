"""Locks that die with whoever holds them: a file of the state folder, or a session with PostgreSQL where our state is there."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from troth.records.cabinet import SETTING, folder
from troth.terms.errors import UsageError

if TYPE_CHECKING:
    import psycopg

_WIDTH = 20
SESSION: Final = {
    "application_name": "troth", "connect_timeout": 10,
    "keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
}  # fmt: skip
"""How we speak to the server of our state: a peer that is gone is noticed within half a minute."""
DURABLE: Final = "SELECT set_config('synchronous_commit', 'local', false) WHERE current_setting('synchronous_commit') = 'off'"
"""What a commit promises must stand after the server was killed, whatever its configuration says."""
_PATIENT = "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_session_timeout = 0"


class Lock(Protocol):
    """One held lock; `close` lets it go, and so does the end of the process."""

    def alive(self) -> bool:
        """Whether it is still held: a server that was started anew has forgotten it."""

    def count(self) -> int:
        """Counts one more use of it, and gives the number."""

    def close(self) -> None: ...


class _File:
    def __init__(self, file: int) -> None:
        self._file = file

    def alive(self) -> bool:
        return True

    def count(self) -> int:
        number = _read(os.pread(self._file, _WIDTH, 0)) + 1
        os.pwrite(self._file, b"%0*d" % (_WIDTH, number), 0)
        return number

    def close(self) -> None:
        os.close(self._file)


class _Session:
    def __init__(self, session: psycopg.Connection) -> None:
        self._session = session

    def alive(self) -> bool:
        import psycopg

        try:
            self._session.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def count(self) -> int:
        self._session.execute("CREATE SEQUENCE IF NOT EXISTS troth_turn")
        (number,) = self._session.execute("SELECT nextval('troth_turn')").fetchone() or (0,)
        return int(number)

    def close(self) -> None:
        self._session.close()


def take(home: Path, database: str, name: str, wait: bool) -> Lock | None:
    """The lock of that name; waits for it, or gives None where another has it."""
    return _advisory(database, name, wait) if database else _flock(folder(home) / name, wait)


@contextmanager
def held(home: Path, database: str, name: str) -> Iterator[None]:
    """Waits for the lock and holds it."""
    lock = take(home, database, name, wait=True)
    assert lock is not None
    try:
        yield
    finally:
        lock.close()


def counted(home: Path, database: str) -> int:
    """How often the turn was counted so far."""
    if not database:
        try:
            return _read((home / "turn").read_bytes())
        except OSError:  # no state yet, or none that can be: whoever takes the turn is told which
            return 0
    with connect(database) as session:
        if session.execute("SELECT to_regclass('troth_turn')").fetchone() == (None,):
            return 0
        (number,) = session.execute(
            "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM troth_turn"
        ).fetchone() or (0,)
        return int(number)


def _read(data: bytes) -> int:
    return int(data) if data.isdigit() else 0


def _flock(path: Path, wait: bool) -> Lock | None:
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    except BaseException:
        os.close(file)
        raise
    return _File(file)


def _advisory(database: str, name: str, wait: bool) -> Lock | None:
    session = connect(database)
    got = False
    try:
        session.execute(_PATIENT)
        if wait:
            session.execute("SELECT pg_advisory_lock(%s)", (number(name),))
            got = True
        else:
            got = session.execute("SELECT pg_try_advisory_lock(%s)", (number(name),)).fetchone() == (True,)
    finally:
        if not got:
            session.close()
    return _Session(session) if got else None


def connect(database: str, commit: bool = True) -> psycopg.Connection:
    """A session of its own with the server of our state; with `commit` each statement is."""
    import psycopg

    told: dict[str, Any] = {**SESSION, **parts(database)}
    session = psycopg.connect(**told, autocommit=True)
    session.execute(DURABLE)
    session.autocommit = commit
    return session


def parts(database: str) -> dict[str, Any]:
    """The address in its parts; raises UsageError, never with it."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        return dict(conninfo_to_dict(database))
    except ProgrammingError:
        raise UsageError(
            "this address cannot be read", place=SETTING,
            remedy="Write postgresql://account@host/database; special characters of a password as %40 (@), %2F (/).",
        ) from None  # fmt: skip


def number(name: str) -> int:
    """A lock's name as PostgreSQL counts them."""
    return int.from_bytes(hashlib.sha256(f"troth {name}".encode()).digest()[:8], "big", signed=True)


# -- workers ------------------------------------------------------------------------------------------------------------


@contextmanager
def worker(home: Path, database: str) -> Iterator[tuple[str, Lock]]:
    """A worker's new name, and the lock that says it is alive; nobody sees the name before it is locked."""
    name = secrets.token_hex(8)
    fresh = None if database else _workers(home) / f"{name}.new"
    lock = _advisory(database, f"worker {name}", wait=True) if fresh is None else _flock(fresh, wait=True)
    assert lock is not None
    try:
        if fresh is not None:
            os.rename(fresh, fresh.with_suffix(""))
        yield name, lock
        if fresh is not None:
            fresh.with_suffix("").unlink(missing_ok=True)
    finally:
        lock.close()


def dead(home: Path, database: str, name: str) -> bool:
    """Whether the worker of that name is alive no more."""
    if database:
        lock = _advisory(database, f"worker {name}", wait=False)
    else:
        path = _workers(home) / name
        if not path.exists():
            return True
        lock = _flock(path, wait=False)
        if lock is not None:
            path.unlink(missing_ok=True)
    if lock is None:
        return False
    lock.close()
    return True


def _workers(home: Path) -> Path:
    place = folder(home) / "workers"
    place.mkdir(mode=0o700, exist_ok=True)
    return place
