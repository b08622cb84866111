"""Whether each store of the map lets us in: asked of all at once, waited for a few seconds, and no more than once in a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from troth.terms.errors import TrothError

if TYPE_CHECKING:
    from troth.datamap.model import System
    from troth.workflows.house import House

FRESH: Final = 15.0
BOUND: Final = 3.0
"""Seconds for which an answer holds, and after which a store that has said nothing counts as away."""


class Reach:
    """What is known of the stores of one house; a store that hangs holds one thread, and is not asked again meanwhile."""

    def __init__(self, house: House, fresh: float = FRESH, bound: float = BOUND) -> None:
        self._house, self._fresh, self._bound = house, fresh, bound
        self._lock = threading.Lock()
        self._asking: dict[str, threading.Thread] = {}
        self._let_in: dict[str, bool] = {}
        self._told: dict[str, bool] = {}
        self._at = -fresh

    def told(self, clock: Callable[[], float] = time.monotonic) -> dict[str, bool]:
        """By system, whether it let us in when it was asked last; {} where the map cannot be read."""
        with self._lock:  # however many ask, the stores are asked once
            if clock() - self._at >= self._fresh:
                self._told, self._at = self._asked(), clock()
            return dict(self._told)

    def _asked(self) -> dict[str, bool]:
        try:
            systems = self._house.map().systems
        except (TrothError, OSError):
            return {}
        for name, system in systems.items():
            if name not in self._asking or not self._asking[name].is_alive():
                self._let_in[name] = False
                hand = threading.Thread(target=self._ask, args=(system,), name=f"reach {name}", daemon=True)
                self._asking[name] = hand
                hand.start()
        end = time.monotonic() + self._bound
        for name in systems:
            self._asking[name].join(max(0.0, end - time.monotonic()))
        return {name: self._let_in[name] and not self._asking[name].is_alive() for name in systems}

    def _ask(self, system: System) -> None:
        try:
            self._house.open(system).close()
            self._let_in[system.name] = True
        except Exception:  # noqa: BLE001  (a door: what a driver says may quote an address; that it is away is all we tell)
            self._let_in[system.name] = False
