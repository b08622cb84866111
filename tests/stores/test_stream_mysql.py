"""Rows taken many at a time off MariaDB's wire are those that its driver reads one by one, and a fault is a fault."""

from __future__ import annotations

from typing import Any

import pymysql
import pytest
from pymysql.cursors import SSCursor

from live import Live
from troth.stores.mysql.line import connect
from troth.stores.mysql.stream import Stream

pytestmark = pytest.mark.mysql


@pytest.fixture
def line(new_live: Any) -> Any:
    live: Live = new_live("mysql")
    live.run(
        "CREATE TABLE thing (id INT PRIMARY KEY, word VARCHAR(400), body LONGTEXT, amount DECIMAL(9,2), at DATETIME, raw BLOB);"
        "INSERT INTO thing SELECT seq, NULLIF(REPEAT('æ', seq % 300), ''), REPEAT('x', seq * 40), seq / 4, "
        "'2026-01-01' + INTERVAL seq MINUTE, UNHEX(SHA1(seq)) FROM seq_1_to_2000;"
        "UPDATE thing SET body = REPEAT('y', 70000) WHERE id % 97 = 0"
    )
    db = connect("shop", live.url, None, False)
    yield db
    db.close()


def taken(line: Any, kind: type[SSCursor], sql: str, size: int) -> list[Any]:
    with line.cursor(kind) as cursor:
        cursor.execute(sql)
        rows: list[Any] = []
        while chunk := cursor.fetchmany(size):
            assert len(chunk) <= size
            rows += chunk
        assert cursor.rownumber == len(rows)
        return rows


@pytest.mark.parametrize("size", [1, 7, 5000])
@pytest.mark.parametrize("columns", ["*", "id", "NULL, word", "body, id", "raw, amount, at", "'', word, ''"])
def test_the_rows_are_those_of_the_driver(line: Any, columns: str, size: int) -> None:
    sql = f"SELECT {columns} FROM thing ORDER BY id"
    expected = taken(line, SSCursor, sql, size)
    assert len(expected) == 2000
    assert taken(line, Stream, sql, size) == expected


def test_a_row_of_more_than_one_packet_comes_whole(line: Any) -> None:
    long = "REPEAT('æ', 4500000)"
    sql = f"SELECT 1, '', '' UNION ALL SELECT 2, {long}, {long} UNION ALL SELECT 3, 'end', ''"
    rows = taken(line, Stream, sql, 10)
    assert [(row[0], *map(len, row[1:])) for row in rows] == [(1, 0, 0), (2, 4_500_000, 4_500_000), (3, 3, 0)]


def test_no_row_is_taken_for_another_after_an_answer_that_was_left_half_read(line: Any) -> None:
    with line.cursor(Stream) as cursor:
        cursor.execute("SELECT id, body FROM thing ORDER BY id")
        assert [row[0] for row in cursor.fetchmany(5)] == [1, 2, 3, 4, 5]
    assert taken(line, Stream, "SELECT COUNT(*) FROM thing", 5) == [(2000,)]


def test_a_fault_in_the_middle_is_raised_and_not_taken_for_the_end(line: Any) -> None:
    sql = "SELECT id, IF(id < 1500, id, (SELECT t.id FROM thing t WHERE t.id > thing.id - 3)) FROM thing ORDER BY id"
    with pytest.raises(pymysql.Error, match="more than 1 row"):
        taken(line, Stream, sql, 100)
