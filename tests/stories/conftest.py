"""The example company, served, with a mail server that keeps what it is given."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))

from running_server import Served, start, stop
from story_post import Listening, Post


@pytest.fixture(scope="session")
def post() -> Iterator[Post]:
    kept = Post()
    server = Listening(kept)
    server.start()
    kept.port = server.port  # type: ignore[attr-defined]
    yield kept
    server.stop()


@pytest.fixture(scope="session")
def desk(post: Post, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    running = start(
        tmp_path_factory.mktemp("story"), "--example", TROTH_SECOND_FACTOR="none", TROTH_APPROVAL="second_person",
        TROTH_MAIL=f"smtp://127.0.0.1:{post.port}", TROTH_MAIL_FROM="Havgry <privatliv@havgry.example>",  # type: ignore[attr-defined]
    )  # fmt: skip
    yield running
    stop(running)
