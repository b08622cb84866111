"""The demo, played once for all tests that look at it: its folder, what it said, and the company as it was before."""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from troth.example import build
from troth.example.checks import mentions

ROOT = Path(__file__).resolve().parents[1]
_MASKS = (
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "ID"),
    (re.compile(r"\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{40,}"), "+KEY"),
    (re.compile(r"troth-[0-9a-f]{8}\.invalid"), "troth-ID.invalid"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "HASH"),
    (re.compile(r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "WHEN"),
    (re.compile(r"\bhold (confirm|lift) [0-9a-f]{8}\b"), "hold NAME"),
    (re.compile(r"Next: 20\d\d-\d\d-\d\d \d\d:\d\d"), "Next: WHEN"),
    (re.compile(r"\bin \d+(\.\d+)? s;"), "in N s;"),
    (re.compile(r"\bentry \d+"), "entry N"),
    (re.compile(r"Killed \(SIGKILL\) after \d+ of"), "Killed (SIGKILL) after N of"),
)  # fmt: skip


@dataclass(frozen=True)
class Played:
    """One run of the demo from its command; `folder` is as the witness saw it, `end` as the rules left it."""

    folder: Path
    end: Path
    before: Path  # the five files as they were
    exit: int
    story: str
    told: dict[str, Any] = field(repr=False)

    @property
    def before_with_map(self) -> Path:
        """The company as it was, with its map beside it, for commands that only read."""
        target = self.before / "troth.map.yaml"
        if not target.exists():
            target.write_text((self.folder / "troth.map.yaml").read_text(encoding="utf-8"), encoding="utf-8")
        return self.before

    def certificate(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(Path(self.told["certificate"]).read_text(encoding="utf-8"))
        return body


_PLAY = """
import shutil
from troth.main import main
from troth.workflows import demo
kept_scenes = demo.kept_scenes
def copied(stage):
    shutil.copytree(stage.folder, stage.folder.with_name("witnessed"))
    return kept_scenes(stage)
demo.kept_scenes = copied
main()
"""


@cache
def played() -> Played:
    """`troth demo --json` in a folder of its own; the story is what it says meanwhile."""
    place = Path(mkdtemp(prefix="troth-demo-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    ran = python("-c", _PLAY, "demo", "--to", str(place / "demo"), "--json", cwd=place)
    build(place / "before")
    story = (place / "demo" / "transcript.txt").read_text(encoding="utf-8") if ran.stdout else ran.stderr
    return Played(
        place / "witnessed",
        place / "demo",
        place / "before",
        ran.returncode,
        story,
        json.loads(ran.stdout or "{}"),
    )


def troth(*arguments: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs the command as anybody would, with none of our own settings."""
    return python("-m", "troth.main", *arguments, cwd=cwd, **settings)


def python(*arguments: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TROTH_")}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, text=True, capture_output=True, check=False,
        env={**environment, "PYTHONUTF8": "1", "TROTH_LANGUAGE": "en", **settings}, timeout=240,
    )  # fmt: skip


def masked(line: str) -> str:
    """A line without what differs from run to run: ids, keys, hashes, moments, and where the kill fell."""
    for pattern, mask in _MASKS:
        line = pattern.sub(mask, line)
    return line.strip()


def ask(folder: Path, file: str, sql: str, *terms: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / f"{file}.sqlite")) as db:
        return db.execute(sql, terms).fetchall()


def places(folder: Path, *needles: str) -> dict[tuple[str, str, str], int]:
    return {(file, table, column): cells for file, table, column, cells in mentions(folder, needles)}
