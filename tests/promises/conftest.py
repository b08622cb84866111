"""The example company, and the story of Alma Lindqvist leaving it: shown to her, planned, erased, looked at again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bound_company import bound
from promise_keeping import asked, ruled
from promise_story import Story, owned_by_anybody, world_of

import troth.example
from live import Live, World, map_of
from troth.example import HERO, build
from troth.example.checks import snapshot
from troth.main import make_house
from troth.workflows.erase import Request, erase
from troth.workflows.find import find
from troth.workflows.house import House

__all__ = ["asked", "bound", "ruled"]


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded")
    build(folder, people=60)
    shutil.copy(Path(troth.example.__file__).parent / "troth.map.yaml", folder)
    return folder


@pytest.fixture
def company(founded: Path, tmp_path: Path) -> House:
    """A company of one's own to act on."""
    shutil.copytree(founded, tmp_path / "company")
    return make_house(tmp_path / "company" / "troth.map.yaml", lambda _: None)


@pytest.fixture(scope="session")
def story(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Alma Lindqvist asks to be shown what is hers, and then to be erased."""
    folder = tmp_path_factory.mktemp("story") / "company"
    shutil.copytree(founded, folder)
    house = make_house(folder / "troth.map.yaml", lambda _: None)
    who, world, before = Request((HERO.email,)), world_of(folder, house), snapshot(folder)
    owned, shown, plan = owned_by_anybody(world), find(house, who), world.plan(HERO.email)
    return Story(folder, house, before, owned, shown, plan, erase(house, who))


@pytest.fixture
def small(new_live: Callable[..., Live]) -> Callable[[str, Any], World]:
    """(SQL, datasets of a map) -> a world of one small database."""

    def make(script: str, datasets: Any) -> World:
        live = new_live("sqlite")
        live.run(script)
        return World({"shop": live}, map_of({"shop": datasets}))

    return make
