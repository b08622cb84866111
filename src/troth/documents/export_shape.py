"""Guarantees that each field of an export stands under exactly one heading that says what it is about.

Who a person is and where they live are told apart by category; a date, a status or an unknown field says nothing by
itself, so it stays with what its dataset is mainly about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from troth.datamap.categories import CATEGORIES

Relation = Literal["owns", "accesses"]
GROUPS: Final = ("who", "where", "paid", "did", "technical")


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A column and its category id."""

    name: str
    category: str

    @property
    def dpv(self) -> str:
        """The category's DPV term, or empty."""
        found = CATEGORIES.get(self.category)
        return found.dpv if found else ""


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """A dataset of the export: `why` it is kept, how many `rows` are expected, `hidden` columns that concern others."""

    system: str
    dataset: str
    relation: Relation
    fields: tuple[FieldInfo, ...]
    why: str
    rows: int
    hidden: tuple[str, ...] = ()


_MEMBERS: Final = {
    "who": (
        "email phone national_id customer_no username full_name first_name last_name birth_date gender organisation "
        "job_title photo nationality initials person_other special"
    ),
    "where": "street address postal_code city region country location",
    "paid": "payment_card bank_account amount product",
    "did": "free_text json",
    "technical": "device_id ip_address credential vehicle container key technical",
}
_GROUP: Final = {category: group for group, names in _MEMBERS.items() for category in names.split()}
# What a dataset is mainly about: an invoice has one amount and five lines of address, and is still about paying.
_WEIGHT: Final = {"paid": 3.0, "did": 1.5, "who": 1.0, "where": 0.5, "technical": 0.25}


def main_group(fields: Iterable[FieldInfo]) -> str:
    """The heading that a dataset's neutral fields stand under."""
    weights = dict.fromkeys(_WEIGHT, 0.0)
    for field in fields:
        if group := _GROUP.get(field.category):
            weights[group] += _WEIGHT[group]
    best = max(weights, key=lambda group: weights[group])
    return best if weights[best] else "did"


def grouped(fields: tuple[FieldInfo, ...]) -> dict[str, tuple[FieldInfo, ...]]:
    """The fields by heading, in the order of the headings; one without fields is left out."""
    main = main_group(fields)
    chosen = {name: tuple(f for f in fields if _GROUP.get(f.category, main) == name) for name in GROUPS}
    return {name: members for name, members in chosen.items() if members}
