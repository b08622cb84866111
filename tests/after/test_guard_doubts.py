"""The guard erases nobody for a key that only reads alike or a mailbox passed on, and sees rows that only a link calls hers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from after_world import ALMA, BO, START, Clocked, Company

from live import KINDS, STORES, Live
from troth.terms.settings import Settings
from troth.workflows.credentials import split_password
from troth.workflows.erase import Request, erase
from troth.workflows.guard import ForgottenError, restore_guard

Taken = Callable[[Company], Callable[[], Live]]
PEOPLE = """
troth: 1
systems:
  crm:
    url: {crm}
    datasets:
      person:
        subject: customer
        key: {key}
        fields: {fields}
"""
SHOP = """
  shop:
    url: {shop}
    datasets:
      orders:
        key: [id]
        fields: {{id: key, person: key, item: product}}
        links:
          - {{columns: [person], to: "crm.person [id]", means: OWNED_BY}}
"""


def house(folder: Path, text: str, **live: Live) -> Clocked:
    (folder / "troth.map.yaml").write_text(text, encoding="utf-8")
    stores = {scheme: store for store in STORES.values() for scheme in store.schemes}
    addresses = {f"TROTH_URL_{name.upper()}": one.url for name, one in live.items()}
    return Clocked(
        Settings(), stores, addresses, folder / "troth.map.yaml", clock=[START + timedelta(hours=1)]
    )


def test_a_mailbox_that_was_another_persons_then_is_uncertain(company: Company, restored: Taken) -> None:
    company.live.run("INSERT INTO person VALUES (5, 'sales@vindheim.example', 'Eva Elm', NULL)")
    company.live.run("UPDATE note SET body = 'to sales@vindheim.example' WHERE id = 2")
    back, moment = restored(company), company.clock[0]
    company.live.run("UPDATE person SET email = 'eva@vindheim.example' WHERE id = 5")
    company.live.run("UPDATE person SET email = 'sales@vindheim.example' WHERE id = 1")
    company.live.run("UPDATE note SET body = '' WHERE id = 2")
    company.later(hours=1)
    company.erase("person=1")
    target = back()
    told = company.guard(target.url, moment)
    assert target.query("SELECT email FROM person WHERE id = 5") == [("sales@vindheim.example",)]
    assert target.query("SELECT id FROM person WHERE id = 1") == []
    assert (told["uncertain"], told["places"]) == (1, [{"dataset": "crm.note", "rows": 1}])


def test_a_late_row_that_a_second_look_erased_goes_from_the_backup_too(
    company: Company, restored: Taken
) -> None:
    company.erase(ALMA)
    company.live.run("INSERT INTO orders VALUES (9, 1, 'late')")
    company.later(minutes=30)
    back, moment = restored(company), company.clock[0]
    company.later(hours=1)
    assert company.due()["rechecks"][0]["erased"] == 1
    target = back()
    told = company.guard(target.url, moment)
    assert (told["replayed"]["erasures"], told["still_visible"]) == (1, 0)
    assert target.query("SELECT id FROM orders ORDER BY id") == [(2,)]


def test_a_backup_older_than_the_tombstones_is_refused(company: Company, restored: Taken) -> None:
    company.settings |= {"tombstone_days": 30}
    back, moment = restored(company), company.clock[0]
    company.later(hours=1)
    company.erase(ALMA)
    company.later(days=20)
    company.erase(BO)
    company.later(days=20)
    company.due()
    target = back()
    with pytest.raises(ForgottenError, match="1 erasure was done"):
        company.guard(target.url, moment)
    told = company.guard(target.url, moment, "expired")
    assert (told["replayed"]["erasures"], told["still_visible"]) == (1, 0)
    assert company.guard(target.url, moment + timedelta(days=2))["still_visible"] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_rows_that_only_another_systems_person_owned_are_visible(
    new_live: Callable[..., Live], tmp_path: Path, kind: str
) -> None:
    crm, shop, old = (new_live(kind, name) for name in ("crm", "shop", "old"))
    crm.run(
        "CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(80));"
        f"INSERT INTO person VALUES (1, '{ALMA}'), (2, '{BO}')"
    )
    for one in (shop, old):
        one.run(
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, person VARCHAR(9), item VARCHAR(9));"
            "INSERT INTO orders VALUES (1, '1', 'kite'), (2, '2', 'rope')"
        )
    text = PEOPLE.format(crm=split_password(crm.url)[0], key="[id]", fields="{id: key, email: email}")
    there = house(tmp_path, text + SHOP.format(shop=split_password(shop.url)[0]), crm=crm, shop=shop)
    erase(there, Request([ALMA]))
    assert shop.query("SELECT id FROM orders") == [(2,)]
    told = restore_guard(there, f"shop={old.url}", START.isoformat())
    assert (told["replayed"]["erasures"], told["still_visible"]) == (0, 1)
    assert told["places"] == [{"dataset": "shop.orders", "rows": 1}]


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
@pytest.mark.parametrize("hers", [("' A'", "'c'"), ("'x,A'", "'c'"), ("'a'", "'c'")])
def test_a_key_that_reads_like_another_erases_nobody_else(
    new_live: Callable[..., Live], tmp_path: Path, kind: str, hers: tuple[str, str]
) -> None:
    crm, old = new_live(kind, "crm"), new_live(kind, "old")
    table = (
        "CREATE TABLE person (org VARCHAR(9), no VARCHAR(9), email VARCHAR(80), name VARCHAR(80), PRIMARY KEY (org, no));"
        f"INSERT INTO person VALUES ('A', 'c', '{BO}', 'Bo Holm'), ('x', 'A,c', 'dan@other.example', 'Dan Dam');"
        f"INSERT INTO person VALUES ({', '.join(hers)}, '%s', 'Alma Vind')"
    )
    crm.run(table % ALMA)
    old.run(table % "vind@old.example")
    fields = "{org: key, no: key, email: email, name: full_name}"
    text = PEOPLE.format(crm=split_password(crm.url)[0], key="[org, no]", fields=fields)
    there = house(tmp_path, text, crm=crm)
    erase(there, Request([ALMA]))
    assert restore_guard(there, f"crm={old.url}", START.isoformat())["still_visible"] == 0
    assert old.query("SELECT name FROM person ORDER BY name") == [("Bo Holm",), ("Dan Dam",)]


def test_rows_of_a_customer_need_the_instruction_and_the_scope_again(
    new_live: Callable[..., Live], tmp_path: Path
) -> None:
    crm, old = new_live("sqlite", "crm"), new_live("sqlite", "old")
    for one in (crm, old):
        one.run(
            "CREATE TABLE person (id INTEGER PRIMARY KEY, org TEXT, email TEXT);"
            f"INSERT INTO person VALUES (1, 'acme', '{ALMA}'), (2, 'acme', '{BO}')"
        )
    fields = "{id: key, org: key, email: email}\n        tenant: org"
    there = house(tmp_path, PEOPLE.format(crm=crm.url, key="[id]", fields=fields), crm=crm)
    erase(there, Request([ALMA], "acme", {"acme": "ticket 7"}))
    assert restore_guard(there, old.url, START.isoformat())["still_visible"] == 1
    told = restore_guard(there, old.url, START.isoformat(), (), "acme", {"acme": "ticket 7"})
    assert (told["still_visible"], old.query("SELECT id FROM person")) == (0, [(2,)])
