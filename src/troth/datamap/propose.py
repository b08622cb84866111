"""Proposes a data map from what the stores declare (keys, names, types, comments), never from their data.

What a person has already decided is kept as it is; whatever is less than certain carries a mark and is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from troth.datamap import discovery, meanings
from troth.datamap.asking import Asking
from troth.datamap.categories import CATEGORIES
from troth.datamap.contacts import with_contacts
from troth.datamap.inference.guess import Guess, Inside
from troth.datamap.lexicon import (
    history_of,
    is_accounting,
    is_address_table,
    is_tenant_column,
)
from troth.datamap.mapwrite import CERTAIN
from troth.datamap.meanings import Facts
from troth.datamap.model import Atom, DataMap, Dataset, Field, Keep, Link, Ref, System, Until
from troth.datamap.people import person_table
from troth.datamap.questions import Question
from troth.datamap.reader import Sample
from troth.datamap.schema import Column, Schema, Table
from troth.datamap.standing import field_of, settled
from troth.law.rules import newest

BOOKKEEPING: Final = {"DK": "dk.bookkeeping"}  # region -> the rule that asks for accounting records
_NEEDED: Final = frozenset(
    {"full_name", "first_name", "last_name", "organisation", "street", "address", "postal_code", "city",
     "region", "country", "reference", "customer_no"}
)  # fmt: skip
_ENTRY_DATES: Final = (
    "invoice",
    "faktura",
    "bilag",
    "bogfoer",
    "posting",
    "entry",
    "order",
    "ordre",
    "payment",
    "betal",
)
_OTHER_DATES: Final = (
    "update",
    "modif",
    "change",
    "aendr",
    "due",
    "forfald",
    "ship",
    "lever",
    "require",
    "delete",
    "slet",
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A map and what has to be asked about it, most valuable first."""

    map: DataMap
    questions: tuple[Question, ...]


def propose(
    schemas: Mapping[str, Schema],
    urls: Mapping[str, str],
    existing: DataMap | None = None,
    samples: Mapping[Ref, Sample] = MappingProxyType({}),
    guesses: Sequence[Guess] = (),
    inside: Sequence[Inside] = (),
) -> Proposal:
    """A map of every table, materialised view and full-text index in `schemas`, with its questions.

    `urls` gives each system's address without a password. Decisions in `existing` win, and systems that are
    not in `schemas` stay as they are. `guesses` are links beside the declared ones, `inside` keys that only raise a question.
    """
    before, guesses = settled(existing or DataMap({}, {}, ()), guesses)
    unmapped = {ref for ref, _ in before.unmapped}
    tables = {
        ref: table
        for system, schema in schemas.items()
        for name, table in schema.tables.items()
        if table.kind != "view" and (ref := Ref(system, name)) not in unmapped
    }
    linked = _linked(tables, (*before.links, *guesses))
    drafts = {
        ref: _draft(ref, table, before.datasets.get(ref), samples.get(ref), linked.get(ref, frozenset()))
        for ref, table in tables.items()
    }
    facts = {ref: _facts(ref, tables[ref], draft) for ref, draft in drafts.items()}
    drafts, facts = _without_extensions(drafts, facts, before, guesses)
    links = meanings.decided(facts, before.links, guesses)
    datasets = {**before.datasets, **drafts}
    owned = meanings.owned([ref for ref, dataset in datasets.items() if dataset.subject], links)
    for ref in drafts:
        if ref not in before.datasets:
            datasets[ref] = _as_accounting(datasets[ref], owned, before.region)
    weighed = replace(before, datasets=datasets, links=links)
    for ref in drafts:
        if ref in owned and ref not in before.datasets:
            datasets[ref] = replace(datasets[ref], nobody=_nobody(weighed, ref, tables))
    datasets = with_contacts(datasets, links, [ref for ref in drafts if ref not in before.datasets])
    proposed = replace(before, systems=_systems(datasets, urls, before), datasets=datasets, links=links)
    asking = Asking(proposed, schemas, facts, owned, frozenset(before.datasets), inside)
    return Proposal(proposed, asking.questions())


# ------------------------------------------------------------------ datasets and fields


def _linked(tables: Mapping[Ref, Table], others: Iterable[Link | Guess]) -> dict[Ref, frozenset[str]]:
    """The columns that name rows elsewhere: declared, in the map, or guessed."""
    columns = {
        ref: {column for key in table.foreign_keys for column in key.columns} for ref, table in tables.items()
    }
    for link in others:
        columns.setdefault(link.source, set()).update(link.columns)
    return {ref: frozenset(names) for ref, names in columns.items()}


def _draft(
    ref: Ref, table: Table, existing: Dataset | None, sample: Sample | None, linked: frozenset[str]
) -> Dataset:
    fields = _fields(table, existing.fields if existing else {}, sample, linked)
    if existing is not None:
        return replace(existing, fields=fields)
    categories = {field.name: field.category for field in fields.values()}
    person = person_table(table.name, categories, linked, table.key)
    is_subject = person.is_subject and table.kind in ("table", "foreign") and bool(table.key)
    tenants = [c.name for c in table.columns if is_tenant_column(c.name) and table.key != (c.name,)]
    return Dataset(
        ref,
        key=table.key,
        fields=fields,
        subject=meanings.singular(table.name) if is_subject else None,
        subject_confidence=person.confidence,
        tenant=tenants[0] if tenants else None,
    )


