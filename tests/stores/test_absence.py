"""Bytes are in the stores' own files before an erasure, and are not after what Troth does; without it, they stay."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

import mariadb_server
from live import KINDS, STORES, Live, World, map_of
from troth.datamap.manners import DEFAULTS
from troth.documents.words import danish
from troth.planning.executor import Todo
from troth.planning.physical import WINDOW, Spotter
from troth.planning.sought import parse
from troth.stores.mysql.settling import elsewhere
from troth.terms.errors import UsageError
from troth.terms.settings import Settings
from troth.workflows.absence import absence
from troth.workflows.after import due
from troth.workflows.house import House
from troth.workflows.sweep import typed

CANARY = "kanariefugl@bur.example"
PHONE = "+45 20 47 11 08"
DATASETS: dict[str, Any] = {
    "person": {
        "subject": "person", "key": ["id"],
        "fields": {"id": "key", "email": "email", "phone": "phone"},
    },
    "parcel": {
        "key": ["id"], "erase": "anonymise",
        "fields": {"id": "key", "person_id": "key", "remark": "free_text"},
        "links": [{"columns": ["person_id"], "to": "person [id]", "means": "OWNED_BY", "declared": True}],
    },
}  # fmt: skip
TABLES = (
    "CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(80), phone VARCHAR(40));"
    "CREATE INDEX by_email ON person (email);"
    "CREATE TABLE parcel (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person (id), remark TEXT);"
)


@pytest.fixture(params=KINDS)
def live(request: pytest.FixtureRequest, new_live: Callable[..., Live]) -> Live:
    return new_live(request.param)


def filled(live: Live) -> World:
    """A person with an indexed address and with parcels whose remarks name them, among others."""
    live.run(TABLES)
    mark = "?" if live.kind == "sqlite" else "%s"
    live.write(f"INSERT INTO person VALUES ({mark}, {mark}, {mark})", (1, CANARY, PHONE))
    for at in range(2, 60):
        live.run(f"INSERT INTO person VALUES ({at}, 'anden{at}@bur.example', NULL)")
    for at in range(40):
        live.run(
            f"INSERT INTO parcel VALUES ({at}, {1 if at % 4 == 0 else at + 2}, '{f'til {CANARY}' if at % 4 == 0 else 'x' * 300}')"
        )
    live.run(
        {
            "postgres": "ANALYZE",
            "mysql": "ANALYZE TABLE person, parcel PERSISTENT FOR ALL",
            "sqlite": "ANALYZE",
        }[live.kind]
    )
    return World({"shop": live}, map_of({"shop": DATASETS}))


def house(live: Live, folder: Path, **settings: Any) -> House:
    told = {
        "troth": 1,
        "systems": {"shop": {"url": re.sub(r"//([^:/]+):[^@]+@", r"//\1@", live.url), "datasets": DATASETS}},
    }
    path = folder / "troth.map.yaml"
    path.write_text(yaml.safe_dump(told, sort_keys=False))
    stores = {scheme: store for store in STORES.values() for scheme in store.schemes}
    return House(Settings(**settings), stores, {"TROTH_URL_SHOP": live.url}, path)


def looked(live: Live, folder: Path, *places: Path, who: str = CANARY) -> dict[str, Any]:
    """What `troth absence` says, once the server has written its pages."""
    if live.kind == "mysql":
        live.run(
            "FLUSH TABLES person FOR EXPORT; UNLOCK TABLES; FLUSH TABLES parcel FOR EXPORT; UNLOCK TABLES; FLUSH TABLES mysql.column_stats"
        )
    return absence(house(live, folder), [who], places)


def dead(told: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["part"], one["dataset"]) for one in told["found"] if one["verdict"] == "dead"}


def test_bytes_are_there_before_and_gone_after(live: Live, tmp_path: Path) -> None:
    world = filled(live)
    before = looked(live, tmp_path)
    parts = {(one["part"], one["dataset"]) for one in before["found"]}
    assert {("table", "person"), ("table", "parcel")} <= parts, "it cannot find what is there"
    assert ("index", "person") in parts or live.kind == "mysql"
    assert not before["absent"], "rows that nobody erased are residue"
    assert before["residue"]
    world.erase(CANARY)
    assert dead(looked(live, tmp_path)) or live.kind == "sqlite", "without settling the bytes stay"
    with live.opened(write=True) as store:
        settled = store.settle(["person", "parcel"])
    after = looked(live, tmp_path)
    assert dead(after) == set(), (after, settled)
    assert after["absent"]
    assert {one["verdict"] for one in after["found"]} <= {"later"}
    assert after["read"]["files"] > 0
    assert after["not_seen"]
    said = [*settled.done, *(text for todo in settled.operator for text in (todo.what, todo.how))]
    said += [one["reason"] for one in after["not_seen"]] + [
        one["remedy"] for one in before["found"] if one["remedy"]
    ]
    assert [text for text in said if danish(text) is None] == []


def test_a_live_row_that_merely_contains_the_bytes_explains_them(live: Live, tmp_path: Path) -> None:
    world = filled(live)
    live.run(f"INSERT INTO person VALUES (70, 'en.{CANARY}', NULL)")
    world.erase(CANARY)
    with live.opened(write=True) as store:
        store.settle(["person", "parcel"])
    told = looked(live, tmp_path)
    assert told["absent"], told
    assert ("table", "person") in {
        (one["part"], one["dataset"]) for one in told["found"] if one["verdict"] == "live"
    }
    assert all(one["live"] > 0 for one in told["found"] if one["verdict"] == "live")


@pytest.mark.postgres
def test_what_was_moved_out_of_the_row_is_found_and_goes(
    new_live: Callable[..., Live], tmp_path: Path
) -> None:
    live = new_live("postgres")
    world = filled(live)
    live.run("ALTER TABLE parcel ALTER remark SET STORAGE EXTERNAL")
    live.run(f"INSERT INTO parcel VALUES (100, 1, repeat('{CANARY} ', 900))")
    assert ("toast", "parcel") in {(one["part"], one["dataset"]) for one in looked(live, tmp_path)["found"]}
    world.erase(CANARY)
    assert ("toast", "parcel") in dead(looked(live, tmp_path))
    with live.opened(write=True) as store:
        store.settle(["person", "parcel"])
    assert dead(looked(live, tmp_path)) == set()


def test_what_other_programs_freed_is_found_in_a_free_page(
    new_live: Callable[..., Live], tmp_path: Path
) -> None:
    live = new_live("sqlite")
    filled(live)
    live.run(
        "UPDATE parcel SET remark = remark || hex(zeroblob(3000)) WHERE id = 0; DELETE FROM parcel; DELETE FROM person WHERE id = 1;"
    )
    told = looked(live, tmp_path)
    assert dead(told), "freed without secure_delete"
    assert not told["absent"]
    assert not told["residue"]
    with live.opened(write=True) as store:
        store.settle(["person"])
    assert looked(live, tmp_path)["absent"]


def test_a_full_text_index_forgets_the_words(new_live: Callable[..., Live]) -> None:
    for kind in ("fts4", "fts5"):
        live = new_live("sqlite", kind)
        live.run(f"CREATE VIRTUAL TABLE note USING {kind} (body);")
        for at in range(1, 40):
            live.run(f"INSERT INTO note (rowid, body) VALUES ({at}, 'kanariefugl{at}')")
        live.run("DELETE FROM note WHERE rowid < 39")
        if kind == "fts5":
            live.run("VACUUM")
            assert live.path.read_bytes().count(b"anariefugl") > 1, "VACUUM alone leaves the words"
        with live.opened(write=True) as store:
            done = store.settle(["note"]).done
        assert any("1 full-text indexes" in line for line in done)
        left = live.path.read_bytes()
        assert left.count(b"anariefugl") == left.count(b"anariefugl39") > 0, "only the row that stayed"


def test_a_reader_of_the_log_is_said_and_not_hidden(new_live: Callable[..., Live]) -> None:
    live = new_live("sqlite")
    live.run(
        "PRAGMA journal_mode=WAL; CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT); INSERT INTO note VALUES (1, 'x');"
    )
    with closing(sqlite3.connect(live.path, isolation_level=None)) as other, live.opened(write=True) as store:
        store._db.execute("PRAGMA busy_timeout=50")  # type: ignore[attr-defined]
        other.execute("BEGIN")
        other.execute("SELECT * FROM note").fetchall()
        absence_ = store.settle(["note"])
        assert not any("wal_checkpoint" in line for line in absence_.done)
        assert any("-wal" in todo.what for todo in absence_.operator)
        other.execute("COMMIT")
        assert any("wal_checkpoint" in line for line in store.settle(["note"]).done)


@pytest.mark.postgres
def test_a_table_too_large_to_be_rewritten_is_said(new_live: Callable[..., Live], tmp_path: Path) -> None:
    live = new_live("postgres")
    world = filled(live)
    world.erase(CANARY)
    with live.opened(write=True) as store:
        told = store.settle(["person", "parcel"], 0)
    assert not any("VACUUM FULL" in line for line in told.done)
    assert {todo.what.split()[0] for todo in told.operator if "was not rewritten" in todo.what} == {
        "person",
        "parcel",
    }
    assert any("pg_statistic" in todo.what for todo in told.operator)
    assert ("table", "parcel") in dead(looked(live, tmp_path)), "a plain VACUUM leaves the bytes"


@pytest.mark.postgres
def test_rows_that_an_older_transaction_may_see_are_not_called_gone(new_live: Callable[..., Live]) -> None:
    live = new_live("postgres")
    world = filled(live)
    with psycopg.connect(live.url) as old:
        old.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        old.execute("SELECT 1 FROM pg_class").fetchall()
        world.erase(CANARY)
        with live.opened(write=True) as store:
            told = store.settle(["person", "parcel"])
        assert any("dead rows stayed in person" in todo.what for todo in told.operator), told
    with live.opened(write=True) as store:
        assert not any(
            "dead rows stayed" in todo.what for todo in store.settle(["person", "parcel"]).operator
        )


@pytest.mark.postgres
def test_a_lock_that_others_hold_is_not_waited_for_long(new_live: Callable[..., Live]) -> None:
    live = new_live("postgres")
    filled(live)
    with psycopg.connect(live.url) as other, live.opened(write=True) as store:
        other.execute("LOCK TABLE parcel IN ACCESS SHARE MODE")
        began = time.monotonic()
        told = store.settle(["person", "parcel"])
        assert time.monotonic() - began < 8
        assert [todo.what for todo in told.operator if todo.what.startswith("parcel (")]
        assert any("1 tables were rewritten" in line for line in told.done)


@pytest.mark.mysql
def test_a_table_that_others_hold_is_said_and_the_next_is_rebuilt(
    new_live: Callable[..., Live],
) -> None:
    live = new_live("mysql")
    filled(live)
    impatient = live.open(write=True, manners=replace(DEFAULTS, lock_timeout=1))
    with closing(mariadb_server.connect(live.url)) as other, closing(impatient) as store:
        mariadb_server.execute(other, "BEGIN; SELECT count(*) FROM parcel")
        told = store.settle(["parcel", "person"])
    assert told.done[0] == "1 tables were rebuilt without the dead rows (OPTIMIZE)"
    (held,) = [todo.what for todo in told.operator if "could not be rebuilt" in todo.what]
    assert held.startswith("parcel ")
    assert danish(held)


def test_the_binary_log_has_its_day() -> None:
    (todo, *_) = elsewhere(
        {"log_bin": "ON", "binlog_expire_logs_seconds": "864000", "expire_logs_days": "0.000000"}
    )
    assert todo.days == 11
    (todo, *_) = elsewhere(
        {"log_bin": "ON", "binlog_expire_logs_seconds": "0", "expire_logs_days": "0.000000"}
    )
    assert todo.days is None
    assert "never" in todo.what


def test_the_day_is_the_servers_own_else_the_settings() -> None:
    today = date(2026, 11, 22)
    assert due(Todo("x", "y", 11), today, 30) == "2026-12-03"
    assert due(Todo("x", "y"), today, 30) == "2026-12-22"
    assert due(Todo("x", "y"), today, 0) is None


def test_a_copy_elsewhere_is_read_instead_and_all_of_it_counts(
    new_live: Callable[..., Live], tmp_path: Path
) -> None:
    live = new_live("sqlite")
    world = filled(live)
    copy = tmp_path / "backup" / "old.bin"
    copy.parent.mkdir()
    copy.write_bytes(live.path.read_bytes())
    world.erase(CANARY)
    with live.opened(write=True) as store:
        store.settle(["person", "parcel"])
    assert looked(live, tmp_path)["absent"]
    told = looked(live, tmp_path, copy.parent)
    assert not told["absent"]
    assert {(one["file"], one["part"]) for one in told["found"]} == {("old.bin", "file")}
    with pytest.raises(UsageError):
        looked(live, tmp_path, tmp_path / "nowhere")


@pytest.mark.parametrize(
    "written",
    [
        CANARY.encode(), CANARY.upper().encode(), CANARY.encode("utf-16-le"), b"xx" + CANARY.encode() + b"yy",
        b"kanariefugl%40bur.example", b"a2FuYXJpZWZ1Z2xAYnVyLmV4YW1wbGU=",
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", [0, WINDOW - 10, WINDOW + 5])
def test_every_spelling_is_spotted_wherever_a_window_ends(
    tmp_path: Path, written: bytes, before: int
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\x00" * before + written + b"\x01" * 100)
    spotter = Spotter(typed(0, parse(CANARY), "DK"))
    with path.open("rb") as file:
        assert len(list(spotter.stream(file))) == 1
    path.write_bytes(b"\x00" * before + b"kanariefugl@bur.other" + b"\x01" * WINDOW)
    with path.open("rb") as file:
        assert not list(spotter.stream(file))


@pytest.mark.parametrize(
    "written", [b"20471108", b"+45 20 47 11 08", b"2047-1108", "20471108".encode("utf-16-be")]
)
def test_a_phone_number_is_spotted_however_grouped(written: bytes) -> None:
    spotter = Spotter(typed(0, parse(f"phone={PHONE}"), "DK"))
    assert spotter.count(b"\x07abc " + written + b" def")
    assert not spotter.count(b"\x07abc 20471109 def")
