"""Somebody at a shell: the program in a process of its own, in a folder with a small shop in SQLite."""

from __future__ import annotations

import ctypes
import json
import os
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ready_troth import PROGRAM as TROTH
from ready_troth import troth

ALMA, BENT, CARL = "alma@example.dk", "bent@example.dk", "carl@example.dk"
SHOP = f"""
CREATE TABLE customer (id INTEGER PRIMARY KEY, full_name TEXT, email TEXT UNIQUE, phone TEXT, photo BLOB, weight REAL);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer(id), placed_on DATE, amount DECIMAL(10,2));
CREATE TABLE note (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer(id), body TEXT);
INSERT INTO customer VALUES
 (1, 'Alma Æblegren', '{ALMA}', '+45 20 10 20 10', x'00ff10', 9e999),
 (2, 'Bent Birkelund', '{BENT}', '+45 20 10 20 20', zeroblob(2000), 1.5),
 (3, 'Carl Cedergren', '{CARL}', '+45 20 10 20 30', NULL, NULL);
INSERT INTO orders VALUES (10, 1, '2024-01-02', 100.50), (11, 1, '2024-02-03', 50), (20, 2, '2024-03-04', 75), (30, 3, '2024-04-05', 5);
INSERT INTO note VALUES (100, 1, 'called twice'), (200, 2, 'Alma Æblegren ({ALMA}) recommended us'), (300, 3, 'quiet');
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output, which must be one object of strict JSON and nothing else."""
        assert self.out.endswith("\n")
        assert self.out.count("\n") == 1
        told = json.loads(self.out, parse_constant=_never)
        assert isinstance(told, dict)
        return told


def _never(name: str) -> float:
    raise AssertionError(f"{name} is no JSON")


@dataclass
class Terminal:
    """Somebody at a shell in one folder; the program, each time in a process of its own."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def __call__(
        self, *arguments: str, code: int | None = 0, powerless: bool = False, **settings: str
    ) -> Ended:
        """Runs `troth …`; fails unless it ends with `code` (None: any)."""
        if powerless:
            found = ended(self.start(*arguments, powerless=powerless, **settings))
        else:
            ran = troth(arguments, self.folder, self._told(settings))
            found = Ended(ran.returncode, ran.stdout, ran.stderr)
        assert code is None or found.code == code, found
        return found

    def start(self, *arguments: str, powerless: bool = False, **settings: str) -> subprocess.Popen[str]:
        """Begins the installed program itself, from nothing."""
        return subprocess.Popen(
            [TROTH, *arguments], cwd=self.folder, text=True, encoding="utf-8", env=self._told(settings),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=drop_power if powerless else None,
        )  # fmt: skip

    def _told(self, settings: Mapping[str, str]) -> dict[str, str]:
        """The environment, with none of our own settings but these."""
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("TROTH_", "PG", "COV", "LC_", "LANG"))
        }
        return {**kept, "LANG": "C.UTF-8", "COLUMNS": "100", **self.environment, **settings}

    def rows(self, sql: str, database: str = "shop.sqlite") -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / database)) as db:
            return db.execute(sql).fetchall()

    def change(self, sql: str, database: str = "shop.sqlite") -> None:
        with closing(sqlite3.connect(self.folder / database, isolation_level=None)) as db:
            db.executescript(sql)


def ended(process: subprocess.Popen[str]) -> Ended:
    """Waits for it."""
    out, err = process.communicate(timeout=120)
    return Ended(process.returncode, out, err)


def drop_power() -> None:
    """Root without the right to pass over file modes (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH) once it executes a program."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (1, 2):
        libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def shop(folder: Path) -> Terminal:
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "shop.sqlite")) as db:
        db.executescript(SHOP)
    return Terminal(folder)
