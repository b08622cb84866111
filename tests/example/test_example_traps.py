"""Every trap is really in the files, found by brute force and not by the engine."""

import json
import sqlite3
import sys
import unicodedata
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from troth.example import BYSTANDER, HERO, SHARED, Trap, build, traps
from troth.example.cast import (
    CASED,
    COMPOSED,
    HEIR,
    LEAVER,
    NAMESAKES,
    SECOND_ADDRESS,
    STAFF_CUSTOMER,
    SUPPRESSED,
    TWO_ADDRESSES,
)
from troth.example.checks import mentions

TABLE = sys.modules[traps.__module__].__doc__ or ""


def ask(folder: Path, file: str, sql: str, *terms: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / f"{file}.sqlite")) as db:
        return db.execute(sql, terms).fetchall()


def plain(cell: object) -> str:
    """A cell as text, by a way of its own: not the one of `checks`."""
    text = cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
    if text.startswith("{"):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    return unicodedata.normalize("NFC", text).casefold()


@pytest.fixture(scope="module")
def cells(estate: Path) -> dict[tuple[str, str, str], list[str]]:
    """Every column a trap names, with the text of its cells."""
    found = {}
    for trap in traps():
        for place in trap.places:
            column = (place.file, place.table, place.column)
            if column not in found:
                rows = ask(estate, place.file, f"SELECT {place.column} FROM {place.table}")
                found[column] = [plain(cell) for (cell,) in rows]
    return found


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    build(folder, seed=2, people=40)
    return folder


@pytest.mark.parametrize("trap", traps(), ids=lambda trap: trap.id)
def test_present_cell_by_cell(trap: Trap, cells: dict[tuple[str, str, str], list[str]]) -> None:
    assert trap.places
    for place in trap.places:
        needle = plain(place.needle)
        held = sum(needle in cell for cell in cells[place.file, place.table, place.column])
        assert held == place.cells, place


@pytest.mark.parametrize("trap", traps(), ids=lambda trap: trap.id)
def test_present_with_another_seed_and_found_by_the_witness(trap: Trap, small: Path) -> None:
    for place in trap.places:
        found = mentions(small, [place.needle])
        assert (place.file, place.table, place.column, place.cells) in found, place


def test_the_table_names_each_trap_in_its_own_words() -> None:
    rows = [line for line in TABLE.splitlines() if line.startswith("| `")]
    assert rows == [f"| `{trap.id}` | {trap.lies} |" for trap in traps()]
    assert len({trap.id for trap in traps()}) == len(rows) == 20


def test_the_thread_has_two_customers_and_both_write(estate: Path) -> None:
    both = "SELECT ticket_id FROM ticket_participant GROUP BY ticket_id HAVING count(*) = 2"
    opened = "SELECT ticket_id, email FROM ticket JOIN requester USING (requester_id)"
    [(ticket, opener)] = ask(estate, "support", f"{opened} WHERE ticket_id IN ({both})")
    names = "SELECT DISTINCT email FROM requester JOIN {} USING (requester_id) WHERE ticket_id = ? ORDER BY 1"
    pair = sorted([(HERO.email,), (BYSTANDER.email,)])
    assert ask(estate, "support", names.format("ticket_participant"), ticket) == pair
    writers = "SELECT DISTINCT author_id FROM message WHERE ticket_id = ? AND author_id IS NOT NULL"
    assert len(ask(estate, "support", writers, ticket)) == 2
    assert opener == HERO.email


def test_the_hero_is_named_on_another_contacts_card_and_in_another_accounts_event(estate: Path) -> None:
    note = "SELECT c.email FROM note JOIN contact c USING (contact_id) WHERE instr(body, ?)"
    assert ask(estate, "crm", note, HERO.name) == [("nikolaj.fabergren@example.dk",)]
    event = "SELECT email FROM event JOIN account USING (account_id)"
    shared = f"{event} WHERE json_extract(payload, '$.with.email') = ?"
    assert ask(estate, "product", shared, HERO.email) == [("nikolaj.fabergren@example.dk",)]


