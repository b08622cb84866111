"""What an operator typed about people, read into a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from troth.workflows.erase import Request


def instructed(texts: list[str] | None) -> dict[str, str]:
    """CUSTOMER=REFERENCE, read; raises UsageError where one has no reference."""
    from troth.terms.errors import UsageError

    found = {}
    for text in texts or []:
        customer, sign, reference = text.partition("=")
        if not sign or not reference:
            remedy = "Write --instruction CUSTOMER=REFERENCE."
            raise UsageError("an instruction needs its reference", place=text, remedy=remedy)
        found[customer] = reference
    return found


def request_of(
    ids: list[str],
    scope: str | None,
    instructions: list[str] | None,
    accepts: list[str] | None,
    without: list[str] | None = None,
) -> Request:
    """What was typed, as a request; raises UsageError where it names nobody."""
    from troth.terms.errors import UsageError
    from troth.workflows.erase import Request, refused

    if not ids:
        raise UsageError(
            "nobody was named", remedy="Give an e-mail address, a phone number, kind=value, or --batch FILE."
        )
    given = instructed(instructions)
    return Request(tuple(ids), scope, given, frozenset(accepts or ()), left_to=refused(without, given))
