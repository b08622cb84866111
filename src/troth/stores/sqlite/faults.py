"""Names SQLite's faults without a word of the row that caused them."""

from __future__ import annotations


def named(fault: Exception) -> str:
    """The kind of failure and the constraint, without SQLite's free text (a trigger's RAISE may quote a value)."""
    name = getattr(fault, "sqlite_errorname", type(fault).__name__)
    text = "" if name == "SQLITE_CONSTRAINT_TRIGGER" else str(fault)
    for prefix in (
        "UNIQUE constraint failed: ",
        "NOT NULL constraint failed: ",
        "CHECK constraint failed: ",
        "no such table: ",
        "no such column: ",
    ):
        if text.startswith(prefix):
            return (
                f"{name} ({text})"
                if prefix != "CHECK constraint failed: "
                else f"{name} (a CHECK constraint)"
            )
    return name
