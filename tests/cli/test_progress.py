"""Anything over a second says what it does, on stderr, with counts; a quick command says nothing."""

from __future__ import annotations

import io
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from terminal import ALMA, Terminal, ended

from troth.cli import progress as module
from troth.cli.progress import Progress
from troth.cli.words import Words
from troth.datamap.model import Ref
from troth.workflows.inquiry import counted


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("QUIET", 0.1), ("LIVE", 0.02), ("PLAIN", 0.05), ("STILL", 0.3)):
        monkeypatch.setattr(module, name, seconds)


def wait_for(stream: io.StringIO, text: str) -> None:
    until = time.monotonic() + 10
    while text not in stream.getvalue():
        assert time.monotonic() < until, stream.getvalue()
        time.sleep(0.01)


def test_what_is_quick_says_nothing() -> None:
    stream = io.StringIO()
    progress = Progress(stream, Words())
    progress("reading the structure of crm")
    progress.close()
    assert stream.getvalue() == ""


def test_a_log_gets_plain_lines_also_while_a_store_keeps_silent() -> None:
    stream = io.StringIO()
    progress = Progress(stream, Words())
    progress("searching for the person")
    wait_for(stream, "… searching for the person  0 s\n")
    progress("reading crm.orders: 5,000 of 20,000 rows")
    wait_for(stream, "… reading crm.orders: 5,000 of 20,000 rows")
    time.sleep(0.4)
    progress.close()
    lines = stream.getvalue().splitlines()
    assert all(line.startswith("… ") and line.endswith(" s") for line in lines)
    assert 3 <= len(lines) <= 6  # a sign of life while nothing changes, and no flood
    assert "\x1b" not in stream.getvalue()


def test_a_terminal_gets_one_line_that_is_wiped_in_the_end() -> None:
    stream = Screen()
    progress = Progress(stream, Words("da"))
    progress("batch 1 of 2")
    wait_for(stream, "… del 1 af 2")
    progress.close()
    assert "\n" not in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")
    progress("batch 2 of 2")  # after the end: nothing any more
    time.sleep(0.15)
    assert "del 2" not in stream.getvalue()


def test_reading_says_how_many_rows_of_how_many() -> None:
    said: list[str] = []

    def chunks() -> Iterator[list[tuple[int]]]:
        yield [(n,) for n in range(5000)]
        yield [(n,) for n in range(500)]

    ref = Ref("crm", "orders")
    assert sum(len(chunk) for chunk in counted(chunks(), said.append, ref, of=5500)) == 5500
    assert said[-1] == "reading crm.orders: 5,500 of 5,500 rows"
    list(counted(chunks(), said.append, ref))
    assert said[-1] == "reading crm.orders: 5,500 rows"


@pytest.mark.process
def test_a_store_that_keeps_us_waiting_is_named_on_stderr_only(terminal: Terminal) -> None:
    with closing(sqlite3.connect(terminal.folder / "shop.sqlite", isolation_level=None)) as somebody:
        somebody.execute("BEGIN EXCLUSIVE")
        process = terminal.start("find", ALMA, "--json")
        assert process.stderr is not None
        assert process.stderr.readline() == "… opening shop  1 s\n"
        somebody.execute("COMMIT")
    told = ended(process)
    assert {m["dataset"] for m in told.json["matches"]} == {"customer", "orders", "note"}
    assert all(line.startswith("… ") for line in told.err.splitlines())
