"""The light of a promise, worked out from its checks, what they last answered, and who attested it. Doubt is never green.

`broken` wins over all: a failure stays one until a newer answer, however old it grows. `kept` needs a fresh answer from every
check. Where a person's word stands in for an answer, the light is `attested`, whatever the other checks showed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal

from troth.evidence.check import Check, Evidence, Promise, about, wording
from troth.evidence.facts import Attestation

Light = Literal["kept", "stale", "broken", "attested", "unbound"]
LIGHTS: Final[tuple[Light, ...]] = ("broken", "stale", "unbound", "attested", "kept")
"""Worst first: what somebody must look at."""


@dataclass(frozen=True)
class Standing:
    """One promise as it stands: its light, each of its checks with the last answer, and who attested it."""

    promise: Promise
    light: Light
    checks: tuple[tuple[Check, Evidence | None], ...]
    attestation: Attestation | None = None
    waits: str = ""  # what an unbound promise waits for: a key of `waiting`


def light(
    checks: Sequence[tuple[Check, Evidence | None]], attestation: Attestation | None, at: datetime
) -> Light:
    """The light of a promise with these checks."""
    word = attestation is not None and attestation.counts(at)
    if any(found is not None and found.verdict == "fails" for _, found in checks):
        return "broken"
    if not checks:
        return "attested" if word else "stale" if attestation is not None else "unbound"
    asked = [(check, found) for check, found in checks if check.kind != "attested"]
    if any(not fresh(found, at) for _, found in asked):
        return "stale"
    if len(asked) < len(checks) or any(
        found is not None and found.verdict == "unknown" for _, found in asked
    ):
        return "attested" if word else "stale"
    return "kept" if all(found is not None and found.verdict == "holds" for _, found in asked) else "stale"


def fresh(found: Evidence | None, at: datetime) -> bool:
    """Whether an answer still says anything: collected, not over, and not the answer of a check that broke."""
    return found is not None and found.verdict != "error" and found.collected <= at <= found.expires


def bound(promise: Promise, checks: Iterable[Check]) -> tuple[Check, ...]:
    """The checks of a promise's control, in their order."""
    control = promise.control
    return tuple(check for check in checks if control is not None and check.control == control.name)


def standing(
    promise: Promise,
    checks: Iterable[Check],
    latest: Mapping[tuple[str, str], Evidence],
    attestation: Attestation | None,
    at: datetime,
) -> Standing:
    """The promise as it stands; `latest` is the last evidence by (check, about)."""
    pairs: list[tuple[Check, Evidence | None]] = []
    for check in bound(promise, checks):
        assert promise.control is not None
        pairs.append((check, latest.get((check.name, about(promise, promise.control)))))
    waits = promise.control.name if promise.control is not None and not pairs else ""
    given = attestation
    if attestation is not None and attestation.of != wording(promise):  # it was said of other words
        given = replace(attestation, until=date.min)
    return Standing(promise, light(pairs, given, at), tuple(pairs), attestation, waits)


def due(check: Check, found: Evidence | None, at: datetime, ahead: float = 0.25, again: float = 0.1) -> bool:
    """Whether a check is to be run again: its answer is over, or will be within a quarter of its time.

    One that failed or broke is asked again sooner, but not each time: a pass over all stores is dear.
    """
    if found is None or found.collected > at:  # the clock was put back: nobody knows what was asked when
        return True
    if found.verdict in ("error", "fails"):
        return at >= found.collected + check.fresh * again
    return at >= found.expires - check.fresh * ahead
