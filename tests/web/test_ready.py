"""What is told of workers and stores: on the machine itself alone, by name, in bounded time, and no oftener than it is worth."""

from __future__ import annotations

import json
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from running_server import Served
from test_jobs import START, Desk

from troth.main import make_house
from troth.web.health import FRESH
from troth.workflows import jobs
from troth.workflows.reach import Reach

STORES = ("crm", "product", "support", "billing", "newsletter")


def test_on_the_machine_itself_workers_and_stores_are_told_by_name(served: Served) -> None:
    told = json.loads(served.visitor().get("/readyz").text)
    assert told["jobs"] is True
    assert told["stores"] == dict.fromkeys(STORES, True)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.7"},
        {"Forwarded": "for=203.0.113.7"},
        {"X-Real-IP": "203.0.113.7"},
        {"X-Forwarded-Host": "privacy.havgry.example"},
        {"Via": "1.1 proxy"},
        {"Host": "privacy.havgry.example"},
    ],
)
def test_nobody_else_is_told_which_stores_there_are(served: Served, headers: dict[str, str]) -> None:
    page = served.visitor().get("/readyz", **headers)
    assert json.loads(page.text).keys() == {"state", "tables", "map"}


def test_a_store_that_is_away_is_told_and_turns_nobody_away(served: Served) -> None:
    house = make_house(served.folder / "troth.map.yaml", lambda _: None)
    gone = served.folder / "billing.sqlite"
    gone.rename(served.folder / "away")
    try:
        time.sleep(FRESH)
        assert Reach(house).told() == {**dict.fromkeys(STORES, True), "billing": False}
        assert served.visitor().get("/readyz").status == 200
    finally:
        (served.folder / "away").rename(gone)


def test_a_store_that_hangs_is_waited_for_once_and_asked_no_oftener(served: Served) -> None:
    released, asked = threading.Event(), []

    class Hanging:
        def __init__(self, inner: object) -> None:
            self.inner = inner

        def map(self) -> object:
            return house.map()

        def open(self, system: object) -> object:
            asked.append(system.name)  # type: ignore[attr-defined]
            if system.name == "crm":  # type: ignore[attr-defined]
                released.wait(20)
            return house.open(system)  # type: ignore[arg-type]

    house = make_house(served.folder / "troth.map.yaml", lambda _: None)
    now = 100.0
    reach = Reach(Hanging(house), fresh=10, bound=0.3)  # type: ignore[arg-type]
    began = time.monotonic()
    assert reach.told(lambda: now)["crm"] is False
    assert time.monotonic() - began < 3
    assert sorted(asked) == sorted(STORES)
    reach.told(lambda: now)
    assert len(asked) == len(STORES), "an answer holds for a while"
    now += 11
    told = reach.told(lambda: now)
    assert asked.count("crm") == 1, "who hangs is not asked again meanwhile"
    assert (told["crm"], told["billing"]) == (False, True)
    released.set()
    reach._asking["crm"].join()
    now += 11
    assert reach.told(lambda: now)["crm"] is True


def test_a_map_that_cannot_be_read_names_no_store(tmp_path: Path) -> None:
    assert Reach(make_house(tmp_path / "troth.map.yaml", lambda _: None)).told() == {}


def test_it_is_told_when_nobody_works(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "state")
    tenant, late = desk.books.tenant, jobs.LATE + timedelta(seconds=1)
    assert jobs.is_late(tenant, START), "nothing has ever come back by the calendar"
    jobs.ask_again(tenant, "due", timedelta(minutes=5), START)
    assert not jobs.is_late(tenant, START)
    assert jobs.is_late(tenant, START + late)
    task = jobs.claim(tenant, "w", START)
    assert task is not None
    assert not jobs.is_late(tenant, START + late), "what comes back may take its time"
    desk.ask("note", "a")
    assert jobs.is_late(tenant, START + late), "and something else is long due"
