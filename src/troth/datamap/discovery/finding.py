"""What the values of a column speak for, how sure, and why; a reason counts values and quotes none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A category the values speak for, and how sure where nothing else is known."""

    category: str
    confidence: float
    reason: str
