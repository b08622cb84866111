"""What a retention file leaves open or cannot do, held against the map and the stores: each finding with its place and hint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Final

from troth.datamap.check import Finding, Level
from troth.datamap.model import Ref
from troth.datamap.reader import Cell
from troth.planning.decide import Decide
from troth.planning.estate import Estate
from troth.retention.effective import (
    Effective,
    clearable,
    covered,
    cuts,
    effective,
    law_on,
    longer,
    neutral,
    placed,
)
from troth.retention.rules import Place, Rule, Rules

FINDINGS: Final[Mapping[str, tuple[Level, str]]] = {
    "retention.R001": ("error", "personal data that no rule covers: nobody has said how long it is kept"),
    "retention.R002": ("error", "two rules contradict each other"),
    "retention.R003": ("error", "a clock whose column cannot be read as a moment"),
    "retention.R004": ("error", "a rule names what the store has not"),
    "retention.R005": ("error", "a clock in another row, and not exactly one such row"),
    "retention.R006": ("error", "rows without a key cannot be worked off in batches"),
    "retention.R007": ("error", "rows of customers, and nobody's instruction"),
    "retention.R008": ("warning", "a row waits until what counts from its clock is due"),
    "retention.R009": ("warning", "a law that a person's request would not stop at"),
    "retention.R010": ("error", "rows that cannot be anonymised as they are"),
    "retention.R011": ("error", "no entry of the law holds today"),
    "retention.R012": ("warning", "the law's source is marked uncertain"),
    "retention.R013": ("error", "clocks that show no moment"),
    "retention.R014": ("error", "rows that would be still personal though they are said to be anonymised"),
}
STOPPING: Final = frozenset(f"retention.R{number:03d}" for number in (2, 3, 4, 5, 6, 10, 11))
"""Findings with which a rule is not carried out."""
_CLOCKS: Final = ("date", "timestamp")
_NUMBERS: Final = ("integer", "decimal")


def check(rules: Rules, estate: Estate, at: date) -> tuple[Finding, ...]:
    """Every finding that needs no row, errors first."""
    ones = effective(rules, estate, at)
    found = [
        *_uncovered(rules, estate, ones),
        *_contradictions(ones),
        *(finding for rule in rules.rules for finding in _unplaced(rules, rule, estate, at)),
        *(finding for one in ones for finding in _of(one, estate)),
        *_waiting(ones),
    ]
    order = ("error", "warning", "note")
    return tuple(sorted(set(found), key=lambda f: (order.index(f.level), f.id, f.place, f.message)))


def stopped(findings: Iterable[Finding]) -> frozenset[str]:
    """The names of the rules that are not carried out."""
    return frozenset(finding.message.split(":", 1)[0] for finding in findings if finding.id in STOPPING)


def _finding(number: str, place: str, message: str, hint: str) -> Finding:
    return Finding(number, FINDINGS[number][0], place, message, hint)


def _about(number: str, rule: Rule, ref: Ref | None, message: str, hint: str) -> Finding:
    where = f" ({ref})" if ref else ""
    return _finding(number, f"{rule.place}{where}", f"{rule.name}: {message}", hint)


def _uncovered(rules: Rules, estate: Estate, ones: Sequence[Effective]) -> Iterator[Finding]:
    """Personal columns that no rule takes, or lets go with their row."""
    for ref in sorted(estate.datasets):
        personal = set(estate.personal(ref))
        if not personal or estate.derived(ref):
            continue
        for one in ones:
            if one.ref == ref and one.only is None:
                personal -= set(one.columns) or set(estate.personal(ref))
        if personal:
            columns = ", ".join(sorted(personal))
            hint = "Write a rule for it, or let one erase the whole row."
            yield _finding("retention.R001", str(ref), f"no rule says how long this is kept: {columns}", hint)


def _contradictions(ones: Sequence[Effective]) -> Iterator[Finding]:
    """Two rules without conditions that keep them apart, over the same rows or cells."""
    plain = [one for one in ones if one.only is None]
    for first, second in combinations(plain, 2):
        same = first.ref == second.ref and first.rule.outcome == second.rule.outcome
        apart = first.rule.when is not None and second.rule.when is not None
        cells = set(first.columns) & set(second.columns) or not (first.columns and second.columns)
        if same and not apart and cells:
            for one, other in ((first, second), (second, first)):
                yield _about(
                    "retention.R002", one.rule, one.ref, f"{other.rule.name} says how long the same is kept",
                    "Keep one of them, or give both a `when` that tells their rows apart.",
                )  # fmt: skip


def _unplaced(rules: Rules, rule: Rule, estate: Estate, at: date) -> Iterator[Finding]:
    """What the file names and the store has not, and laws that do not hold."""
    for ref in rule.datasets:
        if ref not in estate.datasets:
            yield _about("retention.R004", rule, ref, "the dataset is gone", "Take it out, or mend the map.")
    places: list[Place] = [rule.clock, *([rule.while_active] if rule.while_active else [])]
    for ref in covered(rules, rule, estate):
        for place in places:
            if placed(estate, ref, place) is None:
                hint = "A rule for a category needs a clock that each of its datasets has; write one for this dataset."
                yield _about("retention.R004", rule, ref, f"there is no column {place} to be its clock", hint)
    if rule.law:
        law = law_on(rule, at)
        if law is None:
            yield _about(
                "retention.R011", rule, None, f"{rule.law} does not hold today", "Name the law that does."
            )
        elif law.mark == "?":
            yield _about(
                "retention.R012",
                rule,
                None,
                f"{law.citation} was not checked",
                "Ask your lawyer; see docs/retention.md.",
            )


def _of(one: Effective, estate: Estate) -> Iterator[Finding]:
    for cell in (one.clock, *([one.active] if one.active else [])):
        yield from _joined(one, estate, cell)
    ref = Ref(one.ref.system, one.clock.dataset) if one.clock.dataset else one.ref
    family = estate.column(ref, one.clock.column).family
    numbers = family in _NUMBERS or estate.schemas[ref.system].loose
    days = family in _CLOCKS or (estate.schemas[ref.system].loose and family in (*_CLOCKS, "text", "other"))
    if not (numbers if one.rule.epoch else days):
        hint = (
            "Say in what it counts: epoch: seconds."
            if family in _NUMBERS
            else "Give it a column of a date or a moment in time."
        )
        yield _about(
            "retention.R003",
            one.rule,
            one.ref,
            f"{one.clock.column} holds no dates that can be trusted",
            hint,
        )
    if estate.keyless(one.ref):
        yield _about(
            "retention.R006",
            one.rule,
            one.ref,
            "its rows have no key",
            "Give the dataset a `key` in the map.",
        )
    dataset = estate.datasets[one.ref]
    if dataset.tenant and one.only is None and not one.rule.instruction:
        hint = "Write `instruction: REFERENCE` of the agreement, or `agreements` for each customer; until then they are held."
        yield _about("retention.R007", one.rule, one.ref, "its rows belong to customers", hint)
    if one.rule.law and not any(keep.active and keep.law == one.rule.law for keep in dataset.keep):
        hint = f"Write `keep: [{{law: {one.rule.law}, …, active: true}}]` in the map, or a request will erase these rows."
        yield _about("retention.R009", one.rule, one.ref, "the map has no active keep for this law", hint)
    if one.rule.outcome == "anonymise":
        yield from _unclear(one, estate)


def _joined(one: Effective, estate: Estate, cell: Cell) -> Iterator[Finding]:
    if not cell.dataset:
        return
    there = Ref(one.ref.system, cell.dataset)
    table = estate.table(there)
    single = {frozenset(table.key), *map(frozenset, table.uniques)}
    alike = estate.same(one.ref, cell.columns, there, cell.ends)
    if frozenset(cell.ends) not in single or not alike:
        why = "other rows of it may have the same" if alike else "they are of different kinds"
        hint = "A clock needs a link to the key of the other dataset."
        yield _about(
            "retention.R005", one.rule, one.ref, f"the link to {there} names no one row: {why}", hint
        )


def _unclear(one: Effective, estate: Estate) -> Iterator[Finding]:
    """What anonymising cannot write, or cannot tell to have written."""
    cut = cuts(estate, one)
    if not neutral(estate, one, cut):
        hint = (
            "Let a rule erase the row, or give one of its columns one `erased` value for all rows in the map."
        )
        why = "no column of it can be made neutral so that it shows: what was done would be due again"
        yield _about("retention.R010", one.rule, one.ref, why, hint)
    for link in cut:
        if unlinked(estate, link) is None:
            hint = f"Let {link.name} be NULL, give {link.target.dataset} a `nobody`, or erase the rows."
            yield _about(
                "retention.R010", one.rule, one.ref, f"{link.name} cannot let go of {link.target}", hint
            )
    if one.columns and not clearable(estate, one):
        yield _about(
            "retention.R010", one.rule, one.ref, "its columns are keys or links", "Erase the row instead."
        )


def unlinked(estate: Estate, link: object) -> object:
    """How a row lets go of whom it names; None where it cannot."""
    from troth.datamap.model import Link
    from troth.planning.closure import Closure

    assert isinstance(link, Link)
    return Decide(Closure(estate, {}), date.max).how(link)


def _waiting(ones: Sequence[Effective]) -> Iterator[Finding]:
    """A row whose clock others count from, which would go before they are due: it waits for them, and says so."""
    for one in ones:
        for other in ones:
            theirs = Ref(other.ref.system, other.clock.dataset)
            if theirs == one.ref != other.ref and one.rule.outcome == "erase" and longer(other, one):
                yield _about(
                    "retention.R008", one.rule, one.ref, f"{other.rule.name} counts from its rows, and longer",
                    f"Rows of {one.ref.dataset} stay until what counts from them is due: keep them at least as long.",
                )  # fmt: skip
