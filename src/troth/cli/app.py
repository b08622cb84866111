"""The commands and their options; each calls one workflow and shows its answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from troth.cli.asked import request_of
from troth.cli.mannered import (
    BatchSize,
    IgnoreQuiet,
    LockTimeout,
    OverCeiling,
    Pause,
    Propose,
    Rate,
    StatementTimeout,
    mannered,
)

if TYPE_CHECKING:
    from troth.cli.door import Door
    from troth.workflows.house import House

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Find one person everywhere, erase them exactly as the notice promises, and prove it.",
    epilog="Exit codes: 0 done, 1 a proof does not hold, 2 wrong input or unreadable store, 3 findings, "
    "4 a person must decide first, 5 stopped half-way.",
)  # fmt: skip
ledger = typer.Typer(
    no_args_is_help=True, help="The tamper-evident log of what was done.", rich_markup_mode=None
)
app.add_typer(ledger, name="ledger", short_help="The tamper-evident log: `ledger verify`.")


def _path(value: Any) -> Any:
    """An option in a file's place means that the file was forgotten."""
    for path in value if isinstance(value, list) else [value]:
        if str(path).startswith("--"):
            raise typer.BadParameter(f"{path} is an option, not a file")
    return value


FILE: dict[str, Any] = {"readable": False, "callback": _path}  # that it can be read, the workflow finds out
ID_HELP = "value, or kind=value: alma@example.dk, customer=42, phone=+4512345678."
Ids = Annotated[list[str], typer.Argument(metavar="ID…", help=ID_HELP)]
MaybeIds = Annotated[list[str] | None, typer.Argument(metavar="ID…", help=ID_HELP)]
MapPath = Annotated[Path, typer.Option("--map", help="The data map.", **FILE)]
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
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without", metavar="CUSTOMER", help="Leave this customer's rows as they are: they said no."
    ),
]
Accepts = Annotated[
    list[str] | None,
    typer.Option("--accept", metavar="QUESTION", help="Answer a question with yes: its id, or id@place."),
]
DEFAULT_MAP = Path("troth.map.yaml")


@app.command(
    "map",
    short_help="Propose a data map, decide its guesses, or --check one.",
    epilog="Example: troth map postgresql://reader@db/crm shop.sqlite -o troth.map.yaml; then troth map --accept crm.orders.cust_no",
)
def map_(
    context: typer.Context,
    urls: Annotated[list[str] | None, typer.Argument(
        metavar="URL…", help="postgresql://…, mysql://…, sqlite:///file, a file, or NAME=URL; none: the systems of the map.",
    )] = None,
    out: Annotated[Path, typer.Option("-o", "--out", "--map", help="Where the map is, or goes.", **FILE)] = DEFAULT_MAP,
    no_values: Annotated[bool, typer.Option("--no-values", help="Read names and types only, no row.")] = False,
    rows: Annotated[int, typer.Option("--rows", metavar="N", min=1, help="Look at so many rows of a table at most.")] = 1_000,
    accept: Annotated[list[str] | None, typer.Option(
        "--accept", metavar="LINK…", help="Confirm guesses: system.dataset.column, or column>system.dataset.column. Reads no store.",
    )] = None,
    reject: Annotated[list[str] | None, typer.Option("--reject", metavar="LINK…", help="Refuse guessed links for good.")] = None,
    above: Annotated[float | None, typer.Option(
        "--all-above", metavar="P", min=0.0, max=1.0, help="Confirm every guess at least so sure: 0.95.",
    )] = None,
    check: Annotated[bool, typer.Option("--check", help="Compare the map with the stores; findings end with exit code 3.")] = False,
    as_json: Json = False,
) -> int:  # fmt: skip
    """Propose a data map from what stores declare and a few rows of each table; decide what it guesses; or check it.

    A map that is there keeps its decisions and comments. Values are looked at and never kept. Passwords go to
    .troth/credentials, never into the map.
    """
    from troth.cli.show import Show
    from troth.workflows.mapping import Look, check_map, decide_map, make_map

    door: Door = context.obj
    house = door.house(out)
    if accept or reject or above is not None:
        named = _decisions(urls or [], accept or [], reject or [], check)
        door.say(decide_map(house, *named, above), Show.decided)
        return 0
    if check:
        findings = check_map(house)
        door.say({"findings": findings}, Show.findings)
        return 3 if any(f["level"] != "note" for f in findings) else 0

    def announce(system: str, most: int, tables: int) -> None:
        door.announce("sampling", system=system, most=most, tables=door.words.count("tables", tables))

    door.say(make_map(house, urls or [], None if no_values else Look(rows, announce)), Show.map_)
    return 0


