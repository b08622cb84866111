"""MariaDB behind the one way that tests speak to every store: standard SQL in, exact rows out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pymysql
from pymysql.constants import FIELD_TYPE
from pymysql.converters import conversions

import mariadb_server

Row = tuple[Any, ...]
MODE = "ANSI_QUOTES,PIPES_AS_CONCAT,STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES,NO_AUTO_VALUE_ON_ZERO"
_SAID_OTHERWISE = (
    (r"REFERENCES (\w+)(?! *\(|\w)", r"REFERENCES \1 (id)"),  # InnoDB wants the column named
    (r"\bTEXT PRIMARY KEY", "VARCHAR(190) PRIMARY KEY"),  # and no key on a text without a length
    (r"\bAS TEXT\)", "AS CHAR)"),
    (r"\bbytea\b", "LONGBLOB"),
    (r"\bANALYZE (?!TABLE)", "ANALYZE TABLE "),
    (r"\bAS BIGINT\)", "AS SIGNED)"),
)
_CONV = {k: v for k, v in conversions.items() if k != FIELD_TYPE.TIME}


def connect(url: str) -> pymysql.Connection[Any]:
    connection = mariadb_server.connect(url, conv=_CONV)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SET SESSION sql_mode = '{MODE}', time_zone = '+00:00', max_recursive_iterations = 10000000"
        )
    return connection


def run(connection: pymysql.Connection[Any], script: str) -> None:
    """Runs statements, foreign keys enforced."""
    for pattern, said in _SAID_OTHERWISE:
        script = re.sub(pattern, said, script)
    if script.strip().strip(";"):
        mariadb_server.execute(connection, script)


def query(connection: pymysql.Connection[Any], sql: str, parameters: Sequence[object] = ()) -> list[Row]:
    for pattern, said in _SAID_OTHERWISE:
        sql = re.sub(pattern, said, sql)
    with connection.cursor() as cursor:
        cursor.execute(marked(sql) if parameters else sql, tuple(parameters) or None)
        return list(cursor.fetchall())


def marked(sql: str) -> str:
    """The statement with the driver's marks, where it has those of SQLite."""
    return sql if "%s" in sql else sql.replace("?", "%s")


def tables(connection: pymysql.Connection[Any]) -> list[str]:
    """Every table with rows of its own, as SQL spells it."""
    rows = query(
        connection,
        "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type LIKE '%TABLE' "
        "OR table_schema = DATABASE() AND table_type = 'SYSTEM VERSIONED' ORDER BY 1",
    )
    return ['"' + name.replace('"', '""') + '"' for (name,) in rows]


def dangling(connection: pymysql.Connection[Any]) -> list[Row]:
    """Foreign keys that point nowhere: each is asked for the rows whose parent is not there."""
    found: list[Row] = []
    keys: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for table, name, column, target, end in query(
        connection,
        "SELECT table_name, constraint_name, column_name, referenced_table_name, referenced_column_name "
        "FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL "
        "ORDER BY 1, 2, ordinal_position",
    ):
        keys.setdefault((table, name, target), []).append((column, end))
    for (table, name, target), pairs in keys.items():
        on = " AND ".join(f'c."{column}" = p."{end}"' for column, end in pairs)
        filled = " AND ".join(f'c."{column}" IS NOT NULL' for column, _ in pairs)
        sql = f'SELECT 1 FROM "{table}" c LEFT JOIN "{target}" p ON {on} WHERE {filled} AND p."{pairs[0][1]}" IS NULL LIMIT 1'
        if query(connection, sql):
            found.append((table, name))
    return found
