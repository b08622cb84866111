"""A run that was cut off does not go on over rows that a legal hold or a restriction has come upon since: it is planned anew."""

from __future__ import annotations

import json

from troth.planning.barred import Barred
from troth.planning.freeze import ASKED
from troth.planning.plan import Batch
from troth.workflows import restricted
from troth.workflows.act import Acting
from troth.workflows.books import Books, Line
from troth.workflows.erase import Request, inquire
from troth.workflows.hold_records import postpone, standing_bars
from troth.workflows.house import House


def superseded(house: House, books: Books, acting: Acting) -> bool:
    """Whether the run would change what must stay as it is; if so it is over, and its erasure waits to be planned anew."""
    from django.db import transaction

    from troth.planning.models import FrozenBatch
    from troth.workflows.retained import KIND

    bars, by_rule = standing_bars(house), acting.row().kind == KIND
    if not (bars or (by_rule and restricted.stands(house))) or not acting.row().context:
        return False
    with house.opened(house.map()) as stores:
        inquiry = inquire(house, stores, Request(()))
        estate = inquiry.look()
        if by_rule:  # a person's own erasure does not wait for their own restriction
            inquiry.bars = (*inquiry.bars, *restricted.bars(house, estate, stores))
        barred = inquiry.barred
    frozen = FrozenBatch.objects.of(books.tenant).filter(run=acting.run)
    waiting = frozen.exclude(state="done").order_by("number")
    if barred is None or not any(_touches(barred, acting.batch(row)) for row in waiting.iterator(1)):
        return False
    now, row = house.now(), acting.row()
    with transaction.atomic():
        if not by_rule:  # what a rule lets go is due still, and the next run asks the holds
            needed = {part: acting.context.get(part) for part in ("people", *ASKED)}
            data = json.dumps({**needed, "stones": []}).encode()
            postpone(books, acting.run, sorted(bar.hold for bar in bars), data, now, True)
        books.enter(
            [
                Line(
                    "run_stopped",
                    acting.run,
                    {"why": "a legal hold or a restriction"},
                    {"outcome": "stopped"},
                    acting.run,
                )
            ],
            now,
        )
        frozen.delete()
        row.state, row.finished, row.context = "done", now, b""
        row.save()
    return True


def _touches(barred: Barred, batch: Batch) -> bool:
    for step in batch.steps:
        if barred.any(step.ref):
            for key in (row[: len(step.key)] for row in step.rows):
                columns = barred.columns(step.ref, key)
                if columns and (step.action == "erase" or not columns.isdisjoint(step.columns)):
                    return True
    return False
