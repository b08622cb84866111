"""Of what recipients must be told, and which of them: pure, by what was done and what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import Any, Final

from troth.datamap.model import DataMap, Recipient, Ref
from troth.law.requests import told_recipients
from troth.requests.case import Case, Event
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


def stopped_unseen(events: Iterable[Event]) -> frozenset[str]:
    """The kinds that were stopped before anybody was looked for: nobody knew then who had received the person's data."""
    before = takewhile(lambda event: event.name != "searched", events)
    return frozenset(event.data["kind"] for event in before if event.name == "acted")


def told_of(
    datamap: DataMap, case: Case, events: Iterable[Event], findings: Mapping[str, Any] | None
) -> dict[str, tuple[str, ...]]:
    """By recipient, in the order of the map, the acts of which they are told in all; recipients of whom none are told are left out.

    Who got what was found of the person is told of what was done with it; of what was stopped before a search, everybody is.
    """
    unseen = stopped_unseen(events)
    stops = stops_done(case)
    to_all = tuple(kind for kind in stops if kind in unseen)
    to_those = () if findings is None else (*acts_done(case), *(kind for kind in stops if kind not in unseen))
    got = {one.name for one in _concerned(datamap, case, findings or {})}
    told = {
        one.name: (*(to_those if one.name in got else ()), *to_all) for one in datamap.recipients.values()
    }
    return {name: acts for name, acts in told.items() if acts}


def _concerned(datamap: DataMap, case: Case, findings: Mapping[str, Any]) -> list[Recipient]:
    """The recipients that got what was found of the person."""
    refs = {Ref(one["system"], one["dataset"]) for one in findings.get("groups", ())}
    by_hand = {system for system, said in case.manual.items() if said in ("found", "done")}
    return [
        one
        for one in datamap.recipients.values()
        if any(map(one.receives, refs)) or by_hand & set(one.gets)
    ]  # fmt: skip
