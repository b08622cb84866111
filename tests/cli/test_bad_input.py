"""Whatever is wrong with the input: one clear sentence with place and remedy, nothing half done, no secret repeated."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from terminal import Ended, Terminal

CASES = sorted((Path(__file__).parents[1] / "cases" / "bad_input").glob("*.yaml"))
CANARY = "hunter2-canary"
OURS = (".troth", "state")  # our own state may be opened: SQLite leaves its side files there


def filled(text: Any) -> Any:
    """A case's texts, with the canary in place."""
    if isinstance(text, str):
        return text.replace("CANARY", CANARY)
    if isinstance(text, dict):
        return {filled(k): filled(v) for k, v in text.items()}
    return [filled(part) for part in text] if isinstance(text, list) else text


def prepare(folder: Path, case: dict[str, Any]) -> None:
    for name in case.get("folders", ()):
        (folder / name).mkdir()
    for name, text in case.get("files", {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for name, data in case.get("bytes", {}).items():
        (folder / name).write_bytes(bytes.fromhex(data))
    for name, source in case.get("copies", {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / source, folder / name)
    for name, (before, after) in case.get("change", {}).items():
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times in {name}"
        (folder / name).write_text(text.replace(before, after), encoding="utf-8")
    for name, length in case.get("cut", {}).items():
        data = (folder / name).read_bytes()
        assert length < len(data)
        (folder / name).write_bytes(data[:length])
    for name, mode in case.get("modes", {}).items():
        os.chmod(folder / name, int(mode, 8))


def snapshot(folder: Path) -> dict[str, str]:
    """Every file and folder with its content; of our own state only that it is there."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if not name.startswith(OURS):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
    return found


def sentence(told: Ended) -> str:
    """The one line on stderr, progress aside."""
    lines = [line for line in told.err.splitlines() if not line.startswith("… ")]
    assert len(lines) == 1, told
    assert lines[0].startswith("troth: ")
    return lines[0]


@pytest.mark.process
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_bad_input_is_one_clear_sentence_and_nothing_is_done(path: Path, after: Terminal) -> None:
    case = filled(yaml.safe_load(path.read_text(encoding="utf-8")))
    prepare(after.folder, case)
    before = snapshot(after.folder)
    arguments, settings = shlex.split(case["run"]), case.get("env", {})
    words = 2 if arguments[0] == "ledger" else 1
    both = (arguments, [*arguments[:words], "--json", *arguments[words:]])
    plain, as_json = (
        after(*line, code=None, powerless=bool(case.get("powerless")), **settings) for line in both
    )
    assert plain.code == as_json.code == case["exit"], plain
    assert snapshot(after.folder) == before
    assert plain.out == ""
    line, fault = sentence(plain), as_json.json["error"]
    assert as_json.json.keys() == {"error", "exit"}
    assert as_json.json["exit"] == case["exit"]
    assert sentence(as_json) == line
    for part in ("place", "message", "remedy"):
        assert case.get(part, "") in fault[part], fault
        assert " ".join(fault[part].split()) in line
    assert fault["remedy"] or case["exit"] != 2, "bad input has a remedy"
    said = plain.err + as_json.out + as_json.err
    assert CANARY not in said
    assert "Traceback" not in said
    assert "alma@example.dk" not in said


def test_every_case_is_about_something() -> None:
    assert len(CASES) >= 50
    for path in CASES:
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert case.keys() >= {"run", "exit", "message"}, path.name
        assert case["exit"] == 2 or case["exit"] in (1, 4)
