"""Tells a restored backup from the system itself, and a scratch server from production, by asking which server answers.

An address can be written in many ways, and a name be made to lead elsewhere. Where a system does not answer, nobody can tell, and
what asked does not go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from troth.retention.restoring import Identity
from troth.stores import Store
from troth.terms.errors import UsageError
from troth.workflows.credentials import split_password
from troth.workflows.house import House


def _identities(house: House, store: Store) -> Mapping[str, list[Identity]]:
    """Which servers and databases the systems of one kind are, their replicas too. Raises StoreError where one does not answer."""
    found: dict[str, list[Identity]] = {}
    for one in house.map().systems.values():
        for url, secret in house.places(one):
            if house.kind(url, one.name) is store and store.recognise is not None:
                found.setdefault(one.name, []).append(store.recognise(one.name, url, secret))
    return found


def another_server(house: House, store: Store, system: str, server: Sequence[str]) -> None:
    """Raises UsageError where the scratch server is one that a system of the map stands on."""
    if not server:
        return
    url, secret = split_password(server[0], system)
    assert store.recognise is not None
    there, _ = store.recognise(system, url, secret)
    for name, places in _identities(house, store).items():
        if there in {known for known, _ in places}:
            raise UsageError(
                f"the scratch server is the one that {name} stands on", place=system,
                remedy="Name a server that holds nothing else: what a dump says would be done there.",
            )  # fmt: skip


def not_production(house: House, url: str, system: str, secret: str | None) -> None:
    """Raises UsageError where what answers at this address is a database of the map, and no backup of it."""
    store = house.kind(url, system)
    if store.recognise is None:
        return
    there = store.recognise(system, url, secret)
    for name, places in _identities(house, store).items():
        if there in places:
            raise UsageError(
                f"this is {name} itself, and no backup of it", place=system,
                remedy="Restore a backup somewhere else, and name that.",
            )  # fmt: skip
