"""Two answers for whoever watches the machine: the process lives; it can do its work.

Whether workers and stores are well is told on the machine itself alone, and changes no status: people can ask while they are away.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from troth.workflows import serving
from troth.workflows.reach import Reach

if TYPE_CHECKING:
    from troth.workflows.house import House


FRESH: Final = 1.0  # seconds for which an answer holds
_PASSED_ON: Final = ("forwarded", "via", "x-real-ip")  # what proxies say of themselves
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


async def healthz(request: Request) -> Response:
    """200 as long as the process answers."""
    return PlainTextResponse("alive\n")


def readyz_of(house: House) -> Callable[[Request], Awaitable[Response]]:
    """200 when our own state can be written, its tables are current and the map can be read; else 503.

    On the machine itself also whether jobs are worked off, and by name which stores let us in.
    """
    told: dict[str, bool] = {}
    jobs, asked, turn, reach = False, -FRESH, asyncio.Lock(), Reach(house)

    async def readyz(request: Request) -> Response:
        nonlocal told, jobs, asked
        async with turn:  # however many ask, our own state is asked once a second
            if time.monotonic() - asked >= FRESH:
                told = await run_in_threadpool(serving.ready, house)
                jobs = told["tables"] and await run_in_threadpool(serving.worked_off, house)
                asked = time.monotonic()
        more: dict[str, Any] = {}
        if on_this_machine(request):
            more = {"jobs": jobs, "stores": await run_in_threadpool(reach.told)}
        return JSONResponse({**told, **more}, status_code=200 if all(told.values()) else 503)

    return readyz


def on_this_machine(request: Request) -> bool:
    """Whether somebody asks from loopback, by a name of loopback, and no proxy says that it asks for another."""
    if any(name in _PASSED_ON or name.startswith("x-forwarded-") for name in request.headers):
        return False
    return request.client is not None and request.client.host in LOOPBACK and request.url.hostname in LOOPBACK
