"""What is due means the same on every store: typed clocks, NULLs, zero dates, zones, links, pages, and what was done before."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from live import Live
from troth.datamap.reader import Aged, Cell, Select

BEFORE, SINCE = date(2024, 3, 31), date(1970, 1, 2)
ZONE = "Europe/Copenhagen"


def aged(clock: str | Cell, **more: Any) -> Aged:
    cell = Cell(clock) if isinstance(clock, str) else clock
    return Aged(cell, SINCE, BEFORE, ZONE, ("id",), **more)


def ids(live: Live, question: Aged, table: str = "t") -> list[Any]:
    with live.opened() as store:
        return [row[0] for chunk in store.rows(Select(table, ("id",), question)) for row in chunk]


def counts(live: Live, question: Aged, *columns: str) -> dict[Any, int]:
    from dataclasses import replace

    with live.opened() as store:
        rows = [
            row for chunk in store.rows(Select("t", columns, replace(question, count=True))) for row in chunk
        ]
    return {row[:-1] if columns else row[0]: int(row[-1]) for row in rows}


def test_a_day_is_due_before_the_first_day_that_is_kept(live: Live) -> None:
    live.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, d DATE);"
        "INSERT INTO t VALUES (1, '2024-03-30'), (2, '2024-03-31'), (3, NULL), (4, '1969-12-31'), (5, '1970-01-02'), (6, '9999-12-31');"
    )
    assert ids(live, aged("d")) == [1, 5]
    assert counts(live, aged("d")) == {"due": 2, "kept": 2, "open": 1, "unreadable": 1}


def test_moments_on_the_wall_are_read_as_the_zones_clocks(live: Live) -> None:
    kind = {"postgres": "timestamp", "mysql": "DATETIME(6)"}.get(live.kind, "TEXT")
    live.run(
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, d {kind});"
        "INSERT INTO t VALUES (1, '2024-03-30 23:59:59.999999'), (2, '2024-03-31 00:00:00'), (3, '2024-03-31 02:30:00');"
    )
    assert ids(live, aged("d")) == [1]


def test_moments_in_time_follow_the_zone_through_summer_time(live: Live) -> None:
    kind = {"postgres": "timestamptz", "mysql": "TIMESTAMP NULL"}.get(live.kind, "TEXT")
    mark = "Z" if live.kind == "sqlite" else ("+00" if live.kind == "postgres" else "")
    live.run(
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, d {kind});"
        f"INSERT INTO t VALUES (1, '2024-03-30 22:59:59{mark}'), (2, '2024-03-30 23:00:00{mark}'), (3, '2024-03-31 00:30:00{mark}');"
    )
    assert ids(live, aged("d")) == [1]  # Copenhagen's midnight is 23:00 UTC; its clocks jump at 01:00 UTC
    summer = Aged(Cell("d"), SINCE, date(2024, 4, 1), ZONE, ("id",))
    live.run(f"INSERT INTO t VALUES (4, '2024-03-31 21:59:59{mark}'), (5, '2024-03-31 22:00:00{mark}');")
    assert ids(live, summer) == [1, 2, 3, 4]


@pytest.mark.parametrize("ticks", [1, 1000])
def test_numbers_count_from_1970_only_where_the_rule_says_so(live: Live, ticks: int) -> None:
    live.run("CREATE TABLE t (id INTEGER PRIMARY KEY, d BIGINT);")
    edge = 1_711_839_600  # 2024-03-31 00:00 in Copenhagen
    for key, value in enumerate((edge * ticks - 1, edge * ticks, 0, -5, None), 1):
        live.write(
            "INSERT INTO t VALUES (%s, %s)" if live.kind == "postgres" else "INSERT INTO t VALUES (?, ?)",
            (key, value),
        )
    assert ids(live, aged("d", epoch=ticks)) == [1]
    assert counts(live, aged("d", epoch=ticks)) == {"due": 1, "kept": 1, "unreadable": 2, "open": 1}


def test_pages_follow_the_key_and_lose_nobody(live: Live) -> None:
    live.run(
        "CREATE TABLE t (a VARCHAR(10) NOT NULL, id INTEGER NOT NULL, d DATE, PRIMARY KEY (a, id));"
        "INSERT INTO t VALUES ('b', 1, '2020-01-01'), ('a', 2, '2020-01-01'), ('B', 2, '2020-01-01'), ('b', 3, '2020-01-01'),"
        "('c', 1, '2025-01-01'), ('ø', 1, '2020-01-01');"
    )
    found, after = [], None
    with live.opened() as store:
        while True:
            question = Aged(Cell("d"), SINCE, BEFORE, ZONE, ("a", "id"), after=after, most=2)
            page = [tuple(row) for chunk in store.rows(Select("t", ("a", "id"), question)) for row in chunk]
            if not page:
                break
            assert len(page) <= 2
            found += page
            after = page[-1]
    assert sorted(found) == sorted([("b", 1), ("a", 2), ("B", 2), ("b", 3), ("ø", 1)])


def test_a_clock_may_stand_in_the_row_that_a_link_names(live: Live) -> None:
    live.run(
        "CREATE TABLE p (id INTEGER PRIMARY KEY, closed DATE);"
        "CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER);"
        "INSERT INTO p VALUES (1, '2020-01-01'), (2, NULL), (3, '2025-01-01');"
        "INSERT INTO t VALUES (1, 1), (2, 2), (3, 3), (4, NULL), (5, 99), (6, 1);"
    )
    linked = aged(Cell("closed", "p", ("p",), ("id",)))
    assert ids(live, linked) == [1, 6]
    assert counts(live, linked) == {"due": 2, "open": 3, "kept": 1}


def test_what_is_active_is_held_and_what_was_done_is_done(live: Live) -> None:
    live.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, d DATE, closed DATE, name VARCHAR(20), kind VARCHAR(5));"
        "INSERT INTO t VALUES (1, '2020-01-01', NULL, 'Bo', 'a'), (2, '2020-01-01', '2020-02-02', 'Bo', 'A'),"
        "(3, '2020-01-01', '2020-02-02', NULL, 'a'), (4, '2020-01-01', '2020-02-02', 'Ib', 'a');"
    )
    question = aged("d", active=Cell("closed"), unlike=(("name", (None, "-")),))
    assert ids(live, question) == [2, 4]
    assert counts(live, question) == {"held": 1, "due": 2, "done": 1}
    assert counts(live, question, "kind") == {
        ("a", "held"): 1,
        ("A", "due"): 1,
        ("a", "done"): 1,
        ("a", "due"): 1,
    }


def test_what_sqlite_cannot_read_as_a_moment_is_never_due(new_live: Any) -> None:
    live = new_live("sqlite")
    live.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, d DATETIME);"
        "INSERT INTO t VALUES (1, '2020-01-01 10:00'), (2, 'long ago'), (3, 1577836800), (4, '2020-13-45'), (5, '01/02/2020'),"
        "(6, x'3230'), (7, ''), (8, '0000-00-00'), (9, '2020-01-01T10:00:00+0x'), (10, '2020-01-01T10:00:00+02:00'), (11, 2020);"
    )
    assert ids(live, aged("d")) == [1, 10]
    assert counts(live, aged("d")) == {"due": 2, "unreadable": 9}


@pytest.mark.mysql
def test_zero_dates_of_mariadb_are_never_due(new_live: Any) -> None:
    live = new_live("mysql")
    live.run("CREATE TABLE t (id INTEGER PRIMARY KEY, d DATE, m DATETIME);")
    live.run("SET SESSION sql_mode = '';")
    live.write("INSERT INTO t VALUES (1, '0000-00-00', '0000-00-00 00:00:00')")
    live.write("INSERT INTO t VALUES (2, '2020-00-00', '2020-01-00 00:00:00')")
    live.write("INSERT INTO t VALUES (3, '2020-01-01', '2020-01-01 00:00:00')")
    for column in ("d", "m"):
        assert ids(live, aged(column)) == [3]
        assert counts(live, aged(column)) == {"due": 1, "unreadable": 2}


@pytest.mark.postgres
def test_infinity_is_never_due(new_live: Any) -> None:
    live = new_live("postgres")
    live.run("CREATE TABLE t (id INTEGER PRIMARY KEY, d timestamptz);")
    live.run("INSERT INTO t VALUES (1, 'infinity'), (2, '-infinity'), (3, '2020-01-01');")
    assert ids(live, aged("d")) == [3]
    assert counts(live, aged("d")) == {"due": 1, "kept": 1, "unreadable": 1}
