"""The commands of retention: what is due, what is done about it, why something is still here, what the rules leave open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.app import DEFAULT_MAP, Json, MapPath
from troth.cli.mannered import (
    BatchSize,
    IgnoreQuiet,
    LockTimeout,
    OverCeiling,
    Pause,
    Rate,
    StatementTimeout,
    mannered,
)

if TYPE_CHECKING:
    from troth.cli.door import Door
    from troth.cli.show import Show

Told = dict[str, Any]
STATES = {"done": 0, "later": 4, "blocked": 4, "stopped": 5}
retention = typer.Typer(
    no_args_is_help=True, help="Keep nothing longer than the rules beside the map say.", rich_markup_mode=None
)


@retention.command(short_help="Count what is due, by rule.", epilog="Example: troth retention preview --json")
def preview(context: typer.Context, map_path: MapPath = DEFAULT_MAP, as_json: Json = False) -> int:
    """Count what is due, by rule; nobody's data is shown, nothing is changed. Exit 3: a rule cannot be carried out."""
    from troth.workflows.retain import preview as preview_

    door: Door = context.obj
    told = preview_(door.house(map_path))
    door.say(told, show_rules)
    return _open(told)


@retention.command(
    short_help="Erase or anonymise what is due.", epilog="Example: troth retention run --pause 1s"
)
def run(
    context: typer.Context, map_path: MapPath = DEFAULT_MAP,
    lock_timeout: LockTimeout = None, statement_timeout: StatementTimeout = None, batch_size: BatchSize = None,
    rate: Rate = None, pause: Pause = None, ignore_quiet_hours: IgnoreQuiet = False, over_ceiling: OverCeiling = False,
    as_json: Json = False,
) -> int:  # fmt: skip
    """Erase or anonymise what is due, in batches, with receipts; `troth due` does it once a day.

    Exit 0: done. 1: something is overdue still. 3: a rule cannot be carried out. 4: a person must decide first. 5: stopped.
    """
    from troth.workflows.retain import run as run_

    door: Door = context.obj
    house = mannered(
        door.house(map_path), ignore_quiet_hours, over_ceiling, lock_timeout=lock_timeout,
        statement_timeout=statement_timeout, batch=batch_size, rate=rate, pause=pause,
    )  # fmt: skip
    door.acting = True
    told = run_(house)
    door.say(told, show_run)
    return ended(told)


@retention.command(
    short_help="Why one row is still here, and until when.",
    epilog="Example: troth retention explain crm.invoice=17",
)
def explain(
    context: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The row: system.dataset=key, or dataset=key.")],
    map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Say why one row is still here, and until when, column by column. Exit 3: no rule says how long some of it is kept."""
    from troth.workflows.retainwhy import why

    door: Door = context.obj
    told = why(door.house(map_path), key)
    door.say(told, show_why)
    return 3 if any(one["state"] == "none" for one in told["because"]) else 0


@retention.command(
    short_help="What the rules leave open or cannot do.", epilog="Example: troth retention check"
)
def check(context: typer.Context, map_path: MapPath = DEFAULT_MAP, as_json: Json = False) -> int:
    """Hold the rules against the map and the stores; findings end with exit code 3."""
    from troth.workflows.retain import findings

    door: Door = context.obj
    told = findings(door.house(map_path))
    door.say(told, show_findings)
    return 3 if any(finding["level"] != "note" for finding in told["findings"]) else 0


def _open(told: Told) -> int:
    return 3 if any(finding["level"] == "error" for finding in told["findings"]) else 0


def ended(told: Told) -> int:
    """The exit code of a run."""
    if STATES[told["state"]]:
        return STATES[told["state"]]
    if any(rule["overdue"] or rule["residue"] for rule in told["rules"]):
        return 1
    return _open(told)


def show_rules(show: Show, told: Told) -> None:
    """One line a rule, then findings and questions."""
    words, page = show.words, show.page
    counted = {
        "due": "due",
        "held": "held",
        "restricted": "restricted",
    }  # a look: nothing is done yet, and what is due is what is overdue
    if "state" in told:
        counted = {
            "due": "due",
            "done": "was_done",
            "held": "held",
            "restricted": "restricted",
            "overdue": "still",
        }
    if not told["rules"]:
        page.line(words("retention_nothing"))
    for rule in told["rules"]:
        counts = ", ".join(
            words(f"retention_{told_as}", rows=words.count("rows", rule[name]))
            for name, told_as in counted.items()
            if rule[name]
        )
        key = "retention_line" if rule["due"] or rule["done"] else "retention_quiet"
        reason = words(f"reason_{rule['reason']}")
        page.line(
            words(
                key,
                rule=rule["rule"],
                dataset=rule["dataset"],
                keep=words.length(rule["keep"]),
                reason=reason,
                counts=counts,
            )
        )
        if rule["called"] in ("pseudonymised", "minimised") and (rule["due"] or rule["done"]):
            page.line(words(f"retention_{rule['called']}"), "dim", indent=2)
        if rule["residue"]:
            page.line(words("retention_residue", rows=words.count("rows", rule["residue"])), "red", indent=2)
    if told["findings"]:
        page.line()
        show_findings(show, told)
    show.questions(told["questions"])


def show_run(show: Show, told: Told) -> None:
    show_rules(show, told)
    style = {"done": "bold green", "later": "yellow", "blocked": "yellow", "stopped": "bold red"}[
        told["state"]
    ]
    overdue = sum(rule["overdue"] + rule["residue"] for rule in told["rules"])
    state = "overdue" if told["state"] == "done" and overdue else told["state"]
    rows = show.words.count("rows", overdue)
    show.page.line(show.words(f"retention_{state}", rows=rows), "bold red" if state == "overdue" else style)
    if "stopped" in told:
        stop = told["stopped"]
        show.page.line(f"{stop['place']}: {stop['message']} {stop['remedy']}", "red", indent=2)


def show_findings(show: Show, told: Told) -> None:
    if not told["findings"]:
        show.page.line(show.words("retention_no_findings"), "bold green")
    for finding in told["findings"]:
        style = "red" if finding["level"] == "error" else "yellow"
        show.page.line(f"{finding['id']} {finding['place']}: {show.words.reason(finding['message'])}", style)
        if finding["hint"]:
            show.page.line(f"→ {show.words.reason(finding['hint'])}", "dim", indent=2)


def show_why(show: Show, told: Told) -> None:
    words = show.words
    show.page.line(told["row"], "bold")
    for one in told["because"]:
        event = words(f"event_{one['event']}") if one["event"] else ""
        reason = words(f"reason_{one['reason']}") if one["rule"] else words.reason(one["reason"])
        columns = ", ".join(one["columns"]) or words("retention_whole_row")
        given = {
            **one,
            "columns": columns,
            "event": event,
            "reason": reason,
            "until": one["until"] or words("retention_no_end"),
        }
        show.page.line(
            words(f"why_{one['state']}", **given), "red" if one["state"] == "none" else "", indent=2
        )
        if one["law"] or one["agreement"]:
            show.page.line(
                "; ".join(part for part in (one["law"], one["agreement"]) if part), "dim", indent=4
            )
