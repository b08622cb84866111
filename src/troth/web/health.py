"""Two answers for whoever watches the machine: the process lives; it can do its work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from troth.workflows import serving

if TYPE_CHECKING:
    from troth.workflows.house import House


FRESH: Final = 1.0  # seconds for which an answer holds


async def healthz(request: Request) -> Response:
    """200 as long as the process answers."""
    return PlainTextResponse("alive\n")


def readyz_of(house: House) -> Callable[[Request], Awaitable[Response]]:
    """200 when our own state can be written, its tables are current and the map can be read; else 503. No store is asked."""

    told: dict[str, bool] = {}
    asked, turn = -FRESH, asyncio.Lock()

    async def readyz(request: Request) -> Response:
        nonlocal told, asked
        async with turn:  # however many ask, our own state is asked once a second
            if time.monotonic() - asked >= FRESH:
                told, asked = await run_in_threadpool(serving.ready, house), time.monotonic()
        return JSONResponse(told, status_code=200 if all(told.values()) else 503)

    return readyz
