"""One process at a time acts on a state folder; whoever takes the turn learns whether somebody acted meanwhile.

Two erasures side by side would each see the other's person as an owner of what they share, and leave it to nobody.
The lock dies with its process, so a killed run never stands in the way of the next.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from troth.records.cabinet import folder
from troth.terms.errors import UsageError

_WIDTH = 20


def count(home: Path) -> int:
    """How often the turn was taken or given back so far."""
    try:
        return _read((home / "turn").read_bytes())
    except OSError:  # no state yet, or none that can be: `turn` says which
        return 0


@contextmanager
def turn(home: Path, waiting: Callable[[str], None] | None = None) -> Iterator[int]:
    """Holds the turn; yields `count` as it was before. Waits, saying so, or (`waiting` None) raises UsageError."""
    file = os.open(folder(home) / "turn", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting is None:
                raise UsageError(
                    "another process is at work on this state",
                    place=str(home),
                    remedy="Wait until it has ended.",
                ) from None
            waiting("waiting for another process that is at work on this state")
            fcntl.flock(file, fcntl.LOCK_EX)
        before = _read(os.pread(file, _WIDTH, 0))
        os.pwrite(file, b"%0*d" % (_WIDTH, before + 1), 0)
        try:
            yield before
        finally:
            os.pwrite(file, b"%0*d" % (_WIDTH, before + 2), 0)
    finally:
        os.close(file)


def _read(data: bytes) -> int:
    return int(data) if data.isdigit() else 0
