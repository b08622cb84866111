"""docs/retention.md says what the code does: its example is read and run, its findings, words and lists are the code's."""

from __future__ import annotations

import re
from pathlib import Path

from doc_pages import blocks, page
from retention_page import MAP, TABLES

from live import STORES, Live
from troth.datamap.mapfile import loads as map_loads
from troth.retention.backups import FINDINGS as BACKUPS
from troth.retention.findings import FINDINGS, STOPPING
from troth.retention.rulefile import RULE_KEYS, loads
from troth.retention.rules import EVENTS, REASONS, TICKS
from troth.terms.settings import Settings
from troth.workflows.house import House
from troth.workflows.retain import findings, run
from troth.workflows.retainwhy import why

PAGE = page("retention.md")


def test_its_findings_are_those_of_the_code() -> None:
    told = re.findall(r"^\| `(retention\.R\d{3})` \| (\w+) \| ([^|]+) \| ([^|]+) \|", PAGE, flags=re.M)
    assert {(name, level, words) for name, level, words, _ in told} == {
        (name, level, words) for name, (level, words) in FINDINGS.items()
    }
    assert {name for name, _, _, what in told if "*stops*" in what} == STOPPING


def test_its_lists_are_those_of_the_code() -> None:
    for name, (danish, _) in {**EVENTS, **REASONS}.items():
        assert re.search(rf"`{name}`[^`]*\({' +'.join(danish.split())}", " ".join(PAGE.split())), name
    for name in (*RULE_KEYS, *TICKS):
        assert f"`{name}" in PAGE or f"{name}`" in PAGE, name


def test_its_example_runs(tmp_path: Path) -> None:
    (example,) = blocks(PAGE, "yaml")
    (tmp_path / "crm.sqlite").touch()
    Live("sqlite", f"sqlite:///{tmp_path / 'crm.sqlite'}").run(TABLES)
    (tmp_path / "troth.map.yaml").write_text(MAP, encoding="utf-8")
    (tmp_path / "troth.retention.yaml").write_text(example, encoding="utf-8")
    assert len(loads(example, map_loads(MAP)).rules) == 4
    stores = {scheme: store for store in STORES.values() for scheme in store.schemes}
    house = House(Settings(), stores, {}, tmp_path / "troth.map.yaml")
    assert findings(house)["findings"] == []
    because = why(house, "invoice=17")["because"]
    assert [(one["rule"], one["state"], one["until"]) for one in because] == [
        ("invoices", "due", "2006-12-31"), ("", "lapsed", "2006-12-31"),
    ]  # fmt: skip
    assert sum(rule["done"] for rule in run(house)["rules"]) == 1


def test_the_findings_about_backups_are_those_of_the_code() -> None:
    told = re.findall(r"^\| `(backup\.B\d{3})` \| (\w+) \| ([^|]+) \|", page("backups.md"), flags=re.M)
    assert {(name, level, words) for name, level, words in told} == {
        (name, level, words) for name, (level, words) in BACKUPS.items()
    }
