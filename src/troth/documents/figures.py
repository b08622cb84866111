"""Guarantees that what California wants published of requests stands on one page, in Danish and English, and says what it counts.

A value in, HTML out; counts alone, so that it can be put where everybody reads it (11 CCR 7102(a)).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from troth.documents.markup import FOOT, Html, both, either, head, join, masthead, p, table, text
from troth.requests.metrics import Count, Publication
from troth.terms.bilingual import Both, number

TITLE: Final = Both("Anmodninger i {year}", "Requests in {year}")
ABOVE: Final = Both("{company} · Californien", "{company} · California")
LEAD: Final = Both(
    "Så mange anmodninger fra folk, der bor i Californien, modtog vi i kalenderåret {year}, og sådan gik det dem.",
    "This is how many requests of people who live in California we received in the calendar year {year}, and what became of them.",
)
COUNTS: Final = Both("Anmodninger efter art", "Requests by kind")
DENIED: Final = Both("Hvorfor vi sagde nej, helt eller delvist", "Why we said no, in whole or in part")
COLUMNS: Final = (
    Both("Anmodning om", "Request"),
    Both("Modtaget", "Received"),
    Both("Imødekommet, helt eller delvist", "Complied with, in whole or in part"),
    Both("Afslået", "Denied"),
    Both("Median, dage", "Median, days"),
    Both("Gennemsnit, dage", "Mean, days"),
)
GROUPS: Final[Mapping[str, Both]] = {
    "delete": Both("Sletning", "To delete"),
    "correct": Both("Rettelse", "To correct"),
    "know": Both("Indsigt", "To know"),
    "opt_out": Both("Fravalg af salg og deling", "To opt out of sale and sharing"),
    "limit": Both("Begrænsning af følsomme oplysninger", "To limit the use of sensitive information"),
}
REASONS: Final[Mapping[str, Both]] = {
    "unverifiable": Both("Vi kunne ikke se, hvem der spurgte", "It could not be verified"),
    "not_consumer": Both(
        "Ikke stillet af personen eller dennes agent", "Not made by the consumer or their agent"
    ),
    "exempt": Both("Loven undtager oplysningerne", "The law exempts the information"),
    "other": Both("Af andre grunde", "On other grounds"),
}
NOBODY: Final = Both("–", "–")
FOOTNOTE: Final = Both(
    "Dagene regnes fra den dag, en anmodning kom, til den dag, den blev besvaret eller udført. Det, der stadig er åbent eller blev trukket "
    "tilbage, er modtaget og hverken imødekommet eller afslået. Et nej af to grunde står under dem begge. Efter {citation}.",
    "Days are counted from the day a request came in to the day it was answered or carried out. What is still open, or was taken back, was "
    "received, and neither complied with nor denied. A no for two reasons stands under both. By {citation}.",
)


def page(company: str, told: Publication) -> str:
    """The whole page."""
    title = TITLE.fill(year=str(told.year))
    columns = (either(COLUMNS[0]), *(either(one, "n") for one in COLUMNS[1:]))
    whys = (either(COLUMNS[0]), *(either(one, "n") for one in REASONS.values()))
    parts = (
        head(f"{title.da} · {title.en}", wide=True),
        masthead(ABOVE.fill(company=company), title),
        p(both(LEAD.fill(year=str(told.year))), class_="lead"),
        table(both(COUNTS), columns, (_row(name, one) for name, one in told.counts.items())),
        table(both(DENIED), whys, (_why(name, one) for name, one in told.denials.items())),
        p(both(FOOTNOTE.fill(citation=told.citation)), class_="foot"),
    )
    return join((*parts, FOOT), "\n")


def _row(name: str, one: Count) -> Iterator[Html]:
    yield both(GROUPS[name])
    yield from (_number(count) for count in (one.received, one.complied, one.denied))
    yield from (_days(days) for days in (one.median_days, one.mean_days))


def _why(name: str, one: Mapping[str, int]) -> Iterator[Html]:
    yield both(GROUPS[name])
    yield from (_number(one.get(reason, 0)) for reason in REASONS)


def _number(count: int) -> Html:
    return both(Both(number(count, "da"), number(count, "en")))


def _days(days: float | None) -> Html:
    if days is None:
        return both(NOBODY)
    said = f"{days:.1f}".removesuffix(".0")
    return both(Both(said.replace(".", ","), said)) if "." in said else text(said)
