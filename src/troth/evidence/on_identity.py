"""Checks of who is asked what before they are answered, and of agents: nobody is over-asked, and nobody is taken at their word alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from troth.evidence.check import Answer, Check, Control, Promise, fails, holds
from troth.evidence.facts import World
from troth.evidence.on_map import DAY, WEEK, first
from troth.evidence.on_requests import NONE_YET
from troth.law import identity as law
from troth.law import requests as rights
from troth.requests import commands as do
from troth.requests.case import Case, apply
from troth.requests.commands import Refusal
from troth.requests.identity import Situation, may_ask
from troth.requests.kinds import KINDS, REGIMES
from troth.requests.life import decide
from troth.terms.bilingual import Both
from troth.terms.errors import UsageError


def permitted(world: World, promise: Promise, control: Control) -> Answer:
    """Whether nobody was searched for at the word of an agent who had shown no permission."""
    found = world.requests
    if found is None or not found.agents:
        return NONE_YET
    if found.unpermitted:
        return fails(
            f"i {found.unpermitted} sager blev der søgt uden fuldmagt", f"{found.unpermitted} cases were searched without permission",
            agents=found.agents, unpermitted=found.unpermitted,
        )  # fmt: skip
    return holds(
        f"{found.agents} sager med agent, ingen uden fuldmagt", f"{found.agents} cases of agents, none without permission",
        agents=found.agents,
    )  # fmt: skip


def agent_refused(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a search at the word of an agent without permission, tried on an invented case, is refused in every regime."""
    taken = []
    for regime in REGIMES:
        kind = next(name for name, one in KINDS.items() if regime in one.regimes and one.act == "copy")
        opened = do.Open((kind,), regime, "DK", "en", "portal", world.at.date(), frozenset(), agent=True)
        case = Case("trial")
        for command in (opened, do.Acknowledge(), do.ShowIdentity(frozenset({"email_code"}), enough=True)):
            if isinstance(events := decide(case, command, world.at, "trial"), Refusal):
                return fails(
                    f"en agents sag kan ikke åbnes ({regime})", f"an agent's case cannot be opened ({regime})"
                )
            for event in events:
                case = apply(case, event)
        if not isinstance(decide(case, do.Searched(found=True), world.at, "trial"), Refusal):
            taken.append(regime)
    if taken:
        where = first(taken)
        return fails(
            f"en agent uden fuldmagt godtages: {where}", f"an agent without permission is accepted: {where}"
        )
    return holds(
        "en agent uden fuldmagt får intet søgt", "an agent without permission gets nothing searched", tried=len(REGIMES)
    )  # fmt: skip


def never_asked(world: World, promise: Promise, control: Control) -> Answer:
    """Whether nobody was asked who they are for a request of which the law lets nobody be asked."""
    found = world.requests
    if found is None or not sum(found.last.values()):
        return NONE_YET
    if found.needlessly:
        return fails(
            f"i {found.needlessly} sager blev der spurgt uden grund", f"in {found.needlessly} cases somebody was asked without cause",
            asked=found.asked, needlessly=found.needlessly,
        )  # fmt: skip
    return holds(
        f"{found.asked} spurgt, ingen uden grund",
        f"{found.asked} asked, none without cause",
        asked=found.asked,
    )


def proven(world: World, promise: Promise, control: Control) -> Answer:
    """Whether nothing was shown, changed or erased before it was known, as well as the law wants it, who asks."""
    found = world.requests
    if found is None or not found.answered:
        return NONE_YET
    if found.unproven:
        return fails(
            f"{found.unproven} sager blev udført uden nok bevis", f"{found.unproven} cases were carried out without enough proof",
            answered=found.answered, unproven=found.unproven,
        )  # fmt: skip
    return holds(
        f"{found.answered} sager, alle bekræftet ({found.by_hand} af en medarbejder)",
        f"{found.answered} cases, all confirmed ({found.by_hand} by an officer)", answered=found.answered, by_hand=found.by_hand,
    )  # fmt: skip


