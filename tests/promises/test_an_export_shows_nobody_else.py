"""What a person is handed about themselves gives away nobody else's e-mail address or telephone number, unless they wrote it themselves
(P94)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from promise_story import Story

from troth.example import HERO
from troth.workflows.erase import Request
from troth.workflows.export import export
from troth.workflows.house import House


def others(folder: Path) -> set[str]:
    """Every e-mail address and telephone number of every other contact and of the staff."""
    with closing(sqlite3.connect(folder / "crm.sqlite")) as db:
        rows = db.execute("SELECT email, phone FROM contact WHERE email <> ?", (HERO.email,)).fetchall()
        rows += db.execute("SELECT email, NULL FROM employee").fetchall()
    return {cell.strip().casefold() for row in rows for cell in row if cell}


def test_a_row_that_is_not_hers_alone_shows_her_nobody_else(story: Story) -> None:
    seen = [m for m in story.shown["matches"] if m["relation"] == "accesses"]
    assert len(seen) > 3
    assert any(m["hidden"] for m in seen), "what concerns others is withheld"
    shown = str([list(m["row"].values()) for m in seen]).casefold()
    assert {value for value in others(story.folder) if value in shown} == set()


def test_the_copy_she_is_handed_names_others_only_where_she_did(
    company: House, story: Story, tmp_path: Path
) -> None:
    assert export(company, Request((HERO.email,)), tmp_path / "copy")["rows"] > 40
    files = [
        p.read_text().casefold() for p in (tmp_path / "copy").rglob("*") if p.suffix in (".json", ".html")
    ]
    assert HERO.email in "".join(files)
    written = str([m["row"] for m in story.shown["matches"] if m["relation"] == "owns"]).casefold()
    named = {value for value in others(company.map_path.parent) if value in "".join(files)}
    assert {value for value in named if value not in written} == set()
