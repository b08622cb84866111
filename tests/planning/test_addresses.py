"""A postal address that was copied into a row that stays: gone where it is hers, left and asked about where it may be another's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from live import KINDS, Live, World, map_of

SCRIPT = """
CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, street TEXT, zip TEXT, city TEXT);
CREATE TABLE trip (id INTEGER PRIMARY KEY, from_street TEXT, from_zip TEXT, to_street TEXT, to_zip TEXT, to_city TEXT, note TEXT);
CREATE TABLE rider (trip INTEGER REFERENCES trip, person INTEGER REFERENCES person, PRIMARY KEY (trip, person));
INSERT INTO person VALUES (1, 'Alice Jensen', 'Elmevej 12, st. tv.', '8000', 'Aarhus C'),
  (2, 'Bob Holm', 'Lindevej 3', '2100', 'København');
INSERT INTO trip VALUES
  (1, 'ELMEVEJ 12 st tv', '8000', 'Lindevej 3', '2100', 'København', 'both'),
  (2, 'Bredgade 1', '1260', 'Elmevej 12, st. tv', '8000', 'Aarhus C', 'home'),
  (3, 'Elmevej 12, st. tv.', '9000', 'Elmevej 120', '8000', 'Aarhus C', 'not hers'),
  (4, 'Elmevej 12, st. tv.', '8000', 'x', 'y', 'z', 'Bobs');
INSERT INTO rider VALUES (1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2), (4, 2);
"""
FIELDS = {"id": "key", "from_street": "street", "from_zip": "postal_code", "to_street": "street", "to_zip": "postal_code",
          "to_city": "city", "note": "none"}  # fmt: skip


def datasets(means: str = "OWNS") -> dict[str, Any]:
    return {
        "person": {
            "subject": "person", "key": ["id"],
            "fields": {"id": "key", "name": "full_name", "street": "street", "zip": "postal_code", "city": "city"},
        },
        "trip": {"key": ["id"], "fields": FIELDS},
        "rider": {
            "key": ["trip", "person"], "fields": {"trip": "key", "person": "key"},
            "links": [
                {"columns": ["person"], "to": "person [id]", "means": "OWNED_BY"},
                {"columns": ["trip"], "to": "trip [id]", "means": means},
            ],
        },
    }  # fmt: skip


@pytest.fixture
def world(request: pytest.FixtureRequest, new_live: Callable[..., Live]) -> Callable[..., World]:
    def made(kind: str, more: str = "SELECT 1", means: str = "OWNS") -> World:
        live = new_live(kind)
        live.run(SCRIPT)
        live.run(more)
        return World({"shop": live}, map_of({"shop": datasets(means)}))

    return made


def trips(world: World) -> list[tuple[Any, ...]]:
    return world.systems["shop"].query("SELECT * FROM trip ORDER BY id")


@pytest.mark.parametrize("kind", KINDS)
def test_her_address_goes_from_rows_that_stay_and_no_other_does(
    world: Callable[..., World], kind: str
) -> None:
    shop = world(kind)
    shop.erase("person=1")
    assert trips(shop) == [
        (1, None, None, "Lindevej 3", "2100", "København", "both"),
        (2, "Bredgade 1", "1260", None, None, None, "home"),
        (3, "Elmevej 12, st. tv.", "9000", "Elmevej 120", "8000", "Aarhus C", "not hers"),
        (4, "Elmevej 12, st. tv.", "8000", "x", "y", "z", "Bobs"),
    ]
    assert not [step for step in shop.plan("person=1").steps if step.action != "keep"]


@pytest.mark.parametrize("kind", KINDS)
def test_where_another_owner_lives_there_too_it_is_asked(world: Callable[..., World], kind: str) -> None:
    shop = world(kind, "UPDATE person SET street = 'Elmevej 12 st tv', zip = '8000' WHERE id = 2")
    before = trips(shop)
    plan = shop.erase("person=1")
    assert trips(shop) == before
    (question,) = [q for q in plan.questions if q.id == "plan.Q017"]
    assert question.remedy.endswith("id 1; 2")
    assert "Elmevej" not in question.text + question.remedy


def test_in_rows_she_may_only_see_it_is_asked(world: Callable[..., World]) -> None:
    shop = world("sqlite", means="ACCESSES")
    shop.systems["shop"].run(
        "CREATE TABLE owner (trip INTEGER, person INTEGER, PRIMARY KEY (trip, person)); INSERT INTO owner VALUES (1, 2), (2, 2)"
    )
    told = datasets("ACCESSES")
    told["owner"] = {
        **told["rider"],
        "links": [
            dict(link, means=link["means"].replace("ACCESSES", "OWNS")) for link in told["rider"]["links"]
        ],
    }
    shop.datamap = map_of({"shop": told})
    before = trips(shop)
    plan = shop.erase("person=1")
    assert trips(shop) == before
    assert [q.place for q in plan.questions if q.id == "plan.Q017"] == ["shop.trip"]


def test_nothing_is_read_for_it_where_no_row_stays(world: Callable[..., World]) -> None:
    shop = world("sqlite", "DELETE FROM rider WHERE person = 2; UPDATE trip SET note = note")
    with shop.inquiry() as inquiry:
        inquiry.plan(inquiry.who(["person=1"]))
        sent = sum(store.statements() for store in inquiry.stores.values())
    shared = world_of_one(shop)
    with shared.inquiry() as inquiry:
        inquiry.plan(inquiry.who(["person=1"]))
        assert sum(store.statements() for store in inquiry.stores.values()) <= sent


def world_of_one(shop: World) -> World:
    """The same rows under a map that knows no addresses."""
    told = datasets()
    told["trip"]["fields"] = dict.fromkeys(FIELDS, "none") | {"id": "key"}
    return World(shop.systems, map_of({"shop": told}))
