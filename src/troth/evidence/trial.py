"""Invented cases on which steps of a request are tried; none of them is kept, and none has anybody in it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from troth.law import requests as law
from troth.law.letters import demanded
from troth.requests import commands as do
from troth.requests.case import Case, apply
from troth.requests.commands import Command, Refusal
from troth.requests.kinds import KINDS, Regime
from troth.requests.life import decide
from troth.requests.parts import missing
from troth.requests.resting import EARLY, Resting, Wanted, against, wanted

TRIER: Final = "trial"
_PLAN: Final = "trial"
_LIVES: Final = {"eu": "DK", "california": "US"}


def opened(kind: str, regime: Regime, at: datetime, agent: bool = False) -> Case | Refusal:
    """A case of one kind, received today and acknowledged."""
    free = law.never_verified(regime, at.date())
    came = do.Open((kind,), regime, _LIVES[regime], "en", "portal", at.date(), free & {kind}, agent=agent)
    return taken(Case(TRIER), at, came, do.Acknowledge())


def taken(case: Case | Refusal, at: datetime, *commands: Command) -> Case | Refusal:
    """The case after these commands, or the first refusal."""
    for command in commands:
        if isinstance(case, Refusal):
            return case
        events = decide(case, command, at, TRIER)
        if isinstance(events, Refusal):
            return events
        for event in events:
            case = apply(case, event)
    return case


def known(case: Case | Refusal, at: datetime) -> Case | Refusal:
    """The case once it is known who asks, where that is asked at all."""
    if isinstance(case, Refusal) or not case.verifiable:
        return case
    return taken(case, at, do.ShowIdentity(frozenset({EARLY}), enough=True))


def lived(kind: str, regime: Regime, at: datetime) -> Case | Refusal:
    """A case of the kind, granted, carried out, delivered and closed by the steps that the law knows; or where it stuck."""
    act = KINDS[kind].act
    steps: list[Command] = []
    if act in ("copy", "portable", "correct", "erase"):
        steps.append(do.Searched(found=True))
    if act == "erase":
        steps += [do.Propose(_PLAN), do.Approve(_PLAN, alone=True)]
    steps += [do.Decide(kind, "granted"), do.Act(kind), do.Deliver(), do.Close()]
    return taken(known(opened(kind, regime, at), at), at, *steps)


def rests(case: Case, purpose: str, uses: frozenset[str] | None, at: datetime) -> bool:
    """Whether what the case wants to rest stands against a use of the data, from the moment on."""
    since = [_resting(one, at) for one in wanted(case)]
    return bool(against(since, purpose, uses, at + timedelta(seconds=1)))  # type: ignore[arg-type]  # reason: words of rests


def _resting(one: Wanted, at: datetime) -> Resting:
    return Resting(one.rest, "", at, None)


def sent_without(letter: str, part: str, regime: Regime, day: date) -> bool:
    """Whether a letter that lacks this part would be sent."""
    every = {name for one in demanded(letter, regime, day) for name in one.parts}
    return not missing(letter, regime, every - {part}, day)