def _fields(
    table: Table, decided: Mapping[str, Field], sample: Sample | None, linked: frozenset[str]
) -> dict[str, Field]:
    """Every column in table order, decisions first; what has vanished from the store stays, at the end."""
    verdicts = discovery.fields(table, sample, linked)
    found = {name: field_of(name, verdict, decided.get(name)) for name, verdict in verdicts.items()}
    return {**found, **{name: field for name, field in decided.items() if name not in found}}


def _facts(ref: Ref, table: Table, dataset: Dataset) -> Facts:
    categories = {field.name: field.category for field in dataset.fields.values()}
    return Facts(
        ref,
        table,
        personal=frozenset(name for name, category in categories.items() if CATEGORIES[category].personal),
        subject=dataset.subject is not None,
        sure=dataset.subject_confidence >= CERTAIN,
        address=is_address_table(table.name, categories),
        history_of=history_of(table.name),
    )


def _without_extensions(
    drafts: dict[Ref, Dataset], facts: dict[Ref, Facts], before: DataMap, guesses: Iterable[Guess]
) -> tuple[dict[Ref, Dataset], dict[Ref, Facts]]:
    """A table whose whole key names a row of a person table extends that person: it is no second person."""
    people = {ref for ref, fact in facts.items() if fact.subject}
    guessed: dict[Ref, list[tuple[tuple[str, ...], Ref]]] = {}
    for guess in guesses:
        guessed.setdefault(guess.source, []).append((guess.columns, guess.target))
    for ref in people - set(before.datasets):
        declared = [(key.columns, Ref(ref.system, key.target)) for key in facts[ref].table.foreign_keys]
        for columns, target in (*declared, *guessed.get(ref, ())):
            if set(columns) == set(facts[ref].table.key) and target in people and target != ref:
                drafts = {**drafts, ref: replace(drafts[ref], subject=None, subject_confidence=1.0)}
                facts = {**facts, ref: replace(facts[ref], subject=False, sure=True)}
    return drafts, facts


def _systems(datasets: Iterable[Ref], urls: Mapping[str, str], before: DataMap) -> dict[str, System]:
    refs = sorted(datasets)
    names = {**before.systems, **dict.fromkeys(urls), **dict.fromkeys(ref.system for ref in refs)}
    return {
        name: System(
            name,
            before.systems[name].url if name in before.systems else urls[name],
            tuple(ref.dataset for ref in refs if ref.system == name),
        )
        for name in sorted(names)
    }


# ------------------------------------------------------------------ accounting


def _as_accounting(dataset: Dataset, owned: frozenset[Ref], region: str) -> Dataset:
    """Rows that record a sale are anonymised, not deleted; that a law keeps more of them is only proposed."""
    categories = {field.name: field.category for field in dataset.fields.values()}
    if dataset.ref not in owned or dataset.subject or not is_accounting(dataset.ref.dataset, categories):
        return dataset
    columns = tuple(name for name, category in categories.items() if category in _NEEDED)
    law = BOOKKEEPING.get(region[:2])
    keep: tuple[Keep, ...] = ()
    if columns and law:
        keep = (
            Keep(
                law, columns, _bookkeeping_end(dataset, newest(law).years), "accounting record", active=False
            ),
        )
    return replace(dataset, on_erase_default="anonymise", keep=keep)


def _bookkeeping_end(dataset: Dataset, years: int) -> Until | None:
    """Some years after the end of the financial year of the row's entry date, where it has one."""
    dates = [
        name for name in dataset.columns_of("date") if not any(word in name.lower() for word in _OTHER_DATES)
    ]
    named = [name for name in dates if any(word in name.lower() for word in _ENTRY_DATES)]
    if not dates:
        return None
    return Until(start=(named or dates)[0], years=years, financial_year_end=(12, 31))


# ------------------------------------------------------------------ nobody


def _nobody(datamap: DataMap, ref: Ref, tables: Mapping[Ref, Table]) -> dict[str, Atom] | None:
    """A key that stands for nobody: for people, and for rows that something which stays must point to."""
    dataset = datamap.datasets[ref]
    inbound = [link for link in datamap.links_to.get(ref, ()) if link.source in tables]
    if not dataset.subject and not any(_may_outlive(link, datamap, tables) for link in inbound):
        return None
    names = dict.fromkeys((*dataset.key, *(column for link in inbound for column in link.target_columns)))
    columns = [tables[ref].by_name.get(name) for name in names]
    values = {column.name: nobody_value(column) for column in columns if column is not None}
    return values if values and len(values) == len(names) and None not in values.values() else None


def _may_outlive(link: Link, datamap: DataMap, tables: Mapping[Ref, Table]) -> bool:
    """Whether a row may stay when the row it must name (NOT NULL) goes."""
    source = tables[link.source]
    if any(source.by_name[name].nullable for name in link.columns if name in source.by_name):
        return False
    if datamap.datasets[link.target].on_erase_default == "anonymise":
        return False
    owners = [other for other in datamap.links_from[link.source] if other.means == "OWNED_BY"]
    is_kept = datamap.datasets[link.source].on_erase_default == "anonymise"
    return link.means != "OWNED_BY" or len(owners) > 1 or is_kept


def nobody_value(column: Column) -> Atom:
    """A key value no real row has: 0, the nil UUID, NOBODY (cut to the length); None: none is known."""
    if column.family in ("integer", "decimal"):
        return 0
    if column.family == "uuid":
        return "00000000-0000-0000-0000-000000000000"
    if column.family == "text" and (column.length is None or column.length >= 4):
        text = "NOBODY"[: column.length]
        fixed = column.native.lower().startswith(("character(", "bpchar"))
        return text.ljust(column.length) if fixed and column.length else text
    return None
