"""A process killed at any point, once or three times over, ends after `troth resume` where an uninterrupted run ends.

By default every point of an erasure is tried once with the kill of a forked process; CRASH_STRIDE=1 tries all of them also
for two more kills during the resume.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import crash_world
from conftest import Nursery, clean_environment
from crash_state import acts, judge_done, runs
from crash_world import ALMA, BO, dump

pytestmark = pytest.mark.process
ERASE = ("erase", ALMA, BO, "--yes", "--json")
STRIDE = int(os.environ.get("CRASH_STRIDE", "9"))


class Reference:
    """What an uninterrupted run leaves, and the points it passes."""

    def __init__(self, nursery: Nursery, folder: Path) -> None:
        self.before = dump(folder)
        ended = nursery.run(folder, *ERASE)
        assert ended.code == 0, ended.err
        self.told = ended.told
        self.points = ended.points
        self.after = dump(folder)
        self.acted = acts(folder)
        judge_done(folder, 2, self.acted)


@pytest.fixture
def reference(nursery: Nursery, fresh: Callable[[], Path]) -> Reference:
    if not _KNOWN:
        _KNOWN.append(Reference(nursery, fresh()))
    return _KNOWN[0]


_KNOWN: list[Reference] = []


def finish(nursery: Nursery, folder: Path, reference: Reference) -> None:
    """Resumes (or, where nothing had been approved, erases) and compares everything."""
    if not runs(folder):
        assert dump(folder) == reference.before
        ended = nursery.run(folder, "resume", "--json")
        assert (ended.code, ended.told["runs"]) == (0, []), ended.err
        ended = nursery.run(folder, *ERASE)
        assert ended.code == 0, ended.err
    else:
        done = runs(folder) == ["done"]
        ended = nursery.run(folder, "resume", "--json")
        assert ended.code == 0, ended.err
        if not done:
            (told,) = ended.told["runs"]
            assert {k: told[k] for k in ("erased", "anonymised", "unlinked")} == {
                k: reference.told[k] for k in ("erased", "anonymised", "unlinked")
            }
    assert dump(folder) == reference.after
    judge_done(folder, 2, reference.acted)
    certificates = sorted((folder / ".troth" / "certificates").glob("*.json"))
    verified = nursery.run(folder, "ledger", "verify", "--against", str(certificates[0]), "--against", str(certificates[1]))
    assert verified.code == 0, verified.err


def test_the_estate_has_every_kind_of_step_and_many_batches(reference: Reference) -> None:
    assert reference.before != reference.after
    assert len(reference.acted["receipt"]) >= 10
    assert all(reference.told[kind] for kind in ("erased", "anonymised", "unlinked"))
    after = str(reference.after)
    assert "(token)" in after
    assert not any(canary in after for canary in crash_world.CANARIES)


def test_killed_at_every_point_the_resume_ends_where_an_uninterrupted_run_ends(
    nursery: Nursery, fresh: Callable[[], Path], reference: Reference
) -> None:
    for at in range(1, len(reference.points) + 1):
        folder = fresh()
        ended = nursery.run(folder, *ERASE, kill_at=at)
        assert ended.code == -signal.SIGKILL, (at, ended.err)
        finish(nursery, folder, reference)
