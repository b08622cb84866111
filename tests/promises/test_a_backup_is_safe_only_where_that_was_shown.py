"""Backups are made, encrypted, closed to programs and limited in time, or each of these is a finding: silence is never taken for safety."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from after_world import Company

from live import Live
from troth.workflows.backups import Said, add, check, listing


@pytest.fixture
def company(new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(new_live("sqlite", "crm"), tmp_path / "company")


def found(company: Company) -> set[str]:
    return {one["id"] for one in check(company.house())["findings"]} - {"backup.B007"}


def test_no_backup_and_an_old_one_are_findings(company: Company) -> None:
    assert found(company) == {"backup.B001"}
    good = Said(("crm",), "", "age", ("role:dba",), "30d", True)
    add(company.house(), "tonight", company.clock[0].isoformat(), good)
    assert found(company) == set()
    assert [one["isolated"] for one in listing(company.house())["backups"]] == [True]
    company.later(days=10)
    assert found(company) == {"backup.B001"}


@pytest.mark.parametrize(
    ("said", "finding"),
    [
        (Said(("crm",), "", "", ("role:dba",), "30d", True), "backup.B002"),
        (Said(("crm",), "", "age", (), "30d", True), "backup.B003"),
        (Said(("crm",), "", "age", ("role:dba", "application:shop"), "30d", True), "backup.B004"),
        (Said(("crm",), "", "age", ("role:dba",), "", True), "backup.B005"),
        (Said(("crm",), "", "age", ("role:dba",), "30d", False), "backup.B008"),
    ],
)
def test_whatever_is_not_said_is_found(company: Company, said: Said, finding: str) -> None:
    add(company.house(), "tonight", company.clock[0].isoformat(), said)
    assert found(company) == {finding}
    (one,) = listing(company.house())["backups"]
    assert not one["isolated"]
