"""What private servers of a test session share: an account that is not root, a free port, and an end with their parent."""

from __future__ import annotations

import ctypes
import os
import pwd
import socket
from collections.abc import Callable
from typing import Any

Account = tuple[int, int]


class CannotStartError(Exception):
    """No server could be started here; the message says what was tried."""


def ends_with_parent(how: int) -> Callable[[], None]:
    """For a child to call before it becomes the server: this signal comes when its parent dies (Linux)."""

    def ask() -> None:
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, how)

    return ask


def account(own: str) -> Account | None:
    """Whom the server runs as: ourselves, but never root, which the servers refuse."""
    if os.geteuid() != 0:
        return None
    for name in (own, "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise CannotStartError(f"we are root, and there is no account {own!r} or 'nobody' to run the server")


def as_(whom: Account | None) -> dict[str, Any]:
    """The same, as subprocess takes it."""
    return {"user": whom[0], "group": whom[1], "extra_groups": []} if whom else {}


def free_port() -> int:
    """A port of the loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
