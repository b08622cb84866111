"""The log of what was done cannot be changed unnoticed, and neither can the evidence beside it (P82)."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from bound_company import Bound

from troth.terms.errors import TamperedError


@pytest.mark.parametrize(
    ("forgery", "says"),
    [
        (
            "UPDATE ledger_entry SET leaf = CAST(replace(leaf, 'complete', 'done') AS BLOB) WHERE \"index\" = 0",
            "is not what was written",
        ),
        ("UPDATE evidence_record SET verdict = 'holds' WHERE verdict = 'fails'", "evidence of entry"),
    ],
)
def test_a_changed_log_is_noticed(bound: Bound, forgery: str, says: str) -> None:
    bound.run("crm", "CREATE TABLE prospect (id INTEGER PRIMARY KEY)")
    assert bound.told("P2")["status"] == "broken"
    assert bound.told("P82")["status"] == "kept"
    with closing(sqlite3.connect(bound.folder / ".troth" / "state.sqlite")) as db, db:
        assert db.execute(forgery).rowcount > 0
    assert bound.told("P82")["status"] == "broken"
    with pytest.raises(TamperedError):
        bound.sentence("P82")
    assert says in bound.why("P82")
