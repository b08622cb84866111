"""A command of the demo is a process of its own, whether forked or begun anew: its own folder, settings, words and end."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from troth.workflows import demo_process
from troth.workflows.demo_process import Command

pytestmark = pytest.mark.process


@pytest.fixture(params=[True, False], ids=["fork", "spawn"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_process, "_FORKS", request.param)


def begun(folder: Path, *arguments: str, **settings: str) -> Command:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TROTH_")}
    return Command(arguments, folder, {**environment, **settings})


def test_it_answers_as_the_command_does_and_leaves_us_alone(tmp_path: Path) -> None:
    here, known = Path.cwd(), dict(os.environ)
    code, said = begun(tmp_path, "stores", "--json").end()
    assert code == 0
    assert json.loads(said)
    assert (Path.cwd(), dict(os.environ)) == (here, known)
    assert list(tmp_path.iterdir()) == []


def test_it_sees_the_settings_it_is_given(tmp_path: Path) -> None:
    ends = {language: begun(tmp_path, "stores", TROTH_LANGUAGE=language).end() for language in ("da", "en")}
    assert {code for code, _ in ends.values()} == {0}
    assert " kan " in ends["da"][1]
    assert " kan " not in ends["en"][1]


def test_a_kill_is_a_kill(tmp_path: Path) -> None:
    command = begun(tmp_path, "stores", "--json")
    command.kill()
    code, _ = command.end()
    assert code == -signal.SIGKILL
    assert not command.running()
