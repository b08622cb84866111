"""Invented values that no list of common words knows, and numbers that look like other numbers."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
SOUNDS = "Bel Dor Fa Gri Hav Il Jor Ka Lum Mo Nes Or Pel Qua Ras Sol Tav Ul Ver Wes Yor Zan".split()  # noqa: SIM905


def word(r: random.Random) -> str:
    """A word that no list knows, such as many people's names are to a short list."""
    return r.choice(SOUNDS) + "".join(r.choice(SOUNDS).lower() for _ in range(r.randrange(1, 3)))


def _stranger_mail(r: random.Random, row: Row, how: list[str]) -> str:
    given, family = (
        (next((row[name] for name in how if row.get(name)), None) or f"{word(r)} {word(r)}").lower().split()
    )
    return f"{r.choice([given, given[0]])}{r.choice(['.', ''])}{family}@example.org"


def _document_no(r: random.Random, row: Row, how: list[str]) -> str:
    """DDMMYY and the day's count: a Danish personal number to whoever looks at the date alone."""
    return f"{r.randrange(1, 32):02}{r.randrange(1, 13):02}{r.randrange(11, 27)}{r.randrange(1, 400):04}"


def _formed_town(r: random.Random, row: Row, how: list[str]) -> str:
    return r.choice(
        [
            f"{word(r)}{r.choice(['ville', 'borough', 'strup', 'mouth', 'bjerg'])}",
            f"Port {word(r)}",
            f"New {word(r)}",
        ]
    )


STRANGERS: dict[str, Callable[[random.Random, Row, list[str]], Any]] = {
    "stranger": lambda r, row, how: f"{word(r)} {word(r)}",
    "stranger_mail": _stranger_mail,
    "document_no": _document_no,
    "formed_town": _formed_town,
    "ledger": lambda r, row, how: str(100_000 + row["#"] * 3),
    "ten_int": lambda r, row, how: r.randrange(10**9, 10**10),
    "bit": lambda r, row, how: int(r.random() < 0.3),
    "flat": lambda r, row, how: f"{r.choice(['Suite', 'Apt.', 'Unit'])} {r.randrange(1, 990)}",
}
