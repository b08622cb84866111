"""What an uninterrupted run leaves, and the judgement that a run which was cut off left the same."""

from __future__ import annotations

from pathlib import Path

from crash_state import acts, judge_done, runs
from crash_world import ALMA, BO, dump
from nursery import Nursery

ERASE = ("erase", ALMA, BO, "--yes", "--json")


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


def finish(nursery: Nursery, folder: Path, reference: Reference) -> None:
    """Resumes (or, where nothing had been approved, erases) and compares everything."""
    if not runs(folder):
        assert dump(folder) == reference.before
        ended = nursery.run(folder, "resume", "--json")
        assert (ended.code, ended.told.get("runs")) == (0, []), ended.err
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
    verified = nursery.run(
        folder, "ledger", "verify", "--against", str(certificates[0]), "--against", str(certificates[1])
    )
    assert verified.code == 0, verified.err
