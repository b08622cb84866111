"""A restored backup shows nobody who was erased since it was taken, and everybody else as they were."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from after_world import ALMA, BO, Company

from live import Live
from troth.terms.errors import UsageError

Taken = Callable[[Company], Callable[[], Live]]


def short(told: dict[str, Any]) -> tuple[int, int, int]:
    return told["replayed"]["erasures"], told["still_visible"], told["uncertain"]


def test_a_backup_from_before_shows_her_and_after_the_guard_no_more(
    company: Company, restored: Taken
) -> None:
    back, moment = restored(company), company.clock[0]
    company.later(hours=1)
    company.erase(ALMA)
    erased = company.names()
    target = back()
    assert ALMA in str(company.names(target)), "the backup does hold her"
    company.later(days=3)
    told = company.guard(target.url, moment)
    assert short(told) == (1, 0, 0), told
    assert company.names(target) == erased, "replayed on the backup is the same as erased before it was taken"
    assert short(company.guard(target.url, moment)) == (0, 0, 0), "again: nothing is left to do"


def test_what_was_erased_before_the_backup_is_not_looked_for(company: Company, restored: Taken) -> None:
    company.erase(ALMA)
    company.later(hours=1)
    company.live.run(f"INSERT INTO person VALUES (7, '{ALMA}', 'Alma Vind', NULL)")  # she came back
    back, moment = restored(company), company.later(hours=1)
    target = back()
    company.later(hours=1)
    assert short(company.guard(target.url, moment)) == (0, 0, 0)
    assert target.query("SELECT id FROM person ORDER BY id") == [(2,), (7,)]


def test_an_address_that_was_another_then_is_found_by_her_row_and_name(
    company: Company, restored: Taken
) -> None:
    company.live.run("UPDATE person SET email = 'vind@old.example', phone = NULL WHERE id = 1")
    back, moment = restored(company), company.clock[0]
    company.live.run(f"UPDATE person SET email = '{ALMA}' WHERE id = 1")
    company.later(hours=1)
    company.erase(ALMA)
    target = back()
    assert short(company.guard(target.url, moment)) == (1, 0, 0)
    assert target.query("SELECT id FROM person") == [(2,)]


def test_a_row_under_her_number_that_says_it_is_another_is_left_to_a_person(
    company: Company, restored: Taken
) -> None:
    company.live.run(
        "UPDATE person SET email = 'carl@other.example', name = 'Carl Krag', phone = NULL WHERE id = 1;"
        "DELETE FROM invoice WHERE id = 1; DELETE FROM note WHERE id = 1"
    )
    back, moment = restored(company), company.clock[0]
    company.live.run(f"UPDATE person SET email = '{ALMA}', name = 'Alma Vind' WHERE id = 1")
    company.later(hours=1)
    company.erase(ALMA)
    target = back()
    told = company.guard(target.url, moment)
    assert short(told) == (0, 0, 1)
    assert target.query("SELECT name FROM person WHERE id = 1") == [("Carl Krag",)]


def test_a_recycled_telephone_number_matches_nobody(company: Company, restored: Taken) -> None:
    company.live.run("INSERT INTO person VALUES (8, 'dan@other.example', 'Dan Dam', '+45 20 30 40 50')")
    company.live.run("UPDATE person SET phone = NULL WHERE id = 1")
    back, moment = restored(company), company.clock[0]
    company.live.run(
        "UPDATE person SET phone = NULL WHERE id = 8; UPDATE person SET phone = '20304050' WHERE id = 1"
    )
    company.later(hours=1)
    company.erase(ALMA)
    target = back()
    assert short(company.guard(target.url, moment)) == (1, 0, 0)
    assert target.query("SELECT id, phone FROM person ORDER BY id") == [
        (2, "+45 20 30 40 51"), (8, "+45 20 30 40 50"),
    ]  # fmt: skip


def test_text_that_names_her_in_a_table_nobody_mapped_is_visible_and_said(
    company: Company, restored: Taken
) -> None:
    company.live.run(f"UPDATE loose SET txt = 'sent to {ALMA.upper()}' WHERE id = 1")
    back, moment = restored(company), company.clock[0]
    company.live.run("UPDATE loose SET txt = '' WHERE id = 1")
    company.later(hours=1)
    company.erase(ALMA)
    target = back()
    told = company.guard(target.url, moment)
    assert short(told) == (1, 1, 0)
    assert told["places"] == [{"dataset": "crm.loose", "rows": 1}]


def test_her_kept_invoice_stays_in_the_backup_too(company: Company, restored: Taken) -> None:
    back, moment = restored(company), company.clock[0]
    company.later(hours=1)
    company.erase(ALMA)
    target = back()
    company.guard(target.url, moment)
    assert target.query("SELECT bill_to FROM invoice WHERE id = 1") == [(ALMA,)], "bookkeeping keeps it"


def test_a_batch_of_people_is_replayed_at_once(company: Company, restored: Taken) -> None:
    back, moment = restored(company), company.clock[0]
    company.later(hours=1)
    company.erase(ALMA)
    company.later(hours=1)
    company.erase(BO)
    target = back()
    assert short(company.guard(target.url, moment)) == (2, 0, 0)
    assert target.query("SELECT count(*) FROM person") == [(0,)]


@pytest.mark.parametrize(
    ("taken", "message"),
    [
        ("yesterday", "this is no moment"),
        ("2026-02-30", "this is no moment"),
        ("2026-02-28T03:00", "without its offset"),
        ("2027-01-01T00:00Z", "in the future"),
    ],
)
def test_a_moment_that_could_mean_another_is_refused(company: Company, taken: str, message: str) -> None:
    company.erase(ALMA)
    with pytest.raises(UsageError, match=message):
        company.guard(company.live.url, taken)


def test_without_our_state_nobody_can_know(company: Company) -> None:
    with pytest.raises(UsageError, match="nobody can know what was erased"):
        company.guard(company.live.url, "2026-02-28")
