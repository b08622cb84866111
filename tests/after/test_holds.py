"""A legal hold wins over erasure for what it is about, and what it postponed is done by itself after it is lifted."""

from __future__ import annotations

from pathlib import Path

import pytest
from after_world import ALMA, BO, Company
from hold_world import held, holds, lifted

from live import Live


def test_a_held_person_stays_until_the_hold_is_lifted_and_then_goes_by_itself(company: Company) -> None:
    before = company.names()
    name = held(company, ALMA)
    told = company.erase(ALMA)
    assert (told["erased"], told["anonymised"], told["unlinked"], told["residue"]) == (0, 0, 0, [])
    assert company.names() == before
    company.later(hours=2)
    company.due()
    company.later(days=1)
    company.due()
    assert company.names() == before
    assert lifted(company, name)["postponed"] == 1
    (done,) = company.due()["postponed"]
    assert (done["state"], done["held"], len(done["certificates"])) == ("erased", False, 1)
    rest = company.names()
    assert rest["person"] == before["person"][1:]
    assert rest["orders"] == [before["orders"][1]]
    assert rest["note"] == [(1, "write to [erased] soon"), before["note"][1]]
    assert company.due()["postponed"] == []
