"""Backups are made, encrypted, closed to programs and limited in time, or each of these is a finding: silence is never
taken for safety (P20, P90, P91, P93)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from after_world import Company
from promise_keeping import keeping

from live import Live
from troth.workflows.backups import Said, add, check, forget, listing


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


PROMISES = ("P20", "P90", "P91", "P93")
GOOD = Said(("crm",), "", "age", ("role:dba",), "35d", True)


def test_the_sentences_are_red_until_a_safe_backup_is_known_and_again_when_it_is_old(
    new_live: Callable[..., Live], tmp_path: Path
) -> None:
    kept = keeping(new_live("sqlite", "crm"), tmp_path / "company", *PROMISES)

    def lights() -> dict[str, str]:
        return {name: one["status"] for name, one in kept.check().items()}

    assert set(lights().values()) == {"broken"}
    add(kept.house(), "tonight", kept.clock[0].isoformat(), GOOD)
    assert set(lights().values()) == {"kept"}
    kept.later(days=3)
    assert [name for name, light in lights().items() if light == "broken"] == ["P20"]
    kept.later(days=33)
    assert [name for name, light in lights().items() if light == "broken"] == ["P20", "P93"], (
        "it should be gone"
    )
    assert "backup.B006" in kept.why("P93")
    forget(kept.house(), "tonight")
    add(kept.house(), "again", kept.clock[0].isoformat(), GOOD)
    assert set(lights().values()) == {"kept"}


@pytest.mark.parametrize(
    ("promise", "said"),
    [
        ("P90", Said(("crm",), "", "age", ("role:dba",), "", True)),
        ("P91", Said(("crm",), "", "", ("role:dba",), "35d", True)),
        ("P91", Said(("crm",), "", "age", ("everyone",), "35d", True)),
        ("P93", Said(("crm",), "", "age", ("role:dba",), "36d", True)),
        ("P93", Said(("crm",), "", "age", ("role:dba",), "", True)),
    ],
)
def test_a_backup_that_is_less_than_was_promised_turns_its_sentence_red(
    promise: str, said: Said, new_live: Callable[..., Live], tmp_path: Path
) -> None:
    kept = keeping(new_live("sqlite", "crm"), tmp_path / "company", promise)
    add(kept.house(), "tonight", kept.clock[0].isoformat(), said)
    assert kept.light(promise) == "broken"
    forget(kept.house(), "tonight")
    add(kept.house(), "again", kept.clock[0].isoformat(), GOOD)
    assert kept.light(promise) == "kept"
