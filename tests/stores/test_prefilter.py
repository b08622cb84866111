"""A prefilter's forms cover every spelling of a value, whether or not the spellings were made."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from troth.datamap.reader import ByIdentifiers, Probe
from troth.stores.sql import FEW, equal_forms, fold, prefilter
from troth.terms.canonical import Kind, canonical, spellings

VALUES: tuple[tuple[Kind, str], ...] = (
    ("email", "Bob.B+shop@Example.dk"),
    ("email", "åse@kjær.example.dk"),
    ("email", "bob@xn--kjr-0na.example.dk"),
    ("phone", "12345678"),
    ("phone", "+46 70 123 45 67"),
    ("phone", "87654321 x12"),
    ("national_id", "010170-6123"),
    ("national_id", "AB-123456"),
    ("name", "Åse Marie Kjær"),
    ("text", "K-1001 å"),
)


@pytest.mark.parametrize(("kind", "value"), VALUES)
def test_every_spelling_folds_to_one_of_the_forms(kind: Kind, value: str) -> None:
    form = canonical(kind, value)
    assert form is not None
    spelled = {value, form, *spellings(kind, form)}
    if kind == "email":
        spelled |= {f"mailto:{value}", value.upper()}
    assert {fold(kind, one) for one in spelled} <= set(equal_forms(kind, [form]))


@pytest.mark.parametrize("people", [1, FEW, FEW + 1])
def test_many_people_are_searched_for_with_no_more_parameters_than_few(people: int) -> None:
    mails = tuple(f"person{at}@example.dk" for at in range(people))
    where = ByIdentifiers((Probe("mail", "email"), Probe("body", "text", inside=True)), (("email", mails),))
    asked: list[int] = []

    def like(probe: Probe, patterns: Sequence[str]) -> tuple[str, Sequence[object]]:
        asked.append(len(patterns))
        return probe.column, [patterns]

    found = prefilter(where, lambda probe, forms: (probe.column, [forms]), like)
    assert (found.sql, len(found.parameters)) == ("mail OR body", 2)
    assert asked == [people if people <= FEW else 0]
