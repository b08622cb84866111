"""A real PostgreSQL is reflected exactly: keys, links, partitions, types, triggers, reasons for blindness."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from troth.datamap.schema import Check, ForeignKey, Schema, Table
from troth.planning.triggers import judge
from troth.stores.postgres.reflect import reflect, spell, split

DDL = """
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'Ønsket');
CREATE DOMAIN email AS varchar(80) CHECK (VALUE LIKE '%@%') NOT NULL;
CREATE DOMAIN work_email AS email CHECK (VALUE <> 'x@y');
CREATE TABLE person (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    boss bigint REFERENCES person ON DELETE SET NULL,
    mail work_email,
    feeling mood DEFAULT 'sad', feelings mood[], tags text[],
    token uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    born date, seen timestamptz DEFAULT now(), at_noon time, ok boolean,
    nick char(12), "full" varchar(40), price numeric(10,2), photo bytea, picture oid,
    profile jsonb, ip inet, mac macaddr, doc xml, place point,
    up text GENERATED ALWAYS AS (upper("full")) STORED,
    CONSTRAINT grown CHECK (born < '2010-01-01')
);
COMMENT ON TABLE person IS 'People'; COMMENT ON COLUMN person.nick IS 'what friends say';
CREATE INDEX ON person (lower("full")); CREATE INDEX ON person (born, lower("full"));
CREATE INDEX ON person (boss) WHERE boss IS NOT NULL; CREATE INDEX ON person (seen) WHERE ok;
CREATE UNIQUE INDEX ON person (nick) WHERE ok; CREATE INDEX ON person USING gin (profile);
CREATE SCHEMA "Odd.Schema"; CREATE SCHEMA sales;
CREATE TABLE sales.person (id serial PRIMARY KEY);
CREATE TABLE "Odd.Schema"."ta""b.le" (
    "Select" integer, "from" text NOT NULL, "a b" text NOT NULL, UNIQUE ("a b", "from")
);
CREATE TABLE "sales.person" (id integer);
CREATE TABLE "Order Details" (
    "order" integer, line integer, seller integer REFERENCES sales.person (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (line, "order")
);
CREATE TABLE part (
    id integer PRIMARY KEY, line integer, "order" integer,
    CONSTRAINT of_line FOREIGN KEY ("order", line) REFERENCES "Order Details" ("order", line)
        ON DELETE CASCADE ON UPDATE RESTRICT
);
CREATE TABLE hen (id integer PRIMARY KEY, egg integer);
CREATE TABLE egg (id integer PRIMARY KEY, hen integer NOT NULL REFERENCES hen);
ALTER TABLE hen ADD FOREIGN KEY (egg) REFERENCES egg;
CREATE VIEW grown_ups AS SELECT p.id, o.line FROM person p JOIN "Order Details" o ON o.line = p.id;
CREATE MATERIALIZED VIEW tally AS SELECT count(*) AS n FROM grown_ups, sales.person;
"""


@pytest.fixture
def schema(postgres: psycopg.Connection) -> Schema:
    postgres.execute(DDL.encode())
    return reflect(postgres, "db")


def columns(table: Table, attribute: str) -> dict[str, Any]:
    return {name: getattr(column, attribute) for name, column in table.by_name.items()}


def test_every_type_has_its_family_and_its_own_spelling(schema: Schema) -> None:
    person = schema.tables["person"]
    families = columns(person, "family")
    assert families == {
        "id": "integer", "boss": "integer", "mail": "text", "feeling": "enum", "feelings": "array",
        "tags": "array", "token": "uuid", "born": "date", "seen": "timestamp", "at_noon": "other",
        "ok": "boolean", "nick": "text", "full": "text", "price": "decimal", "photo": "blob",
        "picture": "other", "profile": "json", "ip": "inet",
        "mac": "inet", "doc": "xml", "place": "other", "up": "text",
    }  # fmt: skip
    native = columns(person, "native")
    assert native["mail"] == "public.work_email"
    assert native["price"] == "numeric(10,2)"
    assert native["feelings"] == "public.mood[]"
    assert person.by_name["feeling"].choices == ("sad", "it's ok", "Ønsket")
    assert {n: length for n, length in columns(person, "length").items() if length} == {
        "mail": 80, "nick": 12, "full": 40,
    }  # fmt: skip
    assert [n for n, made in columns(person, "generated").items() if made] == ["up"]
    assert [n for n, made in columns(person, "identity").items() if made] == ["id"]
    assert [n for n, nullable in columns(person, "nullable").items() if not nullable] == [
        "id",
        "mail",
        "token",
    ]
    assert person.by_name["nick"].comment == "what friends say"
    assert person.comment == "People"
    assert schema.tables["sales.person"].by_name["id"].identity


def test_every_native_spelling_can_be_cast_to(schema: Schema, postgres: psycopg.Connection) -> None:
    for table in schema.tables.values():
        for column in table.columns:
            value = "'a@b'" if column.family == "text" else "NULL"
            if column.native != "public.work_email" or value != "NULL":
                postgres.execute(f"SELECT CAST({value} AS {column.native})".encode())


def test_keys_uniques_indexes_and_checks(schema: Schema) -> None:
    person = schema.tables["person"]
    assert person.key == ("id",)
    assert person.uniques == (("id",), ("token",))
    assert set(person.indexes) == {("id",), ("token",), ("born",), ("boss",)}
    assert {check.name for check in person.checks} == {"grown", "email_check", "work_email_check"}
    assert Check("work_email_check", "((\"mail\")::text <> 'x@y'::text)") in person.checks
    assert schema.tables["Order Details"].key == ("line", "order")
    assert schema.tables['"Odd.Schema"."ta""b.le"'].key == ("a b", "from")
    assert schema.tables['"sales.person"'].key == ()


def test_links_with_actions_cycles_and_self_references(schema: Schema) -> None:
    tables = schema.tables
    assert tables["person"].foreign_keys == (
        ForeignKey("person_boss_fkey", ("boss",), "person", ("id",), on_delete="SET NULL"),
    )
    assert tables["Order Details"].foreign_keys[0].deferrable
    assert tables["Order Details"].foreign_keys[0].target == "sales.person"
    assert tables["part"].foreign_keys == (
        ForeignKey("of_line", ("order", "line"), "Order Details", ("order", "line"), "CASCADE", "RESTRICT"),
    )
    assert tables["hen"].foreign_keys[0].target == "egg"
    assert tables["egg"].foreign_keys[0].target == "hen"


def test_views_name_what_they_read(schema: Schema) -> None:
    assert schema.tables["grown_ups"].kind == "view"
    assert schema.tables["grown_ups"].reads == ("Order Details", "person")
    assert schema.tables["tally"].kind == "materialized"
    assert schema.tables["tally"].reads == ("grown_ups", "sales.person")


@pytest.mark.parametrize(
    "name",
    [
        ("public", "person"),
        ("sales", "person"),
        ("public", "sales.person"),
        ("a.b", "c"),
        ("a", 'b"."c'),
        ("x", "y z"),
    ],
)
def test_a_spelled_name_leads_back_to_its_table(name: tuple[str, str]) -> None:
    assert split(spell(*name)) == name


def test_names_are_never_ambiguous() -> None:
    parts = ["a", "a.b", "b", 'a"b', '"', ".", "public", "A b", '"a"']
    spelled = {spell(schema, table) for schema in parts for table in parts}
    assert len(spelled) == len(parts) ** 2


def test_large_objects_and_oid_columns_are_named(postgres: psycopg.Connection, schema: Schema) -> None:
    assert schema.tables["person"].blind == (
        "picture may name a large object, whose bytes lie outside the table",
    )
    assert "pg_largeobject" not in dict(schema.unsearched)
    postgres.execute("SELECT lo_create(0)")
    assert "pg_largeobject" in dict(reflect(postgres, "db").unsearched)


def test_other_databases_of_the_cluster_are_counted_in_one_line(schema: Schema) -> None:
    told = [reason for what, reason in schema.unsearched if what == "other databases"]
    assert len(told) == 1
    assert re.fullmatch(r"[1-9]\d* other databases? of the same cluster", told[0])


def test_partitions_are_folded_into_their_parent(postgres: psycopg.Connection) -> None:
    postgres.execute("""
        CREATE TABLE town (id integer PRIMARY KEY);
        CREATE TABLE visit (
            id integer, at date NOT NULL, town integer REFERENCES town, note text, PRIMARY KEY (id, at)
        ) PARTITION BY RANGE (at);
        CREATE TABLE visit_a PARTITION OF visit FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
        CREATE TABLE visit_b PARTITION OF visit FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')
            PARTITION BY HASH (id);
        CREATE TABLE visit_b1 PARTITION OF visit_b FOR VALUES WITH (MODULUS 1, REMAINDER 0);
        CREATE TABLE visit_c (note text, id integer NOT NULL, gone integer, town integer, at date NOT NULL);
        ALTER TABLE visit_c DROP COLUMN gone;
        ALTER TABLE visit ATTACH PARTITION visit_c FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
        ALTER TABLE visit_c ADD CONSTRAINT only_here FOREIGN KEY (id) REFERENCES town ON DELETE CASCADE;
        CREATE TABLE stamp (visit integer, at date, FOREIGN KEY (visit, at) REFERENCES visit);
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER everywhere BEFORE INSERT ON visit FOR EACH ROW EXECUTE FUNCTION f();
        CREATE TRIGGER in_c BEFORE UPDATE OF note ON visit_c FOR EACH ROW EXECUTE FUNCTION f();
        CREATE INDEX ON visit_a (note); CREATE INDEX ON visit_b1 (note); CREATE INDEX ON visit_c (note);
        INSERT INTO town SELECT generate_series(1, 100);
        INSERT INTO visit SELECT id, '2022-05-05', 1 FROM town; ANALYZE;
    """)
    schema = reflect(postgres, "db")
    assert list(schema.tables) == ["stamp", "town", "visit"]
    visit = schema.tables["visit"]
    assert sorted(visit.partitions) == ["visit_a", "visit_b1", "visit_c"]
    assert [(fk.columns, fk.target, fk.on_delete) for fk in visit.foreign_keys] == [
        (("town",), "town", "NO ACTION"),
        (("id",), "town", "CASCADE"),
    ]
    assert [(t.name, t.columns) for t in visit.triggers] == [("everywhere", ()), ("in_c", ("note",))]
    assert [(fk.columns, fk.target) for fk in schema.tables["stamp"].foreign_keys] == [
        (("visit", "at"), "visit")
    ]
    assert ("note",) in visit.indexes
    assert visit.estimate == 100
    assert visit.blind == ()


def test_plain_inheritance_is_folded_only_where_nothing_would_be_hidden(postgres: psycopg.Connection) -> None:
    postgres.execute("""
        CREATE TABLE base (id integer PRIMARY KEY, a text); CREATE INDEX ON base (a);
        CREATE TABLE same () INHERITS (base);
        CREATE TABLE more (secret text) INHERITS (base);
    """)
    schema = reflect(postgres, "db")
    assert list(schema.tables) == ["base", "more"]
    assert schema.tables["base"].partitions == ("same",)
    assert schema.tables["base"].blind == ("its rows include those of more, a dataset of its own",)
    assert schema.tables["base"].indexes == ()  # the child has none
    assert schema.facts["unenforced_keys"] == "base"


def test_triggers_and_rules_are_told_in_their_own_words(postgres: psycopg.Connection) -> None:
    postgres.execute("""
        CREATE TABLE t (id integer PRIMARY KEY, body text, words tsvector);
        CREATE TABLE h (id integer, body text);
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN INSERT INTO h VALUES (OLD.id, OLD.body); RETURN NULL; END';
        CREATE TRIGGER a AFTER UPDATE OF body OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION keep();
        CREATE TRIGGER b BEFORE INSERT OR UPDATE ON t FOR EACH ROW
            EXECUTE FUNCTION tsvector_update_trigger('words', 'pg_catalog.english', 'body');
        CREATE TRIGGER c AFTER TRUNCATE ON t EXECUTE FUNCTION keep();
        CREATE TRIGGER off AFTER DELETE ON t FOR EACH ROW EXECUTE FUNCTION keep();
        ALTER TABLE t DISABLE TRIGGER off;
        CREATE RULE d AS ON DELETE TO t DO ALSO INSERT INTO h VALUES (OLD.id);
        CREATE VIEW v AS SELECT id FROM t;
        CREATE TRIGGER e INSTEAD OF DELETE ON v FOR EACH ROW EXECUTE FUNCTION keep();
    """)
    schema = reflect(postgres, "db")
    a, b, c, d = schema.tables["t"].triggers
    assert (a.events, a.timing, a.columns, a.language) == (
        {"update", "delete"},
        "AFTER",
        ("body",),
        "plpgsql",
    )
    assert (b.timing, b.language) == ("BEFORE", "internal")
    assert (c.events, d.events, d.language) == ({"truncate"}, {"delete"}, "rule")
    assert schema.tables["v"].triggers[0].timing == "INSTEAD OF"
    verdicts = [judge(trigger, "t", "postgres") for trigger in (a, b, d)]
    assert [(v.kind, v.targets) for v in verdicts] == [
        ("copies", ("h",)),
        ("harmless", ()),
        ("copies", ("h",)),
    ]


def test_row_level_security_blinds_those_it_applies_to(
    postgres: psycopg.Connection, as_role: Callable[[], psycopg.Connection]
) -> None:
    postgres.execute(
        f"""
        CREATE TABLE t (id integer PRIMARY KEY, owner text); ALTER TABLE t ENABLE ROW LEVEL SECURITY;
        CREATE POLICY p ON t USING (owner = current_user); INSERT INTO t VALUES (1, 'x');
        GRANT SELECT, UPDATE, DELETE ON t TO {as_role.name};
    """.encode()
    )
    assert reflect(postgres, "db").tables["t"].blind == ()
    seen = reflect(as_role(), "db")
    assert seen.tables["t"].blind == ("row level security applies to us: some rows may be hidden",)
    assert seen.facts["is_superuser"] == "off"
    assert "unwritable" not in seen.facts


def test_missing_grants_blind_us(
    postgres: psycopg.Connection, as_role: Callable[[], psycopg.Connection]
) -> None:
    postgres.execute(
        f"""
        CREATE TABLE shut (id integer PRIMARY KEY); CREATE TABLE half (id integer PRIMARY KEY, pay integer);
        CREATE TABLE open (id integer PRIMARY KEY); CREATE SCHEMA hidden; CREATE TABLE hidden.t (id integer);
        GRANT SELECT (id) ON half TO {as_role.name}; GRANT SELECT ON open, hidden.t TO {as_role.name};
    """.encode()
    )
    schema = reflect(as_role(), "db")
    assert {name: table.blind for name, table in schema.tables.items()} == {
        "half": ("no SELECT on the columns pay",),
        "open": (),
        "shut": ("no SELECT on the table",),
        "hidden.t": ("no USAGE on the schema hidden",),
    }
    assert {name for name, _ in schema.unsearched} >= {"shut", "hidden.t"}
    assert "half" not in dict(schema.unsearched)
    assert schema.facts["unwritable"].splitlines() == ["half", "open", "shut", "hidden.t"]


def test_foreign_tables_lie_elsewhere(postgres: psycopg.Connection) -> None:
    postgres.execute("""
        CREATE FOREIGN DATA WRAPPER none; CREATE SERVER far FOREIGN DATA WRAPPER none;
        CREATE FOREIGN TABLE away (id integer) SERVER far;
        CREATE TABLE p (id integer) PARTITION BY LIST (id);
        CREATE FOREIGN TABLE q PARTITION OF p DEFAULT SERVER far;
    """)
    schema = reflect(postgres, "db")
    assert schema.tables["away"].kind == "foreign"
    assert "away" in dict(schema.unsearched)
    assert schema.tables["p"].blind == ("the partition q lives in another system",)


def test_the_connection_is_left_as_it_was(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, row_factory=dict_row) as connection:
        connection.execute("CREATE TABLE t (id integer); SET search_path = pg_temp, public")
        reflect(connection, "db")
        assert connection.execute("SHOW search_path").fetchone() == {"search_path": "pg_temp, public"}
        connection.rollback()
        assert list(reflect(connection, "db").tables) == []


def test_the_number_of_statements_does_not_grow_with_the_tables(
    postgres: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[object] = []
    real = psycopg.Cursor.execute
    monkeypatch.setattr(psycopg.Cursor, "execute", lambda *a, **k: (sent.append(a[1]), real(*a, **k))[1])
    counts = []
    for many in (1, 300):
        for number in range(many):
            wide = ", ".join(f"c{c} text" for c in range(18))
            postgres.execute(f"CREATE TABLE t{many}_{number} (id serial PRIMARY KEY, {wide})".encode())
        sent.clear()
        started = time.perf_counter()
        reflect(postgres, "db")
        counts.append(len(sent))
    assert counts[0] == counts[1] < 20
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("name", "tables", "links"), [("chinook", 11, 11), ("northwind", 14, 13), ("sakila", 15, 22)]
)
def test_samples(postgres_sample: Callable[[str], str], name: str, tables: int, links: int) -> None:
    with psycopg.connect(postgres_sample(name)) as connection:
        schema = reflect(connection, name)
    real = [table for table in schema.tables.values() if table.kind == "table"]
    assert len(real) == tables
    assert sum(len(table.foreign_keys) for table in real) == links
    assert all(table.key and not table.blind for table in real)
    if name == "sakila":
        payment = schema.tables["payment"]
        assert len(payment.partitions) == 6
        assert {fk.target for fk in payment.foreign_keys} == {"customer", "rental", "staff"}
        kinds = {judge(t, table.name, "postgres").kind for table in real for t in table.triggers}
        assert kinds == {"harmless", "copies"}
