"""How long people's rows are kept, rule against rule and dataset against dataset; whoever renames a rule changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from troth.datamap.model import Ref
from troth.evidence.review.change import Change, Spot, change, names
from troth.evidence.review.charted import Charted
from troth.law.rules import cited, newest
from troth.retention.clock import Period
from troth.retention.rules import EVENTS, REASONS, Place, Rule, Rules
from troth.terms.bilingual import Both

_MONTH: Final = 31  # days, only to say which of two lengths is longer
_EVERY: Final = Both("alle", "all of them")
_NONE: Final = Both("ingen af dem", "none of them")


def kept(before: Charted, after: Charted) -> Iterator[Change]:
    """Every change of how long something is kept."""
    yield from _dates(before, after)
    old = {rule.name: rule for rule in before.rules.rules} if before.rules else {}
    new = {rule.name: rule for rule in after.rules.rules} if after.rules else {}
    pairs = _pairs(old, new)
    for was, now in pairs:
        yield from _between(before, after, was, now)
    partners = {now.name: was for was, now in pairs}
    for rule in new.values():
        if refs := _alone(after, before, rule, partners.get(rule.name)):
            yield _told("V048", _spot(after, rule), refs, rule, what=_EVERY)
    partners = {was.name: now for was, now in pairs}
    for rule in old.values():
        if refs := _alone(before, after, rule, partners.get(rule.name)):
            spot = Spot(after.rules_file or before.rules_file, 1)
            yield _told("V047", spot, refs, rule, what=_NONE)
    if before.rules and after.rules:
        yield from _counted(before.rules, after.rules)


def _counted(old: Rules, new: Rules) -> Iterator[Change]:
    for was, now in ((old.zone, new.zone), (_day(old.year_end), _day(new.year_end))):
        if was != now:
            yield change("V050", Spot(new.file, 1), before=was, after=now)


def _day(year_end: tuple[int, int]) -> str:
    return f"{year_end[0]:02d}-{year_end[1]:02d}"


def _dates(before: Charted, after: Charted) -> Iterator[Change]:
    """What lost its delete date, and what got one; what is new itself is told of where it is added."""
    for ref in after.datasets:
        was, now = before.ruled(ref), after.ruled(ref)
        both = before.personal(ref).keys() & after.personal(ref).keys()
        lost, won = sorted((was.keys() - now.keys()) & both), sorted((now.keys() - was.keys()) & both)
        if lost:
            spot = Spot(after.rules_file, 1) if after.rules else after.spot(ref)
            yield change(
                "V042", spot, ref, lost[0] if len(lost) == 1 else "", what=names(lost), where=str(ref)
            )
        if won:
            spot = _spot(after, now[won[0]])
            yield change("V043", spot, ref, won[0] if len(won) == 1 else "", what=names(won), where=str(ref))


# ------------------------------------------------------------------ rule against rule


def _pairs(old: dict[str, Rule], new: dict[str, Rule]) -> list[tuple[Rule, Rule]]:
    """Rules by name; then what is left by what it takes, for a rule may have been renamed."""
    pairs = [(old[name], new[name]) for name in old if name in new]
    left = [rule for name, rule in new.items() if name not in old]
    for name, rule in old.items():
        if name not in new:
            match = next((one for one in left if _same_work(rule, one)), None)
            if match is not None:
                left.remove(match)
                pairs.append((rule, match))
    return pairs


def _same_work(one: Rule, other: Rule) -> bool:
    shared = set(one.datasets) & set(other.datasets) or set(one.categories) & set(other.categories)
    return bool(shared) and (one.outcome, one.columns, one.when) == (other.outcome, other.columns, other.when)


def _taken(side: Charted, other: Charted, rule: Rule) -> tuple[Ref, ...]:
    """The datasets with people in them that a rule takes and that both sides have."""
    return tuple(
        ref
        for ref in side.datasets
        if ref in other.datasets
        and rule in side.covering(ref)
        and (side.concerns(ref) or other.concerns(ref))
    )


def _alone(side: Charted, other: Charted, rule: Rule, partner: Rule | None) -> tuple[Ref, ...]:
    """Those that the rule takes on one side alone, unless it is told already that they have a delete date there alone."""
    return tuple(
        ref
        for ref in _taken(side, other, rule)
        if partner not in other.covering(ref) and not side.ruled(ref).keys() - other.ruled(ref).keys()
    )


def _between(before: Charted, after: Charted, was: Rule, now: Rule) -> Iterator[Change]:
    if replace(was, place="", name="") == replace(now, place="", name=""):
        return
    refs = tuple(ref for ref in _taken(after, before, now) if was in before.covering(ref))
    if not refs:
        return
    spot = _spot(after, now)
    yield from _lengths(spot, refs, was, now)
    if (was.event, was.clock, was.epoch) != (now.event, now.clock, now.epoch):
        yield _told("V044", spot, refs, now, before=_clock(was), after=_clock(now))
    if was.outcome != now.outcome:
        yield _told("V045" if now.outcome == "anonymise" else "V046", spot, refs, now)
    if (was.reason, was.law) != (now.reason, now.law):
        yield _told("V049", spot, refs, now, before=_reason(was), after=_reason(now))
    for number, what in _reach(was, now):
        yield _told(number, spot, refs, now, what=what)


def _told(number: str, spot: Spot, refs: tuple[Ref, ...], rule: Rule, **values: str | Both) -> Change:
    ref = refs[0] if len(refs) == 1 else None
    where = names([str(one) for one in refs])
    return change(number, spot, ref, "", "", where=where, rule=rule.name, **values)


def _spot(side: Charted, rule: Rule) -> Spot:
    file, _, line = rule.place.rpartition(":")
    return Spot(file, int(line))


def _lengths(spot: Spot, refs: tuple[Ref, ...], was: Rule, now: Rule) -> Iterator[Change]:
    """How long, for everybody and for each customer whose agreement says otherwise."""
    for tenant in (None, *sorted(was.agreements.keys() | now.agreements.keys())):
        old, new = _length(was, tenant), _length(now, tenant)
        if old == new:
            continue
        whom = Both(f", kunden {tenant}", f", the customer {tenant}") if tenant is not None else ""
        number = "V040" if _days(new) > _days(old) else "V041"
        yield _told(number, spot, refs, now, before=old.spoken(), after=new.spoken(), whom=whom)


def _length(rule: Rule, tenant: str | None) -> Period:
    if tenant is not None and tenant in rule.agreements:
        return rule.agreements[tenant].keep
    return rule.keep if rule.keep is not None else Period(years=newest(rule.law).years)


def _days(period: Period) -> int:
    return (12 * period.years + period.months) * _MONTH + period.days


def _clock(rule: Rule) -> Both:
    da, en = EVENTS[rule.event]
    return Both(f"{da} ({rule.clock})", f"{en} ({rule.clock})")


def _reason(rule: Rule) -> Both:
    da, en = REASONS[rule.reason]
    law = f", {cited(rule.law)}" if rule.law else ""
    return Both(f"{da}{law}", f"{en}{law}")


def _reach(was: Rule, now: Rule) -> Iterator[tuple[str, Both]]:
    """Conditions, waits, columns and instructions: whether the rule takes fewer rows or cells than before."""
    if was.when != now.when:
        told = [rule.when.text if rule.when else None for rule in (was, now)]
        yield ("V048" if now.when is None else "V047"), _arrow("when", told)
    if was.while_active != now.while_active:
        yield ("V048" if now.while_active is None else "V047"), _arrow("while_active", map(_text, (was, now)))
    if was.columns != now.columns:
        more = not now.columns or (bool(was.columns) and set(was.columns) < set(now.columns))
        told = [", ".join(rule.columns) or None for rule in (was, now)]
        yield ("V048" if more else "V047"), _arrow("columns", told)
    if bool(was.instruction) != bool(now.instruction):
        told = [rule.instruction or None for rule in (was, now)]
        yield ("V048" if now.instruction else "V047"), _arrow("instruction", told)


def _text(rule: Rule) -> str | None:
    active: Place | None = rule.while_active
    return str(active) if active else None


def _arrow(key: str, told: Iterable[str | None]) -> Both:
    words = " → ".join("-" if part is None else part for part in told)
    return Both(f"{key}: {words}", f"{key}: {words}")
