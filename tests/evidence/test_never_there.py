"""A whole map leaves nothing of an invented person; whatever is taken from it is found, at its place, on every store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from proof_world import DDL, datasets, house, unexplained

from live import Live
from troth.planning.plan import Batch
from troth.stores.mysql.store import MysqlStore
from troth.stores.postgres.store import PostgresStore
from troth.stores.sqlite.store import SqliteStore
from troth.terms.errors import UsageError
from troth.workflows.prove import prove


def test_a_whole_map_leaves_nothing_but_what_a_law_keeps(live: Live, tmp_path: Path) -> None:
    shop = house(live, tmp_path)
    before = live.dump()
    told = prove(shop)
    assert (told["verdict"], unexplained(told), told["not_found"]) == ("never there", set(), [])
    assert not told["not_tried"]
    kept = {f"{one['dataset']}.{one['column']}": one["kept_because"] for one in told["left"]}
    assert kept["invoice.payer"].startswith("accounting record: bogføringsloven")
    assert {"invoice.*", "message.*"} <= set(kept)
    assert "invoice.street" not in kept
    assert told["planted"]["datasets"] == 5  # all but `remark`, whose rows are nobody's: it is only spoken in
    assert told["planted"]["shared"] == 4
    assert told["planted"]["mentions"] >= 4
    assert live.dump() == before
    assert not shop.home.exists()


def test_no_clone_is_left(live: Live, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    prove(house(live, tmp_path), scratch=[str(scratch)])
    assert list(scratch.iterdir()) == []
    if live.kind == "postgres":
        assert live.query("SELECT datname FROM pg_database WHERE datname LIKE 'troth_twin%'") == []
    if live.kind == "mysql":
        assert (
            live.query(
                "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'troth\\_twin%'"
            )
            == []
        )


def test_a_link_taken_out_of_the_map(live: Live, tmp_path: Path) -> None:
    told = datasets()
    del told["invoice"]["links"]
    told["invoice"]["keep"] = []
    found = prove(house(live, tmp_path, told))
    assert found["verdict"] == "left behind"
    assert "invoice.street" in unexplained(found)


_LOG = {
    "sqlite": "CREATE TRIGGER t AFTER INSERT ON customer BEGIN INSERT INTO log (was) VALUES (new.email); END;",
    "mysql": "CREATE TRIGGER t AFTER INSERT ON customer FOR EACH ROW INSERT INTO log (was) VALUES (new.email);",
    "postgres": """CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log (was) VALUES (new.email);
        RETURN new; END $$; CREATE TRIGGER t AFTER INSERT ON customer FOR EACH ROW EXECUTE FUNCTION f();""",
}
_NUMBERED = {
    "sqlite": "INTEGER PRIMARY KEY",
    "mysql": "INTEGER AUTO_INCREMENT PRIMARY KEY",
    "postgres": "SERIAL PRIMARY KEY",
}


def test_a_trigger_that_copies_to_a_log(live: Live, tmp_path: Path) -> None:
    shop = house(live, tmp_path)
    live.run(f"CREATE TABLE log (id {_NUMBERED[live.kind]}, was VARCHAR(200)); {_LOG[live.kind]}")
    found = prove(shop)
    assert found["verdict"] == "left behind"
    assert unexplained(found) == {"log.*", "log.was"}


def test_a_table_the_map_does_not_know(live: Live, tmp_path: Path) -> None:
    shop = house(live, tmp_path)
    live.run(f"CREATE TABLE lead (id {_NUMBERED[live.kind]}, email VARCHAR(80), remarks TEXT);")
    found = prove(shop)
    assert found["verdict"] == "left behind"
    assert {"lead.*", "lead.email"} <= unexplained(found)
    assert {one["dataset"] for one in found["not_found"]} == {"lead"}


def test_a_column_the_map_does_not_know_is_a_question_where_its_row_stays(live: Live, tmp_path: Path) -> None:
    shop = house(live, tmp_path)
    live.run("ALTER TABLE invoice ADD COLUMN deliver_to VARCHAR(120)")
    found = prove(shop)
    assert (found["verdict"], found["blocked"]) == ("left behind", True)
    assert [(one["id"], one["place"]) for one in found["questions"] if one["blocking"]] == [
        ("plan.Q003", "shop.invoice")
    ]


def _technical(live: Live) -> tuple[dict[str, Any], str]:
    """The shop whose map calls a JSON column technical."""
    told = datasets()
    told["invoice"]["fields"]["extra"] = "technical"
    return told, DDL.replace("extra TEXT", "extra JSONB" if live.kind == "postgres" else "extra JSON")


def test_a_path_the_map_does_not_know(live: Live, tmp_path: Path) -> None:
    found = prove(house(live, tmp_path, *_technical(live)))
    assert found["verdict"] == "left behind"
    assert unexplained(found) == {"invoice.extra"}


@pytest.mark.parametrize("role", ["deletes", "blanks"])
def test_an_executor_that_reaches_too_far(
    live: Live, tmp_path: Path, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another person's row goes, or is blanked, together with the invented one's."""
    kind = {"sqlite": SqliteStore, "postgres": PostgresStore, "mysql": MysqlStore}[live.kind]
    real = kind.execute

    def execute(store: Any, batch: Batch, hand: Any) -> None:
        steps = []
        for step in batch.steps:
            far = (
                step.ref.dataset == "line"
                if role == "deletes"
                else step.ref.dataset == "invoice" and step.action == "anonymise"
            )
            other = (2, 1) if role == "deletes" else (1, 1)
            steps.append(
                replace(step, rows=[*step.rows, other[: len(step.key) + len(step.witness)]]) if far else step
            )
        real(store, replace(batch, steps=tuple(steps)), hand)

    monkeypatch.setattr(kind, "execute", execute)
    found = prove(house(live, tmp_path))
    assert found["verdict"] == "left behind"
    assert unexplained(found) == ({"line.*"} if role == "deletes" else {"invoice.extra", "invoice.street"})


def test_what_was_asked_not_to_count(live: Live, tmp_path: Path) -> None:
    shop = house(live, tmp_path, *_technical(live))
    found = prove(shop, exempt=["shop.invoice.extra"])
    assert (found["verdict"], unexplained(found)) == ("never there", set())
    assert [one["column"] for one in found["exempt"] if one["reason"] == "named by whoever asked"] == [
        "extra"
    ]
    with pytest.raises(UsageError, match="no such column"):
        prove(shop, exempt=["shop.invoice.nothing"])


def test_a_question_that_stands_before_it(live: Live, tmp_path: Path) -> None:
    told = datasets()
    script = DDL.replace(
        ",\n  FOREIGN KEY (customer_id) REFERENCES customer (id));\nCREATE TABLE line",
        ");\nCREATE TABLE line",
    )
    told["orders"]["links"][0] = {
        "columns": ["customer_id"],
        "to": "customer [id]",
        "means": "OWNED_BY? 0.60",
    }
    found = prove(house(live, tmp_path, told, script))
    assert found["blocked"]
    assert found["questions"]
    assert found["verdict"] == "left behind"
