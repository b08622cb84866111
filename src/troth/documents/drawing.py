"""Drawings made here, as SVG without script or style of their own: the data map as boxes and arrows, counts as bars.

Each has its words beside it as a table, made by whoever shows it; the drawing itself is hidden from a screen reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

_BOX: Final = (200, 30)  # of a dataset
_GAP: Final = (110, 12)
_TOP: Final = 40
_TIP: Final = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0L8 4L0 8z"/></marker></defs>'
)
_HIGH: Final = 16  # datasets in one column
_LONG: Final = 26  # letters of a name that fit


def graph(
    systems: Mapping[str, Sequence[str]], links: Sequence[tuple[tuple[str, str], tuple[str, str], bool]]
) -> str:
    """Systems as columns of datasets, links as arrows from who refers to who is referred to; dashed where nobody confirmed it.

    A large system takes several columns, and what is linked stands together, so that a drawing is no higher than a screen.
    """
    place: dict[tuple[str, str], tuple[int, int]] = {}
    parts: list[str] = []
    column, rows = 0, 0
    for system, datasets in systems.items():
        x = 10 + column * (_BOX[0] + _GAP[0])
        parts.append(f'<text x="{x}" y="24" class="system">{_name(system)}</text>')
        for at, dataset in enumerate(_neighbours(system, datasets, links)):
            x = 10 + (column + at // _HIGH) * (_BOX[0] + _GAP[0])
            y = _TOP + at % _HIGH * (_BOX[1] + _GAP[1])
            place[system, dataset] = (x, y)
            parts.append(
                f'<rect x="{x}" y="{y}" width="{_BOX[0]}" height="{_BOX[1]}" rx="5" class="box"/>'
                f'<text x="{x + 10}" y="{y + 20}">{_name(dataset)}</text>'
            )
        column += max(1, -(-len(datasets) // _HIGH))
        rows = max(rows, min(len(datasets), _HIGH))
    arrows = [
        _arrow(place[one], place[other], sure)
        for one, other, sure in links
        if one in place and other in place
    ]
    width, height = 20 + column * (_BOX[0] + _GAP[0]), _TOP + 20 + rows * (_BOX[1] + _GAP[1])
    return _svg(width, height, _TIP + "".join(arrows) + "".join(parts))


def _neighbours(
    system: str, datasets: Sequence[str], links: Sequence[tuple[tuple[str, str], tuple[str, str], bool]]
) -> list[str]:
    """The datasets of a system, each near those it is linked to: outwards from the one with most links."""
    beside: dict[str, set[str]] = {name: set() for name in datasets}
    for (one, left), (other, right), _ in links:
        if one == other == system and left in beside and right in beside and left != right:
            beside[left].add(right)
            beside[right].add(left)
    order: dict[str, None] = {}
    for root in sorted(datasets, key=lambda name: (-len(beside[name]), name)):
        queue = [root]
        while queue:
            name = queue.pop(0)
            if name not in order:
                order[name] = None
                queue += sorted(beside[name] - order.keys())
    return list(order)


def _arrow(source: tuple[int, int], target: tuple[int, int], sure: bool) -> str:
    (x, y), (u, v) = source, target
    middle, half = _BOX[1] // 2, _GAP[0] // 2
    if x == u:  # within one system: around its right side
        begin, end, bend = (x + _BOX[0], y + middle), (u + _BOX[0], v + middle), x + _BOX[0] + half
        path = f"M{begin[0]} {begin[1]}C{bend} {begin[1]} {bend} {end[1]} {end[0]} {end[1]}"
    else:
        right = u > x
        begin, end = (x + (_BOX[0] if right else 0), y + middle), (u + (0 if right else _BOX[0]), v + middle)
        bend = half if right else -half
        path = (
            f"M{begin[0]} {begin[1]}C{begin[0] + bend} {begin[1]} {end[0] - bend} {end[1]} {end[0]} {end[1]}"
        )
    return f'<path d="{path}" class="{"link" if sure else "link guess"}" marker-end="url(#tip)"/>'


def bars(counts: Sequence[tuple[str, int]]) -> str:
    """Counts as upright bars, each with its number and its name."""
    most = max((count for _, count in counts), default=0) or 1
    parts = []
    for at, (name, count) in enumerate(counts):
        x, tall = 10 + at * 56, round(120 * count / most)
        parts.append(
            f'<rect x="{x}" y="{140 - tall}" width="40" height="{tall}" class="bar"/>'
            f'<text x="{x + 20}" y="{134 - tall}" text-anchor="middle">{count}</text>'
            f'<text x="{x + 20}" y="160" text-anchor="middle">{_name(name)}</text>'
        )
    return _svg(20 + len(counts) * 56, 170, "".join(parts))


def _svg(width: int, height: int, inner: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'aria-hidden="true" focusable="false" class="drawing">{inner}</svg>'
    )


def _name(text: str) -> str:
    return escape(text if len(text) <= _LONG else f"{text[: _LONG - 1]}…")
