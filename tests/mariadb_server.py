"""A private MariaDB for a test session, that ends, files and all, when the session does."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pymysql
from pymysql.constants import CLIENT

from private_server import CannotStartError, account, as_, ends_with_parent, free_port

USER = "troth"
BINARIES = "TROTH_TEST_MARIADB_BIN"  # a folder: run the tests against these server binaries and no others
OPTIONS = {
    "innodb-buffer-pool-size": "64M",
    "innodb-log-file-size": "16M",
    "innodb-flush-log-at-trx-commit": "0",
    "innodb-doublewrite": "0",
    "innodb-flush-method": "nosync",
    "key-buffer-size": "4M",
    "max-connections": "60",
    "character-set-server": "utf8mb4",
    "collation-server": "utf8mb4_general_ci",  # equates case, accents and trailing blanks: every test meets it
    "performance-schema": "OFF",
    "bind-address": "127.0.0.1",
}
SAMPLES = {
    "chinook": ("chinook/Chinook_MySql.sql",),
    "sakila": ("sakila/mysql-testdb-schema.sql", "sakila/mysql-testdb-data.sql"),
}
_SKIPPED = re.compile(r"^(DROP|CREATE) (DATABASE|SCHEMA) .*;\s*$|^USE .*;\s*$", re.IGNORECASE | re.MULTILINE)


@dataclass
class MariaServer:
    """A running private server; `create` gives each test an empty database of the account that may do everything."""

    folder: Path
    port: int
    password: str
    process: subprocess.Popen[bytes]
    version: str = ""

    def url_of(self, database: str) -> str:
        return f"mysql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def create(self) -> str:
        """The URL of a fresh database."""
        name = f"t_{secrets.token_hex(6)}"
        self.run(f"CREATE DATABASE {name}")
        return self.url_of(name)

    def drop(self, url: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {url.rsplit('/', 1)[1]}")

    def lend(self) -> str:
        """The URL of an empty database; `take_back` ends it."""
        return self.create()

    def take_back(self, url: str) -> None:
        self.drop(url)

    def sample(self, folder: Path, name: str) -> str:
        """The URL of a fresh copy of a sample."""
        url = self.create()
        load_sample(url, folder, name)
        return url

    def run(self, script: str) -> None:
        with connect(self.url_of("")) as connection:
            execute(connection, script)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


def connect(url: str, **more: Any) -> pymysql.Connection[Any]:
    """An autocommitting connection that takes several statements at once."""
    parts = urlsplit(url)
    return pymysql.connect(
        host=parts.hostname, port=parts.port or 3306, user=parts.username, password=parts.password or "",
        database=parts.path.strip("/") or None, charset="utf8mb4", autocommit=True,
        client_flag=CLIENT.MULTI_STATEMENTS, **more,
    )  # fmt: skip


def execute(connection: pymysql.Connection[Any], script: str) -> None:
    """Runs all statements of a script."""
    with connection.cursor() as cursor:
        cursor.execute(script)
        while cursor.nextset():
            pass


def load_sample(url: str, folder: Path, name: str) -> None:
    """Fills the empty database at `url` with one of SAMPLES, without a client program."""
    with connect(url) as connection:
        for file in SAMPLES[name]:
            text = _SKIPPED.sub("", (folder / file).read_text(encoding="utf-8-sig"))
            for statement in _statements(re.sub(rf"\b{name}\.(?=[a-z_]+\b)", "", text)):
                execute(connection, statement)
        connection.commit()


def _statements(text: str) -> Iterator[str]:
    """The script cut where its client would cut it: at `;`, or at what DELIMITER says."""
    mark, waiting = ";", ""
    for line in text.splitlines(keepends=True):
        if found := re.match(r"DELIMITER\s+(\S+)", line, re.IGNORECASE):
            mark = found[1]
            continue
        waiting += line
        if waiting.rstrip().endswith(mark):
            yield waiting.rstrip()[: -len(mark)]
            waiting = ""
    if waiting.strip():
        yield waiting


def start() -> MariaServer:
    """A running server; raises CannotStartError with the reason."""
    binaries = _binaries()
    whom = account("mysql")
    folder = Path(tempfile.mkdtemp(prefix="troth-maria-"))
    try:
        if whom:
            os.chown(folder, *whom)
        _install(binaries, folder, whom)
        password = secrets.token_hex(8)
        port = free_port()
        process = _launch(binaries, folder, port, whom)
        server = MariaServer(folder, port, password, process)
        _wait(server)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return server


def _binaries() -> dict[str, str]:
    path = os.environ.get(BINARIES) or f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    found = {
        "server": shutil.which("mariadbd", path=path),
        "install": shutil.which("mariadb-install-db", path=path),
    }
    if missing := [name for name, place in found.items() if place is None]:
        raise CannotStartError(f"no MariaDB server is installed ({', '.join(missing)} not found)")
    return {name: str(place) for name, place in found.items()}


def _install(binaries: dict[str, str], folder: Path, whom: tuple[int, int] | None) -> None:
    command = [
        binaries["install"], "--no-defaults", f"--datadir={folder / 'data'}", "--auth-root-authentication-method=normal",
        f"--tmpdir={folder}", "--skip-test-db", "--skip-name-resolve",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, **as_(whom))
    if done.returncode:
        raise CannotStartError(f"mariadb-install-db failed: {(done.stderr or done.stdout).strip()[-300:]}")


def _launch(
    binaries: dict[str, str], folder: Path, port: int, whom: tuple[int, int] | None
) -> subprocess.Popen[bytes]:
    settings = OPTIONS | {
        "datadir": str(folder / "data"),
        "tmpdir": str(folder),  # a server that starts clears its temporary folder of every other's tables
        "port": str(port),
        "socket": str(folder / "sock"),
        "pid-file": str(folder / "pid"),
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [binaries["server"], "--no-defaults", *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            preexec_fn=ends_with_parent(signal.SIGKILL) if sys.platform == "linux" else None,
            **as_(whom),
        )


def _wait(server: MariaServer) -> None:
    deadline = time.monotonic() + 30
    while server.process.poll() is None and time.monotonic() < deadline:
        try:
            with pymysql.connect(unix_socket=str(server.folder / "sock"), user="root") as connection:
                server.version = connection.get_server_info()
                with connection.cursor() as cursor:
                    for host in ("127.0.0.1", "localhost"):
                        cursor.execute(f"CREATE USER '{USER}'@'{host}' IDENTIFIED BY %s", (server.password,))
                        cursor.execute(f"GRANT ALL ON *.* TO '{USER}'@'{host}' WITH GRANT OPTION")
                return
        except pymysql.err.OperationalError:
            time.sleep(0.02)
    if server.process.poll() is None:
        server.process.kill()
        server.process.wait(10)
    raise CannotStartError(
        f"the server did not come up: {(server.folder / 'log').read_text(errors='replace')[-300:]}"
    )
