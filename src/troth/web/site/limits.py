"""Nobody asks too often: counted in memory, by purpose and by a class of addresses of which only a keyed digest is kept, for a day."""

from __future__ import annotations

import ipaddress
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from threading import Lock
from typing import Concatenate, Final, ParamSpec

from django.http import HttpRequest, HttpResponse

from troth.web.site import errors

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
DAY: Final = 86_400.0
_MOST: Final = 50_000  # digests kept at once; the one unused for longest goes first


class Limits:
    """Who asked how often; bounded, forgotten after a day with the key under which it was kept."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = _MOST) -> None:
        self._clock, self._most = clock, most
        self._lock = Lock()
        self._forget()

    def wait(self, purpose: str, address: str, most: int, seconds: float) -> float:
        """Counts one attempt: 0 if it is within `most` in `seconds`, else the seconds after which the next one is.

        An attempt that is refused does not count.
        """
        with self._lock:
            now = self._clock()
            if now - self._since > DAY:
                self._forget()
            who = self._digest(purpose, address)
            pace = seconds / most
            due = max(self._due.get(who, now), now)
            if due - now > seconds - pace + 1e-6:
                return due - now - (seconds - pace)
            self._due[who] = due + pace
            self._due.move_to_end(who)
            if len(self._due) > self._most:
                self._due.popitem(last=False)
            return 0.0

    def _forget(self) -> None:
        self._key, self._since = secrets.token_bytes(32), self._clock()
        self._due: OrderedDict[bytes, float] = OrderedDict()

    def _digest(self, purpose: str, address: str) -> bytes:
        return blake2b(f"{purpose}\0{class_of(address)}".encode(), key=self._key, digest_size=16).digest()


def class_of(address: str) -> str:
    """The network an address belongs to: /24 of IPv4, /56 of IPv6, which is what one household is given."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    return str(ipaddress.ip_network((known, 24 if known.version == 4 else 56), strict=False))


_limits: Final = Limits()


def limited(purpose: str, most: int, seconds: float) -> Callable[[View[P]], View[P]]:
    """For a view: at most so many POSTs of one purpose in so many seconds from one class of addresses; then 429."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method == "POST":
                wait = _limits.wait(purpose, request.META.get("REMOTE_ADDR", ""), most, seconds)
                if wait:
                    response = errors.page(request, "busy", 429, minutes=max(1, math.ceil(wait / 60)))
                    response["Retry-After"] = str(math.ceil(wait))
                    return response
            return view(request, *args, **kwargs)

        return guarded

    return guard
