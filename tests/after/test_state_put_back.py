"""An old state of ours that is put back knows what holds kept, and what drills and canaries showed, as it did before."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from after_world import ALMA, BO, Company
from hold_world import held, lifted

from live import Live
from troth.datamap.model import Ref
from troth.retention.trials import Facts
from troth.workflows.backup_facts import facts
from troth.workflows.books import Books
from troth.workflows.drill import canary, drill
from troth.workflows.hold_records import held_rows
from troth.workflows.house import House

ORDERS = Ref("crm", "orders")


@pytest.fixture
def small(new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(new_live("sqlite", "crm"), tmp_path / "company")


@contextmanager
def books_of(company: Company) -> Iterator[Books]:
    house = company.house()
    books = Books(company.home, house.settings)
    try:
        yield books
    finally:
        books.close()


@contextmanager
def an_old_state(company: Company) -> Iterator[None]:
    """What happens inside is known by the second copy alone afterwards."""
    saved = company.folder / "saved"
    shutil.copytree(company.home, saved)
    yield
    shutil.rmtree(company.home)
    shutil.copytree(saved, company.home)


def kept(company: Company) -> list[list[object]]:
    with books_of(company) as books:
        return [sorted(row[0] for row in one.rows) for one in held_rows(books, ORDERS)]


def test_held_rows_are_known_again_and_go_with_their_hold(small: Company) -> None:
    small.erase(BO)
    with an_old_state(small):
        name = held(small, ALMA, on=["crm.orders"])
        small.erase(ALMA)
        assert kept(small) == [[1, 3]]
    assert kept(small) == [[1, 3]]
    lifted(small, name)
    assert kept(small) == []


def test_held_rows_of_a_hold_that_was_lifted_since_are_not_revived(small: Company) -> None:
    name = held(small, ALMA, on=["crm.orders"])
    with an_old_state(small):
        small.erase(ALMA)
        lifted(small, name)
    assert kept(small) == []


def test_a_new_second_copy_holds_the_held_rows_too(small: Company) -> None:
    held(small, ALMA, on=["crm.orders"])
    small.erase(ALMA)
    journal = small.folder / ".troth.copy" / "journal.jsonl"
    journal.write_bytes(b"")
    small.due()
    assert '"held"' in journal.read_text()
    assert ALMA not in journal.read_text()


def shown(company: Company) -> Facts:
    return facts(company.house())


def test_what_drills_and_canaries_showed_is_known_again(small: Company, tmp_path: Path) -> None:
    assert shown(small).canary is None
    assert shown(small).ages == {"crm": None}
    small.erase(BO)
    copy = tmp_path / "restored.sqlite"
    shutil.copyfile(small.live.path, copy)
    with an_old_state(small):
        taken = small.clock[0]
        small.later(hours=1)
        assert drill(small.house(), f"crm=sqlite:///{copy}", taken.isoformat())["passed"]
        small.later(hours=1)
        told = small.house()
        house = House(told.settings, told.stores, told.environment, told.map_path, clock=told.now)
        assert canary(house, (), (), (), staging=True)["passed"]
        before = shown(small)
    after = shown(small)
    assert after == before
    assert after.canary is not None
    assert (after.canary.passed, after.canary.verdict, after.canary.systems) == (
        True,
        "never there",
        ("crm",),
    )
    assert after.canary.counts["left"] == 0 < after.canary.counts["planted_rows"]
    assert after.drills["crm"].taken == taken
    assert after.drills["crm"].counts["canary_seen"] > 0 == after.drills["crm"].counts["canary_left"]
    assert after.passed == {"crm": taken + timedelta(hours=1)}
