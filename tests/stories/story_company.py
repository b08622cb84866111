"""A small company on a store of each kind, served with its mail: what its database holds is read here by a client of our own."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from running_server import Served, start
from story_post import Post

from live import Live
from private_server import free_port
from ready_troth import troth
from troth.workflows.credentials import split_password

FROM = "Storm Sejl <privatliv@storm.example>"
TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email VARCHAR(80), name VARCHAR(80), phone VARCHAR(40));
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customer, item VARCHAR(80));
CREATE TABLE invoice (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customer, billing_name VARCHAR(80),
  sent_to VARCHAR(80), issued_on DATE, total INTEGER);
CREATE TABLE note (id INTEGER PRIMARY KEY, body VARCHAR(200));
"""
MAP = """\
troth: 1
controller: Storm Sejl ApS
region: DK
approval: second_person
systems:
  shop:
    url: {url}
    datasets:
      customer:
        subject: customer
        key: [id]
        nobody: {{id: 0}}
        fields: {{id: key, email: email, name: full_name, phone: phone}}
        purpose: to sell sails
        purposes: [deliver]
        origin: provided
      orders:
        key: [id]
        fields: {{id: key, customer: key, item: product}}
        links:
          - {{columns: [customer], to: "customer [id]", means: OWNED_BY, declared: true}}
        purpose: to sell sails
        purposes: [deliver]
        origin: observed
      invoice:
        key: [id]
        erase: anonymise
        fields: {{id: key, customer: key, billing_name: full_name, sent_to: email, issued_on: date, total: amount}}
        links:
          - {{columns: [customer], to: "customer [id]", means: OWNED_BY, declared: true}}
        keep:
          - law: dk.bookkeeping
            reason: accounting record
            columns: [billing_name]
            until: {{start: issued_on, years: 5, financial_year_end: 12-31}}
            active: true
        purpose: to send invoices
        purposes: [invoicing, accounting]
        origin: observed
      note:
        key: [id]
        fields: {{id: key, body: free_text}}
        purpose: so that colleagues know what was agreed
        purposes: [relations]
        origin: derived
"""
BY_HAND = """\
  archive:
    manual:
      owner: the archive
      mail: arkiv@storm.example
      holds: [full_name, address]
      says: {da: mapper i kælderen, en: binders in the basement}
"""


@dataclass(frozen=True)
class Somebody:
    """A customer of the company, and every string that gives them away."""

    number: int
    name: str
    email: str
    phone: str

    @property
    def needles(self) -> tuple[str, str, str]:
        return self.name, self.email, self.phone

    def rows(self, invoiced: bool) -> str:
        one, two = self.number * 10, self.number * 10 + 1
        told = f"""
        INSERT INTO customer VALUES ({self.number}, '{self.email}', '{self.name}', '{self.phone}');
        INSERT INTO orders VALUES ({one}, {self.number}, 'a jib'), ({two}, {self.number}, 'a spinnaker');
        INSERT INTO note VALUES ({one}, 'write to {self.email} in spring');
        """
        due = f"INSERT INTO invoice VALUES ({one}, {self.number}, '{self.name}', '{self.email}', '2025-05-04', 900);"
        return told + (due if invoiced else "")


def _person(number: int, name: str) -> Somebody:
    mail = name.lower().replace(" ", ".").translate(str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"}))
    return Somebody(number, name, f"{mail}@kunde.example", f"+45 20 31 40 {number:02}")


ASTA, BO, CILLE, DORTE, EMIL, FRIDA, GERDA, HELGE, JENS = (
    _person(11 + at, name)
    for at, name in enumerate(
        (
            "Asta Bølge",
            "Bo Rønne",
            "Cille Ås",
            "Dorte Læ",
            "Emil Kyst",
            "Frida Holm",
            "Gerda Vig",
            "Helge Å",
            "Jens Sø",
        )
    )
)
PEOPLE = {one: one is DORTE for one in (ASTA, BO, CILLE, DORTE, EMIL, FRIDA, GERDA, HELGE, JENS)}
"""Everybody in the database, and whether they ever got an invoice."""
STAYS = BO
"""Who never asks for anything."""


@dataclass
class Company:
    """The served company: its server, its database, and the mail that it sends."""

    served: Served
    live: Live
    post: Post

    def rows_of(self, who: Somebody) -> dict[str, list[Any]]:
        """Every row that names somebody, or hangs on who does, straight from the store."""
        held = self.live.query
        return {
            "customer": held(f"SELECT * FROM customer WHERE id = {who.number}"),
            "orders": held(f"SELECT * FROM orders WHERE customer = {who.number} ORDER BY id"),
            "invoice": held(f"SELECT * FROM invoice WHERE customer = {who.number} ORDER BY id"),
            "note": held(f"SELECT * FROM note WHERE body LIKE '%{who.email}%'"),
        }

    def mentions(self, who: Somebody) -> list[str]:
        """The tables in which any word of theirs still stands."""
        return [
            table for table, rows in self.live.dump().items()
            if any(needle in str(cell) for row in rows for cell in row for needle in who.needles)
        ]  # fmt: skip


def verified(served: Served, certificate: bytes) -> dict[str, Any]:
    """What `troth verify` says of a certificate and the company's public key."""
    path = served.folder / "certificate.json"
    path.write_bytes(certificate)
    key = (served.folder / ".troth" / "troth.pub").read_text(encoding="utf-8").strip()
    done = troth(["verify", str(path), "--key", key, "--json"], served.folder, served.environment)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def company(folder: Path, live: Live, post: Post, more: str = "", **settings: str) -> Company:
    """Fills the empty database and serves the company, with a second factor and a second person asked for."""
    live.run(TABLES + "".join(who.rows(invoiced) for who, invoiced in PEOPLE.items()))
    home, port = folder / "company", free_port()
    (home / ".troth").mkdir(parents=True, mode=0o700)
    told = MAP.format(url=json.dumps(split_password(live.url)[0])) + more
    (home / "troth.map.yaml").write_text(told, encoding="utf-8")
    with as_file(files("troth.example")) as example:
        shutil.copytree(example / "notice", home / "notice")
    served = start(
        folder, "--port", str(port), TROTH_URL_SHOP=live.url, TROTH_MAIL=f"smtp://127.0.0.1:{post.port}", TROTH_MAIL_FROM=FROM,
        TROTH_ADDRESS=f"http://127.0.0.1:{port}", **settings,
    )  # fmt: skip
    return Company(served, live, post)
