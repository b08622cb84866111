"""Answers "why do you still have this, and until when?" for one row, from the rules and from what an erasure kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from troth.datamap.model import Key, Ref
from troth.datamap.reader import ByValues, Cell, Select
from troth.law.rules import cited
from troth.ledger import sealed
from troth.planning.freeze import thaw_rows
from troth.retention.explain import Because, explain
from troth.terms.errors import UsageError
from troth.workflows.house import House
from troth.workflows.retain import Retention, opened, reading
from troth.workflows.sweep import state

Told = dict[str, Any]


def why(house: House, named: str) -> Told:
    """Every answer for `dataset=key` or `system.dataset=key`; raises UsageError where there is no such row."""
    with reading(), opened(house) as retention:
        ref, key = _named(retention, named)
        row = _row(retention, ref, key)
        clocks = dict(_clocks(retention, ref, row))
        found = [
            *(
                _refused(retention, one)
                for one in explain(retention.estate, ref, retention.all, row, clocks, retention.at)
            ),
            *_barred(retention, ref, row),
            *_restricted(house, ref, key),
        ]
        return {"row": str(ref), "day": retention.at.isoformat(), "because": [_told(one) for one in found]}


def _refused(retention: Retention, because: Because) -> Because:
    """What is due, and no run will take: the rule would call anonymised what is still personal."""
    for one in retention.all if because.state == "due" else ():
        if one.rule.name == because.rule:
            retention.judge(one, due=True)
            if retention.forbids(one):
                return replace(because, state="refused")
    return because


def _barred(retention: Retention, ref: Ref, row: dict[str, object]) -> Iterator[Because]:
    """The legal holds that are on the row."""
    barred = retention.inquiry.barred
    key = cast(Key, tuple(row[name] for name in retention.estate.key(ref)))
    for keep in barred.keeps(ref, key) if barred is not None else ():
        yield Because(keep.columns, "barred", reason=keep.reason, law=cited(keep.law))


def _named(retention: Retention, named: str) -> tuple[Ref, Key]:
    place, _, text = named.partition("=")
    known = {str(ref): ref for ref in retention.estate.datasets}
    short = [ref for ref in retention.estate.datasets if ref.dataset == place]
    ref = known.get(place) or (short[0] if len(short) == 1 else None)
    key = retention.estate.key_of(ref, text) if ref is not None and text else None
    if ref is None or key is None:
        raise UsageError(
            "this names no row",
            place=place,
            remedy="Write dataset=key, as in crm.invoice=17; the parts of a key by comma.",
        )
    return ref, key


def _row(retention: Retention, ref: Ref, key: Key) -> dict[str, object]:
    columns = tuple(retention.estate.table(ref).by_name)
    select = Select(ref.dataset, columns, ByValues(retention.estate.key(ref), [key]))
    for chunk in retention.stores[ref.system].rows(select):
        for row in chunk:
            return dict(zip(columns, row, strict=True))
    raise UsageError(
        "there is no such row", place=str(ref), remedy="It is gone already, or the key is another."
    )


def _clocks(retention: Retention, ref: Ref, row: dict[str, object]) -> Iterator[tuple[str, object]]:
    """What the rules' clocks show for this row, wherever they stand."""
    for one in retention.all:
        if one.ref == ref:
            yield one.rule.name, _cell(retention, ref, one.clock, row)
            if one.active is not None:
                yield f"{one.rule.name} active", _cell(retention, ref, one.active, row)


def _cell(retention: Retention, ref: Ref, cell: Cell, row: dict[str, object]) -> object:
    if not cell.dataset:
        return row[cell.column]
    value = tuple(row[name] for name in cell.columns)
    if None in value:
        return None
    select = Select(cell.dataset, (cell.column,), ByValues(cell.ends, [value], linked=True))
    for chunk in retention.stores[ref.system].rows(select):
        for found in chunk:
            return found[0]
    return None


def _restricted(house: House, ref: Ref, key: Key) -> Iterator[Because]:
    """What an earlier erasure left standing, because a law kept it."""
    books = state(house)
    if books is None:
        return
    from troth.planning.models import Kept  # our state is open now

    try:
        for row in Kept.objects.of(books.tenant).filter(system=ref.system, dataset=ref.dataset):
            rows = thaw_rows(sealed.open_sealed(books.key(row.run), bytes(row.sealed), b"kept"))
            if any(tuple(one[: len(key)]) == key for one in rows):
                yield Because((), "restricted", until=row.until, law=row.law)
    finally:
        books.close()


def _told(one: Because) -> Told:
    return {
        "columns": list(one.columns), "state": one.state, "rule": one.rule, "event": one.event,
        "since": one.since.isoformat() if one.since else None, "until": one.until.isoformat() if one.until else None,
        "reason": one.reason, "law": one.law, "agreement": one.agreement, "outcome": one.outcome,
    }  # fmt: skip
