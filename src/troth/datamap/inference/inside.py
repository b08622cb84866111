"""Keys that stand in an array or inside JSON: named so that a person is asked, since nothing follows them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from troth.datamap.inference import names
from troth.datamap.inference.candidates import Candidates
from troth.datamap.inference.guess import Inside
from troth.datamap.inference.lookup import Lookup
from troth.datamap.inference.profile import Key, Profile, plain
from troth.datamap.inference.world import World
from troth.datamap.model import Atom

_CELLS: Final = 200  # looked into, of one column
_DEEP: Final = 8
_NAMED: Final = 4.0
_LEAST: Final = 0.9
_FEW: Final = 3  # values: fewer say too little

Found = tuple[Profile, str, Key, frozenset[Atom]]


def found(world: World, finder: Candidates) -> list[Found]:
    """Every path whose name speaks for a table and whose values are of its key's kind."""
    result: list[Found] = []
    for ref, columns in world.columns.items():
        sample = world.samples.get(ref)
        if sample is None:
            continue
        for column in columns.values():
            if column.name in sample.columns and _may_hold(column):
                cells = (row[sample.columns.index(column.name)] for row in sample.rows)
                result.extend(_of(column, _paths(cells), finder))
    return result


def _may_hold(column: Profile) -> bool:
    return column.column.family in ("json", "array", "text")


def _paths(cells: Iterator[Atom]) -> Mapping[str, set[Atom]]:
    values: dict[str, set[Atom]] = defaultdict(set)
    looked = 0
    for cell in cells:
        if cell is None:
            continue
        looked += 1
        if looked > _CELLS:
            break
        tree = _tree(cell)
        if tree is None and looked > 5 and not values:
            break
        _walk(tree, "", values, _DEEP)
    return values


def _tree(cell: Atom) -> Any:
    if isinstance(cell, list | dict | tuple):
        return cell
    if isinstance(cell, str) and cell[:1] in "[{" and cell[:1]:
        text = cell
        if text.startswith("{") and '"' not in text and ":" not in text:  # an array as PostgreSQL writes it
            text = (
                "["
                + ",".join(part if part.isdigit() else json.dumps(part) for part in text[1:-1].split(","))
                + "]"
            )
        try:
            return json.loads(text)
        except ValueError:
            return None
    return None


def _walk(tree: Any, path: str, values: dict[str, set[Atom]], deep: int) -> None:
    if deep == 0 or tree is None or isinstance(tree, bool):
        return
    if isinstance(tree, dict):
        for name, part in tree.items():
            _walk(part, f"{path}.{name}" if path else str(name), values, deep - 1)
    elif isinstance(tree, list | tuple):
        for part in tree:
            _walk(part, f"{path}[]", values, deep - 1)
    elif path and (value := plain(tree)) is not None:
        values[path].add(value)


def _of(column: Profile, paths: Mapping[str, set[Atom]], finder: Candidates) -> Iterator[Found]:
    house = finder.world.noun(column.ref)[:1]
    for path, values in sorted(paths.items()):
        if len(values) < _FEW or len({type(value) for value in values}) > 1:
            continue
        leaf = path.replace("[]", "").rsplit(".", 1)[-1] or column.name
        if leaf in ("id", "key", "nr", "no") and "." in path:
            leaf = path.replace("[]", "").split(".")[-2] + "_" + leaf
        words, marked = names.stem(leaf)
        kind = "int" if isinstance(next(iter(values)), int) else "text"
        for key, score in finder.by_noun(column.ref.system, words, marked, house, names.idea(leaf)):
            if (
                score >= _NAMED
                and key.primary
                and key.profile.kind in (kind, "uuid" if kind == "text" else kind)
            ):
                yield column, path, key, frozenset(values)
                break


def want(seen: list[Found], lookup: Lookup) -> None:
    for _, _, key, values in seen:
        lookup.want(key, values)


def told(seen: list[Found]) -> Iterator[Inside]:
    for column, path, key, values in seen:
        hits, looked = key.included(values)
        if looked and hits >= _LEAST * looked:
            reason = (
                f"{hits} of {looked} sampled values there are keys of {key.ref.dataset}, and the names agree"
            )
            where = "" if path == "[]" else path
            yield Inside(column.ref, column.name, where, key.ref, (key.name,), 0.95, reason)
