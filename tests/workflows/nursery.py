"""Asks the crash driver for fresh `troth` processes, and tells how each of them ended."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


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
