"""What a court asked for stays though its person asks for erasure, with the ground; all else goes, and the rest follows after the lift
(P69)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from after_world import ALMA, BO, Company
from bound_company import Bound
from hold_world import NOTE, OLGA, VERA, as_person, held, holds, lifted, proposed

from troth.terms.errors import UsageError
from troth.terms.settings import Settings
from troth.workflows.holding import confirm, place, placed
from troth.workflows.house import House
from troth.workflows.propose import ApprovalError


def test_what_is_held_stays_and_the_person_is_told_why(asked: Company) -> None:
    before = asked.names()
    name = held(asked, ALMA, on=["crm.orders"])
    told = asked.erase(ALMA)
    assert asked.names()["orders"] == before["orders"]
    assert ALMA not in str([asked.names()[table] for table in ("person", "note")]), (
        "the part that is not held is done"
    )
    kept = [one for one in told["kept"] if one.get("hold")]
    assert kept
    assert all("GDPR Art. 17(3)(e)" in one["law"] and "2026-09-01" in one["reason"] for one in kept)
    asked.erase(BO)
    assert BO not in str(asked.names()["person"]), "nobody else is held"
    assert lifted(asked, name)["postponed"] == 1
    (done,) = asked.due()["postponed"]
    assert (done["state"], done["held"]) == ("erased", False)
    assert asked.names()["orders"] == []


def test_one_person_alone_holds_nothing_and_lets_nothing_go(asked: Company) -> None:
    name = proposed(asked, [ALMA])["name"]
    with pytest.raises(ApprovalError):
        confirm(as_person(asked, " OLGA "), name)
    assert [hold["state"] for hold in holds(asked)["holds"]] == ["placed"]


@pytest.mark.parametrize(
    "said",
    [{"note": "just in case"}, {"ground": "operations"}, {"authority": "us"}, {"review": "2020-01-01"}],
)
def test_a_hold_without_ground_need_or_end_is_refused(asked: Company, said: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        proposed(asked, [ALMA], **said)
    assert holds(asked)["holds"] == []


def test_a_hold_that_nobody_looks_at_again_turns_the_sentence_red(bound: Bound) -> None:
    def person(who: str) -> House:
        return replace(bound.house, settings=Settings(operator=who))

    told = {"authority": "court", "ground": "claims", "note": NOTE, "review": "2027-01-31"}
    asked = placed({**told, "people": [], "on": ["billing.invoice"], "rows": []}, bound.house.map())
    confirm(person(VERA), place(person(OLGA), asked)["name"])
    assert bound.told("P69")["status"] == "kept"
    bound.later(days=69)
    bound.is_red("P69", "1 legal holds should have been reviewed")


def test_a_hold_without_bounds_is_refused_or_the_sentence_turns_red(
    bound: Bound, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bound.told("P69")["status"] == "kept"
    with monkeypatch.context() as lax:
        lax.setattr("troth.retention.holds.check", lambda *_: None)
        bound.is_red("P69", "is accepted")
    assert bound.told("P69")["status"] == "kept"
