"""Who is known under one address to two customers is found by what an officer says of the rows, and each customer answers for theirs."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from after_world import ALMA
from case_desk import OLGA, PER, Desk

from troth.requests import commands as do
from troth.terms.errors import UsageError
from troth.workflows import case_acts, customers
from troth.workflows import desk as desk_
from troth.workflows.cases import DeclinedError, Opened, at_desk

HEAD = "\ncustomers: {acme: data@acme.example, globex: data@globex.example}\nsystems:"
FIELDS = "fields: {id: key, email: email, name: full_name, phone: phone"
ROWS = ["crm.person=1", "crm.person=3"]


@pytest.fixture
def tenants(desk: Desk) -> Desk:
    """Alma is a user at two customers of ours, under one address; somebody else at the first has another."""
    desk.company.live.run(
        "ALTER TABLE person ADD COLUMN client VARCHAR(20);"
        "UPDATE person SET client = 'acme';"
        f"INSERT INTO person VALUES (3, '{ALMA}', 'Alma Vind', NULL, 'globex');"
    )
    path = desk.company.folder / "troth.map.yaml"
    told = path.read_text(encoding="utf-8").replace(
        FIELDS, f"tenant: client\n        {FIELDS}, client: none", 1
    )
    path.write_text(told.replace("\nsystems:", HEAD, 1), encoding="utf-8")
    return desk


def candidates(desk: Desk, case: Opened) -> list[str]:
    return [one["row"] for one in desk_.matches(desk.house, case.name, OLGA, "answer")["candidates"]]


def ledgered(desk: Desk, event: str) -> int:
    from troth.ledger.models import Entry

    with at_desk(desk.house) as books:
        return Entry.objects.of(books.tenant).filter(kind=event).count()


def say(desk: Desk, case: Opened, *rows: str, why: str = "Same name, same phone.") -> None:
    desk_.act(desk.house, case.name, OLGA, "meant", {"why": why}, rows)
    desk.work()


def rows(desk: Desk) -> list[tuple[int, str]]:
    return desk.company.live.query("SELECT id, client FROM person ORDER BY id")


def test_an_address_of_two_rows_stops_at_a_person_who_says_which(tenants: Desk) -> None:
    case = tenants.known("erasure")
    tenants.work()
    found = tenants.load(case)
    assert not found.case.found, "nobody is taken for somebody"
    assert candidates(tenants, case) == ROWS
    assert ledgered(tenants, "request_viewed") == 1, "who looked, and what for"
    for wrong, refusal in (((), DeclinedError), (("crm.orders=1",), UsageError), (("alma",), UsageError)):
        with pytest.raises(refusal):
            say(tenants, case, *wrong)
    with pytest.raises(DeclinedError):
        say(tenants, case, *ROWS, why=" ")
    say(tenants, case, *ROWS)
    assert tenants.load(case).case.found
    assert candidates(tenants, case) == []
    told = customers.listed(tenants.house, case.name)
    assert sorted(one["customer"] for one in told) == ["acme", "globex"]
    for one in told:
        page = customers.shown(tenants.house, case.name, one["mark"], "them")
        assert page["identifiers"] == [ALMA], "no customer is told how another's row is named"


def test_each_customer_answers_for_their_own_and_copies_go_with_the_rows(tenants: Desk) -> None:
    case = tenants.known("erasure")
    tenants.work()
    say(tenants, case, *ROWS)
    for one in customers.listed(tenants.house, case.name):
        customers.instruct(tenants.house, case.name, one["mark"], {"erase": True}, "customer", "yes")
    tenants.work()
    told = case_acts.propose(tenants.house, case.name, OLGA)
    assert [one["id"] for one in told["questions"] if one["blocking"]] == []
    case_acts.approve(tenants.house, case.name, PER)
    tenants.work()
    assert rows(tenants) == [(2, "acme")]
    (note, _) = tenants.company.live.query("SELECT body FROM note ORDER BY id")
    assert ALMA not in note[0], "the address was nobody else's, so its copies are theirs too"


def test_one_of_the_rows_is_theirs_and_the_other_stays_another_s(tenants: Desk) -> None:
    case = tenants.known("erasure")
    tenants.work()
    say(tenants, case, ROWS[0])
    assert candidates(tenants, case) == [ROWS[1]]
    for one in customers.listed(tenants.house, case.name):
        customers.instruct(tenants.house, case.name, one["mark"], {"erase": True}, "customer", "yes")
    tenants.work()
    case_acts.propose(tenants.house, case.name, OLGA)
    case_acts.approve(tenants.house, case.name, PER)
    tenants.work()
    assert rows(tenants) == [(2, "acme"), (3, "globex")]
    (note, _) = tenants.company.live.query("SELECT body FROM note ORDER BY id")
    assert ALMA in note[0], "whose address it is, nobody can tell"


def test_a_closed_case_takes_no_rows(tenants: Desk) -> None:
    case = tenants.known("erasure")
    tenants.work()
    tenants.do(case, do.Retract(), by="person")
    with pytest.raises(DeclinedError):
        say(tenants, case, *ROWS)


def test_a_copy_waits_for_the_word_and_then_holds_every_row(desk: Desk) -> None:
    """Two rows of ours under one address: nothing is said to be held, or not to be, while nobody has said whose they are."""
    desk.company.live.run(f"INSERT INTO person VALUES (3, '{ALMA}', 'Alma Vind', NULL);")
    case = desk.known("access")
    desk.work()
    desk.do(case, do.Decide("access", "granted"))
    desk.work()
    assert (desk.papers(case, "letter"), desk.papers(case, "copy")) == ([], [])
    say(desk, case, *ROWS)
    with zipfile.ZipFile(io.BytesIO(desk.paper(case, "copy"))) as copy:
        told = json.loads(copy.read("data.json"))
    assert {one["dataset"]: one["count"] for one in told["datasets"]}["person"] == 2
