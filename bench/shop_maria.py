"""The shop of `shop` in MariaDB, row for row, and the script an engineer would erase its customers with there."""

from __future__ import annotations

import re
from collections.abc import Sequence

import mariadb_server
from bench import maria, shop

FEW = 24
_TYPES = (
    (r"full_name text", "full_name varchar(100)"),
    (r"email text", "email varchar(190)"),
    (r"(sku|phone|postal_code|city|method) text", r"\1 varchar(60)"),
    (r"timestamptz", "datetime"),
    (r"jsonb", "json"),
    (r"REFERENCES (\w+)", r"REFERENCES \1 (id)"),
)
_SAID = (
    (r"\|\| (g % \d+)", r"|| (\1)"),  # here, what joins texts binds closer than what divides
    (r"timestamptz '2024-01-01' \+ g \* interval '7 minutes'", "TIMESTAMP'2024-01-01 00:00:00' + INTERVAL g * 7 MINUTE"),
    (r"to_char\((.*?), 'FM00000'\)", r"LPAD(\1, 5, '0')"),
    (r"generate_series\(1, (\d+)\) g", r"(SELECT seq AS g FROM seq_1_to_\1) AS s"),
    (r"jsonb_build_object\('kind'(.*?)\) \|\| CASE WHEN (.*?) THEN jsonb_build_object\((.*?)\) ELSE '{}' END",
     r"JSON_MERGE_PATCH(JSON_OBJECT('kind'\1), CASE WHEN \2 THEN JSON_OBJECT(\3) ELSE '{}' END)"),
)  # fmt: skip


def build(url: str, heavy: bool = False) -> None:
    """Fills an empty database with the shop; InnoDB makes the index of each foreign key by itself."""
    maria.run(url, _said(shop.TABLES, _TYPES), _said(shop.FILL, _SAID))
    if heavy:
        maria.run(url, _said(shop.FILL_HEAVY, _SAID))
    maria.run(url, f"ANALYZE TABLE {', '.join(maria.tables(url))}")


def _said(sql: str, otherwise: Sequence[tuple[str, str]]) -> str:
    sql = (
        re.sub(r"(\w+) (\w+) (NOT NULL )?REFERENCES (\w+)", r"\1 \2 \3, FOREIGN KEY (\1) REFERENCES \4", sql)
        if otherwise is _TYPES
        else sql
    )
    for pattern, instead in otherwise:
        sql = re.sub(pattern, instead, sql, flags=re.DOTALL)
    return sql


GONE = "CREATE TEMPORARY TABLE gone (id int PRIMARY KEY, email varchar(190), phone varchar(60), KEY (email), KEY (phone))"
DELETES = (
    "DELETE i FROM gone g JOIN orders o ON o.customer_id = g.id JOIN order_items i ON i.order_id = o.id",
    "DELETE p FROM gone g JOIN orders o ON o.customer_id = g.id JOIN payments p ON p.order_id = o.id",
    "DELETE o FROM gone g JOIN orders o ON o.customer_id = g.id",
    "DELETE m FROM gone g JOIN tickets t ON t.customer_id = g.id JOIN messages m ON m.ticket_id = t.id",
    "DELETE t FROM gone g JOIN tickets t ON t.customer_id = g.id",
    "DELETE e FROM gone g JOIN events e ON e.customer_id = g.id",
    "DELETE n FROM gone g JOIN notes n ON n.customer_id = g.id",
    "DELETE a FROM gone g JOIN addresses a ON a.customer_id = g.id",
    "DELETE c FROM gone g JOIN customers c ON c.id = g.id",
)
TEXTS = (
    ("orders", "remark"),
    ("messages", "body"),
    ("notes", "body"),
    ("events", "payload"),
    ("tickets", "subject"),
)
_ADDRESS = "[[:alnum:]._%+-]+@[[:alnum:].-]+[[:alnum:]]"
_NUMBER = "[0-9][0-9 .-]{6,}[0-9]"


def erase(url: str, emails: Sequence[str]) -> None:
    """Erases the customers with these addresses and blanks their address and number wherever a text repeats them."""
    with mariadb_server.connect(url) as database, database.cursor() as cursor:
        cursor.execute(GONE)
        database.begin()
        marks = ", ".join(["%s"] * len(emails))
        cursor.execute(
            f"INSERT INTO gone SELECT id, lower(email), right(phone, 8) FROM customers WHERE email IN ({marks})", list(emails)
        )  # fmt: skip
        for statement in DELETES:
            cursor.execute(statement)
        cursor.execute("SELECT email, phone FROM gone")
        who = cursor.fetchall()
        for table, column in TEXTS:
            if len(who) <= FEW:
                _by_patterns(cursor, table, column, who)
            else:
                _by_extraction(cursor, table, column, _ADDRESS, "g.email = lower({})")
                _by_extraction(
                    cursor, table, column, _NUMBER, "g.phone = right(regexp_replace({}, '[^0-9]', ''), 8)"
                )
        database.commit()


def _by_patterns(cursor: object, table: str, column: str, who: Sequence[tuple[str, str]]) -> None:
    """One pass with every pattern; the phone number however it is spaced."""
    likes = [
        pattern
        for email, phone in who
        for pattern in (f"%{email}%", "%" + "%".join(re.findall("..", phone)) + "%")
    ]
    pattern = "|".join(part for email, phone in who for part in (re.escape(email), "[ .-]?".join(phone)))
    any_of = " OR ".join([f"{column} LIKE %s"] * len(likes))
    cursor.execute(  # type: ignore[attr-defined]
        f"UPDATE {table} SET {column} = REGEXP_REPLACE({column}, %s, '[erased]') WHERE {any_of}", [f"(?i){pattern}", *likes]
    )  # fmt: skip


def _by_extraction(cursor: object, table: str, column: str, pattern: str, same: str) -> None:
    """Takes an address or number out of every text and joins it with those that go, until none is left."""
    found = f"REGEXP_SUBSTR(t.{column}, %s)"
    while cursor.execute(  # type: ignore[attr-defined]
        f"UPDATE {table} t JOIN gone g ON {same.format(found)} SET t.{column} = REPLACE(t.{column}, {found}, '[erased]') "
        f"WHERE t.{column} REGEXP %s", [pattern, pattern, pattern],
    ):  # fmt: skip
        pass
