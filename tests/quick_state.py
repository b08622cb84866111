"""A fresh state folder in a moment: the tables that migrations made once in this process are copied, never made again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from troth.records import cabinet

_MADE = ("state.sqlite", ".tables")  # the tables, and the mark that says which migrations made them


class QuickTables:
    """In the place of `cabinet._tables`: the first folder without tables gets them as ever, each further one a copy."""

    def __init__(self, place: Path) -> None:
        self.place, self.made = place, False
        self.real: Callable[[Path], None] = cabinet._tables

    def __call__(self, home: Path) -> None:
        from django.db import connection

        fresh = connection.vendor == "sqlite" and not any((home / name).exists() for name in _MADE)
        if fresh and self.made:
            for name in _MADE:
                shutil.copy(self.place / name, home / name)
        self.real(home)
        if fresh and not self.made:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it stands in the file now
            for name in _MADE:
                shutil.copy(home / name, self.place / name)
            self.made = True
