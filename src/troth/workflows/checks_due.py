"""Runs the checks whose answers are over, or soon will be, for `troth due`; a notice that cannot be read stops nothing else."""

from __future__ import annotations

from typing import Any

from troth.evidence.promised import promises as promised
from troth.evidence.register import every
from troth.evidence.status import standing
from troth.terms.errors import UsageError
from troth.workflows.at_work import at_work
from troth.workflows.checks import folder_of, keep, known, lights, notice_of, run
from troth.workflows.house import House
from troth.workflows.notices import placing


def due_checks(house: House) -> dict[str, Any] | None:
    """What was asked and how the promises stand; None where there is no notice. Nobody waits while stores are asked."""
    if not folder_of(house).is_dir():
        return None
    try:
        notice = notice_of(house)
    except UsageError as fault:
        return {"asked": 0, "lights": lights(()), "fault": f"{fault.place}: {fault.message}"}
    everything, checks, before = promised(notice, placing), every(house.checks), known(house)
    found = run(house, notice, everything, checks, before, only_due=True)
    if found:
        with at_work(house) as books:
            found = keep(house, books, found)
    latest = {**before.latest, **{(one.check, one.about): one for one in found}}
    now = house.now()
    stands = [standing(one, checks, latest, before.words.get(one.id), now) for one in everything]
    return {"asked": len(found), "lights": lights(stands), "fault": ""}
