"""The demo's scene about a legal hold ends as it says, on the demo's own company and map."""

from __future__ import annotations

import io
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from troth.example import build
from troth.example.cast import BYSTANDER
from troth.workflows.demo_hold import hold_scene
from troth.workflows.demo_stage import Stage

pytestmark = pytest.mark.process


def test_what_a_court_asks_for_stays_until_the_hold_is_lifted(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / ".troth").mkdir(mode=0o700)
    shutil.copyfile(str(files("troth.example").joinpath("troth.map.yaml")), tmp_path / "troth.map.yaml")
    stage = Stage(tmp_path, io.StringIO())
    expected = hold_scene(stage, BYSTANDER.email, "support.ticket")
    ends = [(ran.typed, ran.exit, ran.output) for ran in stage.ran]
    for (typed, code, output), codes in zip(ends, expected, strict=True):
        assert code in codes, (typed, output)
    told = stage.ran[-1].output
    assert "Postponed erasure" in told
    assert "Another hold still keeps" not in told
