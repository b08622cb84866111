"""A case is searched, planned, approved and done on a real database, and our own state holds nothing of the person in the clear."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from after_world import ALMA, BO
from case_desk import OLGA, PER, WORDS, Desk

from troth.requests import commands as do
from troth.workflows import case_acts, case_papers, cases, desk_lists
from troth.workflows.cases import DeclinedError, NoCaseError
from troth.workflows.checking import verify_ledger


def test_a_person_is_found_planned_approved_and_erased(desk: Desk) -> None:
    case = desk.known("erasure")
    desk.work()
    assert desk.load(case).case.found is True
    found = {(one["dataset"], one["relation"]): one["rows"] for one in desk.findings(case)["groups"]}
    assert found[("person", "owns")] == 1
    assert found[("orders", "owns")] == 2
    file = desk.erased(case)
    assert (file.case.decisions["erasure"].outcome, file.case.done) == ("partly", {"erasure"})
    assert file.case.decisions["erasure"].grounds == ("dk.bookkeeping",)
    assert [row[0] for row in desk.company.names()["person"]] == [2]
    certificate = desk.papers(case, "certificate")
    assert {one["file"].rpartition(".")[2] for one in certificate} == {"html", "json"}
    assert verify_ledger(desk.house)["holds"]


def test_nothing_is_searched_before_it_is_known_who_asks(desk: Desk) -> None:
    case = desk.open("erasure")
    desk.do(case, do.Acknowledge())
    desk.work()
    assert desk.load(case).case.searched is None
    with pytest.raises(DeclinedError, match="identity_open"):
        case_acts.propose(desk.house, case.name, OLGA)


def test_only_what_was_proven_is_looked_for(desk: Desk) -> None:
    """Alma's own address with Bo's written beside it gives nothing of Bo."""
    case = desk.known("access")
    with cases.at_desk(desk.house) as books:
        cases.amend(books, case.name, {"identifiers": [BO]})
    desk.work()
    desk.do(case, do.Decide("access", "granted"))
    desk.work()
    archive = zipfile.ZipFile(io.BytesIO(desk.paper(case, "copy")))
    whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert ALMA in whole
    assert BO not in whole
    assert desk.load(case).case.done == {"access"}


def test_somebody_nobody_knows_is_not_found(desk: Desk) -> None:
    case = desk.known("access", who="nobody@vindheim.example")
    desk.work()
    assert desk.load(case).case.found is False
    desk.do(case, do.Decide("access", "granted"))
    desk.work()
    assert (desk.papers(case, "copy"), desk.load(case).case.done) == ([], {"access"})


def test_a_plan_that_moved_is_put_before_a_person_again(desk: Desk) -> None:
    case = desk.known("erasure")
    desk.work()
    case_acts.propose(desk.house, case.name, OLGA)
    case_acts.approve(desk.house, case.name, PER)
    desk.company.live.run("INSERT INTO orders VALUES (9, 1, 'a drum');")
    desk.work()
    file = desk.load(case)
    assert (file.case.plan, file.case.done, file.case.state) == ("", frozenset(), "review")
    assert len(desk.company.names()["person"]) == 2
    assert "erasure" in desk.erased(case).case.done


def test_where_two_are_wanted_one_is_not_enough(desk: Desk) -> None:
    desk.company.settings["approval"] = "second_person"
    case = desk.known("erasure")
    desk.work()
    case_acts.propose(desk.house, case.name, OLGA)
    with pytest.raises(DeclinedError, match="same_person"):
        case_acts.approve(desk.house, case.name, OLGA)
    assert desk.load(case).case.approved_by == ""
    assert "erasure" in desk.erased(case).case.done


def test_the_copy_ends_and_an_unknown_paper_is_none(desk: Desk) -> None:
    case, other = desk.known("access"), desk.known("access", who=BO)
    desk.work()
    for one in (case, other):
        desk.do(one, do.Decide("access", "granted"))
    desk.work()
    with cases.at_desk(desk.house) as books:
        name, now = desk.papers(case, "copy")[0]["name"], desk.house.now()
        assert case_papers.paper(books, case.name, name, now)
        with pytest.raises(NoCaseError):
            case_papers.paper(books, other.name, name, now)
        with pytest.raises(NoCaseError):
            case_papers.paper(books, case.name, name, desk.company.later(days=31))


def test_the_link_finds_its_case_and_no_other(desk: Desk) -> None:
    case, other = desk.open("access"), desk.open("access", who=BO)
    assert cases.by_link(desk.house, case.link) == case.name
    assert other.link != case.link
    assert cases.by_link(desk.house, case.link[:-1]) is None
    assert [case.number, other.number] == ["2026-0001", "2026-0002"]


def test_our_own_state_holds_nothing_of_the_person_in_the_clear(desk: Desk) -> None:
    case = desk.known("erasure", "unsubscribe")
    desk.work()
    desk.erased(case)
    cases.change(desk.house, case.name, do.Note(), OLGA, "kanarie-note about Alma Vind")
    file = desk.load(case)
    assert file.asker["words"] == WORDS
    assert "kanarie-note about Alma Vind" in file.notes.values()
    everything = b"".join(
        path.read_bytes()
        for path in desk.company.home.rglob("*")
        if path.is_file() and path.parent.name != "certificates"
    )
    for canary in (ALMA, "Alma Vind", "kanarie", case.link):
        assert canary.encode() not in everything, canary
    assert b"erasure" in everything, "the search finds what is there"


def test_a_look_at_who_asks_is_entered(desk: Desk) -> None:
    case = desk.open("access")
    assert cases.personal(desk.house, case.name, OLGA, "identity")["email"] == ALMA
    from troth.requests.models import CaseView

    with cases.at_desk(desk.house) as books:
        (row,) = CaseView.objects.of(books.tenant)
        assert (row.by, row.purpose) == (OLGA, "identity")


def test_another_tenant_sees_nothing(desk: Desk) -> None:
    case = desk.open("access")
    desk.company.settings["tenant"] = "mallory"
    assert desk_lists.inbox(desk.house) == []
    assert cases.by_link(desk.house, case.link) is None
    with pytest.raises(NoCaseError):
        desk.load(case)
    desk.company.settings["tenant"] = "default"
    (line,) = desk_lists.inbox(desk.house)
    assert json.dumps(line, default=str).find(ALMA) == -1
