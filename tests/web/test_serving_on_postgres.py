"""The server keeps its own state on PostgreSQL where one setting says so: accounts, sessions and tables of its own too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from kill_ground import ground
from kill_rounds import ASKED, Asker, before_anything_is_written, judged
from running_server import start, stop


def test_one_setting_and_accounts_and_sessions_are_on_the_server(
    company: Callable[[], Path], postgres_url: str
) -> None:
    folder = company()
    running = start(folder, "--workers", "0", TROTH_DATABASE=postgres_url, TROTH_SECOND_FACTOR="none")
    try:
        ready = running.visitor().get("/readyz", X_Forwarded_For="203.0.113.7")
        assert (ready.status, ready.text) == (200, '{"state":true,"tables":true,"map":true}')
        assert running.visitor().get("/da/").status == 200
        assert running.sign_in("vera", "auditor").get("/console/").status == 200
        assert not (folder / "company" / ".troth" / "state.sqlite").exists()
    finally:
        assert stop(running) == 0


@pytest.mark.process
def test_a_server_that_is_killed_loses_nothing_there_either(tmp_path: Path, postgres_url: str) -> None:
    """The moments of tests/web/test_killed_server.py that the database decides."""
    with ground(tmp_path, postgres_url) as one:
        people = [Asker(one, at) for at in range(4)]
        before_anything_is_written(one, *(each.send for each in people[:2]))
        assert not any(each.number for each in people)
        assert one.count("requests_caserow") == 0
        judged(one, *people[:2])
        ASKED(one, *(each.send for each in people[2:4]))
        judged(one, *people[2:4])
        assert one.count("requests_caserow") == 4
        assert min(one.worked) < 3
