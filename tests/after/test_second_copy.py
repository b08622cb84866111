"""Putting back an old state of our own loses no tombstone, revives no key and rewrites no history."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from after_world import ALMA, BO, Company

from live import Live
from troth.terms.errors import TamperedError, UsageError
from troth.workflows.checking import verify_ledger


@pytest.fixture
def company(new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(new_live("sqlite", "crm"), tmp_path / "company")


def rows(company: Company, sql: str) -> list[Any]:
    with closing(sqlite3.connect(company.home / "state.sqlite")) as db:
        return db.execute(sql).fetchall()


def saved(company: Company) -> Path:
    target = company.folder / "saved"
    shutil.copytree(company.home, target)
    return target


def put_back(company: Company, target: Path) -> None:
    shutil.rmtree(company.home)
    shutil.copytree(target, company.home)


def journal(company: Company) -> Path:
    return company.home.with_name(".troth.copy") / "journal.jsonl"


def test_an_old_state_put_back_has_its_tombstones_entries_and_forgotten_keys_again(company: Company) -> None:
    company.erase(BO)
    old = saved(company)
    company.erase(ALMA)
    company.later(days=2)
    company.due()
    stones, entries = (
        rows(company, "SELECT name, marks FROM planning_tombstone ORDER BY name"),
        rows(company, 'SELECT leaf FROM ledger_entry ORDER BY "index"'),
    )
    keys = {name for (name,) in rows(company, "SELECT name FROM ledger_wrappedkey")}
    certificates = list((company.home / "certificates").glob("*.json"))
    kept = [shutil.copy(path, company.folder / path.name) for path in certificates]
    put_back(company, old)
    assert len(rows(company, "SELECT * FROM planning_tombstone")) == 1, "the old state knows of one"
    told = verify_ledger(company.house(), kept)
    assert (told["entries"], told["certificates"]) == (len(entries), 2)
    assert rows(company, "SELECT name, marks FROM planning_tombstone ORDER BY name") == stones
    assert rows(company, 'SELECT leaf FROM ledger_entry ORDER BY "index"') == entries
    assert {name for (name,) in rows(company, "SELECT name FROM ledger_wrappedkey")} <= keys
    assert rows(company, "SELECT * FROM planning_recheck") == []
    company.due()
    assert verify_ledger(company.house(), kept)["holds"]


def test_what_is_entered_after_an_old_state_was_put_back_continues_the_one_history(company: Company) -> None:
    company.erase(BO)
    old = saved(company)
    company.erase(ALMA)
    certificates = [
        shutil.copy(p, company.folder / p.name) for p in (company.home / "certificates").glob("*.json")
    ]
    put_back(company, old)
    company.live.run("INSERT INTO person VALUES (5, 'dan@vindheim.example', 'Dan Dam', NULL)")
    company.erase("dan@vindheim.example")
    assert verify_ledger(company.house(), certificates)["certificates"] == 2


def test_a_ledger_that_went_two_ways_is_refused(company: Company) -> None:
    company.erase(BO)
    old, copy = saved(company), journal(company).read_bytes()
    company.erase(ALMA)
    ahead = journal(company).read_bytes()
    put_back(company, old)
    journal(company).write_bytes(copy)  # the second copy was put back too: nothing tells of what is lost
    company.live.run("INSERT INTO person VALUES (5, 'dan@vindheim.example', 'Dan Dam', NULL)")
    company.erase("dan@vindheim.example")
    journal(company).write_bytes(ahead)
    with pytest.raises(TamperedError, match="went two ways"):
        verify_ledger(company.house())


def test_a_second_copy_that_was_cut_is_refused_and_one_that_is_gone_is_written_anew(company: Company) -> None:
    company.erase(BO)
    whole = journal(company).read_bytes()
    journal(company).write_bytes(whole[:-40])
    with pytest.raises(TamperedError, match="shorter"):
        company.due()
    journal(company).unlink()
    with pytest.raises(UsageError, match="not where it was"):
        company.due()
    journal(company).touch()
    company.due()
    again = [json.loads(line) for line in journal(company).read_text().splitlines()]
    told = [json.loads(line) for line in whole.decode().splitlines()]
    assert {json.dumps(line) for line in told if "leaf" in line} == {
        json.dumps(line) for line in again if "leaf" in line
    }
    assert [line for line in again if "tombstone" in line] == [line for line in told if "tombstone" in line]


def test_a_line_cut_off_by_a_crash_is_written_again(company: Company) -> None:
    company.erase(BO)
    with journal(company).open("ab") as file:
        file.write(b'{"tenant":"default","leaf":99,"da')
    company.erase(ALMA)
    leaves = []
    for line in journal(company).read_text().splitlines():
        try:
            leaves.append(json.loads(line).get("leaf"))
        except ValueError:
            continue
    size = rows(company, "SELECT count(*) FROM ledger_entry")[0][0]
    assert sorted(leaf for leaf in leaves if leaf is not None) == list(range(size))


def test_a_half_line_that_an_opening_saw_is_no_second_history(company: Company) -> None:
    company.erase(BO)
    with journal(company).open("ab") as file:
        file.write(b'{"tenant":"default","leaf":99,"da')
    company.due()  # opens, and acts on nothing
    known = rows(company, "SELECT bytes FROM records_copied")[0][0]
    company.erase(ALMA)
    with (
        closing(sqlite3.connect(company.home / "state.sqlite")) as db,
        db,
    ):  # killed before it noted what it appended
        db.execute("UPDATE records_copied SET bytes = ?", (known,))
    company.due()
    assert verify_ledger(company.house(), [])["holds"]


def test_the_copy_goes_where_the_setting_says_and_only_its_owner_may_read_it(
    company: Company, tmp_path: Path
) -> None:
    company.settings["copy"] = tmp_path / "elsewhere"
    company.erase(BO)
    assert not journal(company).exists()
    for name in ("journal.jsonl", "tombstone.key"):
        assert (tmp_path / "elsewhere" / name).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "elsewhere").stat().st_mode & 0o777 == 0o700


def test_no_personal_value_is_in_the_copy(company: Company) -> None:
    company.erase(ALMA, BO)
    company.later(days=2)
    company.due()
    text = journal(company).read_text().casefold()
    for canary in ("alma", "vind", "20304050", "holm", "kite"):
        assert canary not in text
    assert "tombstone" in text


def test_the_copy_of_another_state_is_refused(company: Company) -> None:
    company.erase(BO)
    (journal(company).parent / "tombstone.key").write_bytes(b"\x01" * 32)
    with pytest.raises(TamperedError, match="another state"):
        company.erase(ALMA)


def test_an_entry_that_stands_otherwise_in_the_copy_is_found_by_verifying(company: Company) -> None:
    company.erase(BO)
    lines = journal(company).read_text().splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if '"leaf":2' in line)
    told = json.loads(lines[at])
    other = json.loads(next(line for line in lines if '"leaf":1' in line))
    told["data"] = other["data"]
    text = json.dumps(told, separators=(",", ":"))
    lines[at] = f"{text[:-1]}{' ' * max(0, len(lines[at]) - 1 - len(text))}}}\n"
    journal(company).write_text("".join(lines).ljust(journal(company).stat().st_size))
    with pytest.raises(TamperedError):
        verify_ledger(company.house())


def test_a_new_copy_still_forgets_what_was_forgotten_before(company: Company) -> None:
    company.erase(BO)
    old = saved(company)
    company.later(days=2)
    company.due()
    keys = {name for (name,) in rows(company, "SELECT name FROM ledger_wrappedkey")}
    journal(company).write_bytes(b"")
    company.due()  # writes all of it anew
    put_back(company, old)
    with closing(sqlite3.connect(company.home / "state.sqlite")) as db, db:
        db.execute("DELETE FROM records_copied")  # an old state from before there was this copy
    company.due()
    assert {name for (name,) in rows(company, "SELECT name FROM ledger_wrappedkey")} == keys


@pytest.mark.parametrize("people", [2, 40])
def test_what_is_taken_over_is_taken_in_sets(company: Company, people: int) -> None:
    from django.db import connection

    from troth.workflows.books import Books

    company.erase(BO)
    old = saved(company)
    company.live.run(
        "INSERT INTO person VALUES "
        + ", ".join(f"({n}, 'p{n}@vindheim.example', 'Per Holm{n}', NULL)" for n in range(100, 100 + people))
    )
    company.erase(*(f"p{n}@vindheim.example" for n in range(100, 100 + people)))
    put_back(company, old)
    asked: list[str] = []

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        Books(company.home, company.house().settings).close()
    assert rows(company, "SELECT count(*) FROM planning_tombstone") == [(1 + people,)]
    assert len(asked) < 30, asked
