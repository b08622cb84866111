"""Checks of the controls that the data map carries: every place is decided about, nothing is outside it, what is kept has a ground."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from troth.datamap.check import DRIFT, Finding
from troth.datamap.check import check as map_check
from troth.datamap.model import DataMap, Ref
from troth.datamap.schema import Column, Schema, Table
from troth.evidence.check import Answer, Check, Control, Promise, fails, holds
from troth.evidence.facts import World
from troth.law import rules as law
from troth.terms.bilingual import Both

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
_PLANTED: Final = "troth_planted"
_UNDECIDED: Final = ("map.M001", "map.M002", "map.M014")


def first(places: Iterable[str], most: int = 3) -> str:
    """The first places of a list, and how many more there are: `crm.note, crm.lead (+2)`."""
    found = sorted(set(places))
    more = f" (+{len(found) - most})" if len(found) > most else ""
    return ", ".join(found[:most]) + more


def undecided(world: World) -> list[str]:
    """Places of the stores that nobody has decided about: no promise, no rule and no search can speak for them."""
    return [one.place for one in _findings(world, _UNDECIDED)]


def _findings(world: World, ids: Iterable[str]) -> list[Finding]:
    wanted = frozenset(ids)
    return [one for one in map_check(world.map, world.schemas) if one.id in wanted]


# -- drift ----------------------------------------------------------------------------------------------------------------


def drift(world: World, promise: Promise, control: Control) -> Answer:
    """Whether something in the stores is outside the map, or in the map and gone from the stores."""
    found = _findings(world, DRIFT)
    tables = sum(len(schema.tables) for schema in world.schemas.values())
    if found:
        where = first(one.place for one in found)
        return fails(
            f"kortet dækker ikke lagrene: {where}", f"the map does not cover the stores: {where}", findings=len(found),
            tables=tables,
        )  # fmt: skip
    return holds(
        f"alle {tables} tabeller står på kortet", f"all {tables} tables are on the map", tables=tables
    )


def drift_seen(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a table and a column that nobody decided about would be seen, if they came tomorrow."""
    for system, schema in world.schemas.items():
        mapped = [
            table for name, table in schema.tables.items() if Ref(system, name) in world.map.datasets and table.kind == "table"
        ]  # fmt: skip
        column = Column(_PLANTED, "text", "text")
        tables = {**schema.tables, _PLANTED: Table(_PLANTED, (column,))}
        if mapped:
            grown = replace(mapped[0], columns=(*mapped[0].columns, column))
            tables[mapped[0].name] = grown
        found = map_check(world.map, {system: replace(schema, tables=tables)})
        wanted = {("map.M001", f"{system}.{_PLANTED}")}
        if mapped:
            wanted.add(("map.M002", f"{system}.{mapped[0].name}.{_PLANTED}"))
        if missed := wanted - {(one.id, one.place) for one in found}:
            where = first(place for _, place in missed)
            return fails(f"en plantet afvigelse ses ikke: {where}", f"planted drift is not seen: {where}")
    systems = len(world.schemas)
    return holds(
        "en plantet tabel og en plantet kolonne bliver set i hvert system",
        "a planted table and a planted column are seen in every system",
        systems=systems,
    )


# -- single places ----------------------------------------------------------------------------------------------------------


def _named(control: Control, datamap: DataMap) -> list[Ref]:
    """The datasets that a control names; all of the map where it names none. One the map has not is kept, to be missed."""
    named = control.parameters.get("datasets")
    if not named:
        return sorted(datamap.datasets)
    return [Ref(*str(name).split(".", 1)) if "." in str(name) else Ref(str(name), "") for name in named]


def entries(world: World, promise: Promise, control: Control) -> Answer:
    """Whether the named datasets are in the map and stand in their stores as the map says."""
    refs = _named(control, world.map)
    missing = [str(ref) for ref in refs if ref not in world.map.datasets]
    gone = [str(ref) for ref in refs if ref in world.map.datasets and not _stands(world.schemas, ref)]
    prefixes = tuple(f"{ref}." for ref in refs) + tuple(str(ref) for ref in refs)
    drifted = [one.place for one in _findings(world, DRIFT) if one.place.startswith(prefixes)]
    if bad := [*missing, *gone, *drifted]:
        where = first(bad)
        return fails(f"ikke som kortet siger: {where}", f"not as the map says: {where}", datasets=len(refs))
    return holds(
        f"{len(refs)} datasæt står i lagrene som på kortet",
        f"{len(refs)} datasets stand in the stores as on the map",
        datasets=len(refs),
    )


def _stands(schemas: Mapping[str, Schema], ref: Ref) -> bool:
    return ref.system in schemas and ref.dataset in schemas[ref.system].tables


def register(world: World, promise: Promise, control: Control) -> Answer:
    """Whether everything personal is somebody's, and is kept by a rule."""
    ownerless = _findings(world, ("map.M010", "map.M011", "map.M012", "map.M016"))
    ruled = world.keeping
    uncovered = [one.place for one in ruled.findings if one.id == "retention.R001"] if ruled else ["*"]
    if bad := [*(one.place for one in ownerless), *uncovered]:
        where = first(bad)
        return fails(
            f"uden ejer, nøgle eller slettefrist: {where}", f"without owner, key or rule of retention: {where}",
            ownerless=len(ownerless), uncovered=len(uncovered),
        )  # fmt: skip
    count = len(world.map.datasets)
    return holds(
        f"{count} datasæt har ejer og slettefrist",
        f"{count} datasets have an owner and a rule",
        datasets=count,
    )