def test_the_escaped_name_is_hidden_from_a_search_in_raw_text(estate: Path) -> None:
    assert ask(estate, "product", "SELECT 1 FROM event WHERE instr(payload, ?)", CASED.name) == []
    decoded = "SELECT 1 FROM event WHERE json_extract(payload, '$.display') = ?"
    assert ask(estate, "product", decoded, CASED.name) == [(1,)]


def test_one_customer_is_spelled_four_ways(estate: Path) -> None:
    tables = {"crm": "contact", "product": "account", "support": "requester", "billing": "customer"}
    sql = "SELECT email FROM {} WHERE lower(trim(email)) = ?"
    found = {
        row[0] for file, table in tables.items() for row in ask(estate, file, sql.format(table), CASED.email)
    }
    assert len(found) == 4
    assert any(email.endswith(" ") for email in found)


def test_one_name_is_composed_here_and_decomposed_there(estate: Path) -> None:
    sql = "SELECT name FROM {} WHERE email = ?"
    [(here,)] = ask(estate, "billing", sql.format("customer"), COMPOSED.email)
    [(there,)] = ask(estate, "support", sql.format("requester"), COMPOSED.email)
    assert here != there
    assert unicodedata.normalize("NFC", there) == here == COMPOSED.name


def test_namesakes_share_a_name_and_nothing_else() -> None:
    first, second = NAMESAKES
    assert first.name == second.name
    assert not set(first.needles) & set(second.needles) - {first.name}


def test_three_people_share_a_mailbox_and_have_their_own_elsewhere(estate: Path) -> None:
    own = ask(estate, "crm", "SELECT email FROM contact WHERE office_email = ?", SHARED)
    assert len(set(own)) == 3
    assert (SHARED,) not in own
    assert len(set(ask(estate, "billing", "SELECT name FROM customer WHERE email = ?", SHARED))) == 3


def test_the_second_address_is_linked_to_nothing(estate: Path) -> None:
    assert mentions(estate, [SECOND_ADDRESS]) == [("newsletter", "subscriber", "email", 1)]
    assert ask(estate, "newsletter", "SELECT name FROM subscriber WHERE email = ?", SECOND_ADDRESS) == [
        (TWO_ADDRESSES.name,)
    ]


def test_the_leaver_is_soft_deleted_and_the_heir_has_the_phone(estate: Path) -> None:
    sql = "SELECT email, deleted_at IS NULL FROM contact WHERE phone = ? ORDER BY 2"
    assert ask(estate, "crm", sql, LEAVER.phone) == [(LEAVER.email, 0), (HEIR.email, 1)]


def test_the_employee_who_is_a_customer_handles_the_heros_tickets(estate: Path) -> None:
    [(number,)] = ask(estate, "crm", "SELECT employee_no FROM employee WHERE phone = ?", STAFF_CUSTOMER.phone)
    handled = "SELECT DISTINCT r.email FROM ticket t JOIN requester r USING (requester_id) WHERE assignee = ?"
    assert ask(estate, "support", handled, number) == [(HERO.email,)]
    assert ask(estate, "crm", "SELECT 1 FROM contact WHERE email = ?", STAFF_CUSTOMER.email) == [(1,)]


def test_the_file_holds_a_strangers_address(estate: Path) -> None:
    sql = """SELECT r.email FROM attachment JOIN message USING (message_id)
             JOIN requester r ON r.requester_id = author_id WHERE instr(content, CAST(? AS BLOB))"""
    [(sender,)] = ask(estate, "support", sql, NAMESAKES[0].email)
    assert sender.lower() == CASED.email


def test_the_suppressed_reader_is_no_subscriber(estate: Path) -> None:
    assert ask(estate, "newsletter", "SELECT 1 FROM subscriber WHERE email = ?", SUPPRESSED.email) == []
    assert ask(estate, "newsletter", "SELECT 1 FROM suppression WHERE email = ?", SUPPRESSED.email) == [(1,)]
