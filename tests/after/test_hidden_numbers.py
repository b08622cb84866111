"""A hidden row number names nobody: after a file was rewritten, it is another person's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from after_world import ALMA, BO, START
from test_guard_doubts import PEOPLE, house

from live import KINDS, Live
from troth.workflows.credentials import split_password
from troth.workflows.due import due
from troth.workflows.erase import Request, erase
from troth.workflows.guard import restore_guard


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_else_goes_with_a_second_look_or_a_guard(
    new_live: Callable[..., Live], tmp_path: Path, kind: str
) -> None:
    crm, old = new_live(kind, "crm"), new_live(kind, "old")
    table = "CREATE TABLE person (email VARCHAR(80), name VARCHAR(80));"
    others = f"INSERT INTO person VALUES (NULL, NULL), ('{BO}', 'Bo Holm');"
    crm.run(f"{table} INSERT INTO person VALUES ('{ALMA}', 'Alma Vind'); {others}")
    old.run(table + others)
    fields = "{email: email, name: full_name}"
    there = house(tmp_path, PEOPLE.format(crm=split_password(crm.url)[0], key="[]", fields=fields), crm=crm)
    erase(there, Request([ALMA]))
    before = crm.query("SELECT * FROM person ORDER BY email")
    there.clock[0] = START.replace(day=4)
    due(there)
    assert crm.query("SELECT * FROM person ORDER BY email") == before
    held = old.query("SELECT * FROM person ORDER BY email")
    told = restore_guard(there, f"crm={old.url}", START.isoformat())
    assert (told["still_visible"], told["uncertain"]) == (0, 0)
    assert old.query("SELECT * FROM person ORDER BY email") == held
