"""Looking at values ends within its budget, and a table that refuses is named instead of stopping the map."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from live import Live
from troth.datamap.mapfile import loads
from troth.datamap.model import Ref
from troth.datamap.reader import Bounds, Row, Sample, Select
from troth.datamap.schema import Column, Schema, Table
from troth.terms.errors import StoreError
from troth.workflows import looking
from troth.workflows.looking import Looked, inferred, look, worth_looking


@dataclass
class Pretender:
    """A store that gives what a test tells it to; `asked` are the bounds of each table."""

    system: str = "crm"
    refusing: frozenset[str] = frozenset()
    rows_fail: bool = False
    asked: dict[str, Bounds] = field(default_factory=dict)

    def sample(self, dataset: str, bounds: Bounds) -> Sample:
        self.asked[dataset] = bounds
        if dataset in self.refusing:
            return Sample(dataset, (), (), False, fault="InsufficientPrivilege")
        rows = tuple((7 * at + 1,) for at in range(200))
        return Sample(dataset, ("id",), rows, False, "rows", bytes=1600)

    def rows(self, select: Select) -> Iterator[Sequence[Row]]:
        raise StoreError("PostgreSQL refused: QueryCanceled", permanent=False)


def run(store: Pretender, names: list[str], rows: int = 1000) -> tuple[Looked, list[object]]:
    said: list[object] = []
    return look({"crm": store}, {"crm": names}, rows, said.append, lambda *what: said.append(what)), said  # type: ignore[dict-item]


def test_it_is_said_before_anything_is_looked_at() -> None:
    looked, said = run(Pretender(), ["a", "b"])
    assert said == [("crm", 1000, 2), "sampling crm: table 1 of 2", "sampling crm: table 2 of 2"]
    assert looked.told() | {"seconds": 0} == {"datasets": 2, "rows": 400, "bytes": 3200, "seconds": 0}


def test_many_tables_share_one_budget() -> None:
    store = Pretender()
    run(store, [f"t{n}" for n in range(1200)])
    asked = list(store.asked.values())
    assert {bounds.rows for bounds in asked} == {looking.ROWS // 1200}
    assert sum(bounds.bytes for bounds in asked) <= looking.BYTES
    few = Pretender()
    run(few, ["t"], rows=25)
    assert few.asked["t"].rows == 25


def test_a_table_that_refuses_is_named_and_the_others_are_seen() -> None:
    looked, _ = run(Pretender(refusing=frozenset({"b"})), ["a", "b", "c"])
    assert looked.samples.keys() == {Ref("crm", "a"), Ref("crm", "c")}
    assert looked.passed_over == [(Ref("crm", "b"), "the store refused: InsufficientPrivilege")]


def test_when_the_time_is_up_the_rest_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "SECONDS", 0.0)
    looked, _ = run(Pretender(), ["a", "b"])
    assert [reason for _, reason in looked.passed_over] == ["no time was left to look at it"] * 2


def test_a_store_that_cannot_answer_leaves_the_names() -> None:
    def table(name: str, *columns: str) -> Table:
        made = tuple(Column(column, "integer", "integer", nullable=False) for column in columns)
        return Table(name, made, key=("id",), uniques=(("id",),), estimate=1_000_000)

    schemas = {
        "crm": Schema(
            "crm", {"customer": table("customer", "id"), "orders": table("orders", "id", "customer_id")}
        )
    }
    rows = tuple((7 * at + 1, 11 * at + 2) for at in range(200))
    looked = Looked(samples={
        Ref("crm", "customer"): Sample("customer", ("id",), tuple((row[0],) for row in rows), False, "rows"),
        Ref("crm", "orders"): Sample("orders", ("id", "customer_id"), rows, False, "rows"),
    })  # fmt: skip
    found = inferred({"crm": Pretender()}, schemas, looked, lambda _: None)  # type: ignore[dict-item]
    assert [(guess.columns, guess.target.dataset) for guess in found.links] == [
        (("customer_id",), "customer")
    ]


def test_nothing_is_looked_at_once_all_is_decided() -> None:
    column = Column("id", "integer", "integer")
    schemas = {
        "crm": Schema("crm", {name: Table(name, (column,), key=("id",)) for name in ("a", "b", "gone")})
    }
    decided = "troth: 1\nsystems:\n  crm:\n    url: sqlite:///x\n    unmapped: {gone: old}\n    datasets:\n"
    decided += "".join(f"      {name}: {{key: [id], fields: {{id: key}}}}\n" for name in "ab")
    assert worth_looking(schemas, loads(decided)) == {}
    assert worth_looking(
        schemas,
        loads(decided.replace("a: {key: [id], fields: {id: key}}", "a: {key: [id], fields: {id: 'key?'}}")),
    )
    assert worth_looking(schemas, None) == {"crm": ["a", "b", "gone"]}
    doubted = decided.replace("b: {key: [id], fields: {id: key}}", "b: {key: [id], fields: {id: 'key?'}}")
    assert worth_looking(schemas, loads(doubted)) == {"crm": ["a", "b"]}


@pytest.mark.postgres
def test_a_table_we_may_not_read_does_not_stop_the_map(new_live: Callable[..., Live]) -> None:
    live = new_live("postgres")
    live.run(
        "CREATE TABLE a (id int PRIMARY KEY); CREATE MATERIALIZED VIEW b AS SELECT 1 AS x WITH NO DATA; INSERT INTO a VALUES (1)"
    )
    with live.opened() as store:
        looked = look({"shop": store}, {"shop": ["a", "b"]}, 10, lambda _: None, lambda *_: None)
    assert looked.rows == 1
    assert [str(ref) for ref, _ in looked.passed_over] == ["shop.b"]
