"""Exact edits of a map file's text: what is not named by an edit keeps every byte, its comments and its order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from troth.datamap.mapnodes import Node, Pages, compose, target_of
from troth.datamap.mapwrite import Doubted, one_line, render, render_flow, render_items, scalar
from troth.datamap.model import Ref

_STEP: Final = 2


@dataclass(frozen=True, slots=True)
class Spot:
    """A collection node and the key it hangs from."""

    key: Node
    node: Node
    pairs: Mapping[str, tuple[Node, Node]]


class Edits:
    """Edits of one file, collected beside its nodes and applied at once."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text.removeprefix("\ufeff")
        self.pages = Pages(file or "map")
        self._edits: list[tuple[int, int, str]] = []  # from, to, what stands there instead
        self.top = self.pages.pairs(compose(self.text, self.pages.file), "the map")

    def applied(self) -> str:
        """The text with every edit; line ends as the file has them."""
        newline = "\r\n" if "\r\n" in self.text else "\n"
        parts, done = [], 0
        for start, end, added in sorted(self._edits, key=lambda edit: edit[:2]):
            parts += [self.text[done:start], added.replace("\n", newline)]
            done = max(done, end)
        return "".join([*parts, self.text[done:]])

    # -------------------------------------------------------------- places

    def spot(self, pair: tuple[Node, Node], what: str) -> Spot:
        return Spot(pair[0], pair[1], self.pages.pairs(pair[1], what))

    def inner(self, spot: Spot, name: str, what: str = "") -> Spot | None:
        """The collection under a key of another, where it is there."""
        return self.spot(spot.pairs[name], what or name) if name in spot.pairs else None

    def systems(self) -> Spot | None:
        return self.spot(self.top["systems"], "systems") if "systems" in self.top else None

    def dataset(self, ref: Ref) -> Spot | None:
        """The mapping of one dataset."""
        systems = self.systems()
        system = self.inner(systems, ref.system) if systems else None
        datasets = self.inner(system, "datasets") if system else None
        return self.inner(datasets, ref.dataset) if datasets else None

    def links(self, ref: Ref, spot: Spot, name: str = "links") -> list[tuple[Node, tuple[object, ...]]]:
        """The nodes of a dataset's links, or refused ones, each with (columns, target, target columns)."""
        if name not in spot.pairs:
            return []
        return [(node, self._ends(ref, node)) for node in self.pages.items(spot.pairs[name][1], name)]

    def _ends(self, source: Ref, node: Node) -> tuple[object, ...]:
        pairs = self.pages.pairs(node, "a link")
        if "columns" not in pairs or "to" not in pairs:
            return ()
        target = target_of(self.pages.text(pairs["to"][1], "to"), source.system)
        return tuple(self.pages.names(pairs["columns"][1], "columns")), *(target or ())

    # -------------------------------------------------------------- edits

    def replace(self, node: Node, value: str) -> None:
        """Another scalar in this one's place; comments behind it stay."""
        self._edits.append((*_range(node), value))

    def replace_guess(self, node: Node, guess: Doubted) -> None:
        """Another guess in this one's place; its reason too, where no comment stands behind it yet."""
        end = node.end_mark.index
        bare = not self.text[end : self._next_line(end)].strip()
        note = f"  # {one_line(guess.note)}" if bare and guess.note else ""
        self.replace(node, scalar(guess.text) + note)

    def add(self, spot: Spot, new: Mapping[str, object], order: Sequence[str]) -> None:
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

    def exchange(
        self, spot: Spot, name: str, gone: Sequence[Node], trees: Sequence[object], order: Sequence[str]
    ) -> None:
        """Takes items out of the list under `name` and puts new ones at its end; no list is left empty or missing."""
        if name not in spot.pairs:
            self.add(spot, {name: list(trees)} if trees else {}, order)
            return
        key, node = spot.pairs[name]
        items = self.pages.items(node, name)
        left = [item for item in items if all(item is not other for other in gone)]
        if isinstance(node, yaml.SequenceNode) and node.flow_style:
            kept = [self.text[item.start_mark.index : item.end_mark.index] for item in left]
            if not gone:
                self._insert_flow(node, node.value[-1] if node.value else None, list(map(render_flow, trees)))
            elif kept or trees:
                self._edits.append((*_range(node), f"[{', '.join([*kept, *map(render_flow, trees)])}]"))
            else:
                self.drop(spot, name)
            return
        if not (left or trees):
            self.drop(spot, name)
            return
        for item in gone:
            dash = self.text.rindex("-", 0, item.start_mark.index)
            self._edits.append((self._line(dash), self._next_line(_end(item)), ""))
        if trees:
            is_list = isinstance(node, yaml.SequenceNode)
            indent = node.start_mark.column if is_list else _column(key) + _STEP
            self._insert_lines(_end(node), render_items(list(trees), indent))

    def drop(self, spot: Spot, name: str) -> None:
        """Takes a key and its value out of a mapping."""
        key, node = spot.pairs[name]
        if not isinstance(spot.node, yaml.MappingNode) or not spot.node.flow_style:
            self._edits.append((self._line(key.start_mark.index), self._next_line(_end(node)), ""))
            return
        names = list(spot.pairs)
        at = names.index(name)
        if at:
            start, end = spot.pairs[names[at - 1]][1].end_mark.index, node.end_mark.index
        else:
            after = spot.pairs[names[1]][0].start_mark.index if len(names) > 1 else node.end_mark.index
            start, end = key.start_mark.index, after
        self._edits.append((start, end, ""))

    # -------------------------------------------------------------- text

    def _insert_lines(self, after: int, lines: str) -> None:
        at = self._next_line(after)
        missing = at == len(self.text) and not self.text.endswith("\n")
        self._edits.append((at, at, ("\n" if missing else "") + lines))

    def _line(self, index: int) -> int:
        """Where the line of this character begins."""
        return self.text.rfind("\n", 0, index) + 1

    def _next_line(self, index: int) -> int:
        if index and self.text[index - 1] == "\n":
            return index  # a block scalar ends where the next line starts
        end = self.text.find("\n", index)
        return len(self.text) if end < 0 else end + 1

    def _insert_flow(self, node: Node, last: Node | None, parts: Iterable[str]) -> None:
        joined = ", ".join(parts)
        at = node.start_mark.index + 1 if last is None else last.end_mark.index
        self._edits.append((at, at, joined if last is None else f", {joined}"))


def _before(name: str, held: Sequence[str], order: Sequence[str]) -> str | None:
    """The held key a new one goes behind: its predecessor in table order, or by name."""
    if any(other in held for other in order):
        earlier = [other for other in order[: order.index(name)] if other in held]
        return earlier[-1] if earlier else None
    if list(held) == sorted(held):
        earlier = [other for other in held if other < name]
        return earlier[-1] if earlier else None
    return held[-1]


def _range(node: Node) -> tuple[int, int]:
    return int(node.start_mark.index), int(node.end_mark.index)


def _column(key: Node) -> int:
    return int(key.start_mark.column)


def _end(node: Node) -> int:
    """Where the node's own text ends, before the comments that follow it."""
    if not isinstance(node, yaml.CollectionNode) or not node.value or node.flow_style:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(node, yaml.MappingNode) else last)
