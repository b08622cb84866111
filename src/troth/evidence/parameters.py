"""What each control of ours may be told: a parameter that no check reads is refused, for a promise would be green without it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from troth.evidence.spans import span
from troth.terms.errors import UsageError

if TYPE_CHECKING:
    from troth.evidence.check import Control

_NONE: Final[frozenset[str]] = frozenset()
TAKES: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(
        (
            "drift", "register", "notice-covers-map", "tenant-instruction", "retention-complete", "retention-run",
            "agreement-terms", "hold", "backup-catalogue", "restore-guard", "import-guard", "erase",
            "never-there", "national-ids", "ledger", "notice-versions", "notice-diff", "notice-languages",
        ),
        _NONE,
    ),
    **dict.fromkeys(("map-entry", "find", "exemptions", "card-numbers"), frozenset({"datasets"})),
    "export": frozenset({"datasets", "since"}),  # an export has no first day: `since` is for readers
    **dict.fromkeys(("backup-age", "backup-expiry", "restore-drill", "notice-review"), frozenset({"max_days"})),
    "backup-encryption": frozenset({"max_readers"}),
    "key-rotation": frozenset({"systems", "max_days"}),
    **dict.fromkeys(("tls", "encryption-at-rest"), frozenset({"systems"})),
    "database-privileges": frozenset({"systems", "datasets", "purpose", "role"}),
    "tenant-isolation": frozenset({"systems", "role"}),
    "retention": frozenset({"rule", "keep"}),
    **dict.fromkeys(("active-kept", "anonymity"), frozenset({"rule"})),
    "retention-reasons": frozenset({"reasons"}),
    "notice-lint": frozenset({"facts"}),
    "request-deadline": frozenset({"regime"}),
    "request-intake": frozenset({"channels", "max_days"}),
    **dict.fromkeys(("contact", "recipients-noted"), frozenset({"max_days"})),
    "request-refusal": frozenset({"names"}),
    "request-agent": frozenset({"confirmed"}),
    "identity": frozenset({"points", "by", "grades"}),
    "equal-service": _NONE,
    **dict.fromkeys(("request-retention", "content-retention"), frozenset({"keep"})),
    **dict.fromkeys(("request-regime", "request-rectify", "request-portable", "request-opt-out"), frozenset({"regime"})),
    **dict.fromkeys(("request-restrict", "request-free", "identity-provider"), _NONE),
    "objection": frozenset({"marketing"}),
    "notice-published": frozenset({"current"}),
    "notice-sent": frozenset({"days_before"}),
}  # fmt: skip
_LISTS: Final = ("datasets", "systems", "reasons", "facts", "channels", "grades")
_YES: Final = ("confirmed", "marketing", "current")
_COUNTS: Final = ("max_days", "days_before", "max_readers", "points")
_COMMON_YEAR: Final = date(2023, 1, 1)  # no leap day follows: the shorter reading of a length in months


def refuse(control: Control) -> None:
    """Raises UsageError for a parameter that no check of the control reads, or that is no list, no count, or empty."""
    takes = TAKES.get(control.name)
    if takes is None:
        return
    for name, value in control.parameters.items():
        if name not in takes:
            _fault(
                control,
                f"it takes no parameter {name[:40]!r}",
                f"Known: {', '.join(sorted(takes)) or 'none'}.",
            )
        if name in _LISTS and not (isinstance(value, list | tuple) and value):
            _fault(control, f"{name} must name at least one", "Name them, or leave the parameter out.")
        if name in _YES and value is not True:
            _fault(control, f"{name} must be true", "Leave it out, or write true.")
        if name in _COUNTS and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            _fault(
                control,
                f"{name} must be a whole number from 1",
                "Write a number of days, readers or details.",
            )


def days(control: Control) -> int | None:
    """The most days a control allows: the shorter of `max_days` and its deadline; None where neither is said."""
    said = [int(control.parameters["max_days"])] if "max_days" in control.parameters else []
    if control.deadline:
        length = span(control.deadline, timedelta(0), _COMMON_YEAR)
        if length > timedelta(0):
            said.append(-(-length // timedelta(days=1)))
    return min(said, default=None)


def _fault(control: Control, what: str, remedy: str) -> None:
    raise UsageError(what, place=f"control {control.name}", remedy=remedy)
