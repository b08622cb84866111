"""One process at a time acts on a state; whoever takes the turn learns whether somebody acted meanwhile.

Two erasures side by side would each see the other's person as an owner of what they share, and leave it to nobody.
The lock dies with its process, so a killed run never stands in the way of the next; and whoever acts makes sure, before each
batch, that it still has the turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from troth.records.locks import Lock, counted, take
from troth.terms.errors import StoreError, UsageError

if TYPE_CHECKING:
    from troth.workflows.house import House

_HELD: dict[tuple[str, str], Lock] = {}  # by state; a process has no more than one turn of each


def count(house: House) -> int:
    """How often the turn was taken or given back so far."""
    return counted(house.home, house.settings.database)


@contextmanager
def turn(house: House, waiting: Callable[[str], None] | None = None) -> Iterator[int]:
    """Holds the turn; yields `count` as it was before. Waits, saying so, or (`waiting` None) raises UsageError."""
    lock = take(house.home, house.settings.database, "turn", wait=False)
    if lock is None:
        if waiting is None:
            raise BusyError(str(house.home))
        waiting("waiting for another process that is at work on this state")
        lock = take(house.home, house.settings.database, "turn", wait=True)
        assert lock is not None
    try:
        number = lock.count()
        _HELD[_state(house)] = lock
        try:
            yield number - 1
        finally:
            del _HELD[_state(house)]
            if lock.alive():
                lock.count()
    finally:
        lock.close()


def still(house: House) -> None:
    """Raises LostTurnError where the turn was lost while we acted: another process may be acting now."""
    lock = _HELD.get(_state(house))
    if lock is not None and not lock.alive():
        raise LostTurnError


def _state(house: House) -> tuple[str, str]:
    return str(house.home), house.settings.database


class LostTurnError(StoreError):
    """Nothing more is done or written: whoever has the turn now may be taking this run up."""

    def __init__(self) -> None:
        super().__init__(
            "our own state lost the connection that says whose turn it is", permanent=False, place="TROTH_DATABASE",
            remedy="Run `troth resume` once its server answers.",
        )  # fmt: skip


class BusyError(UsageError):
    """Another process has the turn."""

    def __init__(self, place: str) -> None:
        super().__init__(
            "another process is at work on this state", place=place, remedy="Wait until it has ended."
        )
