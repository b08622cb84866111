"""Who hears of which case, and when it becomes the deputy's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from case_desk import OLGA, Desk

from troth.mail.exit import Outcome
from troth.mail.message import Outgoing
from troth.requests import commands as do
from troth.requests.watch import SOON, Watched, reminders
from troth.terms.errors import StoreError
from troth.workflows.digest import digest
from troth.workflows.jobs import Task

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(("due", "why", "to"), [
    (TODAY - timedelta(days=1), "overdue", "per"), (TODAY, "soon", "olga"), (TODAY + SOON, "soon", "olga"),
    (TODAY + SOON + timedelta(days=1), None, None),
])  # fmt: skip
def test_a_case_is_spoken_of_when_its_day_is_near_and_goes_to_the_deputy_after_it(
    due: date, why: str, to: str
) -> None:
    said = reminders([Watched("2026-0001", due, "olga", "per", TODAY)], TODAY, 2)
    assert [(one.why, one.to) for one in said] == ([(why, to)] if why else [])


def test_what_nobody_took_is_spoken_of_after_its_days_and_the_most_urgent_comes_first() -> None:
    far = TODAY + timedelta(days=20)
    cases = [
        Watched("3", far, opened=TODAY - timedelta(days=2)),
        Watched("4", far, opened=TODAY),
        Watched("2", TODAY),
        Watched("1", TODAY - SOON),
    ]
    assert [(one.number, one.why) for one in reminders(cases, TODAY, 2)] == [
        ("1", "overdue"),
        ("2", "soon"),
        ("3", "nobody"),
    ]


class Taken:
    """An exit that keeps what it is given."""

    def __init__(self, *results: str) -> None:
        self.mails: list[Outgoing] = []
        self.results = list(results) or ["sent"]

    def send(self, mail: Outgoing) -> Outcome:
        self.mails.append(mail)
        return Outcome(self.results[0])  # type: ignore[arg-type]


def test_the_office_hears_numbers_and_days_and_no_name(desk: Desk) -> None:
    desk.company.settings |= {
        "office": "olga@havgry.example",
        "mail_from": "Havgry <post@havgry.example>",
        "language": "da",
    }
    case = desk.open("access")
    desk.do(case, do.Assign(OLGA, "per"))
    exit_, task = Taken(), Task("default", "d", "digest", "", 1, "w")
    digest(desk.house, task, exit_)
    assert exit_.mails == [], "nothing is late"
    desk.company.later(days=35)
    digest(desk.house, task, exit_)
    (mail,) = exit_.mails
    assert "2026-0001" in mail.text
    assert "per" in mail.text
    assert "lma" not in mail.text + mail.headline
    with pytest.raises(StoreError):
        digest(desk.house, task, Taken("later"))
