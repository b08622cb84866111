"""After the act: looks whether the frozen rows are gone, makes the bytes go too, and counts what was done."""

from __future__ import annotations

from collections import Counter
from typing import Any

from troth.datamap.reader import ByValues, Select
from troth.workflows.act import Acting
from troth.workflows.house import House
from troth.workflows.restraint import refuse_quiet


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
        if entry["action"] != "keep":
            touched.setdefault(entry["system"], set()).add(entry["dataset"])
    if acting.house.settings.vacuum:
        refuse_quiet(acting.house, acting.datamap, touched)
    told = []
    for system, datasets in sorted(touched.items()):
        done: tuple[str, ...] = ()
        operator: tuple[str, ...] = ("VACUUM was switched off (TROTH_VACUUM=no): run it",)
        if acting.house.settings.vacuum:
            absence = acting.store(system).settle(sorted(datasets))
            done, operator = absence.done, absence.operator
        told.append(
            {"system": system, "at": stamp(acting.house), "done": list(done), "operator": list(operator)}
        )
    return told


def totals(acting: Acting) -> dict[str, Any]:
    """For the answer: rows erased, anonymised and unlinked, what is kept, and what was not searched."""
    explain = acting.context["explain"]
    counts = {
        name: sum(entry["rows"] for entry in explain if entry["action"] == action)
        for name, action in (("erased", "erase"), ("anonymised", "anonymise"), ("unlinked", "unlink"))
    }
    return {
        **counts,
        "kept": [entry for entry in explain if entry["action"] == "keep"],
        "not_searched": [{"what": what, "reason": reason} for what, reason in acting.context["not_searched"]],
    }


def stamp(house: House) -> str:
    """Now, in UTC, to the second."""
    return house.now().strftime("%Y-%m-%dT%H:%M:%SZ")
