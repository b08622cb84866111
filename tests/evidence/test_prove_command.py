"""The command at the door: the example company leaves nothing but what a law keeps; clones of killed runs are removed."""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import troth.evidence
import troth.example
from troth.cli.proof import REASONS, because
from troth.cli.words import Words
from troth.evidence.planting import _WHY
from troth.example.estate import build

SYSTEMS = ("crm", "product", "support", "billing", "newsletter")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    build(folder, people=80)
    shutil.copy(Path(troth.example.__file__).parent / "troth.map.yaml", folder)
    return folder


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "troth.main", "prove", *words]


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {
        name: value for name, value in os.environ.items() if not name.startswith(("TROTH_", "LC_", "LANG"))
    }
    return subprocess.run(
        command(*words), cwd=folder, env=known | environment, capture_output=True, text=True, check=False
    )


def test_the_example_company_has_never_seen_them(company: Path) -> None:
    before = {name: (company / f"{name}.sqlite").read_bytes() for name in SYSTEMS}
    ran = run(company, "--json", *(f"{name}={name}.sqlite" for name in SYSTEMS))
    told: dict[str, Any] = json.loads(ran.stdout)
    assert (ran.returncode, told["verdict"], told["not_found"], told["not_tried"]) == (
        0,
        "never there",
        [],
        [],
    )
    kept = {one["column"]: one["kept_because"] for one in told["left"] if one["dataset"] == "invoice"}
    assert set(kept) == {"*", "billing_name", "billing_address"}
    assert all("bogføringsloven" in why for why in kept.values())
    assert told["planted"]["datasets"] == 24 == told["compared"]
    assert {name: (company / f"{name}.sqlite").read_bytes() for name in SYSTEMS} == before
    assert not (company / ".troth").exists()


def test_it_speaks_danish(company: Path) -> None:
    ran = run(company, TROTH_LANGUAGE="da", COLUMNS="100")
    assert ran.returncode == 0
    assert ran.stdout.startswith("Aldrig været der")
    assert "Tilbage med en grund" in ran.stdout
    assert ", indtil 20" in ran.stdout


def test_every_reason_has_danish_words() -> None:
    """Those that planting and judging write, read from their own source."""
    for name in ("planting", "never"):
        tree = ast.parse((Path(troth.evidence.__file__).parent / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "_skip":
                told = [part.value for part in ast.walk(node.args[2]) if isinstance(part, ast.Constant)]
                words = [str(one) for one in told if len(str(one)) > 3]
                assert all(any(one.startswith(word.rstrip(": ")) for one in REASONS) for word in words), words
    for reason in [*_WHY.values(), "others own it too"]:
        assert because(Words("da"), f"{reason} (a_check)") == f"{REASONS[reason]} (a_check)"
    assert because(Words("en"), "others own it too") == "others own it too"
    kept = "accounting record: bogføringsloven § 12, until 2031-12-31"
    assert because(Words("da"), kept).endswith(": bogføringsloven § 12, indtil 2031-12-31")


def test_staging_and_production_are_not_mixed(company: Path) -> None:
    ran = run(company, "crm=crm.sqlite")
    assert ran.returncode == 2
    assert "no address was given for" in ran.stderr
    assert run(company, "nowhere=crm.sqlite").returncode == 2
    assert run(company, "--scratch", "not-there").returncode == 2


@pytest.mark.process
def test_clones_of_a_killed_run_are_removed_by_the_next(company: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    child = subprocess.Popen(
        command("--scratch", str(scratch)), cwd=company, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 60
        while not list(scratch.glob("troth_twin_*/crm.never.sqlite")) and time.monotonic() < until:
            time.sleep(0.01)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    (left,) = scratch.iterdir()
    assert left.stat().st_mode & 0o077 == 0
    assert run(company, "--scratch", str(scratch)).returncode == 0
    assert list(scratch.iterdir()) == []


@pytest.mark.process
def test_clones_are_gone_after_an_interruption(company: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    codes = []
    # Python loses an interruption that comes while it frees an object; a person presses the key again.
    for _ in range(3):
        child = subprocess.Popen(
            command("--scratch", str(scratch)),
            cwd=company,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 60
        while not list(scratch.glob("troth_twin_*/crm.never.sqlite")) and time.monotonic() < until:
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
        codes.append(child.wait())
        assert list(scratch.iterdir()) == []
        if codes[-1] != 0:
            break
    assert codes[-1] != 0, codes
