"""A few pages are fetched within one limit of time for all of them, from whoever sends a byte now and then as well."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from troth.workflows import fetching
from troth.workflows.fetching import fetched

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n"
Sends = Callable[[socket.socket], None]


def drip(what: bytes) -> Sends:
    """A byte every twentieth of a second: no single one is late."""

    def send(to: socket.socket) -> None:
        for at in range(len(what)):
            to.sendall(what[at : at + 1])
            time.sleep(0.05)

    return send


def whole(body: bytes, status: bytes = b"200 OK", more: bytes = b"") -> Sends:
    head = b"HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n" % (status, len(body), more)
    return lambda to: to.sendall(head + body)


def in_body(to: socket.socket) -> None:
    to.sendall(HEAD)
    drip(b"x" * 400)(to)


def slow(to: socket.socket) -> None:
    time.sleep(0.25)
    whole(b"one")(to)


def old(to: socket.socket) -> None:
    to.sendall(b"HTTP/1.0 200 OK\r\n\r\nold")
    to.close()


class Server:
    """One connection after another, each answered as it is told; `asked`: the paths."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.answers: dict[str, Sends] = {}
        self.asked: list[str] = []
        self.connections = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                one, _ = self.listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(one,), daemon=True).start()

    def _answer(self, one: socket.socket) -> None:
        with one:
            try:
                while said := one.recv(65_536):
                    path = said.split()[1].decode()
                    self.asked.append(path)
                    self.answers[path](one)
            except OSError:
                return  # they hung up


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.listening.shutdown(socket.SHUT_RDWR)
    made.listening.close()


@pytest.mark.parametrize("answer", [in_body, drip(b"HTTP/1.1 200 OK\r\n" + b"x-more: 1\r\n" * 40), lambda _: time.sleep(3)],
                         ids=["its body", "its head", "nothing"])  # fmt: skip
def test_a_server_that_drips_holds_nobody_up(
    server: Server, monkeypatch: pytest.MonkeyPatch, answer: Sends
) -> None:
    monkeypatch.setattr(fetching, "TOGETHER", 0.4)
    server.answers = {"/a/": whole(b"one"), "/b/": answer}
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        fetched(server.address, ["a/", "b/", "a/"])
    assert time.monotonic() - began < 2
    assert server.asked == ["/a/", "/b/"]


def test_the_limit_is_for_all_pages_together(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TOGETHER", 0.4)
    server.answers = {f"/{name}/": slow for name in "abc"}
    with pytest.raises(TimeoutError):
        fetched(server.address, ["a/", "b/", "c/"])


def test_what_opens_is_read_and_what_does_not_is_not_followed(server: Server) -> None:
    server.answers = {
        "/a/": whole("på".encode()), "/b/": whole(b"no", b"404 Not Found"),
        "/c/": whole(b"", b"302 Found", b"Location: /a/\r\n"), "/d/": whole(b"x" * (fetching.MOST + 1)),
        "/e/": old,
    }  # fmt: skip
    names = ["a/", "a/", "b/", "c/", "d/", "e/"]
    assert fetched(server.address, names) == {"a/": "på", "b/": None, "c/": None, "d/": None, "e/": "old"}
    assert server.asked == [f"/{name}" for name in names]
    assert server.connections == 4, "one for as long as pages open"


def test_where_nobody_listens_it_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
    with pytest.raises(OSError, match="refused"):
        fetched(f"http://127.0.0.1:{port}", ["a/"])
