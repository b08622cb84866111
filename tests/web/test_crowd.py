"""Many at once are all answered, and whoever says nothing, or says it drop by drop, keeps nobody out."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from http_visitor import Visitor
from portal_people import Person
from running_server import Served
from story_post import Post

from troth.web.prompt import PLACES, Prompt

CROWD = 100
MANY = 300


def test_a_hundred_ask_at_once_and_each_has_a_case(portal: Served, post: Post) -> None:
    """On SQLite, which has one writer: everybody waits for their turn, and nobody is told that something is broken."""
    page = Person(portal, post, name="Cecil Crowd", email="cecil@crowd.example").to_check("see")
    told: list[tuple[int, str]] = []

    def ask(number: int) -> None:
        browser = Visitor(portal.base, "en", source=f"127.1.{number + 1}.1")
        answer = browser.send(page, "/ask/", words=f"I am number {number}.")
        found = re.search(r"\d{4}-\d{4}", answer.text)
        told.append((answer.status, found[0] if found else ""))

    hands = [threading.Thread(target=ask, args=(number,)) for number in range(CROWD)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert {status for status, _ in told} == {200}
    assert len({number for _, number in told}) == CROWD


def opened(served: Served, many: int, said: bytes) -> list[socket.socket]:
    url = urlsplit(served.base)
    lines = [socket.create_connection((str(url.hostname), url.port), timeout=5) for _ in range(many)]
    for line in lines:
        line.sendall(said)
    return lines


def is_closed(line: socket.socket) -> bool:
    """Whether the server has hung up, whatever it had said before."""
    line.setblocking(False)
    try:
        while line.recv(4096):
            pass
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True
    return True


@pytest.mark.parametrize("said", [
    b"", b"GET /en/ HT", b"POST /en/ask/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\na",
    b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
], ids=["nothing", "half a head", "half a body", "no more after an answer"])  # fmt: skip
def test_connections_that_say_nothing_keep_nobody_out(served: Served, said: bytes) -> None:
    """More of them than the server has places: some of them go, and who comes then is answered, each time."""
    lines = opened(served, MANY, said)
    try:
        assert {served.visitor().get("/en/").status for _ in range(5)} == {200}
        gone = [is_closed(line) for line in lines]
        assert sum(gone) >= MANY - PLACES
        if not said:
            assert gone == sorted(gone, reverse=True), "the oldest"
            assert sum(gone) < MANY - PLACES + 10, "and no more than must"
    finally:
        for line in lines:
            line.close()


class Hurried(Prompt):
    seconds = 0.3


async def page(scope: Any, receive: Any, send: Any) -> None:
    await asyncio.sleep(0.5)  # a page may take longer than its head
    body = [b"x" * (1 << 20)] * 16 if scope["path"] == "/much" else [b"ok"]
    length = b"%d" % sum(map(len, body))
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    for piece in body:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body"})


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def hurried(most: int | None = None) -> AsyncIterator[Callable[[bytes], Awaitable[Line]]]:
    """(what is said at once) -> a connection to a server that is in a hurry."""
    lines: list[Line] = []
    with closing(socket.create_server(("127.0.0.1", 0), backlog=500)) as listening:
        config = uvicorn.Config(page, log_config=None, lifespan="off", http=Hurried, limit_concurrency=most)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))

        async def line(said: bytes) -> Line:
            lines.append(await asyncio.open_connection(*listening.getsockname()))
            lines[-1][1].write(said)
            return lines[-1]

        yield line
        for _, writing in lines:
            writing.transport.abort()
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await serving


@pytest.mark.parametrize(
    "said", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"]
)
def test_a_head_that_does_not_come_is_not_waited_for(said: bytes) -> None:
    """What is whole is answered, however long its page takes; then the next head has its own time."""
    whole = said.endswith(b"\r\n\r\n")

    async def meanwhile() -> tuple[bytes, bool]:
        async with hurried() as line:
            reading, writing = await line(said)
            first = await reading.readuntil(b"ok") if whole else b""
            if whole:
                writing.write(said[:-2])
            async with asyncio.timeout(3):
                rest = await reading.read()
            return first, rest == b""

    first, closed = asyncio.run(meanwhile())
    assert closed
    assert (b"200" in first) is whole


def test_every_silent_one_of_many_is_closed() -> None:
    async def meanwhile() -> list[bytes]:
        async with hurried() as line, asyncio.timeout(4):
            silent = [await line(b"GET / HT" if at % 2 else b"") for at in range(MANY)]
            return [await reading.read() for reading, _ in silent]

    assert asyncio.run(meanwhile()) == [b""] * MANY


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> int:
    """Three places, and the number with which nobody is answered any more."""
    monkeypatch.setattr("troth.web.prompt.PLACES", 3)
    return 6


ASK, MUCH = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n"


def test_whoever_does_not_read_the_answer_keeps_nobody_out(narrow: int) -> None:
    async def meanwhile() -> list[bytes]:
        async with hurried(narrow) as line, asyncio.timeout(4):
            for _ in range(narrow):
                _, deaf = await line(MUCH)
                deaf.transport.pause_reading()  # type: ignore[attr-defined]  # reason: it is one that reads too
            await asyncio.sleep(0.7)
            return [await (await line(ASK))[0].readuntil(b"\r\n") for _ in range(2)]

    assert asyncio.run(meanwhile()) == [b"HTTP/1.1 200 OK\r\n"] * 2


def test_whoever_is_being_answered_is_never_closed(narrow: int) -> None:
    async def meanwhile() -> list[bytes]:
        async with hurried(narrow) as line, asyncio.timeout(4):
            asking = [await line(ASK) for _ in range(narrow - 1)]
            return [await reading.readuntil(b"\r\n") for reading, _ in asking]

    assert asyncio.run(meanwhile()) == [b"HTTP/1.1 200 OK\r\n"] * (narrow - 1)
