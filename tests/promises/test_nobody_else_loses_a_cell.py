"""Every cell that the plan does not name is, byte for byte, what it was before."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from promise_story import Story

from troth.example.checks import difference


def columns_of(story: Story, file: str, table: str) -> list[str]:
    with closing(sqlite3.connect(story.folder / f"{file}.sqlite")) as db:
        return [row[1] for row in db.execute(f'PRAGMA table_xinfo("{table}")')]


def test_nobody_else_loses_a_cell(story: Story) -> None:
    after, named = story.after(), story.named()
    changes = difference(story.before, after)
    assert changes.gone
    assert changes.changed
    for key in changes.added | changes.gone:
        assert "*" in named.get(key, ()), key
    for key in changes.changed:
        cells = zip(columns_of(story, *key[:2]), story.before[key], after[key], strict=True)
        assert {name for name, old, new in cells if (type(old), old) != (type(new), new)} <= named.get(
            key, set()
        ), key
