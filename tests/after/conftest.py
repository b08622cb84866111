"""A company on each kind of store, and backups of it by the store's own tool."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import after_world
import pytest
from after_world import Company

from live import KINDS, Live


@pytest.fixture(params=KINDS)
def company(request: pytest.FixtureRequest, new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(new_live(request.param, "crm"), tmp_path / "company")


@pytest.fixture
def restored(
    request: pytest.FixtureRequest, new_live: Callable[..., Live], tmp_path: Path
) -> Callable[[Company], Callable[[], Live]]:
    """Takes a backup now; what it returns puts it into a database of its own."""

    def taken(company: Company) -> Callable[[], Live]:
        kind = company.live.kind
        tools = request.getfixturevalue("postgres_server").binaries if kind == "postgres" else Path()
        archive = after_world.backup(company.live, tmp_path, tools)

        def back() -> Live:
            target = new_live(kind, "restored")
            after_world.restore(archive, target, tools)
            return target

        return back

    return taken
