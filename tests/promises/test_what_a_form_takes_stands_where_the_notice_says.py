"""P4, P6, P144: what a form or a case takes stands in the datasets that the promise names, as the map has them."""

from __future__ import annotations

import pytest
from bound_company import Bound


@pytest.mark.parametrize(
    ("promise", "system", "table"), [("P4", "crm", "contact"), ("P6", "support", "ticket")]
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
