"""Holds a data map against the stores as they are: what lacks a decision, or is decided in vain, is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from troth.datamap.categories import CATEGORIES
from troth.datamap.mapwrite import CERTAIN
from troth.datamap.meanings import about_people, identity, owned
from troth.datamap.model import DataMap, Dataset, Keep, Link, Ref
from troth.datamap.schema import Schema, Table
from troth.law import rules

Level = Literal["error", "warning", "note"]
FINDINGS: Final[Mapping[str, tuple[Level, str]]] = {
    "map.M001": ("error", "a dataset of the store has no decision in the map"),
    "map.M002": ("error", "a column of the store has no decision in the map"),
    "map.M003": ("warning", "a dataset of the map is gone from the store"),
    "map.M004": ("warning", "a column of the map is gone from the store"),
    "map.M005": ("error", "a link leads to or from what is gone from the store"),
    "map.M006": ("error", "a declared foreign key is missing in the map"),
    "map.M007": ("error", "a decision names a column that does not exist"),
    "map.M008": ("error", "a keep rule names no law"),
    "map.M009": ("error", "an active keep rule has no end"),
    "map.M010": ("warning", "people of this dataset have no unique identifier to be found by"),
    "map.M011": ("warning", "personal data that nobody owns: no request will reach it"),
    "map.M012": ("warning", "ownership over this link reaches nobody"),
    "map.M013": ("note", "a guess nobody has confirmed"),
    "map.M014": ("error", "a system has no decision in the map"),
    "map.M015": ("warning", "a keep rule names a law by an id that is not known"),
    "map.M016": ("error", "people of this dataset have no key: their rows cannot be erased"),
    "map.M017": ("note", "a keep rule is proposed and not yet decided"),
    "map.M018": ("note", "a system is kept by hand, and no program looks into it"),
    "map.M019": ("warning", "a recipient has no address: an officer must tell them"),
}
DRIFT: Final = frozenset(f"map.M{number:03d}" for number in (1, 2, 3, 4, 5, 6, 7, 14))
_HIDDEN: Final = frozenset({"rowid"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault with its stable id, its place, and what to do."""

    id: str
    level: Level
    place: str
    message: str
    hint: str = ""


def check(datamap: DataMap, schemas: Mapping[str, Schema]) -> tuple[Finding, ...]:
    """Every finding, errors first; drift is looked for in the systems that `schemas` holds."""
    found = [
        *_drift(datamap, schemas),
        *_link_drift(datamap, schemas),
        *_decisions(datamap),
        *_totality(datamap, schemas),
    ]
    order = ("error", "warning", "note")
    return tuple(sorted(set(found), key=lambda f: (order.index(f.level), f.id, f.place, f.message)))


def fails(findings: Iterable[Finding]) -> bool:
    """Whether a build must stop: any finding above a note."""
    return any(finding.level != "note" for finding in findings)


def _finding(kind: str, place: object, detail: str, hint: str = "") -> Finding:
    level, message = FINDINGS[kind]
    return Finding(kind, level, str(place), f"{message}: {detail}." if detail else f"{message}.", hint)


# ------------------------------------------------------------------ drift


def _drift(datamap: DataMap, schemas: Mapping[str, Schema]) -> Iterator[Finding]:
    unmapped = {ref for ref, _ in datamap.unmapped}
    for system, schema in schemas.items():
        if system not in datamap.systems:
            yield _finding("map.M014", system, system, "Run `troth map` to propose one.")
            continue
        for name, table in schema.tables.items():
            ref = Ref(system, name)
            if ref in datamap.datasets:
                yield from _column_drift(datamap.datasets[ref], table)
            elif table.kind != "view" and ref not in unmapped:
                hint = "Run `troth map` to propose one, or list it under `unmapped` with a reason."
                yield _finding("map.M001", ref, name, hint)
    for ref in datamap.datasets:
        if ref.system in schemas and ref.dataset not in schemas[ref.system].tables:
            hint = "Take it out of the map if it is gone for good; check where its rows went."
            yield _finding("map.M003", ref, ref.dataset, hint)


def _column_drift(dataset: Dataset, table: Table) -> Iterator[Finding]:
    for column in table.columns:
        if column.name not in dataset.fields:
            hint = "Run `troth map` to propose a category, or write one under `fields`."
            yield _finding("map.M002", f"{dataset.ref}.{column.name}", column.name, hint)
    for name in dataset.fields:
        if name not in table.by_name:
            yield _finding(
                "map.M004", f"{dataset.ref}.{name}", name, "Take it out of the map if it is gone for good."
            )
    for what, names in _named(dataset):
        for name in names:
            if name not in table.by_name and not (what == "key" and name in _HIDDEN):
                yield _finding(
                    "map.M007", f"{dataset.ref}.{name}", f"{what} names {name}", f"Correct `{what}`."
                )


def _named(dataset: Dataset) -> Iterator[tuple[str, Iterable[str]]]:
    """Every decision of a dataset that names columns."""
    yield "key", dataset.key
    yield "nobody", tuple(dataset.nobody or ())
    yield "tenant", (dataset.tenant,) if dataset.tenant else ()
    yield "entitlements", dataset.entitlements
    for rule in dataset.on_get:
        yield "on_get", rule.columns
    for rule in dataset.on_erase:
        yield "on_erase", rule.columns
    for keep in dataset.keep:
        start = keep.until.start if keep.until else None
        yield "keep", (*keep.columns, *((start,) if start else ()))


