"""A small company whose cases are worked off here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from after_world import Company
from case_desk import Desk

from live import Live


@pytest.fixture
def desk(new_live: Callable[..., Live], tmp_path: Path) -> Desk:
    return Desk(Company(new_live("sqlite", "crm"), tmp_path / "company"))