def _decisions(
    more: list[str], accept: list[str], reject: list[str], check: bool
) -> tuple[list[str], list[str]]:
    """What stands behind `--accept A` without an option of its own belongs to it, as in `--accept A B`."""
    from troth.terms.errors import UsageError

    if check or (more and bool(accept) == bool(reject)):
        remedy = "Write --accept LINK… or --reject LINK… alone; they read no store."
        raise UsageError(
            "decisions and addresses do not go together", place=" ".join(more[:1]), remedy=remedy
        )
    return (accept + more, reject) if accept else (accept, reject + more)


@app.command(
    short_help="Show every row a person owns or may see.",
    epilog="Example: troth find alma@example.dk phone=+4512345678 --json",
)
def find(
    context: typer.Context, ids: Ids, map_path: MapPath = DEFAULT_MAP, scope: Scope = None,
    why: Annotated[str | None, typer.Option(
        "--why", metavar="ROW", help="The chain from what was typed to one row: system.dataset:key, or dataset:key.",
    )] = None,
    whole: Annotated[bool, typer.Option("--all", help="Every row, also at a terminal (pipes and --json have all).")] = False,
    as_json: Json = False,
) -> int:  # fmt: skip
    """Show every row a person owns or may see, and why. Read-only.

    With --why, exit 0 if that row is the person's, 4 if a question stands before it, 3 if it is not theirs.
    """
    from troth.cli.show import Show
    from troth.workflows.find import find as find_
    from troth.workflows.why import why as why_

    door: Door = context.obj
    house, request = door.house(map_path), request_of(ids, scope, None, None)
    if why is not None:
        told = why_(house, request, why)
        door.say(told, Show.why)
        return 0 if told["theirs"] else 4 if told["questions"] or told["no"] == "guess" else 3
    door.say(find_(house, request), lambda show, answer: Show.found(show, answer, whole))
    return 0


@app.command(short_help="Write a person's copy: a folder to read.", epilog="Example: troth export alma@example.dk -o alma")  # fmt: skip
def export(
    context: typer.Context, ids: Ids,
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder to write.", **FILE)],
    portable: Annotated[bool, typer.Option("--portable", help="Only what the person may take elsewhere: JSON and CSV.")] = False,
    law: Annotated[str, typer.Option("--law", help="eu or california.")] = "eu",
    map_path: MapPath = DEFAULT_MAP, scope: Scope = None, instruction: Instructions = None,
    without: Without = None, as_json: Json = False,
) -> int:  # fmt: skip
    """Write a person's copy: pages to read, JSON for machines, files. Read-only."""
    from troth.cli.show import Show
    from troth.workflows.export import export as export_
    from troth.workflows.export import regime_of
    from troth.workflows.portability import export_portable

    door: Door = context.obj
    write = export_portable if portable else export_
    told = write(
        door.house(map_path), request_of(ids, scope, instruction, None, without), out, regime_of(law)
    )
    door.say(told, Show.exported)
    return 4 if told["blocked"] else 0


