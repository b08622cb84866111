"""Rows that an erasure leaves and that are still personal are told as minimised or pseudonymised, never as anonymised."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from troth.planning.left import REFUSED
from troth.stores.sqlite import STORE
from troth.terms.settings import Settings
from troth.workflows.erase import Request, erase, preview
from troth.workflows.house import House

ALMA, BENT = "alma@inbox.example", "bent@inbox.example"
DECISION = {
    "decision": "the engineers need the series; the key list is gone",
    "by": "Olga",
    "on": "2026-11-23",
}
KEEP = {
    "law": "dk.bookkeeping",
    "reason": "accounting",
    "columns": ["payer"],
    "until": "2031-12-31",
    "active": True,
}
SCHEMA = """
CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, email TEXT);
CREATE TABLE ride (id INTEGER PRIMARY KEY, person INTEGER {null} REFERENCES person, payer TEXT, phone TEXT, day TEXT, price NUMERIC);
INSERT INTO person VALUES (1, 'Alma Havn', 'alma@inbox.example'), (2, 'Bent Holm', 'bent@inbox.example');
INSERT INTO ride SELECT value, value % 2 + 1, 'Somebody', '2012345' || (value % 2 + 1), '2026-02-01', 10.35
  FROM generate_series(1, 6);
"""


class Company:
    """A person, and rides that stay without them."""

    def __init__(self, folder: Path, mandatory: bool = False) -> None:
        self.folder = folder
        self.person: dict[str, Any] = {
            "subject": "person",
            "key": ["id"],
            "fields": {"id": "key", "name": "full_name", "email": "email"},
        }
        self.ride: dict[str, Any] = {
            "key": ["id"], "erase": "anonymise",
            "fields": {"id": "key", "person": "key", "payer": "full_name", "phone": "phone", "day": "date", "price": "amount"},
            "links": [{"columns": ["person"], "to": "person [id]", "means": "OWNED_BY", "declared": True}],
        }  # fmt: skip
        script = SCHEMA.format(null="NOT NULL" if mandatory else "").replace(
            "FROM generate_series(1, 6)", FROM
        )
        with closing(sqlite3.connect(folder / "taxi.sqlite")) as db:
            db.executescript(script)

    def house(self) -> House:
        datasets = {"person": self.person, "ride": self.ride}
        told = {"troth": 1, "systems": {"taxi": {"url": "sqlite:///taxi.sqlite", "datasets": datasets}}}
        path = self.folder / "troth.map.yaml"
        path.write_text(yaml.safe_dump(told, sort_keys=False))
        return House(
            Settings(vacuum=False, home=self.folder / "home", copy=self.folder / "copy"),
            {"sqlite": STORE},
            {},
            path,
            lambda _: None,
        )

    def erase(self, who: str = ALMA) -> tuple[dict[str, Any], dict[str, Any]]:
        """The answer, and the person's certificate."""
        told = erase(self.house(), Request((who,)))
        return told, json.loads(Path(told["certificates"][0]).read_text())


FROM = "FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 6) SELECT value FROM n)"


def counts(told: dict[str, Any]) -> tuple[int, int, int]:
    return told["anonymised"], told["pseudonymised"], told["minimised"]


