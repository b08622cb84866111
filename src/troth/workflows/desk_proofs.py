"""What the console shows beside the cases: the map, and figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from troth.datamap.model import DataMap
from troth.documents.drawing import bars, graph
from troth.requests.case import Case
from troth.requests.metrics import Count, Fact, count, facts, publication
from troth.workflows.books import Line, new_name
from troth.workflows.cases import at_desk, each
from troth.workflows.house import House
from troth.workflows.mapping import decide_map
from troth.workflows.reading import here

Told = dict[str, Any]
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
    weeks: Counter[str] = Counter()
    for one in _cases(house):
        found += facts(one)
        year, week, _ = one.received.isocalendar()
        weeks[f"{year}-{week:02d}"] += 1
    kinds = sorted({one.kind for one in found})
    days = [one.days for one in found if one.days is not None]
    spread = [
        (f"{low}–{high}" if high < 9_999 else f"{low}+", sum(low <= day <= high for day in days))
        for low, high in _SPANS
    ]
    return {
        "kinds": [(kind, _told(count(one for one in found if one.kind == kind))) for kind in kinds],
        "weeks": sorted(weeks.items())[-26:], "spread": spread, "published": _published(house, found),
        "weeks_drawn": bars([(name[2:], number) for name, number in sorted(weeks.items())[-26:]]), "spread_drawn": bars(spread),
    }  # fmt: skip


def _published(house: House, found: list[Fact]) -> Told | None:
    """What California wants published of last year, from so many consumers on (11 CCR 7102(a)); None where nobody there asked."""
    told = publication(found, "california", here(house.now(), house.settings).year - 1)
    if told is None or not any(one.received for one in told.counts.values()):
        return None
    groups = [(name, _told(one)) for name, one in told.counts.items()]
    return {
        "year": told.year,
        "by": told.by,
        "consumers": told.consumers,
        "citation": told.citation,
        "groups": groups,
    }


def _told(one: Count) -> Told:
    return {
        "received": one.received, "complied": one.complied, "denied": one.denied,
        "mean": None if one.mean_days is None else round(one.mean_days, 1), "median": one.median_days,
    }  # fmt: skip


def _cases(house: House) -> list[Case]:
    from troth.requests.models import CaseRow

    with at_desk(house) as books:
        return [file.case for file in each(books, CaseRow.objects.of(books.tenant))]
