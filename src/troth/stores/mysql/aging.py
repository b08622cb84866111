"""What is due in a MariaDB or MySQL database: days, moments, wall clocks and numbers since 1970; a zero date is no day."""

from __future__ import annotations

from collections.abc import Callable

from troth.datamap.model import Atom
from troth.datamap.reader import Aged, Row, Select
from troth.datamap.schema import Column
from troth.stores.aging import Aging, Dialect, Piece, limits
from troth.stores.mysql.keys import native, quote


def question(
    select: Select,
    aged: Aged,
    column: Callable[[str, str], Column],
    shown: Callable[[Column], str],
    marked: Callable[[str, Column], str],
) -> Piece:
    """The statement and its values; `marked` is a mark that compares as the column does."""

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

    def behind(dataset: str, key: tuple[str, ...], after: Row) -> Piece:
        here = [column(dataset, name) for name in key]
        names = ", ".join(f"t.{quote(name)}" for name in key)
        marks = ", ".join(marked(dataset, one) for one in here)
        return f"({names}) > ({marks})", [native(one, part) for one, part in zip(here, after, strict=True)]

    dialect = Dialect(
        table=quote,
        name=lambda alias, dataset, name: f"{alias}.{quote(name)}",
        shown=lambda dataset, name: shown(column(dataset, name)),
        grouped=grouped, readable=readable, past=past, same=same, behind=behind,
    )  # fmt: skip
    return Aging(dialect, select, aged).text()
