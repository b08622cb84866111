"""A shop of eleven tables, every foreign key declared and indexed, and the script an engineer would erase a customer with."""

from __future__ import annotations

import psycopg

TABLES = """
CREATE TABLE staff (id int PRIMARY KEY, full_name text NOT NULL, email text NOT NULL);
CREATE TABLE products (id int PRIMARY KEY, sku text NOT NULL, title text NOT NULL, price numeric(10,2) NOT NULL);
CREATE TABLE customers (id int PRIMARY KEY, full_name text NOT NULL, email text NOT NULL UNIQUE, phone text,
  created_at timestamptz NOT NULL);
CREATE TABLE addresses (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, full_name text NOT NULL,
  street text NOT NULL, postal_code text NOT NULL, city text NOT NULL);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers,
  address_id int NOT NULL REFERENCES addresses, handled_by int REFERENCES staff, placed_at timestamptz NOT NULL,
  total numeric(10,2) NOT NULL, remark text);
CREATE TABLE order_items (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders,
  product_id int NOT NULL REFERENCES products, quantity int NOT NULL, price numeric(10,2) NOT NULL);
CREATE TABLE payments (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders, method text NOT NULL,
  amount numeric(10,2) NOT NULL, paid_at timestamptz NOT NULL);
CREATE TABLE tickets (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers,
  assigned_to int REFERENCES staff, subject text NOT NULL, opened_at timestamptz NOT NULL);
CREATE TABLE messages (id int PRIMARY KEY, ticket_id int NOT NULL REFERENCES tickets, body text NOT NULL,
  sent_at timestamptz NOT NULL);
CREATE TABLE events (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers,
  happened_at timestamptz NOT NULL, payload jsonb NOT NULL);
CREATE TABLE notes (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers,
  written_by int REFERENCES staff, body text NOT NULL);
"""
INDEXED = (
    ("addresses", "customer_id"), ("orders", "customer_id"), ("orders", "address_id"), ("orders", "handled_by"),
    ("order_items", "order_id"), ("order_items", "product_id"), ("payments", "order_id"), ("tickets", "customer_id"),
    ("tickets", "assigned_to"), ("messages", "ticket_id"), ("events", "customer_id"), ("notes", "customer_id"),
    ("notes", "written_by"),
)  # fmt: skip
CUSTOMERS = 10_000
_AT = "timestamptz '2024-01-01' + g * interval '7 minutes'"
_MAIL = "'kunde' || {} || '@eksempel.test'"
FILL = f"""
INSERT INTO staff SELECT g, 'Medarbejder Nummer' || g, 'staff' || g || '@butik.test' FROM generate_series(1, 20) g;
INSERT INTO products SELECT g, 'SKU-' || g, 'Vare ' || g, 10 + g % 90 FROM generate_series(1, 500) g;
INSERT INTO customers SELECT g, 'Kunde Nr' || to_char(g, 'FM00000'), {_MAIL.format("g")}, '+45' || (20000000 + g), {_AT}
  FROM generate_series(1, {CUSTOMERS}) g;
INSERT INTO addresses SELECT g, 1 + g % {CUSTOMERS}, 'Kunde Nr' || to_char(1 + g % {CUSTOMERS}, 'FM00000'), 'Prøvevej ' || g,
  '8000', 'Aarhus C' FROM generate_series(1, 15000) g;
INSERT INTO orders SELECT g, 1 + g % {CUSTOMERS},
  CASE WHEN g % {CUSTOMERS} = 0 THEN {CUSTOMERS} ELSE g % {CUSTOMERS} END, 1 + g % 20, {_AT}, 50 + g % 400,
  CASE WHEN g % 10 = 0 THEN 'Ring før levering, tak' END FROM generate_series(1, 40000) g;
INSERT INTO order_items SELECT g, 1 + g % 40000, 1 + g % 500, 1 + g % 3, 20 FROM generate_series(1, 100000) g;
INSERT INTO payments SELECT g, g, 'card', 50 + g % 400, {_AT} FROM generate_series(1, 40000) g;
INSERT INTO tickets SELECT g, 1 + g % {CUSTOMERS}, 1 + g % 20, 'Spørgsmål om vare ' || g, {_AT} FROM generate_series(1, 8000) g;
INSERT INTO messages SELECT g, 1 + g % 8000, 'Hej, min vare ' || g || ' er ikke kommet. Hvornår kan den ventes? '
  || 'Jeg har prøvet at ringe to gange uden held. ' || CASE WHEN g % 50 = 0 THEN 'Skriv til '
  || {_MAIL.format(f"(1 + (g * 7) % {CUSTOMERS})")} ELSE 'Venlig hilsen' END, {_AT} FROM generate_series(1, 24000) g;
INSERT INTO events SELECT g, 1 + g % {CUSTOMERS}, {_AT}, jsonb_build_object('kind', 'page', 'path', '/vare/' || g % 500,
  'seconds', g % 90, 'agent', 'Mozilla/5.0') || CASE WHEN g % 100 = 0 THEN jsonb_build_object('shared_with',
  {_MAIL.format(f"(1 + (g * 11) % {CUSTOMERS})")}) ELSE '{{}}' END FROM generate_series(1, 50000) g;
INSERT INTO notes SELECT g, 1 + g % {CUSTOMERS}, 1 + g % 20, 'Talte i telefon om levering ' || g
  || CASE WHEN g % 25 = 0 THEN '; ægtefælle er ' || {_MAIL.format(f"(1 + (g * 13) % {CUSTOMERS})")} ELSE '' END
  FROM generate_series(1, 10000) g;
"""
# One customer who bought without pause: 20,000 orders and 40,000 items.
HEAVY = 10_001
HEAVY_EMAIL = "indkoeb@eksempel.test"
FILL_HEAVY = f"""
INSERT INTO customers VALUES ({HEAVY}, 'Stor Indkøber', '{HEAVY_EMAIL}', '+4530000000', '2020-01-01');
INSERT INTO addresses VALUES (20001, {HEAVY}, 'Stor Indkøber', 'Prøvevej 1', '8000', 'Aarhus C');
INSERT INTO orders SELECT 100000 + g, {HEAVY}, 20001, 1 + g % 20, {_AT}, 50 + g % 400, NULL FROM generate_series(1, 20000) g;
INSERT INTO order_items SELECT 200000 + g, 100001 + g % 20000, 1 + g % 500, 1, 20 FROM generate_series(1, 40000) g;
"""


def email(customer: int) -> str:
    return f"kunde{customer}@eksempel.test"


def build(url: str, heavy: bool = False) -> None:
    """Fills an empty database with the shop."""
    with psycopg.connect(url, autocommit=True) as database:
        database.execute(TABLES.encode())
        database.execute(FILL.encode())
        if heavy:
            database.execute(FILL_HEAVY.encode())
        for table, column in INDEXED:
            database.execute(f"CREATE INDEX ON {table} ({column})".encode())
        database.execute("VACUUM ANALYZE")
