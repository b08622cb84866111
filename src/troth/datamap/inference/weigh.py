"""How likely one column names the rows of one key, as log-odds from its values alone: inclusion, scale, holes, coverage."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from math import log
from typing import Final

from troth.datamap.inference.profile import Key, Profile
from troth.datamap.model import Atom

IMPOSSIBLE: Final = -50.0
_PROBED: Final = 20  # values: were none of them a key, too many of all would be none
_LEAST: Final = 0.9  # of the looked-up values must be keys; orphans happen, strangers are many
_SCALES: Final = 16.0  # ln of how widely the largest value of any integer column may vary
_AS_FAR: Final = 2.0  # log-odds: two tables of as many rows may well be strangers
_DENSE: Final = 0.9  # of a span: keys so dense that they were counted up
_ROWS: Final = 0.35  # how often every row draws its key evenly, so that all keys are used in the end
_KEYS: Final = 0.2  # how often those that are used at all are spread evenly
_LOOSE: Final = 0.3  # how often only about as evenly as a few would be: the newest keys are not used yet
_FEW: Final = 30  # keys


def fits_kind(one: Profile, other: Profile) -> bool:
    """Whether two columns hold the same kind of value; without values their types say so."""
    return one.kind == other.kind and one.kind not in ("none", "nested")


def fits(child: Profile, key: Key) -> bool:
    """Whether types and ranges allow it at all."""
    seen = key.profile
    if not fits_kind(child, seen):
        return False
    if child.kind == "int" and child.values and seen.values and not _in_range(child, key):
        return False
    if seen.whole and child.values and seen.sampled:
        return any(value in seen.values for value in islice(child.values, _PROBED))
    return True


def _in_range(child: Profile, key: Key) -> bool:
    seen = key.profile
    return child.high <= key.top and child.low >= (seen.low if seen.whole else min(seen.low, 0))


def by_values(child: Profile, key: Key, own: Key | None) -> float:
    """Log-odds of the sampled values under "these are its keys" against "these are numbers of their own".

    `own`: the child is itself the one key of its table.
    """
    if not child.values or not key.profile.sampled:
        return 0.0
    hits, looked = key.included(child.values)
    if key.refuted:
        return IMPOSSIBLE
    if hits < _LEAST * looked or not (hits or key.profile.values):
        return IMPOSSIBLE
    missed = max(-9.0, -3.0 * (looked - hits))
    if child.kind != "int":
        return missed + _by_text(child, hits)
    if own is not None and own.density >= _DENSE:
        return missed + _as_extension(child, key, own)
    return missed + _by_scale(child, key, hits)


def _as_extension(child: Profile, key: Key, own: Key) -> float:
    """A key that counts from one by itself names another table's rows only if it counts exactly as far."""
    seen = key.profile
    whole = child.whole and seen.whole
    alike = child.values == seen.values if whole else (own.size, child.low) == (key.size, seen.low)
    if alike:
        return _AS_FAR * (1.0 if whole else 0.5)
    return 0.0 if child.low == seen.low and 2 * own.size > key.size else -4.0


def _by_scale(child: Profile, key: Key, hits: int) -> float:
    """Integers: do they end where the keys end, begin where they begin, and avoid the holes?"""
    first, span = key.profile.low, key.span
    gap = max(0, first + span - 1 - child.high)
    ends = _edge(child, span, gap) + log(_SCALES * (abs(child.high) + 1))
    begins = 0.0
    if first > 10:
        begins = _edge(child, span, child.low - first) + log(_SCALES * (child.low + 1))
    dense = _density(child, key)
    holes = min(25.0, -hits * log(max(0.02, dense))) if dense < 0.98 else 0.0
    return min(30.0, ends + max(0.0, begins) + holes)


def _density(child: Profile, key: Key) -> float:
    """How many of the integers between the column's ends are keys."""
    seen = key.profile
    if not seen.whole:
        return key.density
    within = sum(child.low <= value <= child.high for value in seen.values if isinstance(value, int))
    return min(1.0, within / (child.high - child.low + 1))


def _edge(child: Profile, span: int, gap: int) -> float:
    """How likely the outermost key seen lies `gap` before the edge: every row, every key or a few fall evenly, or in a corner."""
    share, keys = max(0.0, 1 - max(0, gap) / span), len(child.values)
    even = sum(
        part * min(1.0, falls / span * share ** (falls - 1))
        for falls, part in ((max(1, child.filled), _ROWS), (keys, _KEYS), (min(keys, _FEW), _LOOSE))
    )
    return log(max(1e-12, even + (1 - _ROWS - _KEYS - _LOOSE) / span))


def _by_text(child: Profile, hits: int) -> float:
    sample = next(iter(child.values))
    each = 4.0 if child.kind == "uuid" else min(2.5, 0.5 * len(str(sample)))
    return min(15.0, each * hits)


def points_to_itself(child: Profile, key: Key, pairs: list[tuple[Atom, Atom]]) -> float:
    """A link within one table: a tree has roots and no circle; a column that repeats its own row's key is no link."""
    if not pairs:
        return 0.0
    same = sum(a == b for a, b in pairs)
    if same > 0.5 * len(pairs):
        return IMPOSSIBLE
    parents: Mapping[Atom, Atom] = {own: named for own, named in pairs if own != named}
    if _circles(parents):
        return -4.0
    rooted = child.nulls > 0 or same > 0
    evidence = min(4.0, 0.8 * log(1 + len(parents)) * 1.5)
    return evidence if rooted else (evidence / 2 if not child.whole else -2.0)


def _circles(parents: Mapping[Atom, Atom]) -> bool:
    done: set[Atom] = set()
    for start in parents:
        path: set[Atom] = set()
        at: Atom | None = start
        while at in parents and at not in done:
            if at in path:
                return True
            path.add(at)
            at = parents[at]
        done |= path
    return False
