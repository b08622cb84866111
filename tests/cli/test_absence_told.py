"""`troth absence` tells a person, and a program, what is left in the files; with TROTH_VACUUM=no it is found."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from terminal import ALMA, BENT, Terminal


def forgotten(folder: Path) -> None:
    """Some rows about Alma that the application deleted before, in its own way."""
    with closing(sqlite3.connect(folder / "shop.sqlite", isolation_level=None)) as db:
        db.execute("PRAGMA secure_delete=OFF")
        db.executemany(
            "INSERT INTO note VALUES (?, 3, ?)",
            [(at, f"about {ALMA} " + "x" * 900) for at in range(500, 560)],
        )
        db.execute("DELETE FROM note WHERE id >= 500")


@pytest.mark.parametrize("vacuum", ["yes", "no"])
def test_bytes_are_gone_unless_nothing_was_done_about_them(terminal: Terminal, vacuum: str) -> None:
    forgotten(terminal.folder)
    before = terminal("absence", ALMA, "--json", code=1).json
    assert {"free", "table"} <= {one["part"] for one in before["found"]}, "it cannot find what is there"
    told = terminal("erase", ALMA, "--accept", "map.Q004", "--yes", "--json", code=None, TROTH_VACUUM=vacuum)
    assert told.code == 0, told
    found = terminal("absence", ALMA, "--json", code=int(vacuum == "no")).json
    assert found["absent"] == (vacuum == "yes")
    assert {one["verdict"] for one in found["found"]} == (set() if vacuum == "yes" else {"dead"})
    assert ALMA not in str(found)


def test_a_person_reads_it_in_both_languages(terminal: Terminal) -> None:
    forgotten(terminal.folder)
    danish = terminal("absence", BENT, code=1, TROTH_LANGUAGE="da")
    english = terminal("absence", BENT, code=1)
    assert "Ikke væk" in danish.out
    assert "står der endnu uden en grund" in danish.out
    assert "Not absent" in english.out
    assert "shop.customer" in english.out
    for part in ("delt over flere sider", "In live rows"):
        assert part in danish.out + english.out
    assert "Should be gone" in terminal("absence", ALMA, code=1).out


def test_what_cannot_be_looked_for_or_read_is_said(terminal: Terminal) -> None:
    assert "too short" in terminal("absence", "kind=ab", code=2).err
    assert "nowhere" in terminal("absence", ALMA, "--files", "nowhere", code=2).err
