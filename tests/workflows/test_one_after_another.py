"""A run that stands half-way: nobody else is erased meanwhile, and a dataset that goes away in between is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from crash_state import runs

from live import Live
from troth.stores.sqlite import STORE
from troth.terms.errors import StoreError, StoreUnreachableError
from troth.terms.settings import Settings
from troth.workflows import durable
from troth.workflows.erase import HalfWayError, Request, erase, preview, resume
from troth.workflows.house import House

ALMA, BO = "alma@mosebryg.example", "bo@kjaerlund.example"
ACCEPTED = frozenset({"plan.Q008"})
SCRIPT = """
CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT);
CREATE TABLE diary (id INTEGER PRIMARY KEY, said TEXT);
CREATE TABLE writer (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person, diary_id INTEGER REFERENCES diary);
INSERT INTO person VALUES (1, 'alma@mosebryg.example'), (2, 'bo@kjaerlund.example');
INSERT INTO diary VALUES (1, 'ours'), (2, 'of nobody known');
INSERT INTO writer VALUES (1, 1, 1), (2, 2, 1);
CREATE TRIGGER refuse BEFORE DELETE ON writer BEGIN SELECT RAISE(ABORT, 'not today'); END;
"""
MAP = """
troth: 1
systems:
  shop:
    url: sqlite:///shop.sqlite
    datasets:
      person: {subject: person, key: [id], fields: {id: key, email: email}}
      diary: {key: [id], fields: {id: key, said: free_text}}
      writer:
        key: [id]
        fields: {id: key, person_id: key, diary_id: key}
        links:
          - {columns: [person_id], to: "person [id]", means: OWNED_BY, declared: true}
          - {columns: [diary_id], to: "diary [id]", means: OWNS, declared: true}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Live:
    live = Live("sqlite", f"sqlite:///{tmp_path / 'shop.sqlite'}")
    with closing(sqlite3.connect(live.path)) as db:
        db.executescript(SCRIPT)
    (tmp_path / "troth.map.yaml").write_text(MAP)
    return live


@pytest.fixture
def house(shop: Live) -> House:
    return House(Settings(), {"sqlite": STORE}, {}, shop.path.parent / "troth.map.yaml")


def test_nobody_else_is_erased_while_a_run_is_stopped_half_way(shop: Live, house: House) -> None:
    """Else what two people share would stay for good: each saw the other as an owner."""
    folder = shop.path.parent
    assert erase(house, Request([ALMA], accepted=ACCEPTED))["state"] == "stopped"
    shop.run("DROP TRIGGER refuse")
    before = shop.dump()
    assert preview(house, Request([BO]))["plan"]  # looking is free
    with pytest.raises(HalfWayError) as refused:
        erase(house, Request([BO]))
    assert refused.value.exit_code == 5
    assert "troth resume" in refused.value.remedy
    assert (runs(folder), shop.dump()) == (["stopped"], before)
    assert [told["state"] for told in resume(house)] == ["done"]
    assert erase(house, Request([BO]))["state"] == "done"
    assert shop.query("SELECT id FROM diary") == [(2,)]
    assert shop.query("SELECT count(*) FROM person") == [(0,)]


def test_a_dataset_that_went_away_is_named_and_once_it_is_back_the_resume_finishes(
    shop: Live, house: House
) -> None:
    assert erase(house, Request([ALMA], accepted=ACCEPTED))["state"] == "stopped"
    shop.run("DROP TRIGGER refuse; ALTER TABLE writer RENAME TO away")
    (told,) = resume(house)
    assert told["state"] == "stopped"
    assert told["stopped"]["place"] == "shop.writer"
    assert "not there any more" in told["stopped"]["message"]
    assert shop.query("SELECT count(*) FROM person") == [(2,)]
    shop.run("ALTER TABLE away RENAME TO writer")
    assert [told["state"] for told in resume(house)] == ["done"]
    assert shop.query("SELECT id, person_id FROM writer") == [(2, 2)]


def test_a_store_out_of_reach_after_the_last_batch_leaves_the_run_half_way(
    shop: Live, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It said exit 2, as if nothing had been begun; found by the crash laboratory."""

    def away(_: object) -> None:
        raise StoreUnreachableError("nobody answers", place="shop", remedy="Check host.")

    shop.run("DROP TRIGGER refuse")
    with monkeypatch.context() as patched:
        patched.setattr(durable, "settle", away)
        with pytest.raises(StoreError) as told:
            erase(house, Request([ALMA]))
    assert (told.value.exit_code, told.value.place) == (5, "shop")
    assert "troth resume" in told.value.remedy
    assert [told["state"] for told in resume(house)] == ["done"]
