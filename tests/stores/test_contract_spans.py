"""Spans of due rows mean the same on every store: each so many-th key, an act between two keys, and an index for both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from live import Live
from troth.datamap.model import Ref
from troth.datamap.reader import Aged, Cell, Select
from troth.planning.executor import Hand
from troth.planning.plan import Batch, New, Span, Step

TABLE = "CREATE TABLE t (a INTEGER, b VARCHAR(9), d DATE, name VARCHAR(20), PRIMARY KEY (a, b));"
DUE = Aged(Cell("d"), date(1970, 1, 2), date(2024, 1, 1), "Europe/Copenhagen", ("a", "b"))
HAND = Hand(lambda step, key: b"", lambda column, cell: cell)


def fill(live: Live, rows: int) -> None:
    """Every third row is not due; keys of ten rows share their first part."""
    cells = [
        f"({n // 10}, '{n % 10}x', '{'2025-01-01' if n % 3 == 0 else '2020-01-01'}', 'Bo')"
        for n in range(rows)
    ]
    live.run(TABLE)
    for at in range(0, rows, 1_000):
        live.run(f"INSERT INTO t VALUES {', '.join(cells[at : at + 1_000])};")


def due(rows: int) -> list[tuple[int, str]]:
    return [(n // 10, f"{n % 10}x") for n in range(rows) if n % 3]


def step(after: Any, upto: Any, **more: Any) -> Step:
    span = Span(replace(DUE, after=after, upto=upto, **more), 0)
    return Step(Ref("shop", "t"), "erase", ("a", "b"), (), (), span=span)


def test_each_so_manyth_key_is_named_with_its_number(live: Live) -> None:
    fill(live, 60)
    keys = due(60)
    with live.opened() as store:

        def asked(**more: Any) -> list[Any]:
            select = Select("t", ("a", "b"), replace(DUE, **more))
            return [tuple(row) for chunk in store.rows(select) for row in chunk]

        assert asked(most=28, every=7) == [(*keys[6], 7), (*keys[13], 14), (*keys[20], 21), (*keys[27], 28)]
        assert asked(most=28, every=7, after=keys[27]) == [(*keys[34], 7)]
        assert asked(most=28, every=7, after=keys[34]) == []


def test_only_what_is_due_between_the_keys_goes_and_twice_is_once(live: Live) -> None:
    fill(live, 60)
    keys = due(60)
    with live.opened(write=True) as store:
        batch = Batch(0, store.system, (step(keys[4], keys[10]),))
        for _ in range(2):
            store.execute(batch, HAND)
            left = [tuple(row) for row in live.query("SELECT a, b FROM t ORDER BY a, b")]
            assert [key for key in left if key in keys] == keys[:5] + keys[11:]
            assert len(left) == 60 - 6
        store.execute(Batch(1, store.system, (step(None, keys[1]),)), HAND)
    assert len(live.query("SELECT a FROM t")) == 60 - 6 - 2


def test_cells_are_emptied_between_the_keys_and_no_others(live: Live) -> None:
    fill(live, 30)
    keys = due(30)
    emptied = replace(
        step(keys[0], keys[3], unlike=(("name", (None,)),)),
        action="anonymise",
        columns=("name",),
        values=(New("null"),),
    )
    with live.opened(write=True) as store:
        store.execute(Batch(0, store.system, (emptied,)), HAND)
    assert [tuple(row) for row in live.query("SELECT a, b FROM t WHERE name IS NULL ORDER BY a, b")] == keys[
        1:4
    ]


ROWS = 20_000


@pytest.mark.parametrize("kind", ["postgres", "mysql", "sqlite"])
def test_a_span_reads_its_part_of_the_key_and_not_the_table(new_live: Any, kind: str) -> None:
    """However large the table: of 100,000,000 rows a batch reads as many as of these."""
    live = new_live(kind)
    fill(live, ROWS)
    live.run({"postgres": "ANALYZE t;", "mysql": "ANALYZE TABLE t;", "sqlite": "ANALYZE;"}[kind])
    keys = due(ROWS)
    begin, end = keys[6_000], keys[6_200]
    each = Select("t", ("a", "b"), replace(DUE, after=begin, most=160, every=10))
    assert _plan(live, each, step(begin, end)) == (True, True)


def _plan(live: Live, each: Select, act: Step) -> tuple[bool, bool]:
    """Whether the question and the act each find their beginning by the key."""
    with live.opened(write=True) as store:
        if live.kind == "sqlite":
            both = [store._select(each), store._statements(act, "")[0]]
            told = [
                str(store._db.execute(f"EXPLAIN QUERY PLAN {sql}", bound).fetchall()) for sql, bound in both
            ]
            return ("(a,b)>(?,?)" in told[0], "(a,b)>(?,?)" in told[1])
        if live.kind == "postgres":
            both = [store._sql.select(each), store._sql.acts(act, [], [])[0]]
            told = [str(store._db.execute(f"EXPLAIN {sql}", bound).fetchall()) for sql, bound in both]
            return (
                "Index Cond" in told[0] and "Seq Scan" not in told[0],
                "Index Cond" in told[1] and "Seq Scan" not in told[1],
            )
        from troth.stores.mysql.keys import Document

        both = [next(iter(store._sql.select(each))), store._sql.statements(act, Document("", ""))[0]]
        with store._line() as line, line.cursor() as cursor:
            found = []
            for sql, bound in both:
                rows = store._run(cursor, f"EXPLAIN {sql}", bound).fetchall()
                (table,) = [row for row in rows if row[2] == "t"]
                found.append(table[3] == "range" and table[5] == "PRIMARY")
        return found[0], found[1]
