"""All changes between two sides of a repository, worst first; a side compared with itself has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from troth.datamap.model import DataMap
from troth.evidence.review.change import LEVELS, Change
from troth.evidence.review.charted import Charted
from troth.evidence.review.columns import columns
from troth.evidence.review.kept import kept
from troth.evidence.review.lines import Lines
from troth.evidence.review.migrated import Migrated, migrated
from troth.evidence.review.others import others
from troth.evidence.review.outcome import outcome
from troth.evidence.review.people import people
from troth.evidence.review.promised import promised
from troth.notice.model import Notice

_NO_MAP: Final = DataMap({}, {}, ())


@dataclass(frozen=True)
class Side:
    """What lies in one revision: maps by file, notices by folder."""

    maps: Mapping[str, Charted] = field(default_factory=dict)
    notices: Mapping[str, Notice] = field(default_factory=dict)


def review(base: Side, head: Side, migrations: Migrated | None = None) -> tuple[Change, ...]:
    """Every change for people from `base` to `head`; `migrations` is what those that changed do to the stores."""
    moved = migrations or Migrated()
    found = [*promised(base.notices, head.notices), *migrated(moved, tuple(head.maps.values()))]
    for before, after in _matched(base, head):
        found += columns(before, after, moved.dropped)
        found += people(before, after)
        found += others(before, after)
        found += outcome(before, after)
        found += kept(before, after)
    order = sorted(
        set(found), key=lambda one: (LEVELS.index(one.level), one.id, one.file, one.line, one.message)
    )
    return tuple(order)


def _matched(base: Side, head: Side) -> Iterator[tuple[Charted, Charted]]:
    """Maps by file; where each side has one alone, it is the same one, moved."""
    if len(base.maps) == len(head.maps) == 1:
        yield next(iter(base.maps.values())), next(iter(head.maps.values()))
        return
    for file in dict.fromkeys((*base.maps, *head.maps)):
        before, after = base.maps.get(file), head.maps.get(file)
        none = replace((before or after or _empty("")), map=_NO_MAP, lines=Lines("", file), rules=None)
        yield before or none, after or none


def _empty(file: str) -> Charted:
    return Charted(file, _NO_MAP, Lines("", file))
