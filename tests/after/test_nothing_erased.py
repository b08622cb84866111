"""Of whom nothing was erased, no certificate says so and no final receipt is written, whatever it is that keeps their rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from after_world import ALMA, BO, Company
from hold_world import held

from live import Live
from troth.planning.left import REFUSED
from troth.workflows.backups import Said, add, forget
from troth.workflows.erase import Request, erase

SAID = Said(("crm",), "", "age", ("role:dba",), "30d", True)
CLIENTS = """
ALTER TABLE person ADD COLUMN client VARCHAR(40);
UPDATE person SET client = 'Nordhavn' WHERE id = 1;
DELETE FROM note WHERE id = 1;
"""


@pytest.fixture
def company(new_live: Callable[..., Live], tmp_path: Path) -> Company:
    made = Company(new_live("sqlite", "crm"), tmp_path / "company")
    made.live.run(CLIENTS)
    mapped(made, "person", fields={"client": "none"})
    add(made.house(), "night", made.clock[0].isoformat(), SAID)
    made.later(hours=1)
    return made


def mapped(company: Company, dataset: str, fields: dict[str, str] | None = None, **said: Any) -> None:
    """Says more of a dataset in the map."""
    path = company.folder / "troth.map.yaml"
    told = yaml.safe_load(path.read_text())
    found = told["systems"]["crm"]["datasets"][dataset]
    found |= {name: value for name, value in said.items() if value is not None}
    found["fields"] |= fields or {}
    path.write_text(yaml.safe_dump(told, sort_keys=False))


def kept(company: Company, dataset: str, *columns: str) -> None:
    mapped(company, dataset, keep=[{"law": "dk.bookkeeping", "columns": list(columns), "until": "2031-12-31", "active": True}])  # fmt: skip


def declared(company: Company, dataset: str) -> None:
    """Says that the store itself demands the link."""
    path = company.folder / "troth.map.yaml"
    told = yaml.safe_load(path.read_text())
    told["systems"]["crm"]["datasets"][dataset]["links"][0]["declared"] = True
    path.write_text(yaml.safe_dump(told, sort_keys=False))


def said(company: Company, *people: str, left: Sequence[str] = ()) -> list[str]:
    """What the certificates say, in the order of the people."""
    told = erase(company.house(), Request(people, left_to=dict.fromkeys(left, REFUSED)))
    assert told.get("state") == "done", told["questions"]
    return [json.loads(Path(path).read_text())["outcome"] for path in told["certificates"]]


def receipts(company: Company) -> list[dict[str, Any]]:
    company.later(hours=1)
    forget(company.house(), "night")
    return [json.loads(Path(path).read_text()) for path in company.due()["backups"]["receipts"]]


def test_all_left_to_a_customer(company: Company) -> None:
    mapped(company, "person", tenant="client")
    before = company.names()
    assert said(company, ALMA, left=["Nordhavn"]) == ["nothing erased, all left to customers"]
    assert company.names() == before
    assert receipts(company) == []


def test_all_kept_by_law(company: Company) -> None:
    kept(company, "person", "email", "name", "phone")
    kept(company, "orders", "person", "item")
    kept(company, "invoice", "person", "bill_to", "memo")
    before = company.names()
    assert said(company, ALMA) == ["nothing erased, all kept by law"]
    assert company.names() == before
    assert receipts(company) == []


def test_some_held_and_the_rest_left_to_a_customer(company: Company) -> None:
    company.live.run(
        "ALTER TABLE orders ADD COLUMN client VARCHAR(40); UPDATE orders SET client = 'Nordhavn'"
    )
    mapped(company, "orders", fields={"client": "none"}, tenant="client")
    mapped(company, "invoice", keep=[])
    held(company, ALMA, on=["crm.person", "crm.invoice"])
    before = company.names()
    assert said(company, ALMA, left=["Nordhavn"]) == [
        "nothing erased, some postponed by a legal hold, some left to customers"
    ]
    assert company.names() == before
    assert receipts(company) == []


def test_one_of_two_has_a_receipt_and_the_other_none(company: Company) -> None:
    held(company, ALMA)
    assert sorted(said(company, ALMA, BO)) == [
        "erased, some kept by law",
        "nothing erased, some kept by law, some postponed by a legal hold",
    ]
    (told,) = receipts(company)
    assert told["outcome"] == "in no registered backup"


def test_what_a_hold_keeps_of_somebody_erased_keeps_their_receipt_back(company: Company) -> None:
    held(company, ALMA, on=["crm.orders"])
    (told,) = said(company, ALMA)
    assert "some postponed by a legal hold" in told
    assert receipts(company) == []


@pytest.mark.parametrize("why", ["customer", "hold", "law"])
def test_a_row_that_stays_emptied_because_rows_that_are_kept_name_it_is_not_anonymous(
    company: Company, why: str
) -> None:
    company.live.run(
        "DELETE FROM invoice; ALTER TABLE orders ADD COLUMN client VARCHAR(40); UPDATE orders SET client = 'Nordhavn'"
    )
    mapped(company, "orders", fields={"client": "none"}, tenant="client" if why == "customer" else None)
    if why == "hold":
        held(company, ALMA, on=["crm.orders"])
    if why == "law":
        kept(company, "orders", "person", "item")
        declared(company, "orders")
    stays = {"customer": "left to customers", "hold": "postponed by a legal hold", "law": "kept by law"}
    assert said(company, ALMA, left=["Nordhavn"] * (why == "customer")) == [f"minimised, some {stays[why]}"]
    assert company.live.query("SELECT id, email, name FROM person WHERE id = 1") == [(1, None, None)]
    assert receipts(company) == []
