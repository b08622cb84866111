"""An order of steps that no foreign key can fail: children before parents, cycles broken by a NULL, people last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from troth.datamap.model import Ref
from troth.datamap.schema import ForeignKey
from troth.planning.estate import Estate


@dataclass(frozen=True)
class Order:
    """`datasets`, to be erased from left to right; `cut`, columns to set NULL first; `knots`, cycles nothing can cut.

    `together`: neighbours whose mandatory keys point at each other and are checked at the end of a transaction only.
    """

    datasets: tuple[Ref, ...]
    cut: tuple[tuple[Ref, ForeignKey], ...]
    knots: tuple[tuple[Ref, ...], ...]
    together: tuple[tuple[Ref, ...], ...] = ()


def order(estate: Estate, erased: Collection[Ref]) -> Order:
    """Topological order of the erased datasets over the store's foreign keys; O(datasets + keys)."""
    wanted = set(erased)
    cut: list[tuple[Ref, ForeignKey]] = []
    knots: list[tuple[Ref, ...]] = []
    together: list[tuple[Ref, ...]] = []
    parents: dict[Ref, set[Ref]] = {ref: set() for ref in wanted}
    for ref in sorted(wanted):
        for foreign in estate.table(ref).foreign_keys:
            target = Ref(ref.system, foreign.target)
            if target == ref:
                if _nullable(estate, ref, foreign):
                    cut.append((ref, foreign))
            elif target in wanted:
                parents[ref].add(target)
    placed: list[Ref] = []
    for component in _components(parents):
        if len(component) > 1:
            cut += (optional := _optional(estate, component))
            if not _acyclic(estate, component, optional, deferred=False):
                deferrable = _acyclic(estate, component, optional, deferred=True)
                (together if deferrable else knots).append(tuple(sorted(component)))
            component = _sorted_within(component, parents, cut, estate)
        placed += component
    last = _people_last(estate, placed, parents, together)
    return Order(tuple(last), tuple(cut), tuple(knots), tuple(together))


def _nullable(estate: Estate, ref: Ref, foreign: ForeignKey) -> bool:
    columns = [estate.column(ref, name) for name in foreign.columns]
    key = estate.key(ref)
    return any(c.nullable and not c.generated and c.name not in key for c in columns)


def _optional(estate: Estate, component: list[Ref]) -> list[tuple[Ref, ForeignKey]]:
    """The keys inside a cycle that can be set NULL."""
    inside = set(component)
    return [
        (ref, foreign)
        for ref in component
        for foreign in estate.table(ref).foreign_keys
        if Ref(ref.system, foreign.target) in inside - {ref} and _nullable(estate, ref, foreign)
    ]


def _acyclic(
    estate: Estate, component: list[Ref], optional: list[tuple[Ref, ForeignKey]], deferred: bool
) -> bool:
    """Whether the mandatory keys inside are no cycle; those that can wait for the commit do not count if `deferred`."""
    mandatory: dict[Ref, set[Ref]] = {ref: set() for ref in component}
    for ref in component:
        for foreign in estate.table(ref).foreign_keys:
            target = Ref(ref.system, foreign.target)
            waits = deferred and foreign.deferrable
            if target in mandatory and target != ref and (ref, foreign) not in optional and not waits:
                mandatory[ref].add(target)
    return all(len(c) == 1 for c in _components(mandatory))


def _sorted_within(
    component: list[Ref], parents: dict[Ref, set[Ref]], cut: list[tuple[Ref, ForeignKey]], estate: Estate
) -> list[Ref]:
    inside = set(component)
    cuts = {(ref, foreign.name, foreign.columns) for ref, foreign in cut}
    for ref in component:
        kept = {
            Ref(ref.system, foreign.target)
            for foreign in estate.table(ref).foreign_keys
            if (ref, foreign.name, foreign.columns) not in cuts
        }
        parents[ref] = {p for p in parents[ref] if p not in inside or p in kept}
    return [ref for part in _components({r: parents[r] & inside for r in component}) for ref in part]


def _components(parents: dict[Ref, set[Ref]]) -> list[list[Ref]]:
    """Strongly connected components, children's before parents' (Tarjan, iterative)."""
    index: dict[Ref, int] = {}
    low: dict[Ref, int] = {}
    stack: list[Ref] = []
    on: set[Ref] = set()
    found: list[list[Ref]] = []
    for root in sorted(parents):
        if root in index:
            continue
        work = [(root, iter(sorted(parents[root])))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on.add(root)
        while work:
            node, rest = work[-1]
            step = next(rest, None)
            if step is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    cut_at = stack.index(node)
                    found.append(stack[cut_at:])
                    on.difference_update(stack[cut_at:])
                    del stack[cut_at:]
            elif step not in index:
                index[step] = low[step] = len(index)
                stack.append(step)
                on.add(step)
                work.append((step, iter(sorted(parents[step]))))
            elif step in on:
                low[node] = min(low[node], index[step])
    return found[::-1]


def _people_last(
    estate: Estate, placed: list[Ref], parents: dict[Ref, set[Ref]], together: list[tuple[Ref, ...]]
) -> list[Ref]:
    """Moves the datasets of people, and whatever they refer to, behind the rest: the order stays valid."""
    bound = {ref: group for group in together for ref in group}
    late: set[Ref] = set()
    for ref in placed:
        for member in bound.get(ref, (ref,)):
            if estate.datasets[member].subject or any(
                child in late for child in placed if member in parents[child]
            ):
                late.update(bound.get(ref, (ref,)))
    return [ref for ref in placed if ref not in late] + [ref for ref in placed if ref in late]
