"""What is due in a PostgreSQL database: days, moments, wall clocks and numbers since 1970, each compared as its type."""

from __future__ import annotations

from collections.abc import Callable

from troth.datamap.model import Atom
from troth.datamap.reader import Aged, Row, Select
from troth.datamap.schema import Column
from troth.stores.aging import Aging, Dialect, Piece, Side, limits
from troth.stores.postgres.reflect import quote

_TEXTUAL = ("json", "xml", "other")


def aging(
    select: Select,
    aged: Aged,
    table: Callable[[str], str],
    column: Callable[[str, str], Column],
    cast: Callable[[Column], str],
) -> Aging:
    """The question's text, and that of acts on its rows; `cast` names the type that a value of a column is bound as."""

    def grouped(dataset: str, name: str) -> str:
        text = "::text" if column(dataset, name).family in _TEXTUAL else ""
        return f"t.{quote(name)}{text}"

    def bound(here: Column) -> str:
        return "bigint" if here.family == "integer" else cast(here)

    def readable(cell: str, dataset: str, name: str, asked: Aged) -> Piece:
        here = column(dataset, name)
        return f"{cell} >= %s::{bound(here)}", [limits(here, asked)[0]]

    def past(cell: str, dataset: str, name: str, asked: Aged) -> Piece:
        here = column(dataset, name)
        return f"{cell} < %s::{bound(here)}", [limits(here, asked)[1]]

    def same(cell: str, dataset: str, name: str, value: Atom) -> Piece:
        here = column(dataset, name)
        text = "::text" if here.family in _TEXTUAL else ""
        return f"{cell}{text} IS NOT DISTINCT FROM %s::{'text' if text else cast(here)}", [value]

    def put(dataset: str, name: str, value: Atom) -> Piece:
        return f"{quote(name)} = %s::{cast(column(dataset, name))}", [value]

    def beside(dataset: str, key: tuple[str, ...], row: Row, side: Side) -> Piece:
        names = ", ".join(f"t.{quote(name)}" for name in key)
        marks = ", ".join(f"%s::{cast(column(dataset, name))}" for name in key)
        return f"({names}) {side} ({marks})", list(row)

    dialect = Dialect(
        table=table,
        name=lambda alias, dataset, name: f"{alias}.{quote(name)}",
        shown=lambda dataset, name: f"t.{quote(name)}",
        grouped=grouped, readable=readable, past=past, same=same, beside=beside, put=put,
    )  # fmt: skip
    return Aging(dialect, select, aged)
