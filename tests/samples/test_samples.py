"""Databases that nobody here wrote: a customer is found, exported and erased, and nobody else notices."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sample_shops import SHOPS, Shop

import mariadb_server
from live import AT, KINDS, Live, Row, World
from troth.main import make_house
from troth.planning.plan import Plan
from troth.workflows.erase import Request, erase, preview
from troth.workflows.export import export
from troth.workflows.find import find
from troth.workflows.house import House
from troth.workflows.mapping import make_map

pytestmark = pytest.mark.samples
STAMPS = ("last_update",)  # columns that the sample's own triggers stamp with the time
Cells = dict[str, dict[Row, dict[str, Any]]]


@pytest.fixture(params=KINDS)
def shop_of(
    request: pytest.FixtureRequest, sqlite_copy: Callable[[str], Path], tmp_path: Path
) -> Iterator[Callable[[str], tuple[Live, House]]]:
    """A sample's name -> a writable copy of it on this store, and the house that has mapped it."""
    lives: list[Live] = []

    def open_shop(name: str) -> tuple[Live, House]:
        if request.param == "sqlite":
            live = Live("sqlite", f"sqlite:///{sqlite_copy(name)}")
        elif request.param == "mysql":
            if name not in mariadb_server.SAMPLES:
                pytest.skip(f"the sample {name} has no script for MariaDB")
            server = request.getfixturevalue("maria_server")
            live = Live("mysql", server.sample(request.getfixturevalue("samples"), name))
        else:
            live = Live("postgres", request.getfixturevalue("postgres_sample")(name))
        lives.append(live)
        house = make_house(tmp_path / "troth.map.yaml", lambda _: None)
        make_map(house, [f"shop={live.url}"])
        return live, house

    yield open_shop
    for live in lives:
        live.close()
        if live.kind == "mysql":
            request.getfixturevalue("maria_server").drop(live.url)


def world(live: Live, house: House) -> World:
    return World({"shop": live}, house.map(), at=AT)


def cells(live: Live, house: House) -> Cells:
    """Every row of every table by its key, so that a change can be laid at a cell's door."""
    with live.opened() as store:
        schema = store.reflect()
    found: Cells = {}
    for name, table in schema.tables.items():
        if table.kind == "table":
            spelled = ".".join(f'"{part}"' for part in name.split("."))
            names = [column.name for column in table.columns]
            rows = live.query(f"SELECT {', '.join(chr(34) + n + chr(34) for n in names)} FROM {spelled}")
            told = [dict(zip(names, row, strict=True)) for row in rows]
            key = house.map().datasets["shop", name].key or tuple(names)  # type: ignore[index]
            found[name] = {tuple(row[n] for n in key): row for row in told}
            assert len(found[name]) == len(rows), f"{name} has a key"
    assert sum(map(len, found.values())) == sum(sum(rows.values()) for rows in live.dump().values())
    return found


def only_what_was_planned(before: Cells, after: Cells, plan: Plan) -> None:
    """Every cell that differs is one that the plan names."""
    named: dict[str, dict[Row, set[str]]] = {}
    for step in plan.steps:
        for row in step.rows:
            columns = named.setdefault(step.ref.dataset, {}).setdefault(tuple(row[: len(step.key)]), set())
            columns.update(["*"] if step.action in ("erase", "create") else step.columns)
    for table, rows in before.items():
        for key in rows.keys() | after[table].keys():
            allowed = named.get(table, {}).get(key, set())
            old, new = rows.get(key), after[table].get(key)
            if old is None or new is None:
                assert "*" in allowed, f"{table} {key}"
                continue
            changed = {name for name in old if _exact(old[name]) != _exact(new[name])} - (
                set(STAMPS) if allowed else set()
            )
            assert changed <= allowed, f"{table} {key}"


def _exact(cell: object) -> tuple[str, str]:
    return type(cell).__name__, repr(cell)


def sweep(live: Live, canaries: list[str]) -> Counter[str]:
    """In how many rows of any table each canary stands: in any case, inside longer text, over neighbouring cells."""
    found: Counter[str] = Counter()
    for rows in live.dump().values():
        for row in rows:
            text = " ".join(
                cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell) for _, cell in row
            ).casefold()
            found.update({canary: canary.casefold() in text for canary in canaries})
    return found


def canaries_of(live: Live, shop: Shop, customer: str) -> list[str]:
    """What identifies this customer and no other row of the shop; each is proved to be findable first."""
    others = Counter[str]()
    for key in live.query(_keys(shop, live)):
        others.update({c.casefold() for c in shop.canaries(live, str(key[0]))})
    mine = [c for c in shop.canaries(live, customer) if others[c.casefold()] == 1]
    there = sweep(live, mine)
    assert len(mine) >= 3
    assert all(there[canary] for canary in mine), "the sweep can find each canary"
    return mine


