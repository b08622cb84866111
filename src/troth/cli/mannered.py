"""The options that say how gently a run treats the systems, and what they mean to the house."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from troth.workflows.house import House

LockTimeout = Annotated[
    str | None, typer.Option("--lock-timeout", metavar="TIME", help="Wait so long for a lock: 5s.")
]
StatementTimeout = Annotated[
    str | None,
    typer.Option("--statement-timeout", metavar="TIME", help="Most time of a statement that writes: 2min."),
]
BatchSize = Annotated[
    str | None, typer.Option("--batch-size", metavar="N", help="Most keys in one transaction.")
]
Rate = Annotated[str | None, typer.Option("--rate", metavar="N", help="Most rows a second; 0: no limit.")]
Pause = Annotated[
    str | None, typer.Option("--pause", metavar="TIME", help="Wait between two transactions: 2s.")
]
IgnoreQuiet = Annotated[
    bool, typer.Option("--ignore-quiet-hours", help="Write also in hours that the map calls quiet.")
]
Propose = Annotated[
    bool,
    typer.Option("--propose", help="Record this plan for somebody else to approve with --plan HASH --yes."),
]
OverCeiling = Annotated[
    bool, typer.Option("--over-ceiling", help="Touch more rows or people than the map's manners allow a run.")
]


def mannered(house: House, ignore_quiet: bool, over_ceiling: bool = False, **said: str | None) -> House:
    """The house as the command line wants it; raises UsageError for a word that cannot be read."""
    lifted = {"quiet"} if ignore_quiet else set()
    wished = replace(
        house,
        said={name: text for name, text in said.items() if text is not None},
        lifted=frozenset(lifted | ({"ceiling"} if over_ceiling else set())),
    )
    wished.manners()
    return wished
