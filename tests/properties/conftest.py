"""A deep look at the properties takes as long as it takes, and servers for random estates: one database a system."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from property_engine import DEEP

from live import KINDS, Live


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if DEEP and "properties" in item.path.parts:
            item.add_marker(pytest.mark.timeout(0))


@pytest.fixture(params=[kind for kind in KINDS if kind != "sqlite"])
def lives(request: pytest.FixtureRequest, new_live: Callable[..., Live]) -> Mapping[str, Live]:
    """Three databases; each example makes its tables anew."""
    return {f"s{at}": new_live(request.param, f"s{at}") for at in range(3)}
