"""A company on each kind of store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from retention_world import Company

from live import KINDS, Live


@pytest.fixture(params=KINDS)
def company(request: pytest.FixtureRequest, new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(new_live(request.param), tmp_path / "company")


@pytest.fixture
def small(new_live: Callable[..., Live], tmp_path: Path) -> Company:
    """The same on SQLite alone."""
    return Company(new_live("sqlite"), tmp_path / "company")
