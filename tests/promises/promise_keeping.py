"""Companies with a settable clock for the promises about keeping, and companies bound to single promises of the example's notice."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from after_world import Company as Asked
from promise_world import Kept
from retention_world import Company as Ruled

import troth.example
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


def control(promise: str, **more: str | list[str]) -> str:
    """The control of a promise of the example's notice, with further parameters, as YAML."""
    file = Path(troth.example.__file__).parent / "notice" / "promises.yaml"
    promises = yaml.safe_load(file.read_text(encoding="utf-8"))
    (found,) = [one["control"] for one in promises if one["id"] == promise]
    return json.dumps({**found, "parameters": {**found.get("parameters", {}), **more}}, default=str)


def keeping(live: Live, folder: Path, *promises: str) -> Kept:
    """A company on one store whose notice makes these promises, each with the control that the example's has."""
    return Kept(live, folder, {name: control(name) for name in promises})
