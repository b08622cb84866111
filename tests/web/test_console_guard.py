"""Who sees what of a case: nobody a person's data without a purpose, nobody another tenant's case, nobody a step without its form."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from console_case import CANARIES, Laid, form_of, laid
from http_visitor import Visitor
from running_server import ROLES, Served, start, stop

PAGES = (
    "", "type-in/", "map/", "promises/", "keep/", "holds/", "why/", "ledger/", "metrics/", "rehearsal/", "duty/",
)  # fmt: skip
NOBODY = "00000000-0000-4000-8000-000000000000"
STEPS = {
    "show": {"officer", "approver"}, "letter": {"officer", "approver"}, "print": {"officer", "approver"},
    "fetch": {"officer", "approver"}, "approve": {"officer", "approver"}, "act": {"officer"}, "others/act": {"officer"},
}  # fmt: skip


@pytest.fixture(scope="module")
def case(served: Served) -> Laid:
    return laid(served)


@pytest.fixture(scope="module")
def mallory(served: Served) -> Iterator[Visitor]:
    """An officer of another tenant, at a server of theirs over the very same state."""
    other = start(
        served.folder.parent, "--workers", "0", TROTH_SECOND_FACTOR="none", TROTH_TENANT="mallory",
    )  # fmt: skip
    yield other.sign_in("mallory", "officer")
    stop(other)


def views(served: Served) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(served.folder / ".troth" / "state.sqlite")) as state:
        return state.execute("SELECT by, purpose FROM requests_caseview ORDER BY id").fetchall()


def token(browser: Visitor) -> dict[str, str]:
    return browser.get("/console/").form("language").fields


def test_no_page_shows_a_person_to_any_role(served: Served, case: Laid) -> None:
    before = views(served)
    for role in ROLES:
        browser = served.staff(role)
        for path in (case.path, f"{case.path}others/", *(f"/console/{page}" for page in PAGES)):
            text = browser.get(path).text
            for canary in CANARIES:
                assert canary not in text, (role, path, canary)
    assert views(served) == before


def test_the_same_canaries_are_found_once_somebody_says_what_for(served: Served, case: Laid) -> None:
    """And each look stands in the ledger before anything is shown."""
    olga, before = served.staff("officer"), views(served)
    form = olga.get(case.path).form("show").fields
    who = olga.post(f"{case.path}show/", {**form, "what": "person", "purpose": "identity"})
    assert all(canary in who.text for canary in CANARIES[:3])
    rows = olga.post(f"{case.path}show/", {**form, "what": "matches", "purpose": "answer"})
    assert CANARIES[3] in rows.text
    assert olga.post(f"{case.path}show/", {**form, "what": "person", "purpose": "curiosity"}).status == 422
    assert olga.post(f"{case.path}show/", {**form, "what": "person"}).status == 422
    assert views(served) == [*before, ("officer", "identity"), ("officer", "answer")]


def test_each_step_of_a_case_is_for_the_roles_it_names(served: Served, case: Laid) -> None:
    for role in ROLES:
        browser = served.staff(role)
        sent = (
            token(browser)
            if role != "admin_tenant"
            else browser.get("/console/tasks/").form("language").fields
        )
        for name, allowed in STEPS.items():
            if name == "approve" and role in allowed:
                continue  # that would be done: the stories have it
            status = browser.post(f"{case.path}{name}/", {**sent, "step": "nonsense", "paper": NOBODY}).status
            assert (status != 403) == (role in allowed), (role, name, status)
            assert status < 500, (role, name)
        assert (browser.get(case.path).status == 200) == (role != "admin_tenant")
    waits = served.staff("approver").get(case.path).text
    assert "Approve the plan" in waits, "nothing was begun"


def test_an_officer_does_not_test_promises_for_others(served: Served) -> None:
    for role in ("approver", "support", "auditor"):
        browser = served.staff(role)
        assert browser.post("/console/promises/", {**token(browser), "step": "check"}).status == 403, role
        assert browser.post("/console/map/", {**token(browser), "step": "check"}).status == 403, role


def test_no_form_is_taken_without_its_token(served: Served, case: Laid) -> None:
    olga = served.staff("officer")
    paths = [f"{case.path}{name}/" for name in STEPS] + [
        f"/console/{name}/" for name in ("type-in", "promises", "map", "why", "holds", "jobs/again")
    ]
    for path in paths:
        assert olga.post(path, {"step": "close"}).status == 403, path
        assert (
            olga.post(path, {**token(olga), "step": "x"}, Origin="https://mallory.example").status == 403
        ), path


def test_what_is_not_there_is_not_found_whoever_asks(served: Served, case: Laid) -> None:
    olga = served.staff("officer")
    sent = {**token(olga), "purpose": "answer", "paper": case.letter, "what": "person", "step": "note"}
    for name in ("", "others/"):
        assert olga.get(f"/console/case/{NOBODY}/{name}").status == 404
    for name in STEPS:
        assert olga.post(f"/console/case/{NOBODY}/{name}/", sent).status in (404, 422), name
    assert olga.post(f"{case.path}letter/", {**sent, "paper": NOBODY}).status == 404


def test_a_paper_of_one_case_is_not_read_through_another(served: Served, case: Laid) -> None:
    olga = served.staff("officer")
    typed = {"kind": "question", "channel": "phone", "home": "DK", "language": "en", "name": "Other One"}
    other = olga.send(olga.get("/console/type-in/"), "type-in", follow=True, **typed).url
    sent = {**token(olga), "purpose": "answer", "paper": case.letter}
    for name in ("letter", "print", "fetch"):
        assert olga.post(f"{case.path}{name}/", sent).status == 200, name
        assert olga.post(f"{other}{name}/", sent).status == 404, name
    posted = olga.post(f"{other}act/", {**sent, "step": "posted"})
    assert posted.status == 404


def test_a_stranger_of_another_tenant_sees_nothing(served: Served, case: Laid, mallory: Visitor) -> None:
    before = views(served)
    for page in PAGES:
        text = mallory.get(f"/console/{page}")
        assert text.status in (200, 422), page
        assert case.number not in text.text, page
        assert case.path not in text.text, page
    sent = {**token(mallory), "purpose": "answer", "paper": case.letter, "what": "person", "step": "close"}
    assert mallory.get(case.path).status == 404
    assert mallory.get(f"{case.path}others/").status == 404
    for name in STEPS:
        assert mallory.post(f"{case.path}{name}/", sent).status in (404, 422), name
    assert views(served) == before


def test_whoever_has_no_role_in_a_tenant_is_nobody_there(served: Served, mallory: Visitor) -> None:
    """The accounts are one list; the roles are each tenant's own."""
    here = Visitor(served.base)
    here.cookies.update(mallory.cookies)
    assert here.get("/console/").status in (302, 403)


def test_a_step_that_cannot_be_is_said_in_words(served: Served, case: Laid) -> None:
    olga = served.staff("officer")
    form = form_of(olga.get(case.path), step="note")
    page = olga.post(form.action, {**form.fields, "step": "close"})
    assert page.status == 409
    assert "a letter waits to be printed or let go" in page.text
    assert olga.post(form.action, {**form.fields, "step": "nonsense"}).status == 422
    again = olga.post(form.action, {**form.fields, "step": "again", "job": NOBODY})
    assert again.status == 422
    assert served.staff("auditor").get(case.path).text.count("<form") == 2, (
        "nothing to send but language and sign-out"
    )
