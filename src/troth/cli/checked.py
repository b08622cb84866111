"""The commands about promises: run their checks, show how they stand, and note what a person attests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.app import DEFAULT_MAP, FILE, Json, MapPath, app

if TYPE_CHECKING:
    from troth.cli.door import Door
    from troth.cli.layout import Cell
    from troth.cli.show import Show

Told = dict[str, Any]
STYLES = {"kept": "green", "stale": "yellow", "broken": "bold red", "attested": "cyan", "unbound": "dim"}
SIGNS = {"kept": "+", "stale": "~", "broken": "!", "attested": "o", "unbound": "-"}
"""Colours never alone: each light has a sign and a word."""


@app.command(
    short_help="Check the notice's promises against the real stores.",
    epilog="Example: troth check P85 P86 --json",
)
def check(
    context: typer.Context,
    promises: Annotated[list[str] | None, typer.Argument(metavar="PROMISE…", help="Ids of the notice: P85; none: all of them.")] = None,
    map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Run the checks of promises and keep what they answered, under the ledger's signature.

    Exit 0: none is broken. 1: a promise is broken. 2: none is, and something could not be asked.
    """
    from troth.workflows.checks import check as check_

    door: Door = context.obj
    told = check_(door.house(map_path), promises or ())
    door.say(told, _show_check)
    if told["lights"]["broken"]:
        return 1
    return 2 if any(one["verdict"] == "error" for each in told["promises"] for one in each["checks"]) else 0


