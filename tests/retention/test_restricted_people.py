"""No rule takes the rows of whoever has their data restricted; when that is lifted it takes them by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from case_desk import Desk
from retention_world import ALMA, BO, Company, score

from troth.requests import commands as do
from troth.terms.errors import StoreError
from troth.workflows import rest_records, resting
from troth.workflows.act import Acting
from troth.workflows.cases import amend, at_desk
from troth.workflows.erase import resume
from troth.workflows.retainwhy import why

TABLES = ("customer", "ticket", "message", "invoice")


def asked(company: Company, kind: str = "restriction", who: str = ALMA, **more: Any) -> str:
    """A case in which this was asked, and whose search has found the person."""
    desk = Desk(company)  # type: ignore[arg-type]  # reason: it has a house, which is all a desk asks
    case = desk.open(kind, who=who)
    with at_desk(desk.house) as books:
        amend(books, case.name, more)
    desk.do(case, do.Acknowledge(), do.ShowIdentity(frozenset({"email_code"}), True))
    desk.work()
    return case.name


def lifted(company: Company, case: str) -> None:
    with at_desk(company.house()) as books:
        assert rest_records.end(books, case, ["restriction", "objection"], company.clock[0])


def hers(company: Company) -> list[list[Any]]:
    """Alma's rows, table by table."""
    return [
        [row for row in company.table(one) if row[0] == 1 or (one == "invoice" and row[1] == 1)]
        for one in TABLES
    ]


def ids(company: Company, table: str) -> list[int]:
    return [row[0] for row in company.table(table)]


def test_a_restricted_person_s_rows_outlive_their_rule_until_it_is_lifted(company: Company) -> None:
    case, before = asked(company), hers(company)
    names = ("due", "held", "restricted", "overdue")
    ahead = company.preview()
    assert score(ahead, "closed-accounts", *names) == (1, 1, 1, 0)
    assert score(ahead, "messages", *names) == (3, 1, 1, 2)
    told = company.run()
    assert hers(company) == before
    assert score(told, "closed-accounts", "done", *names) == (0, *score(ahead, "closed-accounts", *names))
    assert ids(company, "message") == [1, 4, 5], "others' time is over"
    lifted(company, case)
    assert score(company.run(), "closed-accounts", "done", "restricted") == (1, 0)
    assert ids(company, "customer") == [2, 3]


def test_why_it_is_still_here_is_said(small: Company) -> None:
    asked(small)
    said = [
        (one["state"], one["law"])
        for one in why(small.house(), "crm.customer=1")["because"]
        if one["state"] == "barred"
    ]
    assert said == [("barred", "GDPR Art. 18(2)")]
    assert not [one for one in why(small.house(), "crm.customer=3")["because"] if one["state"] == "barred"]


@pytest.mark.parametrize(("purposes", "stays"), [((), True), (("improve",), False)])
def test_an_open_objection_keeps_them_only_where_it_is_to_every_use(
    small: Company, purposes: Sequence[str], stays: bool
) -> None:
    asked(small, "objection", purposes=list(purposes))
    small.run()
    assert (1 in ids(small, "customer")) is stays


def test_one_s_own_erasure_does_not_wait_for_one_s_restriction(small: Company) -> None:
    asked(small)
    small.erase(ALMA)
    assert ids(small, "customer") == [2, 3]


def test_an_erasure_that_was_asked_for_does_not_stop_the_rules(small: Company) -> None:
    asked(small, "erasure")
    assert not resting.may_use(small.house(), ALMA, "deliver")["may"]
    small.run()
    assert ids(small, "customer") == [2, 3]


def test_a_state_that_has_only_the_rest_and_not_its_case_keeps_them_too(small: Company) -> None:
    """So it is after our own state was put back: the rest comes from the second copy."""
    small.erase(BO)
    house = small.house()
    with at_desk(house) as books:
        marks = set(resting.marks_of(books, ALMA, "DK"))
        rest_records.begin(books, "gone", "restriction", "processing", [""], marks, house.now())
    assert score(small.preview(), "closed-accounts", "restricted") == (1,)
    small.run()
    assert 1 in ids(small, "customer")


def test_a_run_that_was_cut_off_does_not_go_on_over_a_restriction(
    small: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(acting: Acting, batch: Any) -> None:
        raise StoreError("the disk is full", permanent=True, place="crm")

    with monkeypatch.context() as patched:
        patched.setattr(Acting, "_execute", failing)
        assert small.run()["state"] == "stopped"
    asked(small)
    before = hers(small)
    resume(small.house())
    assert hers(small) == before
    small.run()
    assert hers(small) == before


def test_more_restricted_people_are_no_more_statements(small: Company) -> None:
    small.live.run(
        "INSERT INTO customer VALUES "
        + ", ".join(f"({at}, 'p{at}@x.example', 'P', '2020-01-01')" for at in range(10, 60))
    )

    def counted(people: range) -> tuple[int, int]:
        house = small.house()
        with at_desk(house) as books:
            for at in people:
                marks = set(resting.marks_of(books, f"p{at}@x.example", "DK"))
                rest_records.begin(books, f"c{at}", "restriction", "processing", [""], marks, house.now())
        told = small.preview()
        return score(told, "closed-accounts", "restricted")[0], told["statements"]

    (few, asks), (many, more) = counted(range(10, 12)), counted(range(12, 60))
    assert (few, many) == (2, 50)
    assert asks == more
