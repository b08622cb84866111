"""A process killed at any point, once or three times over, ends after `troth resume` where an uninterrupted run ends.

`CRASH_STRIDE=1 make test` kills at every single point of an erasure (each BEGIN and COMMIT of every file, each file that takes
its place); without it every seventh point is tried, which meets every kind of them.
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

import crash_world
import pytest
from nursery import Nursery, clean_environment
from reference import ERASE, Reference, finish

pytestmark = pytest.mark.process
STRIDE = int(os.environ.get("CRASH_STRIDE", "7"))
PARTS = 4


def test_the_estate_has_every_kind_of_step_and_many_batches(reference: Reference) -> None:
    assert reference.before != reference.after
    assert len(reference.acted["receipt"]) >= 10
    assert all(reference.told[kind] for kind in ("erased", "anonymised", "unlinked"))
    after = str(reference.after)
    assert "(token)" in after
    assert not any(canary in after for canary in crash_world.CANARIES)


@pytest.mark.parametrize("part", range(PARTS))
def test_killed_at_every_point_the_resume_ends_where_an_uninterrupted_run_ends(
    nursery: Nursery, fresh: Callable[[], Path], reference: Reference, part: int
) -> None:
    for at in range(1 + part * STRIDE, len(reference.points) + 1, PARTS * STRIDE):
        folder = fresh()
        ended = nursery.run(folder, *ERASE, kill_at=at)
        assert ended.code == -signal.SIGKILL, (at, ended.err)
        finish(nursery, folder, reference)


@pytest.mark.parametrize("seed", range(3 if STRIDE > 1 else 60))
def test_killed_again_during_the_resume_and_once_more(
    nursery: Nursery, fresh: Callable[[], Path], reference: Reference, seed: int
) -> None:
    dice, folder = random.Random(seed), fresh()
    approved = next(at for at, what in enumerate(reference.points, 1) if what.startswith("workflows"))
    assert (
        nursery.run(folder, *ERASE, kill_at=dice.randrange(approved, len(reference.points))).code
        == -signal.SIGKILL
    )
    for _ in range(2):
        nursery.run(folder, "resume", kill_at=dice.randrange(1, 40))
    finish(nursery, folder, reference)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_the_command_itself_killed_at_some_moment(
    nursery: Nursery, fresh: Callable[[], Path], reference: Reference, share: float
) -> None:
    """Nothing is forked or patched here: `troth erase` as an operator starts it, killed from outside."""
    environment = clean_environment(TROTH_BATCH_SIZE="4")
    command = [str(Path(sys.executable).parent / "troth"), *ERASE]
    whole = fresh()
    began = time.monotonic()
    subprocess.run(command, cwd=whole, env=environment, check=True, capture_output=True)
    took = time.monotonic() - began
    folder = fresh()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(took * share)
    process.kill()
    process.wait()
    finish(nursery, folder, reference)
