"""The commands for the time after an erasure: what is due, a restored backup, an import, its bytes, and the proof on clones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli import backing, checked, holding
from troth.cli import jobbing as jobbing
from troth.cli import noticed as noticed
from troth.cli import reviewed as reviewed
from troth.cli import serving as serving
from troth.cli import using as using
from troth.cli.absence import absence
from troth.cli.anonymity import anonymity
from troth.cli.app import DEFAULT_MAP, FILE, Accepts, Instructions, Json, MapPath, Scope, Without, app
from troth.cli.asked import instructed
from troth.cli.retaining import ended, retention

if TYPE_CHECKING:
    from troth.cli.door import Door
    from troth.cli.show import Show

__all__ = ["app"]

app.add_typer(retention, name="retention", short_help="Keep nothing longer than the rules say.")
_STATES = {"clean": 0, "erased": 0, "later": 0, "blocked": 4, "stopped": 5}


@app.command(
    short_help="Look again at what was erased, where it is time.", epilog="Example: troth due --json"
)
def due(context: typer.Context, map_path: MapPath = DEFAULT_MAP, as_json: Json = False) -> int:
    """Look again, an hour and a day after an erasure: what was written meanwhile goes too; once a day, what is kept too long.

    Checks of the notice's promises whose answers are over are run again.

    For cron, or whenever you like.

    Exit 0: done. 1: rows were left, or a promise is broken. 4: a person must decide first. 5: stopped half-way.
    """
    from troth.workflows.due import due as due_

    door: Door = context.obj
    house = door.house(map_path)
    door.acting = True
    told = due_(house)
    door.say(told, _show_due)
    looks = [*told["rechecks"], *told["postponed"]]
    kept = ended(told["retention"]) if "retention" in told else 0
    drilled = int(any(one["verdict"] == "failed" for one in told.get("drills", ())))
    broken = int(bool(told["checks"]["lights"]["broken"])) if "checks" in told else 0
    return (
        max((_STATES[look["state"]] or int(bool(look["left"])) for look in looks), default=0)
        or kept
        or drilled
        or broken
    )


@app.command(
    "restore-guard",
    short_help="Erase again on a restored backup, before it is opened.",
    epilog="Example: troth restore-guard crm=postgresql://owner@db/crm_restored --backup-taken 2026-11-22T03:00+01:00",
)
def restore_guard(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The restored system: an address or file, or NAME=URL as the map names it.")],
    taken: Annotated[str, typer.Option("--backup-taken", metavar="T", help="When the backup was begun: 2026-11-22T03:00+01:00, or a day.")],
    map_path: MapPath = DEFAULT_MAP, scope: Scope = None, instruction: Instructions = None, without: Without = None,
    accept: Accepts = None, as_json: Json = False,
) -> int:  # fmt: skip
    """Do again, on a restored backup, everything that was decided since it was taken. Nobody may read it before.

    Exit 0: nobody erased since then is visible there. 1: somebody still is. 4: a person must decide first.
    """
    from troth.workflows.erase import refused
    from troth.workflows.guard import restore_guard as guard

    door: Door = context.obj
    house = door.house(map_path)
    door.acting = True
    given = instructed(instruction)
    told = guard(house, url, taken, accept or (), scope, given, refused(without, given))
    door.say(told, _show_guard)
    return 1 if told["still_visible"] else 4 if told["uncertain"] else 0


@app.command(
    "import-guard",
    short_help="Stop erased people from coming back with an import.",
    epilog="Example: troth import-guard leads.csv --out leads.clean.csv",
)
def import_guard(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FILE|URL", help="CSV, JSON lines or Parquet, or the address of a database.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the rows that match nobody here.", **FILE)] = None,
    map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Count the rows that are about erased people, without saying who; with --out, pass the others on. Exit 3 if there are any."""
    from troth.workflows.imports import import_guard as guard

    door: Door = context.obj
    told = guard(door.house(map_path), source, out)

    def show(page: Show, answer: dict[str, Any]) -> None:
        counts = {name: page.words.count("rows", answer[name]) for name in ("rows", "matched")}
        if not answer["matched"]:
            page.page.line(page.words("import_clean", **counts), "bold")
            return
        page.page.line(page.words("import_matched", **counts), "bold red")
        if out is not None:
            page.page.line(page.words("import_written", path=str(out)))

    door.say(told, show)
    return 3 if told["matched"] else 0


app.command(
    short_help="Look for erased people's bytes in the databases' own files.",
    epilog="Example: troth absence alma@example.dk --files /backup/restored",
)(absence)
app.command(
    short_help="Judge whether what is left in a dataset is anonymous.",
    epilog='Example: troth anonymity billing.invoice --when "customer IS NULL"',
)(anonymity)


