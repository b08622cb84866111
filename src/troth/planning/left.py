"""Rows that stay because the customer who controls them said no, or has said nothing: untouched, with what hangs on them alone.

A processor acts only on the controller's instruction (GDPR Art. 28(3)(a)), so neither the rows nor what belongs to them is changed;
what of ours they refer to stays too, emptied, so that no reference of theirs is cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from troth.datamap.model import Keep, Key, Link, Ref
from troth.law.rules import bases, cited
from troth.planning.closure import Closure
from troth.planning.decisions import NONE, Decisions
from troth.planning.estate import Estate

if TYPE_CHECKING:
    from troth.datamap.reader import Row
    from troth.planning.copies import Copies, FindCopies
    from troth.planning.plan import Plan, Step

GROUND: Final = "customer_decides"
LAW: Final = cited(GROUND)
LAWS: Final = bases(GROUND)
REFUSED: Final = "refused"
SILENT: Final = "silent"
_WHY: Final[Mapping[str, str]] = {
    REFUSED: "left to {customer}, who controls it and said no",
    SILENT: "left to {customer}, who controls it and has not answered",
}


@dataclass(frozen=True, slots=True)
class LeftTo(Keep):
    """A customer's decision, or their silence, that keeps rows as they are until they instruct otherwise."""

    customer: str = ""


def ground(customer: str, why: str, columns: tuple[str, ...]) -> LeftTo:
    """On what rows of this customer stay; raises KeyError for a reason that is none."""
    return LeftTo(GROUND, columns, None, _WHY[why].format(customer=customer), True, customer)


class Left:
    """Whose rows are left alone: by the tenant column, and by hanging on such a row."""

    def __init__(self, closure: Closure, to: Mapping[str, str]) -> None:
        self.closure, self.estate = closure, closure.estate
        self.to = to
        self._hanging: dict[Ref, dict[Key, str]] = {}

    def trace(self) -> None:
        """Finds what hangs on the rows that are left; call again once more rows are known. People are nobody's belongings."""
        self._hanging.clear()
        frontier: dict[tuple[Ref, str], set[Key]] = {}
        for ref, held in self.closure.holdings.items() if self.to else ():
            for key in held.rows if self.estate.datasets[ref].tenant else ():
                if customer := self.of(ref, key):
                    frontier.setdefault((ref, customer), set()).add(key)
        while frontier:
            grown: dict[tuple[Ref, str], set[Key]] = {}
            for (ref, customer), keys in frontier.items():
                for edge in self.estate.edges_from[ref]:
                    target = self.estate.datasets[edge.target]
                    if (
                        edge.owning
                        and edge.target in self.closure.holdings
                        and not (target.tenant or target.subject)
                    ):
                        known = self._hanging.setdefault(edge.target, {})
                        fresh = {key for key in self.closure.below(edge, keys) if key not in known}
                        known.update(dict.fromkeys(fresh, customer))
                        if fresh:
                            grown.setdefault((edge.target, customer), set()).update(fresh)
            frontier = grown

    def of(self, ref: Ref, key: Key) -> str:
        """The customer to whom the row is left; "" where it is nobody's who said no."""
        tenant = self.estate.datasets[ref].tenant if self.to else None
        if tenant is None:
            return self._hanging.get(ref, {}).get(key, "")
        customer = str(self.closure.holdings[ref].value(key, (tenant,))[0])
        return customer if customer in self.to else ""

    def among(self, ref: Ref, keys: Iterable[Key]) -> dict[Key, str]:
        """Those of the rows that are left, each with its customer."""
        return {key: customer for key in keys if (customer := self.of(ref, key))} if self.to else {}

    def stay(self, out: Decisions, ref: Ref, keys: Iterable[Key]) -> set[Key]:
        """Those of the rows that are left, and enters that they stay as they are."""
        left = self.among(ref, keys)
        every = frozenset(self.estate.table(ref).by_name) if left else NONE
        for key, customer in left.items():
            out.needed.setdefault(ref, {})[key] = every
            out.kept.setdefault((ref, self.keep(ref, customer), None), set()).add(key)
        return set(left)

    def named(self, out: Decisions, link: Link, below: Key, node: tuple[Ref, Key]) -> None:
        """A row of ours that a row left names over this link keeps the columns by which it is named, and nothing else."""
        ref, key = node
        ends, rows = frozenset(link.target_columns), out.needed.setdefault(ref, {})
        rows[key] = rows.get(key, NONE) | ends
        if personal := ends & set(self.estate.personal(ref)):
            keep = self.keep(ref, self.of(link.source, below), personal)
            out.kept.setdefault((ref, keep, None), set()).add(key)

    def keep(self, ref: Ref, customer: str, columns: Iterable[str] = ()) -> LeftTo:
        """The ground on which rows stay; no columns: the whole row."""
        wanted = frozenset(columns) or frozenset(self.estate.table(ref).by_name)
        names = tuple(name for name in self.estate.table(ref).by_name if name in wanted)
        return ground(customer, self.to[customer], names)

    def binds(self, link: Link) -> bool:
        """Whether a row that is left must go on finding what it names over this link.

        Not where it names a person by something of their own (an e-mail address) and no store demands it: that cell is the customer's,
        and ours goes.
        """
        ends = set(link.target_columns)
        return link.declared or (
            ends <= set(self.estate.key(link.target)) and ends.isdisjoint(self.estate.personal(link.target))
        )


def note(finder: FindCopies, ref: Ref, key: Key, columns: Sequence[str], row: Row) -> None:
    """What a row holds of the person that stays, where it is left to the customer who controls it."""
    cells = dict(zip(columns, row, strict=False))
    customer = str(cells[finder.estate.datasets[ref].tenant or ""])
    if customer not in finder.left_to:
        return
    found = [(column, finder.exact[kind, value]) for column, kind, value in finder.hits(ref, columns, row)]
    for column in finder.estate.prose(ref):
        found += [(column, {hit.needle.subject}) for hit in finder.unique.find_cell(cells.get(column))]
    settled = finder.settled(ref, key)
    for column, people in found:
        if column not in settled:
            finder.out.left.setdefault((ref, customer), {}).setdefault(key, set()).add(column)
            finder.out.people.setdefault((ref, key), set()).update(people)


def by_law(plan: Plan, regime: str) -> Plan:
    """The plan, with what is left to customers cited by the law under which somebody asked; "": by each law there is."""
    law = cited(GROUND, regime)
    return replace(plan, steps=tuple(replace(one, law=law) if one.customer else one for one in plan.steps))


def told(copies: Copies, estate: Estate, to: Mapping[str, str]) -> Iterator[Step]:
    """The steps that say where copies of the person's identifiers were left, in rows that are not linked to them."""
    from collections import Counter

    from troth.planning.plan import Step

    for (ref, customer), rows in sorted(copies.left.items()):
        columns = frozenset[str]().union(*rows.values())
        keep = ground(
            customer, to[customer], tuple(name for name in estate.table(ref).by_name if name in columns)
        )
        people = Counter(person for key in rows for person in copies.people.get((ref, key), ()))
        yield Step(
            ref, "keep", estate.key(ref), (), sorted(rows, key=repr), keep.columns, (), keep.reason, LAW,
            people=tuple(sorted(people.items())), customer=customer, ground=keep.law,
        )  # fmt: skip
