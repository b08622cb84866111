"""The companies of the stories, served, with a mail server that keeps what it is given and a browser for those who come."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))

from running_server import Served, start, stop
from story_browser import CHROMIUM, chromium
from story_company import BY_HAND, Company, company
from story_post import Listening, Post

from live import Live

_SERVERS = {"postgres": "postgres_server", "mysql": "maria_server"}


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


@pytest.fixture(scope="session")
def company_on(
    request: pytest.FixtureRequest, post: Post, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Company]]:
    """(kind of store, by_hand=False) -> the company on it, served; started once for all stories."""
    running: dict[tuple[str, bool], Company] = {}

    def on(kind: str, by_hand: bool = False) -> Company:
        if (kind, by_hand) not in running:
            folder = tmp_path_factory.mktemp("company")
            place = folder / "shop.sqlite"
            server = request.getfixturevalue(_SERVERS[kind]) if kind in _SERVERS else None
            live = Live(kind, server.create() if server else f"sqlite:///{place}")
            running[kind, by_hand] = company(folder, live, post, BY_HAND if by_hand else "")
        return running[kind, by_hand]

    yield on
    for one in running.values():
        stop(one.served)
        one.live.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("there is no /usr/bin/chromium here")
    with chromium() as running:
        yield running
