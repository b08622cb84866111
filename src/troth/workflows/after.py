"""After the act: asks again what is left, makes the bytes go too, and counts what was done."""

from __future__ import annotations

from collections import Counter
from typing import Any

from troth.datamap.model import Ref
from troth.datamap.reader import ByValues, Select
from troth.ledger import sealed
from troth.planning.closure import Closure
from troth.planning.copies import FindCopies
from troth.planning.decide import Decisions
from troth.planning.estate import Estate
from troth.planning.freeze import thaw_rows
from troth.planning.identify import Person
from troth.workflows.act import Acting
from troth.workflows.house import House
from troth.workflows.inquiry import drive


def left(acting: Acting) -> dict[str, int]:
    """Rows, by dataset, that should not be there any more and are kept by nothing.

    First the frozen keys: a row that still stands under one is somebody else's by now, or came back. Then the access
    question again: every identifier of the people, everywhere, in one statement a dataset.
    """
    found: Counter[str] = Counter()
    for batch in acting.batches():
        for step in batch.steps:
            if step.action == "erase" and step.rows:
                keys = [row[: len(step.key)] for row in step.rows]
                select = Select(step.ref.dataset, step.key, ByValues(step.key, keys))
                found[str(step.ref)] += sum(len(chunk) for chunk in acting.store(batch.system).rows(select))
    found.update(_still_found(acting))
    return {place: rows for place, rows in found.items() if rows}


def _still_found(acting: Acting) -> Counter[str]:
    """Rows that still hold an identifier of the people, those kept by a law and those left to a person aside."""
    stores = {name: acting.store(name) for name in acting.datamap.systems}
    estate = Estate(acting.datamap, {name: store.reflect() for name, store in stores.items()})
    people = [
        Person(frozenset(), frozenset((c, v) for c, v in told["identifiers"]), frozenset())
        for told in acting.context["people"]
    ]
    aside = Decisions(erase=_kept(acting))  # passed over: also the person's own row, where a law keeps it
    search = FindCopies(Closure(estate, {}), aside, people)
    drive(search.run(), stores)
    found: Counter[str] = Counter()
    for hits in (search.out.exact, search.out.inside):
        for ref, rows in hits.items():
            found[str(ref)] += len(rows)
    for (
        question
    ) in search.out.questions:  # a row of a person: it was not there, or not theirs, when the plan was made
        if question.id == "plan.Q004":
            found[question.place.rpartition(".")[0]] += 1
    return found


def _kept(acting: Acting) -> dict[Ref, set[tuple[object, ...]]]:
    from troth.planning.models import Kept

    kept: dict[Ref, set[tuple[object, ...]]] = {}
    for row in Kept.objects.of(acting.books.tenant).filter(run=acting.run):
        rows = thaw_rows(sealed.open_sealed(acting.key, bytes(row.sealed), b"kept"))
        kept.setdefault(Ref(row.system, row.dataset), set()).update(rows)
    return kept


def settle(acting: Acting) -> list[dict[str, Any]]:
    """Makes the bytes go too, store by store, and says what only the operator can do, dated."""
    touched: dict[str, set[str]] = {}
    for entry in acting.context["explain"]:
        if entry["action"] != "keep":
            touched.setdefault(entry["system"], set()).add(entry["dataset"])
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
