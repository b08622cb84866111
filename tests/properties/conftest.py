"""A deep look at the properties takes as long as it takes: the time limit of a test is for the quick one."""

from __future__ import annotations

import pytest
from property_engine import DEEP


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if DEEP and "properties" in item.path.parts:
            item.add_marker(pytest.mark.timeout(0))
