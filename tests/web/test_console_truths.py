"""Small truths of the console: who is away, to whom a request came, and why a row is still here."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from http_visitor import Page, Visitor
from running_server import Served
from story_pages import number_of

TYPED = {"channel": "letter", "home": "DK", "language": "en", "name": "Asker Asp"}


def rows(served: Served) -> list[Any]:
    with closing(sqlite3.connect(served.folder / ".troth" / "state.sqlite")) as state:
        return state.execute(
            "SELECT name, mail, since, until, deputy FROM security_duty ORDER BY id"
        ).fetchall()


def say(browser: Visitor, **given: str) -> Page:
    return browser.send(browser.get("/console/duty/"), "duty", follow=True, **given)


def typed(browser: Visitor, kind: str, **more: str) -> Page:
    page = browser.send(
        browser.get("/console/type-in/"), "type-in", follow=True, **{**TYPED, "kind": kind, **more}
    )
    assert page.status == 200
    return page


def test_who_is_away_says_so_and_their_cases_show_it(served: Served) -> None:
    dora, dan = served.sign_in("dora", "officer"), served.staff("approver")
    today = datetime.now(UTC).date()
    day, later = today.isoformat(), (today + timedelta(days=3)).isoformat()
    for wrong, says in (
        ({"since": day}, "Write a last day"), ({"until": day}, "Write both the first and the last day"),
        ({"since": day, "until": "2020-01-01"}, "Write a last day"), ({"deputy": "nobody-here"}, "Nobody else on the staff"),
        ({"deputy": "dora"}, "Nobody else on the staff"), ({"mail": "dora"}, "Write an e-mail address"),
    ):  # fmt: skip
        page = say(dora, **wrong)
        assert (page.status, says in page.text) == (422, True), wrong
    assert "dora" not in {row[0] for row in rows(served)}
    given = {"mail": "dora@havgry.example", "since": day, "until": later, "deputy": "approver"}
    kept = say(dora, **given)
    assert "It is kept." in kept.text
    assert all(f'value="{value}"' in kept.text for value in given.values())
    assert ("dora", *given.values()) in rows(served)
    assert "dora@havgry.example" not in dan.get("/console/duty/").text, "everybody says it of themselves"
    path = typed(dora, "question").url
    dora.send(dora.get(path), "act", follow=True, step="assign", to="dora", deputy="")
    assert f"away until {later}; reminders go to approver" in dora.get(path).text
    say(dora, since="", until="")
    assert "away until" not in dora.get(path).text
    served.troth("staff", "remove", "dora")
    assert "dora" not in {row[0] for row in rows(served)}, "a closed account reads no mail"


def test_a_shine_the_light_request_has_longer_where_it_came_to_somebody_else(served: Served) -> None:
    olga = served.staff("officer")
    named = typed(olga, "shine", home="US-CA", received="2026-01-05")
    other = typed(olga, "shine", home="US-CA", received="2026-01-05", elsewhere="on")
    assert ("2026-02-04" in named.text, "2026-06-04" in named.text) == (True, False)
    assert ("2026-02-04" in other.text, "2026-06-04" in other.text) == (False, True)


def test_why_a_row_is_still_here_is_said_in_the_reader_s_language(served: Served) -> None:
    """The reason of a rule by its word, not by its name in the file."""
    with closing(sqlite3.connect(served.folder / "billing.sqlite")) as billing:
        (number,) = billing.execute("SELECT min(invoice_id) FROM invoice").fetchone()
    olga = served.staff("officer")
    token = olga.get("/console/").form("language").fields
    page = olga.post("/console/why/", {**token, "row": f"billing.invoice={number}"})
    assert page.status == 200
    assert "legal obligation" in page.text
    assert "legal_obligation" not in page.text


def test_a_case_is_found_by_its_number(served: Served) -> None:
    olga = served.staff("officer")
    path = urlsplit(typed(olga, "question").url).path
    number = number_of(olga.get(path))
    year, told = number.split("-")
    for wanted in (number, f" {year}-{int(told)} "):
        found = olga.get(f"/console/?{urlencode({'number': wanted})}")
        assert (found.status, found.header("Location")) == (302, path)
    for wanted in ("2019-0001", "2019", f"{number}0000000000", "' OR 1=1", "٢٠٢٦-٠٠٠١", "<b>"):
        page = olga.get(f"/console/?{urlencode({'number': wanted})}")
        assert page.status == 404
        assert "No case has that number." in page.text
        assert "<b>" not in page.text
    assert olga.get("/console/?number=").status == 200
