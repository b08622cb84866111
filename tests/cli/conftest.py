"""A folder as somebody has it who uses the command line: a small shop in SQLite, its map, one erasure done."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from terminal import CARL, Terminal, shop


@pytest.fixture(scope="session")
def _mapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    terminal = shop(tmp_path_factory.mktemp("mapped"))
    terminal("map", "shop.sqlite")
    return terminal.folder


@pytest.fixture(scope="session")
def _erased(_mapped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("erased") / "shop"
    shutil.copytree(_mapped, folder)
    terminal = Terminal(folder)
    told = terminal("erase", CARL, "--yes", "--json", code=None)
    assert told.code == 0, told
    shutil.copyfile(told.json["certificates"][0], folder / "certificate.json")
    shutil.copyfile(folder / ".troth" / "troth.pub", folder / "troth.pub")
    return folder


@pytest.fixture
def terminal(_mapped: Path, tmp_path: Path) -> Terminal:
    """The shop with its map, nothing done yet."""
    shutil.copytree(_mapped, tmp_path / "shop")
    return Terminal(tmp_path / "shop")


@pytest.fixture
def after(_erased: Path, tmp_path: Path) -> Terminal:
    """The shop after Carl was erased; his certificate and the key lie beside the map."""
    shutil.copytree(_erased, tmp_path / "shop")
    return Terminal(tmp_path / "shop")


@pytest.fixture
def bare(tmp_path: Path) -> Callable[..., Terminal]:
    """A folder with these files and nothing else."""

    def make(files: Sequence[tuple[str, str]] = ()) -> Terminal:
        for name, text in files:
            (tmp_path / name).write_text(text, encoding="utf-8")
        return Terminal(tmp_path)

    return make
