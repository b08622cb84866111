"""Sweeps: after every erasure, going on after a crash with the dataset at which it stopped, and on demand for whoever is named.

Identifiers of people whose erasure is done are kept, sealed, until the last second look: `since` says how many it cannot look for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import DataMap, Dataset, Ref
from troth.law.rules import cited
from troth.ledger import sealed
from troth.planning import left
from troth.planning.estate import SHORTEST
from troth.planning.freeze import thaw_rows
from troth.planning.held import Held, KeptRows
from troth.planning.residue import EVERYWHERE, Tally
from troth.planning.sought import Sought, parse, plausible
from troth.planning.sweep import Search
from troth.planning.written import Wanted
from troth.terms.canonical import Kind, canonical, is_cpr
from troth.terms.errors import UsageError
from troth.workflows.hold_records import held_rows
from troth.workflows.house import House
from troth.workflows.sweeping import Sweep

if TYPE_CHECKING:
    from troth.workflows.act import Acting
    from troth.workflows.books import Books

Told = dict[str, Any]
_GUESSED: tuple[tuple[str, Kind], ...] = (
    ("email", "email"),
    ("phone", "phone"),
    ("national_id", "national_id"),
)


def sweep(house: House, identifiers: Sequence[str], since: str | None = None) -> Told:
    """Looks for whoever is named, and for everybody whose erasure began since a date (YYYY-MM-DD); read-only.

    Raises UsageError where nobody can be looked for.
    """
    datamap = house.map()
    wanted = [one for at, text in enumerate(identifiers) for one in typed(at, parse(text), datamap.region)]
    tally = Tally()
    books = state(house)
    try:
        if since is not None:
            found, gone = _since(books, _moment(since), len(identifiers))
            wanted += found
            _note_gone(tally, since, len({one.person for one in found}), gone, bool(identifiers))
        with house.opened(datamap) as stores:
            kept = kept_by_law(books, datamap) if books else None
            Sweep(datamap, stores, wanted, house.progress, kept or (lambda _: ()), tally=tally).run()
            statements = sum(store.statements() for store in stores.values())
    finally:
        if books:
            books.close()
    return {**tally.report(datamap.datasets), "statements": statements}


def _note_gone(tally: Tally, since: str, found: int, gone: int, named: bool) -> None:
    """Says how many people cannot be looked for; raises UsageError if nobody can."""
    people = "1 person was" if gone == 1 else f"{gone} people were"
    told = f"{people} erased since {since}, whose identifiers are kept no longer"
    if not found and not named:
        raise UsageError(
            told if gone else f"nobody was erased since {since}",
            remedy="Name them as they name themselves: troth sweep ID…",
        )
    if gone:
        tally.skip(EVERYWHERE, f"{told}: name whom to look for")


def typed(person: int, sought: Sought, region: str) -> list[Wanted]:
    """What somebody typed as identifiers to look for, by what it can be; raises UsageError if it is too short to tell."""
    category = sought.category if sought.category in CATEGORIES else ""
    kinds = [(category, CATEGORIES[category].kind)] if category else []
    if not category:
        kinds = [pair for pair in _GUESSED if pair[1] != "email" or "@" in sought.value]
        kinds = [
            pair for pair in kinds if pair[1] != "national_id" or is_cpr(re.sub(r"[ -]", "", sought.value))
        ]
        kinds = [pair for pair in kinds if plausible(pair[1], sought.value)] or [("", "text")]
    if kinds == [("", "text")] and len(sought.value.split()) > 1 and not any(map(str.isdigit, sought.value)):
        kinds = [("full_name", "name")]
    found = [
        Wanted(person, name, kind, value, sought.value)
        for name, kind in kinds
        if (value := canonical(kind, sought.value, region)) is not None
    ]
    vague = all(len(one.canonical) < SHORTEST for one in found) or len(
        Search(found, region).unsearchable
    ) == len(found)
    if not found or (not category and vague):
        raise UsageError(
            "too short, or too common, to be looked for in text without finding others",
            place=sought.masked(),
            remedy="Give a whole e-mail address, phone number, national id or full name; or kind=value.",
        )
    return found


def _moment(day: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day), time(), UTC)
    except ValueError:
        raise UsageError("this is no date", place="--since", remedy="Write it as 2026-11-22.") from None


def state(house: House) -> Books | None:
    """Our state, where there is one: a sweep makes none."""
    from troth.workflows.books import Books

    if not house.has_state():
        return None
    return Books(house.home, house.settings)


@contextmanager
def remembered(house: House, datamap: DataMap) -> Iterator[Held]:
    """What earlier erasures kept by law, while our state is open; nothing where there is no state yet."""
    books = state(house)
    try:
        yield kept_by_law(books, datamap) if books else (lambda _: ())
    finally:
        if books:
            books.close()


def _since(books: Books | None, moment: datetime, first: int) -> tuple[list[Wanted], int]:
    """Identifiers of people whose erasure began since then, numbered from `first`; and how many people's are gone."""
    import json

    from troth.planning.models import Recheck, Run

    wanted: list[Wanted] = []
    gone = 0
    for row in Run.objects.of(books.tenant).filter(started__gte=moment).order_by("id") if books else ():
        assert books is not None
        look = Recheck.objects.of(books.tenant).filter(run=row.name).first()
        if not row.context and look is None:
            gone += row.people
            continue
        held = (look.key, look.sealed, b"recheck") if look else (row.name, row.context, b"context")
        context = json.loads(sealed.open_sealed(books.key(held[0]), bytes(held[1]), held[2]))
        wanted += wanted_of(context["people"], first)
        first += len(context["people"])
    return wanted, gone


