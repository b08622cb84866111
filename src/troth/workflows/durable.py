"""Durable runs with DBOS: each batch is a step that is recorded once done; whatever was cut off is taken up again.

Arguments and results of workflows are ids and counts, never a value. A run that is taken up is a new workflow over the same
batches: those that our state calls done are passed over. docs/design.md says why.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from troth.planning.residue import Tally
from troth.records.cabinet import kept
from troth.terms.errors import StoreError, StoreUnreachableError, TrothError, UnforeseenError, whereabouts
from troth.workflows.act import Acting
from troth.workflows.after import left, settle, totals
from troth.workflows.approve import PLAN_FORMAT
from troth.workflows.books import Books, Line
from troth.workflows.certify import issue
from troth.workflows.house import House
from troth.workflows.sweep import after_erasure
from troth.workflows.tombstones import set_stones
from troth.workflows.turn import LostTurnError, still

_WORLD: list[tuple[House, Books]] = []  # what the workflow functions act in; set by `executor`
_ACTING: dict[str, Acting] = {}
Outcome = dict[str, Any]


def _acting(run: str) -> Acting:
    house, books = _WORLD[-1]
    if run not in _ACTING:
        _ACTING[run] = Acting(house, books, run)
    return _ACTING[run]


def _erase(run: str) -> Outcome:
    """The workflow: every batch, then what remains, the bytes, and the certificates."""
    from dbos import DBOS

    total = _acting(run).count()
    for number in range(total):
        _acting(run).house.progress(f"batch {number + 1} of {total}")
        failed = DBOS.run_step({"name": "act"}, _told_by_place, _act, run, number)
        if failed:
            return {"state": "stopped", **failed}
    return dict(DBOS.run_step({"name": "finish"}, _told_by_place, _finish, run))


def _told_by_place(work: Callable[..., Any], *arguments: Any) -> Any:
    """A step whose unforeseen faults lose their text, for DBOS writes down what a step raised."""
    try:
        with kept(_WORLD[-1][0].home, begun=True):
            return work(*arguments)
    except StoreUnreachableError as fault:  # by itself it would say that nothing was begun
        remedy = f"{fault.remedy} Then run `troth resume`."
        raise StoreError(fault.message, permanent=False, place=fault.place, remedy=remedy) from None
    except TrothError:
        raise
    except Exception as fault:  # noqa: BLE001  (a door: what it says may quote a value)
        remedy = "Please report it. What was done is recorded; go on with: troth resume"
        raise UnforeseenError(whereabouts(fault), remedy=remedy) from None


def _act(run: str, number: int) -> Outcome | None:
    """One batch; a refusal of the store is a result (place and reason, no value), so that it is recorded as such."""
    from django.db import transaction

    acting = _acting(run)
    try:
        acting.act(number)
    except LostTurnError:
        raise
    except StoreError as fault:
        with transaction.atomic():
            acting.count_statements()
            row = acting.row()
            row.state = "stopped"
            row.save(update_fields=["state"])
            line = Line(
                "run_stopped",
                run,
                {"place": fault.place, "message": fault.message},
                {"step": number, "outcome": "stopped"},
                run,
            )
            acting.books.enter([line], acting.house.now())
        told = {"message": fault.message, "place": fault.place, "remedy": fault.remedy}
        return {**told, **acting.so_far(), "statements": row.outcome["statements"]}
    return None


def _finish(run: str) -> Outcome:
    from django.db import transaction

    from troth.planning.models import FrozenBatch, Run

    acting = _acting(run)
    row = acting.row()
    if row.state == "done":
        return dict(row.outcome)
    still(acting.house)
    acting.house.progress("checking that nothing is left")
    if "left" not in row.outcome:  # before the files are rewritten: SQLite may then number rows anew
        standing, swept = left(acting), after_erasure(acting)
        row = acting.row()
        row.outcome = {**row.outcome, "left": standing, "sweep": swept.told()}
        row.save(update_fields=["outcome"])
    standing, swept = row.outcome["left"], Tally.from_told(row.outcome["sweep"])
    acting.house.progress("removing the bytes")
    absence = settle(acting)
    still(acting.house)
    acting.house.progress("writing certificates")
    certified = acting.row().kind != "replay"  # what was decided before is only done again
    paths = issue(acting, absence, standing, swept) if certified else []
    with transaction.atomic():
        row = Run.objects.of(acting.books.tenant).select_for_update().get(name=run)
        if row.state == "done":  # whoever took this run up meanwhile has ended it
            return dict(row.outcome)
        if certified:
            set_stones(acting)
        _close(acting, standing, swept, paths)
        FrozenBatch.objects.of(acting.books.tenant).filter(run=run).delete()
    acting.books.second.flush()
    return dict(acting.row().outcome)


def _close(acting: Acting, standing: dict[str, int], swept: Tally, paths: list[str]) -> None:
    """The run is done: what is left and what was written stand in its outcome, and its context is gone."""
    acting.count_statements()
    row, found = acting.row(), swept.left()
    told = {
        "left": {place: max(rows, found.get(place, 0)) for place, rows in (found | standing).items()},
        "paths": paths,
        "sweep": swept.report(acting.datamap.datasets),
        **totals(acting),
    }
    row.outcome = {**row.outcome, "state": "done", **told}
    row.state, row.finished, row.context = "done", acting.house.now(), b""
    row.save()


@contextmanager
def executor(house: House, books: Books) -> Iterator[Callable[[str], Outcome]]:
    """Starts DBOS for this process; yields what runs a workflow (or takes it up) and returns its outcome."""
    from dbos import DBOS, SetWorkflowID

    config = _config(house)
    _WORLD.append((house, books))
    try:
        DBOS(config=config)
        erase = DBOS.workflow(name="erase")(_erase)
        DBOS.launch()

        def run(run_name: str) -> Outcome:
            row = _acting(run_name).row()
            for cut_off in DBOS.list_workflows(
                workflow_id_prefix=f"{run_name}.", status=["PENDING", "ENQUEUED"]
            ):
                DBOS.cancel_workflow(cut_off.workflow_id)
            row.attempt += 1
            row.state = "acting"
            row.save(update_fields=["attempt", "state"])
            with SetWorkflowID(f"{run_name}.{row.attempt}"):
                return dict(erase(run_name))

        yield run
    finally:
        for acting in _ACTING.values():
            acting.close()
        _ACTING.clear()
        _WORLD.pop()
        DBOS.destroy()
        if "system_database_engine" in config:
            config["system_database_engine"].dispose()
        empty_log(house.home)


def empty_log(home: Path) -> None:
    """Empties a write-ahead log that a kill after the last act, or a thread of the library that ended late, has left."""
    path = home / "workflows.sqlite"
    if path.exists():
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _config(house: House) -> Any:
    from dbos import DBOSConfig
    from dbos._serialization import DBOSPortableJSONSerializer

    config = DBOSConfig(
        name="troth", executor_id=f"{os.getpid()}-{secrets.token_hex(4)}", application_version=str(PLAN_FORMAT),
        log_level="CRITICAL", serializer=DBOSPortableJSONSerializer(), enable_otlp=False,
        notification_listener_polling_interval_sec=0.05,
    )  # fmt: skip
    if house.settings.database:
        config["system_database_engine"] = _engine(house.settings.database)
        config["dbos_system_schema"] = "troth_workflows"
        config["use_listen_notify"] = False
    else:
        config["system_database_url"] = f"sqlite:///{_file(house.home)}"
    return config


def _engine(database: str) -> Any:
    """The server of our own state; the library never learns its address."""
    import sqlalchemy

    from troth.records.locks import connect

    return sqlalchemy.create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(database, commit=False),
        pool_size=4,
        pool_pre_ping=True,
    )


def _file(home: Path) -> Path:
    path = home / "workflows.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=WAL")
    os.chmod(path, 0o600)
    return path
