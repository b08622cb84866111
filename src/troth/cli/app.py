"""The commands and their options; each calls one workflow and shows its answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from troth.workflows.erase import Request
    from troth.workflows.house import House

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Find one person everywhere, erase them exactly as the notice promises, and prove it.",
    epilog="Exit codes: 0 done, 1 a proof does not hold, 2 wrong input, 3 findings, 4 a person must decide first, 5 stopped half-way.",
)  # fmt: skip
ledger = typer.Typer(
    no_args_is_help=True, help="The tamper-evident log of what was done.", rich_markup_mode=None
)
app.add_typer(ledger, name="ledger")

Ids = Annotated[
    list[str],
    typer.Argument(
        metavar="ID…", help="value, or kind=value: alma@example.dk, customer=42, phone=+4512345678."
    ),
]
MaybeIds = Annotated[list[str] | None, typer.Argument(metavar="ID…", help="value, or kind=value.")]
MapPath = Annotated[Path, typer.Option("--map", help="The data map.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout, everything else on stderr.")]
Scope = Annotated[str | None, typer.Option("--scope", help="Only rows of this customer (tenant).")]
Instructions = Annotated[
    list[str] | None,
    typer.Option(
        "--instruction",
        metavar="CUSTOMER=REF",
        help="A customer's recorded instruction (GDPR Art. 28(3)(a)).",
    ),
]
Accepts = Annotated[
    list[str] | None,
    typer.Option("--accept", metavar="QUESTION", help="Answer a question with yes: its id, or id@place."),
]
DEFAULT_MAP = Path("troth.map.yaml")


def _house(context: typer.Context, map_path: Path = DEFAULT_MAP) -> House:
    house: House = context.obj(map_path, _progress())
    return house


def _progress() -> Callable[[str], None]:
    """A line on stderr that replaces itself at a terminal; plain lines in a log; nothing while a command is quick."""
    from troth.cli.show import Progress

    return Progress(sys.stderr)


def _say(as_json: bool, told: dict[str, Any], show: Callable[[dict[str, Any]], None]) -> None:
    if as_json:
        print(json.dumps(told, default=_plain, ensure_ascii=False))  # noqa: T201
    else:
        show(told)


def _plain(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return f"({len(bytes(value))} bytes)"
    return str(value)


def _request(
    ids: list[str], scope: str | None, instructions: list[str] | None, accepts: list[str] | None
) -> Request:
    from troth.terms.errors import UsageError
    from troth.workflows.erase import Request

    instructed = {}
    for text in instructions or []:
        customer, sign, reference = text.partition("=")
        if not sign or not reference:
            raise UsageError(
                "an instruction needs its reference",
                place=text,
                remedy="Write --instruction CUSTOMER=REFERENCE.",
            )
        instructed[customer] = reference
    if not ids:
        raise UsageError(
            "nobody was named", remedy="Give an e-mail address, a phone number, kind=value, or --batch FILE."
        )
    return Request(tuple(ids), scope, instructed, frozenset(accepts or ()))


@app.command("map")
def map_(
    context: typer.Context,
    urls: Annotated[
        list[str] | None,
        typer.Argument(metavar="URL…", help="postgresql://…, sqlite:///file, a file, or NAME=URL."),
    ] = None,
    out: Annotated[
        Path, typer.Option("-o", "--out", "--map", help="Where the map is, or goes.")
    ] = DEFAULT_MAP,
    check: Annotated[
        bool, typer.Option("--check", help="Compare the map with the stores; findings end with exit code 3.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Propose a data map from what stores declare, or check one against them."""
    from troth.cli import show
    from troth.terms.errors import UsageError
    from troth.workflows.mapping import check_map, make_map

    house = _house(context, out)
    if check:
        findings = check_map(house)
        _say(as_json, {"findings": findings}, show.findings)
        return 3 if any(f["level"] != "note" for f in findings) else 0
    if not urls:
        raise UsageError("no store was named", remedy="Write: troth map URL [URL…] -o troth.map.yaml")
    _say(as_json, make_map(house, urls), show.map_)
    return 0


@app.command()
def find(
    context: typer.Context,
    ids: Ids,
    map_path: MapPath = DEFAULT_MAP,
    scope: Scope = None,
    as_json: Json = False,
) -> int:
    """Show every row a person owns or may see. Read-only."""
    from troth.cli import show
    from troth.workflows.find import find as find_

    _say(as_json, find_(_house(context, map_path), _request(ids, scope, None, None)), show.found)
    return 0


