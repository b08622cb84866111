"""Every dataset and column is decided about: a new one fails the check, and so does one that does not exist (P2, P23)."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from troth.workflows.house import House
from troth.workflows.mapping import check_map


def findings(house: House) -> set[str]:
    return {f["place"] for f in check_map(house) if f["level"] != "note"}


def test_the_map_of_the_example_decides_everything(company: House) -> None:
    assert findings(company) == set()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("CREATE TABLE diary (id INTEGER PRIMARY KEY, body TEXT)", "crm.diary"),
        ("ALTER TABLE note ADD COLUMN mood TEXT", "crm.note.mood"),
        ("ALTER TABLE note RENAME COLUMN body TO text", "crm.note.body"),
        ("DROP TABLE meeting_contact", "crm.meeting_contact"),
    ],
)
def test_a_change_without_a_decision_is_found(company: House, change: str, place: str) -> None:
    with closing(sqlite3.connect(company.map_path.parent / "crm.sqlite")) as db:
        db.execute(change)
    assert place in findings(company)
