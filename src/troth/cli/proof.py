"""Shows the never-there proof: the verdict, what is left and why, and what could not be tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from troth.cli.layout import Cell, widest
from troth.cli.words import Words

if TYPE_CHECKING:
    from troth.cli.show import Show

Told = dict[str, Any]
WIDEST = 44  # of a column with places


def show(page: Show, told: Told) -> None:
    """The verdict in its first line."""
    words, line = page.words, page.page.line
    planted = told["planted"]
    if told["blocked"]:
        line(words("proof_blocked"), "bold yellow")
    elif told["verdict"] == "never there":
        line(words("proof_never"), "bold green")
    else:
        line(words("proof_left"), "bold red")
    line(
        words("proof_planted", rows=words.count("rows", planted["rows"]), datasets=words.count("datasets", planted["datasets"]),
              mentions=planted["mentions"], compared=words.count("datasets", told["compared"])),
        indent=2, hang=2,
    )  # fmt: skip
    open_ = [one for one in told["left"] if one["kept_because"] is None]
    kept = [one for one in told["left"] if one["kept_because"] is not None]
    _block(page, "proof_open", open_, "red")
    _block(page, "proof_not_found", told["not_found"], "red")
    _block(page, "proof_kept", kept, "cyan", "kept_because")
    _block(page, "proof_exempt", told["exempt"], "dim", "reason")
    _block(page, "proof_not_tried", told["not_tried"], "yellow", "reason")
    page.questions(told["questions"])


def _block(page: Show, head: str, places: Sequence[Mapping[str, Any]], style: str, why: str = "") -> None:
    """One kind of places, each with its rows and its reason."""
    if not places:
        return
    words = page.words
    page.page.line()
    page.page.line(words(head), f"bold {style}" if style != "dim" else style)
    named = [f"{one['system']}.{one['dataset']}.{one['column']}".removesuffix(".*") for one in places]
    width = widest(named, WIDEST)
    for name, one in zip(named, places, strict=True):
        cells = [Cell(words.plain(one["rows"]), 5, style, right=True)] if "rows" in one else []
        page.page.columns([*cells, Cell(name, width, style)], _because(words, one[why]) if why else "")


def _because(words: Words, english: str) -> str:
    """A ground in this language: the reason has words of its own, a law keeps its name."""
    reason, sign, rest = english.partition(": ")
    law, until, day = rest.rpartition(", until ")
    told = f"{law}, {words('proof_until', day=day)}" if until else rest
    return f"{words.reason(reason)}{sign}{told}"
