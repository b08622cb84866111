"""A case's days are those of the place where the company is, whatever the server's clock calls them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from case_desk import Desk

from troth.requests import commands as do
from troth.workflows import cases
from troth.workflows.asking import Asked, ask, before_sending

LATE = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # half past midnight in Denmark
MONDAY = date(2026, 11, 23)


def test_what_comes_in_after_midnight_came_in_on_the_new_day(desk: Desk) -> None:
    desk.company.clock[0] = LATE
    asked = Asked("see", "en", asker={"email": "alma@vindheim.example"})
    assert before_sending(desk.house, asked)["received"] == MONDAY
    file = cases.load(desk.house, ask(desk.house, asked).name)
    assert (file.case.received, file.due) == (MONDAY, date(2026, 12, 23))
    assert file.opened == LATE


def test_the_days_are_the_same_when_the_case_is_read_again(desk: Desk) -> None:
    desk.company.clock[0] = LATE
    case = desk.open("access", received=MONDAY)
    told = desk.do(case, do.Acknowledge(), do.AskIdentity())
    again = desk.load(case)
    assert told.case == again.case
    assert again.case.acknowledged == MONDAY
    assert again.case.pauses == ((MONDAY, None),)
