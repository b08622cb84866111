"""A length of time in words, the same wherever a person reads one: 2 years, 6 months, 1 day."""

from __future__ import annotations

from typing import Final

from troth.terms.bilingual import Both

_UNITS: Final = (
    ("år", "år", "year"), ("måned", "måneder", "month"), ("dag", "dage", "day"), ("time", "timer", "hour"),
    ("minut", "minutter", "minute"), ("sekund", "sekunder", "second"),
)  # fmt: skip
AT_ONCE: Final = Both("straks", "at once")
NO_DAYS: Final = Both("0 dage", "0 days")


def spoken(*counts: int, none: Both = AT_ONCE) -> Both:
    """So many years, months, days, hours, minutes and seconds, those that are; `none` where none is."""
    found = [(n, *unit) for n, unit in zip(counts, _UNITS, strict=False) if n]
    if not found:
        return none
    return Both(
        ", ".join(f"{n} {one if n == 1 else many}" for n, one, many, _ in found),
        ", ".join(f"{n} {en}{'' if n == 1 else 's'}" for n, _, _, en in found),
    )
