"""The witness sees every row and every cell, and says so when it cannot be trusted."""

import json
import shutil
import sqlite3
import unicodedata
from contextlib import closing
from pathlib import Path

import pytest

from troth.example import BYSTANDER, HERO, traps
from troth.example.checks import difference, mentions, rows_of, snapshot


def tell(folder: Path, file: str, sql: str, *terms: object) -> None:
    with closing(sqlite3.connect(folder / f"{file}.sqlite")) as db, db:
        db.execute(sql, terms)


@pytest.fixture
def copy(estate: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(estate, tmp_path / "copy"))


def test_snapshot_holds_every_row_of_every_table(estate: Path) -> None:
    many = 0
    for path in estate.glob("*.sqlite"):
        with closing(sqlite3.connect(path)) as db:
            for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                many += db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    assert len(snapshot(estate)) == many > 5000


def test_difference_names_added_gone_and_changed_rows(copy: Path) -> None:
    before = snapshot(copy)
    assert not difference(before, snapshot(copy)).touched
    tell(copy, "newsletter", "INSERT INTO suppression VALUES ('x@example.com', 'bounced', '2026-01-01')")
    tell(copy, "crm", "DELETE FROM note WHERE note_id = 5")
    tell(copy, "billing", "UPDATE invoice SET billing_name = 'nobody' WHERE invoice_id = 7")
    seen = difference(before, snapshot(copy))
    assert seen.added == {("newsletter", "suppression", ("x@example.com",))}
    assert seen.gone == {("crm", "note", (5,))}
    assert seen.changed == {("billing", "invoice", (7,))}


def test_difference_tells_a_number_from_the_same_number_as_text(tmp_path: Path) -> None:
    tell(tmp_path, "loose", "CREATE TABLE loose (value)")
    tell(tmp_path, "loose", "INSERT INTO loose VALUES (1)")
    before = snapshot(tmp_path)
    assert before == {("loose", "loose", (1,)): (1,)}
    tell(tmp_path, "loose", "UPDATE loose SET value = 1.0")
    assert difference(before, snapshot(tmp_path)).changed == {("loose", "loose", (1,))}


def test_mentions_reads_text_json_bytes_case_and_composed_letters(tmp_path: Path) -> None:
    tell(tmp_path, "odd", "CREATE TABLE odd (plain, cased, split, listed, bytes8, bytes16, number, empty)")
    name = "Åse Ørvig"
    cells = (
        f"Hej {name}!",
        name.upper(),
        unicodedata.normalize("NFD", name),
        json.dumps({"to": [{name: 1}]}),
        name.encode(),
        name.encode("utf-16-le"),
        4567181405,
        None,
    )
    tell(tmp_path, "odd", "INSERT INTO odd VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *cells)
    hits = {column for _, _, column, _ in mentions(tmp_path, [name])}
    assert hits == {"plain", "cased", "split", "listed", "bytes8", "bytes16"}
    assert mentions(tmp_path, ["67181405"]) == [("odd", "odd", "number", 1)]
    assert mentions(tmp_path, ["67181405", "181405"]) == [("odd", "odd", "number", 1)]


def test_mentions_refuses_an_empty_needle(estate: Path) -> None:
    with pytest.raises(ValueError, match="empty needle"):
        mentions(estate, [HERO.email, ""])


def test_mentions_of_a_stranger_are_none(estate: Path) -> None:
    assert mentions(estate, ["nobody.at.all@example.dk"]) == []


def test_the_witness_opens_nothing_for_writing(estate: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in estate.iterdir()}
    snapshot(estate)
    mentions(estate, HERO.needles)
    rows_of(estate, HERO)
    assert {path: path.stat().st_mtime_ns for path in estate.iterdir()} == before


def test_two_customers_share_the_thread_and_nothing_else(estate: Path) -> None:
    shared = rows_of(estate, HERO) & rows_of(estate, BYSTANDER)
    assert {(file, table) for file, table, _ in shared} == {
        ("support", table) for table in ("ticket", "ticket_participant", "message", "attachment")
    }


def test_outside_her_own_rows_the_hero_is_in_two_notes_and_one_event(copy: Path) -> None:
    """Deletes her rows by hand: what still mentions her are the traps, no more."""
    own = rows_of(copy, HERO)
    for file, table, key in own:
        with closing(sqlite3.connect(copy / f"{file}.sqlite")) as db, db:
            columns = "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk"
            where = " AND ".join(f"{name} = ?" for (name,) in db.execute(columns, (table,)).fetchall())
            db.execute(f"DELETE FROM {table} WHERE {where}", key)
    left = mentions(copy, HERO.needles)
    assert left == [("crm", "note", "body", 2), ("product", "event", "payload", 1)]
    assert {"name-in-remark", "phone-in-remark", "email-in-json"} <= {trap.id for trap in traps()}
