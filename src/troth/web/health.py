"""Two answers for whoever watches the machine: the process lives; it can do its work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from troth.workflows import serving

if TYPE_CHECKING:
    from troth.workflows.house import House


async def healthz(request: Request) -> Response:
    """200 as long as the process answers."""
    return PlainTextResponse("alive\n")


def readyz_of(house: House) -> Callable[[Request], Awaitable[Response]]:
    """200 when our own state can be written, its tables are current and the map can be read; else 503. No store is asked."""

    async def readyz(request: Request) -> Response:
        told = await run_in_threadpool(serving.ready, house)
        return JSONResponse(told, status_code=200 if all(told.values()) else 503)

    return readyz
