"""Ownership means what the published cases say it means: each of them, played with real rows on every store."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from live import Live, World, map_of
from troth.datamap.model import Key, Ref

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "cases" / "ownership_cases.json"
KEEP_A_DANGLING_ID = {  # the cases in which the published system leaves the erased person's id standing
    "k9db/GDPRForgetTest.TwoOwners",
    "k9db/GDPRForgetTest.TwoOwnersDataflowUpdate",
    "k9db/GDPRForgetTest.OwnerAccessor",
    "k9db/GDPRForgetTest.ShardedDataSubject",
    "k9db/GDPRForgetTest.ComplexVariableOwnershipAdminDelete",
}
Case = dict[str, Any]
Cells = tuple[str | None, ...]


def _cases() -> list[Any]:
    if not PUBLISHED.exists():
        reason = "no published ownership cases: the folder shared/cases is not there beside the project"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason), id="absent")]
    return [pytest.param(case, id=case["id"].partition("/")[2]) for case in json.loads(PUBLISHED.read_text())]


def _quoted(name: str) -> str:
    return f'"{name}"'


def _ddl(case: Case, declared: bool, kind: str) -> Iterator[str]:
    types = {"int": "INTEGER", "text": "VARCHAR(60)" if kind == "mysql" else "TEXT"}
    for table in case["tables"]:
        lines = [
            f"{_quoted(c['name'])} {types[c['type']]}{' PRIMARY KEY' if c.get('pk') else ''}"
            for c in table["columns"]
        ]
        yield (
            f"CREATE TABLE {_quoted(table['name'])} ({', '.join(lines)});"
            if kind != "sqlite" or not declared
            else (f"CREATE TABLE {_quoted(table['name'])} ({', '.join([*lines, *_keys(table)])});")
        )
    if declared and kind != "sqlite":
        for table in case["tables"]:
            for key in _keys(table):
                yield f"ALTER TABLE {_quoted(table['name'])} ADD {key};"


def _keys(table: Case) -> list[str]:
    return [
        f"FOREIGN KEY ({_quoted(e['column'])}) REFERENCES {_quoted(e['to'])} ({_quoted(e['to_column'])})" for e in table["edges"]
    ]  # fmt: skip


def _dataset(table: Case) -> dict[str, Any]:
    explicit = any(edge["kind"] != "REFERENCES" for edge in table["edges"])
    plain = "MENTIONS" if explicit else "OWNED_BY"
    told: dict[str, Any] = {
        "key": [column["name"] for column in table["columns"] if column.get("pk")],
        "fields": {column["name"]: "none" for column in table["columns"]},
        "links": [
            {
                "columns": [edge["column"]],
                "to": f"{edge['to']} [{edge['to_column']}]",
                "means": plain if edge["kind"] == "REFERENCES" else edge["kind"],
            }
            for edge in table["edges"]
        ],
        "on_get": [_rule(rule, "hide") for rule in table["on_get"]],
        "on_erase": [_rule(rule, "clear") for rule in table["on_del"]],
    }
    if table["data_subject"]:
        told["subject"] = table["name"]
    return told


def _rule(rule: Case, columns: str) -> dict[str, Any]:
    if rule["action"] == "null_columns":
        return {"link": rule["edge"], columns: rule["columns"]}
    return {"link": rule["edge"], {"omit_row": "omit_row", "delete_row": "delete_row"}[rule["action"]]: True}


class Play:
    """One case on one store; `dangled` collects the tables in which the case expects the id of an erased row."""

    def __init__(self, case: Case, live: Live, declared: bool) -> None:
        self.case, self.live, self.declared = case, live, declared
        self.tables = {table["name"]: table for table in case["tables"]}
        self.world = World({"shop": live}, map_of({"shop": {n: _dataset(t) for n, t in self.tables.items()}}))
        self.present: dict[str, set[str]] = {name: set() for name in self.tables}
        self.gone: dict[str, set[str]] = {name: set() for name in self.tables}
        self.dangled: list[str] = []
        live.run("".join(_ddl(case, declared, live.kind)))

    def run(self) -> None:
        waiting: list[Case] = []
        for step in self.case["steps"]:
            if step["op"] == "insert":
                waiting.append(step)
            else:
                self._insert(waiting)
                waiting = []
                getattr(self, f"_{step['op']}")(step)

    def _insert(self, steps: list[Case]) -> None:
        order = {name: at for at, name in enumerate(self._parents_first())}
        script = []
        for step in sorted(steps, key=lambda one: order[one["table"]]):
            cells = ["NULL" if v is None else "'" + v.replace("'", "''") + "'" for v in step["values"]]
            script.append(f"INSERT INTO {_quoted(step['table'])} VALUES ({', '.join(cells)});")
            self.present[step["table"]].add(step["values"][self._key_at(step["table"])])
        self.live.run("".join(script) or "SELECT 1")

    def _parents_first(self) -> list[str]:
        if not self.declared:
            return list(self.tables)
        placed: list[str] = []
        while len(placed) < len(self.tables):
            placed += [
                name
                for name, table in self.tables.items()
                if name not in placed and {e["to"] for e in table["edges"]} <= {*placed, name}
            ]
        return placed

    def _key_at(self, table: str) -> int:
        return next(at for at, c in enumerate(self.tables[table]["columns"]) if c.get("pk"))

    # -- what a case does ------------------------------------------------------------------------------------------

    def _sql(self, step: Case) -> None:
        self.live.run(step["sql"].replace("'\"", "").replace("\"'", ""))

    def _query(self, step: Case) -> None:
        rows = [_texts(row) for row in self.live.query(step["sql"])]
        self._compare({"table": "msg"}, rows, step["expect"])

    def _get(self, step: Case) -> None:
        seen = self.world.see(f"{step['kind']}={step['subject']}")
        sets = [Counter(_texts(row.values()) for row in rows) for rows in seen.values()]
        told = [Counter(map(tuple, rows)) for rows in step["expect_result_sets"]]
        assert _bag(sets) == _bag(told)

    def _forget(self, step: Case) -> None:
        self.world.erase(f"{step['kind']}={step['subject']}")
        for table, keys in self.present.items():
            name = self.tables[table]["columns"][self._key_at(table)]["name"]
            left = {str(row[0]) for row in self.live.query(f"SELECT {_quoted(name)} FROM {_quoted(table)}")}
            self.gone[table] |= keys - left
        assert self.live.dangling() == []
        self._no_link_dangles()

    def _no_link_dangles(self) -> None:
        for name, table in self.tables.items():
            for edge in table["edges"]:
                column, end = _quoted(edge["column"]), _quoted(edge["to_column"])
                pointed = {str(row[0]) for row in self.live.query(f"SELECT {column} FROM {_quoted(name)}")}
                assert not pointed & self.gone[edge["to"]], f"{name}.{edge['column']} points to {end}, erased"

    def _expect_rows_of_subject(self, step: Case) -> None:
        kind = step["kind"] if step["kind"] in self.tables else step["kind"] + "s"
        self._compare(step, self._owned(step["table"], [(kind, step["subject"])]), step["rows"])

    def _expect_rows_of_nobody(self, step: Case) -> None:
        everybody = [
            (name, key) for name, t in self.tables.items() if t["data_subject"] for key in self.present[name]
        ]
        owned = Counter(self._owned(step["table"], everybody))
        rows = Counter(_texts(row) for row in self.live.query(f"SELECT * FROM {_quoted(step['table'])}"))
        self._compare(step, list((rows - owned).elements()), step["rows"])

    def _compare(self, step: Case, ours: Iterable[Cells], theirs: list[list[str | None]]) -> None:
        exact = list(map(tuple, theirs))
        ours = list(ours)
        if Counter(ours) != Counter(exact):
            self.dangled.append(step["table"])
        table = step["table"]
        assert Counter(self._unlinked(table, ours)) == Counter(self._unlinked(table, exact)), step

    def _unlinked(self, table: str, rows: Iterable[Cells]) -> Iterator[Cells]:
        """The rows with every link to an erased row set to None."""
        names = [column["name"] for column in self.tables[table]["columns"]]
        for row in rows:
            cells = list(row)
            for edge in self.tables[table]["edges"]:
                at = names.index(edge["column"])
                cells[at] = None if cells[at] in self.gone[edge["to"]] else cells[at]
            yield tuple(cells)

    def _owned(self, table: str, subjects: Iterable[tuple[str, str]]) -> list[Cells]:
        with self.world.inquiry() as inquiry:
            there = [f"{kind}={key}" for kind, key in subjects if key not in self.gone[kind]]
            if not there:
                return []
            closure = inquiry.whose(inquiry.who(there))
            held, ref = closure.holdings.get(Ref("shop", table)), Ref("shop", table)
            keys: list[Key] = [key for key, own in held.own.items() if own] if held else []
            names = self.tables[table]["columns"]
            return [
                _texts(row[-len(names) :]) for chunk in inquiry.full_rows(ref, keys) for row in chunk
            ] if keys else []  # fmt: skip


def _texts(row: Iterable[object]) -> Cells:
    return tuple(None if cell is None else str(cell) for cell in row)


def _bag(sets: list[Counter[Cells]]) -> Counter[frozenset[tuple[Cells, int]]]:
    return Counter(frozenset(rows.items()) for rows in sets if rows)


@pytest.mark.parametrize(
    ("kind", "declared"),
    [
        ("sqlite", True),
        ("sqlite", False),
        pytest.param("postgres", True, marks=pytest.mark.postgres),
        pytest.param("mysql", True, marks=pytest.mark.mysql),
    ],
    ids=["sqlite", "sqlite-undeclared", "postgres", "mysql"],
)
@pytest.mark.parametrize("case", _cases())
def test_the_published_cases_hold(
    case: Case, kind: str, declared: bool, new_live: Callable[..., Live]
) -> None:
    play = Play(case, new_live(kind), declared)
    play.run()
    assert bool(play.dangled) == (case["id"] in KEEP_A_DANGLING_ID), play.dangled
