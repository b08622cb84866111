"""Runs the checks whose answers are over, or soon will be, for `troth due`; a notice that cannot be read stops nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troth.evidence.promised import promises as promised
from troth.evidence.register import every
from troth.evidence.status import standing
from troth.terms.errors import UsageError
from troth.workflows.checks import folder_of, keep, kept_in, lights, notice_of, run
from troth.workflows.house import House

if TYPE_CHECKING:
    from troth.workflows.books import Books


def due_checks(house: House, books: Books) -> dict[str, Any] | None:
    """What was asked and how the promises stand; None where there is no notice. For whoever holds the turn."""
    if not folder_of(house).is_dir():
        return None
    try:
        notice = notice_of(house)
    except UsageError as fault:
        return {"asked": 0, "lights": lights(()), "fault": f"{fault.place}: {fault.message}"}
    everything, checks, before = promised(notice), every(house.checks), kept_in(books)
    found = keep(house, books, run(house, notice, everything, checks, before, only_due=True))
    latest = {**before.latest, **{(one.check, one.about): one for one in found}}
    now = house.now()
    stands = [standing(one, checks, latest, before.words.get(one.id), now) for one in everything]
    return {"asked": len(found), "lights": lights(stands), "fault": ""}
