"""A rule makes a cell what the map says it becomes, once: coarser cells and tokens do not tell what was done, the rest does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from retention_world import MAP, ROWS, TABLES, Company, score

from live import KINDS, Live

WIDE = TABLES.replace(
    "ip VARCHAR(40), seen DATE", "ip VARCHAR(40), seen DATE, zip VARCHAR(8), no VARCHAR(40)"
)
SEEN = (
    ROWS.replace("'192.0.2.1', '2025-01-01')", "'192.0.2.1', '2025-01-01', '8200', 'A-1')")
    .replace("'192.0.2.2', '2026-02-28')", "'192.0.2.2', '2026-02-28', '8000', 'A-2')")
    .replace("'192.0.2.3', NULL)", "'192.0.2.3', NULL, '2500', 'A-3')")
)
COARSER = MAP.replace(
    "seen: date}}",
    "seen: date, zip: {{category: postal_code, erased: {{truncate: 2}}}}, no: {{category: reference, erased: {{token: row}}}}}}",
)


@pytest.fixture(params=KINDS)
def company(request: pytest.FixtureRequest, new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(new_live(request.param), tmp_path / "company", map=COARSER, tables=WIDE, rows=SEEN)


def test_once_and_never_again(company: Company) -> None:
    told = company.run()
    assert score(told, "visits", "due", "done", "overdue", "residue") == (1, 1, 0, 0)
    (old, young, open_) = company.table("visit")
    assert old[2] is None
    assert old[4] == "82"
    assert old[5] != "A-1"
    assert (young[4], young[5], open_[4], open_[5]) == ("8000", "A-2", "2500", "A-3")
    assert score(company.run(), "visits", "due", "done") == (0, 0)
    assert company.table("visit")[0] == old


def test_a_rule_that_could_not_tell_what_it_did_is_not_carried_out(company: Company) -> None:
    before = company.table("visit")
    rules = (company.folder / "troth.retention.yaml").read_text(encoding="utf-8")
    company.rules(
        rules.replace(
            "keep: 90d\n    reason: operations\n    outcome: anonymise",
            "keep: 90d\n    reason: operations\n    outcome: anonymise\n    columns: [zip]",
        )
    )
    told = company.run()
    assert "retention.R010" in str(told["findings"])
    assert company.table("visit") == before
