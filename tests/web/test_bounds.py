"""No request is larger or slower than it may be, and half a request is none."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import closing
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from running_server import PASSWORD, Served

from troth.web.site.bounds import MOST_HEADERS, Bounded

Messages = list[dict[str, Any]]


def ask(
    headers: dict[str, str], pieces: Messages, seconds: float = 5.0, most: int = 1_000
) -> tuple[bytes | None, Messages]:
    """What the page read, and what was answered; a page that was not asked has read None."""
    read: list[bytes] = []
    sent: Messages = []
    coming = iter(pieces)

    async def page(scope: Any, receive: Any, send: Any) -> None:
        read.append(b"")
        while True:
            message = await receive()
            read[0] += message.get("body", b"")
            if not message.get("more_body"):
                break

    async def receive() -> dict[str, Any]:
        try:
            return next(coming)
        except StopIteration:
            await asyncio.sleep(60)
            raise

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "headers": [(k.encode(), v.encode()) for k, v in headers.items()]}
    asyncio.run(Bounded(page, most, seconds)(scope, receive, send))  # type: ignore[arg-type]
    return (read[0] if read else None), sent


def piece(body: bytes, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_whole_request_is_read_whole() -> None:
    read, sent = ask({"content-length": "4"}, [piece(b"ab", True), piece(b"cd", False)])
    assert (read, sent) == (b"abcd", [])
    long = bytes(range(256)) * 4_096
    read, sent = ask(
        {"content-length": str(len(long))}, [piece(long[:9], True), piece(long[9:], False)], most=len(long)
    )
    assert (read, sent) == (long, [])
    assert ask({}, [piece(b"", False)]) == (b"", [])


def test_a_request_that_breaks_off_asks_for_nothing() -> None:
    gone = {"type": "http.disconnect"}
    assert ask({"content-length": "4"}, [piece(b"ab", True), gone]) == (None, [])
    assert ask({"content-length": "4"}, [gone]) == (None, [])


def test_a_request_that_comes_drop_by_drop_is_not_waited_for() -> None:
    read, sent = ask({"content-length": "4"}, [piece(b"ab", True)], seconds=0.05)
    assert (read, sent[0]["status"]) == (None, 408)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-length": "1001"}, 413), ({"content-length": "9" * 30}, 413), ({"content-length": "-1"}, 413),
        ({"content-length": "1e3"}, 413), ({"x": "a" * MOST_HEADERS}, 431),
        ({"transfer-encoding": "chunked"}, 411), ({"transfer-encoding": "chunked", "content-length": "4"}, 411),
    ],
)  # fmt: skip
def test_what_is_too_large_or_has_no_length_is_refused_unread(headers: dict[str, str], status: int) -> None:
    read, sent = ask(headers, [piece(b"abcd", False)])
    assert read is None
    assert sent[0]["status"] == status


def test_half_a_form_changes_nothing(served: Served) -> None:
    """A sign-in whose connection breaks one byte before its end, in the real server."""
    served.staff("auditor")
    browser = served.visitor()
    form = browser.get("/console/account/login/").form("account/login")
    body = urlencode({**form.fields, "login": "auditor", "password": PASSWORD}).encode()
    url = urlsplit(served.base)
    before, cookie = len(served.lines()), f"troth-form={browser.cookies['troth-form'][0]}"

    def posts(missing: int, after: float) -> list[object]:
        """Sends the form and says that it is longer by so much, then goes; the statuses that the log has of it."""
        head = (
            f"POST /console/account/login/ HTTP/1.1\r\nHost: {url.netloc}\r\nOrigin: {served.base}\r\nCookie: {cookie}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body) + missing}\r\n\r\n"
        )
        with closing(socket.create_connection((str(url.hostname), url.port), timeout=10)) as line:
            line.sendall(head.encode() + body)
            time.sleep(after)
        return [one["status"] for one in served.lines()[before:] if one.get("method") == "POST"]

    assert posts(1, 0.5) == []
    for _ in range(20):
        if done := posts(0, 0.5):
            break
    assert done[0] == 302  # the same, whole: so the log would have told
