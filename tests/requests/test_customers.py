"""Rows that a customer controls: their administrator instructs us, and nothing else of theirs is copied or erased."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from after_world import ALMA
from case_desk import OLGA, PER, Desk
from django.apps import apps

from troth.requests import commands as do
from troth.requests.case import Case
from troth.terms.errors import UsageError
from troth.workflows import case_acts, cases, customers, desk_lists
from troth.workflows.cases import DeclinedError, NoCaseError, Opened
from troth.workflows.checking import verify_ledger
from troth.workflows.jobs import PAUSES, claim

TABLES = """
CREATE TABLE visit (id INTEGER PRIMARY KEY, person INTEGER, client VARCHAR(80), what VARCHAR(80));
INSERT INTO visit VALUES (1, 1, 'Nordhavn', 'a bin'), (2, 2, 'Sydhavn', 'a lamp');
"""
VISIT = """\
      visit:
        key: [id]
        tenant: client
        fields: {id: key, person: key, client: none, what: product}
        links:
          - {columns: [person], to: "person [id]", means: OWNED_BY}
    unmapped:
"""


@pytest.fixture
def processor(desk: Desk) -> Desk:
    desk.company.live.run(TABLES)
    path = desk.company.folder / "troth.map.yaml"
    told = path.read_text().replace("    unmapped:\n", VISIT, 1)
    path.write_text(told.replace("\nsystems:", "\ncustomers: {Nordhavn: data@nordhavn.example}\nsystems:", 1))
    return desk


def asked(desk: Desk, *kinds: str) -> Opened:
    case = desk.known(*kinds)
    desk.work()
    return case


def token(desk: Desk, case: Opened) -> str:
    return str(desk.mails(case, "customer")[0]["text"].partition("/opgave/")[2].split("/")[0])


def copied(desk: Desk, case: Opened) -> str:
    desk.do(case, do.Decide("access", "granted"))
    desk.work()
    found = desk.papers(case, "copy")
    if not found:
        return ""
    archive = zipfile.ZipFile(io.BytesIO(desk.paper(case, "copy")))
    return b"".join(archive.read(name) for name in archive.namelist()).decode()


def test_the_customers_administrator_is_written_to_and_the_mail_names_nobody(processor: Desk) -> None:
    case = asked(processor, "access")
    (mail,) = processor.mails(case, "customer")
    assert mail["to"] == "data@nordhavn.example"
    for word in (ALMA, "Alma", "kanarie"):
        assert word not in mail["text"] + mail["headline"]
    (told,) = customers.listed(processor.house, case.name)
    assert (told["customer"], told["said"], told["late"]) == ("Nordhavn", {}, False)


def test_without_their_instruction_nothing_of_theirs_is_planned_and_with_it_it_is(processor: Desk) -> None:
    case = asked(processor, "erasure")
    told = case_acts.propose(processor.house, case.name, OLGA)
    assert (told["proposed"], [one["id"] for one in told["questions"] if one["blocking"]]) == (
        False,
        ["plan.Q002"],
    )
    customers.answer(processor.house, token(processor, case), {"erase": True})
    processor.erased(case)
    assert processor.company.live.query("SELECT id FROM visit") == [(2,)]


def test_what_may_be_erased_may_not_be_handed_over_for_that(processor: Desk) -> None:
    case = asked(processor, "access", "erasure")
    shown = customers.page(processor.house, token(processor, case))
    assert (shown["asks"], shown["name"], shown["identifiers"]) == (
        ("hand_over", "erase"),
        "Alma Vind",
        [ALMA],
    )
    customers.answer(processor.house, token(processor, case), {"erase": True, "hand_over": False})
    told = copied(processor, case)
    assert ALMA in told
    assert "a bin" not in told
    assert "left to Nordhavn, who controls it and said no" in told
    assert case_acts.propose(processor.house, case.name, OLGA)["proposed"]


def test_before_the_customer_has_answered_nothing_is_handed_over(processor: Desk) -> None:
    case = asked(processor, "access")
    assert copied(processor, case) == ""
    customers.answer(processor.house, token(processor, case), {"hand_over": True})
    processor.company.later(minutes=5)
    assert "a bin" in copied(processor, case)


def test_a_customers_no_leaves_their_rows_and_the_rest_goes(processor: Desk) -> None:
    case = asked(processor, "erasure")
    customers.answer(processor.house, token(processor, case), {"erase": False}, "we must keep it")
    before = processor.company.live.query("SELECT * FROM visit ORDER BY id")
    file = processor.erased(case)
    assert processor.company.live.query("SELECT * FROM visit ORDER BY id") == before
    assert ALMA not in str(processor.company.live.query("SELECT * FROM person"))
    assert file.case.decisions["erasure"].outcome == "partly"
    assert "customer_decides" in file.case.decisions["erasure"].grounds
    certificate = processor.paper(case, "certificate").decode()
    assert "left to Nordhavn, who controls it and said no" in certificate
    assert "GDPR Art. 28(3)(a), 29" in certificate
    assert "Cal. Civ." not in certificate, "Alma is a Dane"
    assert json.loads(certificate)["outcome"] == "erased, some kept by law, some left to customers"
    assert json.loads(certificate)["verified"]["remaining"] == 0


def test_a_customer_who_says_nothing_in_time_holds_nobody_up(processor: Desk) -> None:
    case = asked(processor, "erasure")
    assert not case_acts.propose(processor.house, case.name, OLGA)["proposed"]
    processor.company.later(days=customers.DAYS)
    processor.work()
    (told,) = customers.listed(processor.house, case.name)
    assert (told["silent"], told["said"]) == (True, {})
    before = processor.company.live.query("SELECT * FROM visit ORDER BY id")
    processor.erased(case)
    assert processor.company.live.query("SELECT * FROM visit ORDER BY id") == before
    assert "who controls it and has not answered" in processor.paper(case, "certificate").decode()


def test_an_answer_that_comes_late_still_counts_before_the_act(processor: Desk) -> None:
    case = asked(processor, "erasure")
    processor.company.later(days=customers.DAYS)
    processor.work()
    case_acts.propose(processor.house, case.name, OLGA)
    customers.answer(processor.house, token(processor, case), {"erase": True})
    case_acts.approve(processor.house, case.name, PER)
    processor.work()
    assert processor.load(case).case.plan == "", "what was approved is not what would be done now"
    processor.erased(case)
    assert processor.company.live.query("SELECT id FROM visit") == [(2,)]


def test_where_everything_is_a_customers_and_they_say_no_it_is_a_refusal(processor: Desk) -> None:
    path = processor.company.folder / "troth.map.yaml"
    processor.company.live.run(
        "ALTER TABLE person ADD client VARCHAR(80); UPDATE person SET client = 'Nordhavn'; DELETE FROM note;"
    )
    told = path.read_text().replace("subject: customer", "subject: customer\n        tenant: client")
    path.write_text(told.replace("id: key, email: email", "id: key, client: none, email: email"))
    case = asked(processor, "erasure")
    customers.answer(processor.house, token(processor, case), {"erase": False})
    file = processor.erased(case)
    assert (file.case.decisions["erasure"].outcome, file.case.approved_by) == ("refused", PER)
    assert ALMA in str(processor.company.live.query("SELECT * FROM person"))
    assert (
        "overladt til Nordhavn, der bestemmer over det og har sagt nej" in file.case.decisions["erasure"].why
    )


def test_an_answer_is_about_what_was_asked(processor: Desk) -> None:
    case = asked(processor, "access")
    for said in ({}, {"erase": True}, {"erase": True, "hand_over": True}):
        with pytest.raises(DeclinedError, match="not_asked"):
            customers.answer(processor.house, token(processor, case), said)


def test_an_administrator_sees_their_own_tasks_and_no_others(processor: Desk) -> None:
    case = asked(processor, "access")
    (told,) = customers.tasks(processor.house, "Nordhavn")
    assert (told["case"], told["number"], told["open"]) == (case.name, case.number, True)
    assert customers.tasks(processor.house, "Sydhavn") == []
    with cases.at_desk(processor.house) as books:
        other = customers.mark_of(books, "Sydhavn")
    with pytest.raises(UsageError, match="no rows of this customer"):
        customers.shown(processor.house, case.name, other, "mallory")
    with pytest.raises(UsageError, match="no rows of this customer"):
        customers.instruct(processor.house, case.name, other, {"hand_over": True}, "mallory")
    processor.do(case, do.Retract(), by="person")
    with pytest.raises(NoCaseError):
        customers.page(processor.house, token(processor, case))


def test_an_officer_types_in_an_address_that_the_map_does_not_know(processor: Desk) -> None:
    path = processor.company.folder / "troth.map.yaml"
    path.write_text(path.read_text().replace("customers: {Nordhavn: data@nordhavn.example}\n", ""))
    case = asked(processor, "access")
    assert processor.mails(case, "customer") == []
    assert customers.listed(processor.house, case.name)[0]["late"] is True
    with pytest.raises(UsageError, match="no e-mail address"):
        customers.set_address(processor.house, case.name, "Nordhavn", "nobody", OLGA)
    customers.set_address(processor.house, case.name, "Nordhavn", "legal@nordhavn.example", OLGA)
    processor.work()
    (mail,) = processor.mails(case, "customer")
    assert mail["to"] == "legal@nordhavn.example"
    (told,) = customers.listed(processor.house, case.name)
    assert (told["passed"], told["late"]) == (processor.house.now().date(), False), (
        "its days run, and the person is told"
    )
    with cases.at_desk(processor.house) as books:
        assert (
            apps.get_model("records", "Job")
            .objects.of(books.tenant)
            .filter(case=case.name, kind="forwarded")
            .exists()
        )


def test_no_customer_stands_in_the_clear(processor: Desk) -> None:
    case = asked(processor, "access")
    customers.answer(
        processor.house, token(processor, case), {"hand_over": True}, "kanarie-words of the customer"
    )
    state = b"".join(path.read_bytes() for path in processor.company.home.glob("state.sqlite*"))
    assert b"customer" in state
    for word in (b"Nordhavn", b"nordhavn", b"kanarie", ALMA.encode()):
        assert word not in state
    assert verify_ledger(processor.house)["holds"]


def out_of_tries(desk: Desk, case: Opened) -> None:
    """What cannot be done yet is tried for about seventeen hours, and then left to a person."""
    for _ in range(len(PAUSES) + 1):
        desk.work()
        desk.company.later(days=1)
    desk.work()
    from troth.records.models import Job

    with cases.at_desk(desk.house) as books:
        states = set(
            Job.objects.of(books.tenant).filter(case=case.name, kind="carry_out").values_list("state")
        )
    assert states == {("failed",)}


@pytest.mark.parametrize("may", [True, False])
def test_a_copy_that_waited_for_a_customer_is_made_when_they_answer(processor: Desk, may: bool) -> None:
    case = asked(processor, "access")
    processor.do(case, do.Decide("access", "granted"))
    out_of_tries(processor, case)
    customers.answer(processor.house, token(processor, case), {"hand_over": may})
    processor.work()
    assert processor.load(case).case.done == {"access"}
    archive = zipfile.ZipFile(io.BytesIO(processor.paper(case, "copy")))
    told = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert ("a bin" in told) == may


def test_a_copy_that_waited_for_a_customer_is_made_when_their_time_is_over(processor: Desk) -> None:
    case = asked(processor, "access")
    processor.do(case, do.Decide("access", "granted"))
    out_of_tries(processor, case)
    processor.company.later(days=customers.DAYS)
    processor.work()
    assert processor.load(case).case.done == {"access"}
    archive = zipfile.ZipFile(io.BytesIO(processor.paper(case, "copy")))
    told = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "who controls it and has not answered" in told
    assert "a bin" not in told


def late_yes(desk: Desk) -> Opened:
    """A case whose customer was silent, said yes after the erasure, and so left their rows behind."""
    case = asked(desk, "erasure")
    desk.company.later(days=customers.DAYS)
    desk.work()
    desk.erased(case)
    customers.answer(desk.house, token(desk, case), {"erase": True}, "kanarie-late")
    desk.work()
    return case


def test_a_yes_after_the_act_is_put_before_an_officer_and_changes_nothing_that_was_told(
    processor: Desk,
) -> None:
    case = late_yes(processor)
    (told,) = customers.listed(processor.house, case.name)
    assert (told["belated"], told["said"], told["silent"]) == (("erase",), {}, False)
    assert desk_lists.others(processor.house)["belated"] == [{"name": case.name, "number": case.number}]
    assert customers.page(processor.house, token(processor, case))["said"] == {"erase": True}
    asker = processor.load(case).asker
    assert (case_acts.left_to(asker, "erase"), asker["instructed"]) == ({"Nordhavn": "silent"}, {})
    assert any("their rows are as they were" in note for note in processor.load(case).notes.values())
    customers.answer(processor.house, token(processor, case), {"erase": False})
    assert customers.listed(processor.house, case.name)[0]["belated"] == ()
    assert verify_ledger(processor.house)["holds"]


def test_an_erasure_that_was_instructed_cannot_be_called_off_afterwards(processor: Desk) -> None:
    case = asked(processor, "erasure")
    customers.answer(processor.house, token(processor, case), {"erase": True})
    processor.erased(case)
    before = processor.load(case).asker
    with pytest.raises(DeclinedError, match="already_done"):
        customers.answer(processor.house, token(processor, case), {"erase": False})
    assert processor.load(case).asker == before


def test_while_it_is_being_carried_out_nobody_instructs(processor: Desk) -> None:
    case = asked(processor, "access")
    processor.do(case, do.Decide("access", "granted"))
    with cases.at_desk(processor.house) as books:
        assert claim(books.tenant, "another", processor.house.now()) is not None
    with pytest.raises(DeclinedError, match="under_way"):
        customers.answer(processor.house, token(processor, case), {"hand_over": True})
    assert customers.listed(processor.house, case.name)[0]["said"] == {}


def test_nobody_instructs_in_a_case_that_is_over(processor: Desk) -> None:
    case = asked(processor, "access")
    link, (told,) = token(processor, case), customers.listed(processor.house, case.name)
    processor.do(case, do.Retract(), by="person")
    with pytest.raises(NoCaseError):
        customers.answer(processor.house, link, {"hand_over": True})
    with pytest.raises(NoCaseError):
        customers.instruct(processor.house, case.name, told["mark"], {"hand_over": True}, "admin")
    assert customers.listed(processor.house, case.name)[0]["said"] == {}


def test_a_yes_between_two_copies_is_late_for_both_and_a_no_still_counts_for_the_second() -> None:
    """The letters of both say the same of the customer's rows, and nothing is handed over against their word."""
    case = Case("c", ("access", "portability"), done=frozenset({"access"}))
    assert customers._late(case, {}, {"hand_over": True}) == ("hand_over",)
    assert customers._late(case, {"hand_over": False}, {"hand_over": True}) == ("hand_over",)
    assert customers._late(case, {"hand_over": True}, {"hand_over": False}) == ()
