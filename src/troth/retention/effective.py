"""Which rule holds for which rows: by dataset or category, by customer's agreement, with the law as it stands on the day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from troth.datamap.model import Atom, Dataset, Link, Ref
from troth.datamap.reader import Aged, Cell
from troth.law.rules import LawRule
from troth.law.rules import rule as law_at
from troth.planning.estate import Estate
from troth.planning.neutral import candidates
from troth.planning.plan import BY_ROW
from troth.retention.clock import EARLIEST, Period, day_of
from troth.retention.rules import Place, Rule, Rules

Whose = Literal["ours", "uninstructed", "others"]
_ONE_EACH = ("boolean", "enum", "integer", "decimal")
"""Kinds of which only the first neutral value is taken for one: the next may be somebody's true value."""


@dataclass(frozen=True)
class Effective:
    """One rule on one dataset, for some of its rows: those of `only` these customers, or of all `besides` these."""

    rule: Rule
    ref: Ref
    period: Period
    clock: Cell
    zone: str
    columns: tuple[str, ...] = ()  # which are anonymised; (): the row goes, or everything personal in it
    active: Cell | None = None
    law: LawRule | None = None
    only: Mapping[str, str] | None = None  # customer -> reference of the agreement
    besides: frozenset[str] = field(default_factory=frozenset)

    def whose(self, row: Mapping[str, object], tenant: str | None) -> Whose:
        """Whether a row is this rule's to work on; rows of a customer need their instruction (GDPR Art. 28(3)(a))."""
        if self.rule.when is not None and not self.rule.when.holds(row):
            return "others"
        customer = None if tenant is None or row[tenant] is None else str(row[tenant])
        if self.only is not None:
            return "ours" if customer in self.only else "others"
        if customer in self.besides:
            return "others"
        return "ours" if customer is None or self.rule.instruction else "uninstructed"

    def asked(self, dataset: Dataset) -> tuple[str, ...]:
        """The columns that `whose` looks at."""
        names = (
            *(self.rule.when.columns if self.rule.when else ()),
            *([dataset.tenant] if dataset.tenant else ()),
        )
        return tuple(dict.fromkeys(names))

    def question(self, estate: Estate, at: date, cut: tuple[Link, ...] = ()) -> Aged:
        """What is due on the day: the question that a store answers."""
        return Aged(
            self.clock, EARLIEST, self.period.first_kept(at), self.zone, estate.key(self.ref), self.rule.epoch, self.active,
            neutral(estate, self, cut) if self.rule.outcome == "anonymise" else (),
        )  # fmt: skip

    def day(self, estate: Estate, cell: object) -> date | None:
        """The day that a cell of its clock shows; None where it shows none."""
        there = Ref(self.ref.system, self.clock.dataset) if self.clock.dataset else self.ref
        moment = estate.column(there, self.clock.column).moment
        return day_of(cell, self.zone, self.rule.epoch, moment)

    @property
    def name(self) -> tuple[str, Ref, tuple[str, ...]]:
        """What tells it from others."""
        return self.rule.name, self.ref, tuple(sorted(self.only or ()))

    @property
    def told(self) -> str:
        """How long, as a rule file writes it."""
        return self.period.told()


def effective(rules: Rules, estate: Estate, at: date) -> tuple[Effective, ...]:
    """Every rule on every dataset it covers that there is, agreements first; what cannot hold is left to the findings."""
    return tuple(one for rule in rules.rules for one in _of(rules, rule, estate, at))


def _of(rules: Rules, rule: Rule, estate: Estate, at: date) -> Iterator[Effective]:
    law = law_on(rule, at)
    length = rule.keep if law is None else Period(years=law.years)
    if length is None:
        return
    if rule.event == "financial_year_end":
        length = replace(length, year_end=rules.year_end)
    for ref in covered(rules, rule, estate):
        clock = placed(estate, ref, rule.clock)
        active = placed(estate, ref, rule.while_active) if rule.while_active else None
        if clock is None or (rule.while_active and active is None):
            continue
        columns = rule.columns or _in_categories(estate, ref, rule)
        base = Effective(rule, ref, length, clock, rules.zone, columns, active, law)
        lengths: dict[Period, dict[str, str]] = {}
        for customer, agreement in rule.agreements.items():
            period = replace(agreement.keep, year_end=length.year_end)
            lengths.setdefault(period, {})[customer] = agreement.reference
        for period, customers in lengths.items():
            yield replace(base, period=period, only=customers)
        yield replace(base, besides=frozenset(rule.agreements))


