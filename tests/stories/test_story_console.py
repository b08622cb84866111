"""What an officer does at the desk alone: letters seen and posted, more time, holds by two people, guesses of the map settled."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from http_visitor import Page, Visitor
from running_server import Served
from story_pages import all_posted, form_with, number_of, officer, until, words
from test_story_desk import typed_in

NAME, STREET = "Kirstine Brevskriver", "Postvej 4\n8000 Aarhus C"


def looks(desk: Served) -> list[tuple[str, str]]:
    """Who looked at a case's data, and what for, as our own state has it."""
    with closing(sqlite3.connect(desk.folder / ".troth" / "state.sqlite")) as state:
        return state.execute("SELECT by, purpose FROM requests_caseview ORDER BY id").fetchall()


def entered(desk: Served, kind: str) -> int:
    with closing(sqlite3.connect(desk.folder / ".troth" / "state.sqlite")) as state:
        rows = state.execute("SELECT leaf FROM ledger_leaf").fetchall()
    return sum(f'"{kind}"'.encode() in bytes(row[0]) for row in rows)


@pytest.fixture(scope="module")
def letter(desk: Served) -> str:
    """A case by letter whose acknowledgement lies there to print."""
    case = typed_in(officer(desk, "olga"), "question", name=NAME, address=STREET, words="Hvem ser mine tal?")
    until(officer(desk, "olga"), case, "acknowledgement")
    return case


def test_a_letter_is_seen_for_a_purpose_in_a_page_that_runs_nothing(desk: Served, letter: str) -> None:
    olga, before = officer(desk, "olga"), looks(desk)
    page = olga.get(letter)
    assert NAME not in page.text
    form = form_with(page)
    fields = {
        **form.fields,
        "paper": re.findall(r'name="paper" value="([0-9a-f-]+)" formaction', page.text)[0],
    }
    assert olga.post(f"{letter}letter/", {**fields, "purpose": "luck"}).status == 400
    assert looks(desk) == before
    seen = olga.post(f"{letter}letter/", {**fields, "purpose": "complaint"})
    assert NAME in seen.text
    policy = str(seen.header("Content-Security-Policy"))
    assert policy.startswith("sandbox;")
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    printed = olga.post(f"{letter}print/", {**fields, "purpose": "answer"})
    assert printed.body.startswith(b"%PDF-")
    assert looks(desk) == [*before, ("olga", "complaint"), ("olga", "answer")]


def test_posting_a_letter_is_entered_and_said_once(desk: Served, letter: str) -> None:
    olga = officer(desk, "olga")
    number = number_of(olga.get(letter))
    assert number in olga.get("/console/").text
    form = form_with(olga.get(letter), step="posted")
    assert all_posted(olga, letter) == 1
    assert "in the post" in olga.get(letter).text
    assert olga.post(form.action, dict(form.fields)).status == 422, "it is in the post already"
    assert "acknowledgement.html" not in olga.get("/console/").text


def test_more_time_is_taken_once_and_the_person_is_told(desk: Served) -> None:
    olga = officer(desk, "olga")
    case = typed_in(olga, "access", name="Tage Langtid", address=STREET)
    form = form_with(olga.get(case), step="extend")
    assert olga.post(form.action, {**form.fields, "why": ""}).status == 409, "the law wants a reason"
    step_of(olga, case, "extend", why="Sagen er vidtløftig.")
    page = until(olga, case, "more_time.html")
    again = olga.post(form.action, {**form_with(page, step="note").fields, "step": "extend", "why": "mere"})
    assert again.status == 409
    assert "no more time can be taken" in again.text
    assert 'value="extend"' not in page.text, "what cannot be done is not offered"


def step_of(desk: Visitor, case: str, name: str, **given: str) -> Page:
    form = form_with(desk.get(case), step=name)
    page = desk.post(form.action, {**form.fields, **given}, follow=True)
    assert page.status == 200, words(page)[:400]
    return page


@pytest.fixture(scope="module")
def second(desk: Served) -> Visitor:
    return officer(desk, "per", "approver")


