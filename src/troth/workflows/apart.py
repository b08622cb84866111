"""A command in a process of its own: what needs another state than ours for a while must not turn those to it who are at work here."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Final

from troth.terms.errors import UsageError
from troth.workflows.house import House

_MAIN: Final = "from troth.main import main; main()"


def apart(house: House, arguments: Sequence[str]) -> dict[str, Any]:
    """What the command answers, on this house's map and environment; raises UsageError, with its exit code alone, if it answers nothing."""
    done = subprocess.run(  # noqa: S603  (our own program, and words of our own)
        [sys.executable, "-c", _MAIN, *arguments, "--map", str(house.map_path.resolve()), "--json"],
        env=dict(house.environment), cwd=house.map_path.resolve().parent,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    try:
        told = json.loads(done.stdout)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        command = f"troth {' '.join(arguments)}"
        raise UsageError(
            f"`{command}` ended with {done.returncode}", remedy=f"Run it here to see why: {command}"
        )
    return told
