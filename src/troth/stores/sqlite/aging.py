"""What is due in a SQLite file: a clock may be text as ISO 8601 writes it, or a number since 1970, whatever its column says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from troth.datamap.reader import Aged, Row, Select
from troth.stores.aging import Aging, Dialect, Piece, Side
from troth.stores.sqlite.binding import native
from troth.stores.sqlite.reflect import quote

_DAY = "[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]*"
_ZONED = "({cell} GLOB '*[Zz]' OR substr({cell}, 11) GLOB '*[-+][0-9][0-9]:[0-9][0-9]')"


def aging(select: Select, aged: Aged, name: Callable[[str, str], str]) -> Aging:
    """The question's text, and that of acts on its rows; `name` quotes a column of a dataset."""

    def beside(dataset: str, key: tuple[str, ...], row: Row, side: Side) -> Piece:
        names = ", ".join(f"t.{name(dataset, one)}" for one in key)
        return f"({names}) {side} ({', '.join('?' * len(key))})", [native(part) for part in row]

    dialect = Dialect(
        table=quote,
        name=lambda alias, dataset, column: f"{alias}.{name(dataset, column)}",
        shown=lambda dataset, column: f"t.{name(dataset, column)}",
        grouped=lambda dataset, column: f"t.{name(dataset, column)} COLLATE BINARY",
        readable=_readable,
        past=_past,
        same=lambda cell, dataset, column, value: (f"{cell} IS ?", [native(value)]),
        beside=beside,
        put=lambda dataset, column, value: (f"{name(dataset, column)} = ?", [native(value)]),
    )
    return Aging(dialect, select, aged)


def _readable(cell: str, dataset: str, column: str, aged: Aged) -> Piece:
    if aged.epoch:
        least = int(aged.moment(aged.since).timestamp()) * aged.epoch
        return f"typeof({cell}) IN ('integer', 'real') AND {cell} >= ?", [least]
    return (
        f"typeof({cell}) = 'text' AND substr({cell}, 1, 10) >= ? AND CASE WHEN length({cell}) = 10 THEN date({cell}) IS {cell} "
        f"ELSE {cell} GLOB '{_DAY}' AND strftime('%s', {cell}) IS NOT NULL END",
        [aged.since.isoformat()],
    )


def _past(cell: str, dataset: str, column: str, aged: Aged) -> Piece:
    """Texts with a zone are moments, others what a clock on the wall showed; the first test is for an index."""
    moment = int(aged.moment(aged.before).timestamp())
    if aged.epoch:
        return f"{cell} < ?", [moment * aged.epoch]
    widest = (aged.before + timedelta(days=2)).isoformat()  # no zone is a day and a half away from another
    return (
        f"{cell} < ? AND CASE WHEN length({cell}) = 10 THEN {cell} < ? "
        f"WHEN {_ZONED.format(cell=cell)} THEN CAST(strftime('%s', {cell}) AS INTEGER) < ? ELSE substr({cell}, 1, 10) < ? END",
        [widest, aged.before.isoformat(), moment, aged.before.isoformat()],
    )
