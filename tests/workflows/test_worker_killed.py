"""A worker killed in the middle of a request: another finishes it, and what was done was done once."""

from __future__ import annotations

import copy
import os
import random
import shutil
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from after_world import Company
from case_desk import OLGA, PER, Desk
from nursery import Nursery

from live import Live
from postgres_server import PostgresServer
from troth.ledger.entry import parse
from troth.workflows import case_acts, cases
from troth.workflows.cases import Opened

pytestmark = pytest.mark.process
WORK = ("worker", "--once")
KILLS = int(os.environ.get("CRASH_KILLS", "3"))


class Request:
    """An approved erasure that waits for a worker, in a folder that can be copied, state and all."""

    def __init__(self, place: Path, server: PostgresServer | None) -> None:
        self.place, self.server, self.made = place, server, 0
        self.folder = place / "first"
        self.url = server.create() if server else ""
        self.folder.mkdir()
        live = Live("sqlite", f"sqlite:///{self.folder / 'crm.sqlite'}")
        live.path.touch()
        self.desk = Desk(Company(live, self.folder, {"database": self.url} if server else {}))
        text = (self.folder / "troth.map.yaml").read_text()
        (self.folder / "troth.map.yaml").write_text(text.replace(live.url, "sqlite:///crm.sqlite"))
        self.case: Opened = self.desk.known("erasure")
        self.desk.work()
        case_acts.propose(self.desk.house, self.case.name, OLGA)
        case_acts.approve(self.desk.house, self.case.name, PER)
        self._let_go()

    def _let_go(self) -> None:
        from django.db import connection

        connection.close()

    def copy(self) -> Path:
        """The same once more; where our state is in PostgreSQL, `database` in the folder says where the copy is."""
        self.made += 1
        folder = self.place / str(self.made)
        shutil.copytree(self.folder, folder)
        if self.server:
            (folder / "database").write_text(self.server.create(self.url.rsplit("/", 1)[1]))
        return folder

    def environment(self) -> dict[str, str]:
        return {"TROTH_DATABASE": "file:database"} if self.server else {}

    def left(self, folder: Path) -> dict[str, Any]:
        """What is there once nobody works any more: the company's rows, the case, its papers, the ledger's entries."""
        company = copy.copy(self.desk.company)
        url = (folder / "database").read_text() if self.server else ""
        company.live = Live("sqlite", f"sqlite:///{folder / 'crm.sqlite'}")
        company.folder, company.settings = folder, {"database": url} if url else {}
        desk = Desk(company)
        with cases.at_desk(desk.house) as books:
            from troth.ledger.models import Entry

            leaves = [bytes(leaf) for leaf in Entry.objects.of(books.tenant).values_list("leaf", flat=True)]
        case = desk.load(self.case).case
        kinds = Counter(parse(leaf).kind for leaf in leaves)
        told = {
            "rows": company.names(), "done": case.done, "certificates": len(desk.papers(self.case, "certificate")),
            "entries": {kind: count for kind, count in kinds.items() if kind in _ONCE},
        }  # fmt: skip
        self._let_go()
        return told


_ONCE = ("plan_approved", "intent", "receipt", "erasure_completed", "tombstone", "request_acted")


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_killed_anywhere_in_a_request_another_worker_finishes_it_once(
    nursery: Nursery, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("postgres_server") if kind == "postgres" else None
    asked = Request(tmp_path, server)
    whole = asked.copy()
    ended = nursery.run(whole, *WORK, **asked.environment())
    assert ended.code == 0, ended.err
    wanted = asked.left(whole)
    assert (wanted["done"], wanted["entries"]["erasure_completed"]) == ({"erasure"}, 1)
    assert [row[0] for row in wanted["rows"]["person"]] == [2]
    dice, points = random.Random(kind), len(ended.points)
    for part in range(KILLS):  # one in each stretch of the work
        at = dice.randrange(1 + part * points // KILLS, 1 + (part + 1) * points // KILLS)
        folder = asked.copy()
        killed = nursery.run(folder, *WORK, kill_at=at, **asked.environment())
        assert killed.code == -signal.SIGKILL, (at, killed.err)
        ended = nursery.run(folder, *WORK, **asked.environment())
        assert ended.code == 0, ended.err
        assert asked.left(folder) == wanted, (at, ended.points[:3], killed.points[-1])
