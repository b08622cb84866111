"""A wide database as strangers have them: hundreds of tables, no declared key, ids that all start at 1."""

from __future__ import annotations

import random

import psycopg

_THINGS = (
    "order", "invoice", "contact", "address", "payment", "visit", "ticket", "parcel", "route", "driver", "meter", "note",
    "event", "device", "account", "member",
)  # fmt: skip
_COLUMNS = {
    "full_name": "'Person ' || g || ' Eksempel'",
    "email": "'person' || g || '@eksempel.test'",
    "phone": "'+4520' || lpad(g::text, 6, '0')",
    "street": "'Eksempelvej ' || g % 99",
    "city": "'Odense'",
    "status": "'open'",
    "remark": "'kunden ringede om beholder ' || g",
    "title": "'en titel'",
    "color": "'red'",
    "code": "'C' || g",
    "payload": "'{\"email\": \"person' || g || '@eksempel.test\"}'",
    "amount": "(g * 1.25)::numeric(12,2)",
    "quantity": "g % 7",
    "kode": "g % 13",
    "vaegt": "g / 3.0",
    "created_at": "timestamp '2024-01-02 03:04:05' + g * interval '1 minute'",
    "beskrivelse": "'en tekst'",
    "active": "g % 2 = 0",
    "updated_by": "g % 20 + 1",
    "source": "'web'",
}


def build(url: str, tables: int, columns: int, rows: int) -> None:
    """Fills an empty database; each table but the first names a row of another, undeclared."""
    chosen = random.Random(1)
    names = [f"{chosen.choice(_THINGS)}_{number}" for number in range(tables)]
    per, more = divmod(columns, tables)
    with psycopg.connect(url) as database:
        for number, name in enumerate(names):
            above = {f"{names[number // 3]}_id": f"(g * 7) % {rows} + 1"} if number else {}
            many = per + (number < more) - 1 - len(above)
            picked = {
                "id": "g",
                **above,
                **{name: _COLUMNS[name] for name in chosen.sample(sorted(_COLUMNS), many)},
            }
            cells = ", ".join(f"{value} AS {column}" for column, value in picked.items())
            database.execute(
                f"CREATE TABLE {name} AS SELECT {cells} FROM generate_series(1, {rows}) g".encode()
            )
            database.execute(f"ALTER TABLE {name} ADD PRIMARY KEY (id)".encode())
