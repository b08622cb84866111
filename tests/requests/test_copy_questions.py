"""A question that stands before a copy is settled at its own place, with a reason, and the copy is made or says what it leaves out."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from case_desk import OLGA, Desk
from django.apps import apps

from troth.requests import commands as do
from troth.workflows import cases
from troth.workflows import desk as office
from troth.workflows.cases import DeclinedError, Opened
from troth.workflows.checking import verify_ledger

TABLES = """
CREATE TABLE wish (id INTEGER PRIMARY KEY, person INTEGER, what VARCHAR(80));
CREATE TABLE trip (id INTEGER PRIMARY KEY, person INTEGER, place VARCHAR(80));
INSERT INTO wish VALUES (1, 1, 'kanarie-wish'); INSERT INTO trip VALUES (1, 1, 'kanarie-trip');
"""
GUESSED = """\
      wish:
        key: [id]
        fields: {id: key, person: key, what: product}
        links:
          - {columns: [person], to: "person [id]", means: OWNED_BY?}
      trip:
        key: [id]
        fields: {id: key, person: key, place: product}
        links:
          - {columns: [person], to: "person [id]", means: OWNED_BY?}
    unmapped:
"""


def waiting(desk: Desk, *kinds: str) -> Opened:
    """A copy that was granted and waits for two questions."""
    desk.company.live.run(TABLES)
    path = desk.company.folder / "troth.map.yaml"
    path.write_text(path.read_text().replace("    unmapped:\n", GUESSED, 1))
    case = desk.known(*kinds)
    desk.work()
    desk.do(case, do.Decide("access", "granted"))
    desk.work()
    return case


def asked(desk: Desk, case: Opened) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.case(desk.house, case.name)["asked_copy"]
    return found


def settle(desk: Desk, case: Opened, question: str, how: str, why: str = "read by hand") -> None:
    office.act(desk.house, case.name, OLGA, "settle", {"question": question, "how": how, "why": why})


def copied(desk: Desk, case: Opened) -> str:
    archive = zipfile.ZipFile(io.BytesIO(desk.paper(case, "copy")))
    return b"".join(archive.read(name) for name in archive.namelist()).decode()


def test_each_is_settled_by_name_and_the_copy_is_made_with_the_last(desk: Desk) -> None:
    case = waiting(desk, "access")
    assert desk.papers(case, "copy") == []
    assert [(one["id"], one["answers"]) for one in asked(desk, case)] == [
        ("plan.Q011", ("leave", "theirs"))
    ] * 2
    trip, wish = sorted(one["name"] for one in asked(desk, case))
    settle(desk, case, trip, "theirs")
    desk.work()
    assert [one["name"] for one in asked(desk, case)] == [wish]
    assert desk.papers(case, "copy") == []
    settle(desk, case, wish, "leave")
    desk.work()
    told = copied(desk, case)
    assert "kanarie-trip" in told
    assert "kanarie-wish" not in told
    assert "crm.wish" in told, "the copy says what it leaves out"
    assert asked(desk, case) == []
    assert desk.load(case).case.done == {"access"}


def test_it_is_recorded_by_whom_and_why(desk: Desk) -> None:
    case = waiting(desk, "access")
    name = asked(desk, case)[0]["name"]
    settle(desk, case, name, "leave", "kanarie-reason")
    file = desk.load(case)
    assert file.events[-1].by == OLGA
    assert f"{name}: leave. kanarie-reason" in file.notes.values()
    assert verify_ledger(desk.house)["holds"]
    state = b"".join(path.read_bytes() for path in desk.company.home.glob("state.sqlite*"))
    assert b"kanarie-reason" not in state
    with cases.at_desk(desk.house) as books:
        entries = apps.get_model("ledger", "Entry").objects.of(books.tenant)
        assert entries.filter(kind="question_decided").count() == 1


@pytest.mark.parametrize(
    ("question", "how", "why", "refusal"),
    [
        ("plan.Q011@crm.other (person)", "leave", "x", "not_asked"),
        ("", "yes", "x", "not_asked"),
        ("", "leave", " ", "no_reason"),
    ],
)
def test_only_what_is_asked_is_settled_in_a_way_it_can_be_and_with_a_reason(
    desk: Desk, question: str, how: str, why: str, refusal: str
) -> None:
    case = waiting(desk, "access")
    with pytest.raises(DeclinedError) as told:
        settle(desk, case, question or asked(desk, case)[0]["name"], how, why)
    assert told.value.refusal.id == refusal


def test_what_was_settled_for_a_copy_lets_nothing_be_erased(desk: Desk) -> None:
    case = waiting(desk, "access", "erasure")
    for one in asked(desk, case):
        settle(desk, case, one["name"], "theirs")
    desk.work()
    assert "kanarie-wish" in copied(desk, case)
    office.act(desk.house, case.name, OLGA, "propose", {})
    assert {one["id"] for one in office.case(desk.house, case.name)["asked"]} == {"plan.Q011"}