def wanted_of(people: Iterable[Mapping[str, Any]], first: int = 0) -> list[Wanted]:
    """What must be gone, of the people a run's context names."""
    found = []
    for at, person in enumerate(people, first):
        found += [Wanted(at, name, CATEGORIES[name].kind, value) for name, value in person["identifiers"]]
        found += [Wanted(at, "full_name", "name", name) for name in person["names"]]
    return found


def after_erasure(acting: Acting) -> Tally:
    """The sweep of one run; takes up what its outcome says was swept already, and notes there how far it has come."""

    def save(tally: Tally) -> None:
        row = acting.row()
        row.outcome = {**row.outcome, "sweep": tally.told()}
        row.save(update_fields=["outcome"])

    instructed, scope = set(acting.context.get("instructed", ())), acting.context.get("scope")

    def outside(_: Dataset, tenant: str) -> str:
        if why := (acting.context.get("left_to") or {}).get(tenant):
            return left.ground(tenant, why, ()).reason
        ours = tenant in instructed and scope in (None, tenant)
        return "" if ours else "another customer controls these rows and has not instructed us"

    stores = {name: acting.store(name) for name in acting.datamap.systems}
    kept = kept_by_law(acting.books, acting.datamap, acting.run)
    tally = Tally.from_told(acting.row().outcome.get("sweep", {}))
    wanted = wanted_of(acting.context["people"])
    return Sweep(acting.datamap, stores, wanted, acting.house.progress, kept, outside, tally).run(save)


def kept_by_law(books: Books, datamap: DataMap, run: str = "") -> Callable[[Ref], Iterable[KeptRows]]:
    """By dataset, the rows that a law keeps (of one run, or of all), with the columns it needs."""
    from troth.planning.models import Kept

    def kept(ref: Ref) -> Iterable[KeptRows]:
        rules = datamap.datasets[ref].keep if ref in datamap.datasets else ()
        chosen = Kept.objects.of(books.tenant).filter(system=ref.system, dataset=ref.dataset)
        for row in chosen.filter(run=run) if run else chosen:
            named = [rule for rule in rules if cited(rule.law) == row.law]
            columns = tuple(name for rule in named for name in rule.columns)
            if theirs := row.law in left.LAWS:  # a customer's rows stay whole
                columns = tuple(datamap.datasets[ref].fields) if ref in datamap.datasets else ()
            rows = thaw_rows(sealed.open_sealed(books.key(row.run), bytes(row.sealed), b"kept"))
            ground = named[0].law if named else ""
            yield KeptRows(row.law, columns, rows, row.until, theirs, ground)
        yield from held_rows(books, ref, run)

    return kept
