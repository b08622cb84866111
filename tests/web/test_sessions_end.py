"""A session ends by itself; who only polls does not keep it alive; and whoever asks too often waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from running_server import Served

from troth.records.cabinet import open_cabinet
from troth.web.site import sessions
from troth.web.site.sessions import LONGEST, Ended

START = datetime(2026, 11, 23, 8, tzinfo=UTC)


class Session(dict[str, Any]):
    """As Django's, as far as it is asked here."""

    def is_empty(self) -> bool:
        return not self


class Desk:
    """One browser at the console and a clock; whether the session was ended, and what it holds."""

    def __init__(self) -> None:
        self.now, self.ended = START, False
        self.session = Session(_auth_user_id="1")

    def look(self, after: timedelta, path: str = "/console/", **headers: str) -> None:
        self.now += after
        request = RequestFactory().get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        request.session, request.user = self.session, SimpleNamespace(is_authenticated=True)  # type: ignore[assignment]
        Ended(lambda _: HttpResponse())(request)

    def end(self, request: HttpRequest) -> None:
        self.ended = True
        self.session.clear()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    open_cabinet(tmp_path / ".troth")
    one = Desk()
    monkeypatch.setattr(sessions, "logout", one.end)
    with override_settings(TROTH_HOUSE=SimpleNamespace(now=lambda: one.now)):
        yield one


def test_it_is_touched_by_pages_and_not_by_polls(desk: Desk) -> None:
    desk.look(timedelta())
    assert desk.session["seen"] == START.isoformat()
    desk.look(timedelta(seconds=30))
    assert desk.session["seen"] == START.isoformat()  # not written for every page
    desk.look(timedelta(minutes=5), Sec_Fetch_Mode="cors")
    assert desk.session["seen"] == START.isoformat()
    desk.look(timedelta(minutes=5), Sec_Fetch_Mode="navigate")
    assert desk.session["seen"] == desk.now.isoformat()


def test_it_ends_ten_hours_after_the_sign_in_however_busy(desk: Desk) -> None:
    desk.look(timedelta())
    for _ in range(59):
        desk.look(timedelta(minutes=10))
        assert not desk.ended
    desk.look(timedelta(minutes=11))
    assert desk.ended
    assert timedelta(hours=10) == LONGEST


def test_elsewhere_no_session_is_looked_at(desk: Desk) -> None:
    desk.look(timedelta(), "/da/")
    assert "since" not in desk.session


def test_who_sends_too_often_waits_and_is_told_how_long(strict: Served) -> None:
    stranger, said = strict.visitor(), 0
    for _ in range(61):
        page = stranger.post("/da/ask/", {"a": "b"})
        said = page.status
        if said != 403:
            break
    assert (said, page.title) == (429, "Vent et øjeblik")
    assert 0 < int(str(page.header("Retry-After"))) <= 600
    assert page.header("Set-Cookie") is None
    assert stranger.get("/da/").status == 200  # reading is free
