"""Of what recipients must be told, and which of them: pure, by what was done and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from troth.datamap.model import DataMap, Recipient, Ref
from troth.law.requests import told_recipients
from troth.requests.case import Case
from troth.requests.kinds import KINDS

ACTS: Final = ("erase", "correct", "restrict")
"""Acts of which recipients are told (GDPR Art. 19; 11 CCR 7022(b)(2), 7023(c))."""


def stops_done(case: Case) -> tuple[str, ...]:
    """The kinds that were simply stopped and of which recipients must be told, in the order of the case."""
    told = told_recipients(case.regime, case.received) & case.done
    return tuple(kind for kind in case.kinds if kind in told)


def acts_done(case: Case) -> tuple[str, ...]:
    """The acts of which recipients must be told, once nothing of that kind is still to be decided or done; else ()."""
    acts = {kind: KINDS[kind].act for kind in case.kinds if KINDS[kind].act in ACTS}
    if acts.keys() & {*case.undecided, *case.outstanding}:
        return ()
    return tuple(act for act in ACTS if act in {acts[kind] for kind in acts if kind in case.done})


def concerned(datamap: DataMap, case: Case, findings: Mapping[str, Any]) -> list[Recipient]:
    """The recipients that got what was found of the person, in the order of the map; where nobody was looked for, all of them."""
    if stops_done(case) and case.searched is None:
        return list(datamap.recipients.values())
    refs = {Ref(one["system"], one["dataset"]) for one in findings.get("groups", ())}
    by_hand = {system for system, said in case.manual.items() if said in ("found", "done")}
    return [
        one
        for one in datamap.recipients.values()
        if any(map(one.receives, refs)) or by_hand & set(one.gets)
    ]  # fmt: skip
