"""Who hears of which case, and when it becomes the deputy's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from case_desk import OLGA, Desk

from troth.mail.exit import Outcome
from troth.mail.message import Outgoing
from troth.requests import commands as do
from troth.requests.watch import LAST, SOON, Away, Watched, reminders
from troth.terms.errors import StoreError, UsageError
from troth.workflows import desk as desk_
from troth.workflows import duty
from troth.workflows.checking import verify_ledger
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


AWAY = {"olga": Away(TODAY - timedelta(days=2), TODAY, "vera")}


@pytest.mark.parametrize(("due", "deputy", "touched", "away", "to"), [
    (TODAY, "per", TODAY, {}, ["olga"]),
    (TODAY + LAST, "per", TODAY - SOON, {}, ["olga", "per"]),  # untouched since it was first spoken of
    (TODAY + SOON, "per", TODAY - SOON, {}, ["olga"]),  # there is time yet
    (TODAY, "", TODAY - SOON, {}, ["olga"]),
    (TODAY, "per", TODAY, AWAY, ["per"]),
    (TODAY, "", TODAY, AWAY, ["vera"]),
    (TODAY, "", TODAY, {"olga": Away(TODAY - timedelta(days=2), TODAY - timedelta(days=1), "vera")}, ["olga"]),
    (TODAY, "", TODAY, {"olga": Away(TODAY + timedelta(days=1), TODAY + timedelta(days=2), "vera")}, ["olga"]),
    (TODAY, "", TODAY, {"olga": Away(TODAY, TODAY)}, [""]),
    (TODAY, "per", TODAY, {**AWAY, "per": Away(TODAY, TODAY, "vera")}, [""]),  # nobody stands in for a deputy
    (TODAY - LAST, "per", TODAY, {"per": Away(TODAY, TODAY)}, ["olga"]),
    (TODAY - LAST, "", TODAY, {}, ["olga"]),
])  # fmt: skip
def test_whoever_is_away_is_stood_in_for(
    due: date, deputy: str, touched: date, away: dict[str, Away], to: list[str]
) -> None:
    case = Watched("2026-0001", due, "olga", deputy, TODAY - SOON, touched)
    assert [one.to for one in reminders([case], TODAY, 2, away)] == to


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    """Three of the staff gave their address; the office and the head have theirs."""
    desk.company.settings |= {
        "office": "office@havgry.example", "head": "head@havgry.example", "mail_from": "Havgry <post@havgry.example>", "language": "en",
    }  # fmt: skip
    for name in NAMES:
        duty.say(desk.house, name, NAMES, f"{name}@havgry.example", None, None, "")
    return desk


NAMES = (OLGA, "per", "vera")
TASK = Task("default", "d", "digest", "", 1, "w")


def told(desk: Desk) -> dict[str, str]:
    """What each address is told today."""
    exit_ = Taken()
    digest(desk.house, TASK, exit_)
    assert all("lma" not in mail.text + mail.headline for mail in exit_.mails)
    return {mail.to: mail.text.strip() for mail in exit_.mails}


def test_a_case_goes_from_hand_to_hand_as_its_days_run_out(staffed: Desk) -> None:
    """Due on 1 April: Olga's, then the deputy's whom her absence names, then hers again, and at last the head's too."""
    case = staffed.open("access")
    staffed.do(case, do.Assign(OLGA))
    assert told(staffed) == {}
    staffed.company.clock[0] = datetime(2026, 3, 29, 9, tzinfo=UTC)
    assert list(told(staffed)) == ["olga@havgry.example"]
    duty.say(staffed.house, OLGA, NAMES, "olga@havgry.example", date(2026, 3, 30), date(2026, 3, 31), "per")
    assert list(told(staffed)) == ["olga@havgry.example"], "she is here today"
    staffed.company.later(days=1)
    assert list(told(staffed)) == ["per@havgry.example"]
    assert desk_.case(staffed.house, case.name)["away"] == {
        "until": date(2026, 3, 31),
        "deputy": "per",
    }
    staffed.do(case, do.Assign(OLGA, "vera"))
    assert list(told(staffed)) == ["vera@havgry.example"], "the case's own deputy comes first"
    staffed.company.later(days=2)
    assert list(told(staffed)) == ["olga@havgry.example"], "the case was touched the day before"
    assert desk_.case(staffed.house, case.name)["away"] is None
    staffed.company.later(days=1)
    last = told(staffed)
    assert set(last) == {"vera@havgry.example", "head@havgry.example"}
    assert last["head@havgry.example"] == "2026-0001: the deadline was 2026-04-01 (vera)"
    assert verify_ledger(staffed.house)["holds"]


