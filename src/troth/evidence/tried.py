"""What a right must allow and must refuse, tried on invented cases that nobody keeps: the answers of checks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from troth.evidence.check import Answer, Control, Promise, fails, holds
from troth.evidence.facts import World
from troth.evidence.on_map import first
from troth.evidence.trial import known, lived, opened, rests, sent_without, taken
from troth.law import identity as asking
from troth.law import requests as law
from troth.requests import commands as do
from troth.requests.commands import Command, Refusal
from troth.requests.identity import Situation, may_ask
from troth.requests.kinds import KINDS, REGIMES, Regime, regime_of
from troth.terms.errors import UsageError

_HOMES: Final = (("US", "CA", "california"), ("US", "NV", "eu"), ("DK", "", "eu"), ("DE", "", "eu"))
"""Where somebody lives, and whose law is theirs."""


def regimes(control: Control) -> tuple[Regime, ...]:
    """The laws a control is about: the one it names, else all; raises UsageError for one there is not."""
    named = str(control.parameters.get("regime", ""))
    if named and named not in REGIMES:
        raise UsageError(
            f"there is no regime {named[:40]!r}",
            place=f"control {control.name}",
            remedy=f"Known: {', '.join(REGIMES)}.",
        )
    return (named,) if named else REGIMES


def under(control: Control, kind: str) -> tuple[Regime, ...]:
    """Those of the control's laws that know the kind; raises UsageError where it names one that does not: nothing would be tried."""
    found = tuple(one for one in regimes(control) if one in KINDS[kind].regimes)
    if not found:
        raise UsageError(
            f"regime {control.parameters['regime']} knows no request of the kind {kind}",
            place=f"control {control.name}",
            remedy=f"Name {' or '.join(sorted(KINDS[kind].regimes))}, or leave the parameter out.",
        )
    return found


# -- the law that applies ------------------------------------------------------------------------------------------------


def offered(world: World, promise: Promise, control: Control) -> Answer:
    """Whether whoever lives there is met by that law: each thing it lets them ask can be asked, has its days, and comes to an end."""
    day = world.at.date()
    wrong = [f"{country}-{state}" for country, state, regime in _HOMES if regime_of(country, state) != regime]
    if wrong:
        return fails(f"efter en anden lov: {first(wrong)}", f"under another law: {first(wrong)}")
    stuck = []
    for regime in regimes(control):
        for kind in sorted(law.kinds()[regime]):
            clocked = {"answer", "act"} & law.clocks(regime, kind, day).keys()
            if not clocked or isinstance(lived(kind, regime, world.at), Refusal):
                stuck.append(f"{kind} ({regime})")
    if stuck:
        return fails(f"kan ikke bruges: {first(stuck)}", f"cannot be used: {first(stuck)}", stuck=len(stuck))
    count = sum(len(law.kinds()[regime]) for regime in regimes(control))
    return holds(f"{count} slags anmodninger prøvet", f"{count} kinds of request tried", kinds=count)


def free(world: World, promise: Promise, control: Control) -> Answer:
    """Whether every kind of request comes to its end by the law's steps alone: none of them waits for money."""
    stuck = [
        f"{kind} ({regime}, {end.id})"
        for regime in REGIMES
        for kind in sorted(law.kinds()[regime])
        if isinstance(end := lived(kind, regime, world.at), Refusal)
    ]
    if stuck:
        return fails(
            f"et trin mere end loven kender: {first(stuck)}", f"a step beyond the law's: {first(stuck)}"
        )
    count = sum(len(kinds) for kinds in law.kinds().values())
    return holds(
        f"{count} slags sager nåede svaret uden betaling", f"{count} kinds of case came to their answer unpaid", kinds=count
    )  # fmt: skip


# -- tried on invented cases ---------------------------------------------------------------------------------------------


def _early(kind: str, regime: Regime, at: datetime) -> Iterator[str]:
    """Steps out of turn that were let through: what nobody may do before it is known who asks, or before it was granted."""
    case = opened(kind, regime, at)
    steps: tuple[tuple[str, Command], ...] = (
        ("decided unknown", do.Decide(kind, "granted")),
        ("done ungranted", do.Act(kind)),
    )
    for name, command in steps:
        if not isinstance(taken(case, at, command), Refusal):
            yield f"{kind} {name} ({regime})"
    if isinstance(lived(kind, regime, at), Refusal):
        yield f"{kind} stuck ({regime})"


def _lacking(control: Control, kind: str, letters: tuple[tuple[str, str], ...], day: date) -> Iterator[str]:
    """Letters that would be sent without what makes them an answer, as `letter without part (law)`."""
    for regime in under(control, kind):
        for letter, part in letters:
            if sent_without(letter, part, regime, day):
                yield f"{letter} without {part} ({regime})"


def _tried(bad: list[str], da: str, en: str, **facts: int) -> Answer:
    if bad:
        return fails(f"lod sig gøre: {first(bad)}", f"could be done: {first(bad)}", let_through=len(bad))
    return holds(da, en, **facts)


