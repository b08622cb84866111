"""Figures of `troth check` on PostgreSQL: every control that can be bound, over an estate of a million rows and over one of a hundredth."""

from __future__ import annotations

import os
import resource
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg

from bench import server
from troth.main import make_house
from troth.workflows.checks import check
from troth.workflows.erase import Request, erase
from troth.workflows.house import House

MILLION = 1_000_000
CONTROLS = (
    "drift", "map-entry", "register", "notice-covers-map", "find", "export", "erase", "exemptions", "card-numbers", "national-ids",
    "retention-complete", "retention-reasons", "retention-run", "hold", "ledger", "tls", "encryption-at-rest", "key-rotation",
    "backup-age", "restore-guard", "import-guard", "notice-languages",
)  # fmt: skip
MAP = """
troth: 1
systems:
  crm:
    url: {url}
    datasets:
      person:
        subject: customer
        key: [id]
        fields: {{id: key, email: email, name: full_name, closed: date}}
      orders:
        key: [id]
        fields: {{id: key, person: key, made: date, item: product}}
        links:
          - {{columns: [person], to: "person [id]", means: OWNED_BY}}
      note:
        key: [id]
        fields: {{id: key, person: key, body: free_text, made: date}}
        links:
          - {{columns: [person], to: "person [id]", means: OWNED_BY}}
"""
RULES = """
retention: 1
zone: Europe/Copenhagen
rules:
  accounts: {datasets: [crm.person], clock: {event: account_closed, column: closed}, keep: 6m, reason: operations, outcome: erase}
  orders: {datasets: [crm.orders], clock: {event: row_created, column: made}, keep: 5y, reason: dispute, outcome: erase}
  notes: {datasets: [crm.note], clock: {event: row_created, column: made}, keep: 2y, reason: operations, outcome: erase}
"""


def build(url: str, folder: Path, rows: int) -> House:
    """A tenth of the rows are people, half are orders, the rest notes of eighty characters."""
    people, orders, notes = rows // 10, rows // 2, rows - rows // 10 - rows // 2
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(
            "CREATE TABLE person (id int PRIMARY KEY, email text, name text, closed date);"
            "CREATE TABLE orders (id int PRIMARY KEY, person int REFERENCES person, made date, item text);"
            "CREATE TABLE note (id int PRIMARY KEY, person int REFERENCES person, body text, made date);"
            f"INSERT INTO person SELECT n, 'p' || n || '@vindheim.example', 'Person ' || n, NULL FROM generate_series(1, {people}) n;"
            f"INSERT INTO orders SELECT n, 1 + n % {people}, current_date - n % 1000, 'item' FROM generate_series(1, {orders}) n;"
            f"INSERT INTO note SELECT n, 1 + n % {people}, repeat('wants a rope and a kite ', 3) || n, current_date - n % 500"
            f" FROM generate_series(1, {notes}) n;"
            "CREATE INDEX ON orders (person); CREATE INDEX ON note (person); ANALYZE"
        )
    folder.mkdir()
    (folder / "notice").mkdir()
    files = {
        "troth.map.yaml": MAP.format(url="postgresql://crm/crm"), "troth.retention.yaml": RULES,
        "notice/notice.yaml": "notice: 1\nid: bench\nlanguages: [en]\n"
        "categories:\n  all: {en: All, fields: [email, full_name, free_text]}\n",
        "notice/promises.yaml": "".join(
            f"- id: P{at}\n  kind: C\n  categories: [all]\n  control: {{name: {name}}}\n" for at, name in enumerate(CONTROLS)
        ),
        "notice/en.md": "".join(f"We promise {name}. {{P{at}}}\n" for at, name in enumerate(CONTROLS)),
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    os.environ["TROTH_URL_CRM"] = url
    return make_house(folder / "troth.map.yaml", lambda _: None)


def measured(house: House) -> tuple[float, dict[str, Any], int]:
    """Seconds, what was told, and statements sent."""
    sent: list[int] = []
    kind = house.stores["postgresql"]

    def opened(*arguments: Any, **more: Any) -> Any:
        store = kind.open(*arguments, **more)
        close = store.close

        def closing() -> None:
            sent.append(store.statements())
            close()

        store.close = closing  # type: ignore[method-assign]
        return store

    counted = replace(house, stores={**house.stores, "postgresql": replace(kind, open=opened)})
    began = perf_counter()
    told = check(counted)
    return perf_counter() - began, told, sum(sent)


def main() -> None:
    with server.running() as private, tempfile.TemporaryDirectory() as place:
        for rows in (MILLION // 100, MILLION):
            url = private.create()
            house = build(url, Path(place) / f"of{rows}", rows)
            erase(house, Request(("p7@vindheim.example",)))
            check(house, ["P0"])
            seconds, told, statements = measured(house)
            asked = told["asked"]
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            errors = sorted(
                {
                    one["name"]
                    for each in told["promises"]
                    for one in each["checks"]
                    if one["verdict"] == "error"
                }
            )
            print(
                f"{rows:>9,} rows: {seconds:6.1f} s, {asked} questions, {statements} statements, peak {peak:.0f} MB {errors or ''}"
            )
            print(f"          {told['lights']}")


if __name__ == "__main__":
    os.environ.setdefault("TROTH_RECHECKS", "no")
    main()
