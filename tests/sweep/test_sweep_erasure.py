"""After an erasure nothing of the person is anywhere, or the answer, the exit code and their certificate say where."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from troth.documents.certificate import page
from troth.stores.sqlite import STORE
from troth.terms.errors import UsageError
from troth.terms.settings import Settings
from troth.workflows.erase import Request, erase
from troth.workflows.erase import resume as resume_
from troth.workflows.house import House
from troth.workflows.sweep import sweep

ALMA, BO = "alma@vindheim.example", "bo@vindheim.example"
MAP = """
troth: 1
systems:
  crm:
    url: sqlite:///crm.sqlite
    datasets:
      person:
        subject: customer
        key: [id]
        fields: {id: key, email: email, name: full_name, phone: phone, tenant: key}
      invoice:
        key: [id]
        erase: anonymise
        fields: {id: key, person: key, bill_to: email, memo: free_text}
        links:
          - {columns: [person], to: "person [id]", means: OWNED_BY, declared: true}
        keep:
          - {law: dk.bookkeeping, columns: [bill_to], until: 2031-12-31, active: true}
      note:
        key: [id]
        fields: {id: key, body: free_text}
"""
TABLES = """
CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT, name TEXT, phone TEXT, tenant TEXT);
CREATE TABLE invoice (id INTEGER PRIMARY KEY, person INTEGER REFERENCES person, bill_to TEXT, memo TEXT);
CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT);
"""


class Estate:
    """A folder with one file and its map."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "troth.map.yaml").write_text(MAP, encoding="utf-8")
        self.run(TABLES)
        self.many(
            "INSERT INTO person VALUES (?, ?, ?, ?, NULL)",
            [(1, ALMA, "Alma Vest", "+4531425364"), (2, BO, "Bo Dam", "+4520304050")],
        )

    @property
    def house(self) -> House:
        return House(Settings(), {"sqlite": STORE}, {}, self.folder / "troth.map.yaml")

    def run(self, script: str) -> None:
        with closing(sqlite3.connect(self.folder / "crm.sqlite")) as db:
            db.executescript(script)

    def many(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        with closing(sqlite3.connect(self.folder / "crm.sqlite")) as db, db:
            db.executemany(sql, rows)

    def certificates(self) -> list[dict[str, Any]]:
        return [
            json.loads(path.read_text())
            for path in sorted((self.folder / ".troth" / "certificates").glob("*.json"))
        ]

    def troth(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(sys.executable).parent / "troth"), *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return Estate(tmp_path)


def found(places: list[dict[str, Any]]) -> dict[str, int]:
    return {f"{p['dataset']}.{p['column']}: {p['spelling']}": p["rows"] for p in places}


def test_a_clean_erasure_says_how_much_was_swept(estate: Estate) -> None:
    before = sweep(estate.house, [ALMA, "+45 31425364"])
    assert found(before["residue"]) == {"person.email: e-mail": 1, "person.phone: phone number": 1}
    told = erase(estate.house, Request([ALMA]))
    assert (told["state"], told["left"], told["residue"], told["uncertain"]) == ("done", {}, [], [])
    assert told["searched"]["datasets"] == 3
    assert told["searched"]["bytes"] > 20
    (certificate,) = estate.certificates()
    assert certificate["sweep"]["searched"] == told["searched"]
    assert certificate["outcome"] == "erased"
    assert sweep(estate.house, [ALMA])["residue"] == []


def test_residue_in_a_table_nobody_mapped_is_told_everywhere_and_never_hidden(estate: Estate) -> None:
    estate.run("CREATE TABLE queue (id INTEGER PRIMARY KEY, url TEXT)")
    estate.many(
        "INSERT INTO queue VALUES (?, ?)",
        [(1, f"/ping?m={ALMA.replace('@', '%40')}"), (2, "Alma Vest"), (3, "nobody")],
    )
    told = erase(estate.house, Request([ALMA]))
    assert found(told["residue"]) == {"queue.url: e-mail, URL-encoded": 1}
    assert found(told["uncertain"]) == {"queue.url: name, written otherwise": 1}
    assert told["left"] == {"crm.queue": 1}
    assert "troth map" in told["residue"][0]["remedy"]
    (certificate,) = estate.certificates()
    assert certificate["outcome"] == "not finished: rows were left"
    assert certificate["verified"]["remaining"] == 1
    assert found(certificate["sweep"]["residue"]) == {"queue.url: e-mail, URL-encoded": 1}
    body = json.dumps({**certificate, "about": []}, ensure_ascii=False)
    assert ALMA not in body
    assert "alma" not in body.casefold()
    text = page(certificate)
    assert "e-mail, URL-encoded" in text
    assert "e-mailadresse, URL-kodet" in text
    assert text.count("crm · queue") >= 4  # residue and name, in both languages


def test_what_a_law_keeps_is_told_apart(estate: Estate) -> None:
    estate.many(
        "INSERT INTO invoice VALUES (?, ?, ?, ?)",
        [(1, 1, ALMA, f"sendt til {ALMA}"), (2, 1, ALMA, ""), (3, 2, BO, "")],
    )
    told = erase(estate.house, Request([ALMA]))
    assert told["residue"] == []
    assert found(told["accounted"]) == {"invoice.bill_to: e-mail": 2}
    (why,) = {place["why"] for place in told["accounted"]}
    assert why.startswith("kept: bogføringsloven")
    assert why.endswith("§ 12, until 2031-12-31")
    assert found(sweep(estate.house, [ALMA])["accounted"]) == {"invoice.bill_to: e-mail": 2}
    estate.many("INSERT INTO invoice VALUES (?, ?, ?, ?)", [(4, 2, ALMA, "")])
    later = sweep(estate.house, [ALMA])
    assert (found(later["residue"]), found(later["accounted"])) == (
        {"invoice.bill_to: e-mail": 1},
        {"invoice.bill_to: e-mail": 2},
    )


def test_each_of_a_batch_is_told_of_their_own_residue_only(estate: Estate) -> None:
    estate.run("CREATE TABLE queue (id INTEGER PRIMARY KEY, t TEXT)")
    estate.many("INSERT INTO queue VALUES (?, ?)", [(1, f"{BO} og igen {BO}"), (2, f"+45 20 30 40 50 {BO}")])
    told = erase(estate.house, Request([ALMA, BO]))
    assert found(told["residue"]) == {"queue.t: e-mail, in text": 2, "queue.t: phone number, in text": 1}
    outcomes = {c["outcome"]: found(c["sweep"]["residue"]) for c in estate.certificates()}
    assert outcomes == {"erased": {}, "not finished: rows were left": found(told["residue"])}


def test_the_command_ends_with_1_where_something_is_left(estate: Estate) -> None:
    estate.run(f"CREATE TABLE queue (t TEXT); INSERT INTO queue VALUES ('til {ALMA}')")
    ended = estate.troth("erase", ALMA, "--yes")
    assert ended.returncode == 1
    assert "crm.queue.t" in ended.stdout
    assert ALMA not in ended.stdout + ended.stderr
    ended = estate.troth("sweep", ALMA, "--json")
    assert (ended.returncode, found(json.loads(ended.stdout)["residue"])) == (
        1,
        {"queue.t: e-mail, in text": 1},
    )
    assert ALMA not in ended.stdout + ended.stderr
    estate.run("DELETE FROM queue")
    ended = estate.troth("sweep", f"email={ALMA}", "customer_no=42", "--json")
    assert (ended.returncode, json.loads(ended.stdout)["residue"]) == (0, [])
    (estate.folder / "batch.txt").write_text(f"# left\n{ALMA}\n")
    ended = estate.troth("sweep", "--batch", "batch.txt")
    assert ended.returncode == 0
    assert "nothing left" in ended.stdout


def test_who_cannot_be_looked_for_is_refused(estate: Estate) -> None:
    for short in ("42", "alma", "-"):
        with pytest.raises(UsageError):
            sweep(estate.house, [short])
    assert estate.troth("sweep").returncode == 2
    assert estate.troth("sweep", "--since", "yesterday").returncode == 2
    assert not (estate.folder / ".troth").exists()


def test_since_finds_whom_a_second_look_still_knows(estate: Estate) -> None:
    erase(estate.house, Request([ALMA]))
    assert sweep(estate.house, [], "2020-01-01")["residue"] == []
    estate.run(f"CREATE TABLE queue (t TEXT); INSERT INTO queue VALUES ('{ALMA}')")
    assert found(sweep(estate.house, [], "2020-01-01")["residue"]) == {"queue.t: e-mail": 1}


def test_since_says_whose_identifiers_are_gone(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="nobody was erased"):
        sweep(estate.house, [], "2020-01-01")
    erase(replace(estate.house, settings=Settings(rechecks="no")), Request([ALMA]))
    with pytest.raises(
        UsageError, match="1 person was erased since 2020-01-01, whose identifiers are kept no longer"
    ):
        sweep(estate.house, [], "2020-01-01")
    told = sweep(estate.house, [BO], "2020-01-01")
    assert found(told["residue"]) == {"person.email: e-mail": 1}
    assert any("1 person was erased" in place["reason"] for place in told["not_searched"])
    interrupt(monkeypatch, 1)
    with pytest.raises(KeyboardInterrupt):
        erase(estate.house, Request([BO]))
    monkeypatch.undo()
    estate.run(f"CREATE TABLE queue (t TEXT); INSERT INTO queue VALUES ('{BO}'), ('20304050')")
    told = sweep(estate.house, [], "2020-01-01")
    assert found(told["residue"]) == {"queue.t: e-mail": 1, "queue.t: phone number, written otherwise": 1}


def interrupt(monkeypatch: pytest.MonkeyPatch, after: int) -> list[str]:
    """The sweep is cut off before its n-th dataset; names those it reads."""
    from troth.stores.sqlite.store import SqliteStore

    real: Callable[..., Any] = SqliteStore.blocks
    read: list[str] = []

    def blocks(self: SqliteStore, dataset: str) -> Any:
        if len(read) + 1 == after:
            raise KeyboardInterrupt
        read.append(dataset)
        return real(self, dataset)

    monkeypatch.setattr(SqliteStore, "blocks", blocks)
    monkeypatch.setattr("troth.workflows.sweeping.SAVED_EVERY", 1)
    return read


def test_a_sweep_that_was_cut_off_goes_on_at_its_dataset(
    estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    estate.run(
        f"CREATE TABLE a (t TEXT); INSERT INTO a VALUES ('{ALMA}'); CREATE TABLE b (t TEXT); INSERT INTO b VALUES ('{ALMA}')"
    )
    first = interrupt(monkeypatch, 5)
    with pytest.raises(KeyboardInterrupt):
        erase(estate.house, Request([ALMA]))
    monkeypatch.undo()
    second = interrupt(monkeypatch, 99)
    (told,) = resume_(estate.house)
    assert sorted([*first, *second]) == ["a", "b", "invoice", "note", "person"]
    assert found(told["residue"]) == {"a.t: e-mail": 1, "b.t: e-mail": 1}
    assert told["searched"]["datasets"] == 5
    (certificate,) = estate.certificates()
    assert found(certificate["sweep"]["residue"]) == found(told["residue"])


def test_what_another_customer_controls_is_told_apart(estate: Estate) -> None:
    text = MAP.replace("body: free_text}", "body: free_text, tenant: key}\n        tenant: tenant")
    (estate.folder / "troth.map.yaml").write_text(text, encoding="utf-8")
    estate.run("ALTER TABLE note ADD COLUMN tenant TEXT")
    estate.many(
        "INSERT INTO note VALUES (?, ?, ?)",
        [(1, f"til {ALMA}", "nord"), (2, f"fra {ALMA}", "syd"), (3, "", "syd")],
    )
    told = erase(estate.house, Request([ALMA], scope="nord", instructed={"nord": "ref-1"}))
    assert told["state"] == "done"
    assert (told["residue"], told["left"]) == ([], {})
    assert found(told["accounted"]) == {"note.body: e-mail, in text": 1}
    assert "another customer" in told["accounted"][0]["why"]
    assert found(sweep(estate.house, [ALMA])["residue"]) == {"note.body: e-mail, in text": 1}
