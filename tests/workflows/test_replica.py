"""Searches go to a real standby that has caught up; one that lags, or is none, is refused before anything is asked."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

import postgres_server as server_module
from live import STORES, Live
from postgres_server import USER, PostgresServer
from private_server import account, as_, free_port
from troth.stores.postgres.store import PostgresStore
from troth.terms.errors import StoreUnreachableError
from troth.terms.settings import Settings
from troth.workflows import replica
from troth.workflows.erase import Request, erase, preview
from troth.workflows.find import find
from troth.workflows.house import House

ALICE = "alice@inbox.example"
MAP = """troth: 1
systems:
  shop:
    url: URL
    datasets:
      person:
        subject: person
        key: [id]
        fields: {id: key, email: email}
      visit:
        key: [id]
        fields: {id: key, person_id: key, words: free_text}
        links:
          - {columns: [person_id], to: 'person [id]', means: OWNED_BY}
"""
TABLES = (
    "CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(80));"
    "CREATE TABLE visit (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person (id), words VARCHAR(90));"
    f"INSERT INTO person VALUES (1, '{ALICE}'), (2, 'bob@inbox.example');"
    f"INSERT INTO visit VALUES (1, 1, 'x'), (2, 2, 'alice wrote from {ALICE}');"
)


def house_of(live: Live, folder: Path, **environment: str) -> House:
    (folder / "troth.map.yaml").write_text(
        MAP.replace("URL", live.url if live.kind == "sqlite" else _bare(live.url))
    )
    known = {store.schemes[0]: store for store in STORES.values()}
    return House(
        Settings(vacuum=False), known, {"TROTH_URL_SHOP": live.url, **environment}, folder / "troth.map.yaml"
    )


def _bare(url: str) -> str:
    head, _, tail = url.partition("@")
    return f"{head.rpartition(':')[0]}@{tail}"


@pytest.fixture
def primary(new_live: Callable[..., Live]) -> Live:
    live = new_live("postgres")
    live.run(TABLES)
    return live


@pytest.fixture
def standby(postgres_server: PostgresServer, primary: Live, tmp_path: Path) -> Iterator[PostgresServer]:
    """A second server that replays the first one's log."""
    binaries = next(server_module._candidates())
    if not (binaries / "pg_basebackup").exists():
        pytest.skip(f"no pg_basebackup in {binaries}")
    whom, folder = account("postgres"), Path(str(postgres_server.folder) + "-standby")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    if whom:
        os.chown(folder, *whom)
    command = [
        str(binaries / "pg_basebackup"),
        "-D",
        str(folder / "data"),
        "-R",
        "-X",
        "stream",
        "-c",
        "fast",
        "--no-sync",
    ]
    command += ["-h", "127.0.0.1", "-p", str(postgres_server.port), "-U", USER]
    environment = {**os.environ, "PGPASSWORD": postgres_server.password}
    subprocess.run(command, check=True, env=environment, cwd=folder, timeout=120, **as_(whom))
    port = free_port()
    process = server_module._launch(binaries, folder, port, whom)
    server = PostgresServer(folder, port, postgres_server.password, process)
    server_module._wait(server)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def read_url(standby: PostgresServer, live: Live) -> str:
    head, _, tail = live.url.rpartition("@")
    return f"{head}@127.0.0.1:{standby.port}/{tail.partition('/')[2]}"


def test_searches_go_to_a_standby_and_a_lagging_one_is_refused(
    primary: Live, standby: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = house_of(primary, tmp_path, TROTH_READ_URL_SHOP=read_url(standby, primary))
    found = find(house, Request([ALICE]))
    assert {m["dataset"] for m in found["matches"]} == {"person", "visit"}
    # a row that was written just now is found: the standby is waited for
    primary.run("INSERT INTO visit VALUES (3, 1, 'just now')")
    primary.run(f"INSERT INTO person VALUES (9, 'new-{ALICE}')")
    assert find(house, Request([f"new-{ALICE}"]))["people"] == 1
    # paused, it would not show the next one: nothing is asked of it
    with psycopg.connect(read_url(standby, primary), autocommit=True) as db:
        db.execute("SELECT pg_wal_replay_pause()")
        primary.run(f"INSERT INTO person VALUES (10, 'late-{ALICE}')")
        monkeypatch.setattr(replica, "PATIENCE", 0.5)
        for look in (lambda: find(house, Request([f"late-{ALICE}"])), lambda: erase(house, Request([ALICE]))):
            with pytest.raises(StoreUnreachableError, match="s behind"):
                look()
        assert primary.query("SELECT count(*) FROM visit WHERE person_id = 1") == [(2,)]
        db.execute("SELECT pg_wal_replay_resume()")
    monkeypatch.setattr(replica, "PATIENCE", 30.0)
    told = erase(house, Request([ALICE]))
    assert (told["state"], told["residue"], told["left"]) == ("done", [], {})
    assert primary.query("SELECT id FROM visit ORDER BY id") == [(2,)]
    assert primary.query("SELECT words FROM visit WHERE words LIKE '%alice@%'") == []


def test_what_searches_a_standby_is_the_search_and_nothing_else(
    primary: Live, standby: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, str]] = []
    real = PostgresStore.rows

    def rows(self: PostgresStore, select: Any) -> Any:
        seen.append((self._db.info.port, type(select.where).__name__))
        return real(self, select)

    monkeypatch.setattr(PostgresStore, "rows", rows)
    house = house_of(primary, tmp_path, TROTH_READ_URL_SHOP=read_url(standby, primary))
    plan = preview(house, Request([ALICE]))
    assert {kind for port, kind in seen if port == standby.port} == {"ByIdentifiers"}
    assert "ByIdentifiers" not in {kind for port, kind in seen if port != standby.port}
    assert "ByValues" in {kind for port, kind in seen if port != standby.port}
    monkeypatch.undo()
    assert preview(house_of(primary, tmp_path), Request([ALICE]))["hash"] == plan["hash"]


def test_what_is_no_standby_of_this_database_is_refused(
    primary: Live, standby: PostgresServer, new_live: Callable[..., Live], tmp_path: Path
) -> None:
    other = new_live("postgres", "other")
    other.run(TABLES)
    for address, why in (
        (primary.url, "takes writes of its own"),
        (other.url, "takes writes of its own"),
        (
            read_url(standby, Live("postgres", primary.url.rpartition("/")[0] + "/postgres")),
            "another cluster or database",
        ),
    ):
        with pytest.raises(StoreUnreachableError, match=why):
            preview(house_of(primary, tmp_path, TROTH_READ_URL_SHOP=address), Request([ALICE]))


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("mysql", marks=pytest.mark.mysql)])
def test_where_catching_up_cannot_be_told_a_replica_is_refused(
    kind: str, new_live: Callable[..., Live], tmp_path: Path
) -> None:
    live = new_live(kind)
    live.run(TABLES)
    house = house_of(live, tmp_path)
    assert preview(house, Request([ALICE]))["people"] == 1
    with pytest.raises(StoreUnreachableError, match="no replica that we can tell"):
        preview(
            replace(house, environment={**house.environment, "TROTH_READ_URL_SHOP": live.url}),
            Request([ALICE]),
        )
