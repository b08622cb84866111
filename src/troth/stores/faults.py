"""What lies behind a store's refusal while we act, and what a person can do about it; one table for every kind of store."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from troth.terms.errors import StoreError, TimeLimitError

Cause = Literal["", "lock", "deadlock", "time", "lost", "full"]
ADVICE: Final[Mapping[Cause, str]] = MappingProxyType(
    {
        "lock": "Others held a lock on it at every try: find them (docs/production.md), or wait longer with --lock-timeout.",
        "deadlock": "Other writers and this batch waited for each other at every try: go on when they write less.",
        "time": "It took longer than the statement timeout: make the index that --dry-run names, or give more with --statement-timeout.",
        "full": "The database says that its disk is full, or failing.",
    }
)
LOST: Final = (
    "The connection was lost, and whether the last transaction was committed cannot be told from here. "
    "Go on with `troth resume`: what was done is not done again."
)


def refusal(message: str, *, place: str, permanent: bool, remedy: str, cause: Cause) -> StoreError:
    """The error to raise; `remedy` is empty where we only read, and then stays so."""
    if remedy:
        remedy = LOST if cause == "lost" else f"{ADVICE.get(cause, '')} {remedy}".strip()
    kind = TimeLimitError if cause == "time" else StoreError
    return kind(message, place=place, permanent=permanent, remedy=remedy)


def refuse_late(latest: float, place: str, remedy: str) -> None:
    """Between two statements of a transaction: raises TimeLimitError once it holds its locks for longer than one may take."""
    if time.monotonic() > latest:
        raise refusal(
            "the transaction took too long", place=place, permanent=False, remedy=remedy, cause="time"
        )
