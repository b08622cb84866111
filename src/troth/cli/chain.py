"""Says a chain in words: what was typed, then each step to the row, with no value but those of the person sought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from troth.cli.layout import Cell, Page
from troth.cli.words import Words

Step = Mapping[str, Any]
ARROW = " → "


def because(words: Words, matches: Iterable[Mapping[str, Any]]) -> str:
    """The way most of these rows were reached, in one line, and how many ways there are; '' where none is known."""
    ways = Counter(
        ARROW.join(said(words, step) for step in match["why"]) for match in matches if match["why"]
    )
    if not ways:
        return ""
    ((most, _),) = ways.most_common(1)
    text = words("because", way=most)
    return f"{text} {words('other_ways', n=len(ways))}" if len(ways) > 1 else text


def said(words: Words, step: Step) -> str:
    """One step without its row's key: those of one dataset are mostly reached in the same way."""
    columns = ", ".join(step["columns"])
    what = {
        "what": step.get("category") or columns,
        "value": step.get("value", ""),
        "place": _place(step),
        "columns": columns,
    }
    text = words(f"how_{step['how']}", **what)
    text += f" ({words('how_via', place=step['in'])})" if "in" in step else ""
    return f"{text} {words('how_guess', link=step['link'])}" if step.get("guess") else text


def show(page: Page, words: Words, told: Mapping[str, Any]) -> None:
    """The whole chain to one row, a line for each step; or why the row is not this person's."""
    if told["no"]:
        page.line(words(f"why_{told['no'].replace(' ', '_')}", row=told["row"]), "bold yellow")
    else:
        page.line(words("why_theirs", row=told["row"]), "bold")
    steps: Sequence[Step] = told["why"]
    rows = [f"{_place(step)}={','.join(str(part) for part in step['key'].values())}" for step in steps]
    width = max(map(len, rows), default=0)
    for row, step in zip(rows, steps, strict=True):
        page.columns([Cell(row, width)], said(words, step))


def _place(step: Step) -> str:
    return f"{step['system']}.{step['dataset']}"
