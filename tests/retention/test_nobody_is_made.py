"""Rows that stay by a rule let go of their customer where the store demands one: whoever stands for nobody is made, or refused at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from retention_world import MAP, ROWS, TABLES, Company, score

from live import KINDS, Live
from troth.terms.errors import MapError

BOUND = TABLES.replace(
    "invoice (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES",
    "invoice (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES",
)
NOBODY = MAP.replace("        subject: customer\n", "        subject: customer\n        nobody: {{id: 0}}\n")


@pytest.fixture(params=KINDS)
def company(request: pytest.FixtureRequest, new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(new_live(request.param), tmp_path / "company", map=NOBODY, tables=BOUND)


def test_nobody_is_made_once_and_all_point_there(company: Company) -> None:
    told = company.run()
    assert told["state"] == "done", told
    assert score(told, "invoices", "due", "done", "overdue") == (2, 2, 0)
    assert [row[:2] for row in company.table("invoice")] == [(1, 0), (2, 0), (3, 0)]
    assert company.live.query("SELECT id, email, name FROM customer WHERE id = 0") == [(0, None, None)]
    assert company.live.dangling() == []
    assert all(rule["due"] == 0 for rule in company.run()["rules"])


def test_a_nobody_that_a_check_refuses_is_said_and_nothing_is_done(
    new_live: Callable[..., Live], tmp_path: Path
) -> None:
    tables = BOUND.replace(
        "customer (id INTEGER PRIMARY KEY,", "customer (id INTEGER PRIMARY KEY CHECK (id > 0),"
    )
    company = Company(new_live("sqlite"), tmp_path / "company", map=NOBODY, tables=tables)
    before = company.table("invoice")
    with pytest.raises(MapError, match="nobody"):
        company.run()
    assert company.table("invoice") == before


def test_nobodys_clock_is_no_fault_of_the_data(new_live: Callable[..., Live], tmp_path: Path) -> None:
    company = Company(
        new_live("sqlite"), tmp_path / "company", map=NOBODY,
        tables=BOUND.replace("name VARCHAR(80), closed DATE", "name VARCHAR(80), closed DATE NOT NULL"),
        rows=ROWS.replace("'Bo Holm', NULL)", "'Bo Holm', '2026-02-01')"),
    )  # fmt: skip
    assert company.run()["state"] == "done"
    assert company.live.query("SELECT count(*) FROM customer WHERE id = 0 AND closed IS NOT NULL") == [(1,)]
    assert "retention.R013" not in str(company.run())
    company.live.run("INSERT INTO customer VALUES (9, 'i@x.example', 'Ida Lund', '0000-00-00')")
    assert "1 rows have a clock that shows no moment" in str(company.run())
