"""A private PostgreSQL that keeps what it commits (fsync and synchronous_commit on), and fresh copies of a database."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
import postgres_server  # noqa: E402  (the tests' server, started with other settings)

DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "autovacuum": "off",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "work_mem": "16MB",
}


@contextmanager
def running() -> Iterator[postgres_server.PostgresServer]:
    """The server, on loopback, ended with its files at the end."""
    postgres_server.OPTIONS |= DURABLE
    server = postgres_server.start()
    try:
        yield server
    finally:
        server.stop()


def maintenance(url: str) -> str:
    return url.rpartition("/")[0] + "/postgres"


def counts(url: str) -> dict[str, int]:
    """Rows by table."""
    with psycopg.connect(url) as database:
        tables = database.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return {
            name: database.execute(f"SELECT count(*) FROM {name}".encode()).fetchone()[0]
            for (name,) in tables.fetchall()
        }  # type: ignore[index]


@contextmanager
def copy(template: str) -> Iterator[str]:
    """A fresh copy of the database at this address: checkpointed, every table read once."""
    name = f"copy_{secrets.token_hex(6)}"
    url = template.rpartition("/")[0] + "/" + name
    with psycopg.connect(maintenance(template), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template.rpartition('/')[2]}".encode())
        admin.execute("CHECKPOINT")
    with psycopg.connect(url, autocommit=True) as database:
        tables = database.execute(
            "SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        for (table,) in tables.fetchall():
            database.execute(f"SELECT count(*) FROM {table}".encode())
    try:
        yield url
    finally:
        with psycopg.connect(maintenance(template), autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
