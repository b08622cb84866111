"""Nobody pays for having asked: what a person is entitled to differs before and after only by consequences declared beforehand.

GDPR recital 42, Cal. Civ. Code 1798.125. A snapshot holds keyed digests, so that it tells whether something changed and never what it was.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Snapshot = Mapping[str, tuple[str, ...]]
"""By the name of an entitlement (as `crm.contact.plan`), a digest of each value that there is of it, sorted."""
Effect = Literal["ends", "changes"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One entitlement that is no longer what it was; `declared` if the person was told of it before they confirmed."""

    name: str
    effect: Literal["began", "ends", "changes"]
    declared: bool


def snapshot(key: bytes, found: Iterable[tuple[str, object]]) -> Snapshot:
    """What a person is entitled to now: each entitlement by name with a value, in any order. NULL is none."""
    held: dict[str, list[str]] = {}
    for name, value in found:
        if value is None:
            continue
        told = f"{name}\0{value}".encode()
        held.setdefault(name, []).append(hmac.new(key, told, hashlib.sha256).hexdigest())
    return {name: tuple(sorted(digests)) for name, digests in held.items()}


def differences(before: Snapshot, after: Snapshot, declared: Mapping[str, Effect]) -> tuple[Difference, ...]:
    """Every entitlement that is not what it was, in the order of names.

    Only what was declared may happen: what was to change may not end, nor the other way round; and what begins was never
    declared, since a reward is pressure too.
    """
    found: list[Difference] = []
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name, ()), after.get(name, ())
        if was == now:
            continue
        effect: Literal["began", "ends", "changes"] = "ends" if not now else "changes" if was else "began"
        found.append(Difference(name, effect, declared.get(name) == effect))
    return tuple(found)


def retaliated(before: Snapshot, after: Snapshot, declared: Mapping[str, Effect]) -> tuple[Difference, ...]:
    """The differences nobody was told of beforehand; () where nobody paid for having asked."""
    return tuple(one for one in differences(before, after, declared) if not one.declared)
