"""Adds what is new to an existing map file, and sharpens guesses nobody confirmed: every other byte of it stays as it is."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from troth.datamap.mapedit import Edits, Spot
from troth.datamap.mapnodes import Node, guessable
from troth.datamap.mapwrite import (
    DATASET_KEYS,
    Doubted,
    dataset_tree,
    field_tree,
    link_tree,
    render_flow,
    system_tree,
)
from troth.datamap.model import DataMap, Link, Ref
from troth.datamap.schema import Schema


def merge(text: str, proposed: DataMap, schemas: Mapping[str, Schema]) -> str:
    """The file's text with the proposal's new systems, datasets, fields and links added.

    What the file already decides, its comments, its order and whatever has vanished from the stores are kept.
    Only datasets and columns that the schemas hold are added, in the systems they cover. What the file itself
    marks as a guess is written anew where the proposal guesses otherwise, or is taken out where it has a better one.
    """
    additions = _Additions(text, proposed, schemas)
    return additions.edits.applied()


class _Additions:
    """Walks the file beside the proposal and collects edits."""

    def __init__(self, text: str, proposed: DataMap, schemas: Mapping[str, Schema]) -> None:
        self.edits = Edits(text, proposed.file)
        self.proposed = proposed
        self.schemas = schemas
        if (systems := self.edits.systems()) is not None:
            self._systems(systems)

    def _systems(self, systems: Spot) -> None:
        for name, pair in systems.pairs.items():
            if name in self.proposed.systems:
                self._datasets(name, self.edits.spot(pair, f"system {name}"))
        new = {
            name: system_tree(self.proposed, name)
            for name in self.proposed.systems
            if name not in systems.pairs
        }
        self.edits.add(systems, new, sorted(new))

    def _datasets(self, system: str, spot: Spot) -> None:
        unmapped = self.edits.inner(spot, "unmapped")
        proposed = {ref.dataset: ref for ref in self.proposed.datasets if ref.system == system}
        present = self.edits.inner(spot, "datasets")
        held = present.pairs if present else {}
        for name, pair in held.items():
            if name in proposed:
                self._dataset(proposed[name], self.edits.spot(pair, f"dataset {name}"))
        tables = self.schemas[system].tables if system in self.schemas else proposed
        passed_over = {*held, *(unmapped.pairs if unmapped else ())}
        wanted = sorted(name for name in proposed if name not in passed_over and name in tables)
        new: dict[str, object] = {name: dataset_tree(self.proposed, proposed[name]) for name in wanted}
        if present:
            self.edits.add(present, new, wanted)
        elif new:
            self.edits.add(spot, {"datasets": new}, ["datasets"])

    def _dataset(self, ref: Ref, spot: Spot) -> None:
        dataset = self.proposed.datasets[ref]
        table = self.schemas[ref.system].tables.get(ref.dataset) if ref.system in self.schemas else None
        order = [name for name in dataset.fields if table is None or name in table.by_name]
        fields = self.edits.inner(spot, "fields")
        held = fields.pairs if fields else {}
        for name in order:
            if name in held:
                self._sharpen(held[name][1], field_tree(dataset.fields[name]))
        new = {name: field_tree(dataset.fields[name]) for name in order if name not in held}
        if fields:
            self.edits.add(fields, new, order)
        elif new:
            self.edits.add(spot, {"fields": new}, DATASET_KEYS)
        self._links(ref, spot)

    def _links(self, ref: Ref, spot: Spot) -> None:
        links = {_ends(link): link for link in self.proposed.links_from.get(ref, ())}
        held = self.edits.links(ref, spot)
        gone = []
        for node, ends in held:
            means = self.edits.pages.pairs(node, "a link")["means"][1]
            if ends in links and not links[ends].reviewed:
                self._sharpen(means, link_tree(links[ends])["means"])
            elif ends in links:
                continue
            elif guessable(self.edits.pages, means, "means")[1] is not None:
                gone.append(node)
        known = {ends for _, ends in held}
        new = [link_tree(link) for ends, link in links.items() if ends not in known]
        if gone or new:
            self.edits.exchange(spot, "links", gone, new, DATASET_KEYS)

    def _sharpen(self, node: Node, tree: object) -> None:
        """A guess of the file that the proposal makes differently; what a person decided is never touched."""
        if isinstance(node, yaml.MappingNode):
            return
        value, doubt = guessable(self.edits.pages, node, "a guess")
        if doubt is None:
            return
        if not isinstance(tree, Doubted):
            self.edits.replace(node, render_flow(tree))
        elif (value, round(doubt, 2)) != (tree.value, round(tree.confidence, 2)):
            self.edits.replace_guess(node, tree)


def _ends(link: Link) -> tuple[object, ...]:
    return link.columns, link.target, link.target_columns
