"""People erased in one batch lose in each row what erasing them one by one would take from it: no more, and no less."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from live import KINDS, Live, World, map_of

SCRIPT = """
CREATE TABLE client (id INTEGER PRIMARY KEY, name VARCHAR(60), email VARCHAR(60));
CREATE TABLE memo (id INTEGER PRIMARY KEY, client_id INTEGER REFERENCES client (id), said VARCHAR(200), more VARCHAR(200));
INSERT INTO client VALUES (1, 'Alma Lindqvist', 'alma@example.dk'), (2, 'Bjarke Holmslund', 'bjarke@example.dk');
INSERT INTO memo VALUES
  (1, 1, 'Alma Lindqvist rang', NULL),
  (2, 1, 'as Bjarke Holmslund said', NULL),
  (3, NULL, 'bjarke@example.dk', 'by Bjarke Holmslund');
"""
CLIENT = {
    "subject": "client",
    "key": ["id"],
    "fields": {"id": "key", "name": "full_name", "email": "email"},
}
MEMO = {
    "key": ["id"],
    "fields": {"id": "key", "client_id": "key", "said": "free_text", "more": "free_text"},
}
PEOPLE = ["alma@example.dk", "bjarke@example.dk"]
NEW = Callable[..., Live]


def shop(live: Live, means: str) -> World:
    live.run(SCRIPT)
    links = [{"columns": ["client_id"], "to": "client [id]", "means": means, "declared": True}]
    memo = {**MEMO, "links": links, **({"erase": "anonymise"} if means == "OWNED_BY" else {})}
    return World({"shop": live}, map_of({"shop": {"client": CLIENT, "memo": memo}}))


def memos(live: Live) -> dict[int, tuple[str | None, ...]]:
    return {row[0]: row[1:] for row in live.query("SELECT id, said, more FROM memo")}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("people", [[PEOPLE], [[PEOPLE[0]], [PEOPLE[1]]], [[PEOPLE[1]], [PEOPLE[0]]]])
def test_a_name_goes_only_from_rows_that_were_linked_to_its_own_person(
    kind: str, people: Sequence[Sequence[str]], new_live: NEW
) -> None:
    world = shop(new_live(kind), "MENTIONS")
    for batch in people:
        world.erase(*batch)
    now = memos(world.systems["shop"])
    assert now[1] == ("[erased] rang", None), "the row was a mention of her"
    assert now[2] == ("as Bjarke Holmslund said", None), (
        "the row let go of somebody else: it may be a namesake"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_that_is_left_in_another_persons_row_is_a_question(kind: str, new_live: NEW) -> None:
    world = shop(new_live(kind), "ACCESSED_BY")
    asked = [q for q in world.plan(*PEOPLE).questions if q.id == "plan.Q005"]
    assert [q.place for q in asked] == ["shop.memo"]
    assert asked[0].text.startswith("2 rows"), "the row of another in the batch, and the row of nobody"
    assert asked[0].people == {1}


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_beside_a_copied_address_is_asked_about_too(kind: str, new_live: NEW) -> None:
    world = shop(new_live(kind), "MENTIONS")
    plan = world.erase("bjarke@example.dk")
    assert memos(world.systems["shop"])[3] == ("[erased]", "by Bjarke Holmslund")
    (asked,) = [q for q in plan.questions if q.id == "plan.Q005"]
    assert "id 2; 3" in asked.remedy
