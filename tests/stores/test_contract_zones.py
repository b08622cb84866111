"""A moment belongs to the same day on every store as in Python: about every change of clocks in places that change them oddly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from live import KINDS
from troth.datamap.reader import Aged, Cell, Select
from troth.retention.clock import day_of

ZONES = (
    "UTC", "Europe/Copenhagen", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu",
    "Pacific/Apia", "Pacific/Kiritimati", "America/Havana",
)  # fmt: skip
CHANGES = (
    datetime(2024, 3, 31, 1, tzinfo=UTC), datetime(2024, 10, 27, 1, tzinfo=UTC), datetime(2024, 3, 10, 7, tzinfo=UTC),
    datetime(2024, 11, 3, 6, tzinfo=UTC), datetime(2024, 4, 6, 15, tzinfo=UTC), datetime(2011, 12, 30, 10, tzinfo=UTC),
    datetime(2024, 2, 29, 12, tzinfo=UTC), datetime(2024, 12, 31, 23, tzinfo=UTC), datetime(2024, 3, 10, 5, tzinfo=UTC),
)  # fmt: skip
STEPS = [timedelta(hours=hours, seconds=seconds) for hours in range(-26, 27) for seconds in (-1, 0, 1)]
MOMENTS = [change + step for change in CHANGES for step in STEPS]
KIND = {"postgres": "timestamptz", "mysql": "TIMESTAMP", "sqlite": "TEXT"}


@pytest.mark.parametrize("kind", KINDS)
def test_moments_about_every_change_of_clocks_have_pythons_day(new_live: Any, kind: str) -> None:
    live = new_live(kind)
    null = " NULL" if kind == "mysql" else ""
    live.run(f"CREATE TABLE t (id INTEGER PRIMARY KEY, d {KIND[kind]}{null});")
    offset = "" if kind == "mysql" else "+00:00"
    cells = ", ".join(f"({n}, '{moment:%Y-%m-%d %H:%M:%S}{offset}')" for n, moment in enumerate(MOMENTS))
    zone = "SET time_zone = '+00:00'; " if kind == "mysql" else ""
    live.run(f"{zone}INSERT INTO t VALUES {cells};")
    with live.opened() as store:
        for place in ZONES:
            days = [day_of(moment, place) for moment in MOMENTS]
            for change in CHANGES:
                before: date = change.date()
                aged = Aged(Cell("d"), date(1970, 1, 2), before, place, ("id",))
                found = {row[0] for chunk in store.rows(Select("t", ("id",), aged)) for row in chunk}
                assert found == {n for n, day in enumerate(days) if day is not None and day < before}, (
                    place,
                    before,
                )
