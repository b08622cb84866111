"""A system kept by hand: its owner is asked in each case, reminded, and believed as attested; no case is complete before they answered."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from after_world import ALMA, BO
from case_desk import OLGA, Desk

from troth.requests import commands as do
from troth.requests.attested import attested
from troth.requests.commands import Refusal
from troth.requests.deadlines import dues
from troth.requests.life import decide
from troth.requests.metrics import facts
from troth.requests.punctual import late
from troth.workflows import answer_links, case_papers, cases, manual
from troth.workflows.cases import DeclinedError, NoCaseError, Opened
from troth.workflows.checking import verify_ledger

ARCHIVE = """\
  archive:
    manual:
      owner: the archive
      mail: env:ARCHIVE_MAIL
      holds: [full_name, address]
      says: {da: mapper i kælderen, en: binders in the basement}
      days: 10
"""
OWNER = "archive@vindheim.example"


@pytest.fixture
def by_hand(desk: Desk) -> Desk:
    path = desk.company.folder / "troth.map.yaml"
    path.write_text(path.read_text() + ARCHIVE)
    desk.company.settings["address"] = "https://privacy.vindheim.example"
    desk.company.variables["ARCHIVE_MAIL"] = OWNER
    return desk


def names(desk: Desk, case: Opened) -> list[str]:
    return [one["once"] for one in desk.mails(case, "manual")]


def token(desk: Desk, case: Opened) -> str:
    """The secret part of the link, as it stands in the mail to the owner."""
    return desk.mails(case, "manual")[0]["text"].partition("/opgave/")[2].split("/")[0]


def asked(desk: Desk, *kinds: str, **more: Any) -> Opened:
    case = desk.known(*kinds, **more)
    desk.work()
    return case


def test_the_owner_is_asked_by_a_mail_that_names_nobody(by_hand: Desk) -> None:
    case = asked(by_hand, "access")
    (mail,) = by_hand.mails(case, "manual")
    assert (mail["to"], mail["once"]) == (OWNER, "manual archive 1")
    text = mail["text"]
    assert "mapper i kælderen" in text
    assert "https://privacy.vindheim.example/da/opgave/" in text
    for word in (ALMA, "Alma", "Vind ", "kanarie"):
        assert word not in text + mail["headline"]


def test_the_page_behind_the_link_says_whom_and_the_view_is_entered(by_hand: Desk) -> None:
    case = asked(by_hand, "access")
    told = manual.page(by_hand.house, token(by_hand, case))
    assert (told["name"], told["identifiers"], told["to_do"]) == ("Alma Vind", [ALMA], ("copy",))
    assert told["words"] == ""  # only what is to be corrected is shown in the person's words
    from troth.requests.models import CaseView

    with cases.at_desk(by_hand.house) as books:
        views = [(view.by, view.purpose) for view in CaseView.objects.of(books.tenant).filter(case=case.name)]
    assert views == [("owner of archive", "manual system")]


def test_a_link_opens_its_own_case_and_dies_with_it(by_hand: Desk) -> None:
    case, other = asked(by_hand, "access"), asked(by_hand, "access")
    mine, theirs = token(by_hand, case), token(by_hand, other)
    assert mine != theirs
    with cases.at_desk(by_hand.house) as books:
        assert answer_links.whose(books, mine).case == case.name
        for wrong in (mine[:-1], "", case.link):
            with pytest.raises(NoCaseError):
                answer_links.whose(books, wrong)
        with pytest.raises(NoCaseError):
            answer_links.whose(books, mine, "recipient")
    by_hand.do(case, do.Retract(), by="person")
    with pytest.raises(NoCaseError):
        manual.page(by_hand.house, mine)
    with pytest.raises(DeclinedError, match="closed"):
        manual.answer(by_hand.house, mine, "nothing")


def test_no_case_is_complete_before_the_owner_has_answered(by_hand: Desk) -> None:
    case = asked(by_hand, "access")
    by_hand.do(case, do.Decide("access", "granted"))
    by_hand.work()
    file = by_hand.load(case)
    assert (file.case.done, file.case.complete, file.case.waiting) == ({"access"}, False, ("archive",))
    answer = decide(file.case, do.Deliver(), by_hand.house.now(), OLGA)
    assert answer == Refusal("manual_open", {"system": "archive"})
    manual.answer(by_hand.house, token(by_hand, case), "nothing", "kanarie-owner looked under V")
    assert by_hand.load(case).case.complete
    (told,) = manual.answers(by_hand.house, case.name)
    assert (told["said"], told["by"], told["on"]) == ("nothing", "the archive", by_hand.house.now().date())
    says, why = manual.words_of(by_hand.house.map(), by_hand.load(case))["archive"]
    assert says == ("mapper i kælderen", "binders in the basement")
    assert why.en.endswith(": nothing is held, as attested on 2026-03-01")
    assert why.da.endswith(": der er intet; bekræftet 2026-03-01")


def test_nothing_is_done_before_it_is_decided_and_a_refusal_asks_for_nothing(by_hand: Desk) -> None:
    case = asked(by_hand, "erasure")
    link = token(by_hand, case)
    with pytest.raises(DeclinedError, match="not_decided_yet"):
        manual.answer(by_hand.house, link, "done")
    manual.answer(by_hand.house, link, "found")
    assert manual.page(by_hand.house, link)["waits"] is True
    by_hand.do(case, do.Decide("erasure", "refused", ("eu.claims",), "a claim is pending"))
    by_hand.work()
    assert by_hand.load(case).case.manual == {"archive": "done"}
    assert names(by_hand, case) == ["manual archive 1"]


def test_what_was_found_is_erased_once_it_is_decided(by_hand: Desk) -> None:
    case = asked(by_hand, "erasure")
    link = token(by_hand, case)
    manual.answer(by_hand.house, link, "found")
    by_hand.erased(case)
    assert names(by_hand, case) == ["manual archive 1", "manual_act archive 1"]
    assert by_hand.load(case).case.complete is False
    assert manual.page(by_hand.house, link)["to_do"] == ("erase",)
    manual.answer(by_hand.house, link, "done")
    assert by_hand.load(case).case.complete


def certificate(desk: Desk, case: Opened) -> dict[str, Any]:
    (one,) = [paper for paper in desk.papers(case, "certificate") if paper["file"].endswith(".json")]
    with cases.at_desk(desk.house) as books:
        told: dict[str, Any] = json.loads(case_papers.paper(books, case.name, one["name"], desk.house.now()))
    return told


def test_the_certificate_says_what_was_attested_and_what_is_still_open(by_hand: Desk) -> None:
    first, second = asked(by_hand, "erasure"), asked(by_hand, "erasure", who=BO)
    manual.answer(by_hand.house, token(by_hand, first), "nothing")
    said = {}
    for case in (first, second):
        by_hand.erased(case)
        listed = certificate(by_hand, case)["not_searched"]
        said[case.name] = [one["reason"] for one in listed if one["what"] == "archive"]
    begins = "kept by the archive by hand, no program looks into it: "
    assert said == {
        first.name: [begins + "nothing is held, as attested on 2026-03-01"],
        second.name: [begins + "its owner is asked in each case"],
    }


def test_an_owner_is_reminded_and_then_the_officer_is_told_each_once(by_hand: Desk) -> None:
    case = asked(by_hand, "access")
    for _ in range(14):
        by_hand.company.later(days=1)
        by_hand.work()
        by_hand.work()
    assert names(by_hand, case) == [
        "manual archive 1", "manual_reminder archive 1", "manual_reminder archive 2",
    ]  # fmt: skip
    assert manual.answers(by_hand.house, case.name)[0]["late"] is True
    assert list(by_hand.load(case).notes.values()) == ["archive: the archive have not answered by 2026-03-11"]


def test_who_has_answered_is_not_reminded(by_hand: Desk) -> None:
    case = asked(by_hand, "access")
    manual.answer(by_hand.house, token(by_hand, case), "nothing")
    by_hand.company.later(days=14)
    by_hand.work()
    assert names(by_hand, case) == ["manual archive 1"]


def test_the_owners_day_is_before_the_persons(by_hand: Desk) -> None:
    case = asked(by_hand, "access")
    system = by_hand.house.map().manual["archive"]
    now, file = by_hand.house.now(), by_hand.load(case)
    assert manual.due(by_hand.house, file.case, system, now) == now.date() + timedelta(days=10)
    late = now + timedelta(days=20)
    assert file.due is not None
    assert manual.due(by_hand.house, file.case, system, late) == file.due - manual.MARGIN
    assert (
        manual.due(by_hand.house, file.case, system, now + timedelta(days=90))
        == (now + timedelta(days=91)).date()
    )


def test_a_file_goes_to_the_person_only_through_the_officer(by_hand: Desk) -> None:
    case = asked(by_hand, "access")
    scan = manual.Upload("folder.pdf", "application/pdf", b"kanarie-scan")
    manual.answer(by_hand.house, token(by_hand, case), "done", uploads=[scan])
    assert by_hand.papers(case, "copy") == []
    (handed,) = by_hand.papers(case, manual.HANDED)
    manual.hand_over(by_hand.house, case.name, handed["name"], OLGA)
    assert by_hand.paper(case, "copy") == b"kanarie-scan"
    with pytest.raises(Exception, match="nobody handed over"):
        manual.hand_over(by_hand.house, case.name, by_hand.papers(case, "findings")[0]["name"], OLGA)


def test_an_officer_enters_what_the_owner_said_by_phone(by_hand: Desk) -> None:
    case = asked(by_hand, "access")
    manual.attest(by_hand.house, case.name, "archive", "nothing", OLGA, "they called")
    assert manual.answers(by_hand.house, case.name)[0]["by"] == OLGA
    with pytest.raises(DeclinedError, match="no_such_system"):
        manual.attest(by_hand.house, case.name, "cellar", "nothing", OLGA)


def test_nothing_of_it_stands_in_the_clear(by_hand: Desk) -> None:
    case = asked(by_hand, "rectification")
    link = token(by_hand, case)
    assert "kanarie-words" in manual.page(by_hand.house, link)["words"]
    scan = manual.Upload("kanarie-file", "text/plain", b"kanarie-scan")
    manual.answer(by_hand.house, link, "found", "kanarie-owner found Alma Vind", [scan])
    state = b"".join(path.read_bytes() for path in by_hand.company.home.glob("state.sqlite*"))
    assert b"archive" in state
    for word in (b"kanarie", ALMA.encode(), b"Alma Vind", OWNER.encode(), link.encode()):
        assert word not in state
    assert verify_ledger(by_hand.house)["holds"]


def test_without_an_address_of_ours_the_job_waits_and_says_why(by_hand: Desk) -> None:
    by_hand.company.settings |= {
        "address": "",
        "mail": "smtp://127.0.0.1:9",
        "mail_from": "us@vindheim.example",
    }
    case = asked(by_hand, "access")
    from troth.records.models import Job

    with cases.at_desk(by_hand.house) as books:
        (row,) = Job.objects.of(books.tenant).filter(kind="manual")
    assert (row.state, by_hand.mails(case, "manual")) == ("waiting", [])
    assert row.fault == "UsageError TROTH_ADDRESS"


def test_what_is_only_stopped_is_told_to_the_owner_without_a_search(by_hand: Desk) -> None:
    case = asked(by_hand, "unsubscribe")
    file = by_hand.load(case)
    assert (file.case.searched, file.case.waiting, file.case.done) == (None, ("archive",), {"unsubscribe"})
    assert names(by_hand, case) == ["manual_stop archive 1"]
    told = manual.page(by_hand.house, token(by_hand, case))
    assert (told["to_do"], told["identifiers"], told["waits"], told["words"]) == (
        ("stop",),
        [ALMA],
        False,
        "",
    )
    assert file.case.delivered is None
    manual.answer(by_hand.house, token(by_hand, case), "done")
    assert by_hand.load(case).case.complete


EVERYTHING = ("erasure", "opt_out", "limit", "unsubscribe")
CALIFORNIA = {"regime": "california", "country": "US"}


def stop_token(desk: Desk, case: Opened) -> str:
    return str(desk.mails(case, "manual_stop")[0]["text"].partition("/opgave/")[2].split("/")[0])


def test_a_no_that_needs_no_proof_is_passed_on_though_the_person_never_shows_who_they_are(
    by_hand: Desk,
) -> None:
    """11 CCR 7026(f), 7027(g): fifteen business days, and no verification."""
    case = by_hand.open(*EVERYTHING, **CALIFORNIA)
    by_hand.work()
    file = by_hand.load(case)
    assert (file.case.verified, file.case.searched, dict(file.case.stops)) == (
        None,
        None,
        {"archive": "open"},
    )
    assert names(by_hand, case) == ["manual_stop archive 1"]
    told = manual.page(by_hand.house, stop_token(by_hand, case))
    assert (told["to_do"], told["identifiers"], told["choices"]) == (
        ("stop",),
        [ALMA],
        ("nothing", "done", "found"),
    )
    (act,) = [due for due in dues(file.case) if due.clock.id == "california.opt_out"]
    assert (act.met, set(act.kinds)) == (False, {"opt_out", "limit"})
    assert {one.kind: one.answered for one in facts(file.case, file.events)} == dict.fromkeys(EVERYTHING)
    by_hand.do(case, do.Acknowledge(), do.AskIdentity(), do.FailIdentity())
    by_hand.do(
        case, do.Decide("erasure", "refused", ("california.not_verified",), "nobody showed who they are")
    )
    by_hand.work()
    assert by_hand.load(case).case.waiting == ("archive",)
    by_hand.company.later(days=3)
    manual.answer(by_hand.house, stop_token(by_hand, case), "done")
    file = by_hand.load(case)
    assert file.case.complete
    (act,) = [due for due in dues(file.case) if due.clock.id == "california.opt_out"]
    assert act.met
    days = {one.kind: one.days for one in facts(file.case, file.events)}
    assert days == {"erasure": None, "opt_out": 3, "limit": 3, "unsubscribe": 3}


def test_what_was_stopped_says_nothing_of_what_is_held(by_hand: Desk) -> None:
    """An owner who stopped the mail is asked all the same what they hold, once it is known who asks."""
    case = by_hand.open(*EVERYTHING, **CALIFORNIA)
    by_hand.work()
    manual.answer(by_hand.house, stop_token(by_hand, case), "done")
    by_hand.do(case, do.Acknowledge(), do.ShowIdentity(frozenset({"email_code"}), True))
    by_hand.work()
    file = by_hand.load(case)
    assert (dict(file.case.stops), dict(file.case.manual)) == ({"archive": "done"}, {"archive": "open"})
    assert names(by_hand, case) == ["manual_stop archive 1", "manual archive 1"]
    assert attested(file.events) == {}, "no certificate says that it was looked into"
    assert [(one["stop"], one["said"]) for one in manual.answers(by_hand.house, case.name)] == [
        (False, "open"),
        (True, "done"),
    ]
    looked = by_hand.mails(case, "manual archive")[0]["text"].partition("/opgave/")[2].split("/")[0]
    assert manual.page(by_hand.house, looked)["choices"] == ("nothing", "found")
    manual.answer(by_hand.house, looked, "nothing")
    assert by_hand.load(case).case.waiting == ()


def test_the_clock_of_an_opt_out_hangs_on_who_must_stop_and_not_on_who_must_look(by_hand: Desk) -> None:
    case = asked(by_hand, *EVERYTHING, **CALIFORNIA)
    met = lambda: {due.clock.id: due.met for due in dues(by_hand.load(case).case)}["california.opt_out"]  # noqa: E731
    assert by_hand.load(case).case.manual == {"archive": "open"}
    assert not met()
    manual.attest(by_hand.house, case.name, "archive", "done", OLGA, stop=True)
    assert by_hand.load(case).case.waiting == ("archive",)
    assert met()


def test_who_has_not_stopped_it_is_reminded_and_late_by_the_law(by_hand: Desk) -> None:
    case = by_hand.open(*EVERYTHING, **CALIFORNIA)
    for _ in range(30):
        by_hand.work()
        by_hand.company.later(days=1)
    assert names(by_hand, case) == [f"manual_stop archive {number}" for number in (1, 2, 3)]
    assert "archive: the archive have not said that they stopped it by" in " ".join(
        by_hand.load(case).notes.values()
    )
    manual.answer(by_hand.house, stop_token(by_hand, case), "done")
    file = by_hand.load(case)
    ran_out = late(file.case, file.events, by_hand.house.now().date())
    assert "california.opt_out" in {due.clock.id for due in ran_out}
    assert next(iter(file.notes.values())).startswith("archive: the archive have not said")


def test_an_objection_to_marketing_reaches_the_binders_beside_a_copy(by_hand: Desk) -> None:
    """GDPR Art. 21(3), which no proof of identity may hold up."""
    case = by_hand.open("access", "marketing_objection")
    by_hand.work()
    assert names(by_hand, case) == ["manual_stop archive 1"]
    assert decide(by_hand.load(case).case, do.AskOwners(("archive",)), by_hand.house.now(), "system") == ()


def test_once_the_person_was_answered_nobody_new_is_asked_to_stop(by_hand: Desk) -> None:
    case = asked(by_hand, "unsubscribe")
    manual.answer(by_hand.house, stop_token(by_hand, case), "done")
    by_hand.do(case, do.Deliver())
    told = decide(by_hand.load(case).case, do.AskOwners(("cellar",)), by_hand.house.now(), "system")
    assert isinstance(told, Refusal)
    assert told.id == "already_told"


def test_what_was_stopped_is_confirmed_though_the_rest_was_taken_back(by_hand: Desk) -> None:
    case = by_hand.open(*EVERYTHING, **CALIFORNIA)
    by_hand.work()
    by_hand.do(case, do.Retract(), by="person")
    by_hand.company.later(days=9)
    by_hand.work()
    assert names(by_hand, case) == ["manual_stop archive 1", "manual_stop archive 3"]
    assert manual.page(by_hand.house, stop_token(by_hand, case))["to_do"] == ("stop",)
    manual.answer(by_hand.house, stop_token(by_hand, case), "done")
    file = by_hand.load(case)
    assert (dict(file.case.stops), file.case.state) == ({"archive": "done"}, "closed")
    fates = {one.kind: (one.fate, one.days) for one in facts(file.case, file.events)}
    assert fates["erasure"] == ("retracted", None)
    assert fates["opt_out"] == ("granted", 9)
    with pytest.raises(DeclinedError, match="closed"):
        manual.attest(by_hand.house, case.name, "archive", "nothing", OLGA)
