"""Judges what rules say of the rows they leave before any is touched: the map first, then a bounded look at the columns that stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from troth.datamap.reader import Select
from troth.planning.estate import Estate
from troth.retention.claim import staying, still_personal
from troth.retention.effective import Effective, cuts
from troth.retention.inverting import invert
from troth.retention.verdict import Reason
from troth.retention.watch import Watch
from troth.stores import Opened
from troth.workflows.house import House

LOOKED_AT: Final = 1_000
"""Due rows of which the columns that stay are looked at."""


def judged(
    house: House, estate: Estate, stores: Mapping[str, Opened], one: Effective, ones: Sequence[Effective],
    at: date, *, due: bool,
) -> list[Reason]:  # fmt: skip
    """Why the rule's rows would be still personal; [] for one that keeps its word. Cells are looked at where rows are `due`."""
    found = still_personal(estate, one, ones)
    return found if found or not due else _seen(house, estate, stores, one, at)


def _seen(
    house: House, estate: Estate, stores: Mapping[str, Opened], one: Effective, at: date
) -> list[Reason]:
    """What some due rows show of the columns that stay: keys that come again, hashes, prose, addresses."""
    columns = staying(estate, one)
    if not columns:
        return []
    house.progress(f"looking at what stays of {one.ref}")
    question = replace(one.question(estate, at, cuts(estate, one)), most=LOOKED_AT)
    select = Select(one.ref.dataset, tuple(column.name for column in columns), question)
    watch = Watch(columns, 0)
    for chunk in stores[one.ref.system].rows(select):
        watch.see(chunk)
    found = [reason for reason in watch.reasons() if reason.id != "alike"]
    for column in columns:
        if column.of_hashes:
            tried = invert(column.hashes, house.settings.anonymity_seconds)
            found.append(Reason("hash" if tried.inverted else "hash_open", (column.name,)))
    return found
