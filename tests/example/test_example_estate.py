"""The five files are the same for the same seed, keep their own declarations, and name nobody who lives."""

import hashlib
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from troth.example import BYSTANDER, FILES, HERO, build
from troth.example.cast import AS_OF, CAST, LEAVER
from troth.example.checks import mentions, rows_of, snapshot
from troth.example.people import cvr_number, populate


def ask(folder: Path, file: str, sql: str, *terms: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / f"{file}.sqlite")) as db:
        return db.execute(sql, terms).fetchall()


def test_same_seed_same_rows_in_another_process_with_another_hash_seed(estate: Path, tmp_path: Path) -> None:
    code = "import sys, pathlib; from troth.example import build; build(pathlib.Path(sys.argv[1]))"
    env = {**os.environ, "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env=env)
    assert snapshot(tmp_path) == snapshot(estate)


def test_another_seed_gives_other_people_and_the_same_hero(estate: Path, tmp_path: Path) -> None:
    build(tmp_path, seed=1815, people=60)
    assert ask(tmp_path, "crm", "SELECT count(*) FROM contact WHERE email = ?", HERO.email) == [(1,)]
    assert {p.name for p in populate(1, 60).people} != {p.name for p in populate(2, 60).people}


def test_build_replaces_what_was_there_and_takes_under_two_seconds(tmp_path: Path) -> None:
    build(tmp_path, people=40)
    with closing(sqlite3.connect(tmp_path / "crm.sqlite")) as db, db:
        db.execute("DROP TABLE note")
    began = time.perf_counter()
    build(tmp_path)
    assert time.perf_counter() - began < 2
    assert ask(tmp_path, "crm", "SELECT count(*) FROM note") > [(100,)]


def test_too_few_people_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 40"):
        build(tmp_path, people=39)


def test_there_are_five_files_and_about_three_hundred_people(estate: Path) -> None:
    assert sorted(path.name for path in estate.iterdir()) == sorted(FILES)
    assert len(populate(1814, 300).people) == 300
    assert 250 <= ask(estate, "crm", "SELECT count(*) FROM contact")[0][0] <= 300


@pytest.mark.parametrize("file", [name.removesuffix(".sqlite") for name in FILES])
def test_declarations_hold(estate: Path, file: str) -> None:
    assert ask(estate, file, "PRAGMA foreign_key_check") == []
    assert ask(estate, file, "PRAGMA integrity_check") == [("ok",)]
    tables = [name for (name,) in ask(estate, file, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        assert ask(estate, file, "SELECT 1 FROM pragma_table_info(?) WHERE pk > 0", table), table
        assert ask(estate, file, f"SELECT count(*) FROM {table}") > [(0,)], table


def test_no_row_is_younger_than_the_estate_itself(estate: Path) -> None:
    today = AS_OF.date().isoformat()
    assert ask(estate, "billing", "SELECT max(issued_on) FROM invoice")[0][0] <= today
    assert ask(estate, "billing", "SELECT max(paid_on) FROM payment")[0][0] <= today
    assert ask(estate, "support", "SELECT max(date(sent_at)) FROM message")[0][0] <= today
    assert ask(estate, "product", "SELECT max(date(started_at)) FROM session")[0][0] <= today


def test_the_hero_and_the_bystander_are_in_all_five_files(estate: Path) -> None:
    files = {name.removesuffix(".sqlite") for name in FILES}
    for person in (HERO, BYSTANDER):
        assert {file for file, _, _ in rows_of(estate, person)} == files
        assert {file for file, *_ in mentions(estate, [person.email])} == files


def test_the_hero_is_unambiguous(estate: Path) -> None:
    people = populate(1814, 300).people
    for fact in ("email", "name", "phone", "customer_no", "cpr", "ip", "street"):
        assert sum(getattr(p, fact) == getattr(HERO, fact) for p in people) == 1, fact
    for table in ("contact", "note", "meeting_contact"):
        assert [key for key in rows_of(estate, HERO) if key[:2] == ("crm", table)], table


def test_names_emails_and_customer_numbers_are_unique_but_for_the_traps() -> None:
    people = populate(3, 2000).people
    assert {n for n, many in Counter(p.name for p in people).items() if many > 1} == {"Mette Sommerdal"}
    assert max(Counter(p.email for p in people).values()) == 1
    assert max(Counter(p.customer_no for p in people if p.customer_no).values()) == 1
    phones = Counter(p.phone for p in people if p.phone)
    assert [phone for phone, many in phones.items() if many > 1] == [LEAVER.phone]


def test_no_civil_registration_number_can_belong_to_anybody_living(estate: Path) -> None:
    numbers = [cpr for (cpr,) in ask(estate, "crm", "SELECT cpr FROM contact WHERE cpr IS NOT NULL")]
    assert len(numbers) == len([p for p in CAST if p.cpr]) == 4
    for cpr in numbers:
        day, year, series = int(cpr[:2]), int(cpr[4:6]), int(cpr[7])
        born_before_1900 = 5 <= series <= 8 and 60 <= year <= 99
        assert day > 60 or born_before_1900, cpr
    typed = mentions(estate, ["CPR"])
    assert typed == []
    bodies = " ".join(body for (body,) in ask(estate, "support", "SELECT body FROM message"))
    assert set(re.findall(r"\b\d{6}-\d{4}\b", bodies)) <= set(numbers)


def test_every_address_of_mail_stands_in_an_example_domain(estate: Path) -> None:
    found = set()
    for cells in snapshot(estate).values():
        found |= {m for c in cells if isinstance(c, str) for m in re.findall(r"@([\w.-]+\w)", c)}
    allowed = re.compile(r".*\.example|example\.(dk|no|se|com|net|org)", re.IGNORECASE)
    assert [domain for domain in found if not allowed.fullmatch(domain)] == []


def test_company_numbers_have_a_right_check_digit() -> None:
    numbers = [cvr_number(n) for n in range(2000)]
    assert len(set(numbers)) == 2000
    weights = (2, 7, 6, 5, 4, 3, 2, 1)
    assert all(sum(w * int(d) for w, d in zip(weights, n, strict=True)) % 11 == 0 for n in numbers)


def test_the_heros_invoices_lie_on_both_sides_of_the_bookkeeping_term(estate: Path) -> None:
    issued = ask(estate, "billing", "SELECT issued_on FROM invoice WHERE customer_no = ?", HERO.customer_no)
    years = sorted(date.fromisoformat(day).year for (day,) in issued)
    assert len(years) == 4
    assert [year + 5 < AS_OF.year for year in years] == [True, True, False, False]
    assert ask(estate, "billing", "SELECT 1 FROM card WHERE customer_no = ?", HERO.customer_no) == [(1,)]


def test_invoice_numbers_run_without_a_gap_and_totals_agree_with_lines(estate: Path) -> None:
    numbers = [n for (n,) in ask(estate, "billing", "SELECT invoice_no FROM invoice ORDER BY invoice_id")]
    for year, many in Counter(n[:4] for n in numbers).items():
        assert [n for n in numbers if n[:4] == year] == [f"{year}-{i:05d}" for i in range(1, many + 1)]
    sums = "SELECT sum(quantity * unit_price) FROM invoice_line l WHERE l.invoice_id = i.invoice_id"
    assert ask(estate, "billing", f"SELECT 1 FROM invoice i WHERE net <> ({sums})") == []


def test_passwords_and_tokens_are_not_repeated(estate: Path) -> None:
    hashes = [h for (h,) in ask(estate, "product", "SELECT password_hash FROM account")]
    assert len({hashlib.sha256(h.encode()).digest() for h in hashes}) == len(hashes)
