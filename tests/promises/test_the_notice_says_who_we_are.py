"""The notice names the controller, says of a representative why there is none, and names the data protection officer: an empty fact
turns the sentence red (P112, P113, P114)."""

from __future__ import annotations

import pytest
from bound_company import FACTS, Bound


@pytest.mark.parametrize(
    ("promise", "fact", "value"),
    [
        ("P112", "controller.name", "Havgry Software ApS"),
        ("P112", "controller.email", "privatliv@havgry.example"),
        ("P113", "representative", '{not_needed: "etableret i EU / established in the EU (GDPR Art. 27)"}'),
        ("P114", "dpo.name", "Olga Rimfaks"),
        ("P114", "dpo.contact", "dpo@havgry.example"),
    ],
)
def test_the_notice_says_who_we_are(bound: Bound, promise: str, fact: str, value: str) -> None:
    bound.breaks_in_file(promise, FACTS, f"{fact}: {value}", f'{fact}: ""', f"not filled in: {fact}")
