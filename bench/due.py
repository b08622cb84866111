"""Figures of retention: 1,000,000 due rows of 1,200,000, worked off by Troth, by one DELETE, and by a DELETE in batches."""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import psycopg

from bench import server
from troth.main import make_house
from troth.workflows.retain import preview, run

DUE, KEPT, BATCH = 1_000_000, 200_000, 10_000
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BEFORE = "2025-12-01 00:00+01"
MAP = """
troth: 1
systems:
  web:
    url: {url}
    datasets:
      visit:
        key: [id]
        fields: {{id: key, page: none, ip: ip_address, seen: date}}
"""
RULES = """
retention: 1
zone: Europe/Copenhagen
rules:
  visits:
    datasets: [web.visit]
    clock: {event: row_created, column: seen}
    keep: 90d
    reason: operations
    outcome: erase
"""
Figure = tuple[str, str]


def build(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as database:
        database.execute(
            "CREATE TABLE visit (id bigint PRIMARY KEY, page text, ip text, seen timestamptz);"
            f"INSERT INTO visit SELECT n, '/page/' || n % 997, '192.0.2.' || n % 250,"
            f" CASE WHEN n % {(DUE + KEPT) // KEPT} = 0 THEN timestamptz '2026-02-01' ELSE timestamptz '2024-01-01' END"
            f" + n * interval '1 second' / 10 FROM generate_series(1, {DUE + KEPT}) n;"
        )
        database.execute("VACUUM ANALYZE visit")
        database.execute("CHECKPOINT")


def by_hand(url: str) -> float:
    """One statement for all rows."""
    with psycopg.connect(url, autocommit=True) as database:
        began = perf_counter()
        database.execute("DELETE FROM visit WHERE seen < %s::timestamptz", (BEFORE,))
        return perf_counter() - began


def by_hand_in_batches(url: str) -> float:
    """As somebody would write it who must not hold a lock for long: the next keys, a commit each."""
    last, began = 0, perf_counter()
    with psycopg.connect(url, autocommit=True) as database:
        while True:
            found = database.execute(
                "WITH k AS (SELECT id FROM visit WHERE seen < %s::timestamptz AND id > %s ORDER BY id LIMIT %s),"
                " d AS (DELETE FROM visit v USING k WHERE v.id = k.id) SELECT max(id) FROM k",
                (BEFORE, last, BATCH),
            ).fetchone()
            if found is None or found[0] is None:
                return perf_counter() - began
            last = found[0]


def by_troth(url: str, folder: Path) -> tuple[float, float, int]:
    """Seconds of the preview and of the run, and statements; raises where anything due is left."""
    folder.mkdir()
    named = url if "///" in url else f"{url.partition(':')[0]}://web/web"
    (folder / "troth.map.yaml").write_text(MAP.format(url=named), encoding="utf-8")
    (folder / "troth.retention.yaml").write_text(RULES, encoding="utf-8")
    os.environ |= {"TROTH_URL_WEB": url, "TROTH_VACUUM": "no"}
    try:
        house = make_house(folder / "troth.map.yaml", lambda _: None)
        object.__setattr__(house, "clock", lambda: NOW)
        began = perf_counter()
        told = preview(house)
        between = perf_counter()
        assert told["rules"][0]["due"] == DUE, told
        told = run(house)
        ended = perf_counter()
    finally:
        del os.environ["TROTH_URL_WEB"], os.environ["TROTH_VACUUM"]
    (rule,) = told["rules"]
    assert (rule["done"], rule["overdue"], rule["residue"]) == (DUE, 0, 0), told
    return between - began, ended - between, told["statements"]


def figures(create: Callable[[], str]) -> Iterator[Figure]:
    """The ratios, each on a fresh table."""
    took: dict[str, float] = {}
    for name, work in (("one DELETE", by_hand), ("DELETE in batches", by_hand_in_batches)):
        url = create()
        build(url)
        took[name] = work(url)
        yield f"{DUE:,} due rows of {DUE + KEPT:,}: {name}", f"{took[name]:.1f} s"
    with tempfile.TemporaryDirectory(prefix="troth-due-") as home:
        url = create()
        build(url)
        looked, ran, statements = by_troth(url, Path(home) / "web")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    yield "the same by Troth: `retention preview`", f"{looked:.1f} s"
    yield (
        "the same by Troth: `retention run`, frozen, receipted, looked at again",
        f"{ran:.1f} s, {ran / took['one DELETE']:.1f}× and {ran / took['DELETE in batches']:.1f}×, {statements} reads, {memory} MB",
    )


if __name__ == "__main__":
    with server.running() as private:
        for what, measured in figures(private.create):
            print(f"{what:<72} {measured}", flush=True)