def test_a_hold_is_placed_and_lifted_by_two(desk: Served, second: Visitor) -> None:
    olga = officer(desk, "olga")
    form = form_with(olga.get("/console/holds/"), step="place")
    told = {
        "authority": "court", "ground": "claims", "on": "billing.customer", "review": "2027-03-01", "people": "",
        "note": "Sag BS-12/2026 kræver kundens fakturaer.",
    }  # fmt: skip
    idle = olga.post("/console/holds/", {**form.fields, **told, "note": "just in case we need it"})
    assert idle.status == 422
    assert "just in case" in idle.text, "what was typed is not lost"
    assert olga.post("/console/holds/", {**form.fields, **told}, follow=True).status == 200
    mine = form_with(olga.get("/console/holds/"))
    held = next(one for one in all_forms(olga.get("/console/holds/")) if one.get("hold"))
    assert olga.post("/console/holds/", {**mine.fields, **held, "step": "confirm"}).status == 422, (
        "one alone places nothing"
    )
    theirs = {**form_with(second.get("/console/holds/")).fields, "hold": held["hold"]}
    assert second.post("/console/holds/", {**theirs, "step": "confirm"}, follow=True).status == 200
    assert "stands" in words(olga.get("/console/holds/"))
    assert second.post("/console/holds/", {**theirs, "step": "lift"}, follow=True).status == 200
    assert second.post("/console/holds/", {**theirs, "step": "confirm"}).status == 422
    assert olga.post("/console/holds/", {**mine.fields, **held, "step": "confirm"}, follow=True).status == 200
    assert "None." in words(olga.get("/console/holds/"))
    listed = desk.troth("hold", "list")
    assert listed["holds"] == []


def all_forms(page: Page) -> list[dict[str, str]]:
    from http_visitor import forms

    return [one.fields for one in forms(page.text)]


def test_a_guess_of_the_map_is_settled_on_the_page(desk: Served, second: Visitor) -> None:
    olga, path = officer(desk, "olga"), Path(desk.folder) / "troth.map.yaml"
    kept = path.read_bytes()
    try:
        page = olga.get("/console/map/")
        assert "Guesses to settle" not in page.text
        text = kept.decode()
        found = re.search(r"^( +)email: email$", text, flags=re.M)
        assert found, text[:2000]
        guess = f"{found[1]}email: email? 0.8"
        path.write_text(text.replace(found[0], guess, 1))
        page = olga.get("/console/map/")
        assert "Guesses to settle (1)" in page.text
        form = next(one for one in all_forms(page) if one.get("name"))
        assert (
            second.post(
                "/console/map/", {**form_with(second.get("/console/map/")).fields, "name": form["name"]}
            ).status
            == 403
        )
        assert (
            "Guesses to settle"
            not in olga.post("/console/map/", {**form, "step": "accept"}, follow=True).text
        )
        unknown = olga.post("/console/map/", {**form, "name": "crm.nothing.nowhere", "step": "accept"})
        assert unknown.status == 422
    finally:
        path.write_bytes(kept)
    checked = olga.post("/console/map/", {**form, "step": "check"})
    assert checked.status == 200
    assert "crm" in checked.text


def test_the_rehearsal_opens_and_names_nobody(desk: Served, letter: str, tmp_path: Path) -> None:
    import io
    import zipfile

    vera = officer(desk, "vera", "auditor")
    bundle = vera.get("/console/rehearsal/?make=yes")
    assert bundle.header("Content-Type") == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(bundle.body))
    told = {name: archive.read(name) for name in archive.namelist()}
    assert {"index.html", "index.json", "requests.json", "ledger.json"} <= told.keys()
    assert number_of(officer(desk, "olga").get(letter)).encode() in told["requests.json"], "the case is in it"
    for name, data in told.items():
        for canary in (NAME, "Postvej", "Hvem ser mine tal"):
            assert canary.encode() not in data, name
    assert json.loads(told["ledger.json"])["holds"]
