"""Some rows of a table from all over it, in one bounded statement: by its key where that is a number, else by chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pymysql
from pymysql.cursors import SSCursor

from troth.datamap.reader import Bounds, Sample
from troth.datamap.schema import Column, Table
from troth.stores.mysql.keys import quote, type_of
from troth.stores.mysql.line import is_maria, number_of
from troth.stores.sampled import Gathered

_PLACES = 50  # of a large table that rows are taken from
_READ = 100_000  # rows that are passed over without a thought to pick from all of them
_SAFELY = 0.85  # of the rows wanted are aimed at, so that the last part is not what is left out
_AT_ONCE = 50
_OUT_OF_TIME = (1969, 3024, 1317)
_LONG = ("text", "json", "enum", "xml", "other")

Run = Callable[[Any, str, Sequence[object]], Any]


def sample(
    line: pymysql.Connection[Any], table: Table, cells: Callable[[Column], str], bounds: Bounds, run: Run
) -> Sample:
    """The rows; never raises for what the table refuses: the sample says why it is short."""
    columns = [column for column in table.columns if column.family != "blob"]
    held = Gathered(table.name, tuple(column.name for column in columns), bounds)
    told = ", ".join(_shortened(column, cells(column), bounds.cell) for column in columns) or "NULL"
    cursor = line.cursor(SSCursor)
    before = _limit(line, bounds.seconds * (1 if is_maria(line) else 1000))
    try:
        return _gather(cursor, table, told, held, run)
    except pymysql.Error as fault:
        if number_of(fault) in _OUT_OF_TIME:
            held.cut = "seconds"
            return held.sample(everything=False)
        if not line.open:
            raise
        return held.sample(everything=False, fault=type(fault).__name__)
    finally:
        if line.open:
            cursor.close()
            _limit(line, before)


def _gather(cursor: Any, table: Table, told: str, held: Gathered, run: Run) -> Sample:
    name, rows = quote(table.name), held.bounds.rows
    count = table.estimate
    if count <= _READ and table.kind == "table":  # an estimate is soon wrong, and to count so few is quick
        run(cursor, f"SELECT COUNT(*) FROM (SELECT 1 FROM {name} LIMIT {_READ + 1}) AS t", ())
        ((count,),) = cursor.fetchall()
    if count > _READ and (key := _number(table)):
        run(cursor, f"SELECT MIN({key}), MAX({key}) FROM {name}", ())
        ((low, high),) = cursor.fetchall()
        run(cursor, *_spread(table, told, key, int(low), int(high), rows))
        _take(cursor, held)
        if held.missing() < rows // 2:  # else the keys have gaps: what few there are stays, and chance adds
            held.cut = "rows"
            return held.sample(everything=False)
    share = _SAFELY * rows / count if count > rows else 1
    some = f" WHERE RAND(1) < {share:.9f}" if share < 1 else ""
    run(cursor, f"SELECT {told} FROM {name} AS t{some} LIMIT {rows + 1}", ())
    _take(cursor, held)
    if share < 1:
        held.cut = held.cut or "rows"
    return held.sample(everything=share == 1)


def _take(cursor: Any, held: Gathered) -> None:
    while rows := cursor.fetchmany(_AT_ONCE):
        if not held.add(rows):
            cursor.fetchall()
            return


def _limit(line: pymysql.Connection[Any], limit: float) -> float:
    """Sets how long a statement may take, in the server's own unit; what it was before."""
    maria = is_maria(line)
    name = "max_statement_time" if maria else "max_execution_time"
    with line.cursor() as cursor:
        cursor.execute(f"SELECT @@SESSION.{name}")
        (before,) = cursor.fetchone() or (0,)
        cursor.execute(f"SET @@SESSION.{name} = {limit if maria else int(limit)}")
    return float(before)


def _number(table: Table) -> str:
    """The key, where it is one whole number."""
    if len(table.key) != 1 or table.by_name[table.key[0]].family != "integer" or table.kind != "table":
        return ""
    return quote(table.key[0])


def _spread(table: Table, told: str, key: str, low: int, high: int, rows: int) -> tuple[str, list[object]]:
    """Some neighbours at each of many places of the key; a row at two places comes once."""
    each = -(-rows // _PLACES)
    starts = sorted({low + (high - low) * at // _PLACES for at in range(_PLACES)})
    ends = [*(start - 1 for start in starts[1:]), high]
    name = quote(table.name)
    parts = [
        f"(SELECT {told} FROM {name} AS t WHERE t.{key} BETWEEN %s AND %s ORDER BY t.{key} LIMIT {each})" for _ in starts
    ]  # fmt: skip
    return " UNION ALL ".join(parts), [bound for pair in zip(starts, ends, strict=True) for bound in pair]


def _shortened(column: Column, cell: str, most: int) -> str:
    """As much of a text as is wanted, and one character: so it can be told that there was more."""
    long = column.family in _LONG and (column.length or most + 1) > most and type_of(column) != "time"
    return f"LEFT({cell}, {most + 1})" if long else cell
