"""Fixtures every room may ask for; a test that cannot run here is skipped aloud, never silently."""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
import sqlite3.dbapi2
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import mariadb_server
import postgres_server as server_module
from live import Live
from mariadb_server import MariaServer
from postgres_server import PostgresServer
from quick_state import QuickTables
from sample_files import SAMPLES, SQLITE_SAMPLES
from troth.records import cabinet

MEMORY, ROOM = Path("/dev/shm"), 4 << 30
_SERVERS = {"postgres": "postgres_server", "mysql": "maria_server"}
_MARKED_BY = {"postgres_server": "postgres", "maria_server": "mysql", "samples": "samples"}


def pytest_configure() -> None:
    _write_into_memory()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a process that a test starts compiles nothing twice
    # xdist says 80 x 24 to its workers; no test runs in a terminal it did not make.
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)


def _write_into_memory() -> None:
    """Folders and servers of tests live where an fsync costs nothing, if there is room; TMPDIR says another place."""
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return
    for left in MEMORY.glob(
        "troth-tests-*"
    ):  # by a session that was killed, or whose failures nobody reads any more
        if not Path("/proc", left.name.rpartition("-")[2]).exists():
            shutil.rmtree(left, ignore_errors=True)
    if shutil.disk_usage(MEMORY).free >= ROOM:
        place = MEMORY / f"troth-tests-{os.getpid()}"
        place.mkdir(mode=0o755, exist_ok=True)  # the servers run as somebody else
        os.environ["TMPDIR"] = tempfile.tempdir = str(place)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: somebody always waits for a server, a lock or a process."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        _longest_first(items)
    for item in items:
        for fixture, marker in _MARKED_BY.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(marker)


def _longest_first(items: list[pytest.Item]) -> None:
    """Files that start processes are handed out first, and then the large ones: nobody waits for a long one in the end."""
    slow = {item.path for item in items if item.get_closest_marker("process")}
    many = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path not in slow, -many[item.path], item.path))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reasons = Counter(
        str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        for report in terminalreporter.stats.get("skipped", [])
    )
    if reasons:
        terminalreporter.section("not run, and why")
        for reason, count in reasons.most_common():
            terminalreporter.write_line(f"{count:4} × {reason.removeprefix('Skipped: ')}")


def absent(reason: str) -> None:
    """Skips the test, or fails it where CI promises that everything is there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI=true, yet {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def _sqlite_forgets_nothing() -> Iterator[None]:
    """Every connection starts with secure_delete off: only what Troth itself does may blank the pages."""
    real = sqlite3.connect

    def connect(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection = real(*args, **kwargs)
        connection.execute("PRAGMA secure_delete = OFF").close()
        return connection

    sqlite3.connect = sqlite3.dbapi2.connect = connect  # type: ignore[assignment]
    yield
    sqlite3.connect = sqlite3.dbapi2.connect = real


@pytest.fixture(scope="session", autouse=True)
def _quick_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Our own tables are made by their migrations once a process."""
    quick = QuickTables(tmp_path_factory.mktemp("tables"))
    cabinet._tables = quick
    yield
    cabinet._tables = quick.real


@pytest.fixture(scope="session")
def _postgres() -> Iterator[PostgresServer | str]:
    try:
        server = server_module.start()
    except server_module.CannotStartError as error:
        yield f"no PostgreSQL: {error}"
        return
    atexit.register(server.stop)
    yield server
    server.stop()
    atexit.unregister(server.stop)


@pytest.fixture(scope="session")
def postgres_server(_postgres: PostgresServer | str) -> PostgresServer:
    """A private PostgreSQL server; its `url` is a superuser's."""
    if isinstance(_postgres, str):
        absent(_postgres)
    assert isinstance(_postgres, PostgresServer)
    return _postgres


@pytest.fixture(scope="session")
def _maria() -> Iterator[MariaServer | str]:
    try:
        server = mariadb_server.start()
    except (mariadb_server.CannotStartError, OSError) as error:
        yield f"no MariaDB: {error}"
        return
    atexit.register(server.stop)
    yield server
    server.stop()
    atexit.unregister(server.stop)


@pytest.fixture(scope="session")
def maria_server(_maria: MariaServer | str) -> MariaServer:
    """A private MariaDB server; its `url_of` is an account's that may do everything."""
    if isinstance(_maria, str):
        absent(_maria)
    assert isinstance(_maria, MariaServer)
    return _maria


@pytest.fixture
def maria_url(maria_server: MariaServer) -> Iterator[str]:
    """mysql://user:password@127.0.0.1:port/name of a fresh empty database."""
    url = maria_server.create()
    yield url
    maria_server.drop(url)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """postgresql://user:password@127.0.0.1:port/name of a fresh empty database."""
    url = postgres_server.create()
    yield url
    postgres_server.drop(url)


@pytest.fixture
def postgres_sample(postgres_server: PostgresServer, samples: Path) -> Iterator[Callable[[str], str]]:
    """name -> URL of a fresh database holding that sample (loaded once a session, copied after that)."""
    urls: list[str] = []

    def copy(name: str) -> str:
        urls.append(postgres_server.sample(samples, name))
        return urls[-1]

    yield copy
    for url in urls:
        postgres_server.drop(url)


@pytest.fixture
def new_live(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Live]]:
    """(kind, name='shop') -> a fresh empty database of that kind ('sqlite', 'postgres' or 'mysql')."""
    taken: list[Live] = []

    def make(kind: str, name: str = "shop") -> Live:
        if kind == "sqlite":
            path = tmp_path / f"{name}.sqlite"
            path.touch()
            return Live(kind, f"sqlite:///{path}")
        taken.append(Live(kind, request.getfixturevalue(_SERVERS[kind]).lend()))
        return taken[-1]

    yield make
    for live in taken:
        live.close()
        request.getfixturevalue(_SERVERS[live.kind]).take_back(live.url)


@pytest.fixture
def load_postgres_sample(samples: Path) -> Callable[[str, str], None]:
    """(url, 'chinook' | 'northwind' | 'sakila') fills that empty database."""
    return lambda url, name: server_module.load_sample(url, samples, name)


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of public sample databases that lies outside the project."""
    if not SAMPLES.is_dir():
        pytest.skip("no sample databases: the folder shared/samples is not there beside the project")
    return SAMPLES


@pytest.fixture
def sqlite_copy(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str | Path], Path]:
    """A sample's name, or any SQLite file -> a writable copy of it in the test's own folder."""
    return partial(_copy, request, tmp_path)


def _copy(request: pytest.FixtureRequest, folder: Path, what: str | Path) -> Path:
    source = request.getfixturevalue("samples") / SQLITE_SAMPLES[what] if isinstance(what, str) else what
    target = folder / source.name
    shutil.copyfile(source, target)
    return target
