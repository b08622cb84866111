"""Makes the restore drills that are due and have a recipe, with nobody there; what cannot be made is reported with its reason.

A backup is restored into a database that was made for it, on a server that is none of the map's: which server answers is asked
of it, for an address can be written in many ways. It is dropped at the end, whatever happens.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit, urlunsplit

from troth.records.locks import take
from troth.retention.backups import PLAIN, Backup
from troth.retention.listings import HEAD, encryption
from troth.retention.restoring import Empty, Scratch
from troth.retention.trials import NOT_MADE, Recipe, Trial, of_file
from troth.stores import Store
from troth.stores.restored import run
from troth.terms.errors import TrothError, UsageError
from troth.workflows.backup_facts import drills
from troth.workflows.drill import drill
from troth.workflows.house import House
from troth.workflows.identity import another_server
from troth.workflows.staging import clean_folder

if TYPE_CHECKING:
    from troth.workflows.books import Books

Told = dict[str, Any]
AGAIN = timedelta(days=1)
"""How long after a drill that did not pass it is tried again."""


# -- recipes ------------------------------------------------------------------------------------------------------------


def say(house: House, system: str, dump: str, command: Sequence[str], within: timedelta) -> Told:
    """Keeps how backups of a system are restored for drills. Raises UsageError where it could not be done so."""
    from django.db import transaction

    from troth.workflows.at_work import at_work
    from troth.workflows.backup_records import recipe

    known = house.map().systems
    if system not in known:
        raise UsageError(
            f"the map has no system {system[:40]}",
            place="SYSTEM",
            remedy=f"It has {', '.join(sorted(known))}.",
        )
    if bool(dump) == bool(command):
        raise UsageError(
            "say either which files are dumps, or which command restores one", place="troth backup recipe",
            remedy="--dump '/backup/crm-*.dump', or --command '/usr/local/bin/restore-crm'.",
        )  # fmt: skip
    if dump and not Path(dump).is_absolute():
        raise UsageError("a pattern of files begins with /", place="--dump", remedy="Write the whole path.")
    if command and not os.access(command[0], os.X_OK | os.R_OK):
        raise UsageError(
            "this program cannot be run",
            place="--command",
            remedy="Write its whole path; it must be executable.",
        )
    one = Recipe(system, dump, tuple(command), within)
    with at_work(house) as books, transaction.atomic():
        recipe(books, one, house.now())
    return {"system": system, "recipe": "file" if dump else "command"}


def forget(house: House, system: str) -> Told:
    """Forgets a system's recipe. Raises UsageError where there is none."""
    from django.db import transaction

    from troth.workflows.at_work import at_work
    from troth.workflows.backup_records import no_recipe

    with at_work(house) as books, transaction.atomic():
        if not no_recipe(books, system):
            raise UsageError("this system has no recipe", place="SYSTEM", remedy="See: troth backup list")
    return {"system": system, "recipe": None}


# -- what is due --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """One drill that is due: its recipe, and the backup that it restores."""

    recipe: Recipe
    backup: Backup | None


def due(house: House, books: Books) -> list[Due]:
    """Drills that are due and have a recipe; one that did not pass is tried again a day later."""
    from troth.workflows.backup_records import last_drills, limits, load, recipes, value

    told = recipes(books)
    if not told:
        return []
    now, passed, last = house.now(), last_drills(books), drills(books)
    every, backups = limits(house.settings).drill, [value(row) for row in load(books)]
    found = []
    for one in told:
        well, tried = passed.get(one.system), last.get(one.system)
        if (well is None or now - well > every) and (tried is None or now - tried.at >= AGAIN):
            found.append(Due(one, of_file(backups, one)))
    return found


def make(house: House, waiting: Sequence[Due]) -> list[Told]:
    """Makes each of them; nothing of ours may be locked by this process. A process that does so already is left to it."""
    if not waiting:
        return []
    with _alone(house) as alone:
        return [_one(house, each) for each in waiting] if alone else []


@contextmanager
def _alone(house: House) -> Iterator[bool]:
    lock = take(house.home, house.settings.database, "drill", wait=False)
    try:
        yield lock is not None
    finally:
        if lock is not None:
            lock.close()


def _one(house: House, each: Due) -> Told:
    system = each.recipe.system
    try:
        return _restored(house, each)
    except TrothError as fault:  # it stays due, and whoever reads `troth due` learns why
        why = f"{fault.message} {fault.remedy}".strip()
    _enter_not_made(house, each, why)
    return {
        "system": system,
        "passed": False,
        "blocked": False,
        "verdict": NOT_MADE,
        "why": why,
        "questions": [],
    }


