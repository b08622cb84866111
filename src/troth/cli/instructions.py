"""Reads customers' instructions as they are typed: each names its customer and where it is recorded."""

from __future__ import annotations


def instructed(instructions: list[str] | None) -> dict[str, str]:
    """The customers' recorded instructions, as typed."""
    from troth.terms.errors import UsageError

    found = {}
    for text in instructions or []:
        customer, sign, reference = text.partition("=")
        if not sign or not reference:
            raise UsageError(
                "an instruction needs its reference",
                place=text,
                remedy="Write --instruction CUSTOMER=REFERENCE.",
            )
        found[customer] = reference
    return found
