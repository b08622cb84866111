"""A line to a database server that is cut once: when the n-th request was not yet sent, or when its answer is lost."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any


class Proxy:
    """Listens on a port of its own; lives as long as the process it stands in."""

    def __init__(self, port: int, at: int, answered: bool, refuse: int, told: Callable[[], None]) -> None:
        self._port, self._at, self._answered, self._refuse = port, at, answered, refuse
        self._count, self.struck, self._told = 0, False, told
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True, name="proxy listener").start()

    def _accept(self) -> None:
        while True:
            client, _ = self._listening.accept()
            if self.struck and self._refuse > 0:  # the server stays away for as many calls
                self._refuse -= 1
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self._port))
            pair = (client, server)
            threading.Thread(target=self._requests, args=pair, daemon=True, name="proxy listener").start()
            threading.Thread(target=self._answers, args=pair, daemon=True, name="proxy listener").start()

    def _requests(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(1 << 16):
                with self._lock:
                    self._count += 1
                    hit = self._count == self._at
                if not hit:
                    server.sendall(data)
                    continue
                self.struck = True
                self._told()
                _end(client)  # the answer finds nobody
                if self._answered:
                    server.sendall(data)
                    continue
                break
        _end(client, server)

    def _answers(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(1 << 16):
                client.sendall(data)
        _end(client, server)


def _end(*lines: Any) -> None:
    for line in lines:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
