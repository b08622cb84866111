"""One server for all tests of the doors: the example company, served on a free port of loopback by the real program."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cast_world import Cast, made
from every_route import Route, routes
from running_server import Served, start, stop

sys.path.insert(0, str(Path(__file__).parents[1] / "stories"))

from story_post import Listening, Post


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The example company, served; a second factor is not asked for (tests/web/test_sign_in.py has it asked)."""
    running = start(tmp_path_factory.mktemp("served"), "--example", TROTH_SECOND_FACTOR="none")
    yield running
    stop(running)


@pytest.fixture(scope="session")
def post() -> Iterator[Post]:
    """A mail server that keeps what the portal sends."""
    kept = Post()
    listening = Listening(kept)
    listening.start()
    kept.port = listening.port
    yield kept
    listening.stop()


@pytest.fixture(scope="session")
def portal(post: Post, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The example company, served, with its mail going to `post`."""
    running = start(
        tmp_path_factory.mktemp("portal"), "--example", TROTH_SECOND_FACTOR="none", TROTH_MAIL=f"smtp://127.0.0.1:{post.port}",
        TROTH_MAIL_FROM="Havgry <privatliv@havgry.example>",
    )  # fmt: skip
    yield running
    stop(running)


@pytest.fixture(scope="session")
def company(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """() -> a fresh folder with the company as a folder of its own, for a server with other settings."""

    def copy() -> Path:
        folder = tmp_path_factory.mktemp("company")
        shutil.copytree(
            served.folder,
            folder / "company",
            ignore=shutil.ignore_patterns(".troth*", "*-wal", "*-shm", "server.log"),
        )
        (folder / "company" / ".troth").mkdir(mode=0o700)
        return folder

    return copy


@pytest.fixture(scope="session")
def all_routes(served: Served) -> list[Route]:
    """Every address of the server, with the roles and the purpose that its view names."""
    return routes(served)


@pytest.fixture(scope="session")
def strict(company: Callable[[], Path]) -> Iterator[Served]:
    """The same company with the settings as they come: officer and approver need a second factor."""
    running = start(company(), "--workers", "0")
    yield running
    stop(running)


@pytest.fixture(scope="session")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """Two people with a case in every state, and everybody who works on them, at a server of their own."""
    found = made(tmp_path_factory.mktemp("cast"))
    yield found
    stop(found.served)
