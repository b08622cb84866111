"""At no moment, killed or not, does our own state hold a person's value in the clear; what is done is not even sealed."""

from __future__ import annotations

import signal
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from crash_state import rows, runs
from crash_world import CANARIES, places_of
from nursery import Nursery
from reference import ERASE, Reference

from troth.ledger import sealed
from troth.stores.sqlite import STORE
from troth.stores.sqlite.store import SqliteStore
from troth.terms.errors import UnforeseenError
from troth.terms.settings import Settings
from troth.workflows.erase import Request, erase
from troth.workflows.house import House

pytestmark = pytest.mark.process


def swept(folder: Path) -> dict[str, list[str]]:
    """Canary -> the files of our state that hold its bytes."""
    return {canary: found for canary in CANARIES if (found := places_of(canary, folder / ".troth"))}


def test_the_sweep_finds_what_is_planted(fresh: Callable[[], Path]) -> None:
    folder = fresh()
    for canary in CANARIES:
        assert places_of(canary, folder), canary
    (folder / ".troth" / "log").mkdir(parents=True)
    for at, canary in enumerate(CANARIES):
        (folder / ".troth" / "log" / f"tile{at}").write_bytes(b"\x00\x01" + canary.encode() + b"\xff")
    with closing(sqlite3.connect(folder / ".troth" / "state.sqlite")) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE t (b BLOB)")
        db.executemany("INSERT INTO t VALUES (?)", [(canary.encode(),) for canary in CANARIES])
        db.commit()
        found = swept(folder)
    assert found.keys() == set(CANARIES)
    assert all(any("state.sqlite" in place for place in places) for places in found.values())


@pytest.mark.parametrize("part", range(2))
def test_nothing_is_in_the_clear_at_any_moment(
    nursery: Nursery, fresh: Callable[[], Path], reference: Reference, part: int
) -> None:
    for at in range(5 + part * 13, len(reference.points), 26):
        folder = fresh()
        assert nursery.run(folder, *ERASE, kill_at=at).code == -signal.SIGKILL
        assert swept(folder) == {}, at


def test_what_is_done_is_not_even_sealed(nursery: Nursery, fresh: Callable[[], Path]) -> None:
    folder = fresh()
    nursery.run(folder, *ERASE, kill_at=60)
    frozen = [bytes(data) for (data,) in rows(folder, "SELECT sealed FROM planning_frozenbatch")]
    context = bytes(rows(folder, "SELECT context FROM planning_run")[0][0])
    assert names_alma(folder, context), (
        "the frozen context cannot be opened, so its absence would prove nothing"
    )
    ended = nursery.run(folder, "resume")
    assert ended.code == 0, ended.err
    assert runs(folder) == ["done"]
    left = [
        path.name
        for path in (folder / ".troth").iterdir()
        if path.is_file() and holds(path, [*frozen, context])
    ]
    assert left == []
    assert swept(folder) == {}


def names_alma(folder: Path, context: bytes) -> bool:
    """Whether the sealed context, opened with the keys beside it, names the person."""
    master = (folder / ".troth" / "master.key").read_bytes()
    run = rows(folder, "SELECT name FROM planning_run")[0][0]
    wrapped = dict(rows(folder, "SELECT name, wrapped FROM ledger_wrappedkey"))[run]
    return CANARIES[0].encode() in sealed.open_sealed(
        sealed.unwrap(master, wrapped, run.encode()), context, b"context"
    )


def holds(path: Path, pieces: list[bytes]) -> bool:
    """Whether any stretch of a sealed piece stands in the file (pages cut long ones)."""
    data = path.read_bytes()
    return any(piece[at : at + 48] in data for piece in pieces for at in range(0, len(piece) - 48, 48))


def test_only_its_owner_may_read_our_state(nursery: Nursery, fresh: Callable[[], Path]) -> None:
    folder = fresh()
    assert nursery.run(folder, *ERASE).code == 0
    home = folder / ".troth"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for secret in ("master.key", "signer.key", "state.sqlite", "workflows.sqlite", "turn"):
        assert stat.S_IMODE((home / secret).stat().st_mode) == 0o600, secret
    assert stat.S_IMODE((home / "certificates").stat().st_mode) == 0o700
    assert all(stat.S_IMODE(p.stat().st_mode) == 0o600 for p in (home / "certificates").iterdir())


def test_a_fault_nobody_foresaw_keeps_its_text_to_itself(
    fresh: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fresh()
    real, calls = SqliteStore.execute, []

    def execute(self: SqliteStore, *arguments: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise ValueError(f"cannot convert {CANARIES[0]} of {CANARIES[2]}")
        real(self, *arguments)

    monkeypatch.setattr(SqliteStore, "execute", execute)
    house = House(Settings(batch_size=4), {"sqlite": STORE}, {}, folder / "troth.map.yaml")
    with pytest.raises(UnforeseenError) as fault:
        erase(house, Request(ERASE[1:3]))
    assert not any(canary in str(fault.value) for canary in CANARIES)
    assert "ValueError" in str(fault.value)
    assert swept(folder) == {}
    assert runs(folder) == ["acting"]
