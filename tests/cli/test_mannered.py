"""Manners on the command line: what cannot be read is refused, what is asked for reaches the run, and both languages say it."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

import pytest
from terminal import ALMA, BENT, CARL, Terminal

pytestmark = pytest.mark.process


def mannered(terminal: Terminal, words: str) -> None:
    path = terminal.folder / "troth.map.yaml"
    path.write_text(
        path.read_text().replace("    datasets:\n", f"    manners: {{{words}}}\n    datasets:\n", 1)
    )


@pytest.mark.parametrize(
    "option",
    [
        ("--lock-timeout", "soon"),
        ("--batch-size", "0"),
        ("--rate", "1.5"),
        ("--pause", "2"),
        ("--statement-timeout", "2d"),
    ],
)
@pytest.mark.parametrize("command", [("erase", ALMA, "--yes"), ("resume",)])
def test_what_cannot_be_read_is_refused(
    terminal: Terminal, command: tuple[str, ...], option: tuple[str, str]
) -> None:
    if command[0] == "resume" and option[0] == "--batch-size":
        assert "No such option" in terminal(*command, *option, code=2).err
        return
    told = terminal(*command, *option, code=2)
    assert "these manners cannot be read" in told.err
    assert f"{option[0][2:].replace('-', '_').replace('_size', '')}: write " in told.err


def test_a_lock_is_waited_for_as_long_as_the_command_line_says(terminal: Terminal) -> None:
    with closing(sqlite3.connect(terminal.folder / "shop.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        told = terminal("erase", ALMA, "--yes", "--json", "--lock-timeout", "100ms", code=5)
        assert time.monotonic() - began < 25, "four tries and their pauses, not four times ten seconds"
        assert "--lock-timeout" in told.json["stopped"]["remedy"]
        other.execute("ROLLBACK")
    assert terminal("resume", "--json", "--lock-timeout", "5s").json["runs"][0]["state"] == "done"


def test_ceilings_and_quiet_hours_are_lifted_by_name(terminal: Terminal) -> None:
    mannered(terminal, "max_people: 1, quiet: 00:00-24:00 Europe/Copenhagen")
    both = ("erase", ALMA, CARL, "--yes", "--json")
    told = terminal(*both, code=4).json
    assert {q["id"] for q in told["questions"] if q["blocking"]} >= {"plan.Q019", "plan.Q020"}
    assert not (terminal.folder / ".troth").exists()
    assert terminal(*both, "--over-ceiling", code=4).json["blocked"]
    assert terminal(*both, "--ignore-quiet-hours", code=4).json["blocked"]
    told = terminal(*both, "--over-ceiling", "--ignore-quiet-hours", "--batch-size", "2").json
    assert told["state"] == "done"


@pytest.mark.parametrize(
    ("language", "said"), [("da", "Foreslået; intet er gjort."), ("en", "Proposed; nothing was done.")]
)
def test_a_proposal_says_how_another_person_goes_on(terminal: Terminal, language: str, said: str) -> None:
    asked = {"TROTH_APPROVAL": "second_person", "TROTH_LANGUAGE": language}
    told = terminal("erase", BENT, "--propose", TROTH_OPERATOR="Olga", **asked)
    assert said in told.out
    plan = terminal("erase", BENT, "--dry-run", "--json", **asked).json["hash"]
    assert plan in "".join(told.out.split())
    assert (
        "cannot approve"
        in terminal("erase", BENT, "--plan", plan, "--yes", code=4, TROTH_OPERATOR="Olga", **asked).err
    )
    terminal("erase", BENT, "--plan", plan, "--yes", TROTH_OPERATOR="Vera", **asked)
    assert terminal.rows("SELECT count(*) FROM customer WHERE id = 2") == [(0,)]
    assert "only show" in terminal("erase", ALMA, "--propose", "--yes", code=2).err
