"""Holds an answer against what the stores have of whoever was proven to ask: read, compared by keyed digests, forgotten."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from troth.datamap.model import Atom, DataMap, Ref
from troth.law import identity as law
from troth.requests.points import agrees, digests
from troth.workflows.case_acts import request_of
from troth.workflows.cases import load
from troth.workflows.erase import inquire
from troth.workflows.find import Match, gather
from troth.workflows.house import House

_ONE_TEXT = ("street", "address", "postal_code", "city")
"""Categories that make one address of a row, in the order in which it is written."""


def compared(house: House, name: str, question: str, text: str) -> bool:
    """Whether the answer agrees with something held of the person of this case; takes as long where nothing is held."""
    file = load(house, name)
    request, datamap, key = request_of(file), house.map(), secrets.token_bytes(32)
    held: set[str] = set()
    if request.identifiers:
        with house.opened(datamap) as stores:
            inquiry = inquire(house, stores, request, holds=False)
            inquiry.who(request.identifiers)
            for group in gather(inquiry):
                if group.relation == "owns" and not group.copy:
                    for match in group.matches:
                        held |= _values(datamap, match, question)
    country = "US" if file.case.regime == "california" else "DK"
    return agrees(key, question, text, digests(key, question, held, country), country)


def _values(datamap: DataMap, match: Match, question: str) -> set[str]:
    """What a row has for the question: an address as one text, anything else value by value."""
    wanted = law.questions()[question].compared_with
    found = _by_category(datamap, match.ref, match.row)
    if question == "billing_address":
        text = " ".join(found[category] for category in _ONE_TEXT if category in found)
        return {text} - {""}
    return {value for category, value in found.items() if category in wanted}


def _by_category(datamap: DataMap, ref: Ref, row: Mapping[str, Atom]) -> dict[str, str]:
    fields = datamap.datasets[ref].fields
    return {
        fields[name].category: str(value)
        for name, value in row.items()
        if name in fields and value not in (None, "")
    }
