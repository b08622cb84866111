"""A real SQLite file is reflected exactly: keys, links, checks, triggers, search tables, blind spots."""

from __future__ import annotations

import sqlite3 as driver
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from troth.datamap.schema import Check, ForeignKey, Schema, Table
from troth.planning.triggers import judge
from troth.stores.sqlite.reflect import reflect

DDL = """
CREATE TABLE "Person" (
    Id INTEGER PRIMARY KEY AUTOINCREMENT, boss INT REFERENCES person ON DELETE SET NULL,
    mail VARCHAR(80) NOT NULL UNIQUE COLLATE NOCASE
        CONSTRAINT looks_right CHECK (mail LIKE '%@%' /* ) */ AND mail <> ')'),
    born DATE, seen TIMESTAMP DEFAULT CURRENT_TIMESTAMP, made DATETIME, ok BOOLEAN, price DECIMAL(10,2),
    weight REAL, "check" TEXT, photo BLOB, profile JSON, token UUID, anything, odd SPECIAL_KIND,
    length "DOUBLE PRECISION", n TINYINT(1),
    up TEXT GENERATED ALWAYS AS (upper(mail)) VIRTUAL, kept TEXT AS (lower(mail)) STORED,
    CHECK (price >= 0)  -- CHECK (nothing), and no comma needed
    CONSTRAINT "two words" CHECK (born > '1900-01-01' OR ("check" IS NULL))
);
CREATE INDEX by_boss ON Person (boss) WHERE boss IS NOT NULL; CREATE INDEX by_ok ON Person (ok) WHERE ok;
CREATE INDEX by_up ON Person (lower(mail)); CREATE INDEX by_born ON Person (born, lower(mail));
CREATE UNIQUE INDEX one_ok ON Person (born) WHERE ok;
CREATE TABLE [Order Details] (
    "order" INTEGER, line INTEGER,
    seller INTEGER NOT NULL REFERENCES Person (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (line, "order")
) WITHOUT ROWID;
CREATE TABLE part (
    id INTEGER PRIMARY KEY, line INT, "order" INT, a INT REFERENCES Person NOT DEFERRABLE,
    CONSTRAINT of_line FOREIGN KEY (line, "order") REFERENCES [order details]
        ON DELETE CASCADE ON UPDATE RESTRICT
);
CREATE TABLE hen (id INTEGER PRIMARY KEY, egg INT REFERENCES egg);
CREATE TABLE egg (id INTEGER PRIMARY KEY, hen INT NOT NULL REFERENCES hen);
CREATE TABLE bare (a TEXT, b TEXT); CREATE TABLE shadowed (rowid TEXT, oid TEXT);
CREATE TABLE lost (rowid TEXT, oid TEXT, _rowid_ TEXT);
CREATE TABLE named (a TEXT NOT NULL, b TEXT NOT NULL, c TEXT, UNIQUE (c), UNIQUE (b, a));
CREATE TABLE orphan (x INT REFERENCES nowhere, y INT REFERENCES named);
CREATE VIEW grown AS WITH part AS (SELECT 1 AS one) SELECT p.Id, part.one AS hen FROM person p, part;
"""


@pytest.fixture
def schema(sqlite: driver.Connection) -> Schema:
    sqlite.executescript(DDL)
    return reflect(sqlite, "db")


def columns(table: Table, attribute: str) -> dict[str, Any]:
    return {name: getattr(column, attribute) for name, column in table.by_name.items()}


def test_every_type_has_its_family(schema: Schema) -> None:
    person = schema.tables["Person"]
    assert columns(person, "family") == {
        "Id": "integer", "boss": "integer", "mail": "text", "born": "date", "seen": "timestamp",
        "made": "timestamp", "ok": "boolean", "price": "decimal", "weight": "decimal", "check": "text",
        "photo": "blob", "profile": "json", "token": "uuid", "anything": "text", "odd": "text",
        "length": "decimal", "n": "integer", "up": "text", "kept": "text",
    }  # fmt: skip
    assert [name for name, made in columns(person, "generated").items() if made] == ["up", "kept"]
    assert [name for name, own in columns(person, "identity").items() if own] == ["Id"]
    assert [name for name, nullable in columns(person, "nullable").items() if not nullable] == ["Id", "mail"]
    assert person.by_name["mail"].length == 80
    assert person.by_name["seen"].default == "CURRENT_TIMESTAMP"


def test_checks_are_verbatim(schema: Schema) -> None:
    assert schema.tables["Person"].checks == (
        Check("looks_right", "mail LIKE '%@%' /* ) */ AND mail <> ')'"),
        Check("", "price >= 0"),
        Check("two words", """born > '1900-01-01' OR ("check" IS NULL)"""),
    )


