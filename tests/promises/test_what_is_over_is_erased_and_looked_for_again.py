"""When the time is over the rows go, and the store is asked again: nothing is overdue, nothing is left; what stays is said, not hidden."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from retention_world import Company

from live import Live


def test_nothing_is_overdue_and_nothing_left(ruled: Company) -> None:
    before = ruled.preview()
    assert (
        sum(rule["due"] for rule in before["rules"]) == sum(rule["overdue"] for rule in before["rules"]) == 9
    )
    told = ruled.run()
    assert (told["state"], sum(rule["done"] for rule in told["rules"])) == ("done", 9)
    assert all(rule["overdue"] == rule["residue"] == 0 for rule in told["rules"])
    assert all(rule["due"] == 0 for rule in ruled.preview()["rules"])


def test_a_store_that_silently_keeps_the_rows_is_found_out(
    new_live: Callable[..., Live], tmp_path: Path
) -> None:
    company = Company(new_live("sqlite"), tmp_path / "company")
    company.live.run(
        "CREATE TRIGGER stays BEFORE DELETE ON message WHEN old.id = 1 BEGIN SELECT RAISE(IGNORE); END"
    )
    told = company.run()
    kept = sum(rule["overdue"] + rule["residue"] for rule in told["rules"])
    assert told["state"] != "done" or kept, told
    assert 1 in [row[0] for row in company.table("message")]
