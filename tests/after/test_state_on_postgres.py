"""Our own state in PostgreSQL keeps what it keeps in SQLite: one story through all that is written into it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from after_world import ALMA, BO, Company
from hold_world import held, holds, lifted
from notice_bakery import workshop

from live import Live
from postgres_server import PostgresServer
from troth.main import make_house, take_secrets
from troth.records import locks
from troth.records.cabinet import open_cabinet, there
from troth.terms.errors import UsageError
from troth.workflows import jobs
from troth.workflows.act import Acting
from troth.workflows.books import Books
from troth.workflows.checking import verify_ledger
from troth.workflows.erase import Request, erase, resume
from troth.workflows.jobrun import Worker
from troth.workflows.notice_versions import publish, versions
from troth.workflows.turn import BusyError, LostTurnError, count, turn

pytestmark = pytest.mark.postgres


@pytest.fixture
def company(new_live: Callable[..., Live], tmp_path: Path, postgres_url: str) -> Iterator[Company]:
    """Its own database is SQLite; what Troth keeps of it is in PostgreSQL."""
    yield Company(new_live("sqlite", "crm"), tmp_path / "company", {"database": postgres_url})
    let_go()


def let_go() -> None:
    from django.db import connection

    connection.close()


def test_what_is_written_is_found_again_and_an_old_state_put_back_learns_what_it_missed(
    company: Company, postgres_server: PostgresServer
) -> None:
    assert not there(company.home, company.settings["database"])
    told = company.erase(BO)
    assert Path(told["certificates"][0]).exists()
    assert not (company.home / "state.sqlite").exists()
    assert not (company.home / "workflows.sqlite").exists()
    company.later(days=2)
    assert [look["state"] for look in company.due()["rechecks"]] == ["clean", "clean"]
    let_go()
    old = postgres_server.create(company.settings["database"].rsplit("/", 1)[1])
    name = held(company, ALMA)
    erase(company.house(), Request((ALMA,)))
    assert ALMA in str(company.names()["person"])  # the hold keeps her
    lifted(company, name)
    company.due()
    assert ALMA not in str(company.names()["person"])
    assert not holds(company)["holds"]
    publish(company.house(), workshop(company.folder / "notice"), "2026-04-01", "en")
    assert len(versions(company.house())["versions"]) == 1
    entries = verify_ledger(company.house())["entries"]
    let_go()
    company.settings["database"] = old  # as a dump that was put back
    assert verify_ledger(company.house())["entries"] == entries
    assert len(versions(company.house())["versions"]) == 1
    let_go()
    postgres_server.drop(old)


def test_one_process_has_the_turn_and_who_lost_it_stops_before_the_next_batch(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = company.house()
    before = count(house)
    with turn(house), pytest.raises(BusyError), turn(house):
        pass
    assert count(house) == before + 2
    real = Acting._execute

    def execute(self: Acting, batch: object) -> None:
        real(self, batch)  # type: ignore[arg-type]
        with psycopg.connect(company.settings["database"], autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid != pg_backend_pid()"
            )

    monkeypatch.setattr(Acting, "_execute", execute)
    small = replace(house, settings=replace(house.settings, batch_size=1))
    with pytest.raises(LostTurnError, match="whose turn it is"):
        erase(small, Request((ALMA,)))
    monkeypatch.setattr(Acting, "_execute", real)
    assert [told["state"] for told in resume(company.house())] == ["done"]
    assert verify_ledger(company.house())["holds"]


def test_two_processes_make_the_tables_once_and_a_newer_state_is_left_alone(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = postgres_server.create()
    open_cabinet(tmp_path / "state", url)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("local",)  # the test's server says off
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('records', '0999_later', now())"
        )
    from troth.records import cabinet

    cabinet._READY.discard(url)
    with pytest.raises(UsageError, match="a newer version") as refused:
        open_cabinet(tmp_path / "state", url)
    assert url not in str(refused.value)
    let_go()
    postgres_server.drop(url)
    cabinet._READY.discard(url)
    with pytest.raises(UsageError, match="cannot be opened") as refused:
        open_cabinet(tmp_path / "state", url)
    assert postgres_server.password not in str(refused.value)
    let_go()


def test_the_address_goes_to_the_settings_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "address"
    told.write_text("postgresql://troth:kanarie@127.0.0.1/state\n")
    monkeypatch.setenv("TROTH_DATABASE", f"file:{told}")
    house = make_house(tmp_path / "troth.map.yaml", lambda _: None, take_secrets(os.environ))
    assert house.settings.database == "postgresql://troth:kanarie@127.0.0.1/state"
    assert "TROTH_DATABASE" not in os.environ
    assert "kanarie" not in repr(house.settings)


@pytest.mark.parametrize("address", ["postgresql://a:se%cret@h/d", "host=h passwort=secret"])
def test_an_address_that_cannot_be_read_is_not_repeated(tmp_path: Path, address: str) -> None:
    with pytest.raises(UsageError, match="cannot be read") as refused:
        open_cabinet(tmp_path, address)
    assert "cret" not in str(refused.value)


def test_a_worker_is_dead_once_its_session_is_gone_and_its_job_another_s(company: Company) -> None:
    house = company.house()
    books = Books(house.home, house.settings)
    jobs.ask(books, "search", "a", house.now())
    with _worker(house.settings.database) as (first, session):
        task = jobs.claim(books.tenant, first, house.now())
        assert task is not None
        other = Worker(house, threading.Event())
        other.sweep("other")
        assert jobs.workers(books.tenant) == {first}
        session.close()
        other._swept = 0.0
        other.sweep("other")
        assert jobs.workers(books.tenant) == set()
        with pytest.raises(jobs.TakenError):
            task.done(house.now())


@contextmanager
def _worker(database: str) -> Iterator[tuple[str, locks.Lock]]:
    with locks.worker(Path(), database) as (name, lock):
        yield name, lock