@app.command(
    short_help="Show the notice with a light for each sentence.", epilog="Example: troth status P85; troth status --html promises.html"
)  # fmt: skip
def status(
    context: typer.Context,
    promise: Annotated[str | None, typer.Argument(metavar="PROMISE", help="One of them, with its evidence.")] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write it as one page.", **FILE)] = None,
    map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Show how the promises stand by what their checks last answered; no store is asked. Exit 1 if one is broken."""
    from troth.terms.errors import UsageError
    from troth.workflows.checks_status import one_status, write_page
    from troth.workflows.checks_status import status as status_

    door: Door = context.obj
    house = door.house(map_path)
    if promise is not None:
        if html is not None:
            raise UsageError(
                "--html writes the whole notice", place="--html", remedy="Leave the promise out."
            )
        told = one_status(house, promise)
        door.say(told, _show_one)
        return int(told["status"] == "broken")
    told = status_(house)
    if html is not None:
        write_page(told, html)
        told = {**told, "written": str(html)}
    door.say(told, _show_notice)
    return int(bool(told["lights"]["broken"]))


@app.command(
    short_help="Note that a named person says a promise is kept.",
    epilog='Example: troth attest P41 --by "Olga Holm" --says "Sharing is off in the settings, I looked" --until 2027-05-31',
)
def attest(
    context: typer.Context,
    promise: Annotated[str, typer.Argument(metavar="PROMISE", help="A promise of the notice.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who has looked at it.")],
    says: Annotated[str, typer.Option("--says", metavar="TEXT", help="What they saw, in a sentence.")],
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="Until when it counts.")],
    map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Note a person's word on a promise that no check can prove. It is shown as attested, never as verified, and it expires."""
    from troth.workflows.checks import attest as attest_

    door: Door = context.obj
    told = attest_(door.house(map_path), promise, by, says, until)

    def show(page: Show, answer: Told) -> None:
        page.page.line(page.words("attested_until", promise=answer["id"], until=answer["attested"]["until"]))

    door.say(told, show)
    return 0


# -- shown --------------------------------------------------------------------------------------------------------------


def _said(show: Show, pair: Sequence[str]) -> str:
    """A sentence of the engine in the reader's language."""
    return pair[0] if show.words.lang == "da" else pair[1]


def _light(show: Show, light: str) -> list[Cell]:
    from troth.cli.layout import Cell

    style = STYLES[light]
    return [Cell(SIGNS[light], 1, style), Cell(show.words(f"light_{light}"), 10, style)]


def _sum(show: Show, told: Told) -> None:
    show.page.line()
    show.page.line(show.words("check_sum", **told["lights"]), "bold")


def _show_check(show: Show, told: Told) -> None:
    from troth.cli.layout import Cell

    for one in told["promises"]:
        if one["status"] == "unbound":
            continue
        show.page.columns([*_light(show, one["status"]), Cell(one["id"], 5)], one["control"] or "", indent=0)
        for each in one["checks"]:
            if one["status"] != "kept" and each["verdict"] not in ("holds", "attested") and each["reason"]:
                show.page.line(
                    f"{each['name']}: {_said(show, each['reason'])}", STYLES[one["status"]], indent=4, hang=6
                )
    unbound = [one for one in told["promises"] if one["status"] == "unbound"]
    waits: dict[str, list[str]] = {}
    for one in unbound:
        waits.setdefault(_said(show, one["waits"]), []).append(one["id"])
    for what, names in waits.items():
        cells = [*_light(show, "unbound")]
        show.page.columns(cells, f"{show.words('check_waits', what=what)}: {', '.join(names)}", indent=0)
    _sum(show, told)


def _show_notice(show: Show, told: Told) -> None:
    texts = told["texts"]
    for line in texts.get(show.words.lang) or next(iter(texts.values()), []):
        if line["heading"]:
            show.page.line()
            show.page.line(line["words"], "bold")
        elif line["light"]:
            show.page.columns(
                _light(show, line["light"]), f"{line['words']} ({', '.join(line['promises'])})", indent=0
            )
        else:
            show.page.line(line["words"], "dim", indent=15)
    _sum(show, told)
    if "written" in told:
        show.page.line(show.words("status_written", path=told["written"]))


def _show_one(show: Show, told: Told) -> None:
    from troth.cli.layout import Cell

    words, page = show.words, show.page
    page.columns([*_light(show, told["status"]), Cell(told["id"], 5)], "", indent=0)
    for sentence in told["sentences"].get(words.lang) or next(iter(told["sentences"].values()), []):
        page.line(sentence, indent=2)
    if told["control"] is None:
        page.line(words("status_no_control"), "dim")
    else:
        parameters = "; ".join(f"{name}: {_plain(value)}" for name, value in told["parameters"].items())
        page.line(
            words("status_control", name=told["control"], parameters=f"({parameters})" if parameters else "")
        )
    if told["deadline"]:
        page.line(words("status_deadline", deadline=told["deadline"]))
    if "waits" in told:
        page.line(words("check_waits", what=_said(show, told["waits"])), "dim")
    for one in told["checks"]:
        _show_answer(show, one, told["history"].get(one["name"], []))
    if "attested" in told:
        page.line(
            words("status_word", **{**told["attested"], "at": _moment(told["attested"]["at"])}),
            STYLES["attested"],
        )
    if told["status"] == "stale" and any(one["kind"] == "attested" for one in told["checks"]):
        page.line(words("status_attest", promise=told["id"]))
    if told["checks"]:
        page.line(words("status_verify", command=told["verify"]), "dim")


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _moment(text: str) -> str:
    """An instant in UTC, to the second."""
    from datetime import UTC, datetime

    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _show_answer(show: Show, one: Told, history: Sequence[Told]) -> None:
    words, page = show.words, show.page
    verdict = words(f"verdict_{one['verdict'] or 'none'}")
    kinds = f"{words('kind_' + one['kind'])}, {words('polarity_' + one['polarity'])}"
    page.line()
    page.line(f"{one['name']} ({kinds}): {verdict}", "bold")
    page.line(_said(show, one["tests"]), indent=2)
    if one["reason"]:
        page.line(_said(show, one["reason"]), indent=2)
    if one["entry"] is not None:
        page.line(
            words(
                "status_last",
                collected=_moment(one["collected"]),
                expires=_moment(one["expires"]),
                entry=one["entry"],
            ),
            "dim",
            indent=2,
        )
    for span in history[:10]:
        since, until = _moment(span["since"]), _moment(span["until"])
        told = words(
            "status_history" if since != until else "status_history_once", since=since, until=until,
            times=words.count("times", span["times"]), verdict=words(f"verdict_{span['verdict']}"),
        )  # fmt: skip
        page.line(told, "dim", indent=4)


def show_due(show: Show, told: Told | None) -> None:
    """What `troth due` says of checks."""
    if told is not None:
        show.page.line(
            show.words("due_checks", asked=told["asked"], broken=told["lights"]["broken"]),
            "red" if told["lights"]["broken"] else "",
        )
        if told["fault"]:
            show.page.line(told["fault"], "red", indent=2)
