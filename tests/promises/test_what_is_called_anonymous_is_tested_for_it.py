"""Data is called anonymous only after people were looked for in it: a phone number left in nameless rides keeps them personal (P89)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from bound_company import MAP as MAP_FILE
from bound_company import Bound
from retention_world import Company

from live import KINDS, Live
from troth.workflows.anonymity import anonymity
from troth.workflows.retain import run

TABLES = "CREATE TABLE ride (id INTEGER PRIMARY KEY, name VARCHAR(80), phone VARCHAR(40), zone VARCHAR(10));"
RIDES = "INSERT INTO ride VALUES " + ", ".join(
    f"({n}, NULL, '+45 67 10 {n % 60 // 10}0 {n % 10}0', '{'day' if n % 2 else 'night'}')"
    for n in range(1, 241)
)
MAP = """
troth: 1
systems:
  crm:
    url: {url}
    datasets:
      ride:
        key: [id]
        fields: {{id: key, name: full_name, phone: phone, zone: status}}
"""


@pytest.mark.parametrize("kind", KINDS)
def test_a_phone_number_makes_nameless_rides_personal(
    kind: str, new_live: Callable[..., Live], tmp_path: Path
) -> None:
    company = Company(new_live(kind), tmp_path / "company", map=MAP, tables=TABLES, rows=RIDES + ";")
    told = anonymity(company.house(), "ride")
    assert told["called"] == "still personal"
    assert {("identifier", "phone"), ("key", "phone")} == {
        (one["reason"], *one["columns"]) for one in told["reasons"]
    }
    company.live.run("UPDATE ride SET phone = NULL")
    told = anonymity(company.house(), "ride")
    assert {one["reason"] for one in told["reasons"]} <= {
        "unmeasured",
        "singling_out",
        "linkability",
        "inference",
    }


def test_an_invoice_that_is_over_names_nobody_and_keeps_its_amount(bound: Bound) -> None:
    def invoices() -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(bound.folder / "billing.sqlite")) as db:
            return db.execute(
                "SELECT invoice_id, issued_on, total, billing_name, billing_address, billing_email, customer_no "
                "FROM invoice ORDER BY 1"
            ).fetchall()

    before = invoices()
    assert run(bound.house)["state"] == "done"
    after = invoices()
    assert [row[:3] for row in after] == [row[:3] for row in before], "the books stay as they are"
    over = [row for row in after if row[1] < "2021"]
    assert len(over) > 20
    neutral = {("[erased]", "[erased]", "erased@troth.invalid")}
    assert {row[3:6] for row in over} == neutral, "five years from the end of the financial year are over"
    (nobody,) = {row[6] for row in over}
    assert nobody not in {row[6] for row in before}, "and no number leads back to a customer"
    assert [row[:6] for row in after if row[1] >= "2021"] == [row[:6] for row in before if row[1] >= "2021"]


def test_a_name_that_is_only_cut_short_turns_the_sentence_red(bound: Bound) -> None:
    short = "billing_name: {category: full_name, erased: {truncate: 4}}"
    bound.breaks_in_file("P89", MAP_FILE, "billing_name: full_name", short, "would be still personal")
