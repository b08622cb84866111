"""One customer cannot read another's content: asked in the customer's own role, the server shows that customer's rows alone (P17)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bound_company import Bound
from promise_keeping import control
from promise_world import Kept, tenanted

from live import Live

ROLE = "vindheim_reader"


@pytest.fixture
def kept(new_live: Callable[..., Live], tmp_path: Path) -> Iterator[Kept]:
    """Two customers' rows in one table on PostgreSQL, and a role that one of them comes with."""
    live = new_live("postgres", "crm")
    kept = Kept(live, tmp_path / "company", {"P17": control("P17", role=ROLE)})
    tenanted(kept)
    live.run("UPDATE person SET org = 'another' WHERE id = 2")
    live.run(f"CREATE ROLE {ROLE}; GRANT USAGE ON SCHEMA public TO {ROLE}; GRANT SELECT ON person TO {ROLE}")
    yield kept
    live.run(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")


def test_a_role_that_reads_two_customers_turns_the_sentence_red(kept: Kept) -> None:
    assert kept.light("P17") == "broken"
    assert "sees rows of several customers: crm.person" in kept.why("P17")
    kept.live.run("ALTER TABLE person ENABLE ROW LEVEL SECURITY")
    kept.live.run(f"CREATE POLICY own ON person TO {ROLE} USING (org = 'vindheim')")
    assert kept.light("P17") == "kept"
    kept.live.run(f"CREATE POLICY lax ON person TO {ROLE} USING (true)")
    assert kept.light("P17") == "broken"
    kept.live.run("DROP POLICY lax ON person")
    assert kept.light("P17") == "kept"


def test_where_no_row_is_said_to_be_a_customers_nothing_is_claimed(bound: Bound) -> None:
    assert bound.told("P17")["status"] == "stale"
    assert bound.sentence("P17") != "kept"
