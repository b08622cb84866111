"""A drill tries the guard on clones of a restored backup; it fails where the guard does, and the outcome is entered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from after_world import ALMA, Company

from live import Live
from troth.terms.errors import UsageError
from troth.workflows import drill as drilling
from troth.workflows.backups import check
from troth.workflows.drill import canary, drill
from troth.workflows.guard import restore_guard
from troth.workflows.house import House

Taken = Callable[[Company], Callable[[], Live]]


@pytest.fixture
def small(new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(new_live("sqlite", "crm"), tmp_path / "company")


def drilled(company: Company, back: Callable[[], Live], moment: str) -> tuple[dict[str, Any], Live]:
    target = back()
    return drill(company.house(), f"crm={target.url}", moment, [target.url.rpartition("/")[0] + "/postgres"]
                 if company.live.kind == "postgres" else ()), target  # fmt: skip


def due_drills(company: Company) -> list[str]:
    return [one["place"] for one in check(company.house())["findings"] if one["id"] == "backup.B007"]


def test_a_drill_passes_and_only_reads_the_restored_backup(company: Company, restored: Taken) -> None:
    back, moment = restored(company), company.clock[0].isoformat()
    company.later(hours=1)
    company.erase(ALMA)
    company.later(days=1)
    assert due_drills(company) == ["crm"]
    told, target = drilled(company, back, moment)
    assert told["passed"], told
    assert (told["replayed"], told["still_visible"], told["canary_left"]) == (1, 0, 0)
    assert told["canary_seen"] > 0
    assert ALMA in str(company.names(target)), "the restored backup itself is only read"
    assert "never.invalid" not in str(company.names(target))
    assert "never.invalid" not in str(company.names())
    assert due_drills(company) == []
    company.later(days=91)
    assert due_drills(company) == ["crm"]


def test_a_guard_that_does_nothing_fails_the_drill(
    small: Company, restored: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    back, moment = restored(small), small.clock[0].isoformat()

    def idle(house: House, url: str, taken: str, *_: Any) -> dict[str, Any]:
        return {
            "replayed": {"erasures": 1}, "still_visible": 0, "uncertain": 0, "questions": [],
        }  # fmt: skip

    monkeypatch.setattr(drilling, "restore_guard", idle)
    told, _ = drilled(small, back, moment)
    assert not told["passed"]
    assert told["canary_left"] > 0
    assert due_drills(small) == ["crm"]
    monkeypatch.setattr(drilling, "restore_guard", restore_guard)
    assert drilled(small, back, moment)[0]["passed"]


@pytest.mark.parametrize("fault", [{"still_visible": 1}, {"uncertain": 1}, {"blocked": True}])
def test_somebody_really_erased_who_is_seen_fails_it(
    small: Company, restored: Taken, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any]
) -> None:
    back, moment = restored(small), small.clock[0].isoformat()

    def partial(house: House, url: str, since: str, accepted: Any) -> dict[str, Any]:
        told = restore_guard(house, url, since, accepted)
        return told | fault if house.home == small.home else told

    monkeypatch.setattr(drilling, "restore_guard", partial)
    told, _ = drilled(small, back, moment)
    assert not told["passed"]
    assert told["canary_left"] == 0
    assert due_drills(small) == ["crm"]


def test_a_canary_goes_through_clones_only(small: Company) -> None:
    plain = small.house()
    house = House(plain.settings, plain.stores, plain.environment, plain.map_path)
    with pytest.raises(UsageError, match="staging"):
        canary(house, (), (), (), staging=False)
    before = small.names()
    told = canary(house, (), (), (), staging=True)
    assert told["passed"], told
    assert small.names() == before
    from troth.ledger.entry import parse
    from troth.ledger.models import Entry

    (row,) = Entry.objects.of(house.settings.tenant).filter(kind="canary")
    assert parse(bytes(row.leaf)).public == {"outcome": "done"}
