"""`troth` in a process of its own that has loaded the program already: hundreds of commands, and nobody waits for imports.

One process is started once and forks for each command: the command's own folder, environment, arguments, streams and end.
What a process is before it says anything (its own line in the list of processes, what it loads) is not to be seen here.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from private_server import ends_with_parent

PROGRAM = str(Path(sys.executable).with_name("troth"))
SECONDS = 120  # a command that takes longer is ended by SIGALRM
_LOADED = (
    "dbos",
    "django.core.management.commands.migrate",
    "django.db.backends.sqlite3.base",
    "django.db.models",
    "phonenumbers",
    "pydantic.type_adapter",
    "pydantic.types",
    "sqlglot.dialects",
    "troth.cli.after",
    "troth.cli.show",
    "troth.documents.certificate",
    "troth.main",
    "troth.stores.mysql",
    "troth.stores.postgres",
    "troth.stores.sqlite",
    *(
        f"troth.workflows.{name}"
        for name in ("checks_status", "due", "erase", "guard", "holding", "mapping", "prove", "retain", "review")
    ),
)  # fmt: skip


def troth(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Runs `troth …` to its end: exit code (negative: the signal), and what it said on each stream."""
    process = _forker()
    assert process.stdin is not None
    assert process.stdout is not None
    with TemporaryDirectory(prefix="troth-said-") as said:
        asked = [[str(part) for part in arguments], str(folder), dict(environment), said]
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        code = int(process.stdout.readline())
        out, err = ((Path(said) / name).read_text(encoding="utf-8") for name in ("out", "err"))
    return subprocess.CompletedProcess([PROGRAM, *arguments], code, out, err)


@cache
def _forker() -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TROTH_", "LC_"))}
    return subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        env={**clean, "LANG": "C.UTF-8"}, preexec_fn=ends_with_parent(signal.SIGTERM),
    )  # fmt: skip


def _answer(arguments: list[str], folder: str, environment: dict[str, str], said: str) -> None:
    """In the fork: the command as a shell would begin it."""
    signal.alarm(SECONDS)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    streams = [os.open(os.devnull, os.O_RDONLY)]
    streams += [os.open(f"{said}/{name}", os.O_WRONLY | os.O_CREAT | os.O_APPEND) for name in ("out", "err")]
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  (until the process ends)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    sys.argv = [PROGRAM, *arguments]
    import_module("troth.main").main()


def main() -> None:
    for name in _LOADED:
        import_module(name)
    gc.freeze()  # what is loaded is looked at by no collection any more, and stays shared memory
    begin: Any = multiprocessing.get_context("fork").Process
    for line in iter(sys.stdin.readline, ""):
        command = begin(target=_answer, args=json.loads(line))
        command.start()
        command.join()
        sys.stdout.write(f"{command.exitcode}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
