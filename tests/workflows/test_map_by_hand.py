"""A system kept by hand stays in the map when stores are read again, and no store takes its name."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from live import STORES
from troth.datamap.mapfile import load
from troth.terms.errors import UsageError
from troth.terms.settings import Settings
from troth.workflows.house import House
from troth.workflows.mapping import check_map, make_map

ARCHIVE = """\
  archive:
    manual:
      owner: the archive
      mail: archive@vindheim.example
      holds: [full_name]
      says: {da: mapper, en: binders}
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    with closing(sqlite3.connect(tmp_path / "crm.sqlite")) as store:
        store.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT)")
    stores = {scheme: store for store in STORES.values() for scheme in store.schemes}
    made = House(Settings(), stores, {}, tmp_path / "troth.map.yaml")
    make_map(made, [f"sqlite:///{tmp_path}/crm.sqlite"])
    text = made.map_path.read_text()
    made.map_path.write_text(text.rstrip("\n") + "\n" + ARCHIVE)
    return made


def test_what_is_read_again_leaves_it_alone_and_names_it(house: House) -> None:
    with closing(sqlite3.connect(house.map_path.parent / "crm.sqlite")) as store:
        store.execute("CREATE TABLE visit (id INTEGER PRIMARY KEY, person INTEGER REFERENCES person)")
    told = make_map(house, [])
    assert told["manual"] == [
        {"system": "archive", "owner": "the archive", "holds": ["full_name"], "days": 14}
    ]
    datamap = load(house.map_path)
    assert (list(datamap.manual), sorted(ref.dataset for ref in datamap.datasets)) == (
        ["archive"],
        ["person", "visit"],
    )
    assert ARCHIVE.strip() in house.map_path.read_text()
    assert "map.M018" in {one["id"] for one in check_map(house)}


def test_no_store_takes_its_name(house: House) -> None:
    before = house.map_path.read_text()
    with pytest.raises(UsageError, match="kept by hand"):
        make_map(house, [f"archive=sqlite:///{house.map_path.parent}/crm.sqlite"])
    assert house.map_path.read_text() == before
