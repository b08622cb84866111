"""Two people place a hold and two lift it; it has a necessity and bounds; and nothing of it is ever in the clear."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from after_world import ALMA, BO, Company
from hold_world import NOTE, OLGA, VERA, as_person, held, holds, lifted, proposed

from live import Live
from troth.terms.errors import StoreError, UsageError
from troth.workflows.act import Acting
from troth.workflows.erase import Request, erase, resume
from troth.workflows.holding import confirm, lift, review
from troth.workflows.propose import ApprovalError


@pytest.fixture
def company(new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(new_live("sqlite", "crm"), tmp_path / "company")


def kinds(company: Company) -> list[str]:
    with closing(sqlite3.connect(company.home / "state.sqlite")) as db:
        found = db.execute("SELECT kind FROM ledger_entry WHERE kind LIKE 'hold%' ORDER BY id").fetchall()
    return [kind for (kind,) in found]


def test_one_person_alone_neither_places_nor_lifts_a_hold(company: Company) -> None:
    name = proposed(company, [ALMA])["name"]
    with pytest.raises(ApprovalError) as refused:
        confirm(as_person(company, " OLGA "), name)
    assert refused.value.exit_code == 4
    assert [one["state"] for one in holds(company)["holds"]] == ["placed"]
    confirm(as_person(company, VERA), name)
    lift(as_person(company, VERA), name)
    with pytest.raises(ApprovalError):
        confirm(as_person(company, VERA), name)
    assert [one["state"] for one in holds(company)["holds"]] == ["lifting"]
    assert confirm(as_person(company, OLGA), name)["state"] == "lifted"
    assert kinds(company) == ["hold_placed", "hold_confirmed", "hold_lifted", "hold_lifted"]


def test_a_hold_that_nobody_confirmed_stops_what_it_would_keep_until_somebody_decides(
    company: Company,
) -> None:
    name = proposed(company, [ALMA])["name"]
    before = company.names()
    told = erase(company.house(), Request([ALMA]))
    assert told["blocked"]
    assert "hold.Q002" in [question["id"] for question in told["questions"] if question["blocking"]]
    assert company.names() == before
    company.erase(BO)  # it is not about him
    assert lift(as_person(company, OLGA), name)["state"] == "withdrawn"
    assert company.erase(ALMA)["erased"] > 0


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"note": ""}, "--note"),
        ({"note": "just in case we ever need it"}, "--note"),
        ({"note": "for en sikkerheds skyld bevares alt dette"}, "--note"),
        ({"note": "case 12"}, "--note"),
        ({"authority": "the boss"}, "--authority"),
        ({"ground": "operations"}, "--ground"),
        ({"review": "2026-03-01"}, "--review"),
        ({"review": "soon"}, "--review"),
        ({"on": "crm.nothing"}, "--on"),
        ({"rows": "crm.nothing=1"}, "--row"),
        ({}, "troth hold place"),
    ],
)
def test_a_hold_without_necessity_ground_date_or_bounds_is_refused(
    company: Company, fields: dict[str, str], place: str
) -> None:
    scope: dict[str, Any] = {name: [fields.pop(name)] for name in ("on", "rows") if name in fields}
    with pytest.raises(UsageError) as refused:
        proposed(company, *([[ALMA]] if fields else []), **scope, **fields)
    assert refused.value.place == place
    assert refused.value.exit_code == 2


def test_a_review_says_why_and_until_when(company: Company) -> None:
    name = held(company, ALMA)
    company.later(days=400)
    assert holds(company)["overdue"] == 1
    with pytest.raises(UsageError):
        review(as_person(company, OLGA), name, date(2028, 1, 1), "just in case")
    review(as_person(company, OLGA), name[:8], date(2028, 1, 1), "The appeal in case 12/2026 is still open")
    assert holds(company)["overdue"] == 0
    assert kinds(company)[-1] == "hold_reviewed"


def test_neither_our_state_nor_its_copy_says_whom_a_hold_is_about(company: Company) -> None:
    name = held(company, ALMA, rows=["crm.orders=3"])
    company.erase(ALMA)
    files = [path for path in company.folder.rglob("*") if path.is_file() and path.name != "troth.map.yaml"]
    certificates = [path for path in files if "certificates" in path.parts]
    for path in set(files) - set(certificates):
        data = path.read_bytes()
        assert not [value for value in (ALMA, "Alma", NOTE) if value.encode() in data], path
    lifted(company, name)
    assert list((company.folder / ".troth.copy" / "holds").glob("*.key")) != []  # the postponed erasure's own
    company.due()
    assert list((company.folder / ".troth.copy" / "holds").glob("*.key")) == []


def test_an_old_state_put_back_knows_the_hold_and_what_it_postponed(company: Company) -> None:
    company.erase(BO)
    saved = company.folder / "saved"
    shutil.copytree(company.home, saved)
    name = held(company, ALMA)
    company.erase(ALMA)
    before = company.names()
    shutil.rmtree(company.home)
    shutil.copytree(saved, company.home)
    assert [one["name"] for one in holds(company)["holds"]] == [name]
    company.erase(ALMA)
    assert company.names() == before
    lifted(company, name)
    assert {one["state"] for one in company.due()["postponed"]} <= {"erased", "clean"}
    assert company.live.query("SELECT count(*) FROM person WHERE id = 1") == [(0,)]


def test_an_old_state_put_back_does_not_revive_a_hold_that_was_lifted(company: Company) -> None:
    name = held(company, ALMA)
    saved = company.folder / "saved"
    shutil.copytree(company.home, saved)
    lifted(company, name)
    shutil.rmtree(company.home)
    shutil.copytree(saved, company.home)
    assert holds(company)["holds"] == []
    assert company.erase(ALMA)["erased"] > 0


def test_a_run_cut_off_before_the_hold_does_not_go_on_over_it(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.settings["batch_size"] = 1
    whole, done = Acting._execute, []

    def failing(acting: Acting, batch: Any) -> None:
        if len(done) == 2:
            raise StoreError("the disk is full", permanent=True, place="crm")
        whole(acting, batch)
        done.append(batch)

    monkeypatch.setattr(Acting, "_execute", failing)
    assert erase(company.house(), Request([ALMA]))["state"] == "stopped"
    monkeypatch.setattr(Acting, "_execute", whole)
    half = company.names()
    name = held(company, ALMA)
    told = resume(company.house())
    assert [one["state"] for one in told] == ["done"]
    assert company.names() == half
    lifted(company, name)
    assert company.due()["postponed"][0]["state"] == "erased"
    rest = company.names()
    assert [row[0] for row in rest["person"]] == [2]
    assert [row[0] for row in rest["orders"]] == [2]


def test_whom_a_hold_is_about_must_be_clear(company: Company) -> None:
    company.live.run(f"INSERT INTO person VALUES (8, '{ALMA}', 'Alma Holm', '+45 20 30 40 58')")
    told = proposed(company, [ALMA])
    assert told["blocked"]
    assert told["name"] is None
    assert holds(company)["holds"] == []
