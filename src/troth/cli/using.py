"""`troth may-use`: the one question that a program of the company asks before it uses somebody's data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.app import DEFAULT_MAP, Json, MapPath, app

if TYPE_CHECKING:
    from troth.cli.door import Door
    from troth.cli.show import Show


@app.command(
    "may-use",
    short_help="Whether somebody's data may be used for a purpose now.",
    epilog="Example: troth may-use alma@example.dk --purpose marketing",
)
def may_use(
    context: typer.Context,
    identifier: Annotated[str, typer.Argument(metavar="ID", help="value or kind=value.")],
    purpose: Annotated[str, typer.Option(
        "--purpose", metavar="P", help="A purpose of the notice, or marketing, sale, sharing, sensitive, consent.",
    )],
    map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Whether the data of whoever has this identifier may be used for a purpose now. Read-only; no store is asked.

    Exit 0: yes. 1: no, something rests. A purpose that nobody has described is stopped by whatever rests.
    """
    from troth.workflows.resting import may_use as may_use_

    door: Door = context.obj
    told = may_use_(door.house(map_path), identifier, purpose)
    door.say(told, _said)
    return 0 if told["may"] else 1


def _said(show: Show, told: dict[str, Any]) -> None:
    rests = ", ".join(dict.fromkeys(show.words(f"rest_{one['rest']}") for one in told["against"]))
    words = show.words("may_yes" if told["may"] else "may_no", purpose=told["purpose"], rests=rests)
    show.page.line(words, "bold")
