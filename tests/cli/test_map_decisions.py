"""A stranger's database without one declared key: the map finds its links, a person decides them, and they stay decided."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from terminal import Ended, Terminal

from troth.datamap.mapfile import load

pytestmark = pytest.mark.process
PEOPLE = 60


@pytest.fixture
def stranger(tmp_path: Path) -> Terminal:
    """Customers, their orders and the orders' lines, tied by nothing but their values; a canary in every text."""
    with closing(sqlite3.connect(tmp_path / "crm.sqlite")) as db, db:
        db.executescript(
            "CREATE TABLE customers (customer_id INTEGER PRIMARY KEY, full_name TEXT, email TEXT, note TEXT);"
            "CREATE TABLE orders (order_id INTEGER PRIMARY KEY, customer_id INTEGER, placed TEXT);"
            "CREATE TABLE order_lines (line_id INTEGER PRIMARY KEY, order_id INTEGER, product_id INTEGER, amount REAL);"
            "CREATE TABLE products (product_id INTEGER PRIMARY KEY, title TEXT);"
        )
        db.executemany(
            "INSERT INTO customers VALUES (?, ?, ?, ?)",
            [
                (1000 + n, f"Canary{n} Sørensen", f"canary{n}@example.dk", f"canary remark {n}")
                for n in range(PEOPLE)
            ],
        )
        db.executemany(
            "INSERT INTO orders VALUES (?, ?, '2024-01-02')",
            [(5000 + n, 1000 + n % PEOPLE) for n in range(200)],
        )
        db.executemany("INSERT INTO products VALUES (?, ?)", [(90 + n, f"bin {n}") for n in range(30)])
        db.executemany(
            "INSERT INTO order_lines VALUES (?, ?, ?, 9.5)",
            [(80000 + n, 5000 + n % 200, 90 + n % 30) for n in range(600)],
        )
    return Terminal(tmp_path)


def told(ended: Ended) -> dict[str, Any]:
    answer = json.loads(ended.out)
    assert isinstance(answer, dict)
    return answer


def test_map_accept_reject_map_again(stranger: Terminal) -> None:
    path = stranger.folder / "troth.map.yaml"
    first = stranger("map", "crm.sqlite", "--json")
    links = {link["name"]: link for link in told(first)["links"]}
    bought, lines = (
        "crm.orders.customer_id>crm.customers.customer_id",
        "crm.order_lines.order_id>crm.orders.order_id",
    )
    assert {bought, lines} <= set(links)
    assert not links[bought]["declared"]
    assert not links[bought]["reviewed"]
    assert told(first)["sampled"].keys() == {"datasets", "rows", "bytes", "seconds"}
    assert told(first)["sampled"]["rows"] == PEOPLE + 200 + 30 + 600

    accepted = told(stranger("map", "--accept", bought, "--json"))
    assert [one["name"] for one in accepted["accepted"]] == [bought]
    stranger("map", "--reject", "crm.order_lines.product_id")
    decided = path.read_text()
    assert "means: OWNED_BY  #" in decided
    stranger("map")
    assert path.read_text() == decided
    stranger("map", "crm.sqlite", "--no-values")
    assert path.read_text() == decided

    (stranger.folder / "crm.sqlite").rename(stranger.folder / "away")  # no store is needed to decide
    stranger("map", "--all-above", "0.5")
    datamap = load(path)
    assert all(link.reviewed for link in datamap.links)
    assert [(one.source.dataset, one.columns) for one in datamap.refused] == [
        ("order_lines", ("product_id",))
    ]


def test_a_link_that_is_no_longer_found_stays_if_it_was_accepted(stranger: Terminal) -> None:
    stranger("map", "crm.sqlite")
    stranger("map", "--accept", "crm.orders.customer_id")
    decided = (stranger.folder / "troth.map.yaml").read_text()
    with closing(sqlite3.connect(stranger.folder / "crm.sqlite")) as db, db:
        db.execute("UPDATE orders SET customer_id = order_id * 7 + 3")
    stranger("map")
    assert (stranger.folder / "troth.map.yaml").read_text() == decided


def test_several_names_stand_behind_one_option(stranger: Terminal) -> None:
    stranger("map", "crm.sqlite")
    answer = told(stranger("map", "--accept", "crm.orders.customer_id", "crm.order_lines.order_id", "--json"))
    assert len(answer["accepted"]) == 2
    assert answer["open"] == told(stranger("map", "--accept", "crm.orders.customer_id", "--json"))["open"]
    stranger(
        "map",
        "crm.sqlite",
        "--accept",
        "crm.orders.customer_id",
        "--reject",
        "crm.order_lines.order_id",
        code=2,
    )


def test_an_unknown_name_is_one_sentence_with_the_nearest(stranger: Terminal) -> None:
    stranger("map", "crm.sqlite")
    before = (stranger.folder / "troth.map.yaml").read_text()
    ended = stranger("map", "--accept", "crm.orders.custmer_id", code=2)
    assert ended.err.count("\n") == 1
    assert "crm.orders.customer_id" in ended.err
    stranger("map", "--reject", "crm.orders.placed", code=2)
    assert (stranger.folder / "troth.map.yaml").read_text() == before


def test_the_screen_names_the_commands_that_come_next(stranger: Terminal) -> None:
    ended = stranger("map", "crm.sqlite", COLUMNS="100")
    lines = ended.out.splitlines()
    assert len(lines) <= 45
    assert (
        "sampling at most 1,000 rows of each of 4 tables of crm; values are looked at and never kept"
        in ended.err
    )
    assert lines[0].startswith("1 system: 4 datasets, 1 of people")
    assert "`troth map --accept crm." in " ".join(ended.out.split())
    assert lines[-1] == "Next: troth find someone@example.com"
    danish = stranger("map", "crm.sqlite", "-o", "da.yaml", TROTH_LANGUAGE="da")
    assert "ser på højst 1.000 rækker af hver af 4 tabeller i crm; værdier ses og gemmes aldrig" in danish.err
    assert danish.out.splitlines()[-1] == "Dernæst: troth find nogen@eksempel.dk"


def test_no_sampled_value_is_left_anywhere(stranger: Terminal) -> None:
    said = [
        stranger("map", "crm.sqlite"),
        stranger("map", "--json"),
        stranger("map", "--all-above", "0.1", "--json"),
    ]
    assert "canary3" in stranger("find", "canary3@example.dk").out.casefold()  # the search below can find one
    for path in [p for p in stranger.folder.rglob("*") if p.is_file() and p.name != "crm.sqlite"]:
        assert b"canary" not in path.read_bytes().lower(), path.name
    for ended in said:
        assert "canary" not in (ended.out + ended.err).casefold()


def test_without_values_no_row_is_read(stranger: Terminal) -> None:
    answer = told(stranger("map", "crm.sqlite", "--no-values", "--json"))
    assert answer["sampled"] is None
    assert (
        told(stranger("map", "crm.sqlite", "--rows", "25", "--json", "-o", "few.yaml"))["sampled"]["rows"]
        <= 4 * 25
    )
