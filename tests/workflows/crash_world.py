"""A small estate over three SQLite files for runs that are killed: many batches, every kind of step, and its exact dump."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

ALMA, BO, CARLA = "alma@mosebryg.example", "bo@kjaerlund.example", "carla@vindheim.example"
CANARIES = (ALMA, BO, "Alma Mosebryg", "Bo Kjærlund", "Heste-Havevej 7", "HAVEVEJ-4471")
SYSTEMS = ("crm", "shop", "mail")
_CRM = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT, street TEXT, referred_by INTEGER REFERENCES customer);
CREATE TABLE visit (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer ON DELETE CASCADE, note TEXT);
CREATE TABLE remark (id INTEGER PRIMARY KEY, said TEXT NOT NULL);
"""
_SHOP = """
CREATE TABLE buyer (login TEXT PRIMARY KEY, email TEXT, name TEXT);
CREATE TABLE "order" (id INTEGER PRIMARY KEY, login TEXT REFERENCES buyer, street TEXT, latest INTEGER REFERENCES "line"(id));
CREATE TABLE "line" (order_id INTEGER NOT NULL REFERENCES "order", no INTEGER NOT NULL, what TEXT, id INTEGER UNIQUE,
  PRIMARY KEY (order_id, no));
CREATE TABLE invoice (no INTEGER PRIMARY KEY, login TEXT REFERENCES buyer, total INTEGER NOT NULL, address TEXT NOT NULL,
  reference TEXT NOT NULL UNIQUE);
"""
_MAIL = """
CREATE TABLE message (id INTEGER PRIMARY KEY, sender TEXT, receiver TEXT, body TEXT, extra TEXT);
"""
MAP = """
troth: 1
systems:
  crm:
    url: sqlite:///crm.sqlite
    datasets:
      customer:
        subject: customer
        key: [id]
        fields: {id: key, email: email, name: full_name, street: street, referred_by: key}
        links:
          - {columns: [referred_by], to: "customer [id]", means: MENTIONS, declared: true}
      visit:
        key: [id]
        fields: {id: key, customer_id: key, note: free_text}
        links:
          - {columns: [customer_id], to: "customer [id]", means: OWNED_BY, declared: true}
      remark:
        key: [id]
        fields: {id: key, said: free_text}
  shop:
    url: sqlite:///shop.sqlite
    datasets:
      buyer:
        subject: buyer
        key: [login]
        nobody: {login: nobody}
        fields: {login: key, email: email, name: full_name}
      order:
        key: [id]
        fields: {id: key, login: key, street: street, latest: key}
        links:
          - {columns: [login], to: "buyer [login]", means: OWNED_BY, declared: true}
          - {columns: [latest], to: "line [id]", means: MENTIONS, declared: true}
      line:
        key: [order_id, no]
        fields: {order_id: key, no: key, what: product, id: key}
        links:
          - {columns: [order_id], to: "order [id]", means: OWNED_BY, declared: true}
      invoice:
        key: ["no"]
        erase: anonymise
        fields: {"no": key, login: key, total: amount, address: address, reference: person_other}
        links:
          - {columns: [login], to: "buyer [login]", means: OWNED_BY, declared: true}
  mail:
    url: sqlite:///mail.sqlite
    datasets:
      message:
        key: [id]
        fields: {id: key, sender: key, receiver: key, body: free_text, extra: json}
        links:
          - {columns: [sender], to: "shop.buyer [login]", means: OWNED_BY}
          - {columns: [receiver], to: "shop.buyer [login]", means: OWNED_BY}
        on_erase:
          - {link: sender, clear: [body]}
"""


def build(folder: Path) -> None:
    """The three files and the map."""
    (folder / "troth.map.yaml").write_text(MAP)
    for name, script in (("crm", _CRM), ("shop", _SHOP), ("mail", _MAIL)):
        with closing(sqlite3.connect(folder / f"{name}.sqlite")) as db:
            db.executescript(script)
            for sql, rows in _rows()[name]:
                db.executemany(sql, rows)
            db.commit()


def _rows() -> dict[str, list[tuple[str, list[tuple[Any, ...]]]]]:
    people = [(ALMA, "Alma Mosebryg", "alma"), (BO, "Bo Kjærlund", "bo"), (CARLA, "Carla Vindheim", "carla")]
    customers = [
        (at + 1, mail, name, "Heste-Havevej 7" if at < 2 else "Torvet 1", 1 if at else None)
        for at, (mail, name, _) in enumerate(people)
    ]
    visits = [(at, at % 3 + 1, f"visit {at}") for at in range(1, 16)]
    remarks = [(at, f"{people[at % 3][0]} called, nobody answered") for at in range(1, 8)]
    buyers = [(login, mail, name) for mail, name, login in people]
    orders = [
        (at, people[at % 3][2], "Heste-Havevej 7" if at % 3 < 2 else "Torvet 1", None) for at in range(1, 10)
    ]
    lines = [(at, no, f"thing {no}", at * 10 + no) for at in range(1, 10) for no in (1, 2)]
    invoices = [
        (at, people[at % 3][2], at * 100, "HAVEVEJ-4471" if at % 3 < 2 else "TORVET-1", f"ref {at}")
        for at in range(1, 8)
    ]
    messages = [
        (
            at,
            people[at % 3][2],
            people[(at + at // 3) % 3][2],
            f"hej {people[at % 3][1]}",
            f'{{"cc": "{people[at % 3][0]}"}}',
        )
        for at in range(1, 13)
    ]
    return {
        "crm": [
            ("INSERT INTO customer VALUES (?, ?, ?, ?, ?)", customers),
            ("INSERT INTO visit VALUES (?, ?, ?)", visits),
            ("INSERT INTO remark VALUES (?, ?)", remarks),
        ],
        "shop": [
            ("INSERT INTO buyer VALUES (?, ?, ?)", buyers),
            ('INSERT INTO "order" VALUES (?, ?, ?, ?)', orders),
            ('INSERT INTO "line" VALUES (?, ?, ?, ?)', lines),
            ('UPDATE "order" SET latest = id * 10 + 2 WHERE id <> ?', [(0,)]),
            ("INSERT INTO invoice VALUES (?, ?, ?, ?, ?)", invoices),
        ],
        "mail": [("INSERT INTO message VALUES (?, ?, ?, ?, ?)", messages)],
    }


def dump(folder: Path, systems: tuple[str, ...] = SYSTEMS) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in key order; a value made to be unique in one run counts as `(token)`."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for name in systems:
        with closing(sqlite3.connect(f"file:{folder / name}.sqlite?mode=ro", uri=True)) as db:
            for (table,) in db.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1"
            ).fetchall():
                rows = db.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2').fetchall()
                found[f"{name}.{table}"] = [tuple(map(_plain, row)) for row in rows]
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    return found


def _plain(cell: Any) -> Any:
    return (
        "(token)"
        if isinstance(cell, str) and re.fullmatch(r"[0-9a-f]{20}|e[0-9a-f]{12}@t\.invalid", cell)
        else cell
    )


def places_of(text: str, folder: Path) -> list[str]:
    """The files below the folder whose bytes hold the text, as UTF-8, as UTF-16, or escaped in JSON."""
    forms = {text.encode(), text.encode("utf-16-le"), text.encode("unicode_escape"), text.casefold().encode()}
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and any(form in path.read_bytes() for form in forms):
            found.append(str(path.relative_to(folder)))
    return found
