"""What a certificate may say became of one person's data: judged once, from what was done, and never more than that.

An outcome is its head (the most that may be said of what was done) and what stays beside it, with commas between. Nobody is
called erased where no row was erased, nor anonymised while a row is still theirs without a ground.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

UNFINISHED: Final = "not finished: rows were left"
NOTHING: Final = "nothing erased"

HEADS: Final[Mapping[str, str]] = {
    "personal": "not anonymised: some rows are still personal",
    "erased": "erased",
    "anonymised": "anonymised",
    "pseudonymised": "pseudonymised",
    "cut": "minimised",
    "unlinked": "references removed",
}
"""What is said first: of all that became of the rows, whatever stands highest here; what is least welcome hides behind nothing."""

STAYS: Final[Mapping[str, str]] = {
    "law": "some kept by law",
    "hold": "some postponed by a legal hold",
    "customers": "some left to customers",
    "pseudonymised": "some pseudonymised",
}
"""What is said besides, in this order."""

UNTOUCHED: Final[Mapping[frozenset[str], str]] = {
    frozenset({"law"}): "nothing erased, all kept by law",
    frozenset({"hold"}): "postponed by a legal hold",
    frozenset({"customers"}): "nothing erased, all left to customers",
}
"""What is said where one thing alone is why nothing was done."""

_FATES: Final[Mapping[str, str]] = {
    "erase": "erased",
    "anonymise": "anonymised",
    "pseudonymise": "pseudonymised",
    "minimise": "personal",
    "unlink": "unlinked",
    "keep": "law",
    "leave": "customers",
}
_GROUNDS: Final = frozenset({"law", "hold", "customers"})
_GONE: Final = frozenset({"erased", "anonymised"})
_STANDING: Final = frozenset({"personal", "pseudonymised", "hold"})


def outcome(acts: Sequence[Mapping[str, Any]], remaining: int) -> str:
    """What may be said of these acts on one person's rows, of which so many were found again that should be gone.

    Raises KeyError for an action that nobody has judged.
    """
    if remaining:
        return UNFINISHED
    found = fates(acts)
    if found in UNTOUCHED:
        return UNTOUCHED[found]
    first = next((fate for fate in HEADS if fate in found), "")
    stays = [words for fate, words in STAYS.items() if fate in found and fate != first]
    return ", ".join((HEADS.get(first, NOTHING), *stays))


def gone(acts: Sequence[Mapping[str, Any]], remaining: int) -> bool:
    """Whether something went, and of the person nothing stands in the live systems but what a law or a customer keeps there.

    Of whom a legal hold keeps something, that is said once the hold is lifted and the rest went too.
    """
    found = fates(acts)
    return not remaining and bool(found & _GONE) and not found & _STANDING


def fates(acts: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """What became of the rows; emptied rows that are still personal are `cut` only where a ground is what makes them so."""
    found = {_fate(act) for act in acts if act["rows"]}
    if "cut" in found and not found & _GROUNDS:
        found = found - {"cut"} | {"personal"}
    return frozenset(found)


def bare(act: Mapping[str, Any]) -> bool:
    """Whether it leaves emptied rows that are still the person's, and no ground is what makes them so."""
    return act["action"] in ("minimise", "pseudonymise") and not act.get("grounded")


def _fate(act: Mapping[str, Any]) -> str:
    if act.get("hold"):
        return "hold"
    return "cut" if act.get("grounded") else _FATES[act["action"]]
