"""Connections to real stores, each to a fresh empty database."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from live import KINDS, Live


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[psycopg.Connection]:
    """An autocommitting connection of the superuser."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def as_role(postgres: psycopg.Connection, postgres_url: str) -> Iterator[Callable[[], psycopg.Connection]]:
    """Opens connections as `as_role.name`, a role that owns nothing and may do nothing yet."""
    name, password = f"r_{secrets.token_hex(4)}", secrets.token_hex(8)
    postgres.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'".encode())
    parts = urlsplit(postgres_url)
    url = urlunsplit(parts._replace(netloc=f"{name}:{password}@{parts.hostname}:{parts.port}"))
    opened: list[psycopg.Connection] = []

    def connect() -> psycopg.Connection:
        opened.append(psycopg.connect(url, autocommit=True))
        return opened[-1]

    connect.name = name  # type: ignore[attr-defined]
    yield connect
    for connection in opened:
        connection.close()
    postgres.execute(f"DROP OWNED BY {name}; DROP ROLE {name}".encode())


@pytest.fixture
def sqlite() -> Iterator[sqlite3.Connection]:
    """A database in memory."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        yield connection


@pytest.fixture(params=KINDS)
def live(request: pytest.FixtureRequest, new_live: Callable[..., Live]) -> Live:
    """An empty database of each kind of store: what is tested with it is the contract of every store."""
    return new_live(request.param)
