"""Opens our own state: `state.sqlite` in WAL, one folder that only its owner may read, migrations applied."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from troth.terms.errors import StoreError, UsageError

ROOMS = (
    "troth.records", "troth.ledger", "troth.planning", "troth.retention", "troth.notice", "troth.evidence",
    "troth.requests", "troth.security", "troth.mail",
)  # fmt: skip

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


def open_cabinet(home: Path) -> None:
    """Configures Django once per process for the state in `home`, and brings its tables up to date."""
    import django
    from django.conf import settings
    from django.db import connection

    folder(home)
    database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(home / "state.sqlite"),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
        },
    }
    if not settings.configured:
        common = {
            "USE_TZ": True, "TIME_ZONE": "UTC", "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
            "LOGGING_CONFIG": None, "SECRET_KEY": os.urandom(32).hex(),
        }  # fmt: skip
        settings.configure(
            INSTALLED_APPS=[*ROOMS, *_furnished["apps"]],
            DATABASES={"default": database},
            **common | _furnished["more"],
        )
        django.setup()
    elif connection.settings_dict["NAME"] != database["NAME"]:
        connection.close()
        connection.settings_dict.update(NAME=database["NAME"])
    _tables(home)


def alone_within(name: str) -> None:
    """In this transaction nobody else does what is called so, until it ends; SQLite has but one writer anyway."""
    from django.db import connection

    if connection.vendor == "postgresql":
        from troth.records.locks import number

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number(name)])


@contextmanager
def kept(home: Path, begun: bool) -> Iterator[None]:
    """Our own state is written here. Where it cannot be (a full disk, a lost mount), one sentence says so.

    Raises UsageError while nothing was done yet; StoreError once a run has `begun`, which `troth resume` goes on with.
    """
    from django.db import Error

    try:
        yield
    except Exception as fault:
        cause = getattr(fault, "orig", None) or fault  # the workflow library wraps what its driver says
        if not isinstance(cause, OSError | sqlite3.Error | Error):
            raise
        message = f"our own state cannot be written ({type(cause).__name__})"
        if begun:
            raise StoreError(
                message, permanent=False, place=str(home), remedy="Make room for it, then run `troth resume`."
            ) from None
        raise UsageError(
            message, place=str(home), remedy="Make room for it, or set TROTH_HOME to another folder."
        ) from None


def _migrations() -> set[str]:
    """The names of all migrations of this process: of our rooms and, in a server, of what it is furnished with."""
    from django.apps import apps

    return {
        f"{app.label}/{path.stem}"
        for app in apps.get_app_configs()
        for path in Path(app.path).glob("migrations/0*.py")
    }


def is_current(home: Path) -> bool:
    """Whether the tables are those of this version."""
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
        raise UsageError(
            f"our own state cannot be opened ({type(fault).__name__})",
            place=str(home / "state.sqlite"),
            remedy="Make room for it, put it back from a backup, or set TROTH_HOME to another folder.",
        ) from None
