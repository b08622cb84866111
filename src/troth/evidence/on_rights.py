"""Checks of single rights: what our own cases show of each by their events, beside what is tried on invented ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from troth.evidence.check import NO_DEADLINE, Answer, Check, Control, Promise, fails, holds, unknown
from troth.evidence.facts import World
from troth.evidence.on_map import DAY, WEEK, first
from troth.evidence.on_requests import NONE_YET, longer
from troth.evidence.spans import span
from troth.evidence.tried import (
    corrected,
    free,
    handed_over,
    objected,
    offered,
    opted_out,
    restricted,
    under,
)
from troth.terms.bilingual import Both

Ask = Callable[[World, Promise, Control], Answer]
HOUR: Final = timedelta(hours=1)


# -- in time -------------------------------------------------------------------------------------------------------------


def in_time(*kinds: str) -> Ask:
    """Asks whether every case of these kinds, of the last twelve months, was answered within its days."""

    def ask(world: World, promise: Promise, control: Control) -> Answer:
        return _in_time(world, control, kinds)

    return ask


def _in_time(world: World, control: Control, kinds: tuple[str, ...]) -> Answer:
    found = world.requests
    everything = [(regime, kind) for kind in kinds for regime in under(control, kind)]
    pairs = [pair for pair in everything if found is not None and found.last.get(" ".join(pair))]
    groups = [" ".join(pair) for pair in pairs]
    cases = sum(found.last[group] for group in groups) if found else 0
    if found is None or not cases:
        return NONE_YET
    late = sum(found.late.get(group, 0) for group in groups)
    if late:
        return fails(
            f"{late} af {cases} blev ikke besvaret i tide", f"{late} of {cases} were not answered in time", cases=cases, late=late
        )  # fmt: skip
    if control.deadline and any(longer(*pair, control.deadline, world.at.date()) for pair in pairs):
        return unknown(
            "alle i tide efter loven, men der er lovet en kortere frist, end sagerne løber efter",
            "all in time by law, but a shorter time was promised than cases run by", cases=cases,
        )  # fmt: skip
    return holds(f"{cases} sager, alle i tide", f"{cases} cases, all in time", cases=cases, late=0)


def took_effect(*kinds: str) -> Ask:
    """Asks how long, at most, it took until a no of these kinds was carried out, held against what was promised."""

    def ask(world: World, promise: Promise, control: Control) -> Answer:
        return _took_effect(world, control, kinds)

    return ask


def _took_effect(world: World, control: Control, kinds: tuple[str, ...]) -> Answer:
    allowed = span(control.deadline, timedelta(0)) // HOUR
    if allowed < 1:
        return NO_DEADLINE
    found = world.requests
    groups = [f"{regime} {kind}" for kind in kinds for regime in under(control, kind)]
    took = [found.slowest[group] for group in groups if group in found.slowest] if found else []
    if not took:
        return NONE_YET
    if max(took) > allowed:
        return fails(
            f"et nej virkede først efter {max(took)} timer", f"a no took {max(took)} hours to take effect",
            hours=max(took), allowed=allowed,
        )  # fmt: skip
    return holds(
        f"hvert nej virkede inden {max(took)} timer", f"every no took effect within {max(took)} hours",
        hours=max(took), allowed=allowed,
    )  # fmt: skip


# -- what stands in our registers ----------------------------------------------------------------------------------------


def portable(world: World, promise: Promise, control: Control) -> Answer:
    """Whether it can be told of every dataset what of it is the person's to take along: its purposes' bases and its columns' origin."""
    found = world.portable
    if found.unsaid:
        where = first(found.unsaid)
        return fails(
            f"det står ikke, hvad der kan tages med: {where}", f"nobody has written what can be taken along: {where}",
            unsaid=len(found.unsaid), datasets=found.rows,
        )  # fmt: skip
    if not found.rows:
        return unknown("kortet nævner ingen personers rækker", "the map names no rows of people")
    return holds(
        f"{found.rows} datasæt, alle med grundlag og oprindelse", f"{found.rows} datasets, all with basis and origin", datasets=found.rows
    )  # fmt: skip


def resting(world: World, promise: Promise, control: Control) -> Answer:
    """Whether something rests for the sake of every case that wants it."""
    found = world.requests
    if found is None or not found.resting:
        return NONE_YET
    if found.unrested:
        return fails(
            f"i {found.unrested} sager hviler intet", f"in {found.unrested} cases nothing rests",
            resting=found.resting, unrested=found.unrested,
        )  # fmt: skip
    return holds(
        f"{found.resting} sager, alle hviler", f"{found.resting} cases, all at rest", resting=found.resting
    )


def told_first(world: World, promise: Promise, control: Control) -> Answer:
    """Whether nobody's restriction was lifted before a letter had told them (GDPR Art. 18(3))."""
    found = world.requests
    if found is None or not found.lifted:
        return unknown("ingen begrænsning er ophævet endnu", "no restriction was lifted yet", lifted=0)
    if found.silently:
        return fails(
            f"{found.silently} begrænsninger blev ophævet uden varsel", f"{found.silently} restrictions were lifted without notice",
            lifted=found.lifted, silently=found.silently,
        )  # fmt: skip
    return holds(
        f"{found.lifted} ophævet, alle med varsel",
        f"{found.lifted} lifted, all with notice",
        lifted=found.lifted,
    )


