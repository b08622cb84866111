"""Checks of how requests are met: our own cases are counted by their events; where there is none to look at, nothing was shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from troth.evidence.check import NO_DEADLINE, Answer, Check, Control, Promise, fails, holds, unknown
from troth.evidence.facts import World
from troth.evidence.on_map import DAY, WEEK, first
from troth.evidence.parameters import days
from troth.evidence.spans import span
from troth.law import requests as clocks
from troth.law.letters import demanded
from troth.requests import commands as do
from troth.requests.case import Case
from troth.requests.commands import Refusal
from troth.requests.deadlines import months_after
from troth.requests.kinds import KINDS, REGIMES, Channel, Regime
from troth.requests.life import decide
from troth.requests.parts import missing
from troth.terms.bilingual import Both
from troth.terms.errors import UsageError

NONE_YET: Final = unknown("der er ingen sager at se på endnu", "there are no cases to look at yet", cases=0)
"""What a count of nothing says: nobody was failed, and nobody was served."""
_GROUPS: Final = {"eu": "eu", "california": "california", "shine-the-light": "kind shine"}
"""By a promise's regime: what the cases are counted under."""
_CLOCKED: Final = {
    "eu": ("eu", "access"),
    "california": ("california", "know_specific"),
    "shine-the-light": ("california", "shine"),
}
"""By a promise's regime: a law and a kind whose clock says how long."""
_WAYS: Final[Mapping[str, Channel]] = {
    "email": "mail", "phone": "phone", "form": "portal", "letter": "letter", "visit": "visit"
}  # fmt: skip
"""By a promise's channel, ours."""
_ROUTES: Final[Mapping[str, str]] = {"authority": "complaint", "courts": "court"}
"""By what a promise says that a refusal names, the part of the letter."""
_A_COMMON_DAY: Final = date(2023, 1, 1)


def in_time(world: World, promise: Promise, control: Control) -> Answer:
    """Whether every clock of every case of the last twelve months was met on its last day or before."""
    regime = str(control.parameters.get("regime", ""))
    if regime == "processor":
        return passed_on(world, control)
    if regime and regime not in _GROUPS:
        raise UsageError(
            f"there is no regime {regime[:40]!r}",
            place="control request-deadline",
            remedy=f"Known: {', '.join((*_GROUPS, 'processor'))}.",
        )
    found, groups = world.requests, [_GROUPS[regime]] if regime else list(REGIMES)
    cases = sum(found.last.get(group, 0) for group in groups) if found else 0
    if found is None or not cases:
        return NONE_YET
    late = sum(found.late.get(group, 0) for group in groups)
    if late:
        return fails(
            f"{late} af {cases} anmodninger blev ikke besvaret i tide", f"{late} of {cases} requests were not answered in time",
            cases=cases, late=late,
        )  # fmt: skip
    if regime and control.deadline and longer(*_CLOCKED[regime], control.deadline, world.at.date()):
        return unknown(
            "alle i tide efter loven, men der er lovet en kortere frist, end sagerne løber efter",
            "all in time by law, but a shorter time was promised than cases run by", cases=cases,
        )  # fmt: skip
    return holds(f"{cases} anmodninger, alle i tide", f"{cases} requests, all in time", cases=cases, late=0)


def longer(regime: str, kind: str, promised: str, day: date) -> bool:
    """Whether the law's clock for a kind, which cases run by, gives more than was promised."""
    clock = clocks.clocks(regime, kind, day)["answer"]
    given = (
        months_after(_A_COMMON_DAY, clock.count) - _A_COMMON_DAY
        if clock.unit == "months"
        else timedelta(days=clock.count)
    )
    return given > span(promised, timedelta(0), _A_COMMON_DAY)


def passed_on(world: World, control: Control) -> Answer:
    """Whether every customer whose rows a request was about was told of it in time."""
    allowed, found = days(control), world.requests
    if allowed is None:
        return NO_DEADLINE
    if found is None or not (found.passed or found.unpassed):
        return unknown(
            "ingen anmodning har handlet om en kundes rækker endnu",
            "no request was about a customer's rows yet",
            passed=0,
        )
    if found.forgotten:
        return fails(
            f"kunder, der aldrig fik besked, før sagen blev lukket: {found.forgotten}",
            f"customers who were never told before the case was closed: {found.forgotten}",
            passed=found.passed, unpassed=found.unpassed, forgotten=found.forgotten,
        )  # fmt: skip
    if found.passing > allowed:
        return fails(
            f"en kunde hørte først om det efter {found.passing} dage", f"a customer heard of it only after {found.passing} days",
            passed=found.passed, unpassed=found.unpassed, longest=found.passing,
        )  # fmt: skip
    return holds(
        f"{found.passed} kunder har fået besked, {found.unpassed} venter endnu",
        f"{found.passed} customers were told, {found.unpassed} wait still",
        passed=found.passed, unpassed=found.unpassed,
    )  # fmt: skip