@app.command()
def export(
    context: typer.Context, ids: Ids,
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder to write.")],
    map_path: MapPath = DEFAULT_MAP, scope: Scope = None, instruction: Instructions = None, as_json: Json = False,
) -> int:  # fmt: skip
    """Write a person's copy: pages to read, JSON for machines, files. Read-only."""
    from troth.cli import show
    from troth.workflows.export import export as export_

    told = export_(_house(context, map_path), _request(ids, scope, instruction, None), out)
    _say(as_json, told, show.exported)
    return 4 if told["blocked"] else 0


@app.command()
def erase(
    context: typer.Context, ids: MaybeIds = None, map_path: MapPath = DEFAULT_MAP,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done and why; change nothing.")] = False,
    sql: Annotated[bool, typer.Option("--sql", help="With --dry-run: the statements, without values.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it.")] = False,
    plan: Annotated[str | None, typer.Option("--plan", metavar="HASH", help="Do it only if the plan still has this hash.")] = None,
    batch: Annotated[Path | None, typer.Option("--batch", metavar="FILE", help="More identifiers, one a line.")] = None,
    scope: Scope = None, instruction: Instructions = None, accept: Accepts = None, as_json: Json = False,
) -> int:  # fmt: skip
    """Erase people: rows that are theirs go, what others share is anonymised, what a law needs is kept."""
    from troth.cli import show
    from troth.terms.errors import UsageError
    from troth.workflows.erase import batch_file, preview
    from troth.workflows.erase import erase as erase_

    house = _house(context, map_path)
    request = _request([*(ids or []), *(batch_file(batch) if batch else [])], scope, instruction, accept)
    if dry_run or not yes:
        told = preview(house, request, with_sql=sql)
        _say(as_json, told, show.plan)
        if not dry_run and not as_json:
            raise UsageError("nothing was done", remedy="Look at the plan; then say --yes.")
        return 4 if told["blocked"] and not dry_run else 0
    told = erase_(house, request, plan)
    _say(as_json, told, show.erased)
    return 4 if told["blocked"] else _ended(told)


def _ended(told: dict[str, Any]) -> int:
    return 5 if told.get("state") == "stopped" or told.get("left") else 0


@app.command()
def resume(context: typer.Context, map_path: MapPath = DEFAULT_MAP, as_json: Json = False) -> int:
    """Go on with erasures that were cut off."""
    from troth.cli import show
    from troth.workflows.erase import resume as resume_

    runs = resume_(_house(context, map_path))
    _say(as_json, {"runs": runs}, show.resumed)
    return max((_ended(run) for run in runs), default=0)


@app.command()
def verify(
    context: typer.Context,
    certificate: Annotated[Path, typer.Argument(metavar="CERT", help="A certificate (JSON).")],
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="K", help="The ledger's public key, or a file that holds it."),
    ] = None,
    about: Annotated[
        str | None,
        typer.Option("--about", metavar="ID", help="Also say whether it concerns this identifier."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Check a certificate offline, with a key you got by another way."""
    from troth.cli import show
    from troth.workflows.checking import verify_certificate

    told = verify_certificate(certificate, key, about)
    _say(as_json, told, show.verified)
    if told.get("about") is False:
        return 1
    return 0 if told["signer"] else 4


@ledger.command("verify")
def ledger_verify(
    context: typer.Context, map_path: MapPath = DEFAULT_MAP,
    against: Annotated[list[Path] | None, typer.Option("--against", metavar="CERT", help="Certificates that others hold.")] = None,
    as_json: Json = False,
) -> int:  # fmt: skip
    """Recompute the whole log; nothing older than a certificate was rewritten."""
    from troth.cli import show
    from troth.workflows.checking import verify_ledger

    _say(as_json, verify_ledger(_house(context, map_path), against or ()), show.ledger)
    return 0


@app.command()
def stores(context: typer.Context, as_json: Json = False) -> int:
    """What each kind of store can do, cannot do yet, or never will, and why."""
    from troth.cli import show
    from troth.workflows.capabilities import table

    _say(as_json, {"stores": table(_house(context))}, show.stores)
    return 0


@app.command()
def demo(
    context: typer.Context,
    to: Annotated[Path, typer.Option("--to", help="Folder for the example's files.")] = Path("troth-demo"),
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin again if the folder holds an earlier demo.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Watch the main job: an example company's databases, one person, found, erased, and proved."""
    from troth.workflows.demo import demo as demo_

    return demo_(to, fresh, quiet=as_json)
