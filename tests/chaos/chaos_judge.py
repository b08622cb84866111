"""What must hold of a run that was disturbed, once it is done: cell by cell, receipt by receipt, and nothing in the clear."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chaos_case import Place, alike
from chaos_nest import Ended
from crash_state import acts, judge_done
from property_engine import Rows
from property_oracle import EVERYONE
from test_reconcile import opened


@dataclass(frozen=True)
class Twin:
    """What the run that nothing disturbs leaves."""

    before: Rows
    after: Counter[Any]
    told: dict[str, Any]
    acted: dict[str, Counter[tuple[int, int]]]
    points: list[str]

    @property
    def people(self) -> int:
        return len(self.told["certificates"])


def same_end(place: Place, twin: Twin, told: dict[str, Any]) -> None:
    """The databases, the answer, the ledger and our state are those of the undisturbed run."""
    after = place.rows()
    assert alike(after) == twin.after, _difference(alike(after), twin.after)
    assert place.estate.dangling() == []
    for name in ("state", "erased", "anonymised", "unlinked", "left", "kept"):
        assert told[name] == twin.told[name], f"{name}: {told[name]} and not {twin.told[name]}"
    assert len(told["certificates"]) == twin.people
    judge_done(place.folder, twin.people, twin.acted)
    reconciles(place, twin.before, after)


def _difference(is_: Counter[Any], should: Counter[Any]) -> str:
    return f"there and should not: {dict(is_ - should)}; should be there: {dict(should - is_)}"


def reconciles(place: Place, before: Rows, after: Rows) -> None:
    """The receipts name the rows that went, by dataset, and every column that is no longer what it was (property 20)."""
    shapes = place.case.world.shapes
    gone = Counter(f"{shapes[at[0]].system}.{at[0]}" for at in before.keys() - after.keys())
    said: Counter[str] = Counter()
    changed: dict[str, set[str]] = {}
    for system, (dataset, action, rows, columns) in opened(place.home):
        if action == "erase":
            said[f"{system}.{dataset}"] += rows
        else:
            changed.setdefault(dataset, set()).update(columns)
    assert said == gone, f"receipts say {dict(said)}, and {dict(gone)} went"
    for at in before.keys() & after.keys():
        for column, was in before[at].items():
            assert after[at][column] == was or column in changed.get(at[0], ()), (at, column)


def nothing_in_the_clear(place: Place, ended: Ended) -> None:
    """No identifier of anybody stands in our state, its logs or what was said of a fault; certificates are the person's."""
    assert not names(ended.err.encode()), ended.err
    for path in place.home.rglob("*"):
        if path.is_file() and "certificates" not in path.parts:
            assert not names(path.read_bytes()), f"{path.relative_to(place.home)} names somebody"


def names(data: bytes) -> list[str]:
    """Who is named in these bytes, as they are or escaped in JSON."""
    texts = [*EVERYONE, *(json.dumps(text)[1:-1] for text in EVERYONE)]
    forms = {form for text in texts for form in (text, text.casefold())}
    return sorted(form for form in forms if form.encode() in data or form.encode("utf-16-le") in data)


def receipts(folder: Path) -> dict[str, Counter[tuple[int, int]]]:
    return acts(folder)