def marketing_or_interest(world: World, promise: Promise, control: Control) -> Answer:
    """An objection to marketing by the hour in which it took effect; any other by the day of its answer."""
    if control.parameters.get("marketing"):
        return _took_effect(world, control, ("marketing_objection", "unsubscribe"))
    return _in_time(world, control, ("objection",))


CHECKS: Final = (
    Check("request-regime.offered", "request-regime", "live", "positive", DAY,
          Both("Hvem der bor hvor, prøves mod loven; hver slags anmodning efter den føres til ende på prøve.",
               "Who lives where is held against the law; every kind of request under it comes to its end on trial."), offered),
    Check("request-free.unpaid", "request-free", "live", "negative", WEEK,
          Both("Hver slags anmodning føres til ende på prøve uden betaling; intet trin må vente på penge.",
               "Every kind of request is taken to its end unpaid, on trial; no step may wait for money."), free),
    Check("request-rectify.tried", "request-rectify", "live", "negative", WEEK,
          Both("En rettelse for en ukendt, bevist med det forkerte eller uden et ord om den forsøges og skal afvises.",
               "A correction for a stranger, proven by what is wrong, or untold is attempted, and must be refused."), corrected),
    Check("request-rectify.in-time", "request-rectify", "event", "positive", DAY,
          Both("Hver rettelse fra de sidste tolv måneder er besvaret inden for sine dage.",
               "Every correction of the last twelve months was answered within its days."), in_time("rectification")),
    Check("request-restrict.tried", "request-restrict", "live", "negative", WEEK,
          Both("Brug af data under en opfundet begrænsning, og ophævelse uden besked, forsøges og skal afvises.",
               "Using data under an invented restriction, and lifting it without a word, is attempted, and must be refused."), restricted),
    Check("request-restrict.in-time", "request-restrict", "event", "positive", DAY,
          Both("Hver begrænsning fra de sidste tolv måneder er besvaret inden for sine dage.",
               "Every restriction of the last twelve months was answered within its days."), in_time("restriction")),
    Check("request-restrict.rests", "request-restrict", "event", "positive", DAY,
          Both("Der hviler noget for hver sag, som kræver det.", "Something rests for the sake of every case that wants it."), resting),
    Check("request-restrict.told-first", "request-restrict", "event", "positive", DAY,
          Both("Ingen begrænsning er ophævet, før et brev var sendt om det.",
               "No restriction was lifted before a letter about it had gone."), told_first),
    Check("request-portable.written", "request-portable", "live", "positive", DAY,
          Both("For hvert datasæt med personers rækker står der, på hvilket grundlag og hvorfra; ellers kan intet tages med.",
               "Every dataset with people's rows has a basis and an origin written down; else nothing can be taken along."), portable),
    Check("request-portable.tried", "request-portable", "live", "negative", WEEK,
          Both("En kopi til en ukendt, og et brev uden formater, forsøges og skal afvises.",
               "A copy to a stranger, and a letter without formats, is attempted, and must be refused."), handed_over),
    Check("request-portable.in-time", "request-portable", "event", "positive", DAY,
          Both("Hver anmodning om dataportabilitet fra de sidste tolv måneder er besvaret inden for sine dage.",
               "Every request for portability of the last twelve months was answered within its days."), in_time("portability")),
    Check("request-opt-out.tried", "request-opt-out", "live", "negative", WEEK,
          Both("Et fravalg med krav om bevis, og brug efter fravalget, forsøges og skal afvises.",
               "An opt-out with a demand for proof, and use after it, is attempted, and must be refused."), opted_out),
    Check("request-opt-out.took-effect", "request-opt-out", "event", "positive", DAY,
          Both("Hvert fravalg fra de sidste tolv måneder virkede inden for det lovede.",
               "Every opt-out of the last twelve months took effect within what was promised."), took_effect("opt_out", "limit")),
    Check("objection.tried", "objection", "live", "negative", WEEK,
          Both("Brug, mens en indsigelse er åben, og afslag på et nej til markedsføring forsøges og skal afvises.",
               "Use while an objection is open, and refusing a no to marketing, is attempted, and must be refused."), objected),
    Check("objection.in-time", "objection", "event", "positive", DAY,
          Both("Hver indsigelse fra de sidste tolv måneder er besvaret i tide; et nej til markedsføring virkede inden for det lovede.",
               "Every objection of the last twelve months was answered in time; a no to marketing took effect within what was promised."),
          marketing_or_interest),
    Check("objection.rests", "objection", "event", "positive", DAY,
          Both("Der hviler noget for hver sag, som kræver det.", "Something rests for the sake of every case that wants it."), resting),
)  # fmt: skip
