"""Rows that the store itself can tell to be due go in spans of keys: exactly those, in few statements, wherever the run is cut."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from retention_world import Company, score

from live import KINDS, Live
from troth.datamap.model import Ref
from troth.datamap.reader import Aged, Cell
from troth.planning.freeze import freeze, thaw
from troth.planning.plan import Batch, Span, Step
from troth.workflows.erase import resume

ROWS, MOST = 97, 5
TABLES = "CREATE TABLE event (shop INTEGER, code VARCHAR(20), ip VARCHAR(40), seen DATE, PRIMARY KEY (shop, code));"
MAP = """
troth: 1
systems:
  crm:
    url: {url}
    datasets:
      event: {{key: [shop, code], fields: {{shop: key, code: key, ip: ip_address, seen: date}}}}
"""
RULES = """
retention: 1
zone: Europe/Copenhagen
rules:
  events:
    datasets: [crm.event]
    clock: {event: row_created, column: seen}
    keep: 90d
    reason: operations
    outcome: erase
"""


def code(number: int) -> str:
    """Of mixed case and with letters that collations put in places of their own."""
    return f"{'aBcÅÆzé'[number % 7]}{number:03d}"


def kept(number: int) -> bool:
    return number % 6 in (0, 1)


def filled() -> str:
    days = {0: "NULL", 1: "'2026-02-20'"}
    rows = (
        f"({n % 3}, '{code(n)}', '192.0.2.1', {days.get(n % 6, repr('2024-01-31'))})" for n in range(ROWS)
    )
    return f"INSERT INTO event VALUES {', '.join(rows)};"


def made(live: Live, folder: Path) -> Company:
    company = Company(
        live, folder, {"batch_size": MOST, "vacuum": False}, map=MAP, tables=TABLES, rows=filled()
    )
    company.rules(RULES)
    return company


@pytest.fixture(params=KINDS)
def shop(request: pytest.FixtureRequest, new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return made(new_live(request.param), tmp_path / "shop")


def left(company: Company) -> set[str]:
    return {row[0] for row in company.live.query("SELECT code FROM event")}


STAY = {code(number) for number in range(ROWS) if kept(number)}
DUE = ROWS - len(STAY)


def test_exactly_what_is_due_goes_in_whole_spans_and_a_rest(shop: Company) -> None:
    told = shop.run()
    assert score(told, "events", "due", "done", "held", "overdue", "residue") == (DUE, DUE, 0, 0, 0), told
    assert left(shop) == STAY
    assert score(shop.run(), "events", "due", "done") == (0, 0)


def test_statements_do_not_grow_with_rows(shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    from troth.workflows.retaining import Retaining

    pages: list[int] = []
    real = Retaining.planned

    def planned(self: Retaining, page: Any) -> Any:
        pages.append(len(page.rows))
        return real(self, page)

    monkeypatch.setattr(Retaining, "planned", planned)
    shop.run()
    assert len(pages) <= 2, "the first batch and what is left at the end; the others never left the store"
    assert max(pages) <= MOST


def test_a_row_whose_clock_moves_before_its_span_is_done_stays(
    shop: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from troth.workflows.act import Acting

    real, moved = Acting.act, code(92)
    assert not kept(92)

    def act(self: Acting, number: int) -> None:
        shop.live.run(f"UPDATE event SET seen = '2026-02-28' WHERE code = '{moved}';")
        real(self, number)

    monkeypatch.setattr(Acting, "act", act)
    told = shop.run()
    assert left(shop) == STAY | {moved}
    assert score(told, "events", "overdue", "residue") == (0, 0)


def test_rows_that_come_back_are_residue(shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store said that it was done, and the rows stand there: nothing may be called complete."""
    from troth.workflows.retained import Working

    real = Working.end

    def end(self: Working, state: str) -> str:
        shop.live.run("INSERT INTO event VALUES (9, 'again', '192.0.2.1', '2024-01-31');")
        return real(self, state)

    monkeypatch.setattr(Working, "end", end)
    assert score(shop.run(), "events", "overdue", "residue") == (1, 1)


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = [{tests!r}, {here!r}]
from live import Live
from retention_world import Company
import test_spans
from troth.workflows.act import Acting
from troth.workflows.books import Books

left = int(sys.argv[1])
def counted(real):
    def call(*given, **named):
        global left
        found = real(*given, **named)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return found
    return call

Acting._execute = counted(Acting._execute)  # the store has committed, our state knows of nothing
Books.enter = counted(Books.enter)  # entered, and not committed
Acting.act = counted(Acting.act)  # both have committed
company = test_spans.again(Live("sqlite", sys.argv[2]), Path(sys.argv[3]))
company.run()
"""


def again(live: Live, folder: Path) -> Company:
    """The company as it stands, in another process."""

    class Standing(Company):
        def __post_init__(self) -> None:
            pass

    return Standing(live, folder, {"batch_size": MOST, "vacuum": False}, map=MAP, tables=TABLES, rows="")


@pytest.mark.parametrize("after", [1, 2, 3, 4, 5, 6, 7, 11, 24, 25, 26])
def test_a_process_that_is_killed_leaves_nothing_that_a_resume_does_not_end(
    new_live: Callable[..., Live], tmp_path: Path, after: int
) -> None:
    company = made(new_live("sqlite"), tmp_path / "shop")
    here = Path(__file__).parent
    script = KILLED.format(tests=str(here.parent), here=str(here))
    done = subprocess.run(
        [sys.executable, "-c", script, str(after), company.live.url, str(company.folder)],
        capture_output=True, timeout=120, check=False, env={**os.environ, "PYTHONPATH": ""},
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    assert all(one["state"] == "done" for one in resume(company.house()))
    told = company.run()
    assert told["state"] == "done"
    assert score(told, "events", "overdue", "residue") == (0, 0)
    assert left(company) == STAY
    assert resume(company.house()) == []


VALUES = st.one_of(
    st.integers(), st.text(), st.dates(), st.uuids(), st.binary(), st.decimals(allow_nan=False)
)


@given(
    after=st.none() | st.tuples(VALUES, VALUES), upto=st.tuples(VALUES, VALUES), rows=st.integers(1, 10**6)
)
def test_a_span_thaws_as_it_was_frozen(after: Any, upto: Any, rows: int) -> None:
    from datetime import date

    due = Aged(
        Cell("seen"), date(1970, 1, 2), date(2026, 1, 1), "Europe/Copenhagen", ("a", "b"), 1000, Cell("open"),
        (("ip", (None, "x")),), after, upto,
    )  # fmt: skip
    step = Step(Ref("crm", "event"), "erase", ("a", "b"), (), (), span=Span(due, rows))
    batch = Batch(3, "crm", (step,))
    again_ = thaw(freeze(batch))
    assert again_.steps[0].span == step.span
    assert again_.steps[0].count == rows


def test_what_quiet_hours_leave_is_overdue_and_no_residue(
    shop: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from troth.terms.errors import QuietHoursError
    from troth.workflows.act import Acting

    real, left_over = Acting.act, [4]

    def act(self: Acting, number: int) -> None:
        left_over[0] -= 1
        if left_over[0] < 0:
            raise QuietHoursError("these are quiet hours", place="crm", remedy="Wait.")
        real(self, number)

    with monkeypatch.context() as patched:
        patched.setattr(Acting, "act", act)
        told = shop.run()
    assert told["state"] == "later"
    assert score(told, "events", "done", "overdue", "residue") == (4 * MOST, DUE - 4 * MOST, 0)
    assert score(shop.run(), "events", "done", "overdue", "residue") == (DUE - 4 * MOST, 0, 0)
    assert left(shop) == STAY
