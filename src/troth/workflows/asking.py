"""A person asks: their choice becomes kinds of request, and before they send it they read what stays, why, and when we answer."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from troth.datamap.model import Keep
from troth.law.requests import never_verified
from troth.law.rules import cited, grounds, is_known, rule
from troth.requests.case import Case, fold
from troth.requests.commands import Open, Refusal
from troth.requests.deadlines import dues, local_day
from troth.requests.kinds import (
    EVERYTHING,
    EVERYTHING_CALIFORNIA,
    KINDS,
    STOP,
    Channel,
    Regime,
    ordered,
)
from troth.requests.kinds import regime_of as regime_of
from troth.requests.life import PERSON, decide
from troth.terms.canonical import canonical
from troth.terms.errors import UsageError
from troth.workflows.case_papers import COPY_DAYS as COPY_DAYS
from troth.workflows.case_papers import add_paper
from troth.workflows.cases import DeclinedError, Opened, at_desk, enter_case
from troth.workflows.house import House
from troth.workflows.reading import here, reading

if TYPE_CHECKING:
    from troth.workflows.books import Books

Told = dict[str, Any]
CHOICES: Final = ("see", "delete", "stop")
"""The three large answers; anything else is the name of one kind."""
WRONG: Final[Mapping[str, frozenset[str]]] = {
    "name": frozenset({"full_name", "first_name", "last_name", "initials"}),
    "email": frozenset({"email"}),
    "phone": frozenset({"phone"}),
    "address": frozenset({"street", "address", "postal_code", "city", "region", "country"}),
    "payment": frozenset({"payment_card", "bank_account", "reference"}),
    "other": frozenset(),
}
"""Which data categories somebody means who says what is wrong: these never show who they are (11 CCR 7060(h))."""


@dataclass(frozen=True)
class Asked:
    """What a person filled in, or an officer on their behalf; `received` is the person's own day, where it was not today."""

    choice: str
    language: Literal["da", "en"]
    country: str = "DK"
    state: str = ""  # of the United States
    channel: Channel = "portal"
    received: date | None = None
    asker: Mapping[str, Any] = field(
        default_factory=dict, repr=False
    )  # name, email, words, address, agent, …
    elsewhere: bool = False  # an officer says that it came to another than the contact named for it
    copy: bool = False  # with an erasure: a copy first


def kinds_of(choice: str, regime: Regime) -> tuple[str, ...]:
    """The kinds that an answer to "What would you like?" opens, as one case; raises UsageError for no answer of ours."""
    several: Mapping[str, Sequence[str]] = {
        "see": ("know_specific",) if regime == "california" else ("access",),
        "delete": EVERYTHING_CALIFORNIA if regime == "california" else EVERYTHING,
        "stop": ("opt_out", "marketing_objection", "unsubscribe") if regime == "california" else STOP,
    }
    found = several.get(choice) or ((choice,) if choice in KINDS else ())
    if not found or any(regime not in KINDS[kind].regimes for kind in found):
        raise UsageError("this cannot be asked for here", place=choice if choice in KINDS else "")
    return ordered(found)


def offered(regime: Regime) -> tuple[str, ...]:
    """The kinds behind "something else" under a law, in the order in which they are shown."""
    return tuple(kind for kind, one in KINDS.items() if regime in one.regimes)


def open_case(
    house: House, command: Open, asker: Mapping[str, Any], by: str, mark: str = "", papers: Sequence[Told] = (), once: str = "",
) -> Opened:  # fmt: skip
    """Opens a case (`enter_case`) with the papers that came with it; a form sent twice brings them once. Raises DeclinedError."""
    from django.db import transaction

    with at_desk(house) as books:
        with transaction.atomic():
            opened = enter_case(books, house.now(), command, asker, by, mark, once)
            for paper in papers if opened.fresh else ():
                add_paper(books, opened.name, house.now(), **paper)
        return opened