def blind(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a request could miss somebody: what may not be read, and people without an identifier or a key."""
    refs = frozenset(_named(control, world.map))
    hidden = [
        str(ref)
        for ref in refs
        if _stands(world.schemas, ref) and world.schemas[ref.system].tables[ref.dataset].blind
    ]
    gone = [str(ref) for ref in refs if not _stands(world.schemas, ref)]
    lost = [
        one.place
        for one in _findings(world, ("map.M005", "map.M010", "map.M011", "map.M016"))
        if any(one.place.startswith(str(ref)) for ref in refs)
    ]
    guessed = [
        f"{link.source}.{link.name}" for link in world.map.links if link.is_guess and link.source in refs
    ]
    if bad := [*hidden, *gone, *lost, *guessed]:
        where = first(bad)
        return fails(
            f"en anmodning kan overse nogen her: {where}", f"a request may miss somebody here: {where}", places=len(set(bad))
        )  # fmt: skip
    return holds(
        f"{len(refs)} datasæt kan læses helt og nås fra en person",
        f"{len(refs)} datasets can be read in full and are reached from a person",
        datasets=len(refs),
    )


# -- what an erasure keeps ------------------------------------------------------------------------------------------------


def grounds(world: World, promise: Promise, control: Control) -> Answer:
    """Whether every active keep names a law that is known and has an end, over columns that stand in the store."""
    found = _findings(world, ("map.M007", "map.M008", "map.M009", "map.M015"))
    keeps = [(ref, keep) for ref, one in world.map.datasets.items() for keep in one.keep if keep.active]
    if found:
        where = first(one.place for one in found)
        return fails(
            f"holdes tilbage uden lov, slutdato eller kolonne: {where}",
            f"kept without a law, an end or a column: {where}",
            keeps=len(keeps),
        )
    gone = [str(ref) for ref, _ in keeps if not _stands(world.schemas, ref)]
    if gone:
        return fails(f"findes ikke: {first(gone)}", f"is not there: {first(gone)}", keeps=len(keeps))
    kept, named = (
        {ref for ref, _ in keeps},
        _named(control, world.map) if "datasets" in control.parameters else [],
    )
    if bare := [str(ref) for ref in named if ref not in kept]:
        where = first(bare)
        return fails(f"intet holder det tilbage: {where}", f"nothing keeps it: {where}", bare=len(bare))
    cited = sorted({keep.law for _, keep in keeps if law.is_known(keep.law)})
    return holds(
        f"{len(keeps)} undtagelser, hver med lov og slutdato", f"{len(keeps)} exemptions, each with a law and an end",
        keeps=len(keeps), laws=", ".join(cited),
    )  # fmt: skip


def declared(world: World, promise: Promise, control: Control) -> Answer:
    """Whether every kind of personal data that stands in a store is declared by some promise of the notice."""
    told = {category for one in world.promises for category in one.categories}
    silent = [
        f"{ref}.{name} ({world.map.datasets[ref].fields[name].category})"
        for ref in sorted(world.map.datasets)
        if _stands(world.schemas, ref)
        for name in world.estate.personal(ref)
        if name in world.map.datasets[ref].fields
        and world.map.datasets[ref].fields[name].category not in told
    ]
    if silent:
        return fails(
            f"intet løfte nævner {first(silent)}", f"no promise declares {first(silent)}", columns=len(silent)
        )
    return holds(
        "hver slags personoplysning i lagrene er nævnt", "every kind of personal data in the stores is declared",
        kinds=len(told),
    )  # fmt: skip


CHECKS: Final = (
    Check(
        "drift.covered", "drift", "live", "positive", DAY,
        Both("Hver tabel og kolonne i lagrene holdes op mod kortet.", "Every table and column of the stores is held against the map."),
        drift,
    ),
    Check(
        "drift.seen", "drift", "live", "negative", DAY,
        Both("En tabel og en kolonne, som ingen har taget stilling til, lægges oven i det læste skema og skal findes.",
             "A table and a column nobody decided about are added to the schema that was read, and must be found."),
        drift_seen,
    ),
    Check(
        "map-entry.stands", "map-entry", "live", "positive", DAY,
        Both("De nævnte datasæt står på kortet og i lageret, kolonne for kolonne.",
             "The named datasets stand on the map and in the store, column by column."),
        entries,
    ),
    Check(
        "register.owned", "register", "live", "positive", DAY,
        Both("Alt personligt i lagrene har en ejer, en nøgle og en slettefrist.",
             "Everything personal in the stores has an owner, a key and a rule of retention."),
        register,
    ),
    Check(
        "notice-covers-map.declared", "notice-covers-map", "live", "positive", DAY,
        Both("Hver slags personoplysning i lagrene er nævnt i et løfte.",
             "Every kind of personal data in the stores is declared by a promise."),
        declared,
    ),
    Check(
        "find.sees", "find", "live", "positive", DAY,
        Both("Intet er skjult for den rolle, der søger, og hver række om mennesker nås fra en person.",
             "Nothing is hidden from the role that searches, and every row about people is reached from a person."),
        blind,
    ),
    Check(
        "export.sees", "export", "live", "positive", DAY,
        Both("Alt, hvad en kopi skal rumme, kan læses og nås fra en person.",
             "All that a copy must hold can be read and is reached from a person."),
        blind,
    ),
    Check(
        "exemptions.grounded", "exemptions", "live", "positive", DAY,
        Both("Hver aktiv undtagelse fra sletning nævner en lov og en slutdato.",
             "Every active exemption from erasure names a law and an end."),
        grounds,
    ),
)  # fmt: skip