def _keys(shop: Shop, live: Live) -> str:
    column = {"chinook": ("CustomerId", "customer_id"), "northwind": ("CustomerID", "customer_id")}.get(
        shop.name, ("customer_id", "customer_id")
    )
    return f"SELECT {column[live.kind == 'postgres']} FROM {shop.dataset[live.kind]}"


def stored(live: Live) -> bytes:
    return live.path.read_bytes() if live.kind == "sqlite" else b""


@pytest.mark.parametrize("name", SHOPS)
def test_a_customer_is_erased_and_nobody_else_notices(
    name: str, shop_of: Callable[[str], tuple[Live, House]], tmp_path: Path
) -> None:
    shop = SHOPS[name]
    live, house = shop_of(name)
    for customer in shop.customers:
        who = Request((f"{shop.dataset[live.kind]}={customer}",))
        canaries = canaries_of(live, shop, customer)
        before, sums = cells(live, house), shop.sums(live)
        plan = world(live, house).plan(*who.identifiers)
        found = find(house, who)
        exported = export(house, who, tmp_path / f"export-{customer}")
        told = erase(house, who)
        assert (told["blocked"], told["state"], told["left"]) == (False, "done", {})
        assert len(told["certificates"]) == 1
        after = cells(live, house)
        only_what_was_planned(before, after, plan)
        assert shop.sums(live) == sums
        assert sweep(live, canaries) == Counter(dict.fromkeys(canaries, 0))
        assert [c for c in canaries if c.encode() in stored(live)] == []
        assert live.dangling() == []
        assert exported["rows"] == len(found["matches"]) > 1
        gone = {(m["dataset"], tuple(m["key"].values())) for m in found["matches"]}
        assert gone == {
            (s.ref.dataset, tuple(r[: len(s.key)]))
            for s in plan.steps
            if s.action != "create"
            for r in s.rows
        }
        assert find(house, who)["matches"] == []


def test_all_customers_of_a_shop_leave_in_one_batch(
    shop_of: Callable[[str], tuple[Live, House]],
) -> None:
    shop = SHOPS["chinook"]
    live, house = shop_of("chinook")
    keys = [str(row[0]) for row in live.query(_keys(shop, live))]
    canaries = sorted({c for key in keys for c in shop.canaries(live, key)})
    there, sums = sweep(live, canaries), shop.sums(live)
    assert all(there.values())
    who = Request(tuple(f"{shop.dataset[live.kind]}={key}" for key in keys))
    plan = preview(house, who)
    told = erase(house, who)
    assert (told["state"], told["left"], len(told["certificates"])) == ("done", {}, 59)
    assert plan["statements"] < 60, "statements do not grow with people"
    assert sum(sweep(live, canaries).values()) == 0
    assert shop.sums(live) == sums
    assert live.dangling() == []
    assert len(live.query(_keys(shop, live))) == 1, "only nobody is left"


def troth(folder: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "troth.main", *arguments, "--json"], cwd=folder, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_the_commands_do_it_and_say_so(sqlite_copy: Callable[[str], Path], tmp_path: Path) -> None:
    sqlite_copy("chinook").rename(tmp_path / "shop.sqlite")
    assert troth(tmp_path, "map", "shop.sqlite", "-o", "troth.map.yaml")[0] == 0
    assert troth(tmp_path, "map", "--check")[0] == 0
    code, found = troth(tmp_path, "find", "luisg@embraer.com.br")
    assert (code, {m["dataset"] for m in found["matches"]}) == (0, {"Customer", "Invoice", "InvoiceLine"})
    assert troth(tmp_path, "export", "luisg@embraer.com.br", "-o", "copy")[0] == 0
    assert (tmp_path / "copy" / "index.html").exists()
    assert "luisg@embraer.com.br" in (tmp_path / "copy" / "data.json").read_text()
    code, plan = troth(tmp_path, "erase", "luisg@embraer.com.br", "--dry-run")
    assert code == 0
    code, done = troth(tmp_path, "erase", "luisg@embraer.com.br", "--yes")
    assert (code, done["erased"], done["anonymised"]) == (0, 1, 7 + 38)
    assert sum(step["rows"] for step in plan["plan"] if step["action"] == "erase") == done["erased"]
    code, verified = troth(tmp_path, "verify", done["certificates"][0])
    assert (code, verified["consistent"], verified["signer"]) == (4, True, None)
    code, ledger = troth(tmp_path, "ledger", "verify", "--against", done["certificates"][0])
    assert (code, ledger["holds"]) == (0, True)
    code, verified = troth(tmp_path, "verify", done["certificates"][0], "--key", ledger["key"])
    assert code == 0
    with closing(Live("sqlite", f"sqlite:///{tmp_path / 'shop.sqlite'}")) as live:
        assert sweep(live, ["luisg@embraer.com.br", "Luís Gonçalves"]).total() == 0
        assert sweep(live, ["Leonie"]).total() > 0
