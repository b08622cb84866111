"""What the console shows beside the cases: the map, figures, and the bundle that an authority asks for first."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from troth.datamap.model import DataMap
from troth.documents.drawing import bars, graph
from troth.documents.rehearsal import Missing, Piece, Rehearsal, as_json, cover
from troth.documents.rehearsal_words import NOT_KEPT
from troth.requests.case import Case
from troth.requests.metrics import Count, Fact, count, facts, publication
from troth.terms.bilingual import Both, Lang
from troth.terms.errors import TrothError
from troth.workflows.books import Line, new_name
from troth.workflows.cases import at_desk, each
from troth.workflows.desk_lists import inbox
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


# -- the rehearsal -------------------------------------------------------------------------------------------------------


def rehearsal(house: House, language: Lang) -> tuple[str, bytes]:
    """The bundle: its name with the day, and a zip whose first page says what is in it and what is missing."""
    made, missing = _parts(house, language)
    day = house.now().date().isoformat()
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as archive:
        bundle = _bundle(house, made, missing)
        archive.writestr("index.html", cover(bundle))
        archive.writestr("index.json", _json(as_json(bundle)))
        for name, data in made.items():
            archive.writestr(name, data)
    return f"rehearsal-{day}.zip", told.getvalue()


def _parts(house: House, language: Lang) -> tuple[dict[str, bytes], dict[str, str]]:
    """Each part as a file, or why it could not be made."""
    made: dict[str, bytes] = {}
    missing: dict[str, str] = {}
    for name, work in _WORK.items():
        try:
            made[name] = work(house, language)
        except TrothError as fault:
            missing[name] = str(fault)
    return made, missing


def _json(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1, default=str).encode()


def _exported(kind: str, suffix: str) -> Any:
    def work(house: House, language: Lang) -> bytes:
        from troth.workflows.checks import folder_of
        from troth.workflows.notice_exports import export

        with TemporaryDirectory() as place:
            out = Path(place) / f"register{suffix}"
            export(house, kind, folder_of(house), out, language)
            return out.read_bytes()

    return work


def _promises(house: House, language: Lang) -> bytes:
    from troth.workflows.checks_status import status, write_page

    with TemporaryDirectory() as place:
        out = Path(place) / "promises.html"
        write_page(status(house), out)
        return out.read_bytes()


def _requests(house: House, _: Lang) -> bytes:
    """The register of requests: nothing of who asked."""
    return _json(
        [
            {name: value for name, value in one.items() if name not in ("name", "assignee")}
            for one in inbox(house)
        ]
    )


def _ledger(house: House, _: Lang) -> bytes:
    from troth.workflows.checking import verify_ledger
    from troth.workflows.public_notice import checkpoint

    return _json({**verify_ledger(house), "checkpoint": checkpoint(house)})


def _versions(house: House, _: Lang) -> bytes:
    from troth.workflows.notice_versions import versions

    return _json(versions(house))


def _retention(house: House, _: Lang) -> bytes:
    from troth.workflows.retain import preview

    return _json(preview(house))


def _holds(house: House, _: Lang) -> bytes:
    from troth.workflows.holding import listing

    return _json(listing(house))


def _backups(house: House, _: Lang) -> bytes:
    from troth.workflows.backups import listing

    return _json(listing(house))


_WORK: Final[Mapping[str, Any]] = {
    "notice-versions.json": _versions,
    "register-controller.html": _exported("ropa30-1", ".html"),
    "register-processor.html": _exported("ropa30-2", ".html"),
    "promises.html": _promises,
    "requests.json": _requests,
    "ledger.json": _ledger,
    "retention.json": _retention,
    "holds.json": _holds,
    "backups.json": _backups,
}


_SHOWS: Final[Mapping[str, tuple[str, Both]]] = {
    "notice-versions.json": ("notice", Both("erklæringens udgaver", "the versions of the notice")),
    "register-controller.html": ("register", Both("som dataansvarlig (stk. 1)", "as controller (paragraph 1)")),
    "register-processor.html": ("register", Both("som databehandler (stk. 2)", "as processor (paragraph 2)")),
    "promises.html": ("evidence", Both("hvert løfte med sit bevis", "each promise with its evidence")),
    "requests.json": ("requests", Both("frister og svar, uden hvem der spurgte", "deadlines and answers, without who asked")),
    "ledger.json": ("ledger", Both("efterprøvet fra den første linje", "verified from its first entry")),
    "retention.json": ("retention", Both("reglerne, og hvad der er forfaldent", "the rules, and what is due")),
    "holds.json": ("holds", Both("hvert stop med sin grund", "each hold with its ground")),
    "backups.json": ("backups", Both("hver kopi med sin udløbsdag", "each copy with the day it ends")),
}  # fmt: skip
"""To which part of the bundle a file belongs, and what it holds."""


def _bundle(house: House, made: Mapping[str, bytes], missing: Mapping[str, str]) -> Rehearsal:
    """The bundle as its first page tells it; what is never kept here is said as well."""
    pieces = (
        Piece(_SHOWS[name][0], name, hashlib.sha256(data).hexdigest(), len(data), _SHOWS[name][1])
        for name, data in made.items()
    )
    lacking = [Missing(_SHOWS[name][0], Both(why, why)) for name, why in sorted(missing.items())]
    lacking += [Missing(name, why) for name, why in NOT_KEPT.items()]
    checkpoint = str(json.loads(made["ledger.json"])["checkpoint"]) if "ledger.json" in made else ""
    return Rehearsal(house.map().controller, house.now(), checkpoint, tuple(pieces), tuple(lacking))