def actions(certificate: dict[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for act in certificate["acts"]:
        found.setdefault(act["dataset"], set()).add(act["action"])
    return found


def test_rows_whose_every_trace_goes_are_anonymised(tmp_path: Path) -> None:
    told, certificate = Company(tmp_path).erase()
    assert counts(told) == (3, 0, 0)
    assert "anonymise" in actions(certificate)["ride"]
    assert not [q for q in told["questions"] if q["id"] == "plan.Q023"]


def test_what_a_ground_keeps_is_not_anonymous(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.ride["keep"] = [
        {
            "law": "dk.bookkeeping",
            "reason": "accounting",
            "columns": ["payer"],
            "until": "2031-12-31",
            "active": True,
        }
    ]
    told, certificate = company.erase()
    assert counts(told) == (0, 0, 3)
    assert actions(certificate)["ride"] == {"minimise", "keep", "unlink"}
    assert certificate["outcome"] == "erased, some kept by law"


def test_a_ground_that_keeps_nothing_personal_leaves_anonymous_rows(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.ride["keep"] = [
        {
            "law": "dk.bookkeeping",
            "reason": "accounting",
            "columns": ["price"],
            "until": "2031-12-31",
            "active": True,
        }
    ]
    assert counts(company.erase()[0]) == (3, 0, 0)


def test_a_key_that_cannot_be_cut_groups_one_persons_rows(tmp_path: Path) -> None:
    told, certificate = Company(tmp_path, mandatory=True).erase()
    assert counts(told) == (0, 0, 4), "three rides, and the row that they go on naming"
    assert certificate["outcome"] == "not anonymised: some rows are still personal"
    assert actions(certificate) == {"ride": {"minimise"}, "person": {"minimise"}}
    asked = {q["place"] for q in told["questions"] if q["id"] == "plan.Q023"}
    assert asked == {"taxi.ride", "taxi.person"}


def test_a_row_that_is_nobody_makes_it_anonymous(tmp_path: Path) -> None:
    company = Company(tmp_path, mandatory=True)
    company.person["nobody"] = {"id": 0}
    told, _ = company.erase()
    assert counts(told) == (3, 0, 0)


def test_an_identifier_made_coarser_is_still_one(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.ride["fields"]["phone"] = {"category": "phone", "erased": {"truncate": 7}}
    told, certificate = company.erase()
    assert counts(told) == (0, 0, 3)
    assert certificate["outcome"] == "not anonymised: some rows are still personal"


def test_what_a_customer_keeps_hides_no_row_that_is_still_personal(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.ride["fields"]["phone"] = {"category": "phone", "erased": {"truncate": 7}}
    company.ride |= {"tenant": "payer", "fields": company.ride["fields"] | {"payer": "none"}}
    with closing(sqlite3.connect(tmp_path / "taxi.sqlite")) as db:
        db.executescript("UPDATE ride SET payer = CASE WHEN id < 4 THEN 'Nordhavn' ELSE 'Sydhavn' END")
    told = erase(
        company.house(), Request((ALMA,), instructed={"Sydhavn": "letter"}, left_to={"Nordhavn": REFUSED})
    )
    certificate = json.loads(Path(told["certificates"][0]).read_text())
    assert actions(certificate)["ride"] == {"minimise", "leave"}
    assert certificate["outcome"] == "not anonymised: some rows are still personal, some left to customers"


def test_what_a_ground_keeps_hides_no_row_that_is_still_personal(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.ride |= {"keep": [KEEP]}
    company.ride["fields"]["phone"] = {"category": "phone", "erased": {"truncate": 7}}
    _, certificate = company.erase()
    assert certificate["outcome"] == "not anonymised: some rows are still personal, some kept by law"


def test_a_key_that_only_rows_kept_by_law_hold_on_to_is_theirs_by_that_law(tmp_path: Path) -> None:
    company = Company(tmp_path, mandatory=True)
    company.ride |= {"keep": [KEEP]}
    _, certificate = company.erase()
    assert actions(certificate) == {"ride": {"minimise", "keep"}, "person": {"minimise"}}
    assert {act["dataset"] for act in certificate["acts"] if act.get("grounded")} == {"ride", "person"}
    assert certificate["outcome"] == "minimised, some kept by law"


def test_an_officers_written_decision_calls_it_pseudonymised(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.ride["fields"]["phone"] = {"category": "phone", "erased": {"truncate": 7}}
    company.ride["anonymised"] = DECISION
    told, certificate = company.erase()
    assert counts(told) == (0, 3, 0)
    assert certificate["outcome"] == "erased, some pseudonymised"
    assert "pseudonymise" in actions(certificate)["ride"]
    assert not [q for q in told["questions"] if q["id"] == "plan.Q023"]


def test_a_decision_makes_nothing_personal_that_is_not(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.ride["anonymised"] = DECISION
    assert counts(company.erase()[0]) == (3, 0, 0)


@pytest.mark.parametrize("mandatory", [True, False])
def test_the_preview_says_what_the_act_does(tmp_path: Path, mandatory: bool) -> None:
    company = Company(tmp_path, mandatory)
    plan = preview(company.house(), Request((BENT,)))["plan"]
    planned = {(step["dataset"], step["action"]) for step in plan if step["action"] != "keep"}
    _, certificate = company.erase(BENT)
    assert planned == {
        (act["dataset"], act["action"]) for act in certificate["acts"] if act["action"] != "keep"
    }
