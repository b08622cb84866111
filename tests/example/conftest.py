"""Builds the example estate once for all its tests; nobody writes into it."""

from pathlib import Path

import pytest

from troth.example import build


@pytest.fixture(scope="session")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("estate")
    build(folder)
    return folder
