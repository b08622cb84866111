"""Rides of a taxi company as somebody left them after taking the names away: well, or badly in one chosen way."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import md5, sha256
from pathlib import Path
from typing import Any

import yaml

from troth.stores.sqlite import STORE
from troth.terms.settings import Settings
from troth.workflows.anonymity import anonymity
from troth.workflows.house import House

RIDES = 1_200
Ride = dict[str, Any]
FIELDS = {
    "id": "key", "phone": "phone", "customer": "reference", "born": "birth_date", "zip": "postal_code", "gender": "gender",
    "zone": "status", "note": "free_text", "diagnosis": "special", "mark": "technical",
}  # fmt: skip


def good(dice: random.Random, number: int) -> Ride:
    """What may be left: decades, the first digit, no key, no text."""
    return {
        "id": number, "phone": None, "customer": None, "born": dice.choice(["1870-01-01", "1880-01-01"]),
        "zip": dice.choice("2589") + "***", "gender": dice.choice("mk"), "zone": dice.choice(["day", "night"]),
        "note": None, "diagnosis": dice.choice([None, "a", "b"]), "mark": None,
    }  # fmt: skip


def phone_of(number: int) -> str:
    """One of 200 customers' telephone numbers, with every digit to be expected."""
    return str(20_000_000 + (number % 200) * 7_368_787 % 80_000_000)


def cpr_of(number: int) -> str:
    """A personal number of somebody born in the nineteenth century."""
    return f"{number % 28 + 1:02d}{number % 12 + 1:02d}{60 + number % 40:02d}{number * 37 % 10_000:04d}"


@dataclass
class Taxi:
    """A company's database and map in an empty folder."""

    folder: Path
    settings: Mapping[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=lambda: dict(FIELDS))
    dataset: dict[str, Any] = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)

    def fill(
        self, change: Callable[[Ride], Mapping[str, Any]] = lambda _: {}, rides: int = RIDES, script: str = ""
    ) -> Taxi:
        dice = random.Random(3)
        made = [good(dice, number) for number in range(1, rides + 1)]
        with closing(sqlite3.connect(self.folder / "taxi.sqlite")) as db:
            db.execute(
                f"CREATE TABLE ride (id INTEGER PRIMARY KEY, {', '.join(f'{n} TEXT' for n in FIELDS if n != 'id')})"
            )
            marks = ", ".join(f":{name}" for name in FIELDS)
            db.executemany(f"INSERT INTO ride VALUES ({marks})", [{**ride, **change(ride)} for ride in made])
            db.executescript(script)
            db.commit()
        return self

    def house(self) -> House:
        ride = {"key": ["id"], "fields": self.fields, **self.dataset}
        told = {
            "troth": 1,
            "systems": {"taxi": {"url": "sqlite:///taxi.sqlite", "datasets": {"ride": ride, **self.beside}}},
        }
        (self.folder / "troth.map.yaml").write_text(yaml.safe_dump(told, sort_keys=False))
        settings = Settings(vacuum=False, **{"anonymity_seconds": 2, **self.settings})
        return House(settings, {"sqlite": STORE}, {}, self.folder / "troth.map.yaml", lambda _: None)

    def judge(self, when: str = "") -> dict[str, Any]:
        return anonymity(self.house(), "ride", when)


def why(told: Mapping[str, Any]) -> set[tuple[str, str]]:
    """(reason, column) of a verdict."""
    return {(one["reason"], column) for one in told["reasons"] for column in one["columns"] or [""]}


def hashed_phone(ride: Ride) -> dict[str, Any]:
    return {"mark": md5(phone_of(ride["id"]).encode()).hexdigest()}


def hashed_cpr(ride: Ride) -> dict[str, Any]:
    return {"mark": sha256(cpr_of(ride["id"]).encode()).hexdigest()}
