"""What PostgreSQL schemas in production do to an erasure: the person goes, and nobody else loses a cell."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from store_stories import ALICE, BOB, PEOPLE, PERSON, dataset, link, world

from live import Live
from troth.terms.errors import MapError

pytestmark = pytest.mark.postgres


@pytest.fixture
def live(new_live: Callable[..., Live]) -> Live:
    return new_live("postgres")


def test_a_domain_a_citext_and_an_enum_are_searched_and_emptied(live: Live) -> None:
    shop = world(
        live,
        "CREATE EXTENSION IF NOT EXISTS citext; CREATE DOMAIN mail AS citext CHECK (VALUE ~ '@');"
        "CREATE TYPE sex AS ENUM ('f', 'm', 'x');"
        "CREATE TABLE person (id int PRIMARY KEY, name text, email mail NOT NULL UNIQUE, sex sex NOT NULL);"
        "INSERT INTO person VALUES (1, 'Alice Alstrup', 'Alice@Inbox.Example', 'f'), (2, 'Bob Bille', 'bob@inbox.example', 'm');"
        "CREATE TABLE sent (id int PRIMARY KEY, receiver mail, body citext); "
        "INSERT INTO sent VALUES (1, 'ALICE@inbox.example', 'Hi'), (2, 'bob@inbox.example', 'of Alice@inbox.Example');"
        "CREATE TABLE bill (id int PRIMARY KEY, payer mail NOT NULL REFERENCES person (email), sex sex NOT NULL);"
        "INSERT INTO bill VALUES (1, 'alice@inbox.example', 'f'), (2, 'bob@inbox.example', 'm')",
        person=dataset(
            "id:key name:full_name email:email sex:gender",
            subject="person",
            nobody={"id": 0, "email": "nobody@troth.invalid"},
        ),
        sent=dataset("id:key receiver:email body:free_text"),
        bill=dataset("id:key payer:email sex:gender", link("payer", "person [email]"), erase="anonymise"),
    )
    shop.erase(ALICE)
    assert live.query("SELECT id, receiver::text, body::text FROM sent ORDER BY id") == [
        (1, None, None),
        (2, BOB, "of [erased]"),
    ]
    assert live.query("SELECT id, payer::text FROM bill ORDER BY id") == [
        (1, "nobody@troth.invalid"),
        (2, BOB),
    ]
    assert live.query("SELECT id FROM person ORDER BY id") == [(0,), (2,)]


def test_half_a_composite_key_refers_to_nothing(live: Live) -> None:
    """MATCH SIMPLE: a NULL in part of a foreign key makes the rest mean nothing."""
    shop = world(
        live,
        "CREATE TABLE person (region text, no int, email text, PRIMARY KEY (region, no));"
        f"INSERT INTO person VALUES ('dk', 1, '{ALICE}'), ('dk', 2, '{BOB}'), ('se', 1, 'c@inbox.example');"
        "CREATE TABLE deal (id int PRIMARY KEY, region text, no int, note text, FOREIGN KEY (region, no) REFERENCES person);"
        "INSERT INTO deal VALUES (1, 'dk', 1, 'hers'), (2, 'dk', NULL, 'nobody'), (3, NULL, 1, 'nobody'), (4, "
        "'dk', 2, 'his'), (5, 'se', 1, 'c')",
        person={
            "subject": "person",
            "key": ["region", "no"],
            "fields": {"region": "key", "no": "key", "email": "email"},
        },
        deal=dataset("id:key region:key no:key note:free_text", link("region no", "person [region, no]")),
    )
    shop.erase(ALICE)
    assert [r[0] for r in live.query("SELECT id FROM deal ORDER BY id")] == [2, 3, 4, 5]
    assert live.query("SELECT count(*) FROM person") == [(2,)]


def test_a_composite_link_with_a_tenant_keeps_the_tenant_when_it_lets_go(live: Live) -> None:
    shop = world(
        live,
        "CREATE TABLE tenant (id int PRIMARY KEY); INSERT INTO tenant VALUES (1);"
        "CREATE TABLE person (tenant_id int REFERENCES tenant, id int, email text, PRIMARY KEY (tenant_id, id));"
        f"INSERT INTO person VALUES (1, 1, '{ALICE}'), (1, 2, '{BOB}');"
        "CREATE TABLE task (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenant, owner int, helper int,"
        " FOREIGN KEY (tenant_id, owner) REFERENCES person, FOREIGN KEY (tenant_id, helper) REFERENCES person);"
        "INSERT INTO task VALUES (1, 1, 2, 1), (2, 1, 1, 2), (3, 1, 2, 2)",
        tenant=dataset("id:key"),
        person={
            "subject": "person",
            "key": ["tenant_id", "id"],
            "fields": {"tenant_id": "key", "id": "key", "email": "email"},
            "links": [link("tenant_id", "tenant [id]", "MENTIONS")],
        },
        task=dataset(
            "id:key tenant_id:key owner:key helper:key",
            link("tenant_id owner", "person [tenant_id, id]"),
            link("tenant_id helper", "person [tenant_id, id]", "MENTIONS"),
            link("tenant_id", "tenant [id]", "MENTIONS"),
        ),
    )
    shop.erase(ALICE)
    assert live.query("SELECT * FROM task ORDER BY id") == [(1, 1, 2, None), (3, 1, 2, 2)]


def test_a_child_table_by_inheritance_keeps_its_own_rows_apart(live: Live) -> None:
    shop = world(
        live,
        "CREATE TABLE contact (id int PRIMARY KEY, name text, email text);"
        "CREATE TABLE vip (perk text, PRIMARY KEY (id)) INHERITS (contact);"
        f"INSERT INTO contact VALUES (1, 'Alice Alstrup', '{ALICE}'); INSERT INTO vip VALUES (2, 'Bob Bille', '{BOB}', 'tea');",
        contact=dataset("id:key name:full_name email:email", subject="person"),
        vip=dataset("id:key name:full_name email:email perk:free_text", subject="vip"),
    )
    blocked = {(q.id, q.place) for q in shop.plan(BOB).blocked}
    assert blocked == {("plan.Q009", "shop.contact")}, (
        "the parent shows the child's rows too, without all of them"
    )


def test_a_key_that_names_two_rows_stops_everything(live: Live) -> None:
    shop = world(
        live,
        "CREATE TABLE contact (id int PRIMARY KEY, name text, email text, note text);"
        "CREATE TABLE old () INHERITS (contact);"
        f"INSERT INTO contact VALUES (1, 'Alice Alstrup', '{ALICE}', 'a'); INSERT INTO old VALUES (1, 'Bob Bille', '{BOB}', 'of {ALICE}');",
        contact=dataset("id:key name:full_name email:email note:free_text", subject="person"),
    )
    for look in (shop.see, shop.plan):
        with pytest.raises(MapError, match="names more than one row"):
            look(ALICE)


CHECKED = """CREATE TABLE note (id int PRIMARY KEY, author int REFERENCES person, org int, body text,
  CONSTRAINT whose CHECK ((author IS NOT NULL) <> (org IS NOT NULL)));
