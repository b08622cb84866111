"""`troth absence`: says of each file whether the bytes of an erased person stand in it, and whether they may."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from troth.cli.door import Door
    from troth.cli.show import Show

STYLES = {"dead": "red", "live": "cyan", "later": "yellow"}


def absence(
    context: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="ID…", help="value, or kind=value: alma@example.dk, phone=+4512345678.")],
    files: Annotated[list[Path] | None, typer.Option(
        "--files", metavar="PATH…", help="Read these folders or files instead of the stores' own: a copy, a snapshot.",
    )] = None,
    map_path: Annotated[Path, typer.Option("--map", help="The data map.")] = Path("troth.map.yaml"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout, everything else on stderr.")] = False,
) -> int:  # fmt: skip
    """Look for people's bytes in the databases' own files: tables, indexes, free pages, logs. Read-only; keeps nothing.

    Exit 0: only live rows with a reason, and logs that the certificate dates, hold them. 1: others do.
    """
    from troth.workflows.absence import absence as absence_

    door: Door = context.obj
    told = absence_(door.house(map_path), ids, files or ())
    door.say(told, shown)
    return 0 if told["absent"] else 1


def shown(show: Show, told: Mapping[str, Any]) -> None:
    """Findings by verdict, the worst first; then what no look at files can see."""
    from troth.cli.layout import Cell
    from troth.cli.residue import show_unswept, size

    page, words = show.page, show.words
    read = told["read"]
    summary = words(
        "bytes_absent" if told["absent"] else "bytes_there",
        files=words.count("files", read["files"]), size=size(read["bytes"], words),
    )  # fmt: skip
    page.line(summary, "bold" if told["absent"] else "bold red")
    for verdict, style in STYLES.items():
        found = [one for one in told["found"] if one["verdict"] == verdict]
        if found:
            page.line(words(f"bytes_{verdict}"), style, indent=2)
        for one in found:
            place = ".".join(filter(None, (one["system"], one["dataset"])))
            kind = words.spelled(one["kind"]) + (f" ({words('bytes_uncertain')})" if one["uncertain"] else "")
            page.columns(
                [Cell(words.plain(one["times"]), 6, style, right=True)],
                f"{place} · {one['file']} · {words('part_' + one['part'])} · {kind}",
                indent=4,
            )
        for remedy in dict.fromkeys(one["remedy"] for one in found if one["remedy"]):
            page.line(f"→ {words.reason(remedy)}", "dim", indent=4, hang=6)
    if told["residue"]:
        page.line(
            words("bytes_residue", rows=words.count("rows", sum(one["rows"] for one in told["residue"]))),
            "red",
            indent=2,
        )
    show_unswept(page, words, [{**one, "dataset": "*"} for one in told["not_seen"]])
