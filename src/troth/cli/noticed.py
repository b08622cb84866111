"""The commands about the notice: what is wrong with it, and what a new version changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.app import DEFAULT_MAP, FILE, Json, MapPath, app

if TYPE_CHECKING:
    from troth.cli.door import Door
    from troth.cli.show import Show

Told = dict[str, Any]
notice = typer.Typer(
    no_args_is_help=True, help="The privacy notice as promises: what is wrong with it, what changes, which version holds.",
    rich_markup_mode=None,
)  # fmt: skip
app.add_typer(notice, name="notice", short_help="The notice: lint, diff, publish, outbox, activate, export.")

Laws = Annotated[
    list[str] | None, typer.Option("--law", metavar="LAW", help="Only this law: eu, us_ca; may be repeated.")
]


@notice.command(
    short_help="What is wrong with a notice, or a plain text lacks.",
    epilog="Example: troth notice lint notice/ --json",
)
def lint(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE|DIR", help="A notice's folder, or a plain text.", **FILE)],
    language: Annotated[str, typer.Option("--language", help="Of a plain text: da or en; else it is seen from its words.")] = "",
    law: Laws = None, map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Say what is wrong: sentences without a binding, contradictions, empty facts, what the law asks for. Exit 3: findings."""
    from troth.workflows.notices import lint as lint_

    door: Door = context.obj
    told = lint_(door.house(map_path), path, door.words.lang, language, law or ())
    door.say(told, show_findings)
    return 3 if told["findings"] else 0


@notice.command(
    short_help="What a new version changes, by promise.",
    epilog="Example: troth notice diff old/ notice/ --json",
)
def diff(
    context: typer.Context,
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A notice's folder.", **FILE)],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The folder of its next version.", **FILE)],
    as_json: Json = False,
) -> int:
    """Say which promises a new version adds, takes away or weakens, and whether people must be told first. Exit 3: material."""
    from troth.workflows.notices import compare

    door: Door = context.obj
    told = compare(old, new, door.words.lang)
    door.say(told, show_changes)
    return 3 if told["material"] else 0


def show_findings(show: Show, told: Told) -> None:
    words, page = show.words, show.page
    if not told["findings"]:
        page.line(words("notice_clean"), "bold green")
        return
    for one in told["findings"]:
        style = "red" if one["level"] == "error" else "yellow"
        page.line(f"{one['id']} {one['file']}:{one['line']}: {one['message']}", style)
        page.line(one["hint"], indent=2)
    errors = sum(one["level"] == "error" for one in told["findings"])
    page.line(words("notice_found", errors=errors, warnings=len(told["findings"]) - errors), "bold")


def show_changes(show: Show, told: Told) -> None:
    words, page = show.words, show.page
    if not told["changes"]:
        page.line(words("notice_same"), "bold green")
        return
    for one in told["changes"]:
        page.line(
            f"{one['promise'] or words('notice_lists')}: {one['why']}", "red" if one["material"] else ""
        )
    if told["material"]:
        page.line(words("notice_material"), "bold red")
    else:
        page.line(words("notice_not_material"), "bold")
