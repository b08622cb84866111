"""The contract of every clone: two of them, alike and apart from the original, with all that acts in it; gone at the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from live import KINDS, STORES, Live
from troth.datamap.reader import Everything, Select
from troth.evidence.world import Origin, Twin, UnplantableError
from troth.terms.errors import UsageError

DDL = """
CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE, born DATE, size DECIMAL(8, 3), CHECK (size > 0));
CREATE TABLE pet (id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL, FOREIGN KEY (person_id) REFERENCES person (id));
CREATE VIEW names AS SELECT name FROM person;
INSERT INTO person VALUES (1, 'Alma "100%" Æøå', '1931-02-28', 1.250), (2, 'Bo', NULL, NULL);
INSERT INTO pet VALUES (1, 1);
"""


def origin(live: Live, tmp_path: Path) -> Origin:
    folder = tmp_path / "private"
    folder.mkdir(exist_ok=True)
    return Origin("shop", live.url, None, "", folder)


def rows(live: Live, twin: Twin, dataset: str, *columns: str) -> list[tuple[object, ...]]:
    store = STORES[live.kind].open("shop", twin.url, password=twin.password)
    try:
        return sorted(row for chunk in store.rows(Select(dataset, columns, Everything())) for row in chunk)
    finally:
        store.close()


def test_both_are_as_the_original_and_apart_from_it(live: Live, tmp_path: Path) -> None:
    live.run(DDL)
    before = live.dump()
    clone = STORES[live.kind].twins
    assert clone is not None
    with clone(origin(live, tmp_path)) as (met, never):
        assert len({live.url, met.url, never.url}) == 3
        there = rows(live, never, "person", "id", "name", "born", "size")
        assert there == rows(live, met, "person", "id", "name", "born", "size")
        assert [row[1] for row in there] == ['Alma "100%" Æøå', "Bo"]
        assert len(rows(live, met, "names", "name")) == 2
        assert met.plant("person", {"id": 7, "name": "Carla"}, ("id", "name")) == (7, "Carla")
        assert met.amend("person", {"id": 2}, {"name": "Bodil"}) == 1
        assert rows(live, met, "person", "name")[1:] == [("Bodil",), ("Carla",)]
        assert rows(live, never, "person", "id", "name", "born", "size") == there
        assert live.dump() == before
    with pytest.raises(UsageError):
        rows(live, met, "person", "id")
    assert live.dump() == before


def test_a_refused_row_says_why_and_changes_nothing(live: Live, tmp_path: Path) -> None:
    live.run(DDL)
    clone = STORES[live.kind].twins
    assert clone is not None
    with clone(origin(live, tmp_path)) as (met, never):
        for dataset, cells, hurdle in (
            ("person", {"id": 7, "name": "Bo"}, "unique"),
            ("person", {"id": 7, "name": None}, "null"),
            ("person", {"id": 7, "name": "Carla", "size": -1}, "check"),
            ("pet", {"id": 7, "person_id": 99}, "foreign"),
        ):
            with pytest.raises(UnplantableError) as refused:
                met.plant(dataset, cells, ("id",))
            assert refused.value.hurdle == hurdle
            assert "Carla" not in str(refused.value)
        met.plant("person", {"id": 8, "name": "Dan"}, ("id",), trial=True)
        for dataset in ("person", "pet"):
            assert rows(live, met, dataset, "id") == rows(live, never, dataset, "id")


def test_clones_are_gone_after_a_fault(live: Live, tmp_path: Path) -> None:
    live.run(DDL)
    clone = STORES[live.kind].twins
    assert clone is not None
    with pytest.raises(ZeroDivisionError), clone(origin(live, tmp_path)) as (met, _):
        _ = 1 // 0
    with pytest.raises(UsageError):
        rows(live, met, "person", "id")


@pytest.mark.parametrize("connected", [False, True])
def test_a_database_in_use_is_cloned_all_the_same(live: Live, tmp_path: Path, connected: bool) -> None:
    live.run(DDL)
    if not connected:
        live.close()
        live._db = live._maria = None
    clone = STORES[live.kind].twins
    assert clone is not None
    with clone(origin(live, tmp_path)) as (met, _):
        assert len(rows(live, met, "person", "id")) == 2


_REACHING = {
    "mysql": "CREATE TRIGGER t AFTER INSERT ON person FOR EACH ROW INSERT INTO {database}.pet VALUES (9, 1)",
    "postgres": """CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM dblink_exec('x', 'y'); RETURN new; END $$;
        CREATE TRIGGER t AFTER INSERT ON person FOR EACH ROW EXECUTE FUNCTION f()""",
}


@pytest.mark.parametrize("kind", KINDS[1:])
def test_what_would_reach_out_of_a_clone_is_refused(
    kind: str, new_live: Callable[..., Live], tmp_path: Path
) -> None:
    live = new_live(kind)
    live.run(DDL)
    live.run(_REACHING[live.kind].replace("{database}", live.url.rpartition("/")[2]))
    before = live.dump()
    clone = STORES[live.kind].twins
    assert clone is not None
    with (
        pytest.raises(UsageError, match=r"from within a clone|reach the original"),
        clone(origin(live, tmp_path)),
    ):
        pass
    assert live.dump() == before


@pytest.mark.parametrize("kind", KINDS[1:])
def test_databases_of_a_killed_run_are_dropped_by_the_next(
    kind: str, new_live: Callable[..., Live], tmp_path: Path
) -> None:
    live = new_live(kind)
    live.run(DDL)
    live.write("CREATE DATABASE troth_twin_dead")
    clone = STORES[kind].twins
    assert clone is not None
    catalogue = {
        "postgres": "SELECT datname FROM pg_database WHERE datname LIKE 'troth_twin_%'",
        "mysql": "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'troth_twin_%'",
    }[kind]
    with clone(origin(live, tmp_path)):
        names = [name for (name,) in live.query(catalogue)]
        assert len(names) == 2
        assert "troth_twin_dead" not in names
        other = tmp_path / "other"
        other.mkdir()
        with clone(Origin("shop", live.url, None, "", other)):  # beside it: what is in use stays
            assert set(names) < {name for (name,) in live.query(catalogue)}
    assert live.query(catalogue) == []
