"""A code opens a case once, for half an hour, five tries, and only the last one sent; before it nothing is looked up of anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from after_world import ALMA
from case_desk import Desk

from troth.datamap.categories import CATEGORIES
from troth.requests import commands as do
from troth.terms.errors import UsageError
from troth.workflows import asking, case_identity, case_papers, cases, portal
from troth.workflows.asking import WRONG, Asked
from troth.workflows.cases import NoCaseError, Opened
from troth.workflows.house import House


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every time that the stores are opened."""
    found: list[object] = []
    real = House.opened

    @contextmanager
    def opened(house: House, *args: Any, **more: Any) -> Iterator[Any]:
        found.append(house)
        with real(house, *args, **more) as stores:
            yield stores

    monkeypatch.setattr(House, "opened", opened)
    return found


def asked(desk: Desk, choice: str = "delete", **asker: Any) -> Opened:
    told = {"name": "Alma Vind", "email": ALMA, **asker}
    case = asking.ask(desk.house, Asked(choice, "da", asker=told))
    desk.do(case, do.Acknowledge())  # the letter itself needs a notice, which this company has not
    return case


def codes(desk: Desk, case: Opened) -> list[str]:
    """The codes that were sent, oldest first."""
    return [
        found[1] for mail in desk.mails(case, "code") if (found := re.search(r"\b(\d{8})\b", mail["text"]))
    ]


def fresh(desk: Desk, case: Opened) -> str:
    before = len(codes(desk, case))
    case_identity.wish(desk.house, case.name)
    desk.work()
    assert len(codes(desk, case)) == before + 1
    return codes(desk, case)[-1]


def opens(desk: Desk, case: Opened, code: str) -> bool:
    return case_identity.check_code(desk.house, case.name, code)


def test_a_code_opens_once(desk: Desk) -> None:
    case = asked(desk)
    code = fresh(desk, case)
    assert not opens(desk, case, "")
    assert opens(desk, case, f" {code[:4]} {code[4:]} "), "spaces do not matter"
    assert not opens(desk, case, code)


def test_a_code_ends_after_its_time(desk: Desk) -> None:
    case = asked(desk)
    code = fresh(desk, case)
    desk.company.later(minutes=case_identity.MINUTES, seconds=1)
    assert not opens(desk, case, code)
    assert opens(desk, case, fresh(desk, case))


def test_an_older_code_ends_with_the_next(desk: Desk) -> None:
    case = asked(desk)
    older, newer = fresh(desk, case), fresh(desk, case)
    assert not opens(desk, case, older)
    assert opens(desk, case, newer)


def test_five_wrong_tries_end_a_code(desk: Desk) -> None:
    case = asked(desk)
    code = fresh(desk, case)
    wrong = "0" * 8 if code != "0" * 8 else "1" * 8
    assert [opens(desk, case, wrong) for _ in range(case_identity.ATTEMPTS)] == [False] * 5
    assert not opens(desk, case, code), "not even the right one now"
    assert opens(desk, case, fresh(desk, case))


def test_a_code_of_one_case_opens_no_other(desk: Desk) -> None:
    one, other = asked(desk), asked(desk, email="bo@vindheim.example")
    mine, theirs = fresh(desk, one), fresh(desk, other)
    assert not opens(desk, other, mine)
    assert not opens(desk, one, theirs)
    assert opens(desk, one, mine)


def test_few_codes_are_sent_in_an_hour_however_fast_they_are_wished_for(desk: Desk) -> None:
    case = asked(desk)
    for _ in range(12):
        case_identity.wish(desk.house, case.name)
    desk.work()
    assert len(codes(desk, case)) == case_identity.AN_HOUR
    case_identity.wish(desk.house, case.name)
    desk.work()
    assert len(codes(desk, case)) == case_identity.AN_HOUR
    desk.company.later(hours=1, seconds=1)
    fresh(desk, case)


def test_no_store_is_opened_before_somebody_has_shown_who_they_are(desk: Desk, counted: list[object]) -> None:
    known, unknown = asked(desk), asked(desk, email="nobody@vindheim.example")
    for case in (known, unknown):
        code = fresh(desk, case)
        assert not opens(desk, case, "12")
        portal.shown(desk.house, case.name, "da")
        portal.add_words(desk.house, case.name, "kanarie")
        desk.work()
        assert counted == []
        assert cases.load(desk.house, case.name).case.searched is None
        last = code
    assert opens(desk, unknown, last)
    assert counted == [], "nor while the page is answered: it is searched for later, known or not"
    desk.work()
    assert counted, "so the count can find one"


def test_what_is_to_be_corrected_never_shows_who_asks(desk: Desk) -> None:
    assert all(names <= set(CATEGORIES) for names in WRONG.values())
    case = asked(desk, "rectification", what="email", wrong="old", right="new")
    assert "email_code" not in case_identity.questions(desk.house, case.name)
    opens(desk, case, fresh(desk, case))
    assert not desk.load(case).case.known
    case = asked(desk, "rectification", what="phone", wrong="old", right="new")
    assert case_identity.questions(desk.house, case.name) == {"email_code"}
    assert opens(desk, case, fresh(desk, case))
    assert desk.load(case).case.known


def test_what_nobody_may_ask_is_not_taken_for_an_answer(desk: Desk) -> None:
    case = asked(desk)
    for question in (
        "card_digits",
        "billing_address",
        "declaration",
        "reauthentication",
        "person_confirms",
        "email_code",
        "x",
    ):
        assert not case_identity.answer(desk.house, case.name, question, "yes")
    assert cases.load(desk.house, case.name).asker.get("tries", 0) == 0
    with pytest.raises(UsageError):
        portal.add_permission(
            desk.house, case.name, {"kind": "permission", "head": {"file": "a.pdf"}, "data": b"%PDF-"}
        )


def test_a_copy_is_fetched_until_its_day_and_each_time_is_entered(desk: Desk) -> None:
    case, other = desk.known("access"), desk.known("access", who="bo@vindheim.example")
    from django.db import transaction

    until = desk.house.now() + timedelta(days=30)
    with cases.at_desk(desk.house) as books, transaction.atomic():
        name = case_papers.add_paper(
            books,
            case.name,
            desk.house.now(),
            kind="copy",
            head={"file": "../kopi\r\nX: y.zip"},
            data=b"PK kanarie",
            expires=until,
        )
        inner = case_papers.add_paper(
            books, case.name, desk.house.now(), kind="findings", head={"file": "f"}, data=b"{}"
        )
    assert [one["name"] for one in portal.shown(desk.house, case.name, "da")["papers"]] == [name]
    got = portal.fetch(desk.house, case.name, name)
    assert got.data == b"PK kanarie"
    assert re.fullmatch(r"[A-Za-z0-9._-]+", got.file)
    assert [event.name for event in desk.load(case).events].count("fetched") == 1
    for wrong_case, wrong in (
        (other.name, name),
        (case.name, inner),
        (case.name, ""),
        (case.name, case.name),
    ):
        with pytest.raises(NoCaseError):
            portal.fetch(desk.house, wrong_case, wrong)
    desk.company.later(days=30, seconds=1)
    assert portal.shown(desk.house, case.name, "da")["papers"] == []
    with pytest.raises(NoCaseError):
        portal.fetch(desk.house, case.name, name)
