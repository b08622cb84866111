"""The examples in the room's docstrings run."""

from __future__ import annotations

import doctest
import importlib

import pytest

PURE = ["checkpoint", "entry", "lines", "note", "proof", "sealed", "tiles", "tlog"]


@pytest.mark.parametrize("name", [f"troth.ledger.{name}" for name in PURE])
def test_examples_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
