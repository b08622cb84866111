"""The demo's second half is true: what was over is gone, what runs stays, and the phone numbers are what made the calls personal."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from demo_run import Played, ask, played, troth
from troth.datamap.mapfile import loads as map_of
from troth.example import HERO, build
from troth.example.cast import BYSTANDER, LEAVER
from troth.retention.attack import installed
from troth.retention.rulefile import loads as rules_of

pytestmark = pytest.mark.process
EXAMPLE = files("troth.example")
YEAR = datetime.now(UTC).year


@pytest.fixture(scope="module")
def demo() -> Played:
    return played()


def scene(demo: Played, title: str) -> str:
    """What was said from a scene's title to the next one's."""
    said = demo.story[demo.story.index(title) :]
    return re.split(r"\n\d+  [A-Z]", said, maxsplit=1)[0]


def test_the_companys_rules_leave_nothing_open(tmp_path: Path) -> None:
    build(tmp_path, people=60)
    for name in ("troth.map.yaml", "troth.retention.yaml"):
        (tmp_path / name).write_text(EXAMPLE.joinpath(name).read_text(encoding="utf-8"), encoding="utf-8")
    ran = troth("retention", "check", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, "Everything personal has its rule.\n")
    rules = tmp_path / "troth.retention.yaml"
    kept = rules.read_text(encoding="utf-8").replace(
        "datasets: [product.device, product.setting]", "datasets: [product.device]"
    )
    rules.write_text(kept, encoding="utf-8")
    ran = troth("retention", "check", cwd=tmp_path)
    assert ran.returncode == 3, "a category without a rule is a finding"
    assert "retention.R001 product.setting: no rule says how long this is kept: value" in ran.stdout


def test_every_reason_of_the_four_and_both_outcomes_are_among_the_rules() -> None:
    datamap = map_of(EXAMPLE.joinpath("troth.map.yaml").read_text(encoding="utf-8"))
    rules = rules_of(EXAMPLE.joinpath("troth.retention.yaml").read_text(encoding="utf-8"), datamap).rules
    assert {rule.reason for rule in rules} == {
        "legal_obligation",
        "dispute",
        "enforcing_agreements",
        "operations",
    }
    assert {rule.outcome for rule in rules} == {"erase", "anonymise"}


def test_a_closed_account_goes_and_an_open_one_stays(demo: Played) -> None:
    two_years_ago = f"{YEAR - 2}-01-01"
    over = "SELECT count(*) FROM customer WHERE closed_on < ?"
    assert ask(demo.folder, "billing", over, two_years_ago)[0][0] > 10
    assert ask(demo.end, "billing", over, two_years_ago) == [(0,)]
    his = "SELECT count(*) FROM contact WHERE email = ?"
    assert ask(demo.folder, "crm", his, LEAVER.email) == [(1,)]
    assert ask(demo.end, "crm", his, LEAVER.email) == [(0,)]
    open_ = "SELECT * FROM customer WHERE closed_on IS NULL AND customer_no NOT IN ('NOBODY', ?) ORDER BY 1"
    stayed = ask(demo.folder, "billing", open_, BYSTANDER.customer_no)
    assert len(stayed) > 100
    assert ask(demo.end, "billing", open_, BYSTANDER.customer_no) == stayed


def test_no_amount_moves_and_no_reference_dangles(demo: Played) -> None:
    books = "SELECT invoice_id, issued_on, net, vat, total, currency FROM invoice ORDER BY 1"
    assert ask(demo.end, "billing", books) == ask(demo.before, "billing", books)
    lines = "SELECT invoice_id, line_no, quantity, unit_price FROM invoice_line ORDER BY 1, 2"
    assert ask(demo.end, "billing", lines) == ask(demo.before, "billing", lines)
    for file in ("crm", "product", "support", "billing", "newsletter"):
        assert ask(demo.end, file, "PRAGMA foreign_key_check") == []


def test_an_invoice_stays_with_its_law_and_its_day(demo: Played) -> None:
    said = scene(demo, "Why do you still have this?")
    year = ask(demo.end, "billing", "SELECT max(issued_on) FROM invoice WHERE billing_name = ?", HERO.name)[
        0
    ][0][:4]
    assert f"until {int(year) + 5}-12-31 inclusive" in said
    assert "bogføringsloven" in said
    assert "the clock has not begun" in said
    last = "SELECT count(*) FROM invoice WHERE billing_name <> '' AND issued_on < ?"
    assert ask(demo.before, "billing", last, f"{YEAR - 5}-01-01")[0][0] > 50
    names = "SELECT DISTINCT billing_name FROM invoice WHERE issued_on < ?"
    assert len(ask(demo.end, "billing", names, f"{YEAR - 5}-01-01")) == 1, "a neutral value for all"


def test_the_hold_kept_the_tickets_and_the_next_due_took_them(demo: Played) -> None:
    said = scene(demo, "A court asks for what somebody wants erased")
    assert "one person alone neither places nor lifts a hold" in said
    assert "support.ticket  " in said
    assert "Postponed erasure (" in said
    his = "SELECT count(*) FROM requester WHERE email = ?"
    assert ask(demo.folder, "support", his, BYSTANDER.email) == [(1,)]
    assert ask(demo.end, "support", his, BYSTANDER.email) == [(0,)]


def test_the_phone_numbers_alone_make_the_calls_personal(demo: Played, tmp_path: Path) -> None:
    said = scene(demo, "Anonymous, or only said to be?")
    assert said.index("still personal") < said.index("a surviving key groups one person's rows")
    assert ("calls.call: anonymous" in said) == installed()
    with closing(sqlite3.connect(demo.end / "statistics" / "calls.sqlite")) as db:
        assert db.execute("SELECT count(*), count(phone) FROM call").fetchone() == (800, 0)
