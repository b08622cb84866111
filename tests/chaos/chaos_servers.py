"""The laboratory's own database servers: killed on purpose, and started again on the same files."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pymysql

import mariadb_server
import postgres_server
from live import Live
from private_server import account

# What a commit promised must stand after the server was killed; the machine itself is not killed, so no disk is waited for.
# PostgreSQL keeps `synchronous_commit=off`, which breaks that promise: the engine must insist on it.
postgres_server.OPTIONS |= {"deadlock_timeout": "20ms", "wal_level": "minimal", "max_wal_senders": "0"}
mariadb_server.OPTIONS |= {"innodb-flush-log-at-trx-commit": "2"}
_START: dict[str, Callable[[], Any]] = {"postgres": postgres_server.start, "mysql": mariadb_server.start}


class Servers:
    """Servers of one worker, started when first needed."""

    def __init__(self) -> None:
        self._running: dict[str, Any] = {}
        self._lives: dict[tuple[str, str], Live] = {}

    def running(self, kind: str) -> Any:
        if kind not in self._running:
            self._running[kind] = _START[kind]()
        return self._running[kind]

    def emptied(self, kind: str, system: str) -> Live:
        """The database of that name, as good as new."""
        server = self.running(kind)
        if (kind, system) not in self._lives:
            self._lives[kind, system] = Live(kind, server.create())
        live = self._lives[kind, system]
        if kind == "postgres":
            live.run(
                "SET synchronous_commit = on"
            )  # what we prepare must not be lost; what Troth does is its own affair
            live.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        else:
            database = live.url.rpartition("/")[2]
            live.run(f"DROP DATABASE {database}; CREATE DATABASE {database}; USE {database}")
        return live

    def pid(self, kind: str) -> int:
        return int(self.running(kind).process.pid)

    def forget_connections(self) -> None:
        """Whatever was open may be dead by now."""
        for live in self._lives.values():
            live.close()
            live._db = live._maria = None

    def restart(self) -> None:
        """Starts what was killed, and does not wait for it."""
        for kind, server in self._running.items():
            if server.process.poll() is not None:
                module: Any = postgres_server if kind == "postgres" else mariadb_server
                first = (
                    Path(server.process.args[0]).parent if kind == "postgres" else mariadb_server._binaries()
                )
                server.process = module._launch(first, server.folder, server.port, account(kind))

    def settled(self) -> None:
        """Returns when all servers answer again, whatever they do to get there; what was open is not used any more."""
        self.forget_connections()
        deadline = time.monotonic() + 60
        for kind in self._running:
            while not self._answers(kind):
                assert time.monotonic() < deadline, f"{kind} does not come up again"
                self.restart()
                time.sleep(0.02)

    def _answers(self, kind: str) -> bool:
        server = self._running[kind]
        try:
            if kind == "postgres":
                psycopg.connect(server.url, connect_timeout=5).close()
            else:
                mariadb_server.connect(server.url_of("")).close()
        except (psycopg.OperationalError, pymysql.err.Error):
            return False
        return True

    def stop(self) -> None:
        self.forget_connections()
        for server in self._running.values():
            server.stop()
