"""Whoever works through a list of the inbox sees every case of it once, whatever becomes of the others meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from case_desk import Desk

from troth.requests import commands as do
from troth.terms.errors import UsageError
from troth.workflows import case_ends, cases, desk_lists, jobs_desk, mail_out
from troth.workflows.cases import Opened
from troth.workflows.desk import board
from troth.workflows.desk_letters import unsent
from troth.workflows.due import due

MONTH = timedelta(days=31)


def cases_of(desk: Desk, count: int, days: int = 1) -> list[Opened]:
    """So many, each some days younger than the one before."""
    found = []
    for _ in range(count):
        found.append(desk.open("withdrawal", who=""))
        desk.company.clock[0] += timedelta(days=days)
    return found


def closed(desk: Desk, case: Opened) -> None:
    desk.do(case, do.Retract(), by="person")


def walked(desk: Desk, section: str, most: int, close: list[Opened] = []) -> list[str]:  # noqa: B006
    """The numbers on each part in turn; after the first part these are closed by somebody else."""
    found, after = list[str](), ""
    while True:
        part = desk_lists.part(desk.house, section, after, most)
        found += [one["number"] for one in part.cases]
        for case in close:
            closed(desk, case)
        close = []
        if not part.next:
            return found
        after = part.next


def test_a_list_is_walked_through_part_by_part_and_says_how_long_it_is(desk: Desk) -> None:
    made = cases_of(desk, 7, days=0)
    (section,) = (name for name in ("overdue", "soon", "later") if board(desk.house)[name].total)
    numbers = [one.number for one in made]
    for most in (1, 2, 3, 7, 8):
        assert walked(desk, section, most) == numbers, most
    first = desk_lists.part(desk.house, section, most=3)
    assert (len(first.cases), first.total) == (3, 7)
    assert walked(desk, section, 3, close=made[:2]) == numbers, "what was closed pushed none out of sight"
    assert walked(desk, "closed", 1) == [made[1].number, made[0].number]


def test_a_case_stands_in_one_list_whatever_its_day(desk: Desk) -> None:
    cases_of(desk, 12, days=4)
    told = board(desk.house)
    lists = [told[name] for name in ("overdue", "soon", "later", "closed")]
    assert lists[0].total
    assert sum(part.total for part in lists) == 12
    assert len({one["number"] for part in lists for one in part.cases}) == 12
    assert [one["number"] for one in desk_lists.inbox(desk.house)] == [
        one["number"] for part in lists for one in part.cases
    ]
    assert told["nobody"].total > 0


def test_more_than_a_screen_is_counted_and_can_be_reached(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_lists, "PART", 2)
    made = cases_of(desk, desk_lists.FIRST + 3, days=0)
    part = next(
        part
        for name, part in board(desk.house).items()
        if name in ("overdue", "soon", "later") and part.total
    )
    assert (len(part.cases), part.total) == (desk_lists.FIRST, len(made))
    rest = desk_lists.part(desk.house, "later", part.next)
    assert [one["number"] for one in rest.cases] == [one.number for one in made[-3:]]
    assert len(desk_lists.inbox(desk.house)) == len(made)


@pytest.mark.parametrize("after", ["x", "2026-13-01.1", "-.x", ".", "2026-01-01"])
def test_a_place_that_is_none_is_refused(desk: Desk, after: str) -> None:
    with pytest.raises(UsageError):
        desk_lists.part(desk.house, "later", after)
    with pytest.raises(UsageError):
        desk_lists.part(desk.house, "everything")


def test_a_held_letter_of_a_case_is_seen_however_many_wait_before_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from troth.mail.models import MailOut

    one = desk.open("withdrawal")
    with cases.at_desk(desk.house) as books:
        for number, state in enumerate(["waiting"] * 4 + ["held"]):
            MailOut.objects.create(
                tenant=books.tenant, name=f"m{number}", case=one.name, once=f"{number}", mark=f"{number}", state=state,
                made=desk.house.now(), changed=desk.house.now(), sealed=b"",
            )  # fmt: skip
    monkeypatch.setattr(mail_out, "_ROUND", 2)
    told = mail_out.outbox(desk.house)
    assert (len(told["letters"]), told["total"]) == (2, 5)
    assert [letter["name"] for letter in unsent(desk.house, one.name)] == ["m4"]


def test_jobs_that_are_not_shown_are_counted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from troth.records.models import Job

    cases_of(desk, 3)
    with cases.at_desk(desk.house) as books:
        failed = Job.objects.of(books.tenant).filter(state="waiting").update(state="failed")
    assert failed >= 3
    monkeypatch.setattr(jobs_desk, "MOST", 1)
    told = jobs_desk.listing(desk.house)
    assert (len(told["failed"]), told["in_all"]["failed"]) == (1, failed)
    assert board(desk.house)["jobs"]["total"] == failed


def test_records_that_must_wait_hold_up_none_whose_time_is_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from troth.records.models import Job

    first, second = cases_of(desk, 2, days=0)
    for one in (first, second):
        closed(desk, one)
    with cases.at_desk(desk.house) as books:
        Job.objects.of(books.tenant).exclude(case=first.name).delete()
        Job.objects.of(books.tenant).update(due=desk.house.now() + 100 * MONTH)
    monkeypatch.setattr(case_ends, "MOST", 1)
    desk.company.clock[0] += 40 * MONTH
    due(desk.house)
    assert [one["number"] for one in desk_lists.inbox(desk.house)] == [first.number]
