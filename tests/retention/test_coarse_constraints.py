"""What a column cannot hold of a coarser value is a question before the act, on each store; nothing fails half-way."""

from __future__ import annotations

from typing import Any

import pytest

from live import KINDS, World, map_of

ALMA = "alma@inbox.example"
SCHEMA = """
CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(80));
CREATE TABLE post (code VARCHAR(10) PRIMARY KEY);
CREATE TABLE visit (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person (id), {column});
INSERT INTO person VALUES (1, 'alma@inbox.example'), (2, 'bent@inbox.example');
INSERT INTO post VALUES ('8200');
INSERT INTO visit (id, person_id, {name}) VALUES (1, 1, {value}), (2, 2, {value});
"""
COLUMNS: dict[str, tuple[str, str, Any]] = {
    "a check on numbers": ("age SMALLINT NOT NULL CHECK (age >= 18)", "21", {"generalise": "bands of 50"}),
    "a check on texts": (
        "zip VARCHAR(4) NOT NULL CHECK (zip <> '8***' AND zip <> '0000')",
        "'8200'",
        {"generalise": "1 digit"},
    ),
    "a check on days": (
        "born DATE NOT NULL CHECK (born > '1880-01-01')",
        "'1880-05-17'",
        {"generalise": "year"},
    ),
    "a check on several columns": (
        "age SMALLINT NOT NULL, CHECK (age > id + 1)",
        "21",
        {"generalise": "bands of 100"},
    ),
    "the lower end of noise": ("age SMALLINT NOT NULL CHECK (age >= 21)", "21", {"noise": "bands of 10"}),
    "the higher end of noise": ("age SMALLINT NOT NULL CHECK (age <= 22)", "21", {"noise": "bands of 10"}),
    "a number's width": ("age SMALLINT NOT NULL", "-5", {"generalise": "bands of 100000"}),
    "a decimal's width": ("height DECIMAL(4,2) NOT NULL", "-5", {"generalise": "bands of 1000"}),
    "a text's width": ("age VARCHAR(2) NOT NULL", "'-5'", {"generalise": "bands of 100"}),
    "a foreign key": (
        "zip VARCHAR(10) NOT NULL, FOREIGN KEY (zip) REFERENCES post (code)",
        "'8200'",
        {"generalise": "1 digit"},
    ),
    "uniqueness": ("zip VARCHAR(10) NOT NULL, UNIQUE (zip, id)", "'8200'", {"generalise": "1 digit"}),
    "a generated column that is checked": (
        "age SMALLINT NOT NULL, twice INTEGER GENERATED ALWAYS AS (age * 2) STORED CHECK (twice > 40)",
        "21",
        {"generalise": "bands of 50"},
    ),
    "a generated column that is unique": (
        "age SMALLINT NOT NULL, same INTEGER GENERATED ALWAYS AS (age + id) STORED UNIQUE",
        "21",
        {"generalise": "bands of 50"},
    ),
}
FIT: dict[str, tuple[str, str, Any, str]] = {
    "a check that holds": ("age SMALLINT NOT NULL CHECK (age >= 18)", "21", {"generalise": "bands of 2"}, "20"),
    "a text as wide as before": ("zip VARCHAR(4) NOT NULL", "'8200'", {"generalise": "1 digit"}, "8***"),
    "a check on days that holds": (
        "born DATE NOT NULL CHECK (born >= '1880-01-01')", "'1880-05-17'", {"generalise": "year"}, "1880-01-01",
    ),
}  # fmt: skip


def world_of(live: Any, column: str, value: str, erased: dict[str, Any]) -> World:
    name = column.split()[0]
    live.run(SCHEMA.format(column=column, name=name, value=value))
    link = {"columns": ["person_id"], "to": "person [id]", "means": "OWNED_BY"}
    made = {one: "none" for one in ("twice", "same") if one in column}
    fields = {**made, "id": "key", "person_id": "key", name: {"category": "vehicle", "erased": erased}}
    visit = {"key": ["id"], "fields": fields, "links": [link], "erase": "anonymise"}
    person = {"subject": "person", "key": ["id"], "fields": {"id": "key", "email": "email"}}
    post = {"key": ["code"], "fields": {"code": "postal_code"}}
    return World({"shop": live}, map_of({"shop": {"person": person, "post": post, "visit": visit}}))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", COLUMNS)
def test_a_coarser_value_that_does_not_fit_is_asked_about(new_live: Any, kind: str, case: str) -> None:
    column, value, erased = COLUMNS[case]
    live = new_live(kind)
    world = world_of(live, column, value, erased)
    before = live.dump()
    asked = [(question.id, question.place) for question in world.plan(ALMA).blocked]
    assert asked == [("plan.Q006", f"shop.visit.{column.split()[0]}")]
    assert live.dump() == before, "planning reads only"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", FIT)
def test_a_coarser_value_that_fits_is_written(new_live: Any, kind: str, case: str) -> None:
    column, value, erased, expected = FIT[case]
    live = new_live(kind)
    world_of(live, column, value, erased).erase(ALMA)
    name = column.split()[0]
    (mine,), (other,) = live.query(f"SELECT {name} FROM visit ORDER BY id")
    assert (str(mine), str(other)) == (expected, value.strip("'"))
