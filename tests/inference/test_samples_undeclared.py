"""The public sample databases without their declared keys: as they are, with keys renamed, with all ids from one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg
import pytest
from inference_estate import Estate, Pair, bare, by_column, by_name, by_table, driven, rebuilt, renamed_truth
from inference_worlds import found
from psycopg.sql import SQL, Identifier

from sample_files import SQLITE_SAMPLES
from troth.datamap.inference import Inferred, infer
from troth.datamap.inference.links import Asking
from troth.datamap.model import Ref
from troth.datamap.reader import Bounds
from troth.datamap.schema import Schema
from troth.stores import Opened
from troth.stores.postgres import STORE as POSTGRES

Names = Mapping[tuple[str, str], str]
RENAMINGS: dict[str, Callable[[Path], Names]] = {
    "as they are": lambda _: {},
    "k1, k2 in each table": by_table,
    "one k for each name": by_name,
    "k1 to kn": by_column,
}
UNDECIDABLE: dict[str, dict[tuple[str, str], str]] = {
    "chinook": {},
    "northwind": {},
    "sakila": {
        ("film", "original_language_id"): "every row is NULL and the name says nothing: it may name any table"
    },
}
"""Links that nothing but their names could tell, where the names are taken away."""


def decided(sample: str, truth: set[Pair], renaming: str) -> set[Pair]:
    if renaming == "as they are":
        return truth
    return {link for link in truth if (link[0], link[1][0]) not in UNDECIDABLE[sample]}


@pytest.mark.parametrize("dense", [False, True], ids=["its own ids", "ids from one"])
@pytest.mark.parametrize("renaming", RENAMINGS)
@pytest.mark.parametrize("sample", SQLITE_SAMPLES)
def test_undeclared_links_of_the_samples_are_found(
    samples: Path, tmp_path: Path, sample: str, renaming: str, dense: bool
) -> None:
    source = samples / SQLITE_SAMPLES[sample]
    names = RENAMINGS[renaming](source)
    rebuilt(source, tmp_path / "copy.sqlite", names, dense)
    before = decided(sample, Estate({"app": source}).truth, renaming)
    estate = Estate({"app": tmp_path / "copy.sqlite"})
    assert all(not table.foreign_keys for table in estate.schemas["app"].tables.values())
    got = set(found(estate.inferred()))
    truth = renamed_truth(before, names)
    assert truth <= estate.truth
    right = got & estate.truth
    assert len(got & truth) >= 0.95 * len(truth), sorted(truth - got)
    assert len(right) >= 0.95 * len(got), sorted(got - estate.truth)
    assert len(estate.asked) <= len(estate.schemas["app"].tables)


@pytest.mark.parametrize("sample", SQLITE_SAMPLES)
def test_names_alone_find_nearly_all_where_they_are_plain(samples: Path, sample: str) -> None:
    estate = Estate({"app": samples / SQLITE_SAMPLES[sample]})
    got = set(found(estate.inferred(values=False)))
    assert len(got & estate.truth) >= 0.9 * len(estate.truth)
    assert len(got & estate.truth) >= 0.95 * len(got)
    assert estate.asked == []


@pytest.mark.parametrize("sample", SQLITE_SAMPLES)
def test_names_alone_do_as_well_on_postgresql(postgres_sample: Callable[[str], str], sample: str) -> None:
    store = POSTGRES.open("app", postgres_sample(sample))
    try:
        schema = store.reflect()
    finally:
        store.close()
    truth = {
        (t.name, k.columns, k.target, k.target_columns)
        for t in schema.tables.values()
        for k in t.foreign_keys
    }
    got = set(found(driven(infer({"app": bare(schema)}, {}, frozenset()), _nobody())))
    assert len(got & truth) >= 0.9 * len(truth), sorted(truth - got)
    assert len(got & truth) >= 0.95 * len(got), sorted(got - truth)


def _renamed_on_postgres(url: str, sample: str) -> tuple[set[Pair], int]:
    """Renames every key column to k1..kn; the links that are still decidable, and how many columns were renamed."""
    store = POSTGRES.open("app", url)
    try:
        tables = [t for t in store.reflect().tables.values() if t.kind == "table"]
    finally:
        store.close()
    ends = {(t.name, c) for t in tables for c in t.key}
    ends |= {(t.name, c) for t in tables for k in t.foreign_keys for c in k.columns}
    names = {end: f"k{number}" for number, end in enumerate(sorted(ends), start=1)}
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("SET check_function_bodies = off")
        for (table, column), name in names.items():
            db.execute(SQL("ALTER TABLE {} RENAME COLUMN {} TO {}").format(
                Identifier(*table.split(".")), Identifier(column), Identifier(name)))  # fmt: skip
    links = {(t.name, k.columns, k.target, k.target_columns) for t in tables for k in t.foreign_keys}
    return renamed_truth(decided(sample, links, "renamed"), names), len(names)


def _driven_by(asking: Asking, store: Opened) -> Inferred:
    try:
        asks = next(asking)
        while True:
            asks = asking.send([list(store.rows(select)) for _, select in asks])
    except StopIteration as end:
        inferred: Inferred = end.value
        return inferred


def _nobody() -> Estate:
    estate = Estate.__new__(Estate)
    estate.schemas = dict[str, Schema]()
    return estate


@pytest.mark.parametrize("sample", ["chinook", "northwind", "sakila"])
def test_values_find_the_links_on_postgresql_where_keys_have_no_names(
    postgres_sample: Callable[[str], str], sample: str
) -> None:
    url = postgres_sample(sample)
    truth, opaque = _renamed_on_postgres(url, sample)
    store = POSTGRES.open("app", url)
    try:
        schema = bare(store.reflect())
        found_here = {
            Ref("app", t.name): store.sample(t.name, Bounds())
            for t in schema.tables.values()
            if t.kind == "table"
        }
        asking = infer({"app": schema}, found_here, frozenset())
        got = set(found(_driven_by(asking, store)))
    finally:
        store.close()
    assert opaque > 20
    assert len(got & truth) >= 0.95 * len(truth), sorted(truth - got)
    assert len(got & truth) >= 0.95 * len(got), sorted(got - truth)