def law_on(rule: Rule, at: date) -> LawRule | None:
    """The law's entry that holds on the day; None where the rule names none, or none holds."""
    if not rule.law:
        return None
    try:
        return law_at(rule.law, at)
    except KeyError:
        return None


def covered(rules: Rules, rule: Rule, estate: Estate) -> tuple[Ref, ...]:
    """The datasets that a rule covers: those it names, or those with its categories that no rule names for itself."""
    if rule.datasets:
        return tuple(ref for ref in rule.datasets if ref in estate.datasets)
    named = {ref for other in rules.rules for ref in other.datasets}
    return tuple(
        ref
        for ref in sorted(estate.datasets)
        if ref not in named and not estate.derived(ref) and set(rule.categories) & categories_of(estate, ref)
    )


def categories_of(estate: Estate, ref: Ref) -> set[str]:
    """The categories of personal data that a dataset holds."""
    fields = estate.datasets[ref].fields
    return {fields[name].category for name in estate.personal(ref)}


def _in_categories(estate: Estate, ref: Ref, rule: Rule) -> tuple[str, ...]:
    if rule.outcome == "erase" or not rule.categories:
        return ()
    fields = estate.datasets[ref].fields
    return tuple(name for name in estate.personal(ref) if fields[name].category in rule.categories)


def longer(one: Effective, other: Effective) -> bool:
    """Whether one of two rules keeps longer than the other, counted from the same day."""
    day = date(2024, 1, 1)
    return one.period.last_day(day) > other.period.last_day(day)


def placed(estate: Estate, ref: Ref, place: Place) -> Cell | None:
    """Where a column stands, seen from a row; None where there is no such column, or not one link to it."""
    if not place.dataset:
        return Cell(place.column) if place.column in estate.table(ref).by_name else None
    links = [
        link
        for link in estate.map.links_from.get(ref, ())
        if link.target == Ref(ref.system, place.dataset) and link.condition is None and not link.is_guess
    ]
    if len(links) != 1 or links[0].target not in estate.datasets:
        return None
    table = estate.table(links[0].target)
    if place.column not in table.by_name:
        return None
    return Cell(place.column, place.dataset, links[0].columns, links[0].target_columns)


def clearable(estate: Estate, one: Effective) -> tuple[str, ...]:
    """The columns that the rule makes neutral: personal ones, and those the map says how to, that address and link to nothing."""
    ends = {column for link in estate.links_from[one.ref] if not link.is_guess for column in link.columns}
    ends |= set(estate.key(one.ref))
    fields, there = estate.datasets[one.ref].fields.values(), estate.table(one.ref).by_name
    said = (field.name for field in fields if field.strategy is not None and field.name in there)
    wanted = one.columns or tuple(dict.fromkeys((*estate.personal(one.ref), *said)))
    return tuple(name for name in wanted if name not in ends and not estate.column(one.ref, name).generated)


def cuts(estate: Estate, one: Effective) -> tuple[Link, ...]:
    """The links to people that a whole row lets go of: else they would still group one person's rows."""
    if one.rule.outcome != "anonymise" or one.columns:
        return ()
    return tuple(
        link
        for link in estate.links_from[one.ref]
        if link.target in estate.ownable and link.means != "SAME_AS" and not link.is_guess
    )


def neutral(
    estate: Estate, one: Effective, cut: tuple[Link, ...]
) -> tuple[tuple[str, tuple[Atom, ...]], ...]:
    """What the columns hold once the rule was applied; columns whose value differs from row to row say nothing."""
    found: dict[str, tuple[Atom, ...]] = {}
    table, fields = estate.table(one.ref), estate.datasets[one.ref].fields
    for name in clearable(estate, one):
        field_ = fields[name]
        options = candidates(
            table, table.by_name[name], field_.category, field_.erased_value, strategy=field_.strategy
        )
        values = [None if new.how == "null" else new.constant for new in options if new.how not in BY_ROW]
        if table.by_name[name].family in _ONE_EACH:
            values = values[:2] if values[:1] == [None] else values[:1]
        if values:
            found[name] = tuple(values)
    for link in cut:
        nobody = estate.datasets[link.target].nobody or {}
        for column, end in zip(link.columns, link.target_columns, strict=True):
            if column not in estate.key(one.ref):
                found[column] = (None, *([nobody[end]] if end in nobody else []))
    return tuple(found.items())
