"""What a store does by itself: stamps, histories, indexes of words, materialised copies, links that hold on a condition."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from proof_world import DDL, datasets, house, unexplained

from live import Live
from troth.workflows.prove import prove

_STAMPED = {
    "sqlite": """ALTER TABLE remark ADD COLUMN changed TIMESTAMP;
        CREATE TRIGGER s AFTER UPDATE OF said ON remark BEGIN
            UPDATE remark SET changed = strftime('%Y-%m-%d %H:%M:%f', 'now') || hex(randomblob(4)) WHERE id = new.id; END;""",
    "mysql": """ALTER TABLE remark ADD COLUMN changed
        TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)""",
    "postgres": """ALTER TABLE remark ADD COLUMN changed TIMESTAMP;
        CREATE FUNCTION s() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.changed := clock_timestamp(); RETURN new; END $$;
        CREATE TRIGGER s BEFORE UPDATE ON remark FOR EACH ROW EXECUTE FUNCTION s();""",
}


def test_a_stamp_is_exempt_by_name(live: Live, tmp_path: Path) -> None:
    told = datasets()
    told["remark"]["fields"]["changed"] = "date"
    shop = house(live, tmp_path, told)
    live.run(_STAMPED[live.kind])
    found = prove(shop)
    assert (found["verdict"], unexplained(found), found["blocked"]) == ("never there", set(), False)
    assert [(one["dataset"], one["column"], one["rows"]) for one in found["exempt"]] == [
        ("remark", "changed", 1)
    ]


def test_a_link_that_holds_on_a_condition(live: Live, tmp_path: Path) -> None:
    told = datasets()
    told["note"] = {
        "key": ["id"], "fields": {"id": "key", "kind": "status", "about": "key", "said": "free_text"},
        "links": [{"columns": ["about"], "to": "customer [id]", "means": "OWNED_BY", "when": "kind IN ('customer', 'c')"}],
    }  # fmt: skip
    note = "CREATE TABLE note (id INTEGER PRIMARY KEY, kind VARCHAR(20) NOT NULL, about INTEGER NOT NULL, said TEXT);"
    shop = house(live, tmp_path, told, f"{DDL}{note} INSERT INTO note VALUES (1, 'order', 1, 'hej');")
    found = prove(shop)
    assert (found["verdict"], unexplained(found), found["not_tried"]) == ("never there", set(), [])
    assert found["planted"]["datasets"] == 6


def test_words_left_in_an_index(new_live: Callable[..., Live], tmp_path: Path) -> None:
    """An index that is filled by a trigger and never emptied holds the words of a row that is gone."""
    live = new_live("sqlite")
    shop = house(live, tmp_path)
    live.run("""
        CREATE VIRTUAL TABLE words USING fts5(note, content='');
        CREATE TRIGGER w AFTER INSERT ON orders BEGIN INSERT INTO words (rowid, note) VALUES (new.id, new.note); END;
    """)
    found = prove(shop)
    assert (found["verdict"], found["blocked"], unexplained(found)) == ("left behind", False, {"words.*"})


@pytest.mark.postgres
def test_a_materialised_copy_is_compared(new_live: Callable[..., Live], tmp_path: Path) -> None:
    live = new_live("postgres")
    shop = house(live, tmp_path)
    live.run("CREATE MATERIALIZED VIEW addresses AS SELECT email, count(*) AS n FROM customer GROUP BY email")
    found: dict[str, Any] = prove(shop)
    assert (found["verdict"], found["blocked"], unexplained(found)) == (
        "left behind",
        False,
        {"addresses.email"},
    )


def test_a_history_is_compared(live: Live, tmp_path: Path) -> None:
    """A trigger that keeps the old text of a row: rewriting the row writes the old text once more."""
    shop = house(live, tmp_path)
    number = {
        "sqlite": "INTEGER PRIMARY KEY",
        "mysql": "INTEGER AUTO_INCREMENT PRIMARY KEY",
        "postgres": "SERIAL PRIMARY KEY",
    }[live.kind]
    copy = {
        "sqlite": "CREATE TRIGGER h AFTER UPDATE ON remark BEGIN INSERT INTO remark_was (said) VALUES (old.said); END;",
        "mysql": "CREATE TRIGGER h AFTER UPDATE ON remark FOR EACH ROW INSERT INTO remark_was (said) VALUES (old.said);",
        "postgres": """CREATE FUNCTION h() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO remark_was (said) VALUES (old.said); RETURN new; END $$;
            CREATE TRIGGER h AFTER UPDATE ON remark FOR EACH ROW EXECUTE FUNCTION h();""",
    }[live.kind]
    live.run(f"CREATE TABLE remark_was (id {number}, said TEXT); {copy}")
    assert [one["id"] for one in prove(shop)["questions"] if one["blocking"]] == ["plan.Q008"]
    found = prove(shop, accepted=["plan.Q008"])
    assert (found["verdict"], found["blocked"]) == ("left behind", False)
    assert unexplained(found) >= {"remark_was.*", "remark_was.said"}
