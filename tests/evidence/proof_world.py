"""A small shop on a real store, whose map is whole; each test takes one thing away from it and must be told where."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from live import STORES, Live
from troth.terms.settings import Settings
from troth.workflows.house import House

DDL = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email VARCHAR(80) NOT NULL UNIQUE, name VARCHAR(80) NOT NULL, city VARCHAR(40),
  cpr VARCHAR(11), CHECK (length(cpr) = 11));
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, placed DATE NOT NULL, note TEXT,
  FOREIGN KEY (customer_id) REFERENCES customer (id));
CREATE TABLE line (order_id INTEGER NOT NULL, no INTEGER NOT NULL, what VARCHAR(40) NOT NULL, PRIMARY KEY (order_id, no),
  FOREIGN KEY (order_id) REFERENCES orders (id));
CREATE TABLE invoice (id INTEGER PRIMARY KEY, customer_id INTEGER, billed DATE NOT NULL, total INTEGER NOT NULL, payer VARCHAR(80),
  street VARCHAR(80), extra TEXT, FOREIGN KEY (customer_id) REFERENCES customer (id));
CREATE TABLE message (id INTEGER PRIMARY KEY, sender INTEGER, receiver INTEGER, body TEXT,
  FOREIGN KEY (sender) REFERENCES customer (id), FOREIGN KEY (receiver) REFERENCES customer (id));
CREATE TABLE remark (id INTEGER PRIMARY KEY, said TEXT NOT NULL);
INSERT INTO customer VALUES (1, 'alma@mosebryg.example', 'Alma Mosebryg', 'Vig', NULL),
  (2, 'bo@kjaerlund.example', 'Bo Kjærlund', 'Ry', '070761-4285');
INSERT INTO orders VALUES (1, 1, '2025-03-01', 'ring først'), (2, 2, '2025-04-01', NULL), (3, 2, '2025-05-01', 'haster');
INSERT INTO line VALUES (1, 1, 'spade'), (2, 1, 'rive'), (2, 2, 'spand');
INSERT INTO invoice VALUES (1, 1, '2025-03-02', 300, 'Alma Mosebryg', 'Torvet 1', '{"po": 7}'),
  (2, 2, '2025-04-02', 500, 'Bo Kjærlund', NULL, NULL);
INSERT INTO message VALUES (1, 1, 2, 'hej Bo'), (2, 2, 1, 'hej Alma');
INSERT INTO remark VALUES (1, 'lageret er lukket'), (2, 'ny port');
"""


def _link(column: str, target: str, means: str = "OWNED_BY") -> dict[str, Any]:
    return {"columns": [column], "to": f"{target} [id]", "means": means, "declared": True}


DATASETS: dict[str, Any] = {
    "customer": {
        "subject": "customer", "key": ["id"],
        "fields": {"id": "key", "email": "email", "name": "full_name", "city": "city", "cpr": "national_id"},
    },
    "orders": {
        "key": ["id"], "fields": {"id": "key", "customer_id": "key", "placed": "date", "note": "free_text"},
        "links": [_link("customer_id", "customer")],
    },
    "line": {
        "key": ["order_id", "no"], "fields": {"order_id": "key", "no": "key", "what": "product"}, "links": [_link("order_id", "orders")],
    },
    "invoice": {
        "key": ["id"], "erase": "anonymise",
        "fields": {"id": "key", "customer_id": "key", "billed": "date", "total": "amount", "payer": "full_name",
                   "street": "street", "extra": "json"},
        "links": [_link("customer_id", "customer")],
        "keep": [{"law": "dk.bookkeeping", "reason": "accounting record", "columns": ["payer"],
                  "until": {"start": "billed", "years": 5, "financial_year_end": "12-31"}, "active": True}],
    },
    "message": {
        "key": ["id"], "fields": {"id": "key", "sender": "key", "receiver": "key", "body": "free_text"},
        "links": [_link("sender", "customer"), _link("receiver", "customer")],
    },
    "remark": {"key": ["id"], "fields": {"id": "key", "said": "free_text"}},
}  # fmt: skip


def datasets() -> dict[str, Any]:
    return deepcopy(DATASETS)


def house(live: Live, folder: Path, told: dict[str, Any] | None = None, script: str = DDL) -> House:
    """The shop filled, its map written, and a house that knows them."""
    live.run(script)
    url = live.url if live.kind == "sqlite" else f"{live.url.partition(':')[0]}://localhost/shop"
    tree = {"troth": 1, "systems": {"shop": {"url": url, "datasets": told or datasets()}}}
    path = folder / "troth.map.yaml"
    path.write_text(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True), encoding="utf-8")
    environment = {} if live.kind == "sqlite" else {"TROTH_URL_SHOP": live.url}
    stores = {scheme: store for store in STORES.values() for scheme in store.schemes}
    return House(Settings(home=folder / "untouched"), stores, environment, path)


def unexplained(told: dict[str, Any]) -> set[str]:
    """`dataset.column` of what nothing accounts for."""
    return {f"{one['dataset']}.{one['column']}" for one in told["left"] if one["kept_because"] is None}
