"""Restores a copy of a SQLite file into a private folder."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from troth.retention.restoring import Empty, Identity, Scratch
from troth.stores.sqlite.store import path_of
from troth.terms.errors import StoreUnreachableError, UsageError


def recognise(system: str, url: str, password: str | None) -> Identity:
    """The file itself: links to it are the same file."""
    try:
        told = path_of(url).stat()
    except OSError as fault:
        raise StoreUnreachableError(
            f"this file cannot be looked at ({fault.strerror})", place=system, remedy="Check the path."
        ) from None
    return str(told.st_dev), str(told.st_ino)


@contextmanager
def restoring(scratch: Scratch) -> Iterator[Empty]:
    path = scratch.folder / f"{scratch.system}.restored.sqlite"
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield _File(scratch.system, path)
    finally:
        for name in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + name).unlink(missing_ok=True)


class _File:
    password = None

    def __init__(self, system: str, path: Path) -> None:
        self.system, self.path = system, path
        self.url = f"sqlite:///{path}"

    def pour(self, dump: Path, seconds: float) -> None:
        try:
            with dump.open("rb") as source, self.path.open("wb") as target:
                shutil.copyfileobj(source, target, 2**20)
            with closing(sqlite3.connect(self.path)) as db:
                whole = db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        except (OSError, sqlite3.Error) as fault:
            raise UsageError(
                f"the backup could not be restored ({type(fault).__name__})", place=self.system,
                remedy="It must be a whole SQLite file, and the scratch folder must hold it twice more.",
            ) from None  # fmt: skip
        if not whole:
            raise UsageError(
                "the backup is damaged", place=self.system, remedy="Take another, and see to the disk."
            )
