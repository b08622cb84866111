"""Everything that can become of one person's rows, and everything that can become of them together."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, combinations
from typing import Any, Final

KINDS: Final[dict[str, dict[str, Any]]] = {
    "erase": {"action": "erase"},
    "anonymise": {"action": "anonymise"},
    "unlink": {"action": "unlink"},
    "pseudonymise": {"action": "pseudonymise"},
    "minimise": {"action": "minimise"},
    "pseudonymise, grounded": {"action": "pseudonymise", "grounded": True},
    "minimise, grounded": {"action": "minimise", "grounded": True},
    "keep": {"action": "keep"},
    "keep, held": {"action": "keep", "hold": "a hold"},
    "leave": {"action": "leave"},
}
EVERY: Final = [
    frozenset(some)
    for some in chain.from_iterable(combinations(KINDS, size) for size in range(len(KINDS) + 1))
]


def acts(kinds: Iterable[str], rows: int = 2) -> list[dict[str, Any]]:
    return [{**KINDS[kind], "rows": rows} for kind in kinds]
