"""No copy stands in the way of an erasure for ever: one that ran out is made again, and where there is none the person is told why."""

from __future__ import annotations

import io
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from case_desk import OLGA, PER, Desk
from test_case_letters import Havgry, letters, pristine, waiting_letter  # noqa: F401  # reason: a fixture

from troth.example import HERO
from troth.requests import commands as do
from troth.workflows import case_acts, case_papers, cases, customers, desk_letters, manual
from troth.workflows import desk as office_
from troth.workflows.cases import Opened
from troth.workflows.portal import shown

MENTIONED = "cleo@fjord.example"


@pytest.fixture
def office(pristine: Path, tmp_path: Path) -> Desk:  # noqa: F811  # reason: as above
    """The example company, whose notice its letters need."""
    shutil.copytree(pristine, tmp_path / "havgry")
    return Desk(Havgry(tmp_path / "havgry"))  # type: ignore[arg-type]  # reason: it has a house, which is all a desk asks


@pytest.fixture
def processor(desk: Desk) -> Desk:
    """A company all of whose people are a customer's."""
    desk.company.live.run(
        "ALTER TABLE person ADD client VARCHAR(80); UPDATE person SET client = 'Nordhavn'; DELETE FROM note;"
    )
    path = desk.company.folder / "troth.map.yaml"
    told = path.read_text()
    for old, new in (
        ("subject: customer", "subject: customer\n        tenant: client"),
        ("id: key, email: email", "id: key, client: none, email: email"),
        ("\nsystems:", "\ncustomers: {Nordhavn: data@nordhavn.example}\nsystems:"),
    ):
        assert old in told
        told = told.replace(old, new, 1)
    path.write_text(told)
    return desk


def by_post(desk: Desk, kind: str = "access") -> Opened:
    """A case whose letter about the copy lies in the office."""
    case = desk.known(kind, "erasure", who=HERO.email)
    with cases.at_desk(desk.house) as books:
        cases.amend(books, case.name, {"email": ""})
    desk.work()
    desk.do(case, do.Decide(kind, "granted"))
    desk.work()
    return case


def posted(desk: Desk, case: Opened) -> None:
    """The letter about the copy is put in the post; every job that follows is done."""
    desk_letters.posted(desk.house, case.name, waiting_letter(desk, case, "copy"), OLGA)
    desk.work()


def last_day(desk: Desk, case: Opened) -> date:
    ends: datetime = desk.papers(case, "copy")[-1]["expires"]
    return (ends - timedelta(days=1)).date()


@pytest.mark.parametrize("late", [timedelta(days=29, hours=20), timedelta(days=45)])
def test_a_copy_that_ran_out_before_its_letter_was_posted_is_made_again_and_told_of_again(
    office: Desk, late: timedelta
) -> None:
    """Until the person can fetch a copy nothing is erased; and that it can be fetched is never said of one that cannot."""
    case = by_post(office)
    before = last_day(office, case)
    office.house.clock[0] += late
    posted(office, case)
    file = office.load(case)
    assert (file.case.copies_first, file.case.offered) == (("access",), {}), "only the old letter went"
    assert (fresh := last_day(office, case)) > before
    assert f"{fresh.day}. " in letters(office, case)["copy"]
    posted(office, case)
    file = office.load(case)
    assert (file.case.copies_first, file.case.offered) == ((), {"access": fresh})


def test_a_copy_that_ran_out_while_the_rest_was_done_is_made_again_for_the_answer(office: Desk) -> None:
    case = office.known("access", "rectification", who=HERO.email)
    office.work()
    office.do(case, do.Decide("access", "granted"))
    office.work()
    office.house.clock[0] += timedelta(days=40)
    office_.act(
        office.house,
        case.name,
        OLGA,
        "decide",
        {"kind": "rectification", "outcome": "granted", "answer": "Navn"},
    )
    office.do(case, do.Act("rectification"))
    office.work()
    told, fresh = letters(office, case), last_day(office, case)
    assert f"til og med {fresh.day}. " in told["copy"]
    assert "rectified" in told
    file = office.load(case)
    assert file.case.delivered == office.house.now().date()
    names = [event.data["letter"] for event in file.events if event.name == "written"]
    assert (names.count("copy"), names.count("rectified")) == (1, 1)


def test_an_answer_whose_copy_ran_out_in_the_office_has_not_come_when_it_is_posted(office: Desk) -> None:
    case = office.known("access", who=HERO.email)
    with cases.at_desk(office.house) as books:
        cases.amend(books, case.name, {"email": ""})
    office.work()
    office.do(case, do.Decide("access", "granted"))
    office.work()
    office.house.clock[0] += timedelta(days=35)
    posted(office, case)
    assert office.load(case).case.delivered is None
    posted(office, case)
    assert office.load(case).case.delivered == office.house.now().date()
    assert office.papers(case, "copy")


