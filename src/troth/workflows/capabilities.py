"""The published table of what each kind of store can do; every store answers every question, or the table fails."""

from __future__ import annotations

from typing import Any

from troth.stores import CAPABILITIES
from troth.workflows.house import House

PLANNED = {
    "sqlserver": "a driver exists; nobody has written and tested the store",
    "oracle": "a driver exists; nobody has written and tested the store",
}
"""Kinds people ask for that are not installed, and why."""


def table(house: House) -> list[dict[str, Any]]:
    """Installed stores with their answers, then kinds that could be and are not."""
    kinds = {store.name: store for store in house.stores.values()}
    told: list[dict[str, Any]] = [
        {
            "name": store.name,
            "schemes": sorted(store.schemes),
            "capabilities": [
                {
                    "what": what,
                    "state": store.capabilities[what].state,
                    "reason": store.capabilities[what].reason,
                }
                for what in CAPABILITIES
            ],
        }
        for store in sorted(kinds.values(), key=lambda s: s.name)
    ]
    for name, reason in PLANNED.items():
        if name not in kinds:
            told.append(
                {
                    "name": name,
                    "schemes": [],
                    "capabilities": [{"what": "everything", "state": "could", "reason": reason}],
                }
            )
    return told
