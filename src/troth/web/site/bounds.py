"""No request is larger or slower than it may be, and half a request is none: a page is asked once all of it is here."""

from __future__ import annotations

import asyncio
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES: Final = 12 * 1024 * 1024
MOST_HEADERS: Final = 32 * 1024
MOST_SECONDS: Final = 120.0  # for the whole of it: whoever sends drop by drop holds no thread meanwhile
IN_MEMORY: Final = 256 * 1024
_PIECE: Final = 64 * 1024


class Bounded:
    """Refuses before a page is asked: 431 for long headers, 411 without a length, 413 above the limit, 408 for what does not come."""

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
            with SpooledTemporaryFile(max_size=IN_MEMORY) as body:
                await self._take(scope, receive, send, body)

    async def _take(self, scope: Scope, receive: Receive, send: Send, body: IO[bytes]) -> None:
        """The whole body first; a sender who goes before its end has asked for nothing."""
        try:
            async with asyncio.timeout(self.most_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return
                    body.write(message.get("body", b""))
                    if not message.get("more_body", False):
                        break
        except TimeoutError:
            await _refuse(send, 408, b"This took too long.\n")
            return
        body.seek(0)
        await self.app(scope, _again(body, receive), send)


def _again(body: IO[bytes], receive: Receive) -> Receive:
    """What was read, piece by piece; afterwards, what the connection says."""
    ended = False

    async def read() -> Message:
        nonlocal ended
        if ended:
            return await receive()
        piece = body.read(_PIECE)
        ended = len(piece) < _PIECE
        return {"type": "http.request", "body": piece, "more_body": not ended}

    return read


async def _refuse(send: Send, status: int, text: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
