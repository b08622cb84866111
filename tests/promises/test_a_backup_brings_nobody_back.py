"""Whoever was erased does not come back with a backup: it is guarded before anybody reads it, and a drill shows that the guard works
(P92, P197)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from after_world import ALMA, BO, Company, backup

from live import Live
from troth.workflows import drill as drilling
from troth.workflows.backups import Said, add, forget
from troth.workflows.drill import drill


@pytest.fixture
def company(new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(new_live("sqlite", "crm"), tmp_path / "company")


def test_a_restored_backup_is_guarded_before_it_is_opened(company: Company, tmp_path: Path) -> None:
    taken, archive = company.clock[0], backup(company.live, tmp_path)
    company.later(hours=1)
    company.erase(ALMA)
    back = Live("sqlite", f"sqlite:///{archive}")
    assert ALMA in str(company.names(back)), "she is in it"
    company.guard(f"crm=sqlite:///{archive}", taken)
    there = company.names(back)
    assert ALMA not in str([there[table] for table in ("person", "orders", "note")])
    assert [row[2] for row in there["invoice"]] == [ALMA, BO], "what the law keeps of her stays here too"
    assert BO in str(there["person"])


def test_a_drill_passes_only_with_a_guard_that_works(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, archive = company.clock[0].isoformat(), backup(company.live, tmp_path)
    company.later(hours=1)
    company.erase(ALMA)
    company.later(days=1)
    shutil.copyfile(archive, tmp_path / "second")
    idle = {"replayed": {"erasures": 1}, "still_visible": 0, "uncertain": 0, "questions": []}
    assert drill(company.house(), f"crm=sqlite:///{archive}", taken)["passed"]
    monkeypatch.setattr(drilling, "restore_guard", lambda *_: idle)
    assert not drill(company.house(), f"crm=sqlite:///{tmp_path / 'second'}", taken)["passed"]


def test_the_final_receipt_waits_for_the_last_backup(company: Company) -> None:
    said = Said(("crm",), "", "age", ("role:dba",), "30d", True)
    add(company.house(), "nightly", company.clock[0].isoformat(), said)
    company.later(hours=1)
    company.erase(ALMA)
    company.later(days=2)
    assert company.due()["backups"]["final_receipts"] == 0
    company.clock[0] += timedelta(days=60)
    told = company.due()["backups"]
    assert (told["final_receipts"], told["overdue"]) == (0, ["nightly"]), (
        "a day that has passed proves nothing"
    )
    forget(company.house(), "nightly")
    assert company.due()["backups"]["final_receipts"] == 1
