"""No request is larger or slower than it may be, and half a request is none."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES: Final = 12 * 1024 * 1024
MOST_HEADERS: Final = 32 * 1024
MOST_SECONDS: Final = 30.0  # between two pieces of a body


class CutOffError(OSError):
    """A body that never came to its end: whoever reads it gets this, and not half a form."""


class Bounded:
    """Refuses before a page is asked: 431 for long headers, 411 without a length, 413 above the limit; a body that stops is no body."""

    def __init__(
        self, app: ASGIApp, most_bytes: int = MOST_BYTES, most_seconds: float = MOST_SECONDS
    ) -> None:
        self.app, self.most_bytes, self.most_seconds = app, most_bytes, most_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADERS:
            await _refuse(send, 431, b"Say less in the headers.\n")
        elif b"transfer-encoding" in headers:
            await _refuse(send, 411, b"Say the length.\n")
        elif not (length := headers.get(b"content-length", b"0")).isdigit() or int(length) > self.most_bytes:
            await _refuse(send, 413, b"This is too large.\n")
        else:
            await self.app(scope, self._whole(receive), send)

    def _whole(self, receive: Receive) -> Receive:
        ended = False

        async def read() -> Message:
            nonlocal ended
            if ended:
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), self.most_seconds)
            except TimeoutError:
                raise CutOffError("the body did not come") from None
            if message["type"] == "http.disconnect":
                raise CutOffError("whoever sent it has gone")
            ended = not message.get("more_body", False)
            return message

        return read


async def _refuse(send: Send, status: int, text: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
