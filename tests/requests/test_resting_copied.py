"""Whoever is left alone stays so when our own state is put back from before they asked, wherever it was saved or killed."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from after_world import ALMA, BO
from case_desk import OLGA, Desk

from troth.records.journal import Journal
from troth.requests import commands as do
from troth.workflows import lifting, resting
from troth.workflows.guard import restore_guard

Rests = set[tuple[Any, ...]]


def rests(desk: Desk) -> Rests:
    """Everything that rests or did, as our state has it."""
    from troth.requests.models import Resting
    from troth.workflows.cases import at_desk

    with at_desk(desk.house) as books:
        rows = Resting.objects.of(books.tenant)
        return set(rows.values_list("mark", "rest", "purpose", "kind", "case", "since", "until", "lifted"))


def may(desk: Desk, who: str, purpose: str = "deliver") -> bool:
    return bool(resting.may_use(desk.house, who, purpose)["may"])


def put_back(desk: Desk, saved: Path) -> None:
    shutil.rmtree(desk.company.home)
    shutil.copytree(saved, desk.company.home)


def history(desk: Desk) -> Iterator[None]:
    """A year in which things begin to rest and end, each in its own way."""
    marketing = desk.open("marketing_objection", who=BO)
    desk.work()
    yield
    restricted = desk.known("restriction")
    yield
    desk.work()
    yield
    objected = desk.known("objection", who=BO)
    desk.work()
    yield
    desk.do(objected, do.Retract(), by="person")
    desk.work()
    yield
    desk.do(restricted, do.Decide("restriction", "granted"), do.Act("restriction"))
    lifting.announce(
        desk.house, restricted.name, "restriction", OLGA, "over", desk.house.now().date() + timedelta(days=3)
    )
    yield
    for _ in range(2):
        desk.company.later(days=2)
        desk.work()
    yield
    again = desk.known("restriction", who=BO)
    desk.work()
    assert marketing.name != again.name
    yield
    desk.do(again, do.Decide("restriction", "refused", ("eu.claims",), "it is right"), do.Deliver())
    desk.work()
    yield
    desk.company.later(hours=1)
    desk.do(again, do.Decide("restriction", "granted"))
    desk.work()
    yield


def test_a_state_put_back_from_any_moment_leaves_the_same_people_alone(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifting, "write", lambda *given, **named: None)
    desk.open("question", who="cy@vindheim.example")
    desk.work()
    saved = []
    for number, _ in enumerate(history(desk)):
        saved.append(tmp_path / f"saved-{number}")
        shutil.copytree(desk.company.home, saved[-1])
    whole = rests(desk)
    assert {row[1] for row in whole} == {"marketing", "processing"}
    assert {row[-2] is None for row in whole} == {True, False}, "some rest, some did"
    assert {row[-1] for row in whole if row[-2] is not None} == {True, False}, "and some were lifted"
    assert len({row[:5] for row in whole}) < len(whole), "and some began again"
    seen = set()
    for one in saved:
        put_back(desk, one)
        assert rests(desk) == whole
        assert (may(desk, ALMA), may(desk, BO), may(desk, BO, "marketing")) == (True, False, False)
        put_back(desk, one)
        seen.add(len(before_the_copy(desk)))
    assert len(seen) > 3, "the saved states knew of less"
    shutil.rmtree(desk.company.home)
    assert (may(desk, ALMA), may(desk, BO)) == (True, False), "the copy alone still knows"


def before_the_copy(desk: Desk) -> list[Any]:
    """What a saved state knows by itself."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(desk.company.home / "state.sqlite")) as db:
        return db.execute("SELECT mark, kind, until FROM requests_resting").fetchall()


def test_a_new_second_copy_holds_what_rests_and_no_name(desk: Desk) -> None:
    desk.known("restriction")
    desk.work()
    journal = desk.company.home.with_name(".troth.copy") / "journal.jsonl"
    journal.write_bytes(b"")
    rests(desk)
    assert '"rests"' in journal.read_text()
    assert ALMA not in journal.read_text()


def test_a_case_put_back_from_before_it_was_known_who_asks_ends_no_rest(desk: Desk, tmp_path: Path) -> None:
    """Its own state never wanted what the copy knows to rest: so it is not that state's to end."""
    case = desk.open("restriction", "marketing_objection")
    saved = tmp_path / "saved"
    desk.do(case, do.Acknowledge())
    shutil.copytree(desk.company.home, saved)
    desk.do(case, do.ShowIdentity(frozenset({"email_code"}), True))
    desk.work()
    assert not may(desk, ALMA)
    put_back(desk, saved)
    desk.work()
    assert not may(desk, ALMA)
    desk.do(case, do.ShowIdentity(frozenset({"email_code"}), True))
    desk.work()
    desk.do(
        case,
        do.Decide("restriction", "refused", ("eu.no_ground_to_restrict",), "none is there"),
        do.Deliver(),
    )
    desk.work()
    live = {row[3] for row in rests(desk) if row[-2] is None}
    assert live == {"marketing_objection"}, "refused, and told so, in the case as it goes on now"


@pytest.mark.process
@pytest.mark.parametrize("after", [False, True])
def test_a_kill_while_the_copy_is_written_loses_no_rest(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    from django.db import connection

    case = desk.open("restriction")
    desk.do(case, do.Acknowledge(), do.ShowIdentity(frozenset({"email_code"}), True))
    saved = tmp_path / "saved"
    shutil.copytree(desk.company.home, saved)
    connection.close()
    child = os.fork()
    if child == 0:
        real: Callable[..., int] = Journal.append

        def append(self: Journal, lines: Any) -> int:
            lines = list(lines)
            dying = any('"rests"' in line for line in lines)
            if dying and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            size = real(self, lines)
            if dying:
                os.kill(os.getpid(), signal.SIGKILL)
            return size

        monkeypatch.setattr(Journal, "append", append)
        desk.work()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    whole = rests(desk)
    assert whole
    put_back(desk, saved)
    assert rests(desk) == whole


def test_a_restored_backup_of_a_store_leaves_them_alone_too(desk: Desk, tmp_path: Path) -> None:
    """What rests stands in our own state and not in their rows, so that no backup can take it away."""
    backup = tmp_path / "backup.sqlite"
    shutil.copyfile(desk.company.live.path, backup)
    taken = desk.house.now()
    desk.company.later(hours=1)
    desk.known("restriction")
    desk.work()
    assert not may(desk, "phone=20304050"), "found by the search"
    told = restore_guard(desk.house, f"crm=sqlite:///{backup}", taken.isoformat())
    assert (told["still_visible"], told["uncertain"]) == (0, 0)
    shutil.copyfile(backup, desk.company.live.path)
    assert not may(desk, ALMA)
    assert not may(desk, "phone=20304050")
