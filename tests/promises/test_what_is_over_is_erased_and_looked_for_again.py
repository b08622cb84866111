"""When the time is over the rows go, and the store is asked again: nothing is overdue, nothing is left; what stays is said, not hidden
(P88)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bound_company import Bound
from retention_world import Company

from live import Live
from troth.workflows.retain import run


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


def test_the_sentence_is_red_until_the_rules_ran_and_again_when_they_stand_still(bound: Bound) -> None:
    bound.is_red("P88", "the rules never ran")
    assert "rows are kept too long" in bound.why("P88")
    assert run(bound.house)["state"] == "done"
    assert bound.told("P88")["status"] == "kept"
    bound.later(days=7)
    assert bound.verdict("P88", "retention-run.ran") == "holds", "the last day of the seven that are promised"
    bound.later(days=1)
    bound.is_red("P88", "the last run was 8 days ago")
    assert run(bound.house)["state"] == "done"
    assert bound.told("P88")["status"] == "kept"
