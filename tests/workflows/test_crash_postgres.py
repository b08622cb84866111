"""Runs against PostgreSQL that are killed, cut off from the server, or kept waiting end where an uninterrupted run ends."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from crash_state import acts, judge_done, runs
from nursery import Nursery

from live import Live
from troth.stores.postgres import STORE
from troth.stores.postgres.store import PostgresStore
from troth.terms.settings import Settings
from troth.workflows.erase import Request, erase, resume
from troth.workflows.house import House

pytestmark = [pytest.mark.process, pytest.mark.postgres]
WHO = "alma@mosebryg.example"
SCRIPT = """
CREATE TABLE customer (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, name text);
CREATE TABLE "Order" (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), customer_id bigint REFERENCES customer, placed date, latest uuid);
CREATE TABLE line (order_id uuid REFERENCES "Order", no int, what text, PRIMARY KEY (order_id, no));
CREATE TABLE invoice (no int PRIMARY KEY, customer_id bigint REFERENCES customer, total numeric(9,2) NOT NULL, address text NOT NULL);
CREATE TABLE remark (id int PRIMARY KEY, said text, extra jsonb);
INSERT INTO customer VALUES (1, 'alma@mosebryg.example', 'Alma Mosebryg'), (2, 'bo@kjaerlund.example', 'Bo Kjærlund');
INSERT INTO "Order" SELECT md5(n::text)::uuid, n % 2 + 1, '2026-01-01', NULL FROM generate_series(1, 14) n;
INSERT INTO line SELECT md5(n::text)::uuid, m, 'thing' FROM generate_series(1, 14) n, generate_series(1, 2) m;
INSERT INTO invoice SELECT n, n % 2 + 1, n * 10.5, 'Heste-Havevej 7' FROM generate_series(1, 6) n;
INSERT INTO remark SELECT n, 'alma@mosebryg.example called', '{"cc": "alma@mosebryg.example"}' FROM generate_series(1, 6) n;
"""
MAP = """
troth: 1
systems:
  shop:
    url: URL
    datasets:
      customer:
        subject: customer
        key: [id]
        fields: {id: key, email: email, name: full_name}
      Order:
        key: [id]
        fields: {id: key, customer_id: key, placed: date, latest: key}
        links:
          - {columns: [customer_id], to: "customer [id]", means: OWNED_BY, declared: true}
      line:
        key: [order_id, "no"]
        fields: {order_id: key, "no": key, what: product}
        links:
          - {columns: [order_id], to: "Order [id]", means: OWNED_BY, declared: true}
      invoice:
        key: ["no"]
        erase: anonymise
        fields: {"no": key, customer_id: key, total: amount, address: address}
        links:
          - {columns: [customer_id], to: "customer [id]", means: OWNED_BY, declared: true}
      remark:
        key: [id]
        fields: {id: key, said: free_text, extra: json}
