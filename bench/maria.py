"""A private MariaDB that keeps what it commits (flushed log, doublewrite on), and fresh copies of a database."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from bench import server  # noqa: F401  (it makes the tests' servers importable)

import mariadb_server  # isort: skip

DURABLE = {
    "innodb-buffer-pool-size": "512M",
    "innodb-log-file-size": "1G",
    "innodb-flush-log-at-trx-commit": "1",
    "innodb-doublewrite": "1",
    "innodb-flush-method": "fsync",
}
MODE = "SET SESSION sql_mode = 'PIPES_AS_CONCAT,STRICT_ALL_TABLES', time_zone = '+00:00'"


@contextmanager
def running() -> Iterator[mariadb_server.MariaServer]:
    """The server, on loopback, ended with its files at the end."""
    mariadb_server.OPTIONS |= DURABLE
    private = mariadb_server.start()
    try:
        yield private
    finally:
        private.stop()


def run(url: str, *scripts: str) -> None:
    """Statements one after the other, each committed."""
    with mariadb_server.connect(url) as database:
        for script in (MODE, *scripts):
            mariadb_server.execute(database, script)


def tables(url: str) -> list[str]:
    with mariadb_server.connect(url) as database, database.cursor() as cursor:
        cursor.execute("SHOW TABLES")
        return [name for (name,) in cursor.fetchall()]


def counts(url: str) -> dict[str, int]:
    """Rows by table."""
    found = {}
    for table in tables(url):
        with mariadb_server.connect(url) as database, database.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM `{table}`")
            (found[table],) = cursor.fetchone() or (0,)
    return found


@contextmanager
def copy(template: str) -> Iterator[str]:
    """A fresh copy of the database at this address, its statistics made, every table read once."""
    base, _, source = template.rpartition("/")
    name = f"copy_{secrets.token_hex(6)}"
    run(f"{base}/", f"CREATE DATABASE {name}")
    url = f"{base}/{name}"
    try:
        with mariadb_server.connect(template) as database, database.cursor() as cursor:
            made = []
            for table in tables(template):
                cursor.execute(f"SHOW CREATE TABLE `{table}`")
                made.append((table, str((cursor.fetchone() or ("", ""))[1])))
        names = ", ".join(f"`{table}`" for table, _ in made)
        run(
            url, "SET SESSION foreign_key_checks = 0, unique_checks = 0", *(sql for _, sql in made),
            *(f"INSERT INTO `{table}` SELECT * FROM `{source}`.`{table}`" for table, _ in made),
            f"ANALYZE TABLE {names}",
        )  # fmt: skip
        counts(url)
        yield url
    finally:
        run(f"{base}/", f"DROP DATABASE {name}")
