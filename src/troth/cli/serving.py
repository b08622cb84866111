"""The commands of the server: `troth serve`, and who may sign in at its console."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.app import DEFAULT_MAP, FILE, Json, MapPath, app

if TYPE_CHECKING:
    from troth.cli.door import Door
    from troth.cli.show import Show
    from troth.workflows.house import House

ROLES = "officer, approver, support, auditor or admin_tenant; may be repeated."
EXAMPLE = Path("troth-example")
staff = typer.Typer(
    no_args_is_help=True, help="Who may sign in at the console, and as what.", rich_markup_mode=None
)
app.add_typer(staff, name="staff", short_help="Who may sign in at the console: `staff add`.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The name to sign in with.")]


@app.command(short_help="Answer people and staff in the browser.", epilog="Example: troth serve --example")
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="The port; 0: any that is free.")] = 8_000,
    data: Annotated[Path | None, typer.Option("--data", metavar="DIR", help="Where the data map is; default: here.", **FILE)] = None,
    workers: Annotated[int, typer.Option("--workers", metavar="N", min=0, max=32, help="Jobs at a time; 0: `troth worker` does them.")] = 2,
    example: Annotated[bool, typer.Option("--example", help="Try it on an invented company, in troth-example.")] = False,
) -> int:  # fmt: skip
    """Serve the portal (/da/, /en/) and the console (/console/) in one process, until it is told to end."""
    from troth.workflows.first_day import ROLES as POSTS
    from troth.workflows.first_day import begin, example_house
    from troth.workflows.serving import MAP, build_example

    door: Door = context.obj
    folder = (data or (EXAMPLE if example else Path())).absolute()
    if example and build_example(folder):
        door.note("example_made", folder=folder.name)
    house = door.house(folder / MAP)
    if example:
        house = example_house(house, host, port)

    def listening(address: str) -> None:
        door.note("serving", address=address)
        for name in begin(house) if example else ():
            link = door.web().link(house, name, address)
            door.note("example_staff", name=name, role=POSTS[name], link=link)

    door.web().serve(house, host, port, workers, listening)
    return 0


@staff.command(
    "add",
    short_help="Make an account, or give it another role.",
    epilog="Example: troth staff add olga --role officer",
)
def add(
    context: typer.Context, name: Name,
    role: Annotated[list[str] | None, typer.Option("--role", metavar="ROLE", help=ROLES)] = None,
    scope: Annotated[str, typer.Option("--scope", metavar="CUSTOMER", help="Whose administrator an admin_tenant is.")] = "",
    map_path: MapPath = DEFAULT_MAP, as_json: Json = False,
) -> int:  # fmt: skip
    """Make an account, or give it another role; shows a link at which its owner sets a password, once, within a day."""
    from troth.workflows.staff import add as add_

    door: Door = context.obj
    house = _opened(door, map_path)
    told = add_(house, name, role or [], scope)
    told["link"] = door.web().link(house, told["name"]) if told["new"] else ""
    door.say(told, _added)
    return 0


@staff.command("link", short_help="A new link to set a password.", epilog="Example: troth staff link olga")
def link(context: typer.Context, name: Name, map_path: MapPath = DEFAULT_MAP, as_json: Json = False) -> int:
    """Show a new link for whoever has forgotten the password; it works once, within a day."""
    door: Door = context.obj
    house = _opened(door, map_path)
    from troth.workflows.staff import named

    told = named(house, name)
    door.say({**told, "link": door.web().link(house, told["name"])}, _added)
    return 0


@staff.command("list", short_help="Every account with its roles.", epilog="Example: troth staff list --json")
def list_(context: typer.Context, map_path: MapPath = DEFAULT_MAP, as_json: Json = False) -> int:
    """Every account with its roles."""
    from troth.workflows.staff import listing

    door: Door = context.obj
    door.say(listing(_opened(door, map_path)), _listed)
    return 0


@staff.command("remove", short_help="Close an account.", epilog="Example: troth staff remove olga")
def remove(context: typer.Context, name: Name, map_path: MapPath = DEFAULT_MAP, as_json: Json = False) -> int:
    """Take every role from an account, close it and end its sessions."""
    from troth.workflows.staff import remove as remove_

    door: Door = context.obj
    door.say(remove_(_opened(door, map_path), name), _removed)
    return 0


def _opened(door: Door, map_path: Path) -> House:
    house = door.house(map_path)
    door.web().furnish(house)
    return house


def _added(show: Show, told: dict[str, Any]) -> None:
    show.page.line(show.words("staff_has", name=told["name"], roles=", ".join(told["roles"])))
    if told["link"]:
        show.page.line(show.words("staff_link", link=told["link"]))


def _listed(show: Show, told: dict[str, Any]) -> None:
    for one in told["staff"]:
        key = "staff_has" if one["active"] else "staff_closed"
        show.page.line(show.words(key, name=one["name"], roles=", ".join(one["roles"])))


def _removed(show: Show, told: dict[str, Any]) -> None:
    show.page.line(show.words("staff_closed", name=told["name"]))
