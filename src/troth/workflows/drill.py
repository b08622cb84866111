"""The restore drill and the canary: an invented person goes the way of everybody erased, on clones only, and the outcome is entered.

The drill restores a backup beside the real data, puts an invented person into it, dumps and restores that, erases the person as on
the live system, sends the guard to the restored dump, and looks whether anything of them stands there that the erasure left not too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from troth.datamap.model import Ref
from troth.datamap.reader import Everything, Select
from troth.evidence.world import Origin, Twin
from troth.retention.trials import Trial
from troth.terms.errors import StoreError, UsageError
from troth.workflows.credentials import split_password
from troth.workflows.erase import erase
from troth.workflows.guard import moment_of, restore_guard, restored
from troth.workflows.house import House
from troth.workflows.identity import not_production
from troth.workflows.prove import NEVER, Proof, Told, prove
from troth.workflows.staging import Stage, clean_folder

UNDECIDED = "undecided"
"""The verdict where a person must decide something first."""
_COUNTED = ("replayed", "still_visible", "uncertain", "canary_left", "canary_seen")


def drill(
    house: House, url: str, taken: str, scratch: Sequence[str] = (), accepted: Sequence[str] = ()
) -> Told:
    """One drill with a restored backup of one system, which is only read. Raises UsageError where it cannot be made."""
    moment = moment_of(taken, house.now())
    there = restored(house, url)
    (system,) = there.map().systems
    url, password = split_password(there.address(system), system)
    not_production(house, there.located(url), system, password or there.password(system))
    _begin(house)
    with _stages(there, system, scratch) as (met, never, origin):
        told = Drill(there, met, never, (), frozenset(accepted)).go(house, system, moment, origin)
    return {**told, "verdict": _enter(house, system, moment, told), "why": ""}


def canary(
    house: House, urls: Sequence[str], scratch: Sequence[str], accepted: Sequence[str], staging: bool
) -> Told:
    """One invented person, planted in clones, found, erased and looked for in every table; the outcome is entered.

    Raises UsageError where no address is given and nobody said that those of the map are no production.
    """
    if not urls and not staging:
        raise UsageError(
            "these are the addresses of the map, and nobody said that they are staging", place="troth canary",
            remedy="Give NAME=URL of a staging database or a restored dump for each system; or say --staging.",
        )  # fmt: skip
    told = prove(house, urls, scratch, (), accepted)
    from django.db import transaction

    from troth.workflows.at_work import at_work
    from troth.workflows.backup_records import swept

    passed = told["verdict"] == NEVER and not told["blocked"]
    counts = {name: len(told[name]) for name in ("not_found", "not_tried", "exempt", "questions")}
    accounted = sum(one["kept_because"] is not None for one in told["left"])
    counts |= {"left": len(told["left"]) - accounted, "accounted": accounted}
    counts |= {"compared": told["compared"], **{f"planted_{what}": n for what, n in told["planted"].items()}}
    verdict = UNDECIDED if told["blocked"] else told["verdict"]
    trial = Trial(house.now(), passed, verdict, tuple(house.map().systems), counts)
    with at_work(house) as books, transaction.atomic():
        swept(books, trial)
        books.checkpoint(trial.at)
    return {**told, "passed": passed, "at": trial.at.isoformat()}


class Drill(Proof):
    """One drill: `met` is the restored backup, with the invented person in it."""

    def go(self, real: House, system: str, moment: datetime, origin: Origin) -> Told:
        planting = self._planted()
        self.met.twins[system].refresh()
        request = self._request(planting)
        store = self.house.kind(origin.url, system)
        if store.twins is None:  # `_stages` refused it
            raise UsageError(f"{store.name} cannot be cloned", place=system, remedy="See: troth stores")
        twin = self.met.twins[system]
        nested = replace(origin, url=twin.url, password=twin.password, folder=origin.folder / "dump")
        nested.folder.mkdir(mode=0o700)
        with store.twins(nested) as (dump, _):
            before = self._speaking(dump, system)
            if not before:
                raise UsageError(
                    "the invented person cannot be seen in the restored dump, so that nothing would be shown",
                    place=system, remedy="Say in the map which datasets are people (`subject`).",
                )  # fmt: skip
            began = real.now()
            told = erase(self.met, request)
            if told.get("blocked"):
                return _blocked(system, told["questions"])
            if told.get("state") == "stopped":
                stopped = told["stopped"]
                raise StoreError(
                    f"the erasure stopped half-way in the clone: {stopped['message']}", permanent=True,
                    place=stopped["place"], remedy="Nothing but the clone was changed.",
                )  # fmt: skip
            ours = self._guarded(self.met, dump, system, began)
            theirs = self._guarded(real, dump, system, moment)
            left = self._speaking(dump, system) - self._speaking(twin, system)
        questions = [*ours["questions"], *theirs["questions"]]
        visible = sum(left.values())
        passed = not (visible or questions_block(ours, theirs)) and ours["replayed"]["erasures"] > 0
        return {
            "system": system, "taken": moment.isoformat(), "passed": passed, "blocked": False,
            "replayed": theirs["replayed"]["erasures"], "still_visible": theirs["still_visible"],
            "uncertain": theirs["uncertain"], "canary_left": visible, "canary_seen": sum(before.values()),
            "questions": questions,
        }  # fmt: skip

    def _guarded(self, whose: House, twin: Twin, system: str, since: datetime) -> Told:
        """The guard with the tombstones of one state, on the restored dump."""
        stage = Stage(
            whose.settings, whose.stores, {}, whose.map_path, whose.progress, clock=whose.now, twins={system: twin},
            lifted=self.met.lifted,
        )  # fmt: skip
        settings = replace(stage.settings, home=whose.home)
        return restore_guard(
            replace(stage, settings=settings),
            f"{system}={twin.url}",
            since.isoformat(),
            sorted(self.accepted),
        )

    def _speaking(self, twin: Twin, system: str) -> Counter[str]:
        """Cells by dataset that hold anything of the invented person."""
        found: Counter[str] = Counter()
        with replace(self.met, twins={system: twin}).opened(self.datamap) as stores:
            store = stores[system]
            for table in store.reflect().tables.values():
                if table.kind not in ("table", "materialized") or not table.columns:
                    continue
                ref = Ref(system, table.name)
                for chunk in store.rows(Select(ref.dataset, tuple(table.by_name), Everything())):
                    found[str(ref)] += sum(self.stranger.speaks(cell) for row in chunk for cell in row)
        return +found


def questions_block(*told: Told) -> bool:
    """Whether a guard left somebody to be seen, or to a person to decide."""
    return any(one["still_visible"] or one["uncertain"] or one.get("blocked") for one in told)


def _blocked(system: str, questions: list[Any]) -> Told:
    return {
        "system": system, "passed": False, "blocked": True, "replayed": 0, "still_visible": 0, "uncertain": 0,
        "canary_left": 0, "canary_seen": 0, "questions": questions,
    }  # fmt: skip


@contextmanager
def _stages(there: House, system: str, scratch: Sequence[str]) -> Iterator[tuple[Stage, Stage, Origin]]:
    """The restored backup twice, each a stage with this system alone; gone at the end, whatever happens."""
    url, password = split_password(there.address(system), system)
    located = there.located(url)
    store = there.kind(located, system)
    if store.twins is None:
        raise UsageError(
            f"{store.name} cannot be cloned", place=system, remedy="`troth stores` says what can be."
        )
    server = next((one for one in scratch if one.partition(":")[0] in store.schemes and "://" in one), "")
    with ExitStack() as held:
        folder: Path = held.enter_context(clean_folder(scratch))
        place = "" if "sqlite" in store.schemes else server
        origin = Origin(system, located, password or there.password(system), place, folder)
        there.progress(f"cloning {system}")
        met, never = held.enter_context(store.twins(origin))
        settings = replace(
            there.settings, home=folder / "home", copy=None, rechecks="no", approval="", vacuum=False
        )
        stage = Stage(
            settings, there.stores, {}, there.map_path, there.progress, alone=(system, met.url), lifted=there.lifted,
            clock=there.now, twins={system: met},
        )  # fmt: skip
        yield stage, replace(stage, twins={system: never}), origin


def _begin(house: House) -> None:
    """Our own state must be there, for the guard asks it who was erased."""
    from troth.workflows.at_work import at_work

    with at_work(house):
        pass


def _enter(house: House, system: str, taken: datetime, told: Told) -> str:
    """Writes the outcome; the verdict."""
    from django.db import transaction

    from troth.workflows.at_work import at_work
    from troth.workflows.backup_records import drilled

    verdict = "passed" if told["passed"] else UNDECIDED if told["blocked"] or told["uncertain"] else "failed"
    counts = {name: told[name] for name in _COUNTED}
    trial = Trial(house.now(), told["passed"], verdict, (system,), counts, taken)
    with at_work(house) as books, transaction.atomic():
        drilled(books, trial)
        books.checkpoint(trial.at)
    return verdict
