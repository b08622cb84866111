"""Holds over random estates: drawn, kept and lifted one by one, by the real engine without our state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st
from property_engine import NEUTRAL, Estate, Rows
from property_oracle import At, Oracle
from property_worlds import Annotated

from live import hand
from troth.datamap.model import Ref
from troth.planning.barred import Bar
from troth.planning.person import Node, Person
from troth.planning.plan import Plan, batches
from troth.planning.sought import parse

Cells = set[tuple[At, str]]


@dataclass
class Drawn:
    """A hold, and the cells that it must keep as the definition has it."""

    bar: Bar
    cells: Cells


def drawn_hold(oracle: Oracle, name: str, identifiers: dict[Any, str], data: st.DataObject) -> Drawn:
    """A hold on a person, a dataset, a column, a row, or a person's rows in a dataset."""
    world: Annotated = oracle.world
    kind = data.draw(st.sampled_from(("person", "dataset", "column", "row", "person there")))
    shape = world.shapes[data.draw(st.sampled_from(sorted(world.shapes)))]
    ref = Ref(shape.system, shape.name)
    bar = Bar(name, "eu.legal_claims", "legal hold (court), to be reviewed by 2027-01-01")
    if kind in ("person", "person there"):
        person = data.draw(st.sampled_from(sorted(identifiers, key=repr)))
        rows = [at for at in oracle.rows if person in oracle.own[at] | oracle.access[at]]
        rows = [at for at in rows if kind == "person" or at[0] == shape.name]
        bar = replace(bar, sought=(parse(identifiers[person]),), places=((ref, ()),) * (kind != "person"))
        return Drawn(bar, {(at, column) for at in rows for column in oracle.rows[at]})
    rows = [at for at in oracle.rows if at[0] == shape.name]
    if kind == "row" and rows:
        at = data.draw(st.sampled_from(rows))
        bar = replace(bar, rows=((ref, ",".join(map(str, at[1]))),))
        return Drawn(bar, {(at, column) for column in oracle.rows[at]})
    columns = (data.draw(st.sampled_from(sorted(shape.columns))),) if kind == "column" else ()
    bar = replace(bar, places=((ref, columns),))
    return Drawn(bar, {(at, column) for at in rows for column in columns or oracle.rows[at]})


@dataclass
class Running:
    """One estate, the people who asked, and the holds that stand."""

    estate: Estate
    people: list[Person] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    known: dict[str, frozenset[Node]] = field(default_factory=dict)

    def asked(self, identifiers: list[str], bars: list[Bar]) -> Plan:
        """The first plan: who they are, and what the holds leave of it."""
        with self.estate.live.inquiry() as inquiry:
            inquiry.bars = bars
            self.people = inquiry.who(identifiers)
            plan = inquiry.plan(self.people)
            others = inquiry.found_copies.others
            self.told = [
                {"identifiers": sorted(i for i in p.identifiers if i not in others), "names": sorted(p.names)}
                for p in self.people
            ]
            self._remember(inquiry)
        return plan

    def again(self, bars: list[Bar]) -> Plan:
        """The plan after a hold was lifted, for the same people."""
        with self.estate.live.inquiry() as inquiry:
            inquiry.bars = [replace(bar, nodes=self.known.get(bar.hold, frozenset())) for bar in bars]
            inquiry.look()
            inquiry.recall(self.people)
            plan = inquiry.plan(self.people)
            self._remember(inquiry)
        return plan

    def _remember(self, inquiry: Any) -> None:
        for hold, nodes in inquiry.barred.found.items() if inquiry.barred else ():
            self.known[hold] = self.known.get(hold, frozenset()) | nodes

    def act(self, plan: Plan, size: int) -> None:
        with self.estate.live.inquiry(write=True) as inquiry:
            for batch in batches(plan, size) if plan.steps else ():
                inquiry.stores[batch.system].execute(batch, hand(self.told))


def unlike(before: Rows, one: Rows, other: Rows) -> list[str]:
    """Where two outcomes differ; two neutral values for what stood there before are alike."""
    found = [f"{at} only in one" for at in one.keys() ^ other.keys()]
    for at in one.keys() & other.keys():
        for column, cell in one[at].items():
            there, was = other[at][column], before.get(at, {}).get(column)
            neutral = all(value in NEUTRAL or len(str(value)) == 16 for value in (cell, there))
            if cell != there and not (neutral and was not in (cell, there)):
                found.append(f"{at}.{column}: was {was!r}, {cell!r} or {there!r}")
    return found
