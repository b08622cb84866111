"""Whoever received a person's data is told once of what was done, reminded until they confirm, and named to the person."""

from __future__ import annotations

from typing import Any

import pytest
from after_world import ALMA, BO
from case_desk import OLGA, Desk

from troth.requests import commands as do
from troth.requests.telling import acts_done
from troth.terms.errors import StoreError
from troth.workflows import case_acts, cases, manual, recipients
from troth.workflows.cases import DeclinedError, NoCaseError, Opened
from troth.workflows.checking import verify_ledger
from troth.workflows.jobs import ask

RECIPIENTS = """
recipients:
  Sporvogn Fragt A/S: {mail: privacy@sporvogn.example, gets: [crm.orders]}
  Tilsynet: {gets: [crm]}
  Another: {mail: other@sporvogn.example, gets: [crm.note]}
systems:"""
FREIGHT = "Sporvogn Fragt A/S"


@pytest.fixture
def shared(desk: Desk) -> Desk:
    path = desk.company.folder / "troth.map.yaml"
    path.write_text(path.read_text().replace("\nsystems:", RECIPIENTS, 1))
    desk.company.settings["address"] = "https://privacy.vindheim.example"
    return desk


def erased(desk: Desk, who: str = ALMA) -> Opened:
    case = desk.known("erasure", who=who)
    desk.work()
    desk.erased(case)
    return case


def states(desk: Desk, case: Opened) -> dict[str, str]:
    return {one["recipient"]: one["state"] for one in recipients.listed(desk.house, case.name)}


def names(desk: Desk, case: Opened) -> list[str]:
    return [one["once"] for one in desk.mails(case, "recipient")]


def token(desk: Desk, case: Opened) -> str:
    return str(desk.mails(case, "recipient")[0]["text"].partition("/opgave/")[2].split("/")[0])


def test_each_who_got_what_was_erased_is_told_and_nobody_else(shared: Desk) -> None:
    shared.company.live.run("DELETE FROM note;")
    case = erased(shared)
    assert states(shared, case) == {FREIGHT: "told", "Tilsynet": "due"}
    (mail,) = shared.mails(case, "recipient")
    assert (mail["to"], mail["once"]) == ("privacy@sporvogn.example", f"recipient {FREIGHT} 0")
    assert "slettet" in mail["text"]
    for word in (ALMA, "Alma", "kanarie"):
        assert word not in mail["text"] + mail["headline"]


def test_nobody_is_told_before_it_is_done(shared: Desk) -> None:
    case = shared.known("erasure")
    shared.work()
    assert states(shared, case) == {}


def test_the_same_job_again_tells_nobody_again(shared: Desk) -> None:
    case = erased(shared)
    before = names(shared, case)
    with cases.at_desk(shared.house) as books:
        ask(books, "recipients", case.name, shared.house.now())
        ask(books, "recipient_reminder", case.name, shared.house.now())
    shared.work()
    assert names(shared, case) == before
    from troth.ledger.models import Entry

    with cases.at_desk(shared.house) as books:
        told = Entry.objects.of(books.tenant).filter(kind="request_recipient_told").count()
    assert told == len(before)
    assert verify_ledger(shared.house)["holds"]


