"""Where a link holds only under a condition, the same column makes one row a person's own and leaves the next one alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from live import World


def test_a_condition_decides_whose_a_row_is(small: Callable[[str, Any], World]) -> None:
    shop = small(
        """
        CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE entry (id INTEGER PRIMARY KEY, kind TEXT, person_id INTEGER, text TEXT);
        INSERT INTO person VALUES (1, 'Alice'), (2, 'Bob');
        INSERT INTO entry VALUES (1, 'diary', 1, 'hers'), (2, 'price list', 1, 'of no. 1'), (3, 'diary', 2, 'his');
        """,
        {
            "person": {"subject": "person", "key": ["id"], "fields": {"id": "key", "name": "none"}},
            "entry": {
                "key": ["id"],
                "fields": {"id": "key", "kind": "status", "person_id": "key", "text": "free_text"},
                "links": [
                    {
                        "columns": ["person_id"],
                        "to": "person [id]",
                        "means": "OWNED_BY",
                        "when": "kind = 'diary'",
                    }
                ],
            },
        },
    )
    assert [row["text"] for row in shop.see("person=1")["shop.entry"]] == ["hers"]
    shop.erase("person=1")
    assert shop.systems["shop"].query("SELECT * FROM entry") == [
        (2, "price list", 1, "of no. 1"),
        (3, "diary", 2, "his"),
    ]