def ask(house: House, asked: Asked, by: str = PERSON, papers: Sequence[Told] = (), once: str = "") -> Opened:
    """Opens the case, the same one however often one form (`once`) is sent; raises DeclinedError or UsageError.

    A form that is sent again with other answers (somebody went back in the browser) asks for something else.
    """
    mark = mark_of(house, str(asked.asker.get("email", "")))
    corrected = WRONG.get(str(asked.asker.get("what", "")), frozenset())
    asker = {**asked.asker, "corrected": sorted(corrected)} if corrected else asked.asker
    return open_case(
        house, _command(house, asked), asker, by, mark, papers, once and f"{once} {_digest(asked, papers)}"
    )


def _digest(asked: Asked, papers: Sequence[Told]) -> str:
    """What tells one filled-in form from another."""
    files = [hashlib.sha256(one["data"]).hexdigest() for one in papers]
    told = json.dumps([asdict(asked), files], sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def _command(house: House, asked: Asked) -> Open:
    regime = regime_of(asked.country, asked.state)
    received = asked.received or local_day(house.now(), house.settings.time_zone)
    kinds = kinds_of(asked.choice, regime)
    if asked.copy and "erasure" in kinds:
        kinds = ordered((*kinds, *kinds_of("see", regime)))
    return Open(
        kinds, regime, asked.country, asked.language, asked.channel, received,
        never_verified(regime, received), agent=bool(asked.asker.get("agent")), elsewhere=asked.elsewhere,
    )  # fmt: skip


def before_sending(house: House, asked: Asked) -> Told:
    """What a person reads before they send: which kinds, the day by which we answer, what stays, and what rests from now on."""
    at = here(house.now(), house.settings)
    events = decide(Case("preview"), _command(house, asked), at, PERSON)
    if isinstance(events, Refusal):
        raise DeclinedError(events)
    case = fold("preview", events)
    answers = [one.day for one in dues(case, reading(house.settings)) if one.clock.clock != "confirm"]
    erasing = any(KINDS[kind].act == "erase" for kind in case.kinds)
    return {
        "kinds": list(case.kinds), "regime": case.regime, "received": case.received,
        "answer_by": max(answers) if answers else None, "free": sorted(case.unverified & set(case.kinds)),
        "stays": stays(house, at.date()) if erasing else [], "resting": list(case.resting),
    }  # fmt: skip


def mark_of(house: House, address: str) -> str:
    """A keyed digest of an address, by which cases of one sender are joined and limited; '' for none."""
    with at_desk(house) as books:
        return sender_mark(books, address)


def sender_mark(books: Books, address: str) -> str:
    """The same with the books open."""
    if not address.strip():
        return ""
    form = canonical("email", address) or address.strip().casefold()
    return hmac.new(books.tombstone_key, f"sender {form}".encode(), hashlib.sha256).hexdigest()


def stays(house: House, at: date) -> list[Told]:
    """What no erasure takes, by the data map: each law with its words, ground and how long; once each, whatever datasets it is about."""
    found: dict[str, Told] = {}
    for dataset in house.map().datasets.values():
        for keep in dataset.keep:
            if keep.active and keep.law not in found:
                found[keep.law] = _stay(keep, at)
    return list(found.values())


def _stay(keep: Keep, at: date) -> Told:
    law, years = keep.law, keep.until.years if keep.until else 0
    if law in grounds():
        ground = grounds()[law]
        return {"law": law, "da": ground.da, "en": ground.en, "citation": ground.article, "years": years}
    if not is_known(law):  # an article that the map names
        return {"law": law, "da": "", "en": "", "citation": law, "years": years}
    entry = rule(law, at)
    return {"law": law, "da": entry.da, "en": entry.en, "citation": cited(law), "years": entry.years}


def language_of(text: str) -> Literal["da", "en"]:
    """A language of ours, else English."""
    return cast(Literal["da", "en"], text if text in ("da", "en") else "en")
