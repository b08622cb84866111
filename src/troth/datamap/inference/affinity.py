"""What two tables' nouns say of a link between them: events name who acted, people name places, cities no orders.

Only nouns of the lexicon count; a table with any other noun neither gains nor loses.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from troth.datamap.words import entity, head_class

_FINER: Final[Mapping[str, str]] = {
    "unit": "unit", "department": "unit", "choice": "choice", "status": "choice", "tax": "choice", "grade": "choice",
    "type": "choice",
}  # fmt: skip
_LEVEL: Final[Mapping[str, float]] = {
    "accounting": 5.0, "message": 5.0, "medical": 5.0, "order": 4.5, "money": 4.0, "account": 3.5, "person": 3.0,
    "staff": 3.0, "creator": 2.5, "company": 2.5, "unit": 2.5, "thing": 2.5, "address": 2.0, "place": 1.5,
    "choice": 1.0, "city": 1.0, "region": 0.6, "country": 0.3,
}  # fmt: skip
"""Who names whom: the higher names the lower."""
_KNOWN: Final[Mapping[tuple[str, str], float]] = {
    ("address", "city"): 2.0, ("address", "country"): 0.8, ("address", "region"): 0.8,
    ("address", "person"): 0.3, ("city", "country"): 2.0, ("city", "region"): 2.0, ("region", "country"): 2.0,
    ("place", "region"): 2.0, ("place", "country"): 1.0, ("place", "city"): 1.0, ("person", "address"): 1.5,
    ("staff", "address"): 1.5, ("company", "address"): 1.5, ("unit", "address"): 1.5, ("person", "unit"): 1.0,
    ("staff", "unit"): 1.5, ("unit", "staff"): 0.5, ("unit", "company"): 0.5, ("unit", "person"): -1.0,
    ("person", "staff"): 0.5, ("staff", "person"): -1.0, ("person", "company"): 0.5,
    ("accounting", "person"): 1.0, ("order", "person"): 1.0, ("accounting", "staff"): 0.7,
    ("order", "staff"): 0.7, ("accounting", "account"): 0.7, ("account", "person"): 1.0,
    ("message", "person"): 0.7, ("message", "staff"): 0.5, ("medical", "person"): 1.0,
    ("medical", "staff"): 0.7, ("accounting", "order"): 1.0, ("order", "company"): 0.7,
    ("order", "region"): -0.5, ("staff", "company"): -0.7, ("thing", "staff"): -1.0,
    ("thing", "person"): -0.7, ("thing", "thing"): 0.5, ("thing", "unit"): 0.3, ("thing", "company"): 0.5,
    ("thing", "choice"): 1.3, ("thing", "creator"): 0.7, ("person", "thing"): -0.3, ("unit", "thing"): -1.0,
    ("unit", "choice"): -1.0, ("person", "choice"): -0.5, ("person", "city"): 0.5, ("staff", "choice"): -0.5,
    ("staff", "thing"): -0.7,
}  # fmt: skip


@cache
def noun_class(table: str) -> str:
    """What the rows of a table are, lookups and places of work told apart from other things; empty: not known."""
    seq = entity(table)
    if seq and seq[-1] in _FINER:
        return _FINER[seq[-1]]
    return head_class(table) or ""


def affinity(source: str, target: str) -> float:
    """Log-odds that a row of the one class of table names a row of the other."""
    known = _KNOWN.get((source, target))
    if known is not None:
        return known
    ours, theirs = _LEVEL.get(source), _LEVEL.get(target)
    if ours is None or theirs is None or ours >= theirs:
        return 0.0
    return -min(2.0, 0.5 + theirs - ours)


def itself(noun: str) -> float:
    """Log-odds that a row names another row of its own table: employees have superiors, categories stand under others."""
    return 1.0 if noun == "staff" else 0.3 if noun in ("choice", "unit", "account") else -0.7


def wanting(noun: str) -> float:
    """Log-odds by which a table of this class is odd when no other names it: a list of genres, less so one of payments."""
    level = _LEVEL.get(noun, 2.5)
    return 3.0 if level <= 1.0 else 2.2 if level < 4.0 else 0.8
