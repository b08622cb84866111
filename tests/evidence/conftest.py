"""An empty database of each kind of store."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from live import KINDS, Live


@pytest.fixture(params=KINDS)
def live(request: pytest.FixtureRequest, new_live: Callable[..., Live]) -> Live:
    return new_live(request.param)
