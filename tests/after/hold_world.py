"""Holds on the company of `after_world`: placed and lifted by two people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from after_world import Company

from troth.terms.settings import Settings
from troth.workflows.holding import confirm, lift, listing, place, placed
from troth.workflows.house import House

OLGA, VERA = "olga", "vera"
NOTE = "Case 12/2026: the court asked for the orders of March"
REVIEW = "2026-09-01"


def as_person(company: Company, who: str) -> House:
    """The company's house with this person at work."""
    house = company.house()
    return replace(house, settings=Settings(**{**company.settings, "operator": who}))


def proposed(
    company: Company,
    people: Sequence[str] = (),
    on: Sequence[str] = (),
    rows: Sequence[str] = (),
    **fields: str,
) -> dict[str, Any]:
    """A hold that Olga placed."""
    told = {"authority": "court", "ground": "claims", "note": NOTE, "review": REVIEW, **fields}
    house = as_person(company, OLGA)
    return place(house, placed({**told, "people": people, "on": on, "rows": rows}, house.map()))


def held(company: Company, *people: str, on: Sequence[str] = (), rows: Sequence[str] = ()) -> str:
    """The name of a hold that Olga placed and Vera confirmed."""
    told = proposed(company, people, on, rows)
    assert confirm(as_person(company, VERA), told["name"])["state"] == "standing"
    return str(told["name"])


def lifted(company: Company, name: str) -> dict[str, Any]:
    """Olga asks to lift it, and Vera confirms."""
    assert lift(as_person(company, OLGA), name)["state"] == "lifting"
    return confirm(as_person(company, VERA), name)


def holds(company: Company, rows: bool = False) -> dict[str, Any]:
    return listing(company.house(), rows)


__all__ = ["date", "held", "holds", "lifted", "proposed"]