def corrected(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a correction is made for whoever is known, by no use of what is wrong, and told in a letter that says what it is now."""
    at, day, kind = world.at, world.at.date(), "rectification"
    bad = list(_lacking(control, kind, (("rectified", "corrected"),), day))
    for regime in under(control, kind):
        bad += _early(kind, regime, at)
        every = frozenset().union(*(one.compared_with for one in asking.questions().values()))
        for question in asking.questions().values():
            asked = Situation(regime, (kind,), day, every, corrected=question.compared_with)
            if question.compared_with and question.id in may_ask(asked):
                bad.append(f"asked for what is wrong: {question.id} ({regime})")
    return _tried(
        bad, "en rettelse for en ukendt, på det forkerte eller uden besked afvises",
        "a correction for a stranger, by what is wrong or without a word is refused", tried=len(under(control, kind)),
    )  # fmt: skip


def restricted(world: World, promise: Promise, control: Control) -> Answer:
    """Whether an invented restriction stands against every use from the moment it is known who asks, and no letter lifts it unsaid."""
    at = world.at
    bad = [*_early("restriction", "eu", at), *_lacking(control, "restriction", _RESTRICTED, at.date())]
    bad += _unrested("restriction", "eu", at, (("deliver", frozenset()), ("anything", None)))
    return _tried(
        bad, "en begrænsning står mod enhver brug, til den er ophævet med varsel",
        "a restriction stands against every use until it was lifted with notice", tried=1,
    )  # fmt: skip


_RESTRICTED: Final = (("restricted", "restricted"), ("lifting", "lifted"))
_Uses = tuple[tuple[str, frozenset[str] | None], ...]


def _unrested(kind: str, regime: Regime, at: datetime, uses: _Uses) -> Iterator[str]:
    """Uses that an invented case does not stand against: while it is open, and once it was granted and closed."""
    for name, case in (("open", known(opened(kind, regime, at), at)), ("granted", lived(kind, regime, at))):
        if isinstance(case, Refusal):
            yield f"{kind} stuck ({name})"
            continue
        yield from (
            f"used while {kind} is {name}: {purpose}"
            for purpose, what in uses
            if not rests(case, purpose, what, at)
        )


def objected(world: World, promise: Promise, control: Control) -> Answer:
    """Whether an objection stops the use while it is weighed, and one to marketing is never weighed and never refused."""
    at, day = world.at, world.at.date()
    bad = [
        *_early("objection", "eu", at), *_lacking(control, "objection", _WEIGHED, day),
        *_unrested("objection", "eu", at, (("relations", frozenset()),)),
    ]  # fmt: skip
    for regime in under(control, "marketing_objection"):
        kind = "marketing_objection"
        bad += _unrested(kind, regime, at, (("marketing", frozenset({"marketing"})),))
        bad += _asked_or_refused(kind, regime, at, "eu.excessive")
    return _tried(
        bad, "en indsigelse stopper brugen, og et nej til markedsføring kan ikke afslås",
        "an objection stops the use, and a no to marketing cannot be refused", tried=2,
    )  # fmt: skip


_WEIGHED: Final = (
    ("objection_rejected", "compelling"),
    ("objection_rejected", "complaint"),
    ("objection_rejected", "court"),
    ("objection_upheld", "upheld"),
)


def _asked_or_refused(kind: str, regime: Regime, at: datetime, ground: str) -> Iterator[str]:
    """A no for which somebody was asked who they are, or that was refused."""
    case = opened(kind, regime, at)
    if isinstance(case, Refusal):
        yield f"{kind} shut ({regime})"
        return
    if case.verifiable or not isinstance(taken(case, at, do.AskIdentity()), Refusal):
        yield f"{kind} asked who ({regime})"
    if not isinstance(taken(case, at, do.Decide(kind, "refused", ground, "a trial")), Refusal):
        yield f"{kind} refused ({regime})"


def opted_out(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a no to sale and sharing needs no proof of who says it, stands at once, and goes on standing after its case."""
    at, kind = world.at, "opt_out"
    bad = list(_lacking(control, kind, (("opted_out", "opted_out"),), at.date()))
    for regime in under(control, kind):
        bad += _unrested(kind, regime, at, (("sale", frozenset({"sale"})), ("anything", None)))
        case = opened(kind, regime, at)
        if isinstance(case, Refusal) or not isinstance(taken(case, at, do.AskIdentity()), Refusal):
            bad.append(f"{kind} asked who ({regime})")
    if not bad and law.wait_months("california", (kind,), at.date()) is None:
        bad.append("asked again at once")
    return _tried(
        bad, "et fravalg virker uden bevis og bliver stående", "an opt-out works without proof, and stands", tried=len(under(control, kind))
    )  # fmt: skip


def handed_over(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a copy to take along goes only to whoever is known, and with a letter that says in which formats."""
    bad = list(
        _lacking(control, "portability", (("portable", "formats"), ("portable", "ready")), world.at.date())
    )
    for regime in under(control, "portability"):
        bad += _early("portability", regime, world.at)
    return _tried(
        bad, "en kopi til en ukendt, eller uden formater, afvises", "a copy to a stranger, or without its formats, is refused",
        tried=len(under(control, "portability")),
    )  # fmt: skip
