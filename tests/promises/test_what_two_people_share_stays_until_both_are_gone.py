"""A row that two people own stays for the second when the first leaves, and goes when both have, in any order."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

from live import World

SCRIPT = """
    CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE message (id INTEGER PRIMARY KEY, sender INTEGER REFERENCES person, receiver INTEGER REFERENCES person, text TEXT);
    INSERT INTO person VALUES (1, 'Alice'), (2, 'Bob'), (3, 'Carla');
    INSERT INTO message VALUES (1, 1, 2, 'to Bob'), (2, 2, 3, 'to Carla'), (3, 1, 1, 'to herself');
"""
MAP: dict[str, Any] = {
    "person": {"subject": "person", "key": ["id"], "fields": {"id": "key", "name": "none"}},
    "message": {
        "key": ["id"],
        "fields": {"id": "key", "sender": "key", "receiver": "key", "text": "free_text"},
        "links": [
            {"columns": ["sender"], "to": "person [id]", "means": "OWNED_BY"},
            {"columns": ["receiver"], "to": "person [id]", "means": "OWNED_BY"},
        ],
    },
}


def test_what_two_people_share_stays_until_both_are_gone(small: Callable[[str, Any], World]) -> None:
    shop = small(SCRIPT, MAP)
    shop.erase("person=1")
    assert shop.systems["shop"].query("SELECT * FROM message") == [
        (1, None, 2, "to Bob"),
        (2, 2, 3, "to Carla"),
    ]
    shop.erase("person=2")
    assert shop.systems["shop"].query("SELECT * FROM message") == [(2, None, 3, "to Carla")]


def test_the_order_in_which_people_leave_makes_no_difference(small: Callable[[str, Any], World]) -> None:
    ends = []
    for order in [*permutations(["person=1", "person=2"]), None]:
        shop = small(f"DROP TABLE IF EXISTS message; DROP TABLE IF EXISTS person; {SCRIPT}", MAP)
        for person in order or ():
            shop.erase(person)
        if order is None:
            shop.erase("person=1", "person=2")
        ends.append(shop.systems["shop"].dump())
    assert ends[0] == ends[1] == ends[2]
