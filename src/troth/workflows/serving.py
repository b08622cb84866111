"""What a server stands on: a folder with a map, our own state brought up to date, a secret of its own, and a company to try it on."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troth.records.cabinet import furnish as furnish_cabinet
from troth.records.cabinet import open_cabinet
from troth.terms.errors import UsageError

if TYPE_CHECKING:
    from troth.workflows.house import House

MAP, RULES, NOTICE = "troth.map.yaml", "troth.retention.yaml", "notice"
MARK = ".made-by-troth-example"


def furnish(house: House, apps: Sequence[str], more: Mapping[str, Any]) -> None:
    """Says what the server needs of Django, before our own state is opened."""
    furnish_cabinet(apps, more)


def secret(house: House) -> str:
    """The secret under which sessions and forms are signed; made once, readable by its owner only."""
    from troth.workflows.books import own_secret

    return own_secret(house.home, "web.key").hex()


def mapped(house: House) -> None:
    """Raises UsageError where there is no map to serve; nothing is made there."""
    if not house.map_path.is_file():
        raise UsageError(
            "there is no data map here, so there is nothing to answer from",
            place=str(house.map_path.parent),
            remedy="Make one: troth map URL; name its folder: troth serve --data FOLDER; or try: troth serve --example",
        )


def prepare(house: House) -> None:
    """Opens our own state, brings its tables up to date and forgets the sessions that are over."""
    from django.core.management import call_command

    open_cabinet(house.home, house.settings.database)
    call_command("clearsessions")


def ready(house: House) -> dict[str, bool]:
    """Whether our own state can be written and its tables are those of this version, and whether the map can be read."""
    from django.db import Error, connection, transaction

    from troth.records.cabinet import is_current

    told = {"state": False, "tables": False, "map": False}
    try:
        # SQLite takes the write lock at once, so a full disk or a lost mount shows here.
        with transaction.atomic():
            connection.ensure_connection()
        told["state"], told["tables"] = True, is_current(house.home, house.settings.database)
        house.map()
        told["map"] = True
    except (Error, OSError, UsageError):
        pass
    finally:
        connection.close()
    return told


def worked_off(house: House) -> bool:
    """Whether somebody works off the jobs of our own state: what comes back was asked for lately, and nothing has long been due."""
    from django.db import Error

    from troth.records.cabinet import let_go
    from troth.workflows.jobs import is_late

    try:
        return not is_late(house.settings.tenant, house.now())
    except Error:
        return False
    finally:
        let_go()


def build_example(folder: Path) -> bool:
    """The invented company with its map, retention rules and notice, once; False: it is there already.

    Raises UsageError where the folder holds anything that no example made.
    """
    from troth.example import build

    if (folder / MARK).is_file():
        return False
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            "this folder holds files that no example made; they were left alone",
            place=str(folder),
            remedy="Name a new one: troth serve --example --data FOLDER",
        )
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    build(fresh)
    for database in fresh.glob("*.sqlite"):
        database.chmod(0o600)
    with as_file(files("troth.example")) as example:
        for name in (MAP, RULES):
            shutil.copyfile(example / name, fresh / name)
        shutil.copytree(example / NOTICE, fresh / NOTICE)
    (fresh / ".troth").mkdir(mode=0o700)
    (fresh / MARK).write_text("`troth serve --example` made this folder; nobody in it exists.\n")
    fresh.rename(folder)  # whole or not at all
    return True