def test_a_case_that_lies_untouched_is_the_deputy_s_too_on_its_last_days(staffed: Desk) -> None:
    case = staffed.open("access")
    staffed.do(case, do.Assign(OLGA, "vera"))
    staffed.company.clock[0] = datetime(2026, 3, 30, 9, tzinfo=UTC)
    assert set(told(staffed)) == {"olga@havgry.example"}
    staffed.company.later(days=1)
    assert set(told(staffed)) == {"olga@havgry.example", "vera@havgry.example"}
    staffed.do(case, do.Note())
    assert set(told(staffed)) == {"olga@havgry.example"}


def test_who_cannot_be_reached_is_spoken_of_to_the_office(staffed: Desk) -> None:
    case = staffed.open("access")
    staffed.do(case, do.Assign("somebody"))
    staffed.company.clock[0] = datetime(2026, 4, 1, 9, tzinfo=UTC)
    assert told(staffed) == {"office@havgry.example": "2026-0001: the deadline is 2026-04-01 (somebody)"}


class Deaf(Taken):
    """An exit that reaches everybody but these."""

    def __init__(self, *deaf: str) -> None:
        super().__init__()
        self.deaf = deaf

    def send(self, mail: Outgoing) -> Outcome:
        super().send(mail)
        return Outcome("never" if mail.to in self.deaf else "sent")


def test_whom_no_mail_reaches_the_office_speaks_for_and_what_reaches_nobody_is_tried_again(
    staffed: Desk,
) -> None:
    case = staffed.open("access")
    staffed.do(case, do.Assign(OLGA))
    staffed.company.clock[0] = datetime(2026, 4, 3, 9, tzinfo=UTC)
    exit_ = Deaf("olga@havgry.example", "head@havgry.example")
    digest(staffed.house, TASK, exit_)
    assert [mail.to for mail in exit_.mails][-1] == "office@havgry.example"
    assert [mail.text.count("2026-0001") for mail in exit_.mails] == [1, 1, 1]
    with pytest.raises(StoreError):
        digest(staffed.house, TASK, Deaf("olga@havgry.example", "office@havgry.example"))
    staffed.company.settings["office"] = ""
    with pytest.raises(StoreError):
        digest(staffed.house, TASK, Deaf("olga@havgry.example"))
    digest(staffed.house, TASK, Deaf("office@havgry.example"))


def test_a_mail_that_goes_again_has_its_message_id_again(staffed: Desk) -> None:
    case = staffed.open("access")
    staffed.do(case, do.Assign(OLGA))
    staffed.company.clock[0] = datetime(2026, 4, 3, 9, tzinfo=UTC)
    first, again = Taken("later"), Taken()
    with pytest.raises(StoreError):
        digest(staffed.house, TASK, first)
    digest(staffed.house, TASK, again)
    before, after = ({mail.to: mail.id for mail in one.mails} for one in (first, again))
    assert len(after) == len(set(after.values())) == 2
    assert before == {**after, "office@havgry.example": before["office@havgry.example"]}, (
        "the office spoke for both"
    )


@pytest.mark.parametrize(("given", "place"), [
    (("no address", None, None, ""), ""), (("", date(2026, 3, 2), None, ""), "until"), (("", None, date(2026, 3, 2), ""), "since"),
    (("", date(2026, 3, 3), date(2026, 3, 2), ""), "until"), (("", date(2026, 2, 1), date(2026, 2, 28), ""), "until"),
    (("", None, None, OLGA), "deputy"), (("", None, None, "nobody"), "deputy"),
])  # fmt: skip
def test_what_cannot_be_is_not_kept(staffed: Desk, given: Any, place: str) -> None:
    before = duty.said(staffed.house, OLGA)
    with pytest.raises(UsageError) as caught:
        duty.say(staffed.house, OLGA, NAMES, *given)
    assert caught.value.place == place
    assert duty.said(staffed.house, OLGA) == before
