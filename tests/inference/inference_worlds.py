"""Invented databases whose links are known: shops, schools, waste rounds, clinics, drawn at random with ids from one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from inference_estate import driven

from troth.datamap.inference import Inferred, infer
from troth.datamap.model import Ref
from troth.datamap.reader import ByValues, Sample, Select
from troth.datamap.schema import Column, Family, Schema, Table

SYSTEM = "app"
Pair = tuple[str, tuple[str, ...], str, tuple[str, ...]]
Rows = list[tuple[Any, ...]]


@dataclass
class World:
    """Tables with all their rows; `answer` looks keys up as a store would."""

    tables: dict[Ref, Table] = field(default_factory=dict)
    rows: dict[Ref, Rows] = field(default_factory=dict)
    truth: set[Pair] = field(default_factory=set)
    asked: list[tuple[Ref, Select]] = field(default_factory=list)

    def add(
        self,
        name: str,
        columns: Mapping[str, Sequence[Any]],
        key: tuple[str, ...] = ("id",),
        links: Mapping[str, str] | None = None,
        system: str = SYSTEM,
        uniques: tuple[tuple[str, ...], ...] = (),
    ) -> None:
        """A table by its columns' values; `links`: column -> table whose single key it names."""
        ref = Ref(system, name)
        made = tuple(Column(column, family(values), family(values)) for column, values in columns.items())
        self.rows[ref] = list(zip(*columns.values(), strict=True))
        self.tables[ref] = Table(name, made, key=key, uniques=uniques)
        for column, target in (links or {}).items():
            self.truth.add(
                (name, (column,), target, self.tables.get(Ref(system, target), self.tables[ref]).key)
            )

    def schemas(self) -> dict[str, Schema]:
        systems = {ref.system for ref in self.tables}
        return {
            system: Schema(system, {r.dataset: t for r, t in self.tables.items() if r.system == system})
            for system in sorted(systems)
        }

    def samples(self, most: int = 1_000) -> dict[Ref, Sample]:
        found = {}
        for ref, rows in self.rows.items():
            step = max(1, -(-len(rows) // most))
            names = tuple(column.name for column in self.tables[ref].columns)
            found[ref] = Sample(
                ref.dataset, names, rows[step - 1 :: step], step == 1, "" if step == 1 else "rows"
            )
        return found

    def answer(self, ref: Ref, select: Select) -> list[Rows]:
        self.asked.append((ref, select))
        assert isinstance(select.where, ByValues)
        names = [column.name for column in self.tables[ref].columns]
        places = [names.index(column) for column in select.columns]
        wanted = set(select.where.values)
        found = {row for row in (tuple(r[at] for at in places) for r in self.rows[ref]) if row in wanted}
        return [sorted(found)]

    def inferred(
        self, values: bool = True, known: frozenset[Any] = frozenset(), most: int = 1_000
    ) -> Inferred:
        asking = infer(self.schemas(), self.samples(most) if values else {}, known)
        return driven(asking, self)


def family(values: Sequence[Any]) -> Family:
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, bool) for value in known):
        return "boolean"
    if known and all(isinstance(value, int) for value in known):
        return "integer"
    if known and all(isinstance(value, float) for value in known):
        return "decimal"
    return "text"


def found(inferred: Inferred) -> dict[Pair, float]:
    """The links of one store with their confidence."""
    return {
        (g.source.dataset, g.columns, g.target.dataset, g.target_columns): g.confidence
        for g in inferred.links
    }


# ------------------------------------------------------------------ random schemas

