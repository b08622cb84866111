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


@notice.command(
    short_help="Freeze a version, and say who must be told.",
    epilog="Example: troth notice publish notice/ --effective 2027-01-01",
)
def publish(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The notice's folder.", **FILE)],
    effective: Annotated[str, typer.Option("--effective", metavar="DATE", help="From when it is to hold: 2027-01-01.")],
    accept: Annotated[list[str] | None, typer.Option("--accept", metavar="FINDING", help="In spite of this finding: its id.")] = None,
    map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Freeze a version: hashed, dated, entered. A material change fills an outbox from the map's e-mail fields.

    Exit 3: it has findings, and nothing was published.
    """
    from troth.workflows.notice_versions import publish as publish_

    door: Door = context.obj
    told = publish_(door.house(map_path), folder, effective, door.words.lang, accept or ())
    door.say(told, show_published)
    return 0 if told["version"] else 3


@notice.command(
    short_help="Which versions there are, and which one holds.",
    epilog="Example: troth notice versions --json",
)
def versions(context: typer.Context, map_path: MapPath = DEFAULT_MAP, as_json: Json = False) -> int:
    """List the versions. Exit 1: one is not what was published."""
    from troth.workflows.notice_versions import versions as versions_

    door: Door = context.obj
    told = versions_(door.house(map_path))
    door.say(told, show_versions)
    return 0 if all(one["intact"] for one in told["versions"]) else 1


@notice.command(
    short_help="Whom a change has still to be told to.",
    epilog='Example: troth notice outbox --sent "by e-mail, 12 March"',
)
def outbox(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NOTICE", help="Which notice, if there are several.")] = "",
    write: Annotated[Path | None, typer.Option("--write", metavar="FILE", help="Write the addresses to a new file.", **FILE)] = None,
    sent: Annotated[str | None, typer.Option("--sent", metavar="TEXT", help="You say that the messages have gone, and how.")] = None,
    others: Annotated[str | None, typer.Option(
        "--others", metavar="TEXT", help="You say that those without an address were told, and how.",
    )] = None,
    map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Say how many wait to be told; write their addresses; or note, in your name, that they were told by other means."""
    from troth.workflows.notice_outbox import outbox as outbox_
    from troth.workflows.notice_outbox import sent as sent_
    from troth.workflows.notice_outbox import write as write_

    if sum(one is not None for one in (write, sent, others)) > 1:
        raise typer.BadParameter("say one of --write, --sent and --others")
    door: Door = context.obj
    house = door.house(map_path)
    if write is not None:
        told: Told = write_(house, name, write)
        door.say(
            told, lambda show, one: show.page.line(show.words("notice_written", n=one["written"]), "bold")
        )
    elif sent is not None or others is not None:
        told = sent_(house, name, sent or others or "", others is not None)
        door.say(told, lambda show, one: show.page.line(show.words("notice_told", n=one["told"]), "bold"))
    else:
        door.say(outbox_(house), show_outbox)
    return 0


@notice.command(short_help="Let the published version hold.", epilog="Example: troth notice activate")
def activate(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NOTICE", help="Which notice, if there are several.")] = "",
    map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Let the version that was published last hold, on or after its day. Exit 4: somebody has still to be told, or it is too early."""
    from troth.workflows.notice_versions import activate as activate_

    door: Door = context.obj
    told = activate_(door.house(map_path), name)
    door.say(told, show_activated)
    return 4 if told["blocked"] else 0


@notice.command(
    short_help="Write the record of processing, TILT or DPV.",
    epilog="Example: troth notice export ropa30-1 notice/ --to register.html",
)
def export(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="ropa30-1, ropa30-2, tilt or dpv.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The notice's folder.", **FILE)],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where it goes: .csv or .html for a record.", **FILE)],
    map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Write what the notice amounts to: the record of GDPR Art. 30(1) or 30(2), TILT, or DPV. Exit 3: the notice lacks something for it."""
    from troth.workflows.notice_exports import export as export_

    door: Door = context.obj
    told = export_(door.house(map_path), kind, folder, to, door.words.lang)
    door.say(told, show_exported)
    return 3 if told["findings"] else 0


def show_exported(show: Show, told: Told) -> None:
    show.page.line(show.words("notice_exported", path=told["written"]), "bold")
    if told["findings"]:
        show_findings(show, told)


def show_published(show: Show, told: Told) -> None:
    words, page = show.words, show.page
    if told["version"] is None:
        show_findings(show, told)
        page.line(words("notice_refused"), "bold red")
        return
    page.line(words("notice_published", **_named(told["version"])), "bold")
    if told["changes"]:
        show_changes(show, told)
    if told["outbox"]["waiting"] or told["outbox"]["unreachable"]:
        page.line(words("notice_box", **{**_named(told["version"]), **told["outbox"]}), "bold yellow")
    if told["outbox"]["theirs"]:
        page.line(words("notice_theirs", n=told["outbox"]["theirs"]))


def show_versions(show: Show, told: Told) -> None:
    words, page = show.words, show.page
    if not told["versions"]:
        page.line(words("notice_none"))
    for one in told["versions"]:
        state = words(f"notice_state_{one['state']}")
        page.line(words("notice_version", **{**_named(one), "state": state, "digest": one["digest"][:12]}))
        if not one["intact"]:
            page.line(words("notice_tampered"), "bold red", indent=2)


def show_outbox(show: Show, told: Told) -> None:
    words, page = show.words, show.page
    if not told["outbox"]:
        page.line(words("notice_box_empty"))
    for one in told["outbox"]:
        key = {"gone": "notice_box_gone", "lost": "notice_box_lost"}.get(one["state"], "notice_box")
        page.line(words(key, **{**_named(one), "waiting": one["waiting"], "unreachable": one["unreachable"]}))


def show_activated(show: Show, told: Told) -> None:
    words, page = show.words, show.page
    counts = {"waiting": told["waiting"], "unreachable": told["unreachable"]}
    key = f"notice_blocked_{told['blocked']}" if told["blocked"] else "notice_active"
    page.line(
        words(key, **{**_named(told["version"]), **counts}),
        "bold yellow" if told["blocked"] else "bold green",
    )


def _named(version: Told) -> Told:
    return {"notice": version["notice"], "number": version["number"], "effective": version["effective"]}


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
