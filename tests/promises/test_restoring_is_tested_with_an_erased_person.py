"""A backup serves for restoring only, through the guard, and restoring is tested every three months with an erased person: a test that
is too old, or one in which the person is seen, turns the sentence red (P92, P197)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from promise_keeping import keeping
from promise_world import BO, Kept

from live import Live
from troth.workflows import drill as drilling
from troth.workflows.backups import Said, add, forget
from troth.workflows.drill import drill


@pytest.fixture
def kept(new_live: Callable[..., Live], tmp_path: Path) -> Kept:
    return keeping(new_live("sqlite", "crm"), tmp_path / "company", "P92", "P197")


def drilled(kept: Kept, name: str, guarded: bool = True) -> bool:
    """A backup is taken, somebody is erased, and it is restored on trial a day later."""
    taken, archive = kept.clock[0].isoformat(), kept.folder / f"{name}.sqlite"
    with closing(sqlite3.connect(kept.live.path)) as source, closing(sqlite3.connect(archive)) as copy:
        source.backup(copy)
    add(kept.house(), name, taken, Said(("crm",), "", "age", ("role:dba",), "35d", guarded))
    kept.later(days=1)
    return bool(drill(kept.house(), f"crm=sqlite:///{archive}", taken)["passed"])


def lights(kept: Kept) -> list[str]:
    return [one["status"] for one in kept.check("P92", "P197").values()]


def test_a_test_that_is_too_old_turns_the_sentence_red(kept: Kept) -> None:
    assert lights(kept) == ["broken", "broken"], "never tested"
    assert "no restore drill passed in time: crm" in kept.why("P197")
    assert drilled(kept, "first")
    assert lights(kept) == ["kept", "kept"]
    kept.later(days=89)
    assert kept.light("P197") == "kept"
    kept.later(days=4)
    assert kept.light("P197") == "broken"
    assert drilled(kept, "second")
    assert lights(kept) == ["kept", "kept"]


def test_a_guard_that_lets_an_erased_person_through_turns_the_sentence_red(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle = {"replayed": {"erasures": 1}, "still_visible": 0, "uncertain": 0, "questions": []}
    kept.erase(BO)
    with monkeypatch.context() as lax:
        lax.setattr(drilling, "restore_guard", lambda *_: idle)
        assert not drilled(kept, "first")
    assert lights(kept) == ["broken", "broken"]
    assert "the last drill did not pass: crm" in kept.why("P92")
    assert drilled(kept, "second")
    assert lights(kept) == ["kept", "kept"]


def test_a_backup_that_is_restored_without_the_guard_turns_the_sentence_red(kept: Kept) -> None:
    assert drilled(kept, "first", guarded=False)
    assert kept.light("P92") == "broken"
    assert "backup.B008: first" in kept.why("P92")
    forget(kept.house(), "first")
    assert drilled(kept, "second")
    assert kept.light("P92") == "kept"