"""


class Shop:
    """The database, made anew for each run, and a folder with its map."""

    def __init__(self, live: Live, folder: Path) -> None:
        self.live, self.folder, self.made = live, folder, 0

    def fresh(self) -> Path:
        self.live.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public;" + SCRIPT)
        self.made += 1
        folder = self.folder / str(self.made)
        folder.mkdir()
        head, _, tail = self.live.url.partition("@")
        (folder / "troth.map.yaml").write_text(MAP.replace("URL", f"{head.rpartition(':')[0]}@{tail}"))
        return folder

    def dump(self) -> dict[str, list[str]]:
        return {t: sorted(map(str, self.live.query(f"SELECT * FROM {t}"))) for t in self.live.tables()}

    def house(self, folder: Path, **said: str) -> House:
        environment = {"TROTH_URL_SHOP": self.live.url}
        return House(
            Settings(batch_size=4), {"postgresql": STORE}, environment, folder / "troth.map.yaml", said=said
        )


@pytest.fixture
def shop(new_live: Callable[..., Live], tmp_path: Path) -> Shop:
    return Shop(new_live("postgres"), tmp_path)


def test_killed_around_every_commit_the_resume_ends_the_same(nursery: Nursery, shop: Shop) -> None:
    whole = shop.fresh()
    arguments, address = ("erase", WHO, "--yes", "--json"), {"TROTH_URL_SHOP": shop.live.url}
    ended = nursery.run(whole, *arguments, **address)
    assert ended.code == 0, ended.err
    after, acted = shop.dump(), acts(whole)
    judge_done(whole, 1, acted)
    assert WHO not in str(after)
    points = [at for at, what in enumerate(ended.points, 1) if what.startswith("postgres")]
    assert len(points) >= 20
    for at in points[::4] + [point + 1 for point in points[2::9]]:
        folder = shop.fresh()
        assert nursery.run(folder, *arguments, kill_at=at, **address).code == -signal.SIGKILL
        ended = nursery.run(folder, "resume", "--json", **address)
        assert ended.code == 0, ended.err
        assert shop.dump() == after
        judge_done(folder, 1, acted)


def test_a_connection_lost_in_the_middle_is_made_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    erase(shop.house(shop.fresh()), Request([WHO]))
    after = shop.dump()
    real, calls = PostgresStore._do, []

    def do(self: PostgresStore, *arguments: Any) -> None:
        calls.append(1)
        if len(calls) in (3, 9):
            shop.live.query("SELECT pg_terminate_backend(%s)", (self._db.info.backend_pid,))
        real(self, *arguments)

    monkeypatch.setattr(PostgresStore, "_do", do)
    told = erase(shop.house(folder := shop.fresh()), Request([WHO]))
    assert told["state"] == "done"
    assert shop.dump() == after
    judge_done(folder, 1, acts(folder))


def test_a_lock_that_outlasts_the_timeout_is_tried_again(shop: Shop) -> None:
    erase(shop.house(shop.fresh()), Request([WHO]))
    after, folder = shop.dump(), shop.fresh()
    with psycopg.connect(shop.live.url) as other:
        other.execute("SELECT 1 FROM remark FOR UPDATE")
        release = threading.Timer(1.0, other.rollback)
        release.start()
        began = time.monotonic()
        told = erase(shop.house(folder, lock_timeout="200ms"), Request([WHO]))
        release.join()
    assert told["state"] == "done"
    assert time.monotonic() - began > 0.9
    assert shop.dump() == after


def test_a_lock_that_never_passes_stops_the_run_and_the_resume_finishes(
    shop: Shop,
) -> None:
    erase(shop.house(shop.fresh()), Request([WHO]))
    after, folder = shop.dump(), shop.fresh()
    with psycopg.connect(shop.live.url) as other:
        other.execute("SELECT 1 FROM customer FOR UPDATE")
        told = erase(shop.house(folder, lock_timeout="100ms"), Request([WHO]))
        assert told["state"] == "stopped"
        assert "LockNotAvailable" in told["stopped"]["message"]
        assert told["stopped"]["place"].startswith("shop.")
        assert runs(folder) == ["stopped"]
        with psycopg.connect(shop.live.url) as looking:
            assert looking.execute("SELECT count(*) FROM customer WHERE email = %s", (WHO,)).fetchone() == (
                1,
            )
        other.rollback()
    (told,) = resume(shop.house(folder))
    assert told["state"] == "done"
    assert shop.dump() == after


TRIGGER = (
    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION 'cannot delete % %', OLD.email, OLD.name; END $$;"
    "CREATE TRIGGER refuse BEFORE DELETE ON customer FOR EACH ROW EXECUTE FUNCTION refuse()"
)
UNMAPPED = "CREATE TABLE loan (customer_id bigint CONSTRAINT loans_stay REFERENCES customer); INSERT INTO loan VALUES (1), (2)"


@pytest.mark.parametrize(
    ("made", "undone", "question", "place", "said"),
    [
        (TRIGGER, "DROP TRIGGER refuse ON customer", "plan.Q008", "shop.customer", "RaiseException"),
        (UNMAPPED, "DROP TABLE loan", "plan.Q010", "shop.loan", "loans_stay"),
    ],
    ids=["trigger", "foreign key of an unmapped table"],
)
def test_a_refusal_names_place_and_constraint_and_no_value(
    shop: Shop, made: str, undone: str, question: str, place: str, said: str
) -> None:
    folder = shop.fresh()
    shop.live.run(made)
    told = erase(shop.house(folder), Request([WHO], accepted=frozenset([question])))
    assert told["state"] == "stopped"
    assert told["stopped"]["place"] == place
    assert said in told["stopped"]["message"]
    assert "mosebryg" not in str(told).lower()
    assert shop.live.query("SELECT count(*) FROM customer WHERE email = %s", (WHO,)) == [(1,)]
    shop.live.run(undone)
    (told,) = resume(shop.house(folder))
    assert told["state"] == "done"
    assert WHO not in str(shop.dump())
