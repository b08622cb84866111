"""A job is there exactly if what demands it is; it is claimed by one worker, tried again, and left to a person in the end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from troth.terms.errors import StoreError, UsageError
from troth.terms.settings import Settings
from troth.workflows import jobs
from troth.workflows.books import Books
from troth.workflows.house import House
from troth.workflows.jobrun import Worker, working
from troth.workflows.jobs import Task, ask

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Desk:
    """A state of its own, a clock that is moved by hand, and kinds of jobs that write down what they did."""

    def __init__(self, home: Path) -> None:
        self.at = START
        self.did: list[tuple[str, int]] = []
        self.house = House(Settings(home=home), {}, {}, home.parent / "troth.map.yaml", clock=lambda: self.at)
        self.books = Books(home, self.house.settings)
        self.kinds: dict[str, Callable[[House, Task], None]] = {"note": self._note, "due": self._note}

    def _note(self, _: House, task: Task) -> None:
        self.did.append((task.case, task.attempt))

    def ask(self, kind: str, case: str = "", due: datetime = START, once: str = "") -> None:
        with transaction.atomic():
            ask(self.books, kind, case, due, once)

    def off(self) -> int:
        worker, count = Worker(self.house, threading.Event(), self.kinds), 0
        with worker.alive() as (name, _):
            while worker.one(name):
                count += 1
        return count

    def rows(self) -> list[Any]:
        from troth.records.models import Job

        return list(Job.objects.of("default").order_by("id"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "state")


def test_what_is_rolled_back_asks_for_nothing_and_the_same_is_asked_for_once(desk: Desk) -> None:
    def undone() -> None:
        with transaction.atomic():
            ask(desk.books, "note", "a", START)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    for _ in range(3):
        desk.ask("note", "b", once="b note")
    assert [row.case for row in desk.rows()] == ["b"]
    assert desk.off() == 1
    desk.ask("note", "b", once="b note")
    assert desk.off() == 0
    assert desk.did == [("b", 1)]


def test_jobs_run_in_the_order_in_which_they_are_due_and_no_sooner(desk: Desk) -> None:
    for case, hours in (("c", 2), ("a", 0), ("b", -1)):
        desk.ask("note", case, START + timedelta(hours=hours))
    desk.off()
    assert [case for case, _ in desk.did] == ["b", "a"]
    desk.at += timedelta(hours=2)
    desk.off()
    assert [case for case, _ in desk.did] == ["b", "a", "c"]


def test_a_poison_job_is_tried_at_growing_lengths_and_left_to_a_person_while_others_go_on(desk: Desk) -> None:
    def poison(_: House, task: Task) -> None:
        raise ValueError("the address is alma@mosebryg.example")

    desk.kinds["poison"] = poison
    desk.ask("poison", "p")
    for number, pause in enumerate((timedelta(0), *jobs.PAUSES)):
        desk.at += pause - timedelta(seconds=1)
        assert desk.off() == 0 or not pause
        desk.at += timedelta(seconds=1)
        desk.ask("note", f"other {number}", desk.at)
        desk.off()
    row = desk.rows()[0]
    assert (row.state, row.attempts) == ("failed", len(jobs.PAUSES) + 1)
    assert "ValueError" in row.fault
    assert "test_jobs.py" in row.fault
    assert "alma" not in row.fault
    assert len(desk.did) == len(jobs.PAUSES) + 1


def test_what_cannot_help_is_not_tried_again_and_a_fault_of_ours_keeps_its_place_only(desk: Desk) -> None:
    def refused(_: House, task: Task) -> None:
        raise StoreError("no", permanent=True, place="shop.customer")

    def usage(_: House, task: Task) -> None:
        raise UsageError("alma is not there", place="shop")

    desk.kinds |= {"refused": refused, "usage": usage}
    desk.ask("refused")
    desk.ask("usage")
    desk.off()
    assert [(row.state, row.fault) for row in desk.rows()] == [
        ("failed", "StoreError shop.customer"), ("waiting", "UsageError shop"),
    ]  # fmt: skip


def test_an_effect_and_the_end_of_its_job_are_one(desk: Desk) -> None:
    """A worker that was thought dead ends what another has taken: its own effect is undone."""
    desk.ask("note", "a")
    with Worker(desk.house, threading.Event()).alive() as (first, _):
        slow = jobs.claim("default", first, START)
        assert slow is not None
        jobs.put_back("default", first, START)
        quick = jobs.claim("default", "another", START)
        assert quick is not None

        def ends(task: Task) -> None:
            with transaction.atomic():
                ask(desk.books, "effect", task.worker, START)
                task.done(START)

        with pytest.raises(jobs.TakenError):
            ends(slow)
        ends(quick)
        quick.done(START)  # said twice by the same worker, it is said once
    assert [(row.kind, row.case, row.state) for row in desk.rows()] == [
        ("note", "a", "done"), ("effect", "another", "waiting"),
    ]  # fmt: skip


def test_two_jobs_of_one_case_never_run_at_a_time(desk: Desk) -> None:
    for case in ("a", "a", "b", "", ""):
        desk.ask("note", case)
    claimed = [jobs.claim("default", f"w{n}", START) for n in range(5)]
    assert [task.case if task else None for task in claimed] == ["a", "b", "", "", None]
    assert claimed[0] is not None
    claimed[0].done(START)
    again = jobs.claim("default", "w5", START)
    assert again is not None
    assert again.case == "a"


def test_a_dead_workers_job_is_taken_up_and_a_living_ones_is_not(desk: Desk) -> None:
    desk.ask("note", "a")
    other = Worker(desk.house, threading.Event(), desk.kinds)
    with other.alive() as (name, _):
        jobs.claim("default", name, START)
        other.sweep("other")
        assert desk.rows()[0].state == "claimed"
    other._swept = 0.0
    other.sweep("other")
    assert (desk.rows()[0].state, desk.rows()[0].fault) == ("waiting", jobs.DIED)
    desk.off()
    assert ("a", 2) in desk.did


@pytest.mark.parametrize(("mail", "wanted"), [
    ({}, {"due"}), ({"mail": "folder:mails", "mail_from": "a@b.example"}, {"due", "mail_round", "digest"}),
    ({"imap": "imaps://a:b@mail.example/"}, {"due", "mail_round"}),
])  # fmt: skip
def test_what_the_calendar_asks_for(desk: Desk, mail: dict[str, str], wanted: set[str]) -> None:
    """Staff who gave an address of their own are reminded whether or not there is an office."""
    house = replace(desk.house, settings=replace(desk.house.settings, **mail))  # type: ignore[arg-type]
    Worker(house, threading.Event(), desk.kinds).sweep("w")
    assert {row.kind for row in desk.rows()} == wanted


def test_what_comes_back_is_asked_for_once_at_a_time(desk: Desk) -> None:
    every = timedelta(minutes=5)
    for minutes, wanted in ((0, 1), (1, 1), (10, 1)):
        desk.at = START + timedelta(minutes=minutes)
        jobs.ask_again("default", "due", every, desk.at)
        assert len(desk.rows()) == wanted
    desk.off()
    for minutes, wanted in ((14, 1), (16, 2), (17, 2)):
        jobs.ask_again("default", "due", every, START + timedelta(minutes=minutes))
        assert len(desk.rows()) == wanted


def test_workers_in_this_process_run_what_is_asked_for_at_once_and_end_when_told(desk: Desk) -> None:
    seen = threading.Event()
    began = threading.Thread(name="none")

    def hear(_: House, task: Task) -> None:
        nonlocal began
        began = threading.current_thread()
        seen.set()

    desk.kinds["note"] = hear
    with working(desk.house, 2, desk.kinds):
        desk.ask("note", "a")
        assert seen.wait(20)
    assert began.name.startswith("worker")
    assert desk.rows()[0].state == "done"
    assert not list((desk.house.home / "workers").iterdir())


def test_what_somebody_waits_for_comes_first(desk: Desk) -> None:
    desk.ask("note", "a")
    desk.ask("code", "b")
    task = jobs.claim(desk.books.tenant, "w", START)
    assert task is not None
    assert task.kind == "code"


def test_a_job_is_claimed_off_the_index_however_many_wait(desk: Desk) -> None:
    """A claim that sorts what waits takes longer the more there is: 10,000 jobs were never done."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for case in "abc":
        desk.ask("note", case)
    with CaptureQueriesContext(connection) as asked:
        assert jobs.claim(desk.books.tenant, "w", START)
    looks = [one["sql"] for one in asked.captured_queries if "rank" in one["sql"]]
    looks = [sql for sql in looks if sql.startswith("SELECT")]
    assert looks
    with connection.cursor() as cursor:
        for sql in looks:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            steps = [str(step[-1]) for step in cursor.fetchall()]
            assert steps[0].startswith("SEARCH records_job USING INDEX job_turn"), steps
            assert not any("TEMP B-TREE FOR ORDER" in step for step in steps), steps


def test_who_comes_second_to_a_job_takes_the_next_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for case in "ab":
        desk.ask("note", case)
    alone, tenant = jobs.alone_within, desk.books.tenant

    def meanwhile(name: str) -> None:
        alone(name)
        monkeypatch.setattr(jobs, "alone_within", alone)
        from troth.records.models import Job

        Job.objects.of(tenant).filter(case="a").update(state="claimed", worker="other", attempts=1)

    monkeypatch.setattr(jobs, "alone_within", meanwhile)
    second = jobs.claim(tenant, "w", START)
    assert second is not None
    assert second.case == "b"
    assert jobs.claim(tenant, "w", START) is None
