"""The commands of retention as somebody types them: exit codes, JSON, Danish and English, and nobody's data in any of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from live import Live

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "docs"))
from retention_page import MAP, TABLES  # noqa: E402

RULES = """
retention: 1
zone: Europe/Copenhagen
rules:
  invoices:
    datasets: [crm.invoice]
    clock: {event: financial_year_end, column: issued}
    law: dk.bookkeeping
    reason: legal_obligation
    outcome: anonymise
  visits:
    datasets: [crm.visit]
    clock: {event: row_created, column: seen}
    keep: 90d
    reason: operations
    outcome: erase
"""
Troth = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def troth(tmp_path: Path) -> Troth:
    (tmp_path / "crm.sqlite").touch()
    Live("sqlite", f"sqlite:///{tmp_path / 'crm.sqlite'}").run(
        TABLES + "INSERT INTO visit VALUES (1, '192.0.2.7', '2001-01-01'), (2, '192.0.2.8', '2001-01-02');"
    )
    (tmp_path / "troth.map.yaml").write_text(MAP, encoding="utf-8")
    (tmp_path / "troth.retention.yaml").write_text(RULES, encoding="utf-8")

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "troth.main", *arguments]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TROTH_")}
        return subprocess.run(
            command,
            cwd=tmp_path,
            env={**inherited, "TROTH_LANGUAGE": "en", **environment},
            capture_output=True,
            text=True,
        )

    return run


@pytest.mark.process
def test_from_the_preview_to_the_next_day(troth: Troth) -> None:
    said = []
    check = troth("retention", "check", "--json")
    assert check.returncode == 3
    assert {finding["id"] for finding in json.loads(check.stdout)["findings"]} == {"retention.R001"}
    preview = troth("retention", "preview", "--json")
    counts = {rule["rule"]: (rule["due"], rule["overdue"]) for rule in json.loads(preview.stdout)["rules"]}
    assert counts == {"invoices": (1, 1), "visits": (2, 2)}
    why = troth("retention", "explain", "visit=1")
    assert "the next run takes it" in why.stdout
    assert "tiden udløb" in troth("retention", "explain", "visit=1", TROTH_LANGUAGE="da").stdout
    assert troth("retention", "explain", "visit=9").returncode == 2
    assert troth("retention", "explain", "customer=1").returncode == 3
    ran = troth("retention", "run", "--json")
    assert ran.returncode == 3, ran.stderr  # done, and three datasets have no rule still
    told = json.loads(ran.stdout)
    assert told["state"] == "done"
    assert [(r["done"], r["overdue"], r["residue"]) for r in told["rules"]] == [(1, 0, 0), (2, 0, 0)]
    assert troth("ledger", "verify").returncode == 0
    due = troth("due")
    assert due.returncode == 0
    said += [check, preview, why, ran, due, troth("retention", "preview")]
    for one in said:
        for value in ("alma", "Alma", "192.0.2"):
            assert value not in one.stdout + one.stderr


@pytest.mark.process
def test_a_fault_in_the_rules_has_its_place(troth: Troth, tmp_path: Path) -> None:
    (tmp_path / "troth.retention.yaml").write_text(
        RULES.replace("90d", "a reasonable period"), encoding="utf-8"
    )
    told = troth("retention", "run")
    assert told.returncode == 2
    assert "troth.retention.yaml:14" in told.stderr
    (tmp_path / "troth.retention.yaml").unlink()
    told = troth("retention", "preview")
    assert told.returncode == 2
    assert "docs/retention.md" in told.stderr
