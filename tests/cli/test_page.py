"""What a person sees: words stay whole at any width, columns line up, colour only where a terminal wants it."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time

import pytest
from terminal import ALMA, BENT, TROTH, Terminal

from troth.cli.layout import Cell, Page

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
RED, CYAN = "\x1b[1;31m", "36m"


def at_a_terminal(
    terminal: Terminal, *arguments: str, typed: str = "", width: int = 80, **settings: str
) -> tuple[int, str]:
    """Runs the program on a terminal of that width, somebody typing when it asks; (exit code, what the screen got)."""
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("TROTH_", "LC_", "LANG", "NO_COLOR", "COLUMNS"))
    }
    environment = {**kept, "LANG": "C.UTF-8", "TERM": "xterm", "COLUMNS": str(width), **settings}
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [TROTH, *arguments], cwd=terminal.folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown, answered, until = b"", not typed, time.monotonic() + 240
    while time.monotonic() < until:
        if select.select([ours], [], [], 0.2)[0]:
            try:
                data = os.read(ours, 65536)
            except OSError:  # the other end is gone
                break
            if not data:
                break
            shown += data
        if not answered and b"exactly this" in shown:
            os.write(ours, typed.encode())
            answered = True
    os.close(ours)
    return process.wait(60), shown.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_words_stay_whole_and_columns_line_up(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    page = Page()
    reason = "accounting: amounts and dates stay, the person goes; billing_street_and_house_number was copied"
    page.columns([Cell("7", 3, right=True), Cell("shop.order_details", 18)], reason)
    page.columns([Cell("120", 3, right=True), Cell("shop.order", 18)], reason)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    assert {word for line in lines for word in line.split()} >= set(reason.split())
    first = [line.index("accounting:") for line in lines if "accounting:" in line]
    assert len(set(first)) == 1
    assert all(line.startswith(" " * first[0]) for line in lines if "shop." not in line)


def test_a_long_name_moves_what_follows_below_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    name = "warehouse." + "very_long_dataset_name_" * 3
    Page().columns([Cell(name)], "the reason")
    assert [line.strip() for line in capsys.readouterr().out.splitlines()] == [name, "the reason"]


@pytest.mark.process
@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("command", [("find", ALMA), ("erase", ALMA), ("map",), ("stores",)], ids=" ".join)
def test_no_line_is_wider_than_the_terminal(terminal: Terminal, command: tuple[str, ...], width: int) -> None:
    page = terminal(*command, COLUMNS=str(width)).out
    long = [line for line in page.splitlines() if len(line) > width]
    assert long == []
    assert all(line == line.rstrip() for line in page.splitlines())


@pytest.mark.process
def test_a_program_that_reads_gets_one_line_each(terminal: Terminal) -> None:
    lines = terminal("erase", ALMA, COLUMNS="").out.splitlines()
    assert any(
        "shop.orders" in line and "accounting: amounts and dates stay, the person goes" in line
        for line in lines
    )


@pytest.mark.process
def test_a_terminal_sees_danger_in_red_and_asks_before_it_acts(terminal: Terminal) -> None:
    code, shown = at_a_terminal(terminal, "erase", ALMA, typed="no\n")
    assert code == 0
    assert f"{RED}Erase 2 rows" in shown
    assert "Nothing was done" in shown
    assert terminal.rows("SELECT count(*) FROM customer") == [(3,)]
    code, shown = at_a_terminal(terminal, "erase", ALMA, typed="erase\n")
    assert code == 0
    assert "Erased 2 rows" in shown
    assert terminal.rows(f"SELECT count(*) FROM customer WHERE email = '{ALMA}'") == [(0,)]


@pytest.mark.process
def test_no_colour_where_it_is_not_wanted(terminal: Terminal) -> None:
    _, plain = at_a_terminal(terminal, "find", ALMA, NO_COLOR="1")
    assert "Alma" in plain
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", plain)
    assert "\x1b" not in terminal("find", ALMA).out


@pytest.mark.process
def test_a_terminal_shows_the_first_rows_and_all_of_them_when_asked(terminal: Terminal) -> None:
    many = ", ".join(f"({n}, 2, 'seen {n}')" for n in range(1000, 1030))
    terminal.change(f"INSERT INTO note VALUES {many}")
    _, some = at_a_terminal(terminal, "find", BENT, NO_COLOR="1")
    _, whole = at_a_terminal(terminal, "find", BENT, "--all", NO_COLOR="1")
    assert "… and 21 more: --all" in some
    assert some.count("body=seen") < 11
    assert whole.count("body=seen") == terminal("find", BENT).out.count("body=seen") == 30


@pytest.mark.process
def test_a_value_cannot_steer_the_terminal(terminal: Terminal) -> None:
    terminal.change(
        "UPDATE note SET body = 'clear' || char(27) || '[2J' || char(10) || 'second' WHERE id = 100"
    )
    shown = terminal("find", ALMA).out
    assert "\x1b" not in shown
    assert "body=clear\ufffd[2J second" in shown
    assert terminal("find", ALMA, "--json").json["matches"][1]["row"]["body"] == "clear\x1b[2J\nsecond"
