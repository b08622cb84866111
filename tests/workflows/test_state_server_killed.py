"""The server of our own state dies in the middle of a request: the worker waits for it, and ends what it began, once."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from after_world import Company
from case_desk import OLGA, PER, Desk

import postgres_server as server_module
from live import Live
from postgres_server import PostgresServer
from private_server import account
from troth.ledger.entry import parse
from troth.workflows import case_acts, cases
from troth.workflows.act import Acting
from troth.workflows.checking import verify_ledger
from troth.workflows.jobrun import working
from troth.workflows.jobs_desk import listing

pytestmark = [pytest.mark.process, pytest.mark.postgres]


@pytest.fixture
def server(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """One of its own: everybody else's must live."""
    server = server_module.start()
    yield server
    server.stop()


def crash(server: PostgresServer) -> None:
    """The server ends at once, as after a power cut."""
    server.process.send_signal(signal.SIGQUIT)
    server.process.wait(20)


def again(server: PostgresServer) -> None:
    server.process = server_module._launch(server.binaries, server.folder, server.port, account("postgres"))
    while True:
        try:
            psycopg.connect(server.url, connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return


def test_a_request_goes_on_once_the_server_answers_again(
    server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Live("sqlite", f"sqlite:///{tmp_path / 'crm.sqlite'}")
    live.path.touch()
    desk = Desk(Company(live, tmp_path / "company", {"database": server.create()}))
    case = desk.known("erasure")
    desk.work()
    case_acts.propose(desk.house, case.name, OLGA)
    case_acts.approve(desk.house, case.name, PER)
    real, batches = Acting._execute, []

    def execute(self: Acting, batch: Any) -> None:
        batches.append(batch.number)
        real(self, batch)
        if len(batches) == 1:  # the rows are gone, and nobody has written so down
            crash(server)

    monkeypatch.setattr(Acting, "_execute", execute)
    with working(replace(desk.house), 1):
        deadline = time.monotonic() + 60
        while server.process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(1.5)  # the worker meets the silence
        again(server)
        while "erasure" not in desk.load(case).case.done:
            assert time.monotonic() < deadline, listing(desk.house)
            desk.company.later(minutes=1)
            time.sleep(0.3)
    assert [row[0] for row in desk.company.names()["person"]] == [2]
    assert batches.count(0) == 2  # done before the crash, and told after it
    with cases.at_desk(desk.house) as books:
        from troth.ledger.models import Entry

        leaves = Entry.objects.of(books.tenant).values_list("leaf", flat=True)
        entries = Counter(
            (one.kind, one.public.get("step")) for one in (parse(bytes(leaf)) for leaf in leaves)
        )
    acted = {
        kind: count
        for kind, count in entries.items()
        if kind[0] in ("intent", "receipt", "erasure_completed")
    }
    assert acted
    assert set(acted.values()) == {1}
    papers = [one["file"] for one in desk.papers(case, "certificate")]
    assert papers
    assert len(papers) == len(set(papers))
    assert verify_ledger(desk.house)["holds"]
