"""Sees every cell of the five files with nothing but sqlite3: a witness that owes the engine nothing."""

import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from troth.example.cast import Person
from troth.example.dice import Cell

Key = tuple[str, str, tuple[Cell, ...]]  # file without suffix, table, primary key
_JSON = frozenset('{["')  # how a JSON value begins that can hold text
Snapshot = dict[Key, tuple[Cell, ...]]


@dataclass(frozen=True)
class Difference:
    """Keys of rows that only the second snapshot has, that only the first has, and whose cells differ."""

    added: frozenset[Key]
    gone: frozenset[Key]
    changed: frozenset[Key]

    @property
    def touched(self) -> frozenset[Key]:
        return self.added | self.gone | self.changed


def snapshot(folder: Path) -> Snapshot:
    """Every row of every table of each `*.sqlite` in `folder`; sqlite3.Error if one is unreadable."""
    found: Snapshot = {}
    for file, db in _open(folder):
        for table in _tables(db):
            columns, key = _columns(db, table), _key(db, table)
            at = [columns.index(column) for column in key]
            chosen = "*" if key else "rowid, *"
            for row in db.execute(f"SELECT {chosen} FROM {_quoted(table)}"):
                own = tuple(row[i] for i in at) if key else (row[0],)
                found[file, table, own] = tuple(row if key else row[1:])
    return found


def difference(before: Snapshot, after: Snapshot) -> Difference:
    """What an act did, row by row; cells are compared with their types."""
    both = before.keys() & after.keys()
    changed = frozenset(key for key in both if _typed(before[key]) != _typed(after[key]))
    return Difference(
        frozenset(after.keys() - before.keys()), frozenset(before.keys() - after.keys()), changed
    )


def mentions(folder: Path, needles: Iterable[str]) -> list[tuple[str, str, str, int]]:
    """(file, table, column, cells) for each column in which at least one cell holds a needle, sorted.

    Compares without regard to case and to composed or decomposed letters, in text, numbers, JSON, and
    bytes read as UTF-8, UTF-16 and Latin-1. Does not unpack compressed bytes and joins no columns.
    Raises ValueError for an empty needle, which everything would hold.
    """
    wanted = tuple(_plain(needle) for needle in needles)
    if not all(wanted):
        raise ValueError("an empty needle is in every cell")
    found: dict[tuple[str, str, str], int] = {}
    for file, db in _open(folder):
        for table in _tables(db):
            columns = _columns(db, table)
            for row in db.execute(f"SELECT * FROM {_quoted(table)}"):
                for column, cell in zip(columns, row, strict=True):
                    if cell is not None and _holds(cell, wanted):
                        found[file, table, column] = found.get((file, table, column), 0) + 1
    return sorted((*place, cells) for place, cells in found.items())


# Which rows are a person's, by hand: her own e-mail or customer number and the declared keys below them.
_CONTACT = "SELECT contact_id FROM contact WHERE lower(trim(email)) = :email"
_ACCOUNT = "SELECT account_id FROM account WHERE lower(trim(email)) = :email"
_REQUESTER = "SELECT requester_id FROM requester WHERE lower(trim(email)) = :email"
_TICKET = f"SELECT ticket_id FROM ticket_participant WHERE requester_id IN ({_REQUESTER})"
_MESSAGE = f"SELECT message_id FROM message WHERE ticket_id IN ({_TICKET})"
_INVOICE = "SELECT invoice_id FROM invoice WHERE customer_no = :customer_no"
_SUBSCRIBER = "SELECT subscriber_id FROM subscriber WHERE lower(trim(email)) = :email"
_BELONGINGS: dict[str, dict[str, str]] = {
    "crm": dict.fromkeys(("contact", "note", "meeting_contact"), f"contact_id IN ({_CONTACT})"),
    "product": dict.fromkeys(
        ("account", "device", "session", "event", "setting"), f"account_id IN ({_ACCOUNT})"
    ),
    "support": {
        "requester": f"requester_id IN ({_REQUESTER})",
        **dict.fromkeys(("ticket", "ticket_participant", "message"), f"ticket_id IN ({_TICKET})"),
        "attachment": f"message_id IN ({_MESSAGE})",
    },
    "billing": {
        **dict.fromkeys(("customer", "invoice", "card"), "customer_no = :customer_no"),
        **dict.fromkeys(("invoice_line", "payment"), f"invoice_id IN ({_INVOICE})"),
    },
    "newsletter": {
        **dict.fromkeys(("subscriber", "send"), f"subscriber_id IN ({_SUBSCRIBER})"),
        "suppression": "lower(trim(email)) = :email",
    },
}


def rows_of(folder: Path, person: Person) -> frozenset[Key]:
    """Keys of `person`'s rows, shared threads included; neither meetings nor rows that only mention them.

    Somebody whom a file knows under a shared address only is not found in that file.
    """
    terms = {"email": person.email.casefold().strip(), "customer_no": person.customer_no}
    found = set()
    for file, db in _open(folder):
        for table, rule in _BELONGINGS.get(file, {}).items():
            key = ", ".join(_quoted(column) for column in _key(db, table))
            for row in db.execute(f"SELECT {key} FROM {_quoted(table)} WHERE {rule}", terms):
                found.add((file, table, tuple(row)))
    return frozenset(found)


def _open(folder: Path) -> Iterator[tuple[str, sqlite3.Connection]]:
    for path in sorted(folder.glob("*.sqlite")):
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            yield path.stem, db


def _tables(db: sqlite3.Connection) -> list[str]:
    listed = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    return [str(name) for (name,) in db.execute(listed) if not str(name).startswith("sqlite_")]


def _columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [
        str(name) for (name,) in db.execute("SELECT name FROM pragma_table_info(?) ORDER BY cid", (table,))
    ]


def _key(db: sqlite3.Connection, table: str) -> list[str]:
    """The columns of the primary key in their order; none for a table without one."""
    listed = "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk"
    return [str(name) for (name,) in db.execute(listed, (table,))]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _typed(row: tuple[Cell, ...]) -> tuple[tuple[type, Cell], ...]:
    return tuple((type(cell), cell) for cell in row)


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _holds(cell: object, wanted: tuple[str, ...]) -> bool:
    for view in _views(cell):
        plain = _plain(view)
        for needle in wanted:
            if needle in plain:
                return True
    return False


def _views(cell: object) -> tuple[str, ...]:
    """Each way to read a cell as text."""
    if isinstance(cell, bytes):
        return tuple(cell.decode(code, "replace") for code in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"))
    text = cell if isinstance(cell, str) else str(cell)
    if text[:1] not in _JSON:
        return (text,)
    try:
        inside = json.loads(text)
    except ValueError:
        return (text,)
    return (text, "\n".join(_strings(inside)))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, held in value.items():
            yield str(key)
            yield from _strings(held)
    elif isinstance(value, list):
        for held in value:
            yield from _strings(held)
    else:
        yield str(value)
