"""What a law keeps wins over everything else that would change it; rows that are nobody fit the table's own checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from live import KINDS, Live, World, map_of

SHOP = """
CREATE TABLE client (
  no VARCHAR(20) PRIMARY KEY, name VARCHAR(60) NOT NULL, email VARCHAR(60) NOT NULL,
  land VARCHAR(2) NOT NULL CHECK (land IN ('DK', 'NO'))
);
CREATE TABLE bill (
  id INTEGER PRIMARY KEY, client_no VARCHAR(20) NOT NULL REFERENCES client (no), issued VARCHAR(10) NOT NULL,
  name VARCHAR(60) NOT NULL, email VARCHAR(60) NOT NULL, total INTEGER NOT NULL
);
INSERT INTO client VALUES ('K-10234', 'Alma Lindqvist', 'alma@example.dk', 'NO'), ('K-20001', 'Bjarke Holmslund', 'b@example.dk', 'DK');
INSERT INTO bill VALUES
  (1, 'K-10234', '2025-05-01', 'Alma Lindqvist', 'alma@example.dk', 100),
  (2, 'K-10234', '2015-05-01', 'Alma Lindqvist', 'alma@example.dk', 200),
  (3, 'K-20001', '2025-06-01', 'Bjarke Holmslund', 'b@example.dk', 300);
"""
NEW = Callable[..., Live]


def shop(new_live: NEW, kind: str, keeps: list[str], nobody: bool) -> tuple[Live, World]:
    live = new_live(kind)
    live.run(SHOP)
    client: dict[str, Any] = {
        "subject": "client", "key": ["no"],
        "fields": {"no": "customer_no", "name": "full_name", "email": "email", "land": "country"},
    }  # fmt: skip
    if nobody:
        client["nobody"] = {"no": "NOBODY"}
    else:
        client["fields"]["land"] = "none"
    bill = {
        "key": ["id"],
        "fields": {
            "id": "key", "client_no": "customer_no", "issued": "date", "name": "full_name", "email": "email", "total": "amount",
        },
        "links": [{"columns": ["client_no"], "to": "client [no]", "means": "OWNED_BY", "declared": True}],
        "erase": "anonymise",
        "keep": [
            {"law": "dk.bookkeeping", "columns": keeps, "until": {"start": "issued", "years": 5}, "active": True}
        ],
    }  # fmt: skip
    return live, World({"shop": live}, map_of({"shop": {"client": client, "bill": bill}}))


@pytest.mark.parametrize("kind", KINDS)
def test_a_kept_name_is_no_copy_to_be_replaced(kind: str, new_live: NEW) -> None:
    live, world = shop(new_live, kind, ["name"], nobody=True)
    world.erase("alma@example.dk")
    rows = {
        row[0]: row[1:]
        for row in live.query("SELECT id, client_no, issued, name, total FROM bill ORDER BY id")
    }
    assert rows[1] == ("NOBODY", "2025-05-01", "Alma Lindqvist", 100)  # within the term
    assert rows[2][0] == "NOBODY"
    assert rows[2][2] != "Alma Lindqvist"  # past it
    assert rows[2][3] == 200
    assert rows[3] == ("K-20001", "2025-06-01", "Bjarke Holmslund", 300)
    assert live.query("SELECT count(*) FROM bill WHERE email = 'alma@example.dk'") == [(0,)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_row_that_is_nobody_fits_the_checks_of_its_table(kind: str, new_live: NEW) -> None:
    """`land` knows two values and neither is neutral: nobody gets one of them, and no reference dangles."""
    live, world = shop(new_live, kind, ["name"], nobody=True)
    world.erase("alma@example.dk")
    ((land,),) = live.query("SELECT land FROM client WHERE no = 'NOBODY'")
    assert land in ("DK", "NO")
    assert live.dangling() == []
    assert live.query("SELECT no FROM client ORDER BY no") == [("K-20001",), ("NOBODY",)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kept_foreign_key_holds_the_row_it_names(kind: str, new_live: NEW) -> None:
    live, world = shop(new_live, kind, ["client_no", "name"], nobody=False)
    world.erase("alma@example.dk")
    assert live.query("SELECT client_no, name FROM bill WHERE id = 1") == [("K-10234", "Alma Lindqvist")]
    ((name, email),) = live.query("SELECT name, email FROM client WHERE no = 'K-10234'")
    assert "Alma" not in name
    assert "alma" not in email
    assert live.dangling() == []
    assert live.query("SELECT * FROM client WHERE no = 'K-20001'") == [
        ("K-20001", "Bjarke Holmslund", "b@example.dk", "DK")
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_rule_holds_over_each_of_two_links_of_one_column(kind: str, new_live: NEW) -> None:
    live = new_live(kind)
    live.run(
        "CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(40));"
        "CREATE TABLE said (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person (id), open INTEGER, staff VARCHAR(40));"
        "INSERT INTO person VALUES (1, 'alma@example.dk');"
        "INSERT INTO said VALUES (1, 1, 1, 'Rikke'), (2, 1, 0, 'Claus');"
    )
    links = [
        {
            "columns": ["person_id"],
            "to": "person [id]",
            "means": means,
            "declared": True,
            "when": f"open = {value}",
        }
        for means, value in (("OWNED_BY", 1), ("ACCESSED_BY", 0))
    ]
    said = {
        "key": ["id"], "fields": {"id": "key", "person_id": "key", "open": "status", "staff": "full_name"},
        "links": links, "on_get": [{"link": "person_id", "hide": ["staff"]}],
    }  # fmt: skip
    person = {"subject": "person", "key": ["id"], "fields": {"id": "key", "email": "email"}}
    world = World({"shop": live}, map_of({"shop": {"person": person, "said": said}}))
    seen = world.see("alma@example.dk")
    assert len(seen["shop.said"]) == 2
    assert "Rikke" not in str(seen)
    assert "Claus" not in str(seen)
