"""`troth review`: says in a pull request what it changes for people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.app import Json, app

if TYPE_CHECKING:
    from troth.cli.door import Door
    from troth.cli.show import Show

_STYLES = {"error": "bold red", "warning": "yellow", "note": "green"}


@app.command(
    short_help="Say what a pull request changes for people.",
    epilog="Example: troth review origin/main HEAD --json",
)
def review(
    context: typer.Context,
    base: Annotated[str, typer.Argument(metavar="BASE", help="Before: a revision of the repository here, or a folder.")],
    head: Annotated[str, typer.Argument(metavar="HEAD", help="After: a revision, or a folder.")],
    as_json: Json = False,
) -> int:  # fmt: skip
    """Compare maps, notices, retention rules and migrations of two revisions, worst first. Nothing is checked out.

    Exit 0: what changes is good for people, or nothing does. 3: a person must decide before it is merged.
    """
    from troth.workflows.review import decides
    from troth.workflows.review import review as review_

    door: Door = context.obj
    told = review_(base, head, door.words.lang, Path.cwd())
    door.say(told, _show)
    return 3 if decides(told) else 0


def _show(show: Show, told: dict[str, Any]) -> None:
    words, page = show.words, show.page
    if not told["changes"]:
        page.line(words("review_nothing"), "bold green")
        return
    for one in told["changes"]:
        level = words(f"review_{one['level']}")
        line = words("review_line", level=level, id=one["id"], file=one["file"], line=str(one["line"]))
        page.line(line, _STYLES[one["level"]])
        page.line(one["message"], indent=2)
        if one["hint"]:
            page.line(one["hint"], "dim", indent=2)
    page.line()
    asked = sum(one["level"] != "note" for one in told["changes"])
    if asked:
        page.line(words("review_decides", changes=words.count("changes", asked)), "bold red")
    else:
        page.line(words("review_good"), "bold green")
