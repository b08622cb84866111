"""Which of the rights that a plan needs this role lacks: asked of the server before anything is done, in one statement."""

from __future__ import annotations

from collections.abc import Sequence

from troth.planning.plan import Step
from troth.stores.postgres.reflect import split

_LACKING = """
    SELECT DISTINCT w.at, w.need, w.field
    FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::text[]) AS w(at, space, name, need, field)
    JOIN pg_namespace n ON n.nspname = w.space JOIN pg_class c ON c.relname = w.name AND c.relnamespace = n.oid
    WHERE NOT CASE w.need
        WHEN 'REFRESH' THEN pg_has_role(c.relowner, 'USAGE') OR {maintain}
        WHEN 'DELETE' THEN has_table_privilege(c.oid, 'DELETE')
        ELSE has_column_privilege(c.oid, w.field, w.need) END
    ORDER BY w.at, w.need, w.field"""


def question(steps: Sequence[Step], version: int) -> tuple[str, list[object]]:
    """The statement that answers with (place in the steps, right, column) of what is lacking, and what is bound to it."""
    wanted = [
        (at, *split(step.ref.dataset), right, column)
        for at, step in enumerate(steps)
        for right, column in _needed(step)
    ]
    maintain = "has_table_privilege(c.oid, 'MAINTAIN')" if version >= 170_000 else "false"
    return _LACKING.format(maintain=maintain), [list(part) for part in zip(*wanted, strict=True)] or [[]] * 5


def told(steps: Sequence[Step], rows: Sequence[tuple[int, str, str | None]]) -> tuple[str, ...]:
    """`UPDATE (name, email) on customer` for what the answer says."""
    found: dict[tuple[str, str], list[str]] = {}
    for at, right, column in rows:
        columns = found.setdefault((right, steps[at].ref.dataset), [])
        if column and column not in columns:
            columns.append(column)
    return tuple(
        f"{right} ({', '.join(columns)}) on {dataset}" if columns else f"{right} on {dataset}"
        for (right, dataset), columns in found.items()
    )


def _needed(step: Step) -> list[tuple[str, str | None]]:
    """Rights and the columns they are needed for; none for what is kept."""
    if step.action == "erase":
        return [("DELETE", None)]
    if step.action == "refresh":
        return [("REFRESH", None)]
    right = {"keep": "", "create": "INSERT"}.get(step.action, "UPDATE")
    return [(right, column) for column in step.columns] if right else []