# (table, rows, {column: (target, how)}, extra columns); a target must stand before. How: even, some, skew, tree, one
_Spec = tuple[str, tuple[int, int], dict[str, tuple[str, str]], str]
SHOP: tuple[_Spec, ...] = (
    ("country", (20, 90), {}, "name"),
    ("city", (80, 400), {"country_id": ("country", "even")}, "name population"),
    ("address", (300, 900), {"city_id": ("city", "even")}, "street postcode"),
    ("branch", (2, 9), {"address_id": ("address", "one")}, "name"),
    (
        "employee",
        (6, 40),
        {"branch_id": ("branch", "even"), "manager_id": ("employee", "tree")},
        "first_name age",
    ),
    (
        "customer",
        (150, 600),
        {"address_id": ("address", "one"), "branch_id": ("branch", "even")},
        "email age rating",
    ),
    ("supplier", (10, 40), {"city_id": ("city", "some")}, "name"),
    ("category", (5, 15), {}, "name"),
    (
        "product",
        (60, 300),
        {"category_id": ("category", "even"), "supplier_id": ("supplier", "even")},
        "title price stock year",
    ),
    (
        "orders",
        (500, 2500),
        {"customer_id": ("customer", "skew"), "employee_id": ("employee", "even")},
        "date total",
    ),
    (
        "order_line",
        (900, 4000),
        {"order_id": ("orders", "even"), "product_id": ("product", "skew")},
        "quantity price",
    ),
    (
        "payment",
        (400, 1500),
        {"order_id": ("orders", "some"), "employee_id": ("employee", "even")},
        "amount date",
    ),
)
SCHOOL: tuple[_Spec, ...] = (
    ("school", (3, 12), {}, "name year"),
    ("department", (8, 30), {"school_id": ("school", "even")}, "name"),
    ("teacher", (30, 120), {"department_id": ("department", "even")}, "first_name age"),
    ("student", (300, 900), {"school_id": ("school", "even")}, "email age grade"),
    (
        "course",
        (40, 150),
        {"department_id": ("department", "even"), "teacher_id": ("teacher", "some")},
        "title level",
    ),
    (
        "enrollment",
        (900, 3000),
        {"student_id": ("student", "even"), "course_id": ("course", "even")},
        "grade date",
    ),
    ("guardian", (200, 500), {"student_id": ("student", "some")}, "phone"),
)
WASTE: tuple[_Spec, ...] = (
    ("kommune", (5, 20), {}, "navn"),
    ("ejendom", (200, 700), {"kommune_id": ("kommune", "skew")}, "adresse postnr"),
    ("kunde", (150, 500), {"ejendom_id": ("ejendom", "one")}, "navn alder"),
    ("fraktion", (4, 9), {}, "navn"),
    (
        "beholder",
        (250, 900),
        {"ejendom_id": ("ejendom", "even"), "fraktion_id": ("fraktion", "even")},
        "liter aar",
    ),
    ("chauffoer", (8, 30), {}, "initialer alder"),
    ("rute", (10, 40), {"chauffoer_id": ("chauffoer", "even")}, "navn"),
    (
        "toemning",
        (900, 4000),
        {"beholder_id": ("beholder", "even"), "rute_id": ("rute", "even")},
        "kilo dato",
    ),
    ("faktura", (200, 900), {"kunde_id": ("kunde", "even")}, "beloeb dato"),
)
SPECS = {"shop": SHOP, "school": SCHOOL, "waste": WASTE}


def drawn(spec: Sequence[_Spec], seed: int, opaque: bool = False) -> World:
    """A database of this kind with keys 1..n, other rows and other proportions for each seed."""
    draw, world = Random(seed), World()
    sizes = {name: draw.randint(*span) for name, span, _, _ in spec}
    for name, _, links, extra in spec:
        size, number = sizes[name], 1
        columns: dict[str, Sequence[Any]] = {"k1" if opaque else "id": list(range(1, size + 1))}
        ends = {}
        for column, (target, how) in links.items():
            number += 1
            ours = f"k{number}" if opaque else column
            columns[ours] = _named(draw, size, sizes[target], how)
            ends[ours] = target
        columns |= {column: _filled(draw, column, size) for column in extra.split()}
        world.add(name, columns, key=("k1" if opaque else "id",), links=ends)
    return world


def _named(draw: Random, size: int, keys: int, how: str) -> list[int | None]:
    if how == "tree":
        return [None if n <= 2 else draw.randint(1, max(1, (n - 1) // 2)) for n in range(1, size + 1)]
    if how == "one":
        return [*draw.sample(range(1, keys + 1), min(size, keys)), *([None] * max(0, size - keys))]
    if how == "skew":
        return [min(keys, int(keys * draw.random() ** 1.7) + 1) for _ in range(size)]
    return [None if how == "some" and draw.random() < 0.3 else draw.randint(1, keys) for _ in range(size)]


def _filled(draw: Random, column: str, size: int) -> list[Any]:
    whole = {
        "age": (18, 95), "alder": (18, 95), "rating": (1, 5), "stock": (0, 60), "year": (1995, 2025), "aar": (1995, 2025),
        "quantity": (1, 12), "postcode": (1000, 9990), "postnr": (1000, 9990), "population": (900, 900000), "level": (1, 6),
        "liter": (60, 660), "kilo": (1, 90), "grade": (1, 12),
    }  # fmt: skip
    if column in whole:
        return [draw.randint(*whole[column]) for _ in range(size)]
    if column in ("price", "total", "amount", "beloeb"):
        return [draw.randint(100, 99999) / 100 + 0.001 for _ in range(size)]
    if column in ("date", "dato"):
        return [
            f"20{draw.randint(10, 25)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}" for _ in range(size)
        ]
    return [f"{column} {draw.randint(1, 10**6)}" for _ in range(size)]
