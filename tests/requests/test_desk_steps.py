"""What an officer does at the desk where something went another way: an unclear mail, a plan that moved, work that failed."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from after_world import ALMA
from case_desk import OLGA, PER, Desk
from django.apps import apps
from raw_mails import plain

from troth.requests import commands as do
from troth.requests.case import Case
from troth.terms.errors import UsageError
from troth.workflows import asking, case_acts, cases
from troth.workflows import desk as office
from troth.workflows.asking import Asked
from troth.workflows.cases import DeclinedError, Opened
from troth.workflows.jobrun import Worker
from troth.workflows.mail_in import accept


def steps(at: Desk, case: Opened) -> list[str]:
    return [event.name for event in at.load(case).events]


def may(at: Desk, case: Opened) -> frozenset[str]:
    return office.may(at.house, at.load(case))


def jobs(at: Desk, case: Opened) -> Any:
    with cases.at_desk(at.house) as books:
        return list(apps.get_model("records", "Job").objects.of(books.tenant).filter(case=case.name))


def failed(at: Desk, case: Opened) -> str:
    """One job of the case that has given up."""
    job = jobs(at, case)[0]
    job.state, job.fault, job.attempts, job.ended = "failed", "StoreError: crm", 9, at.house.now()
    job.save()
    return str(job.name)


def test_an_unclear_request_is_understood_and_may_then_be_worked_on(desk: Desk) -> None:
    case = desk.open(unclear=True)
    with pytest.raises(DeclinedError, match=r"unclear|identity_open|not_asked"):
        case_acts.propose(desk.house, case.name, OLGA)
    act(desk, case, "understand", {"kind-erasure": "yes", "kind-objection": "yes", "home": "DK"})
    file = desk.load(case)
    assert (file.case.unclear, set(file.case.kinds)) == (False, {"erasure", "objection"})


def act(at: Desk, case: Opened, step: str, given: dict[str, str], by: str = OLGA) -> None:
    office.act(at.house, case.name, by, step, given)


def test_a_plan_that_moved_is_put_before_a_person_again(desk: Desk) -> None:
    case = desk.known("erasure")
    desk.work()
    case_acts.propose(desk.house, case.name, OLGA)
    desk.company.live.run("INSERT INTO orders VALUES (9, 1, 'a net');")
    case_acts.approve(desk.house, case.name, PER)
    desk.work()
    assert "plan_moved" in steps(desk, case)
    assert desk.company.live.query("SELECT count(*) FROM person WHERE id = 1") == [(1,)], "nothing was erased"
    assert "propose" in may(desk, case)
    desk.erased(case)
    assert "erasure" in desk.load(case).case.done
    assert desk.company.live.query("SELECT count(*) FROM person WHERE id = 1") == [(0,)]


def test_work_that_failed_is_tried_again_under_a_name_and_only_through_its_own_case(desk: Desk) -> None:
    case, other = desk.known("erasure"), desk.known("access", who="bo@vindheim.example")
    name = failed(desk, case)
    assert [one["fault"] for one in board(desk)["jobs"]["shown"]] == ["StoreError: crm"]
    with pytest.raises(UsageError, match="no such job"):
        act(desk, other, "again", {"job": name})
    act(desk, case, "again", {"job": name})
    job = next(one for one in jobs(desk, case) if one.name == name)
    assert (job.state, job.attempts, job.ended) == ("waiting", 0, None)
    assert board(desk)["jobs"] == {"total": 0, "shown": []}
    with pytest.raises(UsageError, match="no job of this name has failed"):
        act(desk, case, "again", {"job": name})
    assert "job_retried" in kinds(desk)


def board(at: Desk) -> dict[str, Any]:
    return office.board(at.house)


def kinds(at: Desk) -> list[str]:
    """What the ledger has entered, in order."""
    with cases.at_desk(at.house) as books:
        rows = apps.get_model("ledger", "Entry").objects.of(books.tenant)
        return list(rows.order_by("index").values_list("kind", flat=True))


def test_a_case_that_nobody_takes_shows_up(desk: Desk) -> None:
    case = desk.open("question")
    assert (board(desk)["nobody"].cases, board(desk)["nobody"].total) == ([], 0)
    desk.company.clock[0] += timedelta(days=desk.house.settings.unassigned_days)
    assert [one["name"] for one in board(desk)["nobody"].cases] == [case.name]
    desk.do(case, do.Assign(OLGA, PER))
    assert (board(desk)["nobody"].cases, board(desk)["nobody"].total) == ([], 0)


def test_a_question_is_answered_at_its_own_place(desk: Desk) -> None:
    """Two triggers, one looked at: the other still stands before the plan."""
    for table in ("orders", "invoice"):
        desk.company.live.run(
            f"CREATE TRIGGER look_{table} AFTER DELETE ON {table} BEGIN DELETE FROM loose WHERE id = 99; END;"
            if table == "orders"
            else f"CREATE TRIGGER look_{table} AFTER UPDATE ON {table} BEGIN DELETE FROM loose WHERE id = 99; END;"
        )
    case = desk.known("erasure")
    desk.work()
    case_acts.propose(desk.house, case.name, OLGA)
    asked = page(desk, case)["asked"]
    assert len(asked) == 2
    assert all(one["name"] == f"{one['id']}@{one['place']}" for one in asked)
    case_acts.propose(desk.house, case.name, OLGA, [asked[0]["name"]])
    assert [one["place"] for one in page(desk, case)["asked"]] == [asked[1]["place"]]
    assert not desk.load(case).case.plan
    case_acts.propose(desk.house, case.name, OLGA, [one["name"] for one in asked])
    assert page(desk, case)["asked"] == []
    assert desk.load(case).case.plan


def page(at: Desk, case: Opened) -> dict[str, Any]:
    return office.case(at.house, case.name)


def test_the_batches_of_an_erasure_are_counted(desk: Desk) -> None:
    case = desk.known("erasure")
    desk.work()
    assert page(desk, case)["batches"] is None
    case_acts.propose(desk.house, case.name, OLGA)
    case_acts.approve(desk.house, case.name, PER)
    seen = []
    told = replace(desk.house, progress=lambda _: seen.append(page(desk, case)["batches"]))
    Worker(told, threading.Event()).off()
    counted = [one for one in seen if one]
    assert counted, "somebody who looked on saw it"
    assert all(done <= total for done, total in counted)
    assert counted == sorted(counted)
    assert page(desk, case)["batches"] is None, "it is done, and what was frozen is gone"
    assert ALMA not in str(page(desk, case)["plan"])


def test_what_a_mail_may_ask_beside_is_confirmed_at_one_click(desk: Desk) -> None:
    """The copy was certain and the second half was not; an officer reads it, and says yes to both at once."""
    words = "Jeg vil gerne have en kopi af mine data. Bagefter fjerner I hele molevitten."
    taken = accept(desk.house, plain(words, "Begge dele", ALMA))
    case = Opened(taken.case, "", "")
    found = office.case(desk.house, case.name)["suggested"]
    assert found == {"kinds": ["access", "erasure"], "home": "DK"}
    assert desk.load(case).case.unclear, "nothing is done by itself"
    act(
        desk,
        case,
        "understand",
        {"home": found["home"], **{f"kind-{kind}": "yes" for kind in found["kinds"]}},
    )
    file = desk.load(case)
    assert (file.case.unclear, file.case.kinds) == (False, ("access", "erasure"))
    assert office.case(desk.house, case.name)["suggested"] == {}


def test_what_a_mail_says_no_to_is_not_suggested(desk: Desk) -> None:
    case = Case("c", ("access",), unclear=True)
    mail = {"kind": "mail", "perhaps": ["erasure", "objection", "opt_out"], "denied": ["erasure"]}
    assert office.suggested(case, [{"kind": "letter"}, mail])["kinds"] == ["access", "objection"], (
        "nor what that law does not know"
    )
    assert office.suggested(replace(case, unclear=False), [mail]) == {}
    assert office.suggested(replace(case, kinds=()), []) == {}


def test_what_a_sender_asked_before_is_looked_for_where_it_is_known_who_sent_it(desk: Desk) -> None:
    """Mails and calls without an address have no sender in common, and nothing that is sealed is fetched for a list of days."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    first, again = (asking.ask(desk.house, Asked("see", "da", asker={"email": ALMA})) for _ in range(2))
    unknown = [desk.open("erasure"), desk.open("access")]
    assert office.earlier(desk.house, again.name) == [("access", desk.house.now().date())]
    for case, looks in ((unknown[1], 0), (again, 1), (first, 1)):
        with CaptureQueriesContext(connection) as seen:
            found = office.earlier(desk.house, case.name)
        assert len(found) == looks
        told = [one["sql"] for one in seen.captured_queries if '"requests_caserow"' in one["sql"]]
        assert len(told) == 1 + looks, "its own row"
        assert not any("sealed" in sql for sql in told[1:])


@pytest.mark.parametrize("ground", ["us.delete_exempt", "nonsense", "dk.bookkeeping"])
def test_a_decision_rests_on_a_ground_that_its_law_has(desk: Desk, ground: str) -> None:
    case = desk.known("access")
    desk.work()
    given = {"kind": "access", "outcome": "refused", "why": "Because.", "ground": ground}
    with pytest.raises(UsageError):
        office.act(desk.house, case.name, OLGA, "decide", given)
    assert not desk.load(case).case.decisions
    office.act(desk.house, case.name, OLGA, "decide", {**given, "ground": "eu.legal_claims"})
    assert desk.load(case).case.decisions["access"].grounds == ("eu.legal_claims",)
