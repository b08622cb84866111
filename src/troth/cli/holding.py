"""The commands about legal holds: place, confirm, lift, review, list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.app import DEFAULT_MAP, Json, MapPath, app

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troth.cli.door import Door
    from troth.cli.show import Show

hold = typer.Typer(
    no_args_is_help=True,
    help="Legal holds: what must stay, why, and until somebody looks again.",
    rich_markup_mode=None,
)
app.add_typer(hold, name="hold", short_help="Legal holds: place, confirm, lift, review, list.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The hold, as `troth hold list` names it.")]
Note = Annotated[
    str, typer.Option("--note", help="Why it is necessary: which case or claim needs which data.")
]
Review = Annotated[
    str, typer.Option("--review", metavar="DAY", help="When somebody must look at it again: 2027-03-01.")
]


@hold.command(
    "place", short_help="Place a hold, for a second person to confirm.",
    epilog="Example: troth hold place --person alma@example.dk --on crm.orders --authority court --ground claims "
    "--note 'Case BS-12/2026 needs her orders of 2025' --review 2027-03-01",
)  # fmt: skip
def place(
    context: typer.Context,
    authority: Annotated[str, typer.Option("--authority", help="court, authority, own-dispute, threatened-claim or audit.")],
    ground: Annotated[str, typer.Option("--ground", help="obligation (GDPR Art. 17(3)(b)) or claims (Art. 17(3)(e)).")],
    note: Note,
    review: Review,
    person: Annotated[list[str] | None, typer.Option("--person", metavar="ID", help="Whom it is about; may be repeated.")] = None,
    on: Annotated[list[str] | None, typer.Option("--on", metavar="PLACE", help="system.dataset or system.dataset.column.")] = None,
    row: Annotated[list[str] | None, typer.Option("--row", metavar="PLACE=KEY", help="One row: system.dataset=KEY.")] = None,
    map_path: MapPath = DEFAULT_MAP,
    as_json: Json = False,
) -> int:  # fmt: skip
    """Place a hold. It keeps nothing yet: it stops what it would keep until somebody else confirms or withdraws it.

    With --person and --on it keeps those people's rows there; with --person alone all of theirs. Exit 4: whom it is about is not clear.
    """
    from troth.workflows.holding import place as place_
    from troth.workflows.holding import placed

    door: Door = context.obj
    house = door.house(map_path)
    fields = {
        "authority": authority, "ground": ground, "note": note, "review": review, "people": person or (), "on": on or (),
        "rows": row or (),
    }  # fmt: skip
    told = place_(house, placed(fields, house.map()))

    def show(page: Show, answer: dict[str, Any]) -> None:
        if not answer["blocked"]:
            people = page.words.count("persons", answer["people"])
            page.page.line(page.words("hold_placed", name=answer["name"], people=people), "bold")
        page.questions(answer["questions"])

    door.say(told, show)
    return 4 if told["blocked"] else 0


@hold.command(
    "confirm", short_help="Confirm, as a second person, that a hold is placed or lifted.",
    epilog="Example: TROTH_OPERATOR=vera troth hold confirm 4db850a5",
)  # fmt: skip
def confirm(
    context: typer.Context, name: Name, map_path: MapPath = DEFAULT_MAP, as_json: Json = False
) -> int:
    """Confirm what somebody else asked for. Exit 4: that was you."""
    from troth.workflows.holding import confirm as confirm_

    return _said(context, confirm_(context.obj.house(map_path), name))


@hold.command(
    "lift", short_help="Ask to lift a hold, for a second person to confirm.",
    epilog="Example: troth hold lift 4db850a5",
)  # fmt: skip
def lift(context: typer.Context, name: Name, map_path: MapPath = DEFAULT_MAP, as_json: Json = False) -> int:
    """Ask to lift a hold; it keeps what it keeps until somebody else confirms. One that nobody confirmed yet is withdrawn at once.

    Tell the person before it is lifted (GDPR Art. 18(3)). What it postponed is done by the next `troth due`.
    """
    from troth.workflows.holding import lift as lift_

    return _said(context, lift_(context.obj.house(map_path), name))


@hold.command(
    "review", short_help="Look again at a hold: why it is still necessary, and until when.",
    epilog="Example: troth hold review 4db850a5 --review 2027-09-01 --note 'The appeal in BS-12/2026 is set for June'",
)  # fmt: skip
def review(
    context: typer.Context,
    name: Name,
    note: Note,
    day: Review,
    map_path: MapPath = DEFAULT_MAP,
    as_json: Json = False,
) -> int:
    """Say why the hold is still necessary, and when somebody must look next."""
    from troth.workflows.holding import day as day_
    from troth.workflows.holding import review as review_

    return _said(context, review_(context.obj.house(map_path), name, day_(day), note))


@hold.command(
    "list", short_help="Which holds there are, and what is restricted because of them.",
    epilog="Example: troth hold list --rows --json",
)  # fmt: skip
def list_(
    context: typer.Context,
    rows: Annotated[bool, typer.Option("--rows", help="Also every restricted row, by key: for the programs that must hide it.")] = False,
    map_path: MapPath = DEFAULT_MAP,
    as_json: Json = False,
) -> int:  # fmt: skip
    """List holds that are not over. A review date that has passed is a finding and ends no hold. Exit 3: one has passed."""
    from troth.workflows.holding import listing

    door: Door = context.obj
    told = listing(door.house(map_path), rows)
    door.say(told, _show_list)
    return 3 if told["overdue"] else 0


def _said(context: typer.Context, told: dict[str, Any]) -> int:
    def show(page: Show, answer: dict[str, Any]) -> None:
        page.page.line(page.words(f"hold_{answer['state']}", name=answer["name"]), "bold")
        if answer.get("review"):
            page.page.line(page.words("hold_review", review=answer["review"]))
        if answer.get("postponed"):
            page.page.line(page.words("hold_postponed", n=answer["postponed"]))

    context.obj.say(told, show)
    return 0


def _show_list(show: Show, told: dict[str, Any]) -> None:
    words, page = show.words, show.page
    if not told["holds"]:
        page.line(words("hold_none"))
    for one in told["holds"]:
        page.line(words(f"hold_{one['state']}", name=one["name"]), "bold")
        scope = [*one["places"]]
        if one["people"]:
            scope.insert(0, words.count("persons", one["people"]))
        if one["rows"]:
            scope.append(words.count("rows", one["rows"]))
        page.line(f"{words('hold_by_' + one['authority'])} · {one['law']} · {', '.join(scope)}", indent=2)
        page.line(one["note"], indent=2)
        style = "bold red" if one["overdue"] else ""
        page.line(
            words("hold_overdue" if one["overdue"] else "hold_review", review=one["review"]), style, indent=2
        )
    for one in told.get("restricted", ()):
        count = words("hold_all_rows") if one["rows"] == "all" else words.count("rows", len(one["rows"]))
        place = f"{one['system']}.{one['dataset']} ({', '.join(one['columns'])})"
        page.line(words("hold_restricted", place=place, rows=count), indent=2)
    if told["postponed"]:
        page.line(words("hold_postponed", n=told["postponed"]))


def show_due(show: Show, reviews: Sequence[str]) -> None:
    """What `troth due` says of holds: whose review is due."""
    for name in reviews:
        show.page.line(show.words("due_hold_review", name=name), "yellow")
