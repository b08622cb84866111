"""After the act: looks whether the frozen rows are gone, makes the bytes go too, and counts what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from troth.datamap.reader import ByValues, Select
from troth.planning.executor import Absence, Todo
from troth.planning.plan import COUNTED
from troth.terms.errors import StoreError
from troth.workflows.act import Acting
from troth.workflows.house import House
from troth.workflows.restraint import refuse_quiet

SWITCHED_OFF = Todo(
    "nothing was done about the bytes (TROTH_VACUUM=no)", "VACUUM, or OPTIMIZE, what the erasure touched"
)


def left(acting: Acting) -> dict[str, int]:
    """Rows, by dataset, that still stand under a frozen key: they are somebody else's by now, or came back."""
    found: Counter[str] = Counter()
    for batch in acting.batches():
        for step in batch.steps:
            if step.action == "erase" and step.rows:
                keys = [row[: len(step.key)] for row in step.rows]
                select = Select(step.ref.dataset, step.key, ByValues(step.key, keys))
                found[str(step.ref)] += sum(len(chunk) for chunk in acting.store(batch.system).rows(select))
    return {place: rows for place, rows in found.items() if rows}


def settle(acting: Acting) -> list[dict[str, Any]]:
    """Makes the bytes go too, store by store, and says what only the operator can do, dated."""
    touched: dict[str, set[str]] = {}
    for entry in acting.context["explain"]:
        if entry["action"] not in ("keep", "leave"):
            touched.setdefault(entry["system"], set()).add(entry["dataset"])
    settings, told = acting.house.settings, []
    if settings.vacuum:
        refuse_quiet(acting.house, acting.datamap, touched)
    for system, datasets in sorted(touched.items()):
        absence = Absence(system, (), (SWITCHED_OFF,))
        if settings.vacuum:
            absence = _settled(acting, system, sorted(datasets), settings.rewrite_mb << 20)
        today = acting.house.now().date()
        operator = [
            {"what": todo.what, "by": due(todo, today, settings.remains_days), "how": todo.how}
            for todo in absence.operator
        ]
        told.append(
            {"system": system, "at": stamp(acting.house), "done": list(absence.done), "operator": operator}
        )
    return told


def _settled(acting: Acting, system: str, datasets: Sequence[str], most: int) -> Absence:
    """What a store will never do is left to the operator: the rows are gone, and the certificate must say how far."""
    try:
        return acting.store(system).settle(datasets, most)
    except StoreError as fault:
        if not fault.permanent:
            raise
        return Absence(
            system, (), (Todo(f"the store refused to remove the bytes ({fault.message})", SWITCHED_OFF.how),)
        )


def due(todo: Todo, today: date, days: int) -> str | None:
    """The day on which it ends by itself, else the one by which it is to be done; None where no day was set."""
    within = todo.days if todo.days is not None else days or None
    return None if within is None else (today + timedelta(days=within)).isoformat()


def totals(acting: Acting) -> dict[str, Any]:
    """For the answer: rows by what became of them, what is kept, and what was not searched."""
    explain = acting.context["explain"]
    counts = {
        name: sum(entry["rows"] for entry in explain if entry["action"] == action)
        for name, action in COUNTED.items()
    }
    return {
        **counts,
        "kept": [entry for entry in explain if entry["action"] in ("keep", "leave")],
        "not_searched": [{"what": what, "reason": reason} for what, reason in acting.context["not_searched"]],
    }


def stamp(house: House) -> str:
    """Now, in UTC, to the second."""
    return house.now().strftime("%Y-%m-%dT%H:%M:%SZ")
