"""Fetches a few pages of one address within one limit of time for all of them and of size for each, however slowly they come."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable
from functools import partial
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from socket import socket
from typing import Any, Final, cast
from urllib.parse import urlsplit

SECONDS: Final = 10
"""For one answer to begin, or to go on."""
TOGETHER: Final = 60
"""Seconds for all pages together."""
MOST: Final = 4_000_000
"""Bytes of one page."""


class _Hurried(io.RawIOBase):
    """What comes in over a socket until a moment; whoever sends a byte now and then is not waited for."""

    def __init__(self, sock: socket, until: float) -> None:
        self._sock, self._until = sock, until
        self._inner = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(min(SECONDS, _left(self._until)))
        return self._inner.readinto(buffer)

    def close(self) -> None:
        self._inner.close()
        super().close()


class _Socket:
    """As much of a socket as an answer needs."""

    def __init__(self, sock: socket, until: float) -> None:
        self._sock, self._until = sock, until

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Hurried(self._sock, self._until))


def fetched(address: str, names: Iterable[str]) -> dict[str, str | None]:
    """The text of each page by its name, None for one that does not open or is too large; nobody is followed elsewhere.

    Raises OSError (TimeoutError where time ran out) or HTTPException.
    """
    place, until = urlsplit(address), time.monotonic() + TOGETHER
    secure = place.scheme == "https"
    made = (HTTPSConnection if secure else HTTPConnection)(place.netloc, timeout=SECONDS)
    made.response_class = cast("type[HTTPResponse]", partial(_answer, until))
    found: dict[str, str | None] = {}
    try:
        for name in names:
            _left(until)
            made.request("GET", f"/{name}", headers={"Accept": "text/html"})
            answer = made.getresponse()
            body = answer.read(MOST + 1)
            opened = answer.status == 200 and len(body) <= MOST
            found[name] = body.decode("utf-8", "replace") if opened else None
            if not opened:
                made.close()
    finally:
        made.close()
    return found


def _answer(until: float, sock: socket, *more: Any, **said: Any) -> HTTPResponse:
    return HTTPResponse(cast("socket", _Socket(sock, until)), *more, **said)


def _left(until: float) -> float:
    """Seconds that are left; raises TimeoutError where none is."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