def graded(world: World, promise: Promise, control: Control) -> Answer:
    """Whether the questions put on trial are those the law and the promise allow: none of whom nobody may ask, no more than promised."""
    day, told = world.at.date(), control.parameters
    over = [
        f"{kind} ({regime})"
        for regime in REGIMES
        for kind in rights.never_verified(regime, day)
        if may_ask(_situation(regime, kind, day, doubt="a doubt"))
    ]
    if over:
        return fails(
            f"der spørges, hvem man er: {first(over)}", f"people are asked who they are: {first(over)}"
        )
    puts = {
        kind.name: _points("california", kind.name, day)
        for kind in KINDS.values()
        if "california" in kind.regimes
    }
    most = max(puts.values())
    if "points" in told and most > int(told["points"]):
        return fails(f"der spørges om {most} oplysninger", f"{most} details are asked for", most=most)
    if "grades" in told and sorted(set(puts.values())) != sorted({int(one) for one in told["grades"]}):
        got = ", ".join(map(str, sorted(set(puts.values()))))
        return fails(f"graderne er {got}", f"the grades are {got}")
    if "by" in told and not _by(str(told["by"]), puts, day):
        return fails(
            "der spørges ikke efter det, der er lovet", "what is asked does not go by what was promised"
        )
    return holds(
        "der spørges om det tilladte og intet mere", "what is allowed is asked and nothing more", most=most
    )


def _by(what: str, puts: Mapping[str, int], day: date) -> bool:
    """By the request: not all kinds are asked the same. By doubt: who is signed in is asked nothing in the EU unless somebody doubts."""
    if what == "request":
        return len(set(puts.values())) > 1
    if what != "doubt":
        raise UsageError(
            f"identity goes by no {what[:40]!r}", place="control identity", remedy="Known: request, doubt."
        )
    kinds = [kind.name for kind in KINDS.values() if "eu" in kind.regimes]
    asked = [kind for kind in kinds if may_ask(_situation("eu", kind, day, signed_in=True))]
    more = [kind for kind in kinds if _points("eu", kind, day) > _points("eu", kind, day, "a doubt")]
    return not asked and not more


def _points(regime: str, kind: str, day: date, doubt: str = "") -> int:
    return sum(law.questions()[name].point for name in may_ask(_situation(regime, kind, day, doubt)))


def _situation(regime: str, kind: str, day: date, doubt: str = "", signed_in: bool = False) -> Situation:
    """Somebody of whose kind the company holds whatever any question could be compared with."""
    held = frozenset().union(*(one.compared_with for one in law.questions().values()))
    return Situation(regime, (kind,), day, held, doubt=doubt, signed_in=signed_in)


CHECKS: Final = (
    Check("request-agent.permitted", "request-agent", "event", "positive", DAY,
          Both("I ingen sag blev der søgt på en agents ord, før fuldmagten var vist.",
               "In no case was anything searched at an agent's word before the permission was shown."), permitted),
    Check("request-agent.refused", "request-agent", "live", "negative", WEEK,
          Both("En søgning for en agent uden fuldmagt forsøges og skal afvises.",
               "A search for an agent without permission is attempted, and must be refused."), agent_refused),
    Check("identity.never-asked", "identity", "event", "positive", DAY,
          Both("Ingen blev spurgt, hvem de er, for at få noget, som loven lader enhver få.",
               "Nobody was asked who they are for what the law grants without asking."), never_asked),
    Check("identity.proven", "identity", "event", "positive", DAY,
          Both("Intet er vist, rettet eller slettet, før det var vist, som loven vil, hvem der spørger.",
               "Nothing was shown, changed or erased before it was known, as the law wants it, who asks."), proven),
    Check("identity.graded", "identity", "live", "negative", WEEK,
          Both("Spørgsmål, som ingen må stilles, og flere end lovet forsøges stillet; det må ikke kunne lade sig gøre.",
               "Questions that nobody may be asked, and more than promised, are attempted; none may be put."), graded),
)  # fmt: skip
