"""No decision is passed over: each key of the map and of the rules has a case that tells its change, or means nothing for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from review_world import BASE, edited
from test_review_changes import CASES

from troth.datamap.mapfile import ROOT_KEYS
from troth.datamap.mapwrite import DATASET_KEYS
from troth.retention import rulefile

OF_A_SYSTEM = ("url", "read", "manners", "datasets", "unmapped", "manual")
OF_A_LINK = ("columns", "to", "means", "declared", "when")
SILENT = {
    "troth": "the format",
    "retention": "the format",
    "key": "how a row is addressed; without one the map is refused or `troth map --check` finds it",
    "nobody": "which row stands for nobody, and no person's",
    "refused": "links that were never followed",
    "read": "a replica of the same rows",
    "manners": "how fast, and at what hours",
    "customers": "whom to write to",
    "declared": "what the store itself says of a link; a link nobody confirmed is told by its `?`",
    "to": "a link elsewhere is one link less and another more",
}
"""Why a change of it alone means nothing for people."""


def changed(old: Any, new: Any, key: str = "") -> Iterator[str]:
    """The keys below which two files differ."""
    if old == new:
        return
    if key:
        yield key
    if isinstance(old, dict) and isinstance(new, dict):
        for name in old.keys() | new.keys():
            yield from changed(old.get(name), new.get(name), str(name))
    elif isinstance(old, list) and isinstance(new, list):
        for one, other in zip(old, new, strict=False):
            yield from changed(one, other)
        for more in (*old[len(new) :], *new[len(old) :]):
            yield from changed({}, more)


def shown(file: str) -> set[str]:
    """The keys of a file that some case changes, and that are told of."""
    found: set[str] = set()
    for edits, forwards, _ in CASES.values():
        head = edited(*edits)
        if forwards and file in head:
            found |= set(changed(yaml.safe_load(BASE[file]), yaml.safe_load(head[file])))
    return found


def test_every_key_of_the_map_has_a_case() -> None:
    keys = {*ROOT_KEYS, *DATASET_KEYS, *OF_A_SYSTEM, *OF_A_LINK}
    assert keys - shown("troth.map.yaml") - SILENT.keys() == set()


def test_every_key_of_the_rules_has_a_case() -> None:
    keys = {*rulefile.ROOT_KEYS, *rulefile.RULE_KEYS}
    assert keys - shown("troth.retention.yaml") - SILENT.keys() == set()


def test_what_is_called_silent_exists() -> None:
    keys = {*ROOT_KEYS, *DATASET_KEYS, *OF_A_SYSTEM, *OF_A_LINK, *rulefile.ROOT_KEYS, *rulefile.RULE_KEYS}
    assert SILENT.keys() - keys == set()
