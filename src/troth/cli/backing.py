"""The commands about backups: add, read a listing, list, check, drill, forget; and the canary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.app import DEFAULT_MAP, Accepts, Json, MapPath, app

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troth.cli.door import Door
    from troth.cli.show import Show
    from troth.workflows.backups import Said

backup = typer.Typer(
    no_args_is_help=True, help="Backups: which there are, who may still be in them, and what is wrong with them.",
    rich_markup_mode=None,
)  # fmt: skip
app.add_typer(backup, name="backup", short_help="Backups: add, read, list, check, drill, forget.")

Systems = Annotated[
    list[str],
    typer.Option("--system", metavar="NAME", help="A system of the map that is in it; may be repeated."),
]
Encrypted = Annotated[str, typer.Option("--encrypted", metavar="HOW", help="How it is encrypted, or `no`.")]
Readers = Annotated[
    list[str] | None,
    typer.Option(
        "--reader",
        metavar="KIND:NAME",
        help="Who may read it: person:, role:, account:, group:, application:, or everyone.",
    ),
]
Keep = Annotated[str, typer.Option("--keep", metavar="TIME", help="How long it is kept, as 30d.")]
Scratch = Annotated[
    list[str] | None,
    typer.Option(
        "--scratch",
        metavar="URL",
        help="Where clones may be made: a server, or a folder for SQLite files.",
    ),
]
Guarded = Annotated[
    bool, typer.Option("--guarded", help="It is restored through `troth restore-guard` only.")
]


@backup.command(
    "add", short_help="Register one backup by hand.",
    epilog="Example: troth backup add crm-2026-11-22 --taken 2026-11-22T03:00+01:00 --system crm --encrypted age "
    "--reader role:dba --keep 30d --guarded",
)  # fmt: skip
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called where it lies.")],
    taken: Annotated[str, typer.Option("--taken", metavar="T", help="When it was begun: 2026-11-22T03:00+01:00, or a day.")],
    system: Systems, place: Annotated[str, typer.Option("--place", help="Where it lies.")] = "",
    encrypted: Encrypted = "", reader: Readers = None, keep: Keep = "", guarded: Guarded = False,
    map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Register a backup that no listing shows. Final receipts that it makes untrue are withdrawn."""
    from troth.workflows.backups import add as add_

    door: Door = context.obj
    said = _said(system, encrypted, reader, keep, guarded, place)
    door.say(add_(door.house(map_path), name, taken, said), _show_change)
    return 0


@backup.command(
    "read", short_help="Register what a backup program lists, or a folder holds.",
    epilog="Example: restic snapshots --json | troth backup read restic - --system crm --reader role:dba --keep 30d --guarded",
)  # fmt: skip
def read(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="folder, pgbackrest, restic or s3.")],
    source: Annotated[str, typer.Argument(metavar="LISTING", help="The folder; or the file with the listing, - for stdin.")],
    system: Systems,
    encrypted: Encrypted = "", reader: Readers = None, keep: Keep = "", guarded: Guarded = False,
    took: Annotated[str, typer.Option("--took", metavar="TIME", help="How long a backup takes at most, if only its end is known.")] = "24h",
    match: Annotated[str, typer.Option("--match", metavar="PATTERN", help="Only backups so named, as 'crm-*.age'.")] = "*",
    repository: Annotated[str, typer.Option("--repository", metavar="NAME", help="Which repository, where there are two of a kind.")] = "",
    map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Register what is listed and was not known; what a listing of the same kind, systems and pattern shows no more is gone."""
    from troth.workflows.backups import read as read_

    door: Door = context.obj
    said = _said(system, encrypted, reader, keep, guarded)
    door.say(read_(door.house(map_path), kind, source, said, took, match, repository), _show_change)
    return 0


@backup.command("list", short_help="Which backups there are.", epilog="Example: troth backup list --json")
def list_(context: typer.Context, map_path: MapPath = DEFAULT_MAP, as_json: Json = False) -> int:
    """List the backups that are there, and whether each is isolated."""
    from troth.workflows.backups import listing

    door: Door = context.obj
    door.say(listing(door.house(map_path)), _show_list)
    return 0


@backup.command(
    "check", short_help="What is wrong with the backups.", epilog="Example: troth backup check --json"
)
def check(context: typer.Context, map_path: MapPath = DEFAULT_MAP, as_json: Json = False) -> int:
    """Say what is wrong with the backups, and how many erasures may still be in one. Exit 3: findings."""
    from troth.workflows.backups import check as check_

    door: Door = context.obj
    told = check_(door.house(map_path))
    door.say(told, _show_check)
    return 3 if told["findings"] else 0


@backup.command(
    "forget", short_help="Say that a backup is gone.", epilog="Example: troth backup forget crm-2026-11-22"
)
def forget(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The backup; of several of one name, the oldest.")],
    map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Say that a backup was removed where it lay. Nothing is removed by this."""
    from troth.workflows.backups import forget as forget_

    door: Door = context.obj
    door.say(forget_(door.house(map_path), name), _show_change)
    return 0


