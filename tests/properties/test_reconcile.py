"""The ledger's receipts say what happened in the databases, row by row, and hold no personal value (property 20)."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st
from property_engine import in_folder, named, profile, told_of
from property_oracle import EVERYONE
from property_worlds import Annotated, annotated
from test_access import drawn

from troth.ledger import sealed
from troth.ledger.entry import parse, verify_opening
from troth.stores.sqlite import STORE
from troth.terms.settings import Settings
from troth.workflows.erase import Request, erase
from troth.workflows.house import House


@profile(12)
@given(annotated(), st.data())
def test_receipts_reconcile_with_the_difference_in_the_databases(
    world: Annotated, data: st.DataObject
) -> None:
    oracle, batch = drawn(world, data)
    with TemporaryDirectory() as name:
        folder = Path(name)
        estate = in_folder(world, folder)
        systems = {s: {"url": f"sqlite:///{s}.sqlite", "datasets": d} for s, d in told_of(world).items()}
        (folder / "map.yaml").write_text(yaml.safe_dump({"troth": 1, "systems": systems}, allow_unicode=True))
        house = House(Settings(batch_size=3, vacuum=False), {"sqlite": STORE}, {}, folder / "map.yaml")
        before = estate.rows()
        told = erase(house, Request([named(oracle, person) for person in sorted(batch, key=repr)]))
        after = estate.rows()
        if told["blocked"]:
            assert after == before
            assert not (folder / ".troth").exists()
            return
        assert told["left"] == {}, told["left"]
        acts = opened(folder / ".troth")
        erased = Counter(f"{world.shapes[at[0]].system}.{at[0]}" for at in before.keys() - after.keys())
        said: Counter[str] = Counter()
        changed: dict[str, set[str]] = {}
        for system, (dataset, action, rows, columns) in acts:
            if action == "erase":
                said[f"{system}.{dataset}"] += rows
            else:
                changed.setdefault(dataset, set()).update(columns)
        assert said == erased
        assert told["erased"] == sum(erased.values())
        for at in before.keys() & after.keys():
            for column, was in before[at].items():
                assert after[at][column] == was or column in changed.get(at[0], ()), (at, column)
        for path in (folder / ".troth").rglob("*"):
            if path.is_file() and "certificates" not in str(path):
                assert not _names(path.read_bytes()), path.name


def _names(data: bytes) -> list[str]:
    texts = [*EVERYONE, *(json.dumps(text)[1:-1] for text in EVERYONE)]
    return [text for text in texts if text.encode() in data or text.casefold().encode() in data]


def opened(home: Path) -> list[tuple[str, list[Any]]]:
    """(system, [dataset, action, rows, columns]) of every receipt, from its opening, which fits its leaf."""
    master = (home / "master.key").read_bytes()
    with closing(sqlite3.connect(f"file:{home / 'state.sqlite'}?mode=ro", uri=True)) as db:
        wrapped = dict(db.execute("SELECT name, wrapped FROM ledger_wrappedkey"))
        rows = db.execute(
            'SELECT leaf, opening, "key" FROM ledger_entry WHERE kind = ? ORDER BY "index"', ("receipt",)
        ).fetchall()
    found = []
    for leaf, opening, name in rows:
        told = json.loads(
            sealed.open_sealed(sealed.unwrap(master, wrapped[name], name.encode()), opening, b"opening")
        )
        entry = parse(bytes(leaf))
        verify_opening(entry.commitment, told["payload"], bytes.fromhex(told["salt"]))
        assert entry.public["rows"] == sum(step[2] for step in told["payload"]["steps"])
        found += [(told["payload"]["system"], step) for step in told["payload"]["steps"]]
    return found
