"""What the SQL stores share of the question what is due: one text for rows and for counts, each test in the store's dialect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from troth.datamap.model import Atom
from troth.datamap.reader import Aged, Cell, Row, Select
from troth.datamap.schema import Column
from troth.planning.plan import Step

Side = Literal[">", "<="]
Piece = tuple[str, list[object]]
"""SQL text, and what is bound to it in the order of its marks."""


@dataclass(frozen=True)
class Dialect:
    """How one store spells the parts. A name that is given holds its alias already: `t."id"`."""

    table: Callable[[str], str]
    name: Callable[[str, str, str], str]  # (alias, dataset, column)
    shown: Callable[[str, str], str]  # (dataset, column) of `t`, as a value that can be a key
    grouped: Callable[[str, str], str]  # the same, told apart exactly
    readable: Callable[
        [str, str, str, Aged], Piece
    ]  # (cell, dataset, column): it shows a day from `since` on
    past: Callable[[str, str, str, Aged], Piece]  # it shows a day before `before`
    same: Callable[[str, str, str, Atom], Piece]  # (cell, dataset, column, value), NULL equals NULL
    beside: Callable[
        [str, tuple[str, ...], Row, Side], Piece
    ]  # (dataset, key, of another row, which side of it)
    put: Callable[[str, str, Atom], Piece]  # (dataset, column, value) as SET says it
    delete: str = "DELETE"


@dataclass
class Aging:
    """The text of one question."""

    dialect: Dialect
    select: Select
    aged: Aged
    _joins: list[str] = field(default_factory=list)

    def text(self) -> Piece:
        """The whole statement with what is bound to it."""
        clock = self._cell(self.aged.clock)
        active = self._cell(self.aged.active)[0] if self.aged.active else ""
        return self._count(clock, active) if self.aged.count else self._page(clock, active)

    def act(self, step: Step, stamps: Iterable[str] = ()) -> Piece:
        """The statement that does a step to its span: what is due when it is run, not what was when it was asked.

        `stamps`: columns that the store would set to the time of the act, were they not named.
        """
        where, bound = self._where(
            self._cell(self.aged.clock), self._cell(self.aged.active)[0] if self.aged.active else ""
        )
        table, dataset = self.dialect.table(self.select.dataset), self.select.dataset
        if step.action == "erase":
            return f"{self.dialect.delete} FROM {table} AS t WHERE {where}", bound
        sets = [
            self.dialect.put(dataset, column, value.constant)
            for column, value in zip(step.columns, step.values, strict=True)
        ]
        values = [value for _, held in sets for value in held]
        told = ", ".join((*(sql for sql, _ in sets), *(f"{stamp} = {stamp}" for stamp in stamps)))
        return f"UPDATE {table} AS t SET {told} WHERE {where}", [*values, *bound]

    def _cell(self, cell: Cell) -> tuple[str, str]:
        """The cell's name with its alias, and the dataset it stands in; what it must be joined with is noted."""
        dataset = self.select.dataset
        if not cell.dataset:
            return self.dialect.name("t", dataset, cell.column), dataset
        alias = f"p{len(self._joins)}"
        on = " AND ".join(
            f"{self.dialect.name('t', dataset, here)} = {self.dialect.name(alias, cell.dataset, there)}"
            for here, there in zip(cell.columns, cell.ends, strict=True)
        )
        self._joins.append(f" LEFT JOIN {self.dialect.table(cell.dataset)} {alias} ON {on}")
        return self.dialect.name(alias, cell.dataset, cell.column), cell.dataset

    def _from(self) -> str:
        return f" FROM {self.dialect.table(self.select.dataset)} t{''.join(self._joins)}"

    def _tests(self, clock: tuple[str, str]) -> tuple[Piece, Piece]:
        given = (*clock, self.aged.clock.column, self.aged)
        return self.dialect.readable(*given), self.dialect.past(*given)

    def _done(self) -> Piece:
        """Whether every cell holds already what the rule would write."""
        dataset, tests = self.select.dataset, []
        for column, values in self.aged.unlike:
            cell = self.dialect.name("t", dataset, column)
            tests.append(
                joined(" OR ", [self.dialect.same(cell, dataset, column, value) for value in values])
            )
        return joined(" AND ", tests)

    def _where(self, clock: tuple[str, str], active: str) -> Piece:
        readable, past = self._tests(clock)
        dataset, key = self.select.dataset, self.aged.key
        tests: list[Piece] = [past, readable]
        tests += [(f"{self.dialect.name('t', dataset, name)} IS NOT NULL", []) for name in key]
        if active:
            tests.append((f"{active} IS NOT NULL", []))
        if self.aged.unlike:
            sql, bound = self._done()
            tests.append((f"NOT ({sql})", bound))
        if self.aged.after is not None:
            tests.append(self.dialect.beside(dataset, key, self.aged.after, ">"))
        if self.aged.upto is not None:
            tests.append(self.dialect.beside(dataset, key, self.aged.upto, "<="))
        return joined(" AND ", tests)

    def _page(self, clock: tuple[str, str], active: str) -> Piece:
        where, bound = self._where(clock, active)
        dataset, key = self.select.dataset, self.aged.key
        if self.aged.every:
            return self._each(where), bound
        columns = ", ".join(self.dialect.shown(dataset, name) for name in self.select.columns)
        order = ", ".join(self.dialect.name("t", dataset, name) for name in key)
        limit = f" LIMIT {self.aged.most}" if self.aged.most else ""
        return f"SELECT {columns}{self._from()} WHERE {where} ORDER BY {order}{limit}", bound

    def _each(self, where: str) -> str:
        """Each so many-th row of the page, by its key, with its number."""
        dataset, key, every = self.select.dataset, self.aged.key, self.aged.every
        shown = [f"{self.dialect.shown(dataset, name)} AS s{at}" for at, name in enumerate(key)]
        inner = [f"{self.dialect.name('t', dataset, name)} AS k{at}" for at, name in enumerate(key)]
        order = ", ".join(self.dialect.name("t", dataset, name) for name in key)
        names = ", ".join(f"s{at}" for at in range(len(key)))
        keys = ", ".join(f"k{at}" for at in range(len(key)))
        page = f"SELECT {', '.join((*shown, *inner))}{self._from()} WHERE {where} ORDER BY {order} LIMIT {self.aged.most}"
        numbered = f"SELECT {names}, row_number() OVER (ORDER BY {keys}) AS n FROM ({page}) AS p"
        picked = ", ".join(map(str, range(every, self.aged.most + 1, every)))
        return f"SELECT {names}, n FROM ({numbered}) AS q WHERE n IN ({picked}) ORDER BY n"

    def _count(self, clock: tuple[str, str], active: str) -> Piece:
        (readable, first), (past, second) = self._tests(clock)
        cases = [f"WHEN {clock[0]} IS NULL THEN 'open'", f"WHEN NOT ({readable}) THEN 'unreadable'"]
        cases.append(f"WHEN NOT ({past}) THEN 'kept'")
        bound = [*first, *second]
        if active:
            cases.append(f"WHEN {active} IS NULL THEN 'held'")
        if self.aged.unlike:
            sql, more = self._done()
            cases.append(f"WHEN {sql} THEN 'done'")
            bound += more
        names = self.select.columns
        inner = [
            f"{self.dialect.grouped(self.select.dataset, name)} AS g{at}" for at, name in enumerate(names)
        ]
        inner.append(f"CASE {' '.join(cases)} ELSE 'due' END AS s")
        groups = ", ".join([*(f"g{at}" for at in range(len(names))), "s"])
        source = f"SELECT {', '.join(inner)}{self._from()}"
        return f"SELECT {groups}, count(*) FROM ({source}) AS x GROUP BY {groups}", bound


def joined(by: str, pieces: Sequence[Piece]) -> Piece:
    """The pieces as one, in brackets each."""
    return by.join(f"({sql})" for sql, _ in pieces), [value for _, bound in pieces for value in bound]


def limits(column: Column, aged: Aged) -> tuple[Atom, Atom]:
    """`since` and `before` as a typed column compares them: days, moments in UTC, wall clocks, or ticks since 1970."""
    days = (aged.since, aged.before)
    if aged.epoch:
        ticks = [int(aged.moment(day).timestamp()) * aged.epoch for day in days]
        return ticks[0], ticks[1]
    if column.family == "timestamp" and column.moment:
        return aged.moment(days[0]).replace(tzinfo=None), aged.moment(days[1]).replace(tzinfo=None)
    return days
