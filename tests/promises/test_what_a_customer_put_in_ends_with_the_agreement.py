"""What a customer put in is erased once the agreement has ended, and an hour too long turns the sentence red (P193)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from promise_keeping import keeping
from promise_world import tenanted

from live import KINDS, Live
from troth.workflows.retain import run

ENDS = "clock: {event: engagement_ended, column: closed}\n    keep: 90d"
CLOSED = "clock: {event: account_closed, column: closed}\n    keep: 6m"


@pytest.mark.parametrize("kind", KINDS)
def test_content_that_outlives_its_agreement_turns_it_red(
    kind: str, new_live: Callable[..., Live], tmp_path: Path
) -> None:
    kept = keeping(new_live(kind, "crm"), tmp_path / "company", "P193")
    assert "names no rows that a customer controls" in kept.why("P193"), "and so it is never green"
    tenanted(kept)
    assert kept.light("P193") == "broken", "six months from another event"
    assert "does not end with the agreement" in kept.why("P193")
    kept.write("troth.retention.yaml", kept.read("troth.retention.yaml").replace(CLOSED, ENDS))
    assert kept.light("P193") == "kept"
    kept.live.run(
        "DELETE FROM orders; DELETE FROM note; UPDATE person SET closed = '2025-10-01' WHERE id = 1"
    )
    assert kept.light("P193") == "broken"
    assert "1 rows are kept too long" in kept.why("P193")
    run(kept.house())
    assert kept.light("P193") == "kept"
    assert kept.live.query("SELECT id FROM person") == [(2,)]


def test_a_longer_time_than_was_promised_turns_it_red(new_live: Callable[..., Live], tmp_path: Path) -> None:
    kept = keeping(new_live("sqlite", "crm"), tmp_path / "company", "P193")
    tenanted(kept)
    rules = kept.read("troth.retention.yaml").replace(CLOSED, ENDS)
    kept.write("troth.retention.yaml", rules)
    assert kept.light("P193") == "kept"
    kept.write("troth.retention.yaml", rules.replace("keep: 90d", "keep: 91d"))
    assert kept.light("P193") == "broken"
