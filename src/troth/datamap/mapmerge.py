"""Adds what is new to an existing map file by inserting text: every other byte of it stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from troth.datamap.mapnodes import Node, Pages, compose, target_of
from troth.datamap.mapwrite import (
    DATASET_KEYS,
    dataset_tree,
    field_tree,
    link_tree,
    render,
    render_flow,
    render_items,
    system_tree,
)
from troth.datamap.model import DataMap, Ref
from troth.datamap.schema import Schema

_STEP: Final = 2


def merge(text: str, proposed: DataMap, schemas: Mapping[str, Schema]) -> str:
    """The file's text with the proposal's new systems, datasets, fields and links added.

    What the file already decides, its comments, its order and whatever has vanished from the stores are kept.
    Only datasets and columns that the schemas hold are added, in the systems they cover.
    """
    text = text.removeprefix("\ufeff")
    additions = _Additions(text, proposed, schemas)
    return additions.applied()


@dataclass(frozen=True, slots=True)
class _Spot:
    """A collection node and the key it hangs from."""

    key: Node
    node: Node
    pairs: Mapping[str, tuple[Node, Node]]


class _Additions:
    """Walks the file beside the proposal and collects insertions."""

    def __init__(self, text: str, proposed: DataMap, schemas: Mapping[str, Schema]) -> None:
        self.text = text
        self.proposed = proposed
        self.schemas = schemas
        self.pages = Pages(proposed.file or "map")
        self.insertions: list[tuple[int, str]] = []
        root = compose(text, self.pages.file)
        top = self.pages.pairs(root, "the map")
        if "systems" in top:
            self._systems(self._spot(top["systems"], "systems"))

    def applied(self) -> str:
        newline = "\r\n" if "\r\n" in self.text else "\n"
        parts, done = [], 0
        for at, added in sorted(self.insertions, key=lambda pair: pair[0]):
            parts += [self.text[done:at], added.replace("\n", newline)]
            done = at
        return "".join([*parts, self.text[done:]])

    def _spot(self, pair: tuple[Node, Node], what: str) -> _Spot:
        return _Spot(pair[0], pair[1], self.pages.pairs(pair[1], what))

    def _systems(self, systems: _Spot) -> None:
        for name, pair in systems.pairs.items():
            if name in self.proposed.systems:
                self._datasets(name, self._spot(pair, f"system {name}"))
        new = {
            name: system_tree(self.proposed, name)
            for name in self.proposed.systems
            if name not in systems.pairs
        }
        self._add(systems, new, sorted(new))

    def _datasets(self, system: str, spot: _Spot) -> None:
        unmapped = self.pages.pairs(spot.pairs["unmapped"][1], "unmapped") if "unmapped" in spot.pairs else {}
        proposed = {ref.dataset: ref for ref in self.proposed.datasets if ref.system == system}
        present = self._spot(spot.pairs["datasets"], "datasets") if "datasets" in spot.pairs else None
        held = present.pairs if present else {}
        for name, pair in held.items():
            if name in proposed:
                self._dataset(proposed[name], self._spot(pair, f"dataset {name}"))
        tables = self.schemas[system].tables if system in self.schemas else proposed
        wanted = sorted(
            name for name in proposed if name not in held and name not in unmapped and name in tables
        )
        new: dict[str, object] = {name: dataset_tree(self.proposed, proposed[name]) for name in wanted}
        if present:
            self._add(present, new, wanted)
        elif new:
            self._add(spot, {"datasets": new}, ["datasets"])

    def _dataset(self, ref: Ref, spot: _Spot) -> None:
        dataset = self.proposed.datasets[ref]
        table = self.schemas[ref.system].tables.get(ref.dataset) if ref.system in self.schemas else None
        order = [name for name in dataset.fields if table is None or name in table.by_name]
        fields = self._spot(spot.pairs["fields"], "fields") if "fields" in spot.pairs else None
        new = {
            name: field_tree(dataset.fields[name]) for name in order if not fields or name not in fields.pairs
        }
        if fields:
            self._add(fields, new, order)
        elif new:
            self._add(spot, {"fields": new}, DATASET_KEYS)
        self._links(ref, spot)

    def _links(self, ref: Ref, spot: _Spot) -> None:
        node = spot.pairs["links"][1] if "links" in spot.pairs else None
        held = {self._identity(ref, item) for item in self.pages.items(node, "links")} if node else set()
        links = [
            link
            for link in self.proposed.links_from.get(ref, ())
            if (link.columns, link.target, link.target_columns) not in held
        ]
        trees: list[object] = [link_tree(link) for link in links]
        if not trees:
            return
        if node is None:
            self._add(spot, {"links": trees}, DATASET_KEYS)
        elif isinstance(node, yaml.SequenceNode) and node.flow_style:
            self._insert_flow(
                node, node.value[-1] if node.value else None, [render_flow(tree) for tree in trees]
            )
        else:
            indent = (
                node.start_mark.column
                if isinstance(node, yaml.SequenceNode)
                else _column(spot.key) + 2 * _STEP
            )
            self._insert_lines(_end(node), render_items(trees, indent))

    def _identity(self, source: Ref, node: Node) -> tuple[object, ...]:
        pairs = self.pages.pairs(node, "a link")
        if "columns" not in pairs or "to" not in pairs:
            return ()
        target = target_of(self.pages.text(pairs["to"][1], "to"), source.system)
        return tuple(self.pages.names(pairs["columns"][1], "columns")), *(target or ())

    # -------------------------------------------------------------- places

    def _add(self, spot: _Spot, new: Mapping[str, object], order: Sequence[str]) -> None:
        """Puts each new key behind the key that precedes it in `order` (or alphabetically), else first."""
        wanted = [name for name in order if name in new]
        if not wanted:
            return
        if isinstance(spot.node, yaml.MappingNode) and spot.node.flow_style:
            last = spot.node.value[-1][1] if spot.node.value else None
            self._insert_flow(spot.node, last, [render_flow({name: new[name]})[1:-1] for name in wanted])
            return
        first = next(iter(spot.pairs.values()), None)
        indent = first[0].start_mark.column if first else _column(spot.key) + _STEP
        held = list(spot.pairs)
        groups: dict[str | None, dict[str, object]] = {}
        for name in wanted:
            groups.setdefault(_before(name, held, order), {})[name] = new[name]
        for anchor, tree in groups.items():
            at = _end(spot.pairs[anchor][1]) if anchor is not None else spot.key.end_mark.index
            self._insert_lines(at, render(tree, indent))

    def _insert_lines(self, after: int, lines: str) -> None:
        at = self._next_line(after)
        missing = at == len(self.text) and not self.text.endswith("\n")
        self.insertions.append((at, ("\n" if missing else "") + lines))

    def _next_line(self, index: int) -> int:
        if index and self.text[index - 1] == "\n":
            return index  # a block scalar ends where the next line starts
        end = self.text.find("\n", index)
        return len(self.text) if end < 0 else end + 1

    def _insert_flow(self, node: Node, last: Node | None, parts: Iterable[str]) -> None:
        joined = ", ".join(parts)
        at = node.start_mark.index + 1 if last is None else last.end_mark.index
        self.insertions.append((at, joined if last is None else f", {joined}"))


def _before(name: str, held: Sequence[str], order: Sequence[str]) -> str | None:
    """The held key a new one goes behind: its predecessor in table order, or by name."""
    if any(other in held for other in order):
        earlier = [other for other in order[: order.index(name)] if other in held]
        return earlier[-1] if earlier else None
    if list(held) == sorted(held):
        earlier = [other for other in held if other < name]
        return earlier[-1] if earlier else None
    return held[-1]


def _column(key: Node) -> int:
    return int(key.start_mark.column)


def _end(node: Node) -> int:
    """Where the node's own text ends, before the comments that follow it."""
    if not isinstance(node, yaml.CollectionNode) or not node.value or node.flow_style:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(node, yaml.MappingNode) else last)
