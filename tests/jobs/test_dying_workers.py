"""Hundreds of jobs and workers that are killed at random: none is lost, none is done twice; 10,000 in `python -m bench.jobs`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.process
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_workers_killed_at_random_lose_no_job_and_do_none_twice(
    kind: str, request: pytest.FixtureRequest
) -> None:
    command = [sys.executable, "-m", "bench.jobs", "--jobs", "500", "--kill", "0.5"]
    if kind == "postgres":
        command += ["--database", request.getfixturevalue("postgres_url")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)
    told = json.loads(ended.stdout)
    assert ended.returncode == 0, told
    assert told["effects"] == told["distinct"] == told["done"] == 500
    assert told["killed"] >= 3
