"""Signing in reads its own data and no other. A file that everybody may read keeps no such promise, and says so (P62)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bound_company import Bound
from promise_keeping import control
from promise_world import Kept

from live import Live


@pytest.mark.parametrize("promise", ["P62"])
def test_a_role_reads_what_its_purpose_needs(bound: Bound, promise: str) -> None:
    assert bound.told(promise)["status"] == "stale", "a file has no roles: nothing is claimed"
    (bound.folder / "crm.sqlite").chmod(0o644)
    bound.folder.chmod(0o755)
    assert bound.told(promise)["status"] == "broken"
    assert "everyone may read the file: crm" in bound.why(promise)
    (bound.folder / "crm.sqlite").chmod(0o600)
    assert bound.told(promise)["status"] == "stale"


def test_a_role_that_reads_more_turns_the_sentence_red(new_live: Callable[..., Live], tmp_path: Path) -> None:
    live, role = new_live("postgres", "crm"), "sign_in_reader"
    more = {"role": role, "datasets": ["crm.person"], "systems": ["crm"]}
    kept = Kept(live, tmp_path / "company", {"P62": control("P62", **more)})
    live.run(f"CREATE ROLE {role}; GRANT USAGE ON SCHEMA public TO {role}; GRANT SELECT ON person TO {role}")
    try:
        assert kept.light("P62") == "kept"
        live.run(f"GRANT SELECT (body) ON note TO {role}")
        assert kept.light("P62") == "broken"
        assert f"{role} can read what it is not for: crm.note.body" in kept.why("P62")
        live.run(f"REVOKE SELECT (body) ON note FROM {role}")
        assert kept.light("P62") == "kept"
    finally:
        live.run(f"DROP OWNED BY {role}; DROP ROLE {role}")
