"""What is written during or after an erasure is found by a second look; whoever comes back freely is left alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from after_world import ALMA, BO, Company


def states(told: dict[str, Any]) -> list[str]:
    return [look["state"] for look in told["rechecks"]]


def stored(company: Company, sql: str) -> list[Any]:
    with closing(sqlite3.connect(company.home / "state.sqlite")) as db:
        return db.execute(sql).fetchall()


def test_nothing_is_due_before_an_hour_has_passed_and_then_twice(company: Company) -> None:
    company.erase(ALMA)
    told = company.due()
    assert (told["rechecks"], told["waiting"], told["next"]) == ([], 2, "2026-03-01T13:00:00+00:00")
    company.later(hours=1)
    before = company.names()
    told = company.due()
    assert (states(told), told["waiting"]) == (["clean"], 1)
    company.later(days=1)
    assert states(company.due()) == ["clean"]
    assert company.due()["rechecks"] == []
    assert company.names() == before


def test_a_late_row_that_names_the_erased_key_or_address_goes_too(company: Company) -> None:
    company.erase(ALMA)
    company.live.run(
        "INSERT INTO orders VALUES (9, 1, 'late');"
        f"INSERT INTO note VALUES (9, 'mail {ALMA} and {BO}'); INSERT INTO orders VALUES (10, 2, 'hers not');"
    )
    company.later(hours=1)
    (look,) = company.due()["rechecks"]
    assert (look["state"], look["erased"], look["left"]) == ("erased", 1, {})
    assert company.live.query("SELECT id FROM orders ORDER BY id") == [(2,), (10,)]
    assert company.live.query("SELECT body FROM note WHERE id = 9") == [(f"mail [erased] and {BO}",)]


def test_who_comes_back_freely_is_flagged_and_left_alone(company: Company) -> None:
    company.erase(ALMA)
    company.live.run(
        f"INSERT INTO person VALUES (7, '{ALMA}', 'Alma Vind', NULL); INSERT INTO orders VALUES (9, 7, 'new'), (10, 1, 'old');"
    )
    company.later(hours=1)
    (look,) = company.due()["rechecks"]
    assert (look["returned"], look["state"], look["erased"]) == (1, "erased", 1)
    assert company.live.query("SELECT id FROM person ORDER BY id") == [(2,), (7,)]
    assert company.live.query("SELECT id FROM orders ORDER BY id") == [(2,), (9,)]
    assert stored(company, "SELECT count(*) FROM planning_tombstone WHERE returned IS NOT NULL") == [(1,)]


def test_what_must_be_decided_stays_due(company: Company) -> None:
    company.erase(ALMA)
    path = company.folder / "troth.map.yaml"
    text = path.read_text()
    path.write_text(
        text.replace('to: "person [id]", means: OWNED_BY}', 'to: "person [id]", means: OWNED_BY?}', 1)
    )
    company.live.run("INSERT INTO orders VALUES (9, 1, 'late')")
    company.later(hours=1)
    (look,) = company.due()["rechecks"]
    assert look["state"] == "blocked"
    assert [question["id"] for question in look["questions"] if question["blocking"]] == ["plan.Q011"]
    path.write_text(text)
    assert states(company.due()) == ["erased"]


def test_with_the_last_look_the_key_of_what_was_sealed_for_it_is_gone(company: Company) -> None:
    company.erase(ALMA)
    ((key,),) = set(stored(company, "SELECT DISTINCT key FROM planning_recheck"))
    company.later(hours=2)
    company.due()
    assert stored(company, f"SELECT count(*) FROM ledger_wrappedkey WHERE name = '{key}'") == [(1,)]
    company.later(days=1)
    company.due()
    assert stored(company, f"SELECT count(*) FROM ledger_wrappedkey WHERE name = '{key}'") == [(0,)]
    assert stored(company, "SELECT count(*) FROM planning_recheck") == [(0,)]


def test_looks_can_be_switched_off(company: Company) -> None:
    company.settings["rechecks"] = "no"
    company.erase(ALMA)
    assert company.due() == {"rechecks": [], "waiting": 0, "next": None, "expired": 0, "postponed": []}


def test_a_tombstone_ends_when_its_time_is_over(company: Company) -> None:
    company.settings |= {"rechecks": "no", "tombstone_days": 30}
    company.erase(ALMA)
    company.later(days=29)
    assert company.due()["expired"] == 0
    company.later(days=2)
    assert company.due()["expired"] == 1
    assert stored(company, "SELECT count(*) FROM planning_tombstone") == [(0,)]


def test_a_dataset_that_the_map_has_lost_since_does_not_end_the_second_look(company: Company) -> None:
    company.erase(ALMA)
    path = company.folder / "troth.map.yaml"
    head, _, rest = path.read_text().partition("      person:")
    note = "      note:" + rest.partition("      note:")[2]
    path.write_text(head + note)
    company.live.run(f"INSERT INTO note VALUES (9, 'mail {ALMA}')")
    company.later(hours=1)
    (look,) = company.due()["rechecks"]
    assert look["state"] == "erased"
    assert company.live.query("SELECT body FROM note WHERE id = 9") == [("mail [erased]",)]