def test_keys_uniques_and_indexes(schema: Schema) -> None:
    tables = schema.tables
    assert tables["Person"].key == ("Id",)
    assert tables["Person"].uniques == (("Id",), ("mail",))
    assert set(tables["Person"].indexes) == {("Id",), ("mail",), ("boss",), ("born",)}
    assert tables["Order Details"].key == ("line", "order")
    assert schema.facts["table:Order Details"] == "without rowid"
    assert tables["bare"].key == ("rowid",)
    assert tables["shadowed"].key == ("_rowid_",)
    assert tables["lost"].key == ()
    assert tables["named"].key == ("b", "a")


def test_links_also_where_the_target_key_is_implied(schema: Schema) -> None:
    tables = schema.tables
    assert tables["Person"].foreign_keys == (
        ForeignKey("", ("boss",), "Person", ("Id",), on_delete="SET NULL"),
    )
    assert tables["Order Details"].foreign_keys == (
        ForeignKey("", ("seller",), "Person", ("Id",), deferrable=True),
    )
    of_person, of_line = tables["part"].foreign_keys
    assert (of_person.target, of_person.target_columns) == ("Person", ("Id",))
    assert of_line == ForeignKey(
        "of_line", ("line", "order"), "Order Details", ("line", "order"), "CASCADE", "RESTRICT"
    )
    assert tables["hen"].foreign_keys[0].target == "egg"
    assert tables["orphan"].foreign_keys == ()
    assert schema.facts["dangling_references"].splitlines() == [
        "orphan (x) -> nowhere",
        "orphan (y) -> named",
    ]


def test_views_name_what_they_read_and_nothing_else(schema: Schema) -> None:
    assert (schema.tables["grown"].kind, schema.tables["grown"].reads) == ("view", ("Person",))


def test_a_primary_key_that_holds_null_gives_way_to_the_row_id(sqlite: driver.Connection) -> None:
    sqlite.executescript(
        "CREATE TABLE t (k TEXT PRIMARY KEY); CREATE TABLE u (k TEXT, l TEXT, PRIMARY KEY (k, l));"
    )
    assert {name: table.key for name, table in reflect(sqlite, "db").tables.items()} == {
        "t": ("k",),
        "u": ("k", "l"),
    }
    sqlite.executescript("INSERT INTO t VALUES (NULL), (NULL); INSERT INTO u VALUES ('a', NULL);")
    assert {table.key for table in reflect(sqlite, "db").tables.values()} == {("rowid",)}


def test_search_tables_hide_their_shadows_and_name_their_source(sqlite: driver.Connection) -> None:
    sqlite.executescript("""
        CREATE TABLE docs (id INTEGER PRIMARY KEY, body TEXT);
        CREATE VIRTUAL TABLE f5 USING fts5(body, content='docs', content_rowid='id', tokenize="unicode61");
        CREATE VIRTUAL TABLE own USING fts5(body, extra UNINDEXED);
        CREATE VIRTUAL TABLE f4 USING fts4(content="DOCS", body);
        CREATE VIRTUAL TABLE blank USING fts5(body, content='');
        CREATE VIRTUAL TABLE box USING rtree(id, x0, x1);
        CREATE VIRTUAL TABLE words USING fts5vocab('own', 'row');
        CREATE TABLE own_content_of_mine (id INTEGER PRIMARY KEY); INSERT INTO own VALUES ('hello', 'x');
    """)
    schema = reflect(sqlite, "db")
    assert set(schema.tables) == {"docs", "f5", "own", "f4", "blank", "box", "words", "own_content_of_mine"}
    assert {name: table.reads for name, table in schema.tables.items() if table.reads} == {
        "f5": ("docs",), "f4": ("docs",), "words": ("own",),
    }  # fmt: skip
    assert [column.name for column in schema.tables["own"].columns] == ["body", "extra"]
    assert schema.tables["own"].kind == "virtual"
    assert {name: schema.tables[name].key for name in ("own", "box", "words")} == {
        "own": ("rowid",), "box": ("rowid",), "words": (),
    }  # fmt: skip
    assert schema.tables["blank"].blind == (
        "a full-text index without content: its words cannot be read back",
    )


def test_what_this_library_cannot_open_is_named(sqlite: driver.Connection) -> None:
    sqlite.executescript("""
        CREATE TABLE t (a TEXT); CREATE VIEW broken AS SELECT nofunction(a) AS x FROM t;
        CREATE VIEW fine AS SELECT a FROM t;
        PRAGMA writable_schema = ON;
        INSERT INTO sqlite_master
            VALUES ('table', 'alien', 'alien', 0, 'CREATE VIRTUAL TABLE alien USING spaceship(a)');
        PRAGMA writable_schema = RESET;
    """)
    schema = reflect(sqlite, "db")
    assert list(schema.tables) == ["t", "broken", "fine"]
    assert schema.tables["broken"].blind == ("the view does not open: no such function: nofunction",)
    assert [column.name for column in schema.tables["fine"].columns] == ["a"]
    assert schema.unsearched == (
        ("alien", "a virtual table of the module spaceship, which this SQLite does not have"),
    )