def test_the_old_letter_waits_for_nobody_once_its_copy_is_over(office: Desk) -> None:
    from troth.workflows.jobs import ask

    case = by_post(office)
    office.house.clock[0] += timedelta(days=31)
    with cases.at_desk(office.house) as books:
        ask(books, "copy_ready", case.name, office.house.now())
    office.work()
    (old, new) = (one for one in office.papers(case, "letter") if one["letter"] == "copy")
    assert (old["means"], new["means"]) == ("over", "post")
    assert waiting_letter(office, case, "copy") == new["name"]


def test_a_copy_in_time_is_made_once(office: Desk) -> None:
    case = by_post(office)
    office.house.clock[0] += timedelta(days=28)
    posted(office, case)
    assert office.load(case).case.offered == {"access": last_day(office, case)}
    assert [event.name for event in office.load(case).events].count("acted") == 1
    office.house.clock[0] += timedelta(days=20)
    office.erased(case)
    assert office.papers(case, "copy") == [], "its time is over, and it was told of"


def test_a_copy_that_a_customer_lets_nobody_have_is_a_no_and_holds_up_nothing(processor: Desk) -> None:
    case = processor.known("portability", "erasure")
    processor.work()
    (mail,) = processor.mails(case, "customer")
    link = mail["text"].partition("/opgave/")[2].split("/")[0]
    customers.answer(processor.house, link, {"erase": True, "hand_over": False})
    processor.do(case, do.Decide("portability", "granted"))
    processor.work()
    told = processor.load(case).case
    assert (told.decisions["portability"].outcome, told.copies_first) == ("refused", ())
    said = {one["kind"]: one for one in shown(processor.house, case.name, "da")["decisions"]}["portability"]
    assert said["ground"] == "GDPR artikel 28, stk. 3, litra a og artikel 29"
    assert "Nordhavn, der bestemmer over det og har sagt nej" in said["why"]
    processor.erased(case)
    assert processor.company.live.query("SELECT id FROM person WHERE email = 'alma@vindheim.example'") == []


@pytest.fixture
def mentioned(office: Desk) -> Opened:
    """Somebody of whom there is nothing but their address in a row of somebody else's."""
    with closing(sqlite3.connect(office.house.map_path.parent / "crm.sqlite")) as crm, crm:
        crm.execute(
            "UPDATE note SET body = body || ? WHERE note_id = (SELECT min(note_id) FROM note)",
            (f" og {MENTIONED}",),
        )
    case = office.known("access", "erasure", who=MENTIONED)
    office.work()
    return case


def test_who_is_only_mentioned_gets_a_copy_of_what_mentions_them(office: Desk, mentioned: Opened) -> None:
    assert office.load(mentioned).case.found
    office.do(mentioned, do.Decide("access", "granted"))
    office.work()
    archive = zipfile.ZipFile(io.BytesIO(office.paper(mentioned, "copy")))
    assert MENTIONED in archive.read("data.json").decode()
    assert office.load(mentioned).case.copies_first == ()
    case_acts.propose(office.house, mentioned.name, OLGA, ("find.Q000",))
    case_acts.approve(office.house, mentioned.name, PER)
    office.work()
    assert office.load(mentioned).case.done == {"access", "erasure"}


def test_what_is_gone_before_it_was_copied_is_said_and_holds_up_nothing(
    office: Desk, mentioned: Opened
) -> None:
    with closing(sqlite3.connect(office.house.map_path.parent / "crm.sqlite")) as crm, crm:
        crm.execute("UPDATE note SET body = replace(body, ?, '')", (MENTIONED,))
    office.do(mentioned, do.Decide("access", "granted"))
    office.work()
    told = office.load(mentioned).case
    assert (told.done, told.empty, told.copies_first) == ({"access"}, {"access"}, ())
    office.do(mentioned, do.Decide("erasure", "refused", ("eu.legal_claims",), "der er intet"))
    office.work()
    assert {"nothing_found", "refusal"} <= letters(office, mentioned).keys()
    assert "copy" not in letters(office, mentioned)


def test_the_letters_last_day_is_that_of_the_earliest_copy_and_counted_where_the_company_is(
    office: Desk,
) -> None:
    """West of Greenwich a copy that ends on the evening of the 23rd can be fetched on the whole of the 22nd, and no longer."""
    office.company.settings["time_zone"] = "America/Los_Angeles"
    office.house.clock[0] = datetime(
        2026, 11, 24, 2, tzinfo=office.house.now().tzinfo
    )  # six in the evening of the 23rd
    case = office.known("access", who=HERO.email, language="en", received=date(2026, 11, 23))
    office.work()
    with cases.at_desk(office.house) as books:
        for days in (5, 20):
            case_papers.add_paper(
                books, case.name, office.house.now(), kind="copy", head={"of": manual.HANDED}, data=b"x",
                expires=office.house.now() + timedelta(days=days),
            )  # fmt: skip
    office.do(case, do.Decide("access", "granted"))
    office.work()
    assert "up to and including 27 November 2026" in letters(office, case)["copy"]
