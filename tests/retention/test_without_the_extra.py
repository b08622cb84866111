"""Without the extra nothing is called anonymous: the command says what to install and ends with 3, never with 0."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from anonymity_world import Taxi

BROKEN = {
    "absent": "raise ModuleNotFoundError('no module named anonymeter')",
    "without numpy": "raise ImportError('numpy is missing')",
}


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize(
    ("language", "said"), [("en", "install troth[anonymity]"), ("da", "installer troth[anonymity]")]
)
def test_it_is_said_in_words_and_by_the_exit_code(tmp_path: Path, how: str, language: str, said: str) -> None:
    taxi = Taxi(tmp_path).fill(rides=1_000)
    taxi.house()
    (tmp_path / "path" / "anonymeter").mkdir(parents=True)
    (tmp_path / "path" / "anonymeter" / "__init__.py").write_text(BROKEN[how])
    told = troth(tmp_path, language)
    assert (told.returncode, said in told.stdout + told.stderr) == (3, True)
    assert "Traceback" not in told.stderr
    data = json.loads(troth(tmp_path, language, "--json").stdout)
    assert (data["verdict"], data["called"], data["proved"], data["risks"]) == (
        "still personal",
        "still personal",
        False,
        [],
    )
    assert [one["reason"] for one in data["reasons"]] == ["unmeasured"]


def troth(folder: Path, language: str, *more: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "PYTHONPATH": str(folder / "path"),
        "TROTH_LANGUAGE": language,
        "COLUMNS": "200",
    }
    return subprocess.run(
        [sys.executable, "-m", "troth.main", "anonymity", "ride", *more],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