@pytest.mark.parametrize(
    ("head", "timing", "event", "of"),
    [
        ("CREATE TRIGGER x DELETE ON t", "BEFORE", "delete", ()),
        (
            'CREATE TRIGGER IF NOT EXISTS main.[x y] AFTER UPDATE OF a, "b c" ON t FOR EACH ROW',
            "AFTER",
            "update",
            ("a", "b c"),
        ),
        (
            'CREATE TRIGGER "update" BEFORE INSERT ON t WHEN CASE NEW.a WHEN 1 THEN 1 END',
            "BEFORE",
            "insert",
            (),
        ),
        ("CREATE TRIGGER x INSTEAD OF UPDATE ON v", "INSTEAD OF", "update", ()),
    ],
)
def test_triggers(sqlite: driver.Connection, head: str, timing: str, event: str, of: tuple[str, ...]) -> None:
    sqlite.executescript(f"""
        CREATE TABLE t (a INT, "b c" INT); CREATE VIEW v AS SELECT a FROM t; CREATE TABLE h (a INT);
        {head} BEGIN INSERT INTO h VALUES (1); /* ; */ SELECT 'END'; END;
    """)
    schema = reflect(sqlite, "db")
    (trigger,) = [t for table in schema.tables.values() for t in table.triggers]
    assert (trigger.timing, set(trigger.events), trigger.columns) == (timing, {event}, of)
    assert trigger.body == "BEGIN INSERT INTO h VALUES (1); /* ; */ SELECT 'END'; END"
    if timing != "INSTEAD OF":
        assert judge(trigger, "t", "sqlite").targets == ("h",)


def test_estimates_are_cheap_bounds(sqlite: driver.Connection) -> None:
    sqlite.executescript("""
        CREATE TABLE t (a INTEGER PRIMARY KEY); INSERT INTO t VALUES (5), (-7);
        CREATE TABLE far (a INTEGER PRIMARY KEY); INSERT INTO far VALUES (9223372036854775807);
        CREATE TABLE w (a TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO w VALUES ('x'), ('y');
    """)
    tables = reflect(sqlite, "db").tables
    assert (tables["t"].estimate, tables["w"].estimate) == (5, 0)
    assert tables["far"].estimate < 100_000
    sqlite.execute("ANALYZE")
    tables = reflect(sqlite, "db").tables
    assert (tables["t"].estimate, tables["w"].estimate) == (2, 2)


def test_settings_are_facts(sqlite: driver.Connection) -> None:
    facts = reflect(sqlite, "db").facts
    assert facts["secure_delete"] == "0"
    assert {
        "version",
        "journal_mode",
        "page_count",
        "freelist_count",
        "encoding",
        "foreign_keys",
    } <= facts.keys()


def test_only_the_main_database_is_reflected(sqlite: driver.Connection, tmp_path: Path) -> None:
    sqlite.execute("ATTACH ? AS other", [str(tmp_path / "o.sqlite")])
    sqlite.executescript("""
        CREATE TABLE t (a INTEGER PRIMARY KEY); CREATE TABLE other.t (b TEXT); CREATE TABLE other.u (b TEXT);
        CREATE TEMP TABLE t (c TEXT);
    """)
    sqlite.row_factory = driver.Row
    tables = reflect(sqlite, "db").tables
    assert {name: [c.name for c in table.columns] for name, table in tables.items()} == {"t": ["a"]}
    assert sqlite.row_factory is driver.Row


def test_the_number_of_statements_does_not_grow_with_the_tables(sqlite: driver.Connection) -> None:
    class Counting(driver.Cursor):
        sent = 0

        def execute(self, *given: Any) -> driver.Cursor:
            Counting.sent += 1
            return super().execute(*given)

    class Proxy:
        def cursor(self) -> driver.Cursor:
            return sqlite.cursor(Counting)

    counts = []
    for many in (1, 300):
        for number in range(many):
            sqlite.execute(f"CREATE TABLE t{many}_{number} (id INTEGER PRIMARY KEY, a INT REFERENCES t1_0)")
        Counting.sent = 0
        reflect(Proxy(), "db")  # type: ignore[arg-type]
        counts.append(Counting.sent)
    assert counts[0] == counts[1] < 30


@pytest.mark.parametrize(
    ("name", "tables", "views", "links"),
    [("chinook", 11, 0, 11), ("northwind", 13, 16, 13), ("sakila", 16, 5, 22)],
)
def test_samples(
    sqlite_copy: Callable[[str], Path], samples: Path, name: str, tables: int, views: int, links: int
) -> None:
    with closing(driver.connect(sqlite_copy(name))) as connection:
        schema = reflect(connection, name)
    kinds = [table.kind for table in schema.tables.values()]
    assert (kinds.count("table"), kinds.count("view")) == (tables, views)
    assert sum(len(table.foreign_keys) for table in schema.tables.values()) == links
    assert not [table.name for table in schema.tables.values() if table.blind]
    assert all(table.key for table in schema.tables.values() if table.kind == "table")
