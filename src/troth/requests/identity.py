"""What may be asked of whom, and when that is enough: a page can put no question that `may_ask` does not return.

Nobody is asked who they are to say no (GDPR 7(3), 21(3); 11 CCR 7060(b)). Under the GDPR a session, or a code to the known address, is
enough; more is asked only on a reasonable doubt that an officer wrote down (Art. 12(6)). California counts points by what is asked for, and
wants a session begun again (11 CCR 7061, 7062). The datum that is to be corrected never shows anything (11 CCR 7060(h)).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from troth.law import identity as law
from troth.law.identity import Agency, Tier
from troth.requests.case import Case

NOTHING: Final[frozenset[str]] = frozenset()
DECLARATION: Final = "declaration"
PROVIDER: Final = "provider"
REAUTHENTICATION: Final = "reauthentication"


@dataclass(frozen=True, slots=True)
class Situation:
    """Who asks for what, as far as it decides what may be asked of them.

    `held` and `corrected` are data categories of the map: what the company holds of anybody (never what it holds of
    this person, which a question would give away), and what this person wants corrected.
    """

    regime: str
    kinds: tuple[str, ...]
    at: date
    held: frozenset[str]
    corrected: frozenset[str] = NOTHING
    signed_in: bool = False
    doubt: str = ""
    agent: bool = False
    providers: bool = False  # whether somebody else, who was let in as a plug-in, can show who it is


def situation(
    case: Case, held: Collection[str], corrected: Collection[str] = (), providers: bool = False
) -> Situation:
    """The situation of a case."""
    return Situation(
        case.regime, case.kinds, case.received, frozenset(held), frozenset(corrected), case.signed_in, case.doubt, bool(case.agent),
        providers or PROVIDER in case.points,
    )  # fmt: skip


def may_ask(
    asked: Situation,
    shown: Collection[str] = (),
    skipped: Collection[str] = (),
    to: Literal["person", "agent"] = "person",
) -> frozenset[str]:
    """The questions that may be put now, to the person or to their agent; () once nothing more is needed, or could be enough.

    `shown` is what was shown already, `skipped` the questions somebody could not answer: the next in order takes their place.
    """
    allowed = _of_person(asked, frozenset(shown), frozenset(skipped)) | _of_agent(asked, frozenset(shown))
    return frozenset(name for name in allowed - frozenset(shown) if law.questions()[name].to == to)


def satisfied(asked: Situation, shown: Collection[str]) -> bool:
    """Whether it is known, as well as the law wants it, who asks; what an agent may is another question (`agent_settled`)."""
    tiers = _tiers(asked)
    if not tiers or _spared(asked, frozenset(shown)):
        return True
    if again := _by_session(asked, tiers):
        return REAUTHENTICATION in shown if again == "again" else True
    points, declared = _needed(asked, tiers)
    return len(_usable(asked) & frozenset(shown)) >= points and (not declared or DECLARATION in shown)


def agent_settled(asked: Situation, shown: Collection[str]) -> bool:
    """Whether an agent showed that they may ask for each of the kinds; True where the person asks, or nothing may be asked."""
    return all(one.accepts & frozenset(shown) for one in _agencies(asked))


def can_be_shown(asked: Situation, skipped: Collection[str] = ()) -> bool:
    """Whether anything we could ask would be enough; where not, nothing is asked and an officer must find a way."""
    tiers = _tiers(asked)
    if not tiers or _by_session(asked, tiers):
        return True
    return len(_usable(asked) - frozenset(skipped)) >= _needed(asked, tiers)[0]


def _of_person(asked: Situation, shown: frozenset[str], skipped: frozenset[str]) -> frozenset[str]:
    if satisfied(asked, shown):
        return NOTHING
    tiers = _tiers(asked)
    if _by_session(asked, tiers):
        return frozenset({REAUTHENTICATION})
    points, declared = _needed(asked, tiers)
    usable = _usable(asked)
    got = usable & shown
    left = [name for name in law.questions() if name in usable - got - skipped]
    if len(got) + len(left) < points:
        return NOTHING  # no answer could be enough: then none is asked for
    return frozenset(left[: max(points - len(got), 0)]) | (frozenset({DECLARATION}) if declared else NOTHING)


def _of_agent(asked: Situation, shown: frozenset[str]) -> frozenset[str]:
    """What may be asked for every kind for which the agent has shown nothing yet."""
    open_still = [one.asks for one in _agencies(asked) if not one.accepts & shown]
    return frozenset.intersection(*open_still) if open_still else NOTHING


def _agencies(asked: Situation) -> list[Agency]:
    if not asked.agent:
        return []
    found = (law.agency(asked.regime, kind, asked.at) for kind in asked.kinds)
    return [one for one in found if one is not None]


def _spared(asked: Situation, shown: frozenset[str]) -> bool:
    """Whether what the agent showed spares the person to show anything: a power of attorney (11 CCR 7063(b))."""
    if not asked.agent:
        return False
    agencies = [law.agency(asked.regime, kind, asked.at) for kind in asked.kinds if _tier(asked, kind)]
    return all(one is not None and one.instead_of_person & shown for one in agencies)


def _tiers(asked: Situation) -> list[Tier]:
    return [tier for kind in asked.kinds if (tier := _tier(asked, kind)) is not None]


def _tier(asked: Situation, kind: str) -> Tier | None:
    about = asked.corrected if kind == "rectification" and asked.corrected else asked.held
    grave = bool(about & law.grave_categories(asked.regime, asked.at))
    return law.tier(asked.regime, kind, grave, asked.at)


def _by_session(asked: Situation, tiers: Collection[Tier]) -> str:
    """What the session is worth: `enough`, `again` after signing in again, or nothing.

    Nothing where there is a doubt (11 CCR 7061(b)), and where an agent asks: the session is not the person's then.
    """
    if not asked.signed_in or asked.doubt or asked.agent:
        return ""
    return "again" if any(tier.signed_in == "again" for tier in tiers) else "enough"


def _needed(asked: Situation, tiers: Collection[Tier]) -> tuple[int, bool]:
    points = max(tier.doubted if asked.doubt else tier.points for tier in tiers)
    return points, any(tier.declaration for tier in tiers)


def _usable(asked: Situation) -> frozenset[str]:
    """The points we can compare with something, but never with what is to be corrected (11 CCR 7060(h))."""
    return frozenset(
        name
        for name, question in law.questions().items()
        if question.point
        and (asked.providers if name == PROVIDER else question.compared_with & asked.held)
        and not question.compared_with & asked.corrected
    )
