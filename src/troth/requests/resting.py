"""What rests while a request is open or after it was granted, and what may still be done with a person's data: pure, and rather no.

A restriction, an erasure and an objection stop every use from the moment it is known who asks (GDPR Art. 18(1)); what nobody
verifies (marketing, consent, sale, sensitive data) stops at once and stays stopped. A purpose that nobody has described could be
any of these, so whatever rests stands against it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

from troth.requests.case import Case, Event, apply
from troth.requests.kinds import KINDS

Rest = Literal["processing", "marketing", "sale", "sensitive", "consent"]
OF_KIND: Final[Mapping[str, Rest]] = MappingProxyType(
    {
        "erasure": "processing",  # GDPR Art. 17, 18(1): unseen from the request on
        "restriction": "processing",  # GDPR Art. 18
        "objection": "processing",  # GDPR Art. 18(1)(d), 21(1)
        "marketing_objection": "marketing",  # GDPR Art. 21(3)
        "unsubscribe": "marketing",  # Danish Marketing Practices Act § 10
        "withdrawal": "consent",  # GDPR Art. 7(3)
        "opt_out": "sale",  # Civ. Code 1798.120: sale and sharing
        "limit": "sensitive",  # Civ. Code 1798.121
    }
)
ARTICLE_18: Final = ("restriction", "objection")
"""Kinds of request that restrict the processing itself (GDPR Art. 18(1)); an erasure that was asked for does not wait for itself."""
WORDS: Final[Mapping[str, Rest]] = MappingProxyType(
    {
        "marketing": "marketing",
        "sale": "sale",
        "sharing": "sale",
        "sensitive": "sensitive",
        "consent": "consent",
    }
)
"""Purposes that need no notice to be understood."""
TERMS: Final[Mapping[str, Rest]] = MappingProxyType(
    {"dpv:Marketing": "marketing", "dpv:DirectMarketing": "marketing", "dpv:Advertising": "marketing", "dpv:PublicRelations": "marketing"}
)  # fmt: skip
"""What a purpose of the notice is by its term."""
ACTS: Final[Mapping[str, Rest]] = MappingProxyType({"sale": "sale", "sharing": "sale"})
EARLY: Final = "email_code"
"""What must be shown of an identity for a rest to begin that waits for one; the rest of it may come later."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that a case wants to rest: for all that the person named, or only for what they have proven to be theirs."""

    kind: str
    rest: Rest
    proven: bool


@dataclass(frozen=True, slots=True)
class Resting:
    """One thing that rests, and for which purpose alone ("": all)."""

    rest: Rest
    purpose: str
    since: datetime
    until: datetime | None


def wanted(case: Case) -> tuple[Wanted, ...]:
    """What a case wants to rest now; what was granted goes on resting after the case, a restriction until it is lifted.

    Where the person took the case back, what was done by then goes on resting: a no to marketing is not taken back with the rest.
    """
    if case.unclear:
        return ()
    found = []
    for kind in case.kinds:
        if case.retracted and kind not in case.done:
            continue
        decision = case.decisions.get(kind)
        refused = decision is not None and decision.outcome == "refused"
        over = refused and (case.delivered or case.closed)  # told before it is lifted (GDPR Art. 18(3))
        gone = (
            kind == "erasure" and kind in case.done
        )  # what is erased needs no rest; what a law keeps has its own
        if kind in OF_KIND and not over and not gone and _begun(case, kind):
            found.append(Wanted(kind, OF_KIND[kind], proven=kind not in case.unverified))
    return tuple(found)


def wanted_once(name: str, events: Iterable[Event]) -> frozenset[str]:
    """The kinds for whose sake something was wanted to rest at any moment of the case."""
    case, kinds = Case(name), set[str]()
    for event in events:
        case = apply(case, event)
        kinds.update(one.kind for one in wanted(case))
    return frozenset(kinds)


def _begun(case: Case, kind: str) -> bool:
    if kind in case.unverified:
        return True
    return case.known or case.signed_in or EARLY in case.points


def at_once(case: Case) -> tuple[str, ...]:
    """The kinds that are simply carried out, now: nobody may be asked who they are, and nothing is to be decided."""
    if case.unclear or case.agent == "claimed" or case.closed is not None:
        return ()
    return tuple(kind for kind in case.undecided if KINDS[kind].act == "stop" and kind in case.unverified)


def against(
    resting: Iterable[Resting], purpose: str, uses: Collection[Rest] | None, at: datetime
) -> tuple[Resting, ...]:
    """What stands against using the data for a purpose; `uses` are what the purpose is, None where nobody has described it."""
    return tuple(
        one
        for one in resting
        if one.since <= at and (one.until is None or at < one.until)
        and (one.purpose in ("", purpose) or uses is None)
        and (one.rest == "processing" or uses is None or one.rest in uses)
    )  # fmt: skip


def described(term: str, bases: Collection[str], acts: Collection[str]) -> frozenset[Rest]:
    """What a purpose of a notice is: by its term, by the bases of its promises, and by what they do."""
    found: set[Rest] = {TERMS[term]} if term in TERMS else set()
    if "consent" in bases:
        found.add("consent")
    return frozenset(found | {ACTS[act] for act in acts if act in ACTS})
