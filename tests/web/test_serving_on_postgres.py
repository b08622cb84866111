"""The server keeps its own state on PostgreSQL where one setting says so: accounts, sessions and tables of its own too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from running_server import start, stop


def test_one_setting_and_accounts_and_sessions_are_on_the_server(
    company: Callable[[], Path], postgres_url: str
) -> None:
    folder = company()
    running = start(folder, "--workers", "0", TROTH_DATABASE=postgres_url, TROTH_SECOND_FACTOR="none")
    try:
        ready = running.visitor().get("/readyz")
        assert (ready.status, ready.text) == (200, '{"state":true,"tables":true,"map":true}')
        assert running.visitor().get("/da/").status == 200
        assert running.sign_in("vera", "auditor").get("/console/").status == 200
        assert not (folder / "company" / ".troth" / "state.sqlite").exists()
    finally:
        assert stop(running) == 0
