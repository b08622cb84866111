"""A company with a rule file, a clock that the test sets, and a database of any kind: rows come and go, the rules decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from live import STORES, Live
from troth.terms.settings import Settings
from troth.workflows.credentials import split_password
from troth.workflows.erase import Request, erase
from troth.workflows.house import House
from troth.workflows.retain import findings, preview, run

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALMA, BO = "alma@vindheim.example", "bo@vindheim.example"
TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email VARCHAR(80), name VARCHAR(80), closed DATE);
CREATE TABLE ticket (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer (id), subject VARCHAR(80), resolved DATE);
CREATE TABLE message (id INTEGER PRIMARY KEY, ticket INTEGER REFERENCES ticket (id), body VARCHAR(200));
CREATE TABLE invoice (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer (id), bill_to VARCHAR(80), amount INTEGER, issued DATE);
CREATE TABLE visit (id INTEGER PRIMARY KEY, page VARCHAR(80), ip VARCHAR(40), seen DATE);
"""
ROWS = f"""
INSERT INTO customer VALUES (1, '{ALMA}', 'Alma Vind', '2023-05-31'),
  (2, '{BO}', 'Bo Holm', NULL), (3, 'c@x.example', 'Cai Li', '2025-12-24');
INSERT INTO ticket VALUES (1, 1, 'a kite', '2023-01-01'), (2, 2, 'a rope', '2020-02-29'),
  (3, 2, 'a lamp', NULL), (4, 3, 'a bag', '2026-02-01');
INSERT INTO message VALUES (1, 1, 'hello'), (2, 2, 'a word'), (3, 2, 'and another'), (4, 3, 'still open'), (5, 4, 'soon');
INSERT INTO invoice VALUES (1, 1, 'Alma Vind', 10, '2020-06-30'), (2, 1, 'Alma Vind', 20, '2023-01-05'),
  (3, 2, 'Bo Holm', 30, '2019-12-31');
INSERT INTO visit VALUES (1, '/', '192.0.2.1', '2025-01-01'), (2, '/a', '192.0.2.2', '2026-02-28'), (3, '/b', '192.0.2.3', NULL);
"""
MAP = """
troth: 1
systems:
  crm:
    url: {url}
    datasets:
      customer:
        subject: customer
        key: [id]
        fields: {{id: key, email: email, name: full_name, closed: date}}
      ticket:
        key: [id]
        fields: {{id: key, customer: key, subject: free_text, resolved: date}}
        links: [{{columns: [customer], to: "customer [id]", means: OWNED_BY, declared: true}}]
      message:
        key: [id]
        fields: {{id: key, ticket: key, body: free_text}}
        links: [{{columns: [ticket], to: "ticket [id]", means: OWNED_BY, declared: true}}]
      invoice:
        key: [id]
        erase: anonymise
        fields: {{id: key, customer: key, bill_to: full_name, amount: amount, issued: date}}
        links: [{{columns: [customer], to: "customer [id]", means: OWNED_BY, declared: true}}]
        keep: [{{law: dk.bookkeeping, columns: [bill_to], until: {{start: issued, years: 5, financial_year_end: "12-31"}}, active: true}}]
      visit:
        key: [id]
        fields: {{id: key, page: none, ip: ip_address, seen: date}}
"""
RULES = """
retention: 1
zone: Europe/Copenhagen
rules:
  closed-accounts:
    datasets: [crm.customer]
    clock: {event: account_closed, column: closed}
    keep: 2y
    reason: operations
    outcome: erase
  tickets:
    datasets: [crm.ticket]
    clock: {event: ticket_resolved, column: resolved}
    keep: 3y
    reason: dispute
    outcome: erase
  messages:
    datasets: [crm.message]
    clock: {event: ticket_resolved, column: ticket.resolved}
    keep: 3y
    reason: dispute
    outcome: erase
  invoices:
    datasets: [crm.invoice]
    clock: {event: financial_year_end, column: issued}
    law: dk.bookkeeping
    reason: legal_obligation
    outcome: anonymise
  visits:
    datasets: [crm.visit]
    clock: {event: row_created, column: seen}
    keep: 90d
    reason: operations
    outcome: anonymise
"""


@dataclass
class Company:
    """The live database, its map, its rules and its state."""

    live: Live
    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)
    clock: list[datetime] = field(default_factory=lambda: [START])
    lifted: frozenset[str] = frozenset()
    map: str = MAP
    tables: str = TABLES
    rows: str = ROWS

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.live.run(self.tables + self.rows)
        url = split_password(self.live.url)[0]
        (self.folder / "troth.map.yaml").write_text(self.map.format(url=url), encoding="utf-8")
        self.rules(RULES)

    def rules(self, text: str) -> None:
        (self.folder / "troth.retention.yaml").write_text(text, encoding="utf-8")

    def house(self) -> House:
        stores = {scheme: store for store in STORES.values() for scheme in store.schemes}
        return House(
            Settings(**self.settings), stores, {"TROTH_URL_CRM": self.live.url}, self.folder / "troth.map.yaml",
            clock=lambda: self.clock[0], lifted=self.lifted,
        )  # fmt: skip

    def preview(self) -> dict[str, Any]:
        return preview(self.house())

    def run(self) -> dict[str, Any]:
        return run(self.house())

    def findings(self) -> list[str]:
        return [finding["id"] for finding in findings(self.house())["findings"]]

    def erase(self, *identifiers: str) -> dict[str, Any]:
        told = erase(self.house(), Request(identifiers))
        assert told.get("state") == "done", told["questions"]
        return told

    def table(self, name: str) -> list[Any]:
        return self.live.query(f"SELECT * FROM {name} ORDER BY id")


def score(told: dict[str, Any], rule: str, *names: str) -> tuple[int, ...]:
    (found,) = [one for one in told["rules"] if one["rule"] == rule]
    return tuple(found[name] for name in names)
