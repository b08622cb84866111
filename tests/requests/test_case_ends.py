"""The record of a request is kept as long as it must be and no longer, and then nobody can open it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from case_desk import WORDS, Desk
from django.apps import apps

from troth.requests import commands as do
from troth.workflows import case_papers, cases, rest_records
from troth.workflows.case_ends import rows_of
from troth.workflows.cases import NoCaseError, Opened
from troth.workflows.checking import verify_ledger
from troth.workflows.checks_requests import requests
from troth.workflows.due import due

MONTH = timedelta(days=31)


def closed(desk: Desk, *kinds: str, **more: Any) -> Opened:
    """A case of somebody who said no to something, worked off and closed."""
    case = desk.known(*kinds, **more)
    desk.work()
    for kind in desk.load(case).case.undecided:
        desk.do(case, do.Decide(kind, "granted"))
    for kind in desk.load(case).case.outstanding:
        desk.do(case, do.Act(kind))
    desk.do(case, do.Deliver(), do.Close())
    desk.work()
    with cases.at_desk(
        desk.house
    ) as books:  # this company has no notice, so no letter was ever made: given up
        Job = apps.get_model("records", "Job")
        Job.objects.of(books.tenant).filter(case=case.name, state="waiting").update(state="failed")
    return case


def everything(desk: Desk, case: Opened) -> dict[str, int]:
    with cases.at_desk(desk.house) as books:
        found = rows_of(books, case.name, desk.house.now())
        return {rows.model.__name__: rows.count() for rows in found if rows.exists()}


def test_a_case_goes_with_all_its_rows_and_its_key_the_day_after_its_time(desk: Desk) -> None:
    case = closed(desk, "withdrawal", "unsubscribe")
    with cases.at_desk(desk.house) as books:
        case_papers.add_paper(books, case.name, desk.house.now(), kind="mail", head={}, data=WORDS.encode())
    there = everything(desk, case)
    assert there["CaseEvent"] > 3
    assert there["CasePaper"] >= 1
    desk.company.clock[0] = desk.house.now().replace(year=desk.house.now().year + 3)
    assert "cases" not in due(desk.house), "the last day"
    assert desk.load(case).case.closed is not None
    desk.company.clock[0] += timedelta(days=1)
    assert due(desk.house)["cases"] == 1
    with pytest.raises(NoCaseError):
        cases.load(desk.house, case.name)
    assert everything(desk, case) == {}
    with cases.at_desk(desk.house) as books, pytest.raises(Exception, match="key of this record is gone"):
        books.key(case.name)
    assert verify_ledger(desk.house)["holds"]
    assert "cases" not in due(desk.house)


def test_neither_key_nor_sealed_words_are_left_in_any_file(desk: Desk) -> None:
    case = closed(desk, "withdrawal")
    with cases.at_desk(desk.house) as books:
        key = apps.get_model("ledger", "WrappedKey").objects.of(books.tenant).get(name=case.name)
        secrets = [bytes(key.wrapped), bytes(cases.row_of(books, case.name).sealed)]

    def found() -> list[bool]:
        places = [desk.house.home, desk.house.home.with_name(f"{desk.house.home.name}.copy")]
        files = [path.read_bytes() for place in places for path in place.rglob("*") if path.is_file()]
        return [any(secret in data for data in files) for secret in secrets]

    assert found() == [True, True]
    desk.company.clock[0] += 40 * MONTH
    assert due(desk.house)["cases"] == 1
    assert found() == [False, False]


def test_what_rests_goes_on_resting_after_its_case(desk: Desk) -> None:
    from troth.requests.models import Resting

    case = closed(desk, "marketing_objection")
    with cases.at_desk(desk.house) as books:
        resting = Resting.objects.of(books.tenant).filter(case=case.name, until=None).count()
    assert resting
    desk.company.clock[0] += 40 * MONTH
    assert due(desk.house)["cases"] == 1
    with cases.at_desk(desk.house) as books:
        assert Resting.objects.of(books.tenant).filter(case=case.name).count() == resting


def test_an_open_case_and_one_with_something_to_do_stay(desk: Desk) -> None:
    still = desk.known("access")
    done = closed(desk, "withdrawal")
    with cases.at_desk(desk.house) as books:
        from troth.workflows.jobs import ask

        ask(books, "answer", done.name, desk.house.now() + 100 * MONTH)
    desk.company.clock[0] += 40 * MONTH
    assert "cases" not in due(desk.house)
    assert desk.load(still).case.state != "closed"
    assert desk.load(done).case.closed is not None


def test_california_keeps_two_years_whatever_is_set(desk: Desk) -> None:
    desk.company.settings["case_months"] = 12
    here, there = closed(desk, "withdrawal"), closed(desk, "opt_out", regime="california", country="US")
    desk.company.clock[0] += 13 * MONTH
    assert due(desk.house)["cases"] == 1
    assert desk.load(there).case.regime == "california"
    with pytest.raises(NoCaseError):
        desk.load(here)
    closed_on = desk.load(there).case.closed
    assert closed_on is not None
    desk.company.clock[0] = desk.house.now().replace(
        year=closed_on.year + 2, month=closed_on.month, day=closed_on.day
    )
    assert "cases" not in due(desk.house), "the last day"
    desk.company.clock[0] += timedelta(days=1)
    assert due(desk.house)["cases"] == 1


def test_a_case_whose_restriction_stands_is_kept_until_it_is_lifted(desk: Desk) -> None:
    """Its person must be told before it is lifted (GDPR Art. 18(3)), and only the case knows where they are."""
    case = closed(desk, "restriction")
    desk.company.clock[0] += 48 * MONTH
    assert "cases" not in due(desk.house)
    assert desk.load(case).case.closed is not None
    assert requests(desk.house, desk.house.map(), desk.house.now()).overdue == 0, "nor is it late"
    with cases.at_desk(desk.house) as books:
        assert rest_records.end(books, case.name, ["restriction"], desk.house.now())
    desk.company.later(days=2)
    assert requests(desk.house, desk.house.map(), desk.house.now()).overdue == 1
    assert due(desk.house)["cases"] == 1
    with pytest.raises(NoCaseError):
        desk.load(case)
