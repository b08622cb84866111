"""Databases drawn at random, all ids counting from one: links are found, columns that only look like keys are not."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from inference_worlds import SPECS, World, drawn, found

from troth.datamap.inference import infer
from troth.datamap.model import Ref
from troth.datamap.reader import Sample
from troth.datamap.schema import Column, Schema, Table

SEEDS = range(100, 105)


def drawings(kind: str, opaque: bool) -> Iterator[World]:
    return (drawn(SPECS[kind], seed, opaque) for seed in SEEDS)


@pytest.mark.parametrize("kind", SPECS)
def test_plain_names_and_values_find_every_link(kind: str) -> None:
    for world in drawings(kind, opaque=False):
        assert set(found(world.inferred())) == world.truth


@pytest.mark.parametrize("kind", SPECS)
def test_values_find_nearly_every_link_where_keys_have_no_names(kind: str) -> None:
    right = all_links = guessed = 0
    for world in drawings(kind, opaque=True):
        got = set(found(world.inferred()))
        right += len(got & world.truth)
        all_links += len(world.truth)
        guessed += len(got)
    assert right >= 0.9 * all_links
    assert right >= 0.93 * guessed


def test_a_confidence_is_how_often_it_is_right() -> None:
    sure, half = list[bool](), list[bool]()
    for kind in SPECS:
        for opaque in (False, True):
            for world in drawings(kind, opaque):
                for link, confidence in found(world.inferred()).items():
                    (sure if confidence >= 0.95 else half).append(link in world.truth)
                    assert 0.5 <= confidence <= 1.0
    assert len(sure) > 200
    assert sum(sure) >= 0.95 * len(sure)
    assert sum(half) >= 0.5 * len(half)


def test_the_same_database_always_gives_the_same_guesses() -> None:
    world = drawn(SPECS["shop"], 3, opaque=True)
    assert world.inferred() == world.inferred()


# ------------------------------------------------------------------ size

MODULES = [
    "crm", "billing", "hr", "stock", "waste", "route", "fleet", "portal", "admin", "report", "audit",
    "sales",
]  # fmt: skip
NOUNS = [
    "customer", "order", "invoice", "product", "price", "address", "city", "driver", "vehicle", "container",
    "pickup", "contract", "note", "event", "user", "role", "file", "document", "task", "project", "rule",
    "plan", "device", "meter", "reading", "tariff", "zone", "depot", "supplier", "delivery", "receipt",
    "payment",
]  # fmt: skip
WORDS = [
    "name", "amount", "quantity", "status", "created_at", "description", "rating", "priority", "street",
    "email", "phone", "year", "comment",
]  # fmt: skip


def wide(tables: int) -> tuple[dict[str, Schema], dict[Ref, Sample]]:
    """Some tables of 18 columns each in modules of their own, a thousand rows of each sampled."""
    names = [f"{m}_{n}{k}" for k in ("", "_line", "_type", "_log") for m in MODULES for n in NOUNS][:tables]
    found, samples = dict[str, Table](), dict[Ref, Sample]()
    numbers = list(range(1, 1_001))
    for place, name in enumerate(names):
        ends = [names[(place * 7 + step * 12) % len(names)] for step in range(1, 5)]
        columns = ["id", *dict.fromkeys(end.split("_", 1)[1] + "_id" for end in ends), *WORDS]
        found[name] = Table(
            name,
            tuple(
                Column(c, "bigint", "integer") if c.endswith("id") else Column(c, "text", "text")
                for c in columns
            ),
            key=("id",),
        )
        cells = [numbers if c.endswith("id") else [f"{c}{n}" for n in numbers] for c in columns]
        samples[Ref("app", name)] = Sample(name, tuple(columns), list(zip(*cells, strict=True)), True)
    return {"app": Schema("app", found)}, samples


def spent(schemas: dict[str, Schema], samples: dict[Ref, Sample]) -> float:
    start = time.process_time()
    with pytest.raises(StopIteration):
        next(infer(schemas, samples, frozenset()))
    return time.process_time() - start


def test_time_grows_with_the_columns_not_with_their_pairs() -> None:
    few, many = wide(60), wide(240)
    spent(*few)  # names are taken apart once
    assert spent(many[0], {}) < 8 * max(0.1, spent(few[0], {}))
    assert spent(*many) < 8 * max(0.3, spent(*few))