def _enter_not_made(house: House, each: Due, why: str) -> None:
    from django.db import transaction

    from troth.workflows.at_work import at_work
    from troth.workflows.backup_records import drilled

    now = house.now()
    taken = each.backup.taken if each.backup else now
    with at_work(house) as books, transaction.atomic():
        drilled(books, Trial(now, False, NOT_MADE, (each.recipe.system,), {}, taken, why))
        books.checkpoint(now)


def _restored(house: House, each: Due) -> Told:
    """Restores the backup and makes the drill with it. Raises what forbids it."""
    recipe, backup = each.recipe, each.backup
    system = recipe.system
    if system not in house.map().systems:
        raise UsageError(
            "the map has this system no more", place=system, remedy=f"troth backup recipe {system} --none"
        )
    if backup is None:
        raise UsageError(
            "no backup of it is registered that the recipe fits", place=system,
            remedy="Register it: troth backup read folder …, and see that --dump fits its path.",
        )  # fmt: skip
    end = time.monotonic() + recipe.within.total_seconds()
    bounded = replace(house, progress=_until(house, end, system))
    address = house.scratch(system)
    server = [address] if "://" in address and not address.startswith("sqlite:") else []
    store = _store(house, system, server)
    with clean_folder([address] if address and not server else []) as folder:
        another_server(house, store, system, server)
        assert store.restoring is not None
        with store.restoring(Scratch(system, server[0] if server else "", folder)) as empty:
            _pour(house, recipe, backup, empty, folder, end)
            bounded.progress(f"restored {system}")
            url = f"{system}={_with(empty.url, empty.password)}"
            return drill(bounded, url, backup.taken.isoformat(), [address] if address else [])


def _store(house: House, system: str, server: Sequence[str]) -> Store:
    one = house.map().systems[system]
    store = house.kind(house.address(system) or one.url, system)
    if store.restoring is None or store.recognise is None:
        raise UsageError(
            f"{store.name} has no drill of its own", place=system, remedy="troth backup drill NAME=URL"
        )
    if "sqlite" not in store.schemes and (not server or house.kind(server[0], system) is not store):
        raise UsageError(
            "nobody said on which server its backups may be restored", place=system,
            remedy=f"Set TROTH_SCRATCH_{system.upper().replace('-', '_')} to the address of a server that holds nothing else.",
        )  # fmt: skip
    return store


def _pour(house: House, recipe: Recipe, backup: Backup, empty: Empty, folder: Path, end: float) -> None:
    left = end - time.monotonic()
    if recipe.command:
        told = {
            "DRILL_URL": empty.url, "DRILL_PASSWORD": empty.password or "", "DRILL_BACKUP": backup.name,
            "DRILL_PLACE": backup.place,
        }  # fmt: skip
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TROTH_")}
        run(recipe.system, recipe.command, left, {**environment, **told}, folder=folder)
        return
    dump = Path(backup.place) / backup.name
    try:
        with dump.open("rb") as file:
            how = encryption(file.read(HEAD))
        if house.kind(house.map().systems[recipe.system].url).schemes[0] == "sqlite":
            for url, _ in house.places(house.map().systems[recipe.system]):
                if Path(url.removeprefix("sqlite:///")).samefile(dump):
                    raise UsageError("this is the system itself, and no backup of it", place=recipe.system)
    except OSError as fault:
        raise UsageError(
            f"the backup cannot be read ({fault.strerror})",
            place=recipe.system,
            remedy="See to its rights and its place.",
        ) from None
    if how not in (PLAIN, ""):
        raise UsageError(
            f"the backup is encrypted ({how}), and nobody is there to open it", place=recipe.system,
            remedy="Give the recipe a --command that opens and restores it.",
        )  # fmt: skip
    empty.pour(dump, left)


def _until(house: House, end: float, system: str) -> Any:
    def progress(told: str) -> None:
        if time.monotonic() > end:
            raise UsageError(
                "the drill took longer than the recipe allows, and was ended",
                place=system,
                remedy="Allow more with --within.",
            )
        house.progress(told)

    return progress


def _with(url: str, password: str | None) -> str:
    """The address with the password in it, as one types it."""
    parts = urlsplit(url)
    if not password or "@" not in parts.netloc:
        return url
    account, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{account}:{quote(password, safe='')}@{host}"))
