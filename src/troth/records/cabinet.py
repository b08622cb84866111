"""Opens our own state: SQLite in a folder that only its owner may read, or PostgreSQL where one setting says so; tables up to date."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from troth.terms.errors import StoreError, UsageError

ROOMS = (
    "troth.records", "troth.ledger", "troth.planning", "troth.retention", "troth.notice", "troth.evidence",
    "troth.requests", "troth.security", "troth.mail",
)  # fmt: skip
SETTING = "TROTH_DATABASE"
_READY: set[str] = set()  # databases whose tables this process has seen

_OPENING = threading.Lock()  # several threads may come first
_only: list[Mapping[str, Any]] = []  # the one state of a process that answers many at once
_furnished: dict[str, Any] = {"apps": (), "more": {}}


def furnish(apps: Sequence[str], more: Mapping[str, Any]) -> None:
    """What a server needs of Django beside our own tables: apps and settings, said before the first `open_cabinet`."""
    from django.conf import settings

    if settings.configured:
        raise RuntimeError("the cabinet is open already: a server furnishes it first")
    _furnished.update(apps=tuple(apps), more=dict(more))


def folder(home: Path) -> Path:
    """The state folder, made if needed: mode 0700, and invisible to git. Raises UsageError where it cannot be written."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        ignore = home / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
    except OSError as fault:
        raise UsageError(
            f"our own state cannot be kept here ({fault.strerror})",
            place=str(home),
            remedy="Set TROTH_HOME to a folder that you may write.",
        ) from None
    if not os.access(home, os.W_OK | os.X_OK):
        raise UsageError(
            "our own state cannot be kept here (not writable)",
            place=str(home),
            remedy="Set TROTH_HOME to a folder that you may write.",
        )
    return home


def there(home: Path, database: str) -> bool:
    """Whether there is a state already; nothing is made. Raises UsageError where its server cannot be asked."""
    if not database:
        return (home / "state.sqlite").exists()
    if database in _READY:
        return True
    import psycopg

    from troth.records.locks import connect

    try:
        with connect(database) as session:
            return session.execute("SELECT to_regclass('records_copied')").fetchone() != (None,)
    except psycopg.Error as fault:
        raise _unopened(fault, home, database) from None


def open_cabinet(home: Path, database: str = "") -> None:
    """Configures Django for the state in `home`, or in the PostgreSQL at `database`, and brings its tables up to date."""
    import django
    from django.conf import settings
    from django.db.backends.signals import connection_created

    folder(home)
    wanted = _postgres(database) if database else _sqlite(home)
    with _OPENING:
        if not settings.configured:
            common = {
                "USE_TZ": True, "TIME_ZONE": "UTC", "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
                "LOGGING_CONFIG": None, "SECRET_KEY": os.urandom(32).hex(),
            }  # fmt: skip
            settings.configure(
                INSTALLED_APPS=[*ROOMS, *_furnished["apps"]],
                DATABASES={"default": wanted},
                **common | _furnished["more"],
            )
            django.setup()
            connection_created.connect(_insist, dispatch_uid="troth")
        else:
            _point(wanted)
    if database:
        _tables_of_server(home, database)
    else:
        _tables(home)


@contextmanager
def only(home: Path, database: str) -> Iterator[None]:
    """Until the end, threads of this process work on this one state, and none of them may turn the others to another one."""
    _only.append(_postgres(database) if database else _sqlite(home))
    try:
        yield
    finally:
        _only.pop()


def is_shared() -> bool:
    """Whether others in this process work on our own state now."""
    return bool(_only)


def _sqlite(home: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(home / "state.sqlite"),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
        },
    }


def _postgres(database: str) -> dict[str, Any]:
    """The address as Django wants it; a password that it does not hold is libpq's to find (pgpass)."""
    from psycopg import IsolationLevel

    from troth.records.locks import SESSION, parts

    told = parts(database)
    plain = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{name: told.pop(key, "") for name, key in plain.items()},
        "CONN_MAX_AGE": None,  # `let_go` keeps a session that is well: a new one costs more than most of what we ask
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**SESSION, **told, "isolation_level": IsolationLevel.READ_COMMITTED},
    }


def _insist(connection: Any, **_: Any) -> None:
    """A server that does not wait for its disk is asked to, for us."""
    if connection.vendor == "postgresql":
        from troth.records.locks import DURABLE

        with connection.cursor() as cursor:
            cursor.execute(DURABLE)


def _point(wanted: Mapping[str, Any]) -> None:
    """Another state than before in this process; a thread that still looks at the other one turns to it too."""
    from django.db import connection, connections

    if _only and any(_only[-1].get(name) != value for name, value in wanted.items()):
        raise RuntimeError("this process answers others on one state: another one needs a process of its own")
    current = connections.settings["default"]
    if any(current.get(name) != value for name, value in wanted.items()):
        connection.close()
        if current["ENGINE"] == wanted["ENGINE"]:
            current.update(wanted)
        else:
            connections.settings = connections.configure_settings({"default": dict(wanted)})
    if connection.settings_dict is not connections.settings["default"]:
        connection.close()
        del connections["default"]