@backup.command(
    "recipe", short_help="Say how a backup is restored, so that `troth due` makes the drills.",
    epilog="Example: troth backup recipe crm --dump '/backup/crm-*.dump' --within 2h",
)  # fmt: skip
def recipe(
    context: typer.Context,
    system: Annotated[str, typer.Argument(metavar="SYSTEM", help="As the map names it.")],
    dump: Annotated[str, typer.Option("--dump", metavar="PATTERN", help="Registered files that the store's own program restores.")] = "",
    command: Annotated[str, typer.Option("--command", metavar="PROGRAM", help="A program, with its arguments, that restores one.")] = "",
    within: Annotated[str, typer.Option("--within", metavar="TIME", help="When a drill is ended, as 2h.")] = "2h",
    none: Annotated[bool, typer.Option("--none", help="Forget the recipe.")] = False,
    map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Say how `troth due` restores a system's newest backup for a drill, on the server of TROTH_SCRATCH_<SYSTEM>."""
    import shlex

    from troth.workflows.backups import span
    from troth.workflows.scheduled import forget as forget_
    from troth.workflows.scheduled import say

    door: Door = context.obj
    house = door.house(map_path)
    told = (
        forget_(house, system)
        if none
        else say(house, system, dump, shlex.split(command), span(within, "--within"))
    )

    def show(page: Show, answer: dict[str, Any]) -> None:
        page.page.line(
            page.words("backup_recipe" if answer["recipe"] else "backup_recipe_none", system=system), "bold"
        )

    door.say(told, show)
    return 0


@backup.command(
    "drill", short_help="Try whether a restored backup shows nobody who was erased.",
    epilog="Example: troth backup drill crm=postgresql://owner@db/crm_restored --backup-taken 2026-11-22T03:00+01:00",
)  # fmt: skip
def drill(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The restored backup, NAME=URL as the map names it; it is only read.")],
    taken: Annotated[str, typer.Option("--backup-taken", metavar="T", help="When the backup was begun: 2026-11-22T03:00+01:00, or a day.")],
    scratch: Scratch = None, accept: Accepts = None, map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Clone a restored backup, put an invented person into it, dump and restore it, and send the guard there; the outcome is entered.

    Exit 0: nobody erased is visible, and the invented person is gone. 1: somebody is. 4: a question stands before it.
    """
    from troth.workflows.drill import drill as drill_

    door: Door = context.obj
    told = drill_(door.house(map_path), url, taken, scratch or (), accept or ())
    door.say(told, _show_drill)
    return 0 if told["passed"] else 4 if told["blocked"] or told["uncertain"] else 1


@app.command(
    short_help="Send an invented person through the erasure, on clones, and enter the outcome.",
    epilog="Example: troth canary crm=postgresql://prover@staging/crm --scratch postgresql://prover@staging/postgres",
)
def canary(
    context: typer.Context,
    urls: Annotated[list[str] | None, typer.Argument(metavar="URL…", help="Staging databases or restored dumps: NAME=URL.")] = None,
    scratch: Scratch = None,
    staging: Annotated[bool, typer.Option("--staging", help="The map's own addresses are staging: clone those.")] = False,
    accept: Accepts = None, map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Plant an invented person whom no message can reach in clones, find, erase and look for them; for a nightly job.

    Exit 0: never there. 1: something is left. 4: a question stands before the erasure.
    """
    from troth.cli.show import Show
    from troth.workflows.drill import canary as canary_

    door: Door = context.obj
    told = canary_(door.house(map_path), urls or (), scratch or (), accept or (), staging)
    door.say(told, Show.proof)
    return 4 if told["blocked"] else 0 if told["passed"] else 1


def _show_drill(show: Show, told: dict[str, Any]) -> None:
    words, page = show.words, show.page
    if told["passed"]:
        erasures = words.count("erasures", told["replayed"])
        page.line(
            words("backup_drilled", system=told["system"], taken=told["taken"], erasures=erasures),
            "bold green",
        )
    elif not told["blocked"]:
        rows = words.count("rows", told["still_visible"] + told["uncertain"] + told["canary_left"])
        page.line(words("backup_drill_failed", system=told["system"], rows=rows), "bold red")
    show.questions(told["questions"])


def _said(
    systems: list[str], encrypted: str, readers: list[str] | None, keep: str, guarded: bool, place: str = ""
) -> Said:
    from troth.workflows.backups import Said

    return Said(tuple(systems), place, encrypted, tuple(readers or ()), keep, guarded)


def _show_change(show: Show, told: dict[str, Any]) -> None:
    words, page = show.words, show.page
    page.line(words("backup_registered", added=told["added"], known=told["known"], gone=told["gone"]), "bold")
    if told.get("skipped"):
        page.line(words("backup_skipped", n=told["skipped"]), "yellow")
    if told["receipts_withdrawn"]:
        page.line(words("backup_withdrawn", n=told["receipts_withdrawn"]), "bold red")


def _show_list(show: Show, told: dict[str, Any]) -> None:
    words, page = show.words, show.page
    if not told["backups"]:
        page.line(words("backup_none"))
    for one in told["backups"]:
        systems = ", ".join(one["systems"])
        page.line(words("backup_line", name=one["name"], taken=one["taken"], systems=systems), "bold")
        style, key = ("", "backup_isolated") if one["isolated"] else ("yellow", "backup_not_isolated")
        page.line(words(key), style, indent=2)


def _show_check(show: Show, told: dict[str, Any]) -> None:
    words, page = show.words, show.page
    if not told["findings"]:
        page.line(words("backup_clean"), "bold green")
    for one in told["findings"]:
        page.line(f"{one['id']} {one['place']}: {words(one['id'])}", "red")
        page.line(words.reason(one["hint"]), indent=2)
    _waiting(show, told)


def _waiting(show: Show, told: dict[str, Any]) -> None:
    if told["waiting"]:
        until = told["until"] or show.words("backup_no_end")
        show.page.line(show.words("backup_waiting", n=told["waiting"], until=until))


def show_due(show: Show, told: dict[str, Any] | None, drills: Sequence[dict[str, Any]] = ()) -> None:
    """What `troth due` says of backups and drills; nothing where none was ever registered."""
    for one in drills:
        if one["why"]:
            show.page.line(show.words("due_drill_not_made", system=one["system"], why=one["why"]), "yellow")
        else:
            _show_drill(show, one)
    if told is None:
        return
    words, page = show.words, show.page
    if told["final_receipts"]:
        page.line(words("due_backup_final", n=told["final_receipts"]), "bold")
    for path in told["receipts"]:
        page.line(path, indent=2)
    for name in told["overdue"]:
        page.line(words("due_backup_overdue", name=name), "yellow")
    for system in told["drills"]:
        page.line(words("due_backup_drill", system=system), "yellow")
    _waiting(show, told)
