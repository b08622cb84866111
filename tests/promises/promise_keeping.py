"""Companies with a settable clock for the promises about keeping: rules, holds, backups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from after_world import Company as Asked
from retention_world import Company as Ruled

from live import KINDS, Live


@pytest.fixture(params=KINDS)
def ruled(request: pytest.FixtureRequest, new_live: Callable[..., Live], tmp_path: Path) -> Ruled:
    """A company whose rules say how long everything is kept, on each kind of store."""
    return Ruled(new_live(request.param), tmp_path / "company")


@pytest.fixture(params=KINDS)
def asked(request: pytest.FixtureRequest, new_live: Callable[..., Live], tmp_path: Path) -> Asked:
    """A company of whom people ask to be erased, on each kind of store."""
    return Asked(new_live(request.param, "crm"), tmp_path / "company")


def day(year: int, month: int, number: int) -> datetime:
    return datetime(year, month, number, 12, tzinfo=UTC)
