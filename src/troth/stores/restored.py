"""Runs a restore program: its output is shown to nobody, for it may quote rows, and it ends in time."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from troth.terms.errors import UsageError


def run(
    system: str, command: Sequence[str], seconds: float, environment: Mapping[str, str], reads: IO[Any] | None = None,
    folder: Path | None = None,
) -> None:  # fmt: skip
    """Raises UsageError where it does not begin, does not end well, or not in time; what it started ends with it."""
    program = os.path.basename(command[0])
    try:
        ran = subprocess.Popen(  # noqa: S603  (no shell: the operator's own program, or the store's)
            list(command), stdin=reads or subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=dict(environment), cwd=folder, start_new_session=True,
        )  # fmt: skip
    except OSError as fault:
        raise UsageError(
            f"{program} cannot be run ({fault.strerror})", place=system, remedy="Install it, or name another in the recipe."
        ) from None  # fmt: skip
    with ran:
        try:
            code = ran.wait(max(seconds, 0))
        except subprocess.TimeoutExpired:
            raise UsageError(
                f"{program} took longer than the recipe allows, and was ended", place=system,
                remedy="Allow more with --within, or restore a smaller backup.",
            ) from None  # fmt: skip
        finally:
            _end(ran)
    if code:
        raise UsageError(
            f"{program} ended with exit code {code}", place=system, remedy="Run it by hand to see why."
        )


def _end(ran: subprocess.Popen[Any]) -> None:
    """Ends whatever still stands in its session."""
    with suppress(ProcessLookupError):
        os.killpg(ran.pid, signal.SIGKILL)
    ran.wait()