def test_a_kill_between_leaves_one_row_and_one_mail(shared: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first attempt dies after the mail was written and before the job has ended: all of it is undone, and done once."""
    real = recipients._told

    def dies(*given: Any) -> None:
        real(*given)
        raise KeyError

    monkeypatch.setattr(recipients, "_told", dies)
    case = erased(shared)
    assert (states(shared, case), names(shared, case)) == ({}, [])
    monkeypatch.setattr(recipients, "_told", real)
    shared.company.later(minutes=5)
    shared.work()
    assert states(shared, case)[FREIGHT] == "told"
    assert names(shared, case).count(f"recipient {FREIGHT} 0") == 1


def test_who_does_not_confirm_is_reminded_and_then_shown_to_the_officer(shared: Desk) -> None:
    case = erased(shared)
    late = lambda: {one["recipient"] for one in recipients.listed(shared.house, case.name) if one["late"]}  # noqa: E731
    assert late() == {"Tilsynet"}  # nobody can write to them
    for _ in range(5):
        shared.company.later(days=7)
        shared.work()
    assert [one for one in names(shared, case) if FREIGHT in one] == [
        f"recipient {FREIGHT} 0", f"recipient_reminder {FREIGHT} 1", f"recipient_reminder {FREIGHT} 2", f"recipient_reminder {FREIGHT} 3",
    ]  # fmt: skip
    assert FREIGHT in late()


def test_who_confirms_sees_whom_until_then_and_hears_no_more(shared: Desk) -> None:
    case = erased(shared)
    link = token(shared, case)
    told = recipients.page(shared.house, link)
    assert (told["name"], told["identifiers"], told["acts"]) == ("Alma Vind", [ALMA], ("erase",))
    recipients.acknowledge(shared.house, link)
    recipients.acknowledge(shared.house, link)
    told = recipients.page(shared.house, link)
    assert (told["open"], told["name"], told["identifiers"]) == (False, "", [])
    shared.company.later(days=30)
    shared.work()
    assert [one for one in names(shared, case) if FREIGHT in one] == [f"recipient {FREIGHT} 0"]
    with pytest.raises(NoCaseError):
        recipients.page(shared.house, link[:-1])


def test_an_officer_tells_by_hand_or_says_why_not(shared: Desk) -> None:
    case = erased(shared)
    for how in ("", "  "):
        with pytest.raises(DeclinedError, match="no_reason"):
            recipients.impossible(shared.house, case.name, "Tilsynet", OLGA, how)
    recipients.told_by_hand(shared.house, case.name, "Tilsynet", OLGA, "by letter")
    recipients.impossible(shared.house, case.name, FREIGHT, OLGA, "went out of business")
    assert states(shared, case)["Tilsynet"] == "told"
    assert states(shared, case)[FREIGHT] == "impossible"
    assert f"{FREIGHT}: went out of business" in shared.load(case).notes.values()
    recipients.acknowledge(shared.house, token(shared, case))
    with pytest.raises(DeclinedError, match="already_told"):
        recipients.impossible(shared.house, case.name, FREIGHT, OLGA, "they have confirmed")


def test_the_person_learns_who_was_told(shared: Desk) -> None:
    case = erased(shared)
    with cases.at_desk(shared.house) as books:
        told = recipients.told_within(books, case.name)
    assert (FREIGHT, shared.house.now().date()) in told
    assert "Tilsynet" not in dict(told)


def test_of_a_restriction_they_are_told_too_and_of_a_copy_nobody(shared: Desk) -> None:
    case = shared.known("restriction")
    shared.work()
    shared.do(case, do.Decide("restriction", "granted"), do.Act("restriction"))
    shared.work()
    assert states(shared, case)[FREIGHT] == "told"
    assert "begrænset" in shared.mails(case, "recipient")[0]["text"]
    copy = shared.known("access", who=BO)
    shared.work()
    shared.do(copy, do.Decide("access", "granted"))
    shared.work()
    assert (shared.load(copy).case.done, states(shared, copy)) == ({"access"}, {})


def test_they_are_told_once_of_everything(shared: Desk) -> None:
    case = shared.known("restriction", "erasure")
    shared.work()
    shared.do(case, do.Decide("restriction", "granted"), do.Act("restriction"))
    shared.work()
    assert (acts_done(shared.load(case).case), states(shared, case)) == ((), {})
    shared.erased(case)
    assert acts_done(shared.load(case).case) == ("erase", "restrict")
    assert "slettet og begrænset" in shared.mails(case, "recipient")[0]["text"]


def test_of_an_opt_out_all_are_told_though_nobody_was_looked_for(shared: Desk) -> None:
    """11 CCR 7026(f): nobody is asked who they are, so nobody knows who got what."""
    case = shared.open("opt_out", regime="california", country="US")
    shared.work()
    assert shared.load(case).case.searched is None
    assert set(states(shared, case)) == set(shared.house.map().recipients)
    mail = shared.mails(case, "recipient")[0]["text"]
    assert "salg og deling" in mail
    assert ALMA not in mail
    told = recipients.page(shared.house, token(shared, case))
    assert (told["acts"], told["identifiers"]) == (("opt_out",), [ALMA])


def test_of_who_takes_a_consent_back_no_law_has_recipients_told(shared: Desk) -> None:
    case = shared.open("withdrawal", "unsubscribe")
    shared.work()
    assert states(shared, case) == {}


def told(desk: Desk, case: Opened) -> list[tuple[str, tuple[str, ...]]]:
    """What was entered of who was told of what."""
    from troth.requests.models import CaseNotice

    with cases.at_desk(desk.house) as books:
        rows = CaseNotice.objects.of(books.tenant).filter(case=case.name).order_by("id")
        return [(row.recipient, tuple(telling["acts"])) for row in rows for telling in row.told]


def opted_out_and_erased(desk: Desk) -> Opened:
    """Everything is to be deleted in California: the opt-out is done at once, the erasure days later."""
    desk.company.live.run("DELETE FROM note;")
    case = desk.open("erasure", "opt_out", regime="california", country="US")
    desk.work()
    assert states(desk, case) == {FREIGHT: "told", "Another": "told", "Tilsynet": "due"}
    desk.company.later(days=3)
    desk.do(case, do.Acknowledge(), do.ShowIdentity(frozenset({"email_code"}), True))
    desk.work()
    return case


def test_who_was_told_of_the_opt_out_is_told_of_the_erasure_too(shared: Desk) -> None:
    """11 CCR 7022(b)(2): of the erasure too, and only those who got what was erased."""
    case = opted_out_and_erased(shared)
    recipients.acknowledge(shared.house, token(shared, case))
    shared.erased(case)
    assert names(shared, case) == [
        f"recipient {FREIGHT} 0", "recipient Another 0", f"recipient {FREIGHT} 1",
    ]  # fmt: skip
    first, _, again = (mail["text"] for mail in shared.mails(case, "recipient"))
    assert ("salg og deling" in first, "slettet" in first) == (True, False)
    assert ("salg og deling" in again, "slettet" in again) == (False, True)
    assert told(shared, case) == [
        (FREIGHT, ("opt_out",)), (FREIGHT, ("erase",)), ("Another", ("opt_out",)),
    ]  # fmt: skip
    assert recipients.page(shared.house, token(shared, case))["acts"] == ("opt_out", "erase")
    with pytest.raises(DeclinedError, match="more_to_do"):
        recipients.acknowledge(
            shared.house, token(shared, case), ["opt_out"]
        )  # a page from before the erasure
    assert states(shared, case) == {FREIGHT: "told", "Another": "told", "Tilsynet": "due"}
    assert verify_ledger(shared.house)["holds"]


def test_the_person_learns_on_which_day_who_was_told_of_the_erasure(shared: Desk) -> None:
    case = opted_out_and_erased(shared)
    shared.erased(case)
    erased_on = shared.house.now().date()
    recipients.told_by_hand(shared.house, case.name, "Tilsynet", OLGA, "by letter")
    shared.company.later(days=1)
    recipients.acknowledge(shared.house, token(shared, case))
    with cases.at_desk(shared.house) as books:
        assert dict(recipients.told_within(books, case.name)) == {FREIGHT: erased_on, "Tilsynet": erased_on}
    assert ("Tilsynet", ("opt_out", "erase")) in told(shared, case)


def test_reminders_are_of_the_last_telling(shared: Desk) -> None:
    case = opted_out_and_erased(shared)
    shared.erased(case)
    for _ in range(5):
        shared.company.later(days=7)
        shared.work()
    reminded = [one for one in names(shared, case) if FREIGHT in one and "reminder" in one]
    assert reminded == [f"recipient_reminder {FREIGHT} 1.{number}" for number in (1, 2, 3)]


def test_who_could_not_be_told_of_one_act_is_the_officers_again_with_the_next(shared: Desk) -> None:
    case = opted_out_and_erased(shared)
    recipients.told_by_hand(shared.house, case.name, "Tilsynet", OLGA, "by letter")
    recipients.impossible(shared.house, case.name, FREIGHT, OLGA, "they have moved")
    shared.erased(case)
    assert states(shared, case) == {FREIGHT: "due", "Another": "told", "Tilsynet": "due"}
    assert f"recipient {FREIGHT} 1" not in names(shared, case)


def test_what_was_done_before_a_search_that_failed_is_told_after_it(
    shared: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = case_acts.search

    def fails(*_: Any) -> None:
        raise StoreError("a store is away", permanent=False)

    monkeypatch.setattr(case_acts, "search", fails)
    case = shared.known("restriction")
    shared.do(case, do.Decide("restriction", "granted"), do.Act("restriction"))
    shared.work()
    assert states(shared, case) == {}
    monkeypatch.setattr(case_acts, "search", real)
    shared.company.later(minutes=5)
    shared.work()
    assert states(shared, case)[FREIGHT] == "told"


def test_who_received_from_a_system_kept_by_hand_is_told_once_its_owner_found_something(shared: Desk) -> None:
    path = shared.company.folder / "troth.map.yaml"
    told = path.read_text().replace("gets: [crm.note]", "gets: [archive]")
    kept = "owner: the archive, mail: archive@vindheim.example, holds: [full_name], says: {da: mapper, en: binders}, days: 10"
    path.write_text(f"{told}  archive:\n    manual: {{{kept}}}\n")
    case = erased(shared)
    assert set(states(shared, case)) == {FREIGHT, "Tilsynet"}
    manual.attest(shared.house, case.name, "archive", "done", OLGA)
    shared.work()
    assert states(shared, case)["Another"] == "told"
