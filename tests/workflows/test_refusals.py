"""A store that refuses stops the run at a whole batch, names place and constraint and never a value, and is gone on from."""

from __future__ import annotations

import ctypes
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from crash_state import judge_done, runs
from crash_world import ALMA, BO, CANARIES, dump
from nursery import Nursery, clean_environment
from reference import ERASE, Reference, finish

pytestmark = pytest.mark.process
TRIGGER = """CREATE TRIGGER refuse BEFORE DELETE ON customer
BEGIN SELECT RAISE(ABORT, 'cannot delete alma@mosebryg.example Alma Mosebryg'); END"""


def change(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(sql)
        db.commit()


def says_no_value(*texts: str) -> None:
    for text in texts:
        assert not any(canary in text or canary.casefold() in text for canary in CANARIES), text


def test_a_trigger_refuses_and_once_it_is_gone_the_resume_finishes(
    nursery: Nursery, fresh: Callable[[], Path], reference: Reference
) -> None:
    folder = fresh()
    change(folder / "crm.sqlite", TRIGGER)
    ended = nursery.run(folder, *ERASE, "--accept", "plan.Q008")
    assert ended.code == 5
    assert ended.told["stopped"]["place"] == "crm.customer"
    assert "SQLITE_CONSTRAINT_TRIGGER" in ended.told["stopped"]["message"]
    assert "troth resume" in ended.told["stopped"]["remedy"]
    says_no_value(ended.out, ended.err)
    assert runs(folder) == ["stopped"]
    found = nursery.run(folder, "find", ALMA, "--json")
    assert {match["dataset"] for match in found.told["matches"] if match["relation"] == "owns"} >= {
        "customer"
    }
    again = nursery.run(folder, "resume", "--json")
    assert again.code == 5
    change(folder / "crm.sqlite", "DROP TRIGGER refuse")
    ended = nursery.run(folder, "resume", "--json")
    assert ended.code == 0, ended.err
    assert dump(folder) == reference.after
    assert runs(folder) == ["done"]


def test_a_lock_that_passes_is_waited_for(
    nursery: Nursery, fresh: Callable[[], Path], reference: Reference
) -> None:
    folder = fresh()
    with closing(
        sqlite3.connect(folder / "shop.sqlite", isolation_level=None, check_same_thread=False)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(2.5, lambda: other.execute("ROLLBACK"))
        release.start()
        ended = nursery.run(folder, *ERASE)
        release.join()
    assert ended.code == 0, ended.err
    assert dump(folder) == reference.after


def test_a_store_that_is_gone_stops_the_run_and_one_that_is_back_lets_it_finish(
    nursery: Nursery, fresh: Callable[[], Path], reference: Reference
) -> None:
    folder = fresh()
    nursery.run(folder, *ERASE, kill_at=60)
    (folder / "shop.sqlite").rename(folder / "away")
    ended = nursery.run(folder, "resume", "--json")
    assert ended.code == 5, ended.err
    assert "shop" in ended.err + ended.out
    says_no_value(ended.out, ended.err)
    (folder / "away").rename(folder / "shop.sqlite")
    finish(nursery, folder, reference)


def test_a_map_that_was_changed_meanwhile_is_refused_before_anything_is_done(
    nursery: Nursery, fresh: Callable[[], Path], reference: Reference
) -> None:
    folder = fresh()
    nursery.run(folder, *ERASE, kill_at=60)
    as_approved = (folder / "troth.map.yaml").read_text()
    (folder / "troth.map.yaml").write_text(as_approved.replace("clear: [body]", "delete_row: true"))
    half_done = dump(folder)
    ended = nursery.run(folder, "resume")
    assert ended.code == 2
    assert "the map has changed since this run was approved" in ended.err
    assert "Put back the map" in ended.err
    assert dump(folder) == half_done
    (folder / "troth.map.yaml").write_text(as_approved)
    finish(nursery, folder, reference)


@pytest.mark.parametrize("most", [0, 30_000, 140_000, 170_000, 200_000])
def test_a_full_disk_is_said_and_once_there_is_room_it_ends_well(
    nursery: Nursery, fresh: Callable[[], Path], reference: Reference, most: int
) -> None:
    """No file of ours may grow beyond `most` bytes: the disk is full before the first write, or in the middle."""
    folder = fresh()
    environment = clean_environment(TROTH_BATCH_SIZE="4", TROTH_HOME=str(folder / "ours" / ".troth"))
    (folder / "ours").mkdir()
    ended = subprocess.run(
        [str(Path(sys.executable).parent / "troth"), *ERASE], cwd=folder, env=environment, capture_output=True, text=True,
        timeout=120, check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )  # fmt: skip
    assert ended.returncode in (2, 5), ended.stderr
    assert "unforeseen" not in ended.stderr
    says_no_value(ended.stderr, ended.stdout)
    if ended.returncode == 2:
        assert dump(folder) == reference.before
    for place in (".troth", ".troth.copy"):
        if (folder / "ours" / place).exists():
            (folder / "ours" / place).rename(folder / place)
    finish(nursery, folder, reference)


def test_a_place_that_cannot_hold_our_state_is_said_before_anything_is_done(
    nursery: Nursery, fresh: Callable[[], Path], reference: Reference
) -> None:
    folder = fresh()
    (folder / "file").write_text("in the way")
    for home in (folder / "file", folder / "file" / "below"):
        ended = nursery.run(folder, *ERASE, TROTH_HOME=str(home))
        assert ended.code == 2
        assert "our own state" in ended.err
        assert dump(folder) == reference.before


def _without_override() -> None:
    """Root, too, is then held to the permissions of files (Linux: CAP_DAC_OVERRIDE leaves the bounding set)."""
    libc = ctypes.CDLL(None)
    libc.prctl(24, 1, 0, 0, 0)


def _in_a_read_only_folder(
    folder: Path, closed: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    closed.chmod(0o555)
    ended = subprocess.run(
        [str(Path(sys.executable).parent / "troth"), *ERASE], cwd=folder, env=clean_environment(**environment),
        capture_output=True, text=True, timeout=120, check=False, preexec_fn=_without_override,
    )  # fmt: skip
    closed.chmod(0o755)
    return ended


def test_a_read_only_folder_for_our_state_is_said_before_anything_is_done(
    fresh: Callable[[], Path], reference: Reference, tmp_path: Path
) -> None:
    folder, closed = fresh(), tmp_path / "closed"
    closed.mkdir()
    ended = _in_a_read_only_folder(folder, closed, TROTH_HOME=str(closed / "state"))
    assert ended.returncode == 2, ended.stderr
    assert "our own state cannot be kept here" in ended.stderr
    assert dump(folder) == reference.before


def test_a_read_only_folder_of_the_data_is_said_before_anything_is_done(
    fresh: Callable[[], Path], reference: Reference
) -> None:
    folder = fresh()
    ended = _in_a_read_only_folder(folder, folder)
    assert ended.returncode == 4, ended.stderr
    assert "to write the file's folder" in ended.stdout + ended.stderr
    assert not (folder / ".troth").exists()
    assert dump(folder) == reference.before


def test_two_erasures_at_once_end_like_one_after_the_other(
    nursery: Nursery, fresh: Callable[[], Path], reference: Reference
) -> None:
    """Alma and Bo share messages: whoever goes second must see that the other has gone."""
    folder = fresh()
    troth = str(Path(sys.executable).parent / "troth")
    environment = clean_environment(TROTH_BATCH_SIZE="4")
    both = [
        subprocess.Popen(
            [troth, "erase", who, "--yes"], cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
        )
        for who in (ALMA, BO)
    ]
    assert [process.wait(timeout=120) for process in both] == [0, 0], [
        p.stderr and p.stderr.read() for p in both
    ]
    assert dump(folder) == reference.after
    assert runs(folder) == ["done", "done"]
    assert nursery.run(folder, "ledger", "verify").code == 0


def test_the_same_person_erased_twice_at_once_is_erased_once(
    nursery: Nursery, fresh: Callable[[], Path], reference: Reference
) -> None:
    folder = fresh()
    troth = str(Path(sys.executable).parent / "troth")
    environment = clean_environment(TROTH_BATCH_SIZE="4")
    both = [
        subprocess.Popen([troth, *ERASE], cwd=folder, env=environment, stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert dump(folder) == reference.after
    judge_done(folder, 2, reference.acted)


def test_a_resume_is_refused_and_an_erasure_waits_while_another_process_is_at_work(
    nursery: Nursery, fresh: Callable[[], Path], reference: Reference
) -> None:
    from troth.terms.settings import Settings
    from troth.workflows.house import House
    from troth.workflows.turn import turn

    folder = fresh()
    nursery.run(folder, *ERASE, kill_at=60)
    with turn(House(Settings(home=folder / ".troth"), {}, {})):
        half_done = dump(folder)
        ended = nursery.run(folder, "resume")
        assert ended.code == 2
        assert "another process is at work" in ended.err
        waiting = subprocess.Popen(
            [str(Path(sys.executable).parent / "troth"), "erase", "carla@vindheim.example", "--yes"],
            cwd=folder, env=clean_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(2.5)
        assert waiting.poll() is None
        assert dump(folder) == half_done
        waiting.kill()
        waiting.wait()
    finish(nursery, folder, reference)
