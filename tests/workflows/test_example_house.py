"""Whoever tries it out is written to by mails that lead back to where it listens."""

from __future__ import annotations

from pathlib import Path

import pytest

from troth.terms.settings import Settings
from troth.workflows import first_day
from troth.workflows.house import House


@pytest.mark.parametrize(("host", "address"), [
    ("127.0.0.1", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000"), ("localhost", "http://localhost:8000"),
])  # fmt: skip
def test_its_mails_lead_to_where_it_listens(host: str, address: str) -> None:
    house = House(Settings(), {}, {}, Path("troth.map.yaml"))
    assert first_day.example_house(house, host, 8000).settings.address == address
    assert first_day.example_house(house, host, 0).settings.address == "", (
        "a port that nobody knows yet is in no mail"
    )
