"""Fixtures for runs in processes of their own: the nursery that forks them, and an estate to run on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import crash_world
import pytest
from nursery import Nursery, clean_environment
from reference import Reference


@pytest.fixture(scope="session")
def _nursery() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "crash_driver.py")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=clean_environment(),
    )  # fmt: skip
    yield process
    process.terminate()
    process.wait()


@pytest.fixture
def nursery(_nursery: subprocess.Popen[str]) -> Nursery:
    """`troth` in forked processes, four rows a batch."""
    return Nursery(_nursery, {"TROTH_BATCH_SIZE": "4"})


@pytest.fixture(scope="session")
def _pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pristine")
    crash_world.build(folder)
    return folder


@pytest.fixture
def fresh(_pristine: Path, tmp_path: Path) -> Callable[[], Path]:
    """Makes a folder with the estate as it was in the beginning, and its map."""
    made: list[Path] = []

    def make() -> Path:
        folder = tmp_path / f"estate{len(made)}"
        shutil.copytree(_pristine, folder)
        made.append(folder)
        return folder

    return make


_KNOWN: list[Reference] = []


@pytest.fixture
def reference(nursery: Nursery, fresh: Callable[[], Path]) -> Reference:
    """The run that nothing interrupts; made once."""
    if not _KNOWN:
        _KNOWN.append(Reference(nursery, fresh()))
    return _KNOWN[0]
