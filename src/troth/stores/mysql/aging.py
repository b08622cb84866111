"""What is due in a MariaDB or MySQL database: days, moments, wall clocks and numbers since 1970; a zero date is no day."""

from __future__ import annotations

from collections.abc import Callable

from troth.datamap.model import Atom
from troth.datamap.reader import Aged, Row, Select
from troth.datamap.schema import Column
from troth.stores.aging import Aging, Dialect, Piece, Side, limits
from troth.stores.mysql.keys import native, quote


def aging(
    select: Select,
    aged: Aged,
    column: Callable[[str, str], Column],
    shown: Callable[[Column], str],
    marked: Callable[[str, Column], str],
) -> Aging:
    """The question's text, and that of acts on its rows; `marked` is a mark that compares as the column does."""

    def grouped(dataset: str, name: str) -> str:
        here = column(dataset, name)
        cell = f"t.{quote(name)}"
        worded = here.family in ("text", "enum", "json")
        return f"CONVERT({cell} USING utf8mb4) COLLATE utf8mb4_bin" if worded else shown(here)

    def readable(cell: str, dataset: str, name: str, asked: Aged) -> Piece:
        here = column(dataset, name)
        whole = "" if asked.epoch else f" AND MONTH({cell}) > 0 AND DAYOFMONTH({cell}) > 0"
        return f"{cell} >= %s{whole}", [limits(here, asked)[0]]

    def past(cell: str, dataset: str, name: str, asked: Aged) -> Piece:
        return f"{cell} < %s", [limits(column(dataset, name), asked)[1]]

    def same(cell: str, dataset: str, name: str, value: Atom) -> Piece:
        here = column(dataset, name)
        return f"{cell} <=> {marked(dataset, here)}", [native(here, value)]

    def put(dataset: str, name: str, value: Atom) -> Piece:
        here = column(dataset, name)
        return f"{quote(name)} = {marked(dataset, here)}", [native(here, value)]

    def beside(dataset: str, key: tuple[str, ...], row: Row, side: Side) -> Piece:
        """Part by part: a comparison of whole rows finds no range of an index here."""
        here = column(dataset, key[0])
        cell, mark, part = f"t.{quote(key[0])}", marked(dataset, here), native(here, row[0])
        if len(key) == 1:
            return f"{cell} {side} {mark}", [part]
        sql, bound = beside(dataset, key[1:], row[1:], side)
        return f"{cell} {side[0]} {mark} OR ({cell} = {mark} AND ({sql}))", [part, part, *bound]

    dialect = Dialect(
        table=quote,
        name=lambda alias, dataset, name: f"{alias}.{quote(name)}",
        shown=lambda dataset, name: shown(column(dataset, name)),
        grouped=grouped, readable=readable, past=past, same=same, beside=beside, put=put, delete="DELETE t",
    )  # fmt: skip
    return Aging(dialect, select, aged)