INSERT INTO note VALUES (1, 1, NULL, 'x'), (2, 2, NULL, 'y'), (3, NULL, 7, 'z')"""


def test_a_check_that_forbids_letting_go_is_asked_about(live: Live) -> None:
    shop = world(
        live,
        PEOPLE + CHECKED,
        person=PERSON,
        note=dataset("id:key author:key org:key body:free_text", link("author", "person [id]", "MENTIONS")),
    )
    assert [q.id for q in shop.plan(ALICE).blocked] == ["plan.Q001"]
    shop = world(
        live,
        "",
        person={**PERSON, "nobody": {"id": 0}},
        note=dataset("id:key author:key org:key body:free_text", link("author", "person [id]", "MENTIONS")),
    )
    plan = shop.erase(ALICE)
    assert live.query("SELECT id, author, org FROM note ORDER BY id") == [
        (1, 0, None),
        (2, 2, None),
        (3, None, 7),
    ]
    assert not plan.blocked


def test_unique_under_a_condition_or_a_function(live: Live) -> None:
    shop = world(
        live,
        PEOPLE
        + "CREATE TABLE bill (id int PRIMARY KEY, person_id int REFERENCES person, mail text NOT NULL, payer text "
        "NOT NULL, gone date, code varchar(8) NOT NULL);"
        "CREATE UNIQUE INDEX ON bill (lower(mail)); CREATE UNIQUE INDEX ON bill (payer) WHERE gone IS NULL;"
        "ALTER TABLE bill ADD EXCLUDE (code WITH =);"
        "INSERT INTO bill VALUES (1, 1, 'a1@x.example', 'Alice A', NULL, 'A1'), (2, 1, 'a2@x.example', 'Alice B', "
        "NULL, 'A2'), (3, 2, 'b@x.example', 'Bob', NULL, 'B')",
        person=PERSON,
        bill=dataset(
            "id:key person_id:key mail:email payer:full_name gone:date code:customer_no",
            link("person_id", "person [id]"),
            erase="anonymise",
        ),
    )
    shop.erase("person=1")
    rows = live.query("SELECT mail, payer, code FROM bill WHERE id < 3")
    assert len({c for row in rows for c in row}) == 6
    assert live.query("SELECT mail, payer, code FROM bill WHERE id = 3") == [("b@x.example", "Bob", "B")]


def test_a_domain_that_refuses_every_neutral_value_is_asked_about(live: Live) -> None:
    shop = world(
        live,
        PEOPLE
        + "CREATE DOMAIN phone AS text NOT NULL CHECK (VALUE ~ '^[+]45[0-9]{8}$'); CREATE DOMAIN zip AS varchar(4) "
        "CHECK (length(VALUE) = 4);"
        "CREATE TABLE bill (id int PRIMARY KEY, person_id int REFERENCES person, tel phone, zip zip NOT NULL, tel2 phone UNIQUE);"
        "INSERT INTO bill VALUES (1, 1, '+4511223344', '2100', '+4511223345')",
        person=PERSON,
        bill=dataset(
            "id:key person_id:key tel:phone zip:postal_code tel2:phone",
            link("person_id", "person [id]"),
            erase="anonymise",
        ),
    )
    asked = {(q.id, q.place) for q in shop.plan(ALICE).blocked}
    assert asked == {("plan.Q006", "shop.bill.tel"), ("plan.Q006", "shop.bill.tel2")}


def test_a_full_column_holds_the_shorter_mark(live: Live) -> None:
    shop = world(
        live,
        "CREATE TABLE person (id int PRIMARY KEY, name text, email text); INSERT INTO person VALUES (1, 'Al Bo', 'a@bo.dk');"
        "CREATE TABLE log (id int PRIMARY KEY, said varchar(9), code char(7)); INSERT INTO log VALUES (1, 'a@bo.dk x', 'a@bo.dk')",
        person=PERSON,
        log=dataset("id:key said:free_text code:free_text"),
    )
    shop.erase("a@bo.dk")
    assert live.query("SELECT said, rtrim(code) FROM log") == [("- x", "-")]


def test_padded_keys_are_the_keys_they_are(live: Live) -> None:
    shop = world(
        live,
        f"CREATE TABLE person (no char(6) PRIMARY KEY, email text); INSERT INTO person VALUES ('K1', '{ALICE}'), ('K2', '{BOB}');"
        "CREATE TABLE bill (id char(4) PRIMARY KEY, person_no char(8) REFERENCES person, note varchar(9));"
        "CREATE TABLE visit (id int PRIMARY KEY, person_no varchar(9), n numeric(10,0), bill char(5) REFERENCES bill);"
        "INSERT INTO bill VALUES ('a', 'K1', 'n'), ('b', 'K2', 'm'); INSERT INTO visit VALUES (1, 'K1', 1, 'a'), "
        "(2, 'K2', 2, 'b'), (3, 'K2', 2, 'a')",
        person={"subject": "person", "key": ["no"], "fields": {"no": "customer_no", "email": "email"}},
        bill=dataset("id:key person_no:customer_no note:free_text", link("person_no", "person [no]")),
        visit=dataset(
            "id:key person_no:customer_no n:key bill:key",
            link("person_no", "person [no]"),
            link("bill", "bill [id]", "MENTIONS"),
        ),
    )
    shop.erase(ALICE)
    assert live.query("SELECT trim(id) FROM bill") == [("b",)]
    assert live.query("SELECT id, bill FROM visit ORDER BY id") == [(2, "b    "), (3, None)]


def test_links_between_kinds_of_number(live: Live) -> None:
    shop = world(
        live,
        "CREATE TABLE person (id numeric(20,0) PRIMARY KEY, email text); INSERT INTO person VALUES "
        f"(90071992547409931, '{ALICE}'), (90071992547409930, '{BOB}');"
        "CREATE TABLE a (id int PRIMARY KEY, p bigint); CREATE TABLE b (id int PRIMARY KEY, p numeric(22,2)); "
        "CREATE TABLE c (id int PRIMARY KEY, p text); CREATE TABLE d (id int PRIMARY KEY, p double precision);"
        + "".join(f"INSERT INTO {t} VALUES (1, 90071992547409931), (2, 90071992547409930);" for t in "abc"),
        person=dataset("id:key email:email", subject="person"),
        **{t: dataset("id:key p:key", link("p", "person [id]")) for t in "abc"},
    )
    shop.erase(ALICE)
    assert [live.query(f"SELECT id FROM {t}") for t in "abc"] == [[(2,)]] * 3


KEYS = [
    ("timestamptz", "2024-01-01 00:00:00.000001+02", "2024-01-01 00:00:00+02"), ("bytea", "\\x00ff", "\\x00fe"),
    ("uuid", "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"),
    ("inet", "10.0.0.1/8", "10.0.0.1/16"), ("cidr", "10.0.0.0/8", "10.0.0.0/16"),
    ("macaddr", "08:00:2b:01:02:03", "08:00:2b:01:02:04"), ("time", "10:00:00.1", "10:00"), ("timetz", "10:00+02", "08:00+00"),
    ("interval", "1 day", "25 hours"), ("money", "12.50", "12.51"), ("bit(4)", "1010", "1011"), ("int4range", "[1,3)", "[1,4)"),
    ("text[]", "{a,NULL}", "{a}"), ("date", "infinity", "4000-01-01 BC"), ("timestamp", "infinity", "2024-01-01"),
    ("float4", "0.1", "0.2"), ("numeric", "0.10", "0.11"), ("name", "a", "b"), ('"char"', "a", "b"),
    ("jsonb", '{"a": 1.0}', '{"a": 2}'), ("bigint", "9223372036854775807", "-9223372036854775808"),
]  # fmt: skip


@pytest.mark.parametrize(("native", "hers", "his"), KEYS)
def test_a_key_of_any_type_leads_on(live: Live, native: str, hers: str, his: str) -> None:
    shop = world(
        live,
        f"CREATE TABLE person (id {native} PRIMARY KEY, email text); INSERT INTO person VALUES ('{hers}', '{ALICE}'), ('{his}', '{BOB}');"
        f"CREATE TABLE bill (id {native} PRIMARY KEY, p {native} REFERENCES person); CREATE TABLE line (id int "
        f"PRIMARY KEY, b {native} NOT NULL REFERENCES bill, s {native} REFERENCES person);"
        f"INSERT INTO bill VALUES ('{hers}', '{hers}'), ('{his}', '{his}'); INSERT INTO line VALUES (1, '{hers}', "
        f"'{his}'), (2, '{his}', '{hers}')",
        person=dataset("id:key email:email", subject="person"),
        bill=dataset("id:key p:key", link("p", "person [id]")),
        line=dataset("id:key b:key s:key", link("b", "bill [id]"), link("s", "person [id]", "MENTIONS")),
    )
    shop.erase(ALICE)
    assert live.query("SELECT id, s FROM line") == [(2, None)]
    assert live.query("SELECT count(*) FROM bill") == [(1,)]


def test_a_number_that_a_key_cannot_hold_is_nobodys(live: Live) -> None:
    """A telephone number, looked for among 32-bit keys; a link from text or from a larger number."""
    shop = world(
        live,
        PEOPLE + "CREATE TABLE bill (id smallint PRIMARY KEY, p text, q bigint);"
        "INSERT INTO bill VALUES (1, '99999999999', 1), (2, 'x', 2), (3, '2', 999999999999)",
        person=PERSON,
        bill=dataset("id:key p:key q:key", link("p", "person [id]"), link("q", "person [id]")),
    )
    for what in ("4711223344", "99999999999", "9" * 30, "person=99999999999", "+4711223344"):
        assert shop.plan(what).steps == ()
    shop.erase(BOB)
    assert live.query("SELECT id FROM bill") == [(1,)]


def test_a_moment_outside_the_calendar_is_read_as_it_is_written(live: Live) -> None:
    shop = world(
        live,
        PEOPLE
        + "CREATE TABLE term (id int PRIMARY KEY, person_id int REFERENCES person, ends timestamptz, day date);"
        "INSERT INTO term VALUES (1, 1, 'infinity', '-infinity'), (2, 1, '2024-01-01 10:00:00.5+02', '4000-01-01 BC')",
        person=PERSON,
        term=dataset("id:key person_id:key ends:date day:date", link("person_id", "person [id]")),
    )
    rows = sorted((str(row["ends"]), str(row["day"])) for row in shop.see(ALICE)["shop.term"])
    assert rows == [("2024-01-01 08:00:00.500000+00:00", "4000-01-01 BC"), ("infinity", "-infinity")]


def test_rows_made_from_others_are_shown_and_never_written(live: Live) -> None:
    shop = world(
        live,
        PEOPLE + "CREATE TABLE bill (id int PRIMARY KEY, person_id int REFERENCES person, total int);"
        "INSERT INTO bill VALUES (1, 1, 5), (2, 2, 6);"
        "CREATE MATERIALIZED VIEW spent AS SELECT p.id, p.email, sum(total) AS total FROM person p JOIN bill ON "
        "person_id = p.id GROUP BY 1, 2;"
        "CREATE VIEW address AS SELECT id, email FROM person;",
        person=PERSON,
        bill=dataset("id:key person_id:key total:amount", link("person_id", "person [id]")),
        spent=dataset("id:key email:email total:amount", link("id", "person [id]")),
        address=dataset("id:key email:email", link("id", "person [id]")),
    )
    assert shop.see(ALICE)["shop.spent"] == [{"id": 1, "email": ALICE, "total": 5}]
    plan = shop.erase(ALICE)
    assert [(s.ref.dataset, s.action) for s in plan.steps if s.ref.dataset in ("spent", "address")] == [
        ("spent", "refresh")
    ]
    assert live.query("SELECT id FROM spent") == live.query("SELECT id FROM address") == [(2,)]
