"""Help is quick, says what each command is for, and loads nothing that a database or a page would need."""

from __future__ import annotations

import subprocess
import sys

import pytest
from terminal import Terminal

COMMANDS = (
    ("map",),
    ("find",),
    ("export",),
    ("erase",),
    ("resume",),
    ("verify",),
    ("ledger", "verify"),
    ("stores",),
    ("demo",),
)
HEAVY = {"sqlalchemy", "django", "psycopg", "dbos", "rich", "cryptography", "yaml", "sqlite3", "phonenumbers"}
_ASK = """
import sys
sys.argv = ["troth", *{arguments!r}]
from troth.main import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print("loaded", *sorted({{name.partition(".")[0] for name in sys.modules}}))
"""


@pytest.mark.process
@pytest.mark.parametrize("arguments", [["--help"], [], ["erase", "--help"]], ids=" ".join)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = _ASK.format(arguments=arguments)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert {"typer", "troth"} <= loaded
    assert loaded & HEAVY == set()


@pytest.mark.process
def test_every_command_has_an_example_and_one_line_in_the_list(terminal: Terminal) -> None:
    listed = terminal("--help").out
    assert "Exit codes: 0 done" in listed
    assert not any(line.endswith("...") for line in listed.splitlines()[1:])  # no summary is cut off
    for command in COMMANDS:
        assert f"  {command[0]} " in listed
        told = terminal(*command, "--help").out
        assert f"Example: troth {' '.join(command)}" in told
        assert "--json" in told
        assert max(map(len, told.splitlines())) <= 100


@pytest.mark.process
def test_no_command_at_all_shows_the_help(terminal: Terminal) -> None:
    assert terminal().out == terminal("--help").out
