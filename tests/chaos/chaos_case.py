"""A seed makes one case: a random estate on stores of random kinds, its map, some of its people, and how it is cut."""

from __future__ import annotations

import random
import re
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from chaos_servers import Servers
from property_engine import Estate, Rows, named, script, told_of
from property_oracle import Oracle
from property_worlds import Annotated, Dice, inhabited, thrown

from live import AT, Live, map_of

KINDS = ("sqlite", "postgres", "mysql")
_TOKEN = re.compile(r"[0-9a-f]{20}|e[0-9a-f]{12}@t\.invalid")


class Rolled(Dice):
    """The small choices of the property tests, thrown from a seed."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def below(self, bound: int) -> int:
        return self._chance.randrange(bound)


@dataclass(frozen=True)
class Case:
    """What is erased, where, in batches of which size; the same for the same seed."""

    world: Annotated
    kinds: Mapping[str, str]  # by system
    people: tuple[str, ...]
    batch: int
    journal: str  # of the SQLite files

    @property
    def stores(self) -> str:
        """The kinds of the systems, for the summary."""
        found = sorted(set(self.kinds.values()))
        return found[0] if len(found) == 1 else "mixed"


def case_of(seed: str, stores: str) -> Case:
    """The case of a seed; `stores` is one kind for all systems, or `mixed`."""
    chance = random.Random(seed)
    world = thrown(Rolled(chance), 3, 5)
    while not inhabited(world) or not Oracle(world, AT).people:
        world = thrown(Rolled(chance), 3, 5)
    oracle = Oracle(world, AT)
    people = sorted(set(oracle.people.values()), key=repr)
    chosen = chance.sample(people, k=min(len(people), chance.choice((1, 1, 2, 3))))
    kinds = {name: chance.choice(KINDS) if stores == "mixed" else stores for name in world.systems}
    return Case(
        world, kinds, tuple(named(oracle, person) for person in chosen),
        batch=chance.choice((1, 2, 3, 10_000)), journal=chance.choice(("WAL", "DELETE")),
    )  # fmt: skip


class Place:
    """Where a case stands: a folder for its map and our state, and databases that are made anew for each run."""

    def __init__(self, case: Case, folder: Path, servers: Servers) -> None:
        self.case, self.folder = case, folder
        folder.mkdir()
        self.systems = {
            name: Live("sqlite", f"sqlite:///{folder / name}.sqlite")
            if kind == "sqlite"
            else servers.emptied(kind, name)
            for name, kind in case.kinds.items()
        }
        for name, live in self.systems.items():
            statements = script(case.world, name, live.kind)
            if live.kind == "sqlite":
                _write(live.path, case.journal, statements)
            else:
                live.run(";".join(statements))
        self.estate = Estate(case.world, self.systems, map_of(told_of(case.world)))
        self._map()

    def _map(self) -> None:
        told = told_of(self.case.world)
        systems = {
            name: {"url": _without_password(live, name), "datasets": told[name]}
            for name, live in self.systems.items()
        }
        text = yaml.safe_dump({"troth": 1, "systems": systems}, allow_unicode=True)
        (self.folder / "troth.map.yaml").write_text(text)

    def rows(self) -> Rows:
        return self.estate.rows()

    @property
    def home(self) -> Path:
        return self.folder / ".troth"


def alike(rows: Rows) -> Counter[Any]:
    """Rows to compare between two runs: what is random by design, the tokens of a run's secret, counts as one."""
    return Counter(
        (name, tuple((column, _plain(cell)) for column, cell in sorted(row.items())))
        for (name, _), row in rows.items()
    )


def _plain(cell: Any) -> Any:
    token = (isinstance(cell, str) and _TOKEN.fullmatch(cell)) or (isinstance(cell, int) and cell < 0)
    return "(token)" if token else cell


def _without_password(live: Live, name: str) -> str:
    if live.kind == "sqlite":
        return f"sqlite:///{name}.sqlite"
    head, _, tail = live.url.partition("@")
    return f"{head.rpartition(':')[0]}@{tail}"


def _write(path: Path, journal: str, statements: list[str]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(f"PRAGMA journal_mode={journal}")
        db.execute("PRAGMA synchronous=OFF")
        db.execute("BEGIN")
        for sql in statements:
            db.execute(sql)
        db.execute("COMMIT")
        assert not db.execute("PRAGMA foreign_key_check").fetchall()