@app.command(
    short_help="Show what erasing people means; with --yes, do it.",
    epilog="Example: troth erase alma@example.dk --yes",
)
def erase(
    context: typer.Context, ids: MaybeIds = None, map_path: MapPath = DEFAULT_MAP,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done and why; change nothing.")] = False,
    sql: Annotated[bool, typer.Option("--sql", help="Also show the statements, without values.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it.")] = False,
    plan: Annotated[str | None, typer.Option("--plan", metavar="HASH", help="Do it only if the plan still has this hash.")] = None,
    batch: Annotated[Path | None, typer.Option("--batch", metavar="FILE", help="More identifiers, one a line.", **FILE)] = None,
    scope: Scope = None, instruction: Instructions = None, without: Without = None, accept: Accepts = None,
    propose: Propose = False,
    lock_timeout: LockTimeout = None, statement_timeout: StatementTimeout = None, batch_size: BatchSize = None,
    rate: Rate = None, pause: Pause = None, ignore_quiet_hours: IgnoreQuiet = False, over_ceiling: OverCeiling = False,
    as_json: Json = False,
) -> int:  # fmt: skip
    """Erase people: rows that are theirs go, what others share is anonymised, what a law needs is kept.

    Without --yes nothing is done: the plan is shown, and a terminal is asked. Exit 0 then, or 4 if a question stands before it.
    """
    from troth.cli.show import Show
    from troth.terms.errors import UsageError
    from troth.workflows.erase import batch_file, preview
    from troth.workflows.erase import erase as erase_
    from troth.workflows.erase import propose as propose_

    door: Door = context.obj

    def wished() -> House:
        return mannered(
            door.house(map_path), ignore_quiet_hours, over_ceiling, lock_timeout=lock_timeout,
            statement_timeout=statement_timeout, batch=batch_size, rate=rate, pause=pause,
        )  # fmt: skip

    house = wished()
    request = request_of(
        [*(ids or []), *(batch_file(batch) if batch else [])], scope, instruction, accept, without
    )
    if (yes and (dry_run or sql or propose)) or (propose and (dry_run or sql)):
        raise UsageError(
            "--yes acts, --propose records, --dry-run and --sql only show", remedy="Say one of them."
        )
    if propose:
        told = propose_(house, request)
        door.say(told, Show.proposed)
        return 4 if told["blocked"] else 0
    if not yes:
        told = preview(house, request, with_sql=sql)
        door.say(told, Show.plan)
        if dry_run:
            return 0
        if not _confirmed(door, told):
            return 4 if told["blocked"] else 0
        house, plan = wished(), told["hash"]  # what was shown, and nothing else
    door.acting = True
    told = erase_(house, request, plan)
    door.say(told, Show.erased)
    return 4 if told["blocked"] else _ended(told)


def _confirmed(door: Door, told: dict[str, Any]) -> bool:
    """Whether somebody at a terminal typed the word; says otherwise that nothing was done."""
    asked = sys.stdin.isatty() and sys.stdout.isatty() and not door.as_json
    if asked and told["plan"] and not told["blocked"]:
        word = door.words("confirm_word")
        try:
            if input(door.words("confirm", word=word)).strip().casefold() == word:
                return True
        except EOFError:
            sys.stdout.write("\n")
    if door.as_json:
        door.note("decide_first" if told["blocked"] else "say_yes")
    else:
        door.show().undone(told)
    return False


def _ended(told: dict[str, Any]) -> int:
    """5: stopped half-way. 1: everything was done, and looking again still found rows: that they are gone does not hold."""
    if told.get("state") == "stopped":
        return 5
    return 1 if told.get("left") else 0


@app.command(short_help="Go on with erasures that were cut off.", epilog="Example: troth resume")
def resume(
    context: typer.Context, map_path: MapPath = DEFAULT_MAP,
    lock_timeout: LockTimeout = None, statement_timeout: StatementTimeout = None, rate: Rate = None, pause: Pause = None,
    ignore_quiet_hours: IgnoreQuiet = False, as_json: Json = False,
) -> int:  # fmt: skip
    """Go on with erasures that were cut off; what is done already is not done again.

    Their transactions were cut when they were approved, so the size of a batch stays as it was.
    """
    from troth.cli.show import Show
    from troth.workflows.erase import resume as resume_

    door: Door = context.obj
    house = mannered(
        door.house(map_path), ignore_quiet_hours, lock_timeout=lock_timeout, statement_timeout=statement_timeout,
        rate=rate, pause=pause,
    )  # fmt: skip
    door.acting = True
    runs = resume_(house)
    door.say({"runs": runs}, Show.resumed)
    return max((_ended(run) for run in runs), default=0)


