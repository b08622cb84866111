"""When a ground for keeping a row ends: from the row's own date, or on a fixed day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from troth.datamap.model import Keep
from troth.law.rules import keep_until


def last_day(keep: Keep, row: Mapping[str, object]) -> date | None:
    """The last day the ground holds for this row; None where the row does not say when it began (kept, then)."""
    if keep.until is None or keep.until.on is not None:
        return keep.until.on if keep.until else None
    start = as_day(row.get(keep.until.start or ""))
    return keep_until(keep.until, start) if start is not None else None


def as_day(value: object) -> date | None:
    """The day of a date, a timestamp, or their ISO text (SQLite keeps dates as text); None for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
