"""Three systems that know the same people by different things: a CRM with second addresses, a shop by number, a newsletter."""

from __future__ import annotations

from typing import Any

CRM = """
CREATE TABLE contact (id INTEGER PRIMARY KEY, name TEXT, email TEXT, customer_no TEXT);
CREATE TABLE contact_email (id INTEGER PRIMARY KEY, contact_id INTEGER REFERENCES contact, email TEXT, verified INTEGER);
CREATE TABLE message (id INTEGER PRIMARY KEY, sender INTEGER REFERENCES contact, recipient TEXT, body TEXT);
INSERT INTO contact VALUES (1, 'Alice Jensen', 'alice@home.example', '4711'), (2, 'Bob Holm', 'bob@home.example', '4712'),
  (3, 'Carla Krogh', 'carla@home.example', '4713');
INSERT INTO contact_email VALUES (1, 1, 'Alice@Work.example', 1), (2, 2, 'bob@work.example', 1), (3, 1, 'alice@school.example', 0);
INSERT INTO message VALUES (1, 1, 'bob@home.example', 'hej'), (2, 2, 'alice@home.example', 'hej igen');
"""
SHOP = """
CREATE TABLE customer (customer_no INTEGER PRIMARY KEY, company TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_no INTEGER REFERENCES customer (customer_no), remark TEXT);
CREATE TABLE log (id INTEGER PRIMARY KEY, line TEXT);
INSERT INTO customer VALUES (4711, 'Alice'), (4712, 'Bob'), (4799, 'Mallory');
INSERT INTO orders VALUES (1, 4711, 'to the door'), (2, 4712, 'by post'), (3, 4799, 'call first');
INSERT INTO log VALUES (1, 'sent to alice@school.example and bob@work.example'), (2, 'to bob@home.example');
"""
LETTERS = """
CREATE TABLE subscriber (id INTEGER PRIMARY KEY, email TEXT, name TEXT);
CREATE TABLE letter (id INTEGER PRIMARY KEY, subscriber_id INTEGER REFERENCES subscriber, sent_on TEXT);
INSERT INTO subscriber VALUES (7, 'ALICE@school.example', 'Alice Jensen'), (8, 'bob@work.example', 'Bob Holm');
INSERT INTO letter VALUES (1, 7, '2026-01-01'), (2, 8, '2026-01-01');
"""


def owned(column: str, to: str, means: str = "OWNED_BY") -> dict[str, Any]:
    return {"columns": [column], "to": to, "means": means}


def datasets(same: str = "SAME_AS") -> dict[str, dict[str, Any]]:
    """The map's systems; `same` is what the link between the customer numbers of two of them means."""
    return {
        "crm": {
            "contact": {
                "subject": "contact", "key": ["id"],
                "fields": {"id": "key", "name": "full_name", "email": "email", "customer_no": "reference"},
                "links": [owned("customer_no", "shop.customer [customer_no]", same)],
            },
            "contact_email": {
                "key": ["id"], "fields": {"id": "key", "contact_id": "key", "email": "email", "verified": "status"},
                "links": [owned("contact_id", "contact [id]")], "identifies": ["email"],
            },
            "message": {
                "key": ["id"], "fields": {"id": "key", "sender": "key", "recipient": "email", "body": "free_text"},
                "links": [owned("sender", "contact [id]")],
            },
        },
        "shop": {
            "customer": {"subject": "customer", "key": ["customer_no"], "fields": {"customer_no": "key", "company": "none"}},
            "orders": {
                "key": ["id"], "fields": {"id": "key", "customer_no": "key", "remark": "free_text"},
                "links": [owned("customer_no", "customer [customer_no]")],
            },
            "log": {"key": ["id"], "fields": {"id": "key", "line": "free_text"}},
        },
        "letters": {
            "subscriber": {"subject": "subscriber", "key": ["id"], "fields": {"id": "key", "email": "email", "name": "full_name"}},
            "letter": {
                "key": ["id"], "fields": {"id": "key", "subscriber_id": "key", "sent_on": "date"},
                "links": [owned("subscriber_id", "subscriber [id]")],
            },
        },
    }  # fmt: skip


SCRIPTS = {"crm": CRM, "shop": SHOP, "letters": LETTERS}
