"""Each of the staff says where they are reminded and when they are away; a case shows it; and what was typed in of a letter is true."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from http_visitor import Page, Visitor
from running_server import Served

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
