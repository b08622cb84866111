"""Legal holds from a shell: two people, exit codes, what is said in both languages, and what --json holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from terminal import ALMA, Terminal

PLACE = (
    "hold", "place", "--person", ALMA, "--authority", "court", "--ground", "claims",
    "--note", "Case BS-12/2026 needs her orders", "--review", "2099-03-01",
)  # fmt: skip


def rows(terminal: Terminal, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(terminal.folder / "shop.sqlite")) as db:
        return db.execute(sql).fetchall()


def test_a_hold_from_place_to_the_postponed_erasure(terminal: Terminal) -> None:
    name = terminal(*PLACE, "--json", TROTH_OPERATOR="olga").json["name"]
    alone = terminal("hold", "confirm", name, code=4, TROTH_OPERATOR="olga")
    assert "one person alone" in alone.err
    blocked = terminal("erase", ALMA, "--yes", "--json", code=4)
    assert "hold.Q002" in {question["id"] for question in blocked.json["questions"]}
    assert "stands" in terminal("hold", "confirm", name, TROTH_OPERATOR="vera").out
    told = terminal("erase", ALMA, "--yes", "--json").json
    assert told["erased"] == 0
    assert {one["hold"] for one in told["kept"]} == {name}
    assert rows(terminal, "SELECT count(*) FROM orders WHERE customer_id = 1") == [(2,)]
    danish = terminal("hold", "list", TROTH_LANGUAGE="da").out
    assert "Slettestop" in danish
    assert "en domstol" in danish
    assert "Udskudte sletninger: 1" in danish
    listed = terminal("hold", "list", "--rows", "--json").json
    assert listed["postponed"] == 1
    assert [one["rows"] for one in listed["restricted"] if one["dataset"] == "orders"] == [[[10], [11]]]
    copy = terminal("export", ALMA, "-o", "copy", code=0)
    assert "copy" in copy.out
    assert "restricted: legal hold (court)" in (terminal.folder / "copy" / "data.json").read_text()
    certificate = told["certificates"][0]
    assert "postponed by a legal hold" in terminal("verify", certificate, "--key", ".troth/troth.pub").out
    assert (
        "udskudt af et slettestop"
        in terminal("verify", certificate, "--key", ".troth/troth.pub", TROTH_LANGUAGE="da").out
    )
    terminal("hold", "lift", name, TROTH_OPERATOR="olga")
    assert "Postponed erasures: 1" in terminal("hold", "confirm", name[:8], TROTH_OPERATOR="vera").out
    assert "Postponed erasure" in terminal("due").out
    assert rows(terminal, "SELECT count(*) FROM orders WHERE customer_id = 1") == [(0,)]
    assert rows(terminal, "SELECT count(*) FROM customer WHERE id = 1") == [(0,)]
    terminal("ledger", "verify")


def test_what_is_no_hold_is_refused_with_its_place_and_a_remedy(terminal: Terminal) -> None:
    idle = [
        part if part != "Case BS-12/2026 needs her orders" else "just in case, one never knows"
        for part in PLACE
    ]
    refused = terminal(*idle, code=2)
    assert "--note" in refused.err
    assert "17(3)" in refused.err
    assert "hold list" in terminal("hold", "confirm", "4db850a5", code=2).err


def test_a_review_that_has_passed_ends_with_findings(terminal: Terminal) -> None:
    name = terminal(*PLACE, "--json", TROTH_OPERATOR="olga").json["name"]
    terminal("hold", "confirm", name, TROTH_OPERATOR="vera")
    assert terminal("hold", "list", "--json").json["overdue"] == 0
    terminal("hold", "review", name, "--review", "2099-09-01", "--note", "The appeal is set for June 2099")
    assert "2099-09-01" in terminal("hold", "list").out