def let_go() -> None:
    """This thread asks nothing more for now. On SQLite its connection ends, and the last one empties the write-ahead log."""
    from django.db import connection

    if connection.vendor == "postgresql":
        connection.close_if_unusable_or_obsolete()
    else:
        connection.close()


def alone_within(name: str) -> None:
    """In this transaction nobody else does what is called so, until it ends; SQLite has but one writer anyway."""
    from django.db import connection

    if connection.vendor == "postgresql":
        from troth.records.locks import number

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number(name)])


@contextmanager
def kept(home: Path, begun: bool) -> Iterator[None]:
    """Our own state is written here. Where it cannot be (a full disk, a lost mount or server), one sentence says so.

    Raises UsageError while nothing was done yet; StoreError once a run has `begun`, which `troth resume` goes on with.
    """
    try:
        yield
    except Exception as fault:
        cause = getattr(fault, "orig", None) or fault  # the workflow library wraps what its driver says
        if not isinstance(cause, faults()):
            raise
        message = f"our own state cannot be written ({type(cause).__name__})"
        place, remedy = _cure(home)
        if begun:
            raise StoreError(
                message, permanent=False, place=place, remedy=f"{remedy}, then run `troth resume`."
            ) from None
        raise UsageError(
            message, place=place, remedy=f"{remedy}, or set TROTH_HOME to another folder."
        ) from None


def _cure(home: Path) -> tuple[str, str]:
    """Where our state is, and what helps it."""
    from django.conf import settings
    from django.db import connection

    if settings.configured and connection.vendor == "postgresql":
        return SETTING, "See that its server answers"
    return str(home), "Make room for it"


def faults() -> tuple[type[Exception], ...]:
    """What our own state raises where it cannot be written or reached."""
    import psycopg
    from django.db import Error

    return (OSError, sqlite3.Error, Error, psycopg.Error)


# -- tables -------------------------------------------------------------------------------------------------------------


def _migrations() -> set[str]:
    """The names of all migrations of this process: of our rooms and, in a server, of what it is furnished with."""
    from django.apps import apps

    return {
        f"{app.label}/{path.stem}"
        for app in apps.get_app_configs()
        for path in Path(app.path).glob("migrations/0*.py")
    }


def is_current(home: Path, database: str = "") -> bool:
    """Whether the tables are those of this version."""
    if database:
        return database in _READY
    mark = home / ".tables"
    return mark.exists() and _migrations() <= set(mark.read_text().split("\n"))


def _tables(home: Path) -> None:
    from django.core.management import call_command
    from django.db import Error, connection, transaction

    mark = home / ".tables"
    wanted = _migrations()
    try:
        # Commands and the server each want their own: what one has made, the other need not make again.
        there = mark.exists() and (home / "state.sqlite").exists()
        made = set(mark.read_text().split("\n")) if there else set()
        if not wanted <= made:
            connection.disable_constraint_checking()  # SQLite changes tables only so, and not inside a transaction
            # All of it or nothing: a table that is there but not recorded would stay in the way.
            with transaction.atomic():
                call_command("migrate", verbosity=0, interactive=False)
            connection.enable_constraint_checking()
            os.chmod(home / "state.sqlite", 0o600)
            mark.write_text("\n".join(sorted(made | wanted)))
        connection.ensure_connection()
    except Error as fault:
        raise _unopened(fault, home, "") from None


def _tables_of_server(home: Path, database: str) -> None:
    """One process makes them while others wait; a server that a newer version has changed is left alone."""
    import psycopg
    from django.core.management import call_command
    from django.db import Error, connection

    from troth.records.locks import take

    try:
        if database in _READY:
            connection.ensure_connection()
            return
        lock = take(home, database, "tables", wait=True)
        assert lock is not None
        try:
            applied, wanted = _applied(), _migrations()
            if newer := {name for name in applied if name.partition("/")[0] in _ours()} - wanted:
                raise UsageError(
                    "a newer version of Troth has changed our own state", place=f"{SETTING} ({min(newer)})",
                    remedy="Update this one too.",
                )  # fmt: skip
            if not wanted <= applied:  # to look for what is missing costs a start more than all the rest
                call_command("migrate", verbosity=0, interactive=False)
        finally:
            lock.close()
        _READY.add(database)
    except (Error, psycopg.Error) as fault:
        raise _unopened(fault, home, database) from None


def _applied() -> set[str]:
    """The migrations that this server has seen."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return {f"{app}/{name}" for app, name in MigrationRecorder(connection).applied_migrations()}


def _ours() -> set[str]:
    return {room.rpartition(".")[2] for room in ROOMS}


def _unopened(fault: Exception, home: Path, database: str) -> UsageError:
    """Never with the driver's own words, which may quote the address."""
    message = f"our own state cannot be opened ({type(fault).__name__})"
    if database:
        return UsageError(
            message, place=SETTING,
            remedy="See that the server answers, and that this account may make tables in its database.",
        )  # fmt: skip
    return UsageError(
        message, place=str(home / "state.sqlite"),
        remedy="Make room for it, put it back from a backup, or set TROTH_HOME to another folder.",
    )  # fmt: skip
