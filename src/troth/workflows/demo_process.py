"""Runs each command in a process of its own that has loaded the program already, so that nobody waits for imports again.

On Linux it is a fork of this process, which has opened no database and started no thread; elsewhere it begins anew.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

_FORKS = sys.platform == "linux"
_LOADED = (
    "dbos",
    "django.db.backends.sqlite3.base",
    "django.db.models",
    "django.urls",
    "pydantic.type_adapter",
    "pydantic.types",
    "sqlglot.dialects.sqlite",
    "troth.cli.show",
    "troth.stores.sqlite",
    *(
        f"troth.workflows.{name}"
        for name in (
            "checks_status",
            "due",
            "erase",
            "guard",
            "holding",
            "mapping",
            "prove",
            "retain",
            "review",
        )
    ),
)


class Command:
    """One `troth` command at work in `folder`; of our own settings it sees what `environment` holds, and no other."""

    def __init__(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        if _FORKS:
            for name in _LOADED:
                import_module(name)
        with NamedTemporaryFile(delete=False) as said:
            self._said = Path(said.name)
        context: Any = multiprocessing.get_context("fork" if _FORKS else "spawn")
        given = (list(arguments), str(folder), dict(environment), str(self._said))
        self._process = context.Process(target=_play, args=given)
        sys.stdout.flush()
        sys.stderr.flush()
        self._process.start()

    def running(self) -> bool:
        """Whether it is at work still."""
        return bool(self._process.is_alive())

    def kill(self) -> None:
        """SIGKILL; nothing of it can be caught or put in order."""
        self._process.kill()

    def end(self) -> tuple[int, str]:
        """Waits; its exit code (minus the signal where one ended it) and everything it said."""
        self._process.join()
        text = self._said.read_text(encoding="utf-8")
        self._said.unlink()
        return int(self._process.exitcode), text


def _play(arguments: Sequence[str], folder: str, environment: Mapping[str, str], said: str) -> None:
    """The command as its own shell would start it: folder, environment, words, and both streams in one file."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    file = os.open(said, os.O_WRONLY | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(file, stream)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  (until the process ends)
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    sys.argv = ["troth", *arguments]
    import_module("troth.main").main()
