"""The real engine over a random estate: real stores, a real map, and the differences it leaves, judged by the oracle."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from property_oracle import ERASED, At, Fate, Oracle, mentioned, without
from property_worlds import Annotated, Row, Shape, Tie

from live import Live, World, hand, map_of
from troth.datamap.model import DataMap
from troth.planning.plan import Batch, Plan, batches

DEEP = int(os.environ.get("PROPERTY_EXAMPLES", "0"))
"""`PROPERTY_EXAMPLES=5000 make test` looks at 5000 random examples a property, different ones each time; without it the
same few are looked at, so that the tests are quick and always say the same."""
NEUTRAL = (None, ERASED, "-", "", "{}", "[]", "null", "erased@troth.invalid", "e@t.invalid", "0000", "--")
Rows = dict[At, Row]


def profile(quick: int) -> settings:
    """The settings of one property: `quick` fixed examples, or PROPERTY_EXAMPLES random ones."""
    return settings(
        max_examples=DEEP or quick, derandomize=not DEEP, deadline=None, database=None, report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


def told_of(world: Annotated) -> dict[str, dict[str, Any]]:
    """The map as its file would say it."""
    systems: dict[str, dict[str, Any]] = {system: {} for system in world.systems}
    for shape in world.shapes.values():
        systems[shape.system][shape.name] = _dataset(world, shape)
    return systems


def _dataset(world: Annotated, shape: Shape) -> dict[str, Any]:
    told: dict[str, Any] = {"key": list(shape.key)}
    if shape.subject:
        told["subject"] = "person"
    if shape.nobody is not None:
        told["nobody"] = shape.nobody
    told["fields"] = {name: column.category for name, column in shape.columns.items()}
    told["links"] = [_link(world, tie) for tie in world.ties if tie.source == shape.name]
    if shape.anonymise:
        told["erase"] = "anonymise"
    if shape.keep:
        told["keep"] = [
            {"law": "DK-BOGF-12", "columns": list(shape.keep), "until": shape.until, "active": True}
        ]
    told["on_get"] = [
        {"link": n, **({"hide": list(c)} if c else {"omit_row": True})} for n, c in shape.on_get
    ]
    told["on_erase"] = [
        {"link": n, **({"clear": list(c)} if c else {"delete_row": True})} for n, c in shape.on_erase
    ]
    return told


def _link(world: Annotated, tie: Tie) -> dict[str, Any]:
    there = world.shapes[tie.target]
    prefix = "" if there.system == world.shapes[tie.source].system else f"{there.system}."
    told = {
        "columns": list(tie.columns),
        "to": f"{prefix}{tie.target} [{', '.join(tie.ends)}]",
        "means": tie.means,
    }
    if tie.foreign:
        told["declared"] = True
    if tie.kinds:
        told["when"] = f"kind IN ({', '.join(map(str, tie.kinds))})"
    return told


# -- real stores -----------------------------------------------------------------------------------------------------


@dataclass
class Estate:
    """A random estate in real databases."""

    world: Annotated
    systems: Mapping[str, Live]
    datamap: DataMap

    @property
    def live(self) -> World:
        return World(self.systems, self.datamap)

    def rows(self) -> Rows:
        """Every row of every dataset, by dataset and key, as the database tells it."""
        found: Rows = {}
        for shape in self.world.shapes.values():
            names = list(shape.columns)
            sql = f"SELECT {', '.join(names)} FROM {shape.name}"
            for cells in self.systems[shape.system].query(sql):
                row = dict(zip(names, cells, strict=True))
                assert (shape.name, shape.key_of(row)) not in found
                found[shape.name, shape.key_of(row)] = row
        return found

    def dangling(self) -> list[Any]:
        return [broken for live in self.systems.values() for broken in live.dangling()]


@contextmanager
def on_sqlite(world: Annotated) -> Iterator[Estate]:
    """The estate in SQLite files of a folder of its own."""
    with TemporaryDirectory() as folder:
        yield in_folder(world, Path(folder))


def in_folder(world: Annotated, folder: Path) -> Estate:
    systems = {name: Live("sqlite", f"sqlite:///{folder / name}.sqlite") for name in world.systems}
    for name, live in systems.items():
        with closing(sqlite3.connect(live.path, isolation_level=None)) as db:
            db.executescript("PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY;")
            db.execute("BEGIN")
            for sql in script(world, name, "sqlite"):
                db.execute(sql)
            db.execute("COMMIT")
            assert not db.execute("PRAGMA foreign_key_check").fetchall()
    return Estate(world, systems, map_of(told_of(world)))


def on_server(world: Annotated, lives: Mapping[str, Live]) -> Estate:
    """The estate in databases of a server, emptied first."""
    systems = {name: lives[name] for name in world.systems}
    for name, live in systems.items():
        if live.kind == "postgres":
            live.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
        else:
            database = live.url.rpartition("/")[2]
            live.run(f"DROP DATABASE {database}; CREATE DATABASE {database}; USE {database}")
        live.run(";".join(script(world, name, live.kind)))
    return Estate(world, systems, map_of(told_of(world)))


_TYPES = {"postgres": {"INTEGER": "bigint"}, "mysql": {"INTEGER": "bigint", "TEXT": "varchar(190)"}}


def script(world: Annotated, system: str, kind: str) -> list[str]:
    """Statements that make one system: tables, rows, and foreign keys (but on SQLite behind the rows)."""
    tables, rows, keys = [], [], []
    for shape in world.shapes.values():
        if shape.system != system:
            continue
        parts = [
            f"{n} {_TYPES.get(kind, {}).get(c.type, c.type)}"
            f"{'' if c.nullable else ' NOT NULL'}{' UNIQUE' if c.unique else ''}"
            for n, c in shape.columns.items()
        ]
        parts.append(f"PRIMARY KEY ({', '.join(shape.key)})")
        for tie in {
            t.columns: t for t in reversed(world.ties) if t.source == shape.name and t.foreign
        }.values():
            if kind == "mysql" and not all(shape.columns[c].nullable for c in tie.columns):
                tie = replace(
                    tie, foreign=tie.foreign.replace("SET NULL", "RESTRICT")
                )  # InnoDB refuses such a key
            clause = f"FOREIGN KEY ({', '.join(tie.columns)}) REFERENCES {tie.target} ({', '.join(tie.ends)}) ON DELETE {tie.foreign}"
            if kind == "sqlite":
                parts.append(clause)
            else:
                keys.append(f"ALTER TABLE {shape.name} ADD {clause}")
        tables.append(f"CREATE TABLE {shape.name} ({', '.join(parts)})")
        for row in shape.rows:
            cells = ", ".join(map(literal, (row[name] for name in shape.columns)))
            rows.append(f"INSERT INTO {shape.name} VALUES ({cells})")
    return [*tables, *rows, *keys]


def literal(cell: Any) -> str:
    if cell is None:
        return "NULL"
    return str(cell) if isinstance(cell, int) else "'" + cell.replace("'", "''") + "'"


# -- people and runs ---------------------------------------------------------------------------------------------------


def named(oracle: Oracle, person: Any) -> str:
    """What an operator would type to mean this person."""
    if isinstance(person, str):
        return person
    dataset, key = person
    return f"{dataset}={','.join(map(str, key))}"


@dataclass
class Planned:
    """A plan, and what its rewriting of texts needs."""

    plan: Plan
    told: list[dict[str, Any]]
    statements: int


def plan_for(estate: Estate, identifiers: list[str]) -> Planned:
    with estate.live.inquiry() as inquiry:
        people = inquiry.who(identifiers)
        plan = inquiry.plan(people)
        others = inquiry.found_copies.others
        told = [
            {"identifiers": sorted(i for i in p.identifiers if i not in others), "names": sorted(p.names)}
            for p in people
        ]
        return Planned(plan, told, sum(store.statements() for store in inquiry.stores.values()))


def carry_out(estate: Estate, planned: Planned, order: list[Batch] | None = None, size: int = 10_000) -> int:
    """Does the batches; the number of statements."""
    with estate.live.inquiry(write=True) as inquiry:
        for batch in batches(planned.plan, size) if order is None else order:
            inquiry.stores[batch.system].execute(batch, hand(planned.told))
        return sum(store.statements() for store in inquiry.stores.values())


# -- the judgement -----------------------------------------------------------------------------------------------------


def judge(oracle: Oracle, fate: Fate, before: Rows, after: Rows) -> None:
    """Every cell of every row is what the oracle says; raises AssertionError where it is not."""
    world = oracle.world
    assert before.keys() - after.keys() == fate.gone
    for at in after.keys() - before.keys():
        nobody = world.shapes[at[0]].nobody
        assert nobody is not None, f"{at} appeared"
        assert world.shapes[at[0]].key_of(nobody) == at[1], f"{at} appeared"
    unlinked: dict[At, set[str]] = {}
    for at, tie in fate.unlink:
        unlinked.setdefault(at, set()).update(tie.columns)
        _let_go(world, at, tie, before[at], after[at])
    for at in before.keys() & after.keys():
        for column, was in before[at].items():
            _cell(fate, at, column, was, after[at][column], column in unlinked.get(at, ()))


def _let_go(world: Annotated, at: At, tie: Tie, was: Row, now: Row) -> None:
    value = [now[column] for column in tie.columns]
    nobody = world.shapes[tie.target].nobody or {}
    if None in value:
        kept = [
            n for n, w in zip(value, [was[c] for c in tie.columns], strict=True) if n is not None and n != w
        ]
        assert not kept, f"{at} {tie}"
    else:
        assert value == [nobody.get(end) for end in tie.ends], f"{at} still names what is gone over {tie}"


def _cell(fate: Fate, at: At, column: str, was: Any, now: Any, unlinked: bool) -> None:
    where = f"{at}.{column}: {was!r} became {now!r}"
    if column in fate.clear.get(at, ()):
        assert was in NEUTRAL or now != was, where
        assert was is None or now in NEUTRAL or len(str(now)) <= 25, where
        assert not (
            isinstance(was, str)
            and len(was) > 1
            and isinstance(now, str)
            and was in now
            and was not in NEUTRAL
        ), where
    elif column in (copies := fate.copies.get(at, {})):
        assert not mentioned(now, copies[column]), where
        if column not in ("email",):
            assert now == without(was, copies[column]), where
    elif not unlinked:
        assert now == was, where


def json_holds(cell: Any) -> bool:
    """Whether a cell that held JSON still does."""
    try:
        json.loads(cell)
    except ValueError:
        return False
    return True
