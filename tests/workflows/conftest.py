"""Fixtures for runs in processes of their own: the nursery that forks them, and an estate to run on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import crash_world


@dataclass
class Ended:
    """How a process ended: its exit code (negative: the signal), what it said, and the points it passed."""

    code: int
    out: str
    err: str
    points: list[str]

    @property
    def told(self) -> dict[str, Any]:
        told = json.loads(self.out)
        assert isinstance(told, dict)
        return told


@dataclass
class Nursery:
    """Forks a fresh `troth` for each call."""

    process: subprocess.Popen[str]
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, folder: Path, *arguments: str, kill_at: int = 0, **environment: str) -> Ended:
        """Runs to its end, or to the point at which it is killed."""
        asked = {
            "folder": str(folder), "arguments": arguments, "at": kill_at, "wait": True,
            "environment": {**self.environment, **environment},
        }  # fmt: skip
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        self.process.stdout.readline()
        code = int(self.process.stdout.readline())
        out, err, points = ((folder / name).read_text() for name in ("stdout", "stderr", "points"))
        return Ended(code, out, err, points.splitlines())


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without settings of Troth's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TROTH_")}
    return {**kept, "LANG": "C.UTF-8", **more}


@pytest.fixture(scope="session")
def _nursery() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "crash_driver.py")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=clean_environment(),
    )  # fmt: skip
    yield process
    process.terminate()
    process.wait()


@pytest.fixture
def nursery(_nursery: subprocess.Popen[str]) -> Nursery:
    """`troth` in forked processes, four rows a batch."""
    return Nursery(_nursery, {"TROTH_BATCH_SIZE": "4"})


@pytest.fixture(scope="session")
def _pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pristine")
    crash_world.build(folder)
    return folder


@pytest.fixture
def fresh(_pristine: Path, tmp_path: Path) -> Callable[[], Path]:
    """Makes a folder with the estate as it was in the beginning, and its map."""
    made: list[Path] = []

    def make() -> Path:
        folder = tmp_path / f"estate{len(made)}"
        shutil.copytree(_pristine, folder)
        made.append(folder)
        return folder

    return make
