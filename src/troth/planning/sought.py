"""What somebody typed, read: `value` or `kind=value`, and what a value could be at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from uuid import UUID

from troth.datamap.model import Atom, Key, Ref
from troth.datamap.schema import Family
from troth.terms.canonical import Kind, mask, wide_domain
from troth.terms.errors import UsageError

ALIASES: Final[Mapping[str, str]] = {
    "mail": "email", "e-mail": "email", "tlf": "phone", "telefon": "phone", "mobile": "phone", "cpr": "national_id",
    "name": "full_name", "navn": "full_name", "kundenr": "customer_no",
}  # fmt: skip
"""Other words people type for a category."""


_LARGEST: Final = 2**63 - 1
_LIKE: Final = str.maketrans({"đ": "d", "ł": "l"})


@dataclass(frozen=True, slots=True)
class Sought:
    """One thing somebody typed: `value`, or `kind=value`; or a row of a person that is known exactly (`node`)."""

    value: str
    kind: str | None = None
    node: tuple[Ref, Key] | None = (
        None  # its text could be another row's key too: blanks, case and commas differ
    )

    @property
    def category(self) -> str:
        """The category its kind names, whatever word was used; "" for a bare value."""
        word = (self.kind or "").casefold()
        return ALIASES.get(word, word)

    def masked(self) -> str:
        """What it looked like, without saying it."""
        kind: Kind = "email" if "@" in self.value else "text"
        return f"{self.kind}={mask(kind, self.value)}" if self.kind else mask(kind, self.value)


def parse(text: str) -> Sought:
    """`kind=value` or a bare value; raises UsageError for an empty one."""
    kind, sign, value = text.partition("=")
    if sign and re.fullmatch(r"[\w.\- ]+", kind) and value.strip():
        return Sought(value.strip(), kind.strip())
    if not text.strip():
        raise UsageError(
            "an empty identifier names nobody", remedy="Give an e-mail address, a phone number or kind=value."
        )
    return Sought(text.strip())


def typed(family: Family, text: str) -> Atom:
    """The text as a value of a column's type; None when it cannot be one (so no column is asked a foreign type)."""
    try:
        if family == "integer":
            whole = re.fullmatch(r"([+-]?\d{1,19})(?:\.0+)?", text)
            return int(whole[1]) if whole and -_LARGEST - 1 <= int(whole[1]) <= _LARGEST else None
        if family == "decimal":
            return number if (number := Decimal(text)).is_finite() else None
        if family == "uuid":
            return UUID(text)
        if family == "date":
            return date.fromisoformat(text)
        if family == "timestamp":
            return datetime.fromisoformat(text)
        if family == "blob":
            return bytes.fromhex(text)
    except (ValueError, InvalidOperation):
        return None
    return text if family in ("text", "enum", "inet") else None


def plausible(kind: Kind, value: str) -> bool:
    """Whether a bare value could be of this kind at all, so that '42' is not looked up as a phone number."""
    digits = sum(ch.isdigit() for ch in value)
    if kind == "email":
        return "@" in value
    if kind == "phone":
        return digits >= 6 and not re.search(r"[A-Za-zÆØÅæøå@]", value)
    return True


def coarse(email: str) -> str:
    """What all e-mail addresses near this one share: consonants and digits, without what follows a plus."""
    local, _, domain = wide_domain(email).rpartition("@")
    plain = unicodedata.normalize("NFD", f"{local.partition('+')[0]}@{domain}".translate(_LIKE))
    return re.sub("[^bcdfghjklmnpqrstvwxz0-9@]", "", plain)


def alike(emails: Iterable[str]) -> dict[str, set[str]]:
    """E-mail addresses by what those near them share, so that few need to be compared."""
    found: dict[str, set[str]] = {}
    for email in emails:
        found.setdefault(coarse(email), set()).add(email)
    return found
