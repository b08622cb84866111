"""What each column of a dataset is for whoever would find the person again, and where copies of its rows may stand; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from troth.datamap.lexicon import history_of
from troth.datamap.model import Atom, Ref
from troth.datamap.schema import Column, Table
from troth.planning.estate import Estate
from troth.planning.neutral import candidates
from troth.retention.watch import Part, Watched, part_of


@dataclass(frozen=True, slots=True)
class Companion:
    """A dataset that may hold the rows again: `own` columns here are named by `theirs` there; `personal` ones may tell."""

    ref: Ref
    own: tuple[str, ...]
    theirs: tuple[str, ...]
    personal: tuple[str, ...]


def watched(estate: Estate, ref: Ref) -> list[Watched]:
    """Every column of the dataset, to be watched, in the table's order."""
    table = estate.table(ref)
    alone = {key[0] for key in (table.key, *table.uniques) if len(key) == 1}
    return [
        Watched(column.name, part, _neutral(estate, ref, table, column, part), _of_days(estate, ref, column))
        for column in table.columns
        for part in (_part(estate, ref, column.name, column.name in alone),)
    ]


_ON_PAPER: Final = ("reference", "company_no")  # numbers that others know as well: an invoice's, an order's


def _of_days(estate: Estate, ref: Ref, column: Column) -> bool:
    field = estate.datasets[ref].fields.get(column.name)
    return column.family in ("date", "timestamp") or (field is not None and field.category == "date")


def _part(estate: Estate, ref: Ref, name: str, alone: bool) -> Part:
    field = estate.datasets[ref].fields.get(name)
    leads = [link.target for link in estate.links_from[ref] if name in link.columns]
    if any(estate.datasets[target].subject for target in leads):
        return "link"
    part = part_of(field.category) if field else "undecided"
    if part == "key" and alone and not (field and field.category in _ON_PAPER):
        return "row"
    if part == "key" and leads and not any(_about_somebody(estate, target) for target in leads):
        return "attribute"  # it names a thing
    return part


def _about_somebody(estate: Estate, ref: Ref) -> bool:
    """Whether rows of the dataset are a person's, or name one."""
    return ref in estate.ownable or bool(estate.identifiers(ref) or estate.names(ref))


def _neutral(estate: Estate, ref: Ref, table: Table, column: Column, part: Part) -> Collection[Atom]:
    """What an anonymised cell holds: the neutral values of its type, or the key of a row that is nobody."""
    if part == "link":
        nobodies = [estate.datasets[link.target].nobody or {} for link in estate.links_from[ref]]
        return {value for nobody in nobodies for value in nobody.values()}
    if part not in ("identifier", "prose", "trait", "undecided"):
        return ()
    field = estate.datasets[ref].fields.get(column.name)
    category, erased = (field.category, field.erased_value) if field else ("unknown", None)
    options = (*candidates(table, column, category), *candidates(table, column, category, erased))
    values = {new.constant for new in options if new.how == "constant"}
    return values | {str(value) for value in values if not isinstance(value, bytes)}


def telling(estate: Estate, ref: Ref, column: str) -> Collection[Atom]:
    """The neutral values of a personal column elsewhere; () for a table that nobody mapped."""
    if ref not in estate.datasets:
        return ()
    table = estate.table(ref)
    return _neutral(estate, ref, table, table.by_name[column], "identifier")


def companions(estate: Estate, ref: Ref) -> Iterator[Companion]:
    """Datasets whose links name these rows, and histories of this one: by their name, or because a trigger fills them."""
    seen = set()
    for link in estate.links_to[ref]:
        if link.source != ref and (personal := _personal(estate, link.source)):
            seen.add(link.source)
            yield Companion(link.source, link.target_columns, link.columns, personal)
    table, key = estate.table(ref), estate.key(ref)
    bodies = " ".join(trigger.body for trigger in table.triggers).casefold()
    for other in estate.schemas[ref.system].tables.values():
        at = Ref(ref.system, other.name)
        follows = history_of(other.name) == ref.dataset or other.name.casefold() in bodies
        if (
            at == ref
            or at in seen
            or other.kind != "table"
            or not follows
            or not set(key) <= set(other.by_name)
        ):
            continue
        shared = [name for name in estate.personal(ref) if name in other.by_name]
        personal = (*shared, *(_personal(estate, at) if at in estate.datasets else ()))
        if personal:
            yield Companion(at, key, key, tuple(dict.fromkeys(personal)))


def _personal(estate: Estate, ref: Ref) -> tuple[str, ...]:
    ends = {column for link in estate.links_from[ref] for column in link.columns}
    return tuple(name for name in estate.personal(ref) if name not in ends)
