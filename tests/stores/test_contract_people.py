"""Every store is asked in sets: sixty people cost as many statements as one."""

from __future__ import annotations

from live import Live, World, map_of
from troth.planning.plan import batches
from troth.workflows.inquiry import Inquiry

CUSTOMER = {"subject": "customer", "key": ["id"], "fields": {"id": "key", "email": "email", "phone": "phone"}}
OWNED = [{"columns": ["customer_id"], "to": "customer [id]", "means": "OWNED_BY"}]
NOTE = {"key": ["id"], "fields": {"id": "key", "customer_id": "key", "body": "free_text"}, "links": OWNED}
MANY = 60


def mail(person: int) -> str:
    return f"person{person}@inbox.example"


def crowded(live: Live) -> World:
    live.run(
        "CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT, phone TEXT);"
        "CREATE TABLE note (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer, body TEXT);"
    )
    people = ", ".join(f"({at}, '{mail(at)}', '+45200001{at:02}')" for at in range(1, MANY + 2))
    notes = ", ".join(f"({at}, {at}, 'met {mail(at % (MANY + 1) + 1)}')" for at in range(1, MANY + 2))
    live.run(f"INSERT INTO customer VALUES {people}; INSERT INTO note VALUES {notes};")
    return World({"shop": live}, map_of({"shop": {"customer": CUSTOMER, "note": NOTE}}))


def asked(inquiry: Inquiry, people: range) -> int:
    store = inquiry.stores["shop"]
    before = store.statements()
    plan = inquiry.plan(inquiry.who([mail(at) for at in people]))
    assert {step.ref.dataset: len(step.rows) for step in plan.steps if step.action == "erase"} == {
        "customer": len(people),
        "note": len(people),
    }
    assert len(batches(plan, 10_000)) == 1
    return store.statements() - before


def test_statements_do_not_grow_with_people(live: Live) -> None:
    world = crowded(live)
    with world.inquiry() as inquiry:
        assert asked(inquiry, range(1, 2)) == asked(inquiry, range(1, MANY + 1))
    world.erase(*(mail(at) for at in range(1, MANY + 1)))
    assert live.query("SELECT count(*) FROM customer") == [(1,)]
    assert live.query("SELECT count(*) FROM note WHERE body LIKE '%@inbox.example%'") == [(0,)]
