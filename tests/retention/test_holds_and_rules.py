"""A legal hold keeps what a rule would let go; after it is lifted, the rule takes it by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from retention_world import ALMA, Company, score

from live import KINDS, Live
from troth.terms.errors import StoreError
from troth.terms.settings import Settings
from troth.workflows.act import Acting
from troth.workflows.erase import resume
from troth.workflows.holding import confirm, lift, place, placed
from troth.workflows.house import House

HOLD = {
    "authority": "court",
    "ground": "claims",
    "note": "Case 12/2026: the court asked for the orders of March",
    "review": "2026-09-01",
}


@pytest.fixture(params=KINDS)
def company(request: pytest.FixtureRequest, new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(new_live(request.param, "crm"), tmp_path / "company")


def by(company: Company, who: str) -> House:
    return replace(company.house(), settings=Settings(**{**company.settings, "operator": who}))


def held(company: Company, people: tuple[str, ...] = (), on: tuple[str, ...] = ()) -> str:
    house = by(company, "olga")
    told = place(house, placed({**HOLD, "people": people, "on": on, "rows": ()}, house.map()))
    confirm(by(company, "vera"), told["name"])
    return str(told["name"])


def lifted(company: Company, name: str) -> None:
    lift(by(company, "olga"), name)
    confirm(by(company, "vera"), name)


def test_a_held_person_s_rows_outlive_their_rule_until_the_hold_is_lifted(company: Company) -> None:
    name = held(company, (ALMA,))
    before = [company.table(one) for one in ("customer", "ticket", "message", "invoice")]
    hers = [[row for row in table if row[0] == 1] for table in before]
    told = company.run()
    after = [company.table(one) for one in ("customer", "ticket", "message", "invoice")]
    assert [[row for row in table if row[0] == 1] for table in after] == hers
    assert score(told, "closed-accounts", "done", "held") == (0, 1)
    lifted(company, name)
    told = company.run()
    assert score(told, "closed-accounts", "done", "held") == (1, 0)
    assert [row[0] for row in company.table("customer")] == [2, 3]


def test_a_held_dataset_keeps_every_row_of_it(company: Company) -> None:
    name = held(company, on=("crm.message",))
    before = company.table("message")
    company.run()
    assert company.table("message") == before
    lifted(company, name)
    company.run()
    assert [row[0] for row in company.table("message")] == [4, 5]


def test_a_run_of_the_rules_that_was_cut_off_does_not_go_on_over_a_hold(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(acting: Acting, batch: Any) -> None:
        raise StoreError("the disk is full", permanent=True, place="crm")

    with monkeypatch.context() as patched:
        patched.setattr(Acting, "_execute", failing)
        assert company.run()["state"] == "stopped"
    before = company.table("customer")
    name = held(company, on=("crm.customer", "crm.ticket", "crm.message", "crm.invoice"))
    resume(company.house())
    assert company.table("customer") == before
    company.run()
    assert company.table("customer") == before
    lifted(company, name)
    company.run()
    assert [row[0] for row in company.table("customer")] == [2, 3]
