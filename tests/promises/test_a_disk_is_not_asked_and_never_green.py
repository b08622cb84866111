"""A file crosses no network, and cannot tell of its disk or its keys: that is somebody's word, not ours (P19, P195, P196)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bound_company import Bound
from promise_keeping import keeping

from live import Live
from troth.workflows.checks import attest


def test_a_disk_is_not_asked_and_never_green(bound: Bound) -> None:
    assert bound.told("P195")["status"] == "kept"
    for promise in ("P19", "P196"):
        assert bound.told(promise)["status"] == "stale"
        attest(bound.house, promise, "Vera Lund", "The disks are encrypted, I saw the report", "2035-01-01")
        assert bound.told(promise)["status"] == "attested"


@pytest.mark.parametrize("kind", ["postgres", "mysql"])
def test_a_server_that_takes_plain_connections_turns_the_sentence_red(
    kind: str, new_live: Callable[..., Live], tmp_path: Path
) -> None:
    kept = keeping(new_live(kind, "crm"), tmp_path / "company", "P19", "P195")
    assert [one["status"] for one in kept.check().values()] == ["stale", "broken"]
    assert "a connection without encryption was accepted: crm" in kept.why("P195")
    assert "let a person attest it" in kept.why("P19")


def test_a_password_that_nobody_changed_turns_the_sentence_red(
    new_live: Callable[..., Live], tmp_path: Path
) -> None:
    kept = keeping(new_live("mysql", "crm"), tmp_path / "company", "P196")
    assert kept.light("P196") == "kept"
    kept.later(days=3653)
    assert kept.light("P196") == "broken"
    assert "older than 365 days: crm" in kept.why("P196")
