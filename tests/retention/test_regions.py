"""A postal code becomes the name of its region, on every store; what is none becomes neutral, and sums stay to the cent."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest

from live import KINDS, World, map_of
from troth.datamap.model import Strategy
from troth.datamap.strategies import UNREADABLE, coarser

ALMA = "alma@inbox.example"
REGION = Strategy("generalise", "region")


@pytest.mark.parametrize(
    ("code", "region"),
    [
        ("1050", "Hovedstaden"), ("2665", "Hovedstaden"), ("2670", "Sjælland"), ("3700", "Hovedstaden"),
        ("4000", "Sjælland"), ("4050", "Hovedstaden"), ("4990", "Sjælland"), ("5000", "Syddanmark"),
        ("6700", "Syddanmark"), ("6880", "Midtjylland"), ("6950", "Midtjylland"), ("7000", "Syddanmark"),
        ("7130", "Midtjylland"), ("7190", "Syddanmark"), ("7400", "Midtjylland"), ("7700", "Nordjylland"),
        ("7790", "Midtjylland"), ("7900", "Nordjylland"), ("8000", "Midtjylland"), ("8990", "Midtjylland"),
        ("9000", "Nordjylland"), ("9632", "Midtjylland"), ("DK-8200", "Midtjylland"), (" 9990 ", "Nordjylland"),
        ("Midtjylland", "Midtjylland"), ("3900", None), ("0999", None), ("82000", None), ("SW1A", None),
        ("８２００", None), (8200, None),
    ],
)  # fmt: skip
def test_a_postal_code_lies_in_one_region(code: Any, region: str | None) -> None:
    assert coarser(REGION, code, bytes(8)) == (region or UNREADABLE)


def test_no_code_lies_in_two_regions_and_only_those_that_do_in_none() -> None:
    told = tomllib.loads(files("troth.datamap").joinpath("regions.toml").read_text(encoding="utf-8"))
    codes = [
        code
        for spans in told["regions"].values()
        for first, last in (map(int, span.split("-")) for span in spans)
        for code in range(first, last + 1)
    ]
    assert len(codes) == len(set(codes))
    outside = set(range(1000, 10_000)) - set(codes)
    assert outside == {*range(3800, 4000)}, "the Faroe Islands and Greenland"


SCHEMA = """
CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(80));
CREATE TABLE bill (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person (id), zip VARCHAR({width}), total DECIMAL(12,2));
INSERT INTO person VALUES (1, 'alma@inbox.example'), (2, 'bent@inbox.example');
"""


def bills(new_live: Any, kind: str, width: int, rows: int = 40) -> tuple[Any, World]:
    live = new_live(kind)
    live.run(SCHEMA.format(width=width))
    codes = ("8200", "2670", "x", "3900")
    cells = (
        f"({n}, {1 + n % 2}, '{codes[n % 4 - n % 2]}', {n * 37 % 10_000}.{n * 7 % 100:02d})"
        for n in range(1, rows)
    )
    live.run(f"INSERT INTO bill VALUES {', '.join(cells)};")
    link = {"columns": ["person_id"], "to": "person [id]", "means": "OWNED_BY"}
    zip_ = {"category": "postal_code", "erased": {"generalise": "region"}}
    fields = {"id": "key", "person_id": "key", "zip": zip_, "total": "amount"}
    bill = {"key": ["id"], "fields": fields, "links": [link], "erase": "anonymise"}
    person = {"subject": "person", "key": ["id"], "fields": {"id": "key", "email": "email"}}
    return live, World({"shop": live}, map_of({"shop": {"person": person, "bill": bill}}))


@pytest.mark.parametrize("kind", KINDS)
def test_regions_are_written_and_the_sums_stay_to_the_cent(new_live: Any, kind: str) -> None:
    live, world = bills(new_live, kind, 20)
    before = live.query("SELECT id, total FROM bill ORDER BY id")
    others = live.query("SELECT id, zip FROM bill WHERE person_id = 2 ORDER BY id")
    world.erase(ALMA)
    after = live.query("SELECT id, total FROM bill ORDER BY id")
    assert [(n, Decimal(str(t))) for n, t in after] == [(n, Decimal(str(t))) for n, t in before]
    assert {z for (z,) in live.query("SELECT zip FROM bill WHERE person_id IS NULL")} == {"Midtjylland", None}
    assert live.query("SELECT id, zip FROM bill WHERE person_id = 2 ORDER BY id") == others


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_too_narrow_for_a_name_asks_first(new_live: Any, kind: str) -> None:
    _, world = bills(new_live, kind, 4)
    assert [(q.id, q.place) for q in world.plan(ALMA).blocked] == [("plan.Q006", "shop.bill.zip")]
