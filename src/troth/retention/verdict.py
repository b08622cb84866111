"""The verdict on rows that are said to be anonymous: erased, anonymous, or still personal with reasons; no value in it.

Anonymous means that nobody can be singled out, linked or inferred by means reasonably likely to be used
(GDPR recital 26; WP216). What was not measured is not anonymous.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Word = Literal["erased", "anonymous", "still personal"]
Number = int | float | str

REASONS: Final[Mapping[str, str]] = {
    "identifier": "a value that names somebody is left",
    "key": "a surviving key groups one person's rows",
    "number": "each row has a number that others may know",
    "known": "values that name people elsewhere stand here",
    "order": "the order of the rows' numbers gives back what was made coarser",
    "link": "rows still refer to a person's row",
    "hash": "a hash was inverted by trying every value",
    "hash_open": "a hash could not be inverted in the time given; whoever knows how it was made may",
    "copy": "a copy of what was anonymised stands elsewhere",
    "prose": "free text is left",
    "rare": "a combination of traits is held by too few rows",
    "alike": "everybody with the same traits has the same sensitive value",
    "singling_out": "rows can be singled out",
    "linkability": "two parts of a row can be linked",
    "inference": "a value can be inferred from the others",
    "wide": "there are too few rows to bound a risk",
    "undecided": "nobody has said what a column holds",
    "unmeasured": "the three attacks were not measured",
    "few": "there are too few rows to measure the three attacks",
}
"""Every reason for `still personal`, by its id."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows are not anonymous: which reason, where, and its figures."""

    id: str
    columns: tuple[str, ...] = ()
    figures: Mapping[str, Number] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        return {"reason": self.id, "says": REASONS[self.id], "columns": list(self.columns), **self.figures}


@dataclass(frozen=True, slots=True)
class Risk:
    """One attack's measured success beyond that against the control, with its 95 % confidence interval."""

    attack: Literal["singling_out", "linkability", "inference"]
    columns: tuple[str, ...]
    value: float
    low: float
    high: float

    def told(self) -> dict[str, Any]:
        numbers = {name: round(getattr(self, name), 4) for name in ("value", "low", "high")}
        return {"attack": self.attack, "columns": list(self.columns), **numbers}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said of the rows."""

    word: Word
    rows: int
    reasons: tuple[Reason, ...]
    risks: tuple[Risk, ...] = ()

    @property
    def proved(self) -> bool:
        """Whether something was found, not only left unmeasured."""
        return any(
            reason.id not in ("unmeasured", "few", "wide", "hash_open", "undecided")
            for reason in self.reasons
        )


def concluded(rows: int, reasons: Sequence[Reason], risks: Sequence[Risk] | None, most: float) -> Verdict:
    """The verdict; `risks` is None where the attacks were not measured, and `most` the bound on each one's upper end."""
    if rows == 0:
        return Verdict("erased", 0, ())
    found = list(reasons)
    for risk in risks or ():
        if risk.high > most:
            figures = {"risk": round(risk.value, 4), "high": round(risk.high, 4), "attack": risk.attack}
            found.append(Reason(risk.attack if risk.value > most else "wide", risk.columns, figures))
    if risks is None and not found:
        found.append(Reason("unmeasured"))
    return Verdict("still personal" if found else "anonymous", rows, tuple(found), tuple(risks or ()))
