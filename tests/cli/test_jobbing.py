"""At a shell: what waits and has failed in the background, having it tried again, and a worker that ends when it is told."""

from __future__ import annotations

import signal

import pytest
from terminal import Terminal, ended

pytestmark = pytest.mark.process
JOB = "0f9a3c1e-5d0f-4f5e-9d0b-7d5b6f0f8a11"
FAILED = f"""
INSERT INTO records_job (tenant, name, kind, "case", due, state, attempts, worker, fault, ended)
VALUES ('default', '{JOB}', 'due', '', '2026-01-01', 'failed', 8, 'w', 'StoreUnreachableError crm', '2026-01-02')
"""


def test_what_failed_is_shown_and_tried_again(after: Terminal) -> None:
    after.change(FAILED, ".troth/state.sqlite")
    told = after("jobs", "--json", code=3).json
    assert [(one["job"], one["fault"]) for one in told["failed"]] == [(JOB, "StoreUnreachableError crm")]
    shown = after("jobs", code=3).out
    assert f"troth jobs retry {JOB}" in shown
    assert after("jobs", "retry", JOB, "--json").json["attempts"] == 0
    assert "no job of this name has failed" in after("jobs", "retry", JOB, code=2).err
    worked = after("worker", "--once")
    assert f'"job": "{JOB}", "kind": "due"' in worked.err
    assert '"outcome": "done"' in worked.err
    told = after("jobs", "--json").json
    assert (told["waiting"], told["failed"]) == (0, [])
    kinds = after.rows("SELECT kind FROM ledger_entry WHERE kind = 'job_retried'", ".troth/state.sqlite")
    assert len(kinds) == 1


def test_without_a_state_nothing_waits_and_none_is_made(terminal: Terminal) -> None:
    assert "Nothing waits" in terminal("jobs").out
    assert not (terminal.folder / ".troth").exists()


def test_a_worker_ends_when_it_is_told(after: Terminal) -> None:
    process = after.start("worker")
    assert process.stderr is not None
    assert "Working in 2 threads" in process.stderr.readline()
    assert '"kind": "due"' in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    assert ended(process).code == 0
