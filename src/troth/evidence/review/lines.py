"""Where in a data map each decision stands: the line of a system, dataset, column, link or rule, or of the nearest that is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from troth.datamap.mapnodes import compose

Path = tuple[str, ...]


class Lines:
    """Lines by the keys that lead to them; the items of a list are numbered from `0`."""

    def __init__(self, text: str, file: str) -> None:
        self._lines: dict[Path, int] = dict(_walk(compose(text, file), ())) if text else {}

    def of(self, *path: str) -> int:
        """The line of what stands there, else of what would hold it; 1 in a map that has none of it."""
        for length in range(len(path), 0, -1):
            if (line := self._lines.get(path[:length])) is not None:
                return line
        return 1


def _walk(node: yaml.Node, path: Path) -> Iterator[tuple[Path, int]]:
    pairs: list[tuple[str, Any, Any]] = []
    if isinstance(node, yaml.MappingNode):
        pairs = [(str(key.value), key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        pairs = [(str(number), item, item) for number, item in enumerate(node.value)]
    for name, mark, value in pairs:
        yield (*path, name), mark.start_mark.line + 1
        yield from _walk(value, (*path, name))