def acknowledged(world: World, promise: Promise, control: Control) -> Answer:
    """Whether everybody who asked within twelve months was told in time that it came in."""
    allowed, found = days(control), world.requests
    if allowed is None:
        return NO_DEADLINE
    cases = sum(found.acknowledged.values()) if found else 0
    if found is None or not cases:
        return NONE_YET
    late = sum(count for took, count in found.acknowledged.items() if took > allowed)
    if late:
        return fails(
            f"{late} af {cases} fik ikke besked inden {allowed} dage", f"{late} of {cases} heard nothing within {allowed} days",
            cases=cases, late=late,
        )  # fmt: skip
    return holds(
        f"{cases} fik alle besked inden {allowed} dage", f"all {cases} heard of it within {allowed} days", cases=cases, days=allowed
    )  # fmt: skip


def opens(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a case of every kind can be opened by each of the ways, tried on invented cases; none of them is kept."""
    named = [str(one) for one in control.parameters.get("channels") or _WAYS]
    if unheard := [one for one in named if one not in _WAYS]:
        raise UsageError(
            f"there is no channel {unheard[0][:40]!r}",
            place="control request-intake",
            remedy=f"Known: {', '.join(_WAYS)}.",
        )
    shut = [
        f"{kind.name} ({way})"
        for way in named
        for kind in KINDS.values()
        for regime in kind.regimes
        if isinstance(
            decide(Case("trial"), _came(kind.name, regime, _WAYS[way], world), world.at, "trial"), Refusal
        )
    ]
    if shut:
        return fails(
            f"kan ikke modtages: {first(shut)}", f"cannot be taken in: {first(shut)}", shut=len(shut)
        )
    if "email" in named and (world.requests is None or not world.requests.mailbox):
        return unknown(
            "ingen postkasse læses: en mail bliver kun til en sag, når nogen taster den ind",
            "no mailbox is read: a mail becomes a case only if somebody types it in",
        )
    return holds(
        f"{len(KINDS)} slags ad {len(named)} veje",
        f"{len(KINDS)} kinds by {len(named)} ways",
        kinds=len(KINDS),
        ways=len(named),
    )


def _came(kind: str, regime: Regime, channel: Channel, world: World) -> do.Open:
    return do.Open((kind,), regime, "DK", "da", channel, world.at.date(), frozenset())


def reasoned(world: World, promise: Promise, control: Control) -> Answer:
    """Whether every refusal, in whole or in part, has a ground of the law and its reasons."""
    found = world.requests
    if found is None or not found.refusals:
        return unknown("intet er afslået endnu", "nothing was refused yet", refusals=0)
    if found.groundless:
        return fails(
            f"{found.groundless} afslag uden grund eller begrundelse",
            f"{found.groundless} refusals without ground or reasons",
            refusals=found.refusals,
            groundless=found.groundless,
        )
    return holds(
        f"{found.refusals} afslag, alle begrundet",
        f"{found.refusals} refusals, all with their reasons",
        refusals=found.refusals,
    )


def routed(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a letter of refusal that does not say where to complain, or where to go to court, is found wanting."""
    named = str(control.parameters.get("names", ""))
    if named and named not in _ROUTES:
        raise UsageError(
            f"a refusal names no {named[:40]!r}",
            place="control request-refusal",
            remedy=f"Known: {', '.join(_ROUTES)}.",
        )
    day = world.at.date()
    every = {part for one in demanded("refusal", "eu", day) for part in one.parts}
    sent = [
        part
        for name, part in _ROUTES.items()
        if named in ("", name) and not missing("refusal", "eu", every - {part}, day)
    ]
    if sent:
        return fails(f"et afslag uden {first(sent)} sendes", f"a refusal without {first(sent)} is sent")
    return holds(
        "et afslag, der ikke siger hvor man går hen, sendes ikke",
        "a refusal that does not say where to turn is not sent",
        tried=1 if named else len(_ROUTES),
    )


def unpunished(world: World, promise: Promise, control: Control) -> Answer:
    """Whether nobody's entitlements changed, after they asked, in a way that nobody had declared."""
    found = world.requests
    if not any(one.entitlements for one in world.map.datasets.values()):
        return unknown(
            "kortet siger ikke, hvad folk har ret til (`entitlements`)", "the map names no `entitlements`"
        )
    if found is None or not found.compared:
        return NONE_YET
    if found.punished:
        return fails(
            f"i {found.punished} sager blev vilkårene andre end ventet", f"in {found.punished} cases terms changed undeclared",
            compared=found.compared, punished=found.punished,
        )  # fmt: skip
    return holds(
        f"{found.compared} sager, ingen ændring uden varsel",
        f"{found.compared} cases, no undeclared change",
        compared=found.compared,
    )


def told(world: World, promise: Promise, control: Control) -> Answer:
    """Whether no recipient has waited too long to be told of an erasure, a correction or a restriction."""
    allowed, found = days(control), world.requests
    if allowed is None:
        return NO_DEADLINE
    if found is None or not (found.told or found.untold):
        return unknown("ingen modtager skulle have besked endnu", "no recipient was to be told yet", told=0)
    if found.longest > allowed:
        return fails(
            f"en modtager har ventet på besked i {found.longest} dage", f"a recipient has waited {found.longest} days to be told",
            untold=found.untold, longest=found.longest,
        )  # fmt: skip
    return holds(
        f"{found.told} har fået besked, {found.untold} venter endnu", f"{found.told} were told, {found.untold} wait still",
        told=found.told, untold=found.untold,
    )  # fmt: skip


def ended(world: World, promise: Promise, control: Control) -> Answer:
    """Whether no record of a case stands past its time, and that time is no longer than was promised."""
    keep, found = str(control.parameters.get("keep") or promise.keep or control.deadline), world.requests
    if not keep:
        return fails("løftet siger ingen længde", "the promise says no length")
    if found is None:
        return NONE_YET
    day = world.at.date()
    most = max(found.months, *(clocks.record_months(regime, day) for regime in REGIMES))
    if months_after(_A_COMMON_DAY, most) - _A_COMMON_DAY > span(keep, timedelta(0), _A_COMMON_DAY):
        return fails(f"sager gemmes i {most} måneder", f"cases are kept for {most} months", months=most)
    if found.overdue:
        return fails(
            f"{found.overdue} sager er gemt for længe", f"{found.overdue} records are kept too long", kept=found.kept, overdue=found.overdue
        )  # fmt: skip
    if not found.kept:
        return NONE_YET
    return holds(
        f"{found.kept} sager, ingen for længe",
        f"{found.kept} records, none too long",
        kept=found.kept,
        months=most,
    )


CHECKS: Final = (
    Check("request-deadline.in-time", "request-deadline", "event", "positive", DAY,
          Both("Hver sag fra de sidste tolv måneder er bekræftet, besvaret og udført inden for sine egne frister.",
               "Every case of the last twelve months was acknowledged, answered and acted on within its own days."), in_time),
    Check("request-intake.opens", "request-intake", "live", "positive", DAY,
          Both("En sag af hver slags forsøges åbnet ad hver af vejene; og en postkasse læses, hvor mail er en af dem.",
               "A case of every kind is opened on trial by each of the ways; and a mailbox is read where mail is one."), opens),
    Check("request-intake.acknowledged", "request-intake", "event", "positive", DAY,
          Both("Alle, der har spurgt de sidste tolv måneder, fik i tide at vide, at det er modtaget.",
               "Everybody who asked within twelve months was told in time that it came in."), acknowledged),
    Check("contact.acknowledged", "contact", "event", "positive", DAY,
          Both("Alle, der har henvendt sig de sidste tolv måneder, fik i tide at vide, at det er modtaget.",
               "Everybody who turned to us within twelve months was told in time that it came in."), acknowledged),
    Check("request-refusal.reasoned", "request-refusal", "event", "positive", DAY,
          Both("Hvert afslag, helt eller delvist, har en grund i loven og en begrundelse.",
               "Every refusal, in whole or in part, has a ground of the law and its reasons."), reasoned),
    Check("request-refusal.routed", "request-refusal", "live", "negative", WEEK,
          Both("Et afslag, der ikke siger, hvor man klager eller går rettens vej, forsøges skrevet og skal afvises.",
               "A refusal that does not say where to complain or go to court is attempted, and must be found wanting."), routed),
    Check("equal-service.unchanged", "equal-service", "event", "positive", DAY,
          Both("Hvad folk har ret til, er læst før og efter; intet er ændret uden varsel.",
               "What people are entitled to was read before and after; nothing changed undeclared."), unpunished),
    Check("recipients-noted.told", "recipients-noted", "event", "positive", DAY,
          Both("Ingen modtager har ventet for længe på at få besked om en sletning, rettelse eller begrænsning.",
               "No recipient has waited too long to be told of an erasure, a correction or a restriction."), told),
    Check("request-retention.ended", "request-retention", "event", "positive", DAY,
          Both("Ingen sag er gemt længere, end der er lovet.", "No record of a case is kept longer than was promised."), ended),
)  # fmt: skip
