"""Data is called anonymous only after people were looked for in it: a phone number left in nameless rides keeps them personal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from retention_world import Company

from live import KINDS, Live
from troth.workflows.anonymity import anonymity

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
