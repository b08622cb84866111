"""Each part of the bundle for an authority as a file: counts, names of places, numbers of cases and days; nobody's data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from troth.terms.bilingual import Both
from troth.terms.errors import UsageError
from troth.workflows.cases import at_desk
from troth.workflows.house import House
from troth.workflows.rehearsal_requests import REQUESTS
from troth.workflows.shown_notice import held_notice

if TYPE_CHECKING:
    from troth.workflows.books import Books

Told = dict[str, Any]
RUNS: Final = 400
"""The latest runs of retention: more than a year of days."""


def _json(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1, default=str).encode()


def _exported(kind: str) -> Callable[[House], bytes]:
    def work(house: House) -> bytes:
        from troth.workflows.notice_exports import export_notice

        with TemporaryDirectory() as place:
            out = Path(place) / "register.html"
            export_notice(house, kind, held_notice(house), out, "en")
            return out.read_bytes()

    return work


def _promises(house: House) -> bytes:
    """The notice in force with its lights; of what is attested the day until which, not by whom and in which words."""
    from troth.workflows.checks_status import of_notice, status_of, write_page

    notice = held_notice(house)
    told = status_of(notice, of_notice(house, notice), house.now())
    for one in told["promises"]:
        if "attested" in one:
            one["attested"] = {"until": one["attested"]["until"]}
    with TemporaryDirectory() as place:
        out = Path(place) / "promises.html"
        write_page(told, out)
        return out.read_bytes()


def _figures(house: House) -> bytes:
    from troth.workflows.desk_proofs import figures

    told = figures(house)
    return _json({name: told[name] for name in ("kinds", "weeks", "spread", "published")})


def _ledger(house: House) -> bytes:
    from troth.workflows.checking import verify_ledger
    from troth.workflows.public_notice import checkpoint

    return _json({**verify_ledger(house), "checkpoint": checkpoint(house)})


def _versions(house: House) -> bytes:
    """Every published version with what it changed, and whether its texts are still those of the ledger."""
    from troth.workflows.notice_versions import versions
    from troth.workflows.public_notice import version

    told = []
    for one in versions(house)["versions"]:
        shown = version(house, one["number"], "en") if one["state"] in SHOWN else None
        told.append({**one, "changes": shown["changes"] if shown else []})
    if not told:
        raise UsageError("no version of the notice is published")
    return _json(told)


SHOWN: Final = ("published", "active", "superseded")


def texts(house: House) -> dict[str, bytes]:
    """The files of every published version, word for word, as their hash in the ledger has them."""
    from troth.workflows.books import Books
    from troth.workflows.notice_records import rows

    if not house.has_state():
        return {}
    books = Books(house.home, house.settings)
    try:
        return {
            f"notice/{row.number}/{Path(name).name}": str(text).encode()
            for row in rows(books)
            if row.state in SHOWN
            for name, text in sorted(row.files.items())
        }
    finally:
        books.close()


def _retention(house: House) -> bytes:
    from troth.workflows.retain import preview

    return _json(preview(house))


def _runs(house: House) -> bytes:
    """The latest runs of retention by the ledger: when, over how much, and how they ended."""
    if not house.has_state():
        raise UsageError("nothing was ever erased by a rule")
    with at_desk(house) as books:
        return _json(list(_entries(books, "retention_completed")))


def _entries(books: Books, kind: str) -> Iterator[Told]:
    from troth.ledger.entry import parse
    from troth.ledger.models import Entry

    rows = Entry.objects.of(books.tenant).filter(kind=kind).order_by("-index").values_list("index", "leaf")
    for index, leaf in islice(rows.iterator(), RUNS):
        entry = parse(bytes(leaf))
        yield {"entry": index, "at": entry.at, **entry.public}


def _holds(house: House) -> bytes:
    """Each hold by its authority, law and day of review; what was written about it, and by whom, stays in the house."""
    from troth.workflows.holding import listing

    told = listing(house)
    holds = [
        {name: value for name, value in one.items() if name not in ("note", "by", "lifting")}
        for one in told["holds"]
    ]
    return _json({**told, "holds": holds})


def _backups(house: House) -> bytes:
    """Each backup, what is wrong with any, and the last drill of each system; where they lie, and who reads them, by count."""
    from troth.workflows.backups import check, listing

    backups = [
        {
            **{name: value for name, value in one.items() if name not in ("place", "readers")},
            "readers": len(one["readers"]),
        }
        for one in listing(house)["backups"]
    ]
    findings = [{"id": one["id"], "level": one["level"]} for one in check(house)["findings"]]
    with at_desk(house) as books:
        drills = list(_entries(books, "restore_drill"))
    return _json({"backups": backups, "findings": findings, "drills": drills})


def _processors(house: House) -> bytes:
    """Whoever gets data by the notice in force: role, countries, safeguard, and for which purposes."""
    notice = held_notice(house)
    told = []
    for name, one in sorted(notice.recipients.items()):
        promises = [promise for promise in notice.promises.values() if name in promise.recipients]
        purposes = sorted({purpose for promise in promises for purpose in promise.purposes})
        told.append(
            {
                "name": one.title._asdict(), "role": one.role, "countries": list(one.countries), "safeguard": one.safeguard,
                "purposes": [notice.purposes[purpose].title._asdict() for purpose in purposes],
            }
        )  # fmt: skip
    return _json(told)


WORK: Final[Mapping[str, Callable[[House], bytes]]] = {
    "notice-versions.json": _versions,
    "register-controller.html": _exported("ropa30-1"),
    "register-processor.html": _exported("ropa30-2"),
    "metrics.json": _figures,
    "promises.html": _promises,
    "retention.json": _retention,
    "retention-runs.json": _runs,
    "holds.json": _holds,
    "backups.json": _backups,
    "ledger.json": _ledger,
    "processors.json": _processors,
}
SHOWS: Final[Mapping[str, tuple[str, Both]]] = {
    "notice-versions.json": ("notice", Both("udgaverne, og hvad hver ændrede", "the versions, and what each changed")),
    "notice": ("notice", Both("udgavens egne filer, ord for ord", "the version's own files, word for word")),
    "register-controller.html": ("register", Both("som dataansvarlig (stk. 1)", "as controller (paragraph 1)")),
    "register-processor.html": ("register", Both("som databehandler (stk. 2)", "as processor (paragraph 2)")),
    REQUESTS: ("requests", Both("hver sag efter nummer: frister, svar, grunde og overskridelser",
                                       "each case by number: deadlines, answers, grounds and what was missed")),
    "metrics.json": ("requests", Both("tal, gennemsnit og medianer", "counts, means and medians")),
    "promises.html": ("evidence", Both("hvert løfte med sit bevis", "each promise with its evidence")),
    "retention.json": ("retention", Both("reglerne, og hvad der er forfaldent", "the rules, and what is due")),
    "retention-runs.json": ("retention", Both("de seneste kørsler", "the latest runs")),
    "holds.json": ("holds", Both("hvert stop med sin hjemmel", "each hold with its law")),
    "backups.json": ("backups", Both("hver kopi med sin udløbsdag, fund og prøver", "each copy with the day it ends, findings and drills")),
    "ledger.json": ("ledger", Both("efterprøvet fra den første linje", "verified from its first entry")),
    "processors.json": ("processors", Both("hvem der får oplysninger, hvor og til hvad", "who gets data, where and what for")),
}  # fmt: skip
"""To which part of the bundle a file, or a folder of files, belongs, and what it holds."""
