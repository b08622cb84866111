"""A legal hold wins over erasure for what it is about, and what it postponed is done by itself after it is lifted."""

from __future__ import annotations

from collections.abc import Callable

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


def test_only_the_dataset_that_is_held_stays_and_what_ties_it_to_the_person(company: Company) -> None:
    before = company.names()
    name = held(company, ALMA, on=["crm.orders"])
    told = company.erase(ALMA)
    rest = company.names()
    assert rest["orders"] == before["orders"]
    (row,) = [row for row in rest["person"] if row[0] == 1]
    assert row == (1, None, None, None)  # what is held still says whose it is
    assert {one["dataset"] for one in told["kept"] if one.get("hold")} == {"orders", "person"}
    assert all(
        "2026-09-01" in one["reason"] and "17(3)(e)" in one["law"] for one in told["kept"] if one.get("hold")
    )
    lifted(company, name)
    (done,) = company.due()["postponed"]
    assert (done["state"], done["held"]) == ("erased", False)
    rest = company.names()
    assert (rest["person"], rest["orders"]) == (before["person"][1:], [before["orders"][1]])


def test_a_single_column_stays_and_the_rest_of_the_row_goes(company: Company) -> None:
    name = held(company, on=["crm.invoice.memo"])
    company.erase(ALMA)
    bill_to, memo = company.names()["invoice"][0][2:]
    assert (bill_to, memo) == (ALMA, "for Alma Vind")  # the law keeps the one, the hold the other
    lifted(company, name)
    assert company.due()["postponed"][0]["state"] == "erased"
    assert company.names()["invoice"][0][3] is None


def test_a_held_row_stays_when_its_owner_goes(company: Company) -> None:
    name = held(company, rows=["crm.orders=3"])
    company.erase(ALMA)
    assert company.live.query("SELECT id, person FROM orders ORDER BY id") == [(2, 2), (3, 1)]
    lifted(company, name)
    company.due()
    assert company.live.query("SELECT id FROM orders ORDER BY id") == [(2,)]
    assert company.live.query("SELECT id FROM person") == [(2,)]


def test_lifting_one_of_two_holds_keeps_what_the_other_holds(company: Company) -> None:
    before = company.names()
    first, second = held(company, ALMA), held(company, on=["crm.orders"])
    company.erase(ALMA)
    lifted(company, first)
    (done,) = company.due()["postponed"]
    assert (done["state"], done["held"]) == ("erased", True)
    assert company.names()["orders"] == before["orders"]
    assert company.live.query("SELECT email FROM person WHERE id = 1") == [(None,)]
    assert company.due()["postponed"] == []
    lifted(company, second)
    (done,) = company.due()["postponed"]
    assert (done["state"], done["held"]) == ("erased", False)
    assert company.names()["person"] == before["person"][1:]
    assert company.live.query("SELECT id FROM orders") == [(2,)]


def test_whoever_comes_only_after_the_hold_was_placed_is_held_too(company: Company) -> None:
    held(company, "new@vindheim.example")
    company.live.run(
        "INSERT INTO person VALUES (7, 'new@vindheim.example', 'Nia Ny', NULL); INSERT INTO orders VALUES (8, 7, 'late');"
    )
    before = company.names()
    company.erase("new@vindheim.example")
    assert company.names() == before


def test_others_are_erased_as_ever(company: Company) -> None:
    before = company.names()
    held(company, ALMA)
    company.erase(BO)
    rest = company.names()
    assert rest["person"] == before["person"][:1]
    assert rest["orders"] == [before["orders"][0], before["orders"][2]]
    assert rest["note"] == [before["note"][0], (2, "write to [erased]")]


def test_a_restored_backup_is_guarded_with_the_holds(
    company: Company, restored: Callable[[Company], Callable[[], Live]]
) -> None:
    back, taken = restored(company), company.clock[0]
    before = company.names()
    company.later(hours=1)
    held(company, ALMA, on=["crm.orders"])
    company.erase(ALMA)
    there = back()
    told = company.guard(there.url, taken)
    assert (told["replayed"]["erasures"], told["still_visible"]) == (1, 0)
    assert company.names(there)["orders"] == before["orders"]
    assert company.names(there)["person"] == [(1, None, None, None), before["person"][1]]


def test_what_is_restricted_can_be_asked_for(company: Company) -> None:
    held(company, ALMA, on=["crm.orders"])
    held(company, on=["crm.note.body"])
    told = holds(company, rows=True)
    assert [(one["dataset"], one["columns"], one["rows"]) for one in told["restricted"]] == [
        ("note", ["body"], "all"),
        ("orders", ["id", "item", "person"], [[1], [3]]),
    ]
    assert [one["overdue"] for one in told["holds"]] == [False, False]


def test_a_review_that_has_passed_is_a_finding_and_ends_no_hold(company: Company) -> None:
    before = company.names()
    held(company, ALMA)
    company.later(days=400)
    assert holds(company)["overdue"] == 1
    company.erase(ALMA)
    assert company.names() == before
