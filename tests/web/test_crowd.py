"""Many at once are all answered, and whoever says nothing, or says it drop by drop, keeps nobody out."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from contextlib import closing, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from http_visitor import Visitor
from portal_people import Person
from running_server import Served
from story_post import Post

from troth.web.prompt import Prompt

CROWD = 100


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


def test_connections_that_say_nothing_keep_nobody_out(served: Served) -> None:
    url = urlsplit(served.base)
    lines = [socket.create_connection((str(url.hostname), url.port)) for _ in range(100)]
    try:
        for line in lines[:50]:
            line.sendall(b"POST /en/ask/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\na")
        assert served.visitor().get("/en/").status == 200
    finally:
        for line in lines:
            line.close()


class Hurried(Prompt):
    seconds = 0.3


async def page(scope: Any, receive: Any, send: Any) -> None:
    await asyncio.sleep(0.5)  # a page may take longer than its head
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.mark.parametrize(
    "said", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"]
)
def test_a_head_that_does_not_come_is_not_waited_for(said: bytes) -> None:
    """What is whole is answered, however long its page takes; then the next head has its own time."""
    whole = said.endswith(b"\r\n\r\n")

    async def meanwhile() -> tuple[bytes, bool]:
        with closing(socket.create_server(("127.0.0.1", 0))) as listening:
            config = uvicorn.Config(page, log_config=None, lifespan="off", http=Hurried)
            server = uvicorn.Server(config)
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            reading, writing = await asyncio.open_connection(*listening.getsockname())
            writing.write(said)
            first = await reading.readuntil(b"ok") if whole else b""
            if whole:
                writing.write(said[:-2])
            async with asyncio.timeout(3):
                rest = await reading.read()
            writing.close()
            server.should_exit = True
            with suppress(asyncio.CancelledError):
                await serving
            return first, rest == b""

    first, closed = asyncio.run(meanwhile())
    assert closed
    assert (b"200" in first) is whole
