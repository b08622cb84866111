"""What leaves the house names whom the notice in force names: a draft in the folder is nobody's to read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from after_world import ALMA, Company
from notice_bakery import workshop

from live import Live
from troth.requests import commands as do
from troth.terms.errors import TamperedError
from troth.workflows import asking, cases
from troth.workflows.cases import at_desk
from troth.workflows.checks import notice_of
from troth.workflows.letters_out import letter
from troth.workflows.notice_versions import activate, publish
from troth.workflows.rehearsal_parts import WORK
from troth.workflows.shown_notice import held_notice, shown_notice

DRAFT = {
    "authority.name: Datatilsynet": "authority.name: Draft Authority",
    "da: Vært, en: Host,": "da: Kladdevært, en: Draft Host,",
    "controller.name: Lyngby Cykelværksted ApS": "controller.name: Draft ApS",
}


@pytest.fixture
def company(new_live: Callable[..., Live], tmp_path: Path) -> Company:
    """A company whose notice is in force, and in whose folder the next one is being written."""
    made = Company(new_live("sqlite", "crm"), tmp_path / "company")
    folder = workshop(made.folder / "notice")
    head = folder / "notice.yaml"
    whole = head.read_text(encoding="utf-8").replace(
        "authority.contact:",
        "authority.address: Carl Jacobsens Vej 35\n  authority.website: dt.example\n  authority.contact:",
    )
    head.write_text(whole, encoding="utf-8")
    publish(made.house(), folder, made.house().now().date().isoformat(), "en")
    activate(made.house())
    made.clock[0] += timedelta(days=1)
    return made


def drafted(company: Company) -> None:
    path = company.folder / "notice" / "notice.yaml"
    text = path.read_text(encoding="utf-8")
    for before, after in DRAFT.items():
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")
    assert notice_of(company.house()).facts["authority.name"].value.en == "Draft Authority"


def half_written(company: Company) -> None:
    (company.folder / "notice" / "notice.yaml").write_text("notice: [", encoding="utf-8")


def certificate(company: Company) -> str:
    company.erase(ALMA)
    (path,) = (company.home / "certificates").glob("*.html")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("meanwhile", [drafted, half_written])
def test_the_certificate(company: Company, meanwhile: Callable[[Company], None]) -> None:
    meanwhile(company)
    page = certificate(company)
    assert "klage til Datatilsynet (dt.example), eller" in page
    assert "Draft" not in page


@pytest.mark.parametrize("meanwhile", [drafted, half_written])
def test_a_letter(company: Company, meanwhile: Callable[[Company], None]) -> None:
    house = company.house()
    came = do.Open(("access",), "eu", "DK", "da", "letter", house.now().date(), frozenset())
    case = asking.open_case(house, came, {"name": "Alma Vind", "email": ALMA, "proven": [ALMA]}, "olga")
    why = do.Decide("access", "refused", ("eu.excessive",), "the fifth this week")
    for step in (
        do.Acknowledge(),
        do.ShowIdentity(frozenset({"email_code"}), enough=True),
        do.Searched(found=True),
        why,
    ):
        cases.change(house, case.name, step, "olga")
    meanwhile(company)
    with at_desk(house) as books:
        us = letter(house, books, case.name, "refusal").company
    assert (us.name, us.authority) == ("Lyngby Cykelværksted ApS", "Datatilsynet")


def test_the_bundle_for_an_authority(company: Company) -> None:
    names = ("processors.json", "promises.html", "register-controller.html")
    before = {name: WORK[name](company.house()) for name in names}
    drafted(company)
    path = company.folder / "notice" / "promises.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("P2Y", "P9Y"), encoding="utf-8")
    assert {name: WORK[name](company.house()) for name in names} == before
    assert [one["name"]["en"] for one in json.loads(before["processors.json"])] == ["Host"]
    half_written(company)
    assert {name: WORK[name](company.house()) for name in names} == before


def test_where_the_version_is_not_what_was_published_the_bundle_shows_no_draft(company: Company) -> None:
    drafted(company)
    with closing(sqlite3.connect(company.home / "state.sqlite")) as state, state:
        state.execute("UPDATE notice_version SET files = replace(files, 'P2Y', 'P9Y')")
    for name in ("processors.json", "promises.html", "register-controller.html"):
        with pytest.raises(TamperedError, match="not the one that was published"):
            WORK[name](company.house())
    assert "Draft Authority" in certificate(company), (
        "the folder's own words, as on the portal: nobody waits for it"
    )


def test_the_day_is_the_version_s_own(company: Company) -> None:
    """The notice itself names no day: it was given as it was published."""
    house = company.house()
    assert notice_of(house).effective is None
    first = held_notice(house)
    assert first.effective == (house.now() - timedelta(days=1)).date()
    drafted(company)
    again = shown_notice(house)
    assert (again.effective, again.digest) == (first.effective, first.digest)