@app.command(
    short_help="Prove on clones that an erased person leaves nothing.",
    epilog="Example: troth prove crm=postgresql://prover@staging/crm --scratch postgresql://prover@staging/postgres",
)
def prove(
    context: typer.Context,
    urls: Annotated[list[str] | None, typer.Argument(
        metavar="URL…", help="Staging databases or restored dumps: NAME=URL, or in the map's order; none: the addresses of the map.",
    )] = None,
    map_path: MapPath = DEFAULT_MAP,
    scratch: Annotated[list[str] | None, typer.Option(
        "--scratch", metavar="URL", help="Where clones may be made: a server, or a folder for SQLite files.",
    )] = None,
    exempt: Annotated[list[str] | None, typer.Option(
        "--exempt", metavar="COLUMN", help="A column that may differ: system.dataset.column, or system.dataset.*.",
    )] = None,
    accept: Accepts = None,
    as_json: Json = False,
) -> int:  # fmt: skip
    """Put an invented person into one of two clones, erase them, and compare: what differs must be on the keep list.

    Only clones are written. Exit 0: never there. 1: something is left behind. 4: a question stands before the erasure.
    """
    from troth.cli.show import Show
    from troth.workflows.prove import prove as prove_

    door: Door = context.obj
    told = prove_(door.house(map_path), urls or (), scratch or (), exempt or (), accept or ())
    door.say(told, Show.proof)
    if told["blocked"]:
        return 4
    return 0 if told["verdict"] == "never there" else 1


def _show_due(show: Show, told: dict[str, Any]) -> None:
    words, page = show.words, show.page
    if (
        not told["rechecks"]
        and not told["postponed"]
        and not {"retention", "backups", "reviews", "drills", "checks"} & told.keys()
    ):
        page.line(words("due_nothing"))
    for look in told["rechecks"]:
        counts = {name: words.count("rows", look[name]) for name in ("erased", "anonymised")}
        style = {"blocked": "yellow", "stopped": "red"}.get(look["state"], "")
        page.line(words(f"due_{look['state']}", run=look["run"], **counts), style)
        if look["returned"]:
            page.line(
                words("due_returned", people=words.count("persons", look["returned"])), "yellow", indent=2
            )
        for place, rows in look["left"].items():
            page.line(words("came_back", rows=words.count("rows", rows), place=place), "red", indent=2)
        if look["state"] == "blocked":
            show.questions(look["questions"])
    for look in told["postponed"]:
        counts = {name: words.count("rows", look[name]) for name in ("erased", "anonymised")}
        key = (
            f"due_postponed_{look['state']}"
            if look["state"] in ("erased", "clean")
            else f"due_{look['state']}"
        )
        page.line(words(key, run=look["run"], **counts), "" if look["state"] == "erased" else "yellow")
        if look.get("held"):
            page.line(words("due_postponed_held"), indent=2)
        if look["state"] == "blocked":
            show.questions(look["questions"])
    if "retention" in told:
        rules = told["retention"]["rules"]
        sums = {name: words.count("rows", sum(rule[name] for rule in rules)) for name in ("done", "overdue")}
        page.line(words("due_retention", **sums))
        show.questions(told["retention"]["questions"])
    holding.show_due(show, told.get("reviews", ()))
    backing.show_due(show, told.get("backups"), told.get("drills", ()))
    checked.show_due(show, told.get("checks"))
    _show_over(show, told)


def _show_over(show: Show, told: dict[str, Any]) -> None:
    words, page = show.words, show.page
    for name, text, things in (("expired", "due_expired", "erasures"), ("cases", "due_cases", "cases")):
        if told.get(name):
            page.line(words(text, **{things: words.count(things, told[name])}), "dim")
    if told["next"]:
        page.line(words("due_next", next=told["next"][:16].replace("T", " "), waiting=told["waiting"]), "dim")


def _show_guard(show: Show, told: dict[str, Any]) -> None:
    words, page = show.words, show.page
    if told["still_visible"]:
        page.line(
            words("guard_visible", rows=words.count("rows", told["still_visible"]), system=told["system"]),
            "bold red",
        )
        for place in told["places"]:
            page.line(
                words("guard_place", rows=words.count("rows", place["rows"]), place=place["dataset"]),
                "red",
                indent=2,
            )
    elif told["replayed"]["erasures"]:
        erasures = words.count("erasures", told["replayed"]["erasures"])
        page.line(words("guard_clean", erasures=erasures, system=told["system"]), "bold green")
    else:
        page.line(words("guard_nobody", taken=told["taken"], system=told["system"]), "bold green")
    if told["uncertain"]:
        page.line(words("guard_uncertain", rows=words.count("rows", told["uncertain"])), "yellow")
    show.questions(told["questions"])
