"""Lengths of time as ISO 8601 writes them; whatever is no real length is None."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from troth.terms.bilingual import Both
from troth.terms.lengths import spoken

_ISO: Final = re.compile(
    r"P(?!$)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?!$)(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?"
)
_RULE: Final = re.compile(r"([1-9][0-9]{0,4})([ymwd])")
_DAY: Final = 86_400
_MONTH: Final = (
    30.436875 * _DAY
)  # of the Gregorian calendar, on average; only to say which of two lengths is longer


@dataclass(frozen=True, slots=True)
class Length:
    """Whole months, and seconds beside them."""

    months: int = 0
    seconds: int = 0

    @property
    def weight(self) -> float:
        """By which two lengths are compared."""
        return self.months * _MONTH + self.seconds

    def told(self) -> str:
        """As ISO 8601 writes it: P2Y, P6M, P90D, PT1H, PT0S."""
        years, months, days, hours, minutes, seconds = self._parts()
        date = "".join(f"{n}{unit}" for n, unit in ((years, "Y"), (months, "M"), (days, "D")) if n)
        time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
        return f"P{date}" + (f"T{time}" if time else "") if date or time else "PT0S"

    def spoken(self) -> Both:
        """In words: 2 years, 6 months, 90 days; at once."""
        return spoken(*self._parts())

    def _parts(self) -> tuple[int, int, int, int, int, int]:
        years, months = divmod(self.months, 12)
        days, rest = divmod(self.seconds, _DAY)
        hours, rest = divmod(rest, 3_600)
        return years, months, days, hours, rest // 60, rest % 60


def length(text: str) -> Length | None:
    """The length of `P2Y`, `P6M`, `P90D`, `PT1H`; None for anything else, such as a reasonable time."""
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return Length(12 * years + months, (7 * weeks + days) * _DAY + hours * 3_600 + minutes * 60 + seconds)


def rule_length(text: str) -> Length | None:
    """The length that a rule of the retention file writes as `2y`, `6m`, `2w` or `90d`."""
    found = _RULE.fullmatch(text)
    if found is None:
        return None
    count, unit = int(found[1]), found[2]
    months = count * {"y": 12, "m": 1}.get(unit, 0)
    return Length(months, count * {"w": 7, "d": 1}.get(unit, 0) * _DAY)
