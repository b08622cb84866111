"""What a plan costs is said before: columns without an index with the statement that makes it, and tables that are read whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from live import KINDS, Live, World, map_of
from troth.datamap.model import Ref
from troth.planning import costs
from troth.planning.costs import create_index, notes

SHOP: dict[str, Any] = {
    "person": {"subject": "person", "key": ["id"], "fields": {"id": "key", "email": "email"}},
    "visit": {
        "key": ["id"],
        "fields": {"id": "key", "person_id": "key", "host": "key", "words": "free_text"},
        "links": [
            {"columns": ["person_id"], "to": "person [id]", "means": "OWNED_BY"},
            {"columns": ["host"], "to": "person [id]", "means": "MENTIONS"},
        ],
    },
}
TABLES = (
    "CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(80) UNIQUE);"
    "CREATE TABLE visit (id INTEGER PRIMARY KEY, person_id INTEGER {key}, host INTEGER, words VARCHAR(90));"
    "INSERT INTO person VALUES (1, 'alice@inbox.example'), (2, 'bob@inbox.example');"
)
ROWS = 60_000


def fill(live: Live, key: str) -> World:
    numbers = {
        "postgres": "SELECT n FROM generate_series(1, %d) AS s(n)",
        "mysql": "SELECT seq AS n FROM seq_1_to_%d",
        "sqlite": "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s",
    }[live.kind] % ROWS
    live.run(
        TABLES.format(key=key)
        + f"INSERT INTO visit SELECT n, CASE WHEN n <= 3 THEN 1 ELSE 2 END, 2, 'some words' FROM ({numbers}) AS t;"
    )
    live.run({"mysql": "ANALYZE TABLE person, visit;"}.get(live.kind, "ANALYZE;"))
    return World({"shop": live}, map_of({"shop": SHOP}))


def said(world: World) -> dict[str, tuple[str, str]]:
    """Id and place -> text and remedy of what stands beside the plan to erase Alice."""
    with world.inquiry() as inquiry:
        plan = inquiry.plan(inquiry.who(["alice@inbox.example"]))
        sizes = {Ref("shop", name): size for name, size in inquiry.stores["shop"].sizes().items()}
        asked = list(notes(inquiry.estate, plan.steps, sizes, inquiry.dialects))
    assert not any(question.blocking for question in asked)
    return {f"{question.id} {question.place}": (question.text, question.remedy) for question in asked}


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_without_an_index_is_named_and_the_statement_makes_it_go_away(
    kind: str, new_live: Callable[..., Live], monkeypatch: pytest.MonkeyPatch
) -> None:
    live = new_live(kind)
    declared = kind != "mysql"  # InnoDB has an index for every foreign key
    shop = fill(live, "REFERENCES person (id)" if declared else "")
    told = said(shop)
    text, _ = told["plan.Q021 shop.visit (person_id)"]
    about = int(re.search(r"about ([\d,]+) rows", text)[1].replace(",", ""))  # type: ignore[index]
    assert ROWS * 0.7 < about < ROWS * 1.3
    assert ("for each row of shop.person that is erased" in text) is declared
    assert "to follow a link" in told["plan.Q021 shop.visit (host)"][0]
    for place in ("person_id", "host"):
        live.run(told[f"plan.Q021 shop.visit ({place})"][1].removeprefix("Make it first: "))
    assert said(shop) == {}
    monkeypatch.setattr(costs, "LARGE", 1_000_000)
    text, _ = said(shop)["plan.Q022 shop"]
    assert re.search(
        r"reads about \d+ MB, by the database's own estimate: visit \(about [\d,]+ rows, \d+ MB\)", text
    )


@pytest.mark.parametrize("kind", KINDS)
def test_small_tables_are_not_worth_a_word(
    kind: str, new_live: Callable[..., Live], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("test_costs.ROWS", 2_000)
    assert said(fill(new_live(kind), "")) == {}


def test_names_are_quoted_as_each_database_wants_them(new_live: Callable[..., Live]) -> None:
    ref = Ref("crm", "Order")
    assert create_index(ref, ["a b"], "postgres") == 'CREATE INDEX CONCURRENTLY ON "Order" ("a b")'
    assert create_index(ref, ["a`b"], "mysql") == "CREATE INDEX order_a_b ON `Order` (`a``b`)"
    assert create_index(Ref("crm", "a.b"), ["c"], "sqlite") == 'CREATE INDEX a_b_c ON "a.b" (c)'
    assert create_index(Ref("crm", 'sales."Odd.Name"'), ["c"], "postgres") == (
        'CREATE INDEX CONCURRENTLY ON sales."Odd.Name" (c)'
    )
