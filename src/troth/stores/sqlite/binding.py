"""What Python holds, as SQLite can bind it: a key that was read compares as the cell that it was read from."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from troth.datamap.model import Atom


def native(value: Atom) -> object:
    """A value as SQLite can bind it."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return value
