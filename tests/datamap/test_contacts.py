"""Which tables are proposed as naming their owner, which are asked about, and which never are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from live import Live
from troth.datamap.model import Ref
from troth.datamap.propose import propose

PEOPLE = "CREATE TABLE customer (id INTEGER PRIMARY KEY, full_name TEXT, email TEXT);"
PROPOSED = [
    (
        "customer_emails (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer, email TEXT, is_primary INTEGER)",
        ("email",),
    ),
    (
        "kunde_telefoner (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer, telefon TEXT, oprettet_dato TEXT)",
        ("telefon",),
    ),
    (
        "logins (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer, username TEXT, last_login_at TEXT)",
        ("username",),
    ),
]
ASKED = [
    "emails (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer, email TEXT, sent_at TEXT)",
    "reached_by (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer, email TEXT)",
    "customer_email (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer, email TEXT, remark TEXT)",
]
NEITHER = [
    "message (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer, recipient_email TEXT, body TEXT)",
    "sent_mails (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer, from_email TEXT, to_email TEXT)",
    "customer_emails (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer, other INTEGER REFERENCES customer, email TEXT)",
    "orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer, delivery_email TEXT, total NUMERIC)",
]


@pytest.fixture
def proposed(new_live: Callable[..., Live]) -> Callable[[str], tuple[tuple[str, ...], bool]]:
    """(columns proposed as naming the owner, whether it was asked)."""

    def made(table: str) -> tuple[tuple[str, ...], bool]:
        live = new_live("sqlite")
        live.run(f"{PEOPLE} CREATE TABLE {table};")
        with live.opened() as store:
            proposal = propose({"shop": store.reflect()}, {"shop": live.url})
        ref = Ref("shop", table.split()[0])
        return proposal.map.datasets[ref].identifies, any(q.id == "map.Q016" for q in proposal.questions)

    return made


@pytest.mark.parametrize(("table", "columns"), PROPOSED)
def test_a_plain_contact_point_is_proposed(
    proposed: Callable[[str], object], table: str, columns: tuple[str, ...]
) -> None:
    assert proposed(table) == (columns, False)


@pytest.mark.parametrize("table", ASKED)
def test_a_doubtful_one_is_asked_about(proposed: Callable[[str], object], table: str) -> None:
    assert proposed(table) == ((), True)


@pytest.mark.parametrize("table", NEITHER)
def test_a_row_that_may_name_somebody_else_is_neither(proposed: Callable[[str], object], table: str) -> None:
    assert proposed(table) == ((), False)
