"""The commands of the background: `troth worker`, and what waits, runs or has failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.app import DEFAULT_MAP, Json, MapPath, app

if TYPE_CHECKING:
    from troth.cli.door import Door
    from troth.cli.show import Show

jobs = typer.Typer(
    invoke_without_command=True, rich_markup_mode=None,
    help="What waits, runs or has failed in the background.", epilog="Example: troth jobs --json",
)  # fmt: skip
app.add_typer(jobs, name="jobs", short_help="What waits, runs or has failed in the background.")


@app.command(
    short_help="Work off what requests need in the background.", epilog="Example: troth worker --threads 4"
)
def worker(
    context: typer.Context, map_path: MapPath = DEFAULT_MAP,
    threads: Annotated[int, typer.Option("--threads", metavar="N", min=1, max=32, help="Jobs at a time.")] = 2,
    once: Annotated[bool, typer.Option("--once", help="Work off what is due now, and end.")] = False,
) -> int:  # fmt: skip
    """Work off what requests need in the background, beside `troth serve`; every five minutes also what `troth due` does.

    Any number of them may run where our own state is in PostgreSQL. What a killed one has left, another takes up.
    """
    from troth.workflows import jobrun

    door: Door = context.obj
    house = door.house(map_path)
    door.acting = True
    if once:
        door.note("worker_once", attempts=jobrun.once(house))
        return 0
    door.note("worker_began", threads=threads)
    jobrun.work(house, threads)
    return 0


@jobs.callback()
def list_(context: typer.Context, map_path: MapPath = DEFAULT_MAP, as_json: Json = False) -> int:
    """What waits, runs or has failed in the background. Exit 3: something has failed, and a person must see to it."""
    if context.invoked_subcommand is not None:
        return 0
    from troth.workflows.jobs_desk import listing

    door: Door = context.obj
    told = listing(door.house(map_path))
    door.say(told, _show)
    return 3 if told["failed"] else 0


@jobs.command(
    "retry", short_help="Have a job that failed tried again.",
    epilog="Example: troth jobs retry 0f9a3c1e-5d0f-4f5e-9d0b-7d5b6f0f8a11",
)  # fmt: skip
def retry(
    context: typer.Context,
    job: Annotated[str, typer.Argument(metavar="JOB", help="The job, as `troth jobs` names it.")],
    map_path: MapPath = DEFAULT_MAP,
    as_json: Json = False,
) -> int:
    """Have a job that failed tried again, once its cause is gone. The ledger says who wanted that."""
    from troth.workflows.jobs_desk import retry as retry_

    door: Door = context.obj
    door.say(retry_(door.house(map_path), job), _show_retried)
    return 0


def _show(show: Show, told: dict[str, Any]) -> None:
    page, words = show.page, show.words
    if told["waiting"]:
        moment = told["next"][:16].replace("T", " ")
        page.line(words("jobs_waiting", waiting=told["waiting"], due=told["due"], next=moment))
    elif not told["running"] and not told["failed"]:
        page.line(words("jobs_none"))
    for part, style in (("running", ""), ("trying", "yellow"), ("failed", "red")):
        if told[part]:
            page.line()
            page.line(words(f"jobs_{part}"), "bold")
        for one in told[part]:
            line = words("jobs_one", **{**one, "case": one["case"] or "–", "fault": one["fault"] or "–"})
            page.line(line, style, indent=2, hang=4)
            if part == "failed":
                page.line(words("jobs_retry", job=one["job"]), "dim", indent=4)
        if more := told["in_all"][part] - len(told[part]):
            page.line(words("jobs_more", more=more), style, indent=2)


def _show_retried(show: Show, told: dict[str, Any]) -> None:
    show.page.line(show.words("jobs_retried", kind=told["kind"]))
