"""Forks a fresh `troth` out of this process, in which all is loaded, and watches over the servers while it runs."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import nursery
from chaos_faults import Fault, install
from chaos_servers import Servers

PATIENCE_SECONDS = 60


class Ended(nursery.Ended):
    """How a process ended, and what struck it."""

    @property
    def struck(self) -> list[str]:
        return [line[2:] for line in self.points if line.startswith("! ")]

    @property
    def refused(self) -> list[str]:
        """What the stores gave as their reason, by its name."""
        return [line.rpartition(": ")[2].partition(" (")[0] for line in self.points if line.startswith("? ")]


def load(folder: Path) -> None:
    """All that a run imports, once: what a run tells it has loaded is loaded here before the next is forked."""
    import dbos  # noqa: F401
    from django.db import connection

    import troth.cli.app
    import troth.workflows.erase  # noqa: F401
    from troth.records.cabinet import open_cabinet

    open_cabinet(folder)
    connection.close()


def learn(folder: Path) -> None:
    """Imports what the last run had imported."""
    for name in (folder / "modules").read_text().split():
        if name not in sys.modules:
            with suppress(ImportError, TypeError):
                import_module(name)


def troth(
    folder: Path, servers: Servers, environment: dict[str, str], fault: Fault, *arguments: str
) -> Ended:
    """Runs to its end, or until the fault ends it; AssertionError when it does not end at all."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            code = _child(folder, environment, fault, arguments)
        finally:
            os._exit(code)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            break
        if fault.name == "server killed":
            servers.restart()
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise AssertionError(f"troth {arguments[0]} has not ended after {PATIENCE_SECONDS} seconds")
        time.sleep(0.002)
    if fault.name in ("server killed", "backend killed", "connection ended"):
        servers.settled()
    out, err, points = ((folder / name).read_text() for name in ("stdout", "stderr", "points"))
    return Ended(os.waitstatus_to_exitcode(status), out, err, points.splitlines())


def _child(folder: Path, environment: dict[str, str], fault: Fault, arguments: tuple[str, ...]) -> int:
    os.chdir(folder)
    for stream, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    environment = dict(environment)
    install(fault, folder / "points", environment)
    os.environ.update(environment)
    sys.argv = ["troth", *arguments]
    from troth.cli import run
    from troth.main import make_house, web
    from troth.workflows import act

    act.PAUSE_SECONDS = 0.05
    code = run(make_house, web)
    if not fault.name:
        (folder / "modules").write_text("\n".join(sorted(sys.modules)))
    sys.stdout.flush()
    sys.stderr.flush()
    return code
