"""What a form or a case takes stands in the datasets that the promise names, as the map has them (P4, P6, P144)."""

from __future__ import annotations

import pytest
from bound_company import Bound


@pytest.mark.parametrize(
    ("promise", "system", "table"),
    [
        ("P4", "crm", "contact"),
        ("P4", "billing", "customer"),
        ("P6", "support", "ticket"),
        ("P144", "crm", "meeting"),
    ],
)
def test_what_a_form_takes_stands_where_the_notice_says(
    bound: Bound, promise: str, system: str, table: str
) -> None:
    bound.breaks(
        promise,
        system,
        f"ALTER TABLE {table} RENAME TO gone",
        f"ALTER TABLE gone RENAME TO {table}",
        f"{system}.{table}",
    )
