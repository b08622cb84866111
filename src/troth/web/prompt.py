"""A connection that does not say soon what it wants is closed, and sooner where somebody else needs its place: silence keeps nobody out.

Whoever opens new ones without end is the proxy's to bound, by address (docs/operate.md)."""

from __future__ import annotations

import asyncio
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS: Final = 15.0  # for a whole head of a request; its body has a time of its own (site/bounds.py)
PLACES: Final = 200
MOST: Final = 500
"""With so many, none of them silent, whoever comes is told to come again (503); what was closed takes a moment to be gone."""


class Prompt(H11Protocol):
    """One connection; `seconds` runs from its beginning, and from the first byte of each further request."""

    seconds = SECONDS
    _heard = 0.0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # reason: as uvicorn has it
        super().connection_made(transport)
        self._heard = self.loop.time()
        self._begin()
        self._make_room()

    def data_received(self, data: bytes) -> None:
        self._heard = self.loop.time()
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._end()
        elif self._timer is None:
            self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        super().connection_lost(exc)

    def _make_room(self) -> None:
        """Closes those that have been silent longest, and last those that still take in what they were answered."""
        lines = [
            one for one in self.connections if isinstance(one, Prompt) and not one.transport.is_closing()
        ]
        if len(lines) > PLACES:
            silent = [one for one in lines if one is not self and one._is_theirs()]
            silent.sort(key=lambda one: (one.transport.get_write_buffer_size() > 0, one._heard))
            for one in silent[: len(lines) - PLACES]:
                one.transport.abort()

    def _is_theirs(self) -> bool:
        """Whether we wait for the other side: for a request, for the rest of one, or until it reads."""
        asked = self.cycle
        return asked is None or asked.response_complete or asked.more_body or self.flow.write_paused

    def _begin(self) -> None:
        self._timer = self.loop.call_later(self.seconds, self.transport.close)

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
