"""However many have asked, the bundle's list of cases is written one after the other, in as many statements and as little memory."""

from __future__ import annotations

import gc
import io
import json
import weakref
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from case_desk import Desk

from troth.documents.rehearsal import MOST_LATE
from troth.requests import commands as do
from troth.workflows import rehearsal_requests
from troth.workflows.cases import File
from troth.workflows.rehearsal_requests import requests

MANY = 1_500


def test_statements_do_not_grow_with_cases(desk: Desk) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> tuple[int, Any]:
        with CaptureQueriesContext(connection) as seen, io.BytesIO() as file:
            told = requests(desk.house, file)
            assert told.size == len(file.getvalue())
            return len(seen.captured_queries), json.loads(file.getvalue())

    desk.open("access")
    few, one = asked()
    for _ in range(5):
        desk.do(desk.open("access", "erasure"), do.Acknowledge())
    assert asked()[0] == few
    numbers = [case["number"] for case in asked()[1]]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == len(one) + 5


def test_no_case_is_held_once_it_is_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same late case many times: never more than two of them live at once, and what is told of them is bounded."""
    day = desk.house.now().date() - timedelta(days=200)
    file = desk.load(desk.open("access", received=day))
    gone: list[int] = []
    most = 0

    def many(*_: object) -> Iterator[File]:
        nonlocal most
        for at in range(MANY):
            one = File(file.case, f"2026-{at:04d}", file.due, file.opened, {}, file.events, {})
            weakref.finalize(one, gone.append, at)
            most = max(most, at + 1 - len(gone))
            yield one

    monkeypatch.setattr(rehearsal_requests, "each", many)
    gc.disable()  # what is let go is gone at once, or it hangs together
    try:
        told = requests(desk.house, io.BytesIO())
    finally:
        gc.enable()
    assert (told.asked, told.missed, len(told.late)) == (MANY, MANY, MOST_LATE)
    assert most <= 2


def test_nobody_asked_is_an_empty_list(desk: Desk) -> None:
    file = io.BytesIO()
    assert requests(desk.house, file).asked == 0
    assert json.loads(file.getvalue()) == []
