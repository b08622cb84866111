"""Checks of what stands outside our cases: a provider of identity, the published page, rows that customers put in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, cast

from troth.evidence.check import Answer, Check, Control, Promise, fails, holds, unknown
from troth.evidence.facts import Tally, World
from troth.evidence.on_map import DAY, WEEK, first
from troth.evidence.spans import ANY_DAY, in_words, span
from troth.law import identity as asking
from troth.law import requests as rights
from troth.requests.identity import PROVIDER, Situation, may_ask
from troth.requests.kinds import REGIMES
from troth.requests.provider import MAY_NEED, Provider, minimum
from troth.retention.rules import Rule
from troth.terms.bilingual import Both
from troth.terms.errors import UsageError

_WROTE: Final[Mapping[str, str]] = {
    "name": "trial", "country": "DK", "email": "trial", "phone": "trial", "address": "trial", "words": "trial", "proven": "trial",
}  # fmt: skip
"""All that a case may know of whoever asks, as an invented one would have it."""


class _Greedy:
    """A provider that says it needs everything."""

    name = "trial"
    needs = frozenset(_WROTE)


def minimal(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a provider that wants everything is given no more than name and country, and is asked only where one may be."""
    day = world.at.date()
    given = minimum(cast(Provider, _Greedy()), _WROTE).keys() - MAY_NEED
    over = [f"given {name}" for name in sorted(given)]
    every = frozenset().union(*(one.compared_with for one in asking.questions().values()))
    for regime in REGIMES:
        over += [
            f"asked for {kind} ({regime})"
            for kind in sorted(rights.never_verified(regime, day))
            if PROVIDER in may_ask(Situation(regime, (kind,), day, every, providers=True, doubt="a doubt"))
        ]
    if over:
        return fails(f"mere end det kræver: {first(over)}", f"more than it takes: {first(over)}")
    return _named(world, promise)


def _named(world: World, promise: Promise) -> Answer:
    """Whether the one that is installed is one of those the promise names, and wants no more than it can get."""
    found = world.outside
    if found is None:
        return holds(
            "ingen udbyder er installeret; en opfundet fik kun navn og land",
            "no provider is installed; an invented one got name and country only",
            installed=False,
        )
    if wants := found.needs - MAY_NEED:
        return fails(
            f"udbyderen vil have mere, end den får: {first(sorted(wants))}",
            f"the provider wants more than it gets: {first(sorted(wants))}",
        )
    told = world.notice.promises.get(promise.id)
    titles = [world.notice.recipients[name].title for name in told.recipients] if told is not None else []
    if titles and found.name not in {name for title in titles for name in title}:
        return fails(
            f"{found.name} er ikke nævnt som modtager",
            f"{found.name} is not named as a recipient",
            installed=True,
        )
    return holds(
        f"{found.name} får højst navn og land", f"{found.name} gets name and country at most", installed=True
    )


def current(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a stranger finds the version in force at the company's own address, in every language, with its day."""
    found = world.shown
    if found.why is not None:
        return unknown(*found.why)
    if found.shut:
        return fails(
            f"siden åbner ikke: {first(found.shut)}",
            f"the page does not open: {first(found.shut)}",
            pages=found.pages,
        )
    if not found.version:
        return unknown("ingen udgave er offentliggjort", "no version is published")
    if found.missing:
        where = first(found.missing)
        return fails(
            f"udgave {found.version} står ikke på siden: {where}", f"version {found.version} does not stand on the page: {where}",
            version=found.version,
        )  # fmt: skip
    if found.undated:
        where = first(found.undated)
        return fails(
            f"siden siger ikke, hvornår udgave {found.version} gælder fra: {where}",
            f"the page does not say from which day version {found.version} holds: {where}",
            version=found.version,
        )
    return holds(
        f"udgave {found.version} står på siden med sin dag, på alle sprog",
        f"version {found.version} stands on the page with its day, in every language",
        version=found.version, pages=found.pages,
    )  # fmt: skip


def linked(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a stranger finds both links that California wants on every page."""
    found = world.shown
    if found.why is not None:
        return unknown(*found.why)
    if bad := [*found.shut, *found.bare]:
        return fails(
            f"uden begge links: {first(bad)}",
            f"without both links: {first(bad)}",
            pages=found.pages,
            bare=len(found.bare),
        )
    return holds(
        f"{found.pages} sider, begge links på hver",
        f"{found.pages} pages, both links on each",
        pages=found.pages,
    )


def content_ends(world: World, promise: Promise, control: Control) -> Answer:
    """Whether rows that customers control end with the agreement, within what was promised."""
    said = str(control.parameters.get("keep") or promise.keep)
    if not said:
        return fails("løftet siger ingen længde", "the promise says no length")
    theirs = {ref for ref, dataset in world.map.datasets.items() if dataset.tenant}
    if not theirs:
        return unknown(
            "kortet nævner ingen rækker, som en kunde bestemmer over (`tenant`)",
            "the map names no rows that a customer controls (`tenant`)",
        )
    keeping = world.keeping
    if keeping is None:
        raise UsageError(
            "there is no retention file", remedy="Write troth.retention.yaml; docs/retention.md."
        )
    most = ANY_DAY + span(said, timedelta(0))
    ending = [
        rule
        for rule in keeping.rules.rules
        if _ends(rule) and rule.keep and rule.keep.last_day(ANY_DAY) <= most
    ]
    covered = {ref for rule in ending for ref in rule.datasets}
    if bare := sorted(map(str, theirs - covered)):
        return fails(
            f"ender ikke med aftalen inden {in_words(said).da}: {first(bare)}",
            f"does not end with the agreement within {in_words(said).en}: {first(bare)}", datasets=len(theirs),
        )  # fmt: skip
    names = {rule.name for rule in ending}
    due = sum(_over(one) for one in keeping.tallies if one.rule in names and one.ref in theirs)
    if due:
        return fails(f"{due} rækker er gemt for længe", f"{due} rows are kept too long", overdue=due)
    return holds(
        f"{len(theirs)} datasæt ender med aftalen",
        f"{len(theirs)} datasets end with the agreement",
        datasets=len(theirs),
    )


def _ends(rule: Rule) -> bool:
    return rule.event == "engagement_ended" and rule.outcome == "erase"


def _over(tally: Tally) -> int:
    return tally.due - tally.held + tally.unreadable  # a clock that shows no day never ends


CHECKS: Final = (
    Check("identity-provider.minimum", "identity-provider", "live", "negative", WEEK,
          Both("En opfundet udbyder beder om alt og må ikke få mere end navn og land; den installerede skal være den lovede.",
               "An invented provider asks for everything and must get name and country only; an installed one must be the promised one."),
          minimal),
    Check("notice-published.current", "notice-published", "live", "positive", DAY,
          Both("Siden hentes som af en fremmed; den gældende udgave skal stå der ord for ord på hvert sprog, med den dag, den gælder fra.",
               "The page is fetched as by a stranger; the version in force must stand there word for word in every language, "
               "with its day."),
          current),
    Check("notice-links.both", "notice-links", "live", "positive", DAY,
          Both("Hver af portalens åbne sider hentes som af en fremmed; begge links til Californien skal stå på den.",
               "Each open page of the portal is fetched as by a stranger; both links for California must stand on it."), linked),
    Check("content-retention.ends", "content-retention", "live", "positive", DAY,
          Both("Hvert datasæt, som kunder bestemmer over, slettes efter aftalens ophør inden for det lovede, og intet ligger over tiden.",
               "Every dataset that customers control is erased after the agreement, as was promised, and nothing is overdue."),
          content_ends),
)  # fmt: skip
