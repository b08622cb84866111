"""Everything personal in a store belongs to somebody who can be found, and is kept by a rule: else the law is not followed (P1)."""

from __future__ import annotations

import pytest
from bound_company import MAP, RULES, Bound


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        (RULES, "datasets: [support.message]", "datasets: [support.ticket]", "cannot be carried out"),
        (
            RULES,
            "datasets: [product.device, product.setting]",
            "datasets: [product.device]",
            "product.setting",
        ),
        (MAP, "        subject: contact\n", "", "crm."),
    ],
)
def test_everything_personal_has_an_owner_and_an_end(
    bound: Bound, name: str, old: str, new: str, says: str
) -> None:
    bound.breaks_in_file("P1", name, old, new, says)
