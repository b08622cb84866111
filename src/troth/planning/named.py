"""A key of the map that names two rows would show or change somebody else's: where no store enforces it, it is counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from troth.datamap.model import Key, Ref
from troth.datamap.reader import ByValues, Row, Select
from troth.planning.closure import Ask, Asking, Closure
from troth.planning.copies import Copies
from troth.planning.decisions import Decisions
from troth.planning.estate import Estate
from troth.terms.errors import MapError


def check(closure: Closure, decisions: Decisions, copies: Copies) -> Asking:
    """Reads the keys of what was found where nothing enforces them; raises MapError where one names several rows."""
    estate, asks = closure.estate, list[Ask]()
    for ref in sorted(estate.datasets):
        if not enforced(estate, ref) and (keys := _found(ref, closure, decisions, copies)):
            if any(None in key for key in keys):
                raise _doubled(ref, estate.key(ref))
            asks.append((ref, Select(ref.dataset, estate.key(ref), ByValues(estate.key(ref), list(keys)))))
    answers: list[Iterable[Sequence[Row]]] = (yield asks) if asks else []
    for (ref, select), answer in zip(asks, answers, strict=True):
        rows = [row for chunk in answer for row in chunk]
        if len(rows) > len(set(rows)):
            raise _doubled(ref, select.columns)


def _found(ref: Ref, closure: Closure, decisions: Decisions, copies: Copies) -> set[Key]:
    """The rows of the dataset that are shown or changed."""
    held = closure.holdings.get(ref)
    found = {*held.own, *held.access} if held is not None else set[Key]()
    found |= {key for other, key in copies.people if other == ref}
    return found.union(*(keys for (how, _), keys in decisions.unlink.items() if how.ref == ref))


def enforced(estate: Estate, ref: Ref) -> bool:
    """Whether the store itself sees to it that no two rows share a key (or all columns together are the key)."""
    if estate.keyless(ref):
        return True
    table, key = estate.table(ref), set(estate.key(ref))
    if ref.dataset in estate.schemas[ref.system].facts.get("unenforced_keys", "").splitlines():
        return False
    filled = {column.name for column in table.columns if not column.nullable} | set(table.key)
    held = [columns for columns in table.uniques if filled.issuperset(columns)]
    hidden = not key <= table.by_name.keys()  # the row's own number
    return hidden or any(key.issuperset(columns) for columns in (table.key, *held) if columns)


def _doubled(ref: Ref, key: Sequence[str]) -> MapError:
    return MapError(
        f"the key {', '.join(key)} names more than one row",
        place=str(ref),
        remedy="Write a `key` that names one row alone; without any, all columns together are the key.",
    )
