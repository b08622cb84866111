"""A map of a hundred datasets is a drawing that fits a screen's height: no box on another, neighbours together, names as text."""

from __future__ import annotations

import re

from troth.documents.drawing import graph

BOX = re.compile(r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"')


def test_a_hundred_datasets_do_not_lie_on_each_other() -> None:
    systems = {"big": [f"table_{n:03}" for n in range(100)], "small": ["one", "two"]}
    links = [(("big", f"table_{n:03}"), ("big", f"table_{n // 3:03}"), n % 2 == 0) for n in range(1, 100)]
    drawn = graph(systems, links)
    boxes = [tuple(map(int, found)) for found in BOX.findall(drawn)]
    assert len(boxes) == len({(x, y) for x, y, _, _ in boxes}) == 102
    for at, (x, y, w, h) in enumerate(boxes):
        for u, v, _, _ in boxes[at + 1 :]:
            assert abs(x - u) >= w or abs(y - v) >= h, "one box lies on another"
    assert max(y for _, y, _, _ in boxes) < 800
    assert drawn.count('class="link"') + drawn.count('class="link guess"') == 99


def test_what_is_linked_stands_together() -> None:
    names = ["a", "b", "c", "hub", "z_of_hub"]
    drawn = graph({"s": names}, [(("s", "z_of_hub"), ("s", "hub"), True)])
    order = [name for name in re.findall(r">([a-z_]+)</text>", drawn) if name in names]
    assert abs(order.index("hub") - order.index("z_of_hub")) == 1
    assert sorted(order) == sorted(names)


def test_a_name_is_never_markup() -> None:
    drawn = graph({"<script>": ["<b>x"]}, [(("<script>", "gone"), ("<script>", "<b>x"), False)])
    assert "<script>" not in drawn
    assert "<b>" not in drawn
