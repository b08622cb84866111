"""Clocks that are frozen with a batch come back as they were, alone or among others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from troth.planning.freeze import freeze_rows, thaw_rows


def test_moments_come_back_as_they_were() -> None:
    moments = [
        datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=UTC),
        datetime(1, 1, 1),  # noqa: DTZ001
        datetime(2024, 3, 31, 2, 30, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    ]
    rows = [
        (at, moment, mixed)
        for at, (moment, mixed) in enumerate(zip(moments, [date(2024, 1, 1), None, "t"], strict=True))
    ]
    assert thaw_rows(freeze_rows(rows)) == rows
    assert [row[1].tzinfo is None for row in thaw_rows(freeze_rows(rows))] == [False, True, False]
