"""Shows what a sweep saw and found: what is left with its remedy first, then what may be a namesake's, then what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from troth.cli.layout import Cell, Page, widest
from troth.cli.words import Words

WIDEST = 40  # of a column with places
_HEADS = (
    ("residue", "residue_head", "red"),
    ("uncertain", "uncertain_head", "yellow"),
    ("accounted", "accounted_head", "cyan"),
)


def show_sweep(page: Page, words: Words, told: Mapping[str, Any]) -> None:
    """Places that hold something, and one line that says how much was read; nothing where no sweep was made."""
    searched = told.get("searched")
    if not searched:
        return
    left = sum(place["rows"] for place in told["residue"])
    summary = words(
        "swept_left" if left else "swept_clean",
        datasets=words.count("datasets", searched["datasets"]), rows=words.count("rows", searched["rows"]),
        size=size(searched["bytes"], words), left=words.count("places", len(told["residue"])),
    )  # fmt: skip
    page.line(summary, "bold red" if left else "bold")
    for name, head, style in _HEADS:
        if told[name]:
            page.line(words(head), style, indent=2)
            _places(page, words, told[name], style)


def show_unswept(page: Page, words: Words, missed: Sequence[Mapping[str, str]]) -> None:
    """What the sweep did not read: places of one reason together."""
    reasons: dict[str, list[str]] = {}
    for one in missed:
        reasons.setdefault(one["reason"], []).append(f"{one['system']}.{one['dataset']}")
    if reasons:
        page.line()
        page.line(words("not_swept"), "bold")
    for reason, places in reasons.items():
        everywhere = "" if places == ["*.*"] else f": {', '.join(places)}"
        page.line(f"{words.reason(reason)}{everywhere}", indent=2, hang=4)


def _places(page: Page, words: Words, places: Sequence[Mapping[str, Any]], style: str) -> None:
    named = {id(place): f"{place['system']}.{place['dataset']}.{place['column']}" for place in places}
    width = widest(list(named.values()), WIDEST)
    digits = max(len(words.plain(place["rows"])) for place in places)
    for place in places:
        cells = [
            Cell(words.plain(place["rows"]), digits, style, right=True),
            Cell(named[id(place)], width, style),
        ]
        page.columns(
            cells,
            " · ".join(filter(None, (words.spelled(place["spelling"]), place.get("why", "")))),
            indent=4,
        )
    for remedy in dict.fromkeys(place["remedy"] for place in places if place.get("remedy")):
        page.line(f"→ {words.reason(remedy)}", "dim", indent=4, hang=6)


def size(count: int, words: Words) -> str:
    """Bytes as people say them."""
    return (
        words("megabytes", n=count // 1_000_000)
        if count >= 1_000_000
        else words("kilobytes", n=-(-count // 1_000))
    )
