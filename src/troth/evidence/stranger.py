"""Invents a person who cannot exist and whom no message can reach, and fits what is theirs into any column.

Addresses end in `.invalid` (RFC 2606), phone numbers come from a range kept for drama (Ofcom), a civil registration number has
a day above 60, and every text holds a word that stands nowhere else. So whatever of them is left can be recognised.
"""

from __future__ import annotations

import json
import random
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Atom, Field
from troth.datamap.schema import Column

_CONSONANTS, _VOWELS = "bcdfghjklmnpqrstvwxz", "aeiouy"
SHORTEST = 6  # a shorter piece of a value may stand somewhere by accident
BORN = date(1931, 3, 14)
_NUMBERS = ("national_id", "phone", "payment_card", "bank_account", "customer_no")


@dataclass(frozen=True)
class Stranger:
    """One invented person; everything about them follows from `seed`."""

    seed: str
    at: date
    dice: random.Random = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dice", random.Random(self.seed))  # noqa: S311  (invented names are no secret)
        _ = (self.word, self.first, self.last, self.digits)  # in one order, whoever asks first

    @cached_property
    def word(self) -> str:
        """Stands in every text of theirs and in nobody else's."""
        return "".join(self.dice.choice(_CONSONANTS) + self.dice.choice(_VOWELS) for _ in range(7))

    @cached_property
    def first(self) -> str:
        return "".join(self.dice.choice(_CONSONANTS) + self.dice.choice(_VOWELS) for _ in range(4)).title()

    @cached_property
    def last(self) -> str:
        return "".join(self.dice.choice(_CONSONANTS) + self.dice.choice(_VOWELS) for _ in range(5)).title()

    @cached_property
    def digits(self) -> str:
        return "".join(self.dice.choice(string.digits) for _ in range(12))

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def email(self) -> str:
        return f"{self.word}@never.invalid"

    @property
    def phone(self) -> str:
        return f"+447700900{self.digits[:3]}"

    @property
    def cpr(self) -> str:
        return f"{BORN.day + 60:02}{BORN:%m%y}{self.digits[3:7]}"

    @property
    def number(self) -> str:
        """A number of nine digits: as a customer's, a member's, an employee's."""
        return f"7{self.digits[4:12]}"

    def traces(self) -> tuple[str, ...]:
        """What shows, in a text without blanks and of small letters, that something of theirs is left there."""
        return (self.word, self.first.lower(), self.last.lower(), self.phone[3:], self.cpr, self.number)

    def speaks(self, cell: Atom) -> bool:
        """Whether a cell holds anything of theirs."""
        if cell is None or isinstance(cell, bool | float | date):
            return False
        text = cell.decode("latin-1") if isinstance(cell, bytes) else str(cell)
        bare = text.lower().replace(" ", "").replace("-", "")
        return any(trace in bare for trace in self.traces())

    @staticmethod
    def mention(said: str) -> str:
        """A sentence of somebody else's about them."""
        return f"Spoke with {said} again"

    # -- what fits a column -----------------------------------------------------------------------------------------

    def values(self, column: Column, category: str, decided: Field | None = None) -> Iterator[Atom]:
        """Values that say something of them and may fit the column, best first; none where nothing can be said."""
        for value in self._of_family(column, category, decided):
            if not (isinstance(value, str) and column.length is not None and len(value) > column.length):
                yield value
        if column.family == "text" and column.length is not None:
            yield self.word[: column.length]

    def _of_family(self, column: Column, category: str, decided: Field | None) -> Iterator[Atom]:
        if column.family in ("text", "xml", "array"):
            yield from self._texts(column, category)
        elif column.family == "json":
            yield json.dumps(self._document(decided), ensure_ascii=False)
        elif column.family in ("integer", "decimal") and category in _NUMBERS:
            for text in (self._said(category), self.number, self.digits[:6]):
                digits = "".join(filter(str.isdigit, text))
                yield int(digits) if column.family == "integer" else Decimal(digits)
        elif column.family == "date" and category == "birth_date":
            yield BORN
        elif column.family == "timestamp" and category == "birth_date":
            yield datetime(BORN.year, BORN.month, BORN.day)  # noqa: DTZ001  (a wall-clock value)
        elif column.family == "blob":
            yield f"{self.word} {self.email}".encode()
        elif column.family == "uuid":
            yield UUID(int=int.from_bytes(self.word.encode()[:14], "big"))
        elif column.family == "inet":
            yield f"192.0.2.{int(self.digits[:2]) + 1}"  # RFC 5737: routed nowhere

    def _texts(self, column: Column, category: str) -> Iterator[Atom]:
        said = self._said(category)
        if column.family == "xml":
            yield f"<note>{self.word} {self.email}</note>"
        elif column.family == "array":
            yield (said,)
        else:
            yield said
            if category == "national_id":
                yield f"{self.cpr[:6]}-{self.cpr[6:]}"
            yield from (self.word, self.number)

    def _said(self, category: str) -> str:
        told = {
            "email": self.email, "phone": self.phone, "national_id": self.cpr, "username": self.word,
            "full_name": self.name, "first_name": self.first, "last_name": self.last, "birth_date": BORN.isoformat(),
            "customer_no": self.number, "payment_card": f"0000{self.digits}", "bank_account": f"00009{self.digits[:9]}",
            "street": f"{self.word.title()}vej 7", "address": f"{self.word.title()}vej 7", "city": self.word.title(),
            "ip_address": f"192.0.2.{int(self.digits[:2]) + 1}", "initials": self.first[0] + self.last[0],
            "photo": f"{self.word}.jpg", "device_id": f"{self.word}-{self.digits[:6]}",
        }  # fmt: skip
        return told.get(category) or f"{self.word}: {self.name} wrote from {self.email}"

    def _document(self, decided: Field | None) -> dict[str, object]:
        """What the map knows to stand in it, and a corner that no map knows."""
        found: dict[str, object] = {"said": self.word, "more": {"of": [{"reach": self.email}]}}
        for path, category in decided.paths if decided else ():
            at, parts = found, [part for part in path.split(".") if part]
            for part in parts[:-1]:
                inner = at.setdefault(part.removesuffix("[]"), {})
                if not isinstance(inner, dict):
                    break
                at = inner
            else:
                said: object = self._said(category)
                at[parts[-1].removesuffix("[]")] = [said] if parts[-1].endswith("[]") else said
        return found


def personal(category: str) -> bool:
    """Whether a value of the category is one of the stranger's own, or one that any row of a thing may hold."""
    return CATEGORIES[category].personal or CATEGORIES[category].unique or category == "unknown"
