"""Who else is asked or told: systems kept by hand, recipients, and what a person may have."""

from __future__ import annotations

from collections.abc import Iterator

from troth.datamap.model import Dataset, Ref
from troth.evidence.review.change import Change, change, names
from troth.evidence.review.charted import Charted


def others(before: Charted, after: Charted) -> Iterator[Change]:
    """Every change of whom a request is passed on to, and of what is compared before and after one."""
    yield from _manual(before, after)
    yield from _recipients(before, after)
    for ref, dataset in after.datasets.items():
        was = set(before.datasets[ref].entitlements) if ref in before.datasets else set[str]()
        now = set(dataset.entitlements)
        if less := sorted(was - now):
            yield change("V095", after.spot(ref), ref, what=names(less))
        if more := sorted(now - was):
            yield change("V096", after.spot(ref, "entitlements"), ref, what=names(more))
        if ref in before.datasets:
            yield from _told(after, ref, before.datasets[ref], dataset)


def _told(after: Charted, ref: Ref, old: Dataset, new: Dataset) -> Iterator[Change]:
    """What a copy tells of a dataset: what it serves, and where it comes from (GDPR Art. 15(1)(a), (g); Art. 20(1))."""
    if more := sorted(set(new.purposes) - set(old.purposes)):
        yield change("V097", after.spot(ref, "purposes"), ref, what=names(more))
    if less := sorted(set(old.purposes) - set(new.purposes)):
        yield change("V098", after.spot(ref), ref, what=names(less))
    if old.origin != new.origin:
        yield change(
            "V099", after.spot(ref, "origin"), ref, before=old.origin or "-", after=new.origin or "-"
        )


def _manual(before: Charted, after: Charted) -> Iterator[Change]:
    for name, one in after.map.manual.items():
        spot = after.spot()._replace(line=after.lines.of("systems", name))
        if name not in before.map.manual:
            yield change("V090", spot, Ref(name, ""), where=name, who=one.owner)
        elif missing := sorted(set(before.map.manual[name].holds) - set(one.holds)):
            yield change("V092", spot, Ref(name, ""), where=name, what=names(missing))
    for name in before.map.manual.keys() - after.map.manual.keys() - after.map.systems.keys():
        yield change("V091", after.spot(), Ref(name, ""), where=name)


def _recipients(before: Charted, after: Charted) -> Iterator[Change]:
    """A recipient that is not known yet, or gets more, may be new in the notice too (GDPR Art. 13(1)(e))."""
    old, new = before.map.recipients, after.map.recipients
    for name in sorted({*old, *new}):
        was = set(old[name].gets) if name in old else set[str]()
        now = set(new[name].gets) if name in new else set[str]()
        line = after.lines.of("recipients", name) if name in new else 1
        if more := sorted(now - was):
            yield change("V093", after.spot()._replace(line=line), who=name, what=names(more))
        if less := sorted(was - now):
            yield change("V094", after.spot()._replace(line=line), who=name, what=names(less))
