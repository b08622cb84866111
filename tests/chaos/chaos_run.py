"""One case: its undisturbed twin, and runs of it that faults disturb until `troth resume` has finished them."""

from __future__ import annotations

import random
import shutil
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chaos_case import Case, Place, alike, case_of
from chaos_faults import ANYWHERE, AT_A_SERVER, AT_ANY_STORE, AT_POSTGRES, SEVERAL, Fault
from chaos_judge import Twin, nothing_in_the_clear, receipts, same_end
from chaos_nest import Ended, learn, troth
from chaos_servers import Servers
from crash_state import judge_done, runs

RUNS = 4  # disturbed runs of each case
CODES = (0, 2, 5, -9)  # how a disturbed run may end: done, refused before it began, stopped half-way, killed
ALSO = 0.3  # how often a resume is disturbed as well


@dataclass
class Lab:
    """Where one worker tries its cases."""

    folder: Path
    servers: Servers
    stores: str = ""
    struck: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def twin(self, seed: int) -> tuple[Case, Twin]:
        """The first case of the seed that nobody has to decide about, and what it leaves undisturbed."""
        for attempt in range(200):
            kind = self.stores or ("sqlite", "postgres", "mysql", "mixed")[seed % 4]
            case = case_of(f"{seed}/{attempt}", kind)
            place = self._place(case)
            before = place.rows()
            ended = self._troth(place, Fault(""), *_erase(case))
            assert ended.code in (0, 4), f"exit {ended.code}: {ended.err}{ended.out[-900:]}"
            learn(place.folder)
            if ended.code == 4 or not ended.told["certificates"]:
                assert place.rows() == before
                continue
            after, told = place.rows(), ended.told
            judge_done(place.folder, len(told["certificates"]), receipts(place.folder))
            return case, Twin(before, alike(after), told, receipts(place.folder), ended.points)
        raise AssertionError("every case of this seed asks a question first")

    def disturbed(self, case: Case, twin: Twin, chance: random.Random) -> None:
        """Faults, then resumes until it is done; AssertionError where it does not end as its twin."""
        self.struck, self.refused = [], []
        place = self._place(case)
        points = twin.points
        ended = self._faulty(place, self._fault(place, points, chance), *_erase(case))
        _honest(ended.code, runs(place.folder))
        while runs(place.folder) not in ([], ["done"]) and chance.random() < ALSO:
            ended = self._faulty(
                place, self._fault(place, points[len(points) // 3 :], chance), "resume", "--json"
            )
        told = ended.told if ended.code == 0 and _answered(ended) else None
        if not runs(place.folder):
            assert place.rows() == twin.before, "nothing was approved, and yet something changed"
            assert self._troth(place, Fault(""), "resume", "--json").told["runs"] == []
            told = self._well(place, *_erase(case)).told
        elif runs(place.folder) != ["done"] or told is None:
            unfinished = runs(place.folder) != ["done"]
            finished = self._well(place, "resume", "--json").told["runs"]
            assert len(finished) == unfinished
            told = finished[0] if finished else None
        if told is not None and "runs" in told:
            (told,) = told["runs"]
        if told is None:  # done, and killed before it could say so
            told = {**twin.told, "certificates": list((place.home / "certificates").glob("*.json"))}
        same_end(place, twin, told)
        certificate = str(next((place.home / "certificates").glob("*.json")))
        self._well(place, "ledger", "verify", "--against", certificate)

    # -- one process ------------------------------------------------------------------------------------------------

    def _faulty(self, place: Place, fault: Fault, *arguments: str) -> Ended:
        ended = self._troth(place, fault, *arguments)
        self.struck += [fault.name] if fault.name in ended.struck else []
        self.struck += ["clock"] if "clock" in ended.struck else []
        self.refused += ended.refused
        told = f"{fault.name} at {fault.at}: exit {ended.code}: {ended.err[-600:]}{ended.out[-600:]}"
        assert ended.code in CODES, told
        assert "Traceback" not in ended.err, told
        return ended

    def _well(self, place: Place, *arguments: str) -> Ended:
        ended = self._troth(place, Fault(""), *arguments)
        assert ended.code == 0, (
            f"troth {arguments[0]} ended with {ended.code}: {ended.err[-600:]}{ended.out[-600:]}"
        )
        return ended

    def _troth(self, place: Place, fault: Fault, *arguments: str) -> Ended:
        environment = {"TROTH_BATCH_SIZE": str(place.case.batch), "LANG": "C.UTF-8"}
        for name, live in place.systems.items():
            if live.kind != "sqlite":
                environment[f"TROTH_URL_{name.upper()}"] = live.url
        ended = troth(place.folder, self.servers, environment, fault, *arguments)
        nothing_in_the_clear(place, ended)
        return ended

    def _place(self, case: Case) -> Place:
        shutil.rmtree(self.folder / "place", ignore_errors=True)
        return Place(case, self.folder / "place", self.servers)

    def _fault(self, place: Place, points: list[str], chance: random.Random) -> Fault:
        """One that can strike on these stores, at a point that the undisturbed run has passed."""
        servers = {name: live for name, live in place.systems.items() if live.kind != "sqlite"}
        names = [*ANYWHERE, *AT_ANY_STORE * 3, *(AT_A_SERVER if servers else ())]
        names += AT_POSTGRES if any(live.kind == "postgres" for live in servers.values()) else ()
        names += ["deadlock"] * 3 if SEVERAL in points else []
        name = chance.choice([*names, "clock"])
        stores = sum(point.endswith((" before", " within", " after its commit")) for point in points)
        batches = sum(point.endswith(" before") for point in points)
        most = {"deadlock": 2, "busy": batches, "statement timeout": batches, "line cut": 200}.get(name)
        most = most or (len(points) if name in ANYWHERE else stores)
        return Fault(
            name, at=chance.randrange(most) + 1 if most else 1, seed=chance.randrange(1 << 30),
            jumps=chance.random() < 0.1,
            ports={system: urlsplit(live.url).port or 0 for system, live in servers.items()},
            pids={system: self.servers.pid(live.kind) for system, live in servers.items()},
            urls={system: live.url for system, live in servers.items()},
        )  # fmt: skip


def _erase(case: Case) -> tuple[str, ...]:
    return ("erase", *case.people, "--yes", "--json")


def _honest(code: int, states: list[str]) -> None:
    """What an erasure says by its exit code is so: done, nothing begun, or taken up by `troth resume`."""
    told = f"exit {code}, and the state is {states}"
    assert code != 0 or states == ["done"], told
    assert code != 2 or states == [], told
    assert code != 5 or states, told


def _answered(ended: Ended) -> bool:
    return ended.out.startswith("{")


def _told(fault: AssertionError) -> str:
    """What was asserted, and where."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{fault} [{Path(last.filename).name}:{last.lineno} {last.line}]"


def each(lab: Lab, seed: int, only: int | None = None) -> Iterator[dict[str, Any]]:
    """Tries a case: for each of its runs the seed, the kinds of store, what struck, what was refused, and what was wrong or ''."""
    try:
        case, twin = lab.twin(seed)
    except AssertionError as fault:
        yield {"seed": f"{seed}", "stores": "twin", "struck": [], "refused": [], "wrong": _told(fault)}
        return
    for number in range(RUNS) if only is None else (only,):
        wrong = ""
        try:
            lab.disturbed(case, twin, random.Random(f"{seed}.{number}"))
        except AssertionError as fault:
            wrong = _told(fault)
        told = {"seed": f"{seed}.{number}", "stores": case.stores, "wrong": wrong}
        yield {**told, "struck": lab.struck, "refused": lab.refused}