@app.command(
    short_help="Look for people in every table, mapped or not.",
    epilog="Example: troth sweep alma@example.dk cpr=010170-1234; troth sweep --since 2026-11-01",
)
def sweep(
    context: typer.Context, ids: MaybeIds = None, map_path: MapPath = DEFAULT_MAP,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="Everybody whose erasure began since then.")] = None,
    batch: Annotated[Path | None, typer.Option("--batch", metavar="FILE", help="More identifiers, one a line.", **FILE)] = None,
    as_json: Json = False,
) -> int:  # fmt: skip
    """Look for people in every text of every table, mapped or not, in all spellings we know. Read-only.

    Exit 0: nothing is left. 1: something is, its places are listed. What names alone may mean is listed and does not count.
    """
    from troth.cli.show import Show
    from troth.terms.errors import UsageError
    from troth.workflows.erase import batch_file
    from troth.workflows.sweep import sweep as sweep_

    door: Door = context.obj
    named = [*(ids or []), *(batch_file(batch) if batch else [])]
    if not named and since is None:
        raise UsageError(
            "nobody was named", remedy="Give an e-mail address, kind=value, --batch FILE, or --since DATE."
        )
    told = sweep_(door.house(map_path), named, since)
    door.say(told, Show.swept)
    return 1 if told["residue"] else 0


@app.command(short_help="Check a certificate offline.", epilog="Example: troth verify certificate.json --key troth.pub")  # fmt: skip
def verify(
    context: typer.Context,
    certificate: Annotated[Path, typer.Argument(metavar="CERT", help="A certificate, a signed notice, or an authority's bundle.", **FILE)],
    key: Annotated[str | None, typer.Option("--key", metavar="K", help="The ledger's public key, or a file that holds it.")] = None,
    about: Annotated[str | None, typer.Option("--about", metavar="ID", help="Also say whether it concerns this identifier.")] = None,
    since: Annotated[Path | None, typer.Option("--since", metavar="FILE", help="A signed notice that you kept.", **FILE)] = None,
    as_json: Json = False,
) -> int:  # fmt: skip
    """Check a certificate, a signed notice or a rehearsal's bundle offline, with a key you got by another way.

    Exit 0: it holds and that key signed it. 4: consistent, signer unknown (no key given). 1: it does not hold.
    """
    from troth.cli.show import Show
    from troth.workflows.checking import verify_certificate
    from troth.workflows.handed_out import verify_other

    door: Door = context.obj
    if (other := verify_other(certificate, key, since)) is not None:
        door.say(other, Show.handed_out)
        return 0 if other["signer"] else 4
    told = verify_certificate(certificate, key, about)
    door.say(told, Show.verified)
    if told.get("about") is False:
        return 1
    return 0 if told["signer"] else 4


@ledger.command("verify", epilog="Example: troth ledger verify --against certificate.json")
def ledger_verify(
    context: typer.Context, map_path: MapPath = DEFAULT_MAP,
    against: Annotated[list[Path] | None, typer.Option("--against", metavar="CERT", help="Certificates that others hold.", **FILE)] = None,
    as_json: Json = False,
) -> int:  # fmt: skip
    """Recompute the whole log; nothing older than a certificate was rewritten."""
    from troth.cli.show import Show
    from troth.workflows.checking import verify_ledger

    door: Door = context.obj
    door.say(verify_ledger(door.house(map_path), against or ()), Show.ledger)
    return 0


@app.command(short_help="What each kind of store can and cannot do.", epilog="Example: troth stores --json")
def stores(context: typer.Context, as_json: Json = False) -> int:
    """What each kind of store can do, cannot do yet, or never will, and why."""
    from troth.cli.show import Show
    from troth.workflows.capabilities import table

    door: Door = context.obj
    door.say({"stores": table(door.house(DEFAULT_MAP))}, Show.stores)
    return 0


@app.command(short_help="Watch the main job on an example company.", epilog="Example: troth demo --to demo --fresh")  # fmt: skip
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