def _link_drift(datamap: DataMap, schemas: Mapping[str, Schema]) -> Iterator[Finding]:
    held = {identity(link) for link in datamap.links}
    for link in datamap.links:
        for ref, columns in ((link.source, link.columns), (link.target, link.target_columns)):
            if (missing := _missing(ref, columns, datamap, schemas)) is not None:
                yield _finding("map.M005", _place(link), missing, "Take the link out, or correct it.")
        if link.condition is not None and link.source.system in schemas:
            table = schemas[link.source.system].tables.get(link.source.dataset)
            for name in link.condition.columns if table else ():
                if table is not None and name not in table.by_name:
                    yield _finding("map.M007", _place(link), f"when names {name}", "Correct `when`.")
    for system, schema in schemas.items():
        for name, table in schema.tables.items():
            source = Ref(system, name)
            for key in table.foreign_keys if source in datamap.datasets else ():
                target = Ref(system, key.target)
                if (
                    target in datamap.datasets
                    and (source, key.columns, target, key.target_columns) not in held
                ):
                    detail = f"{', '.join(key.columns)} -> {key.target}"
                    yield _finding(
                        "map.M006",
                        source,
                        detail,
                        "Run `troth map`, or write the link; MENTIONS passes nothing.",
                    )


def _missing(ref: Ref, columns: Iterable[str], datamap: DataMap, schemas: Mapping[str, Schema]) -> str | None:
    if ref not in datamap.datasets:
        return f"{ref} is not in the map"
    if ref.system not in schemas:
        return None
    table = schemas[ref.system].tables.get(ref.dataset)
    if table is None:
        return f"{ref} is gone"
    gone = [name for name in columns if name not in table.by_name and name not in _HIDDEN]
    return f"{ref}.{gone[0]} is gone" if gone else None


def _place(link: Link) -> str:
    return f"{link.source}.{link.name}"


# ------------------------------------------------------------------ decisions


def _decisions(datamap: DataMap) -> Iterator[Finding]:
    for ref, dataset in datamap.datasets.items():
        for keep in dataset.keep:
            yield from _keep(ref, keep)
        if dataset.subject is not None:
            yield from _people(dataset)
        for field in dataset.fields.values():
            if not field.reviewed:
                yield _finding("map.M013", f"{ref}.{field.name}", f"{field.name} is {field.category}?")
    for link in datamap.links:
        if not link.reviewed:
            yield _finding("map.M013", _place(link), f"{link.name} means {link.means}?")
    for one in datamap.manual.values():
        yield _finding("map.M018", one.name, f"{one.owner} answers for it", "Each case asks for it.")
    for recipient in datamap.recipients.values():
        if not recipient.mail:
            yield _finding("map.M019", recipient.name, recipient.name, "Write `mail:`.")


def _keep(ref: Ref, keep: Keep) -> Iterator[Finding]:
    columns = ", ".join(keep.columns)
    if not keep.law.strip():
        yield _finding(
            "map.M008", ref, columns, "Write `law:`; without one nothing wins over erasure (Art. 17(3))."
        )
    elif keep.law.count(".") == 1 and " " not in keep.law and not rules.is_known(keep.law):
        yield _finding("map.M015", ref, keep.law, "Correct the id, or name the law in words.")
    if not keep.active:
        yield _finding("map.M017", ref, columns, "Write `active: true`, or take the rule out.")
    elif keep.until is None:
        yield _finding(
            "map.M009", ref, columns, "Write `until:`; what is kept must go when the ground lapses."
        )


def _people(dataset: Dataset) -> Iterator[Finding]:
    if dataset.subject_confidence < CERTAIN:
        yield _finding("map.M013", dataset.ref, f"its rows are people ({dataset.subject})?")
    if not dataset.key:
        yield _finding("map.M016", dataset.ref, dataset.ref.dataset, "Write `key:`.")
    if not any(CATEGORIES[field.category].unique for field in dataset.fields.values()):
        hint = "Give an e-mail, a telephone or a customer number its category."
        yield _finding("map.M010", dataset.ref, dataset.ref.dataset, hint)


# ------------------------------------------------------------------ static totality


def _totality(datamap: DataMap, schemas: Mapping[str, Schema]) -> Iterator[Finding]:
    """Each dataset with personal data is reachable from a person, exempt, or found here."""
    reached = owned([ref for ref, dataset in datamap.datasets.items() if dataset.subject], datamap.links)
    for ref, dataset in datamap.datasets.items():
        table = schemas[ref.system].tables.get(ref.dataset) if ref.system in schemas else None
        derived = table is not None and bool(table.reads)
        personal = about_people(dataset)
        if personal and ref not in reached and not derived and dataset.unsearched is None:
            hint = "Add a link that says whose rows they are, or `subject`, or `unsearched` with a reason."
            yield _finding("map.M011", ref, ", ".join(personal), hint)
    for link in datamap.links:
        giver = {"OWNED_BY": link.target, "ACCESSED_BY": link.target}.get(link.means, link.source)
        if link.means not in ("MENTIONS", "SAME_AS") and giver not in reached:
            yield _finding(
                "map.M012",
                _place(link),
                f"{giver} belongs to nobody",
                "Write MENTIONS, or link that dataset.",
            )
