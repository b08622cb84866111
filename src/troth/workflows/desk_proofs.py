"""What the console shows beside the cases: the map, and figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final

from troth.datamap.model import DataMap
from troth.documents.drawing import bars, graph
from troth.documents.figures import page as figures_page
from troth.requests.metrics import Count, Fact, count, facts, publication
from troth.terms.errors import UsageError
from troth.workflows.books import Line, new_name
from troth.workflows.cases import File, at_desk, each
from troth.workflows.house import House
from troth.workflows.mapping import decide_map
from troth.workflows.reading import here

Told = dict[str, Any]
_WEEKS: Final = 26
_SPANS: Final = ((0, 3), (4, 7), (8, 14), (15, 30), (31, 60), (61, 9_999))


def datamap(house: House) -> Told:
    """The map as a drawing and as tables: datasets with their fields, links with what they mean."""
    told = house.map()
    systems = {
        name: sorted(ref.dataset for ref in told.datasets if ref.system == name) for name in told.systems
    }
    links = [(tuple(link.source), tuple(link.target), link.reviewed) for link in told.links]
    return {
        "drawing": graph(systems, links),  # type: ignore[arg-type]  # reason: a reference is a pair of names
        "datasets": [
            {
                "system": ref.system, "dataset": ref.dataset, "subject": one.subject or "", "purpose": one.purpose or "",
                "fields": [(field.name, field.category, field.reviewed) for field in one.fields.values()],
            }
            for ref, one in sorted(told.datasets.items())
        ],
        "links": [
            {"from": str(link.source), "to": str(link.target), "columns": link.columns, "means": link.means, "sure": link.reviewed}
            for link in told.links
        ],
        "guesses": _guesses(told),
        "unmapped": [(str(ref), why) for ref, why in told.unmapped],
    }  # fmt: skip


def _guesses(told: DataMap) -> list[Told]:
    """What nobody has confirmed yet, by the name under which it is settled; only a link can be refused."""
    links = [
        {
            "name": link.address,
            "what": link.means,
            "sure": link.confidence,
            "reason": link.reason,
            "link": True,
        }
        for link in told.links
        if not link.reviewed
    ]
    fields = [
        {"name": f"{ref}.{field.name}", "what": field.category, "sure": field.confidence, "reason": field.reason, "link": False}
        for ref, one in sorted(told.datasets.items())
        for field in one.fields.values()
        if not field.reviewed
    ]  # fmt: skip
    return [*links, *fields]


def settle(house: House, by: str, accept: Sequence[str], refuse: Sequence[str]) -> Told:
    """Writes what somebody has decided about guesses into the map, and enters who did; raises UsageError for what is no guess."""
    from django.db import transaction

    decided = decide_map(house, accept, refuse)
    names = {name: [one["name"] for one in decided[name]] for name in ("accepted", "rejected")}
    if any(names.values()):
        run = new_name()
        with at_desk(house) as books, transaction.atomic():
            line = Line("map_decided", run, {"by": by, **names}, key=run)
            books.enter([line], house.now(), books.new_keys([run]))
    return decided


def figures(house: House) -> Told:
    """How many asked for what and how long it took, with drawings; nobody's data is opened but the case's own events."""
    found: list[Fact] = []
    weeks: Counter[tuple[int, int]] = Counter()
    for file in _cases(house):
        found += facts(file.case, file.events)
        weeks[file.case.received.isocalendar()[:2]] += 1
    today = here(house.now(), house.settings).date()
    lately = [(f"{year}-{week:02d}", weeks[year, week]) for year, week in _weeks(today)]
    kinds = sorted({one.kind for one in found})
    days = [one.days for one in found if one.days is not None]
    spread = [
        (f"{low}–{high}" if high < 9_999 else f"{low}+", sum(low <= day <= high for day in days))
        for low, high in _SPANS
    ]
    return {
        "kinds": [(kind, _told(count(one for one in found if one.kind == kind))) for kind in kinds],
        "weeks": lately, "spread": spread, "published": _published(found, today.year - 1),
        "weeks_drawn": bars([(name[2:], number) for name, number in lately]), "spread_drawn": bars(spread),
    }  # fmt: skip


def _weeks(today: date) -> list[tuple[int, int]]:
    """The latest weeks up to this one, those in which nobody asked too: a year may have fifty-three."""
    days = (today - timedelta(weeks=back) for back in reversed(range(_WEEKS)))
    return [day.isocalendar()[:2] for day in days]


def _published(found: list[Fact], year: int) -> Told | None:
    """What California wants published of a year, from so many consumers on (11 CCR 7102(a)); None where nobody there asked."""
    told = publication(found, "california", year)
    if told is None or not any(one.received for one in told.counts.values()):
        return None
    groups = [(name, {**_told(one), "denials": told.denials[name]}) for name, one in told.counts.items()]
    return {
        "year": told.year,
        "by": told.by,
        "consumers": told.consumers,
        "citation": told.citation,
        "groups": groups,
    }


def public_figures(house: House) -> tuple[str, bytes]:
    """The page that a company publishes of last year (11 CCR 7102(a)(2)), with zeros where nobody asked: its name, and HTML."""
    year = here(house.now(), house.settings).year - 1
    found = [one for file in _cases(house) for one in facts(file.case, file.events)]
    told = publication(found, "california", year)
    if told is None:
        raise UsageError("no law asks for figures of that year", place=str(year))
    return f"requests-{year}.html", figures_page(house.map().controller, told).encode()


def _told(one: Count) -> Told:
    return {
        "received": one.received, "complied": one.complied, "denied": one.denied,
        "mean": None if one.mean_days is None else round(one.mean_days, 1), "median": one.median_days,
    }  # fmt: skip


def _cases(house: House) -> Iterator[File]:
    """Every case, a bounded part at a time."""
    from troth.requests.models import CaseRow

    with at_desk(house) as books:
        yield from each(books, CaseRow.objects.of(books.tenant))
