"""Shows the never-there proof: the verdict, what is left and why, and what could not be tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from troth.cli.layout import Cell, widest
from troth.cli.words import Words

if TYPE_CHECKING:
    from troth.cli.show import Show

Told = dict[str, Any]
REASONS: Mapping[str, str] = {
    "no value that is not taken already could be found": "der blev ikke fundet en værdi, som ikke er optaget",
    "a CHECK refuses every value we know to try": "en CHECK afviser alle de værdier, vi kan prøve",
    "it must name a row that is not there": "den skal henvise til en række, der ikke er der",
    "a column must be filled and nothing fits it": "en kolonne skal udfyldes, og intet passer i den",
    "no value of ours fits a column's type": "ingen af vores værdier passer til en kolonnes type",
    "the store refuses every row we know to try: perhaps a trigger of its own": (
        "databasen afviser alle de rækker, vi kan prøve: måske en af dens egne triggere"
    ),
    "no row that its links name could be planted": "ingen af de rækker, den henviser til, kunne lægges ind",
    "no value of the invented person's is accepted here": "ingen af den opfundne persons værdier godtages her",
    "the map says": "kortet siger",
    "named by whoever asked": "nævnt af den, der spurgte",
    "a copy made from rows that changed": "en kopi af rækker, der er ændret",
    "stamped by the store when the row was changed": "stemplet af databasen, da rækken blev ændret",
    "others own it too": "andre ejer den også",
    "somebody else owns it": "en anden ejer den",
    "holds a copy of the person's identifiers": "rummer en kopi af personens kendetegn",
    "the pseudo-subject: identifies nobody": "stedfortræderen: er ingen bestemt",
    "cuts a cycle of references": "bryder en kreds af henvisninger",
}
"""The proof's own reasons in Danish; those of the engine have their words elsewhere."""
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
        page.page.columns([*cells, Cell(name, width, style)], because(words, one[why]) if why else "")


def because(words: Words, english: str) -> str:
    """A ground in this language: the reason has words of its own; a law, a constraint and a date stay as they are."""
    if words.lang == "en":
        return english
    for reason, danish in REASONS.items():
        if english.startswith(reason):
            return danish + english.removeprefix(reason)
    reason, sign, rest = english.partition(": ")
    law, until, day = rest.rpartition(", until ")
    told = f"{law}, {words('proof_until', day=day)}" if until else rest
    return f"{words.reason(reason)}{sign}{told}"
