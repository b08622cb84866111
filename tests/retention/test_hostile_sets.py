"""Sets that only look anonymous are refused, each for its own reason; sets that are fine are let through."""

from __future__ import annotations

import random
import uuid
from base64 import b64encode
from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import md5, sha256
from pathlib import Path
from typing import Any

import pytest
from anonymity_world import Ride, Taxi, cpr_of, phone_of, why

RIDES = 2_000
Change = Callable[[Ride], dict[str, Any]]


def email_of(number: int) -> str:
    return f"alma{number % 9}@inbox.example"


def hyphened(number: int) -> str:
    cpr = cpr_of(number)
    return f"{cpr[:6]}-{cpr[6:]}"


def encrypted(text: str) -> str:
    """With one constant, as an obfuscator does."""
    return bytes(byte ^ 0x5A for byte in text.encode()).hex()


def in_base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def month_of(day: int) -> str:
    return (date(2026, 1, 1) + timedelta(days=day)).strftime("%Y-%m-01")


def second_of(number: int) -> str:
    return (datetime(2026, 1, 1) + timedelta(seconds=number * 7919 * 613 % 31_536_000)).isoformat(" ")  # noqa: DTZ001


ZONES: dict[str, tuple[Change, set[tuple[str, str]]]] = {
    "telephone": (lambda r: {"zone": phone_of(r["id"])}, {("identifier", "zone"), ("key", "zone")}),
    "telephone backwards": (
        lambda r: {"zone": phone_of(r["id"])[::-1]},
        {("identifier", "zone"), ("key", "zone")},
    ),
    "telephone in base64": (
        lambda r: {"zone": in_base64(phone_of(r["id"]))},
        {("identifier", "zone"), ("key", "zone")},
    ),
    "telephone encrypted with a constant": (
        lambda r: {"zone": encrypted(phone_of(r["id"]))},
        {("key", "zone")},
    ),
    "hash cut to 10 characters": (
        lambda r: {"zone": md5(phone_of(r["id"]).encode()).hexdigest()[:10]},
        {("key", "zone")},
    ),
    "e-mail backwards": (lambda r: {"zone": email_of(r["id"])[::-1]}, {("identifier", "zone")}),
    "e-mail in base64": (lambda r: {"zone": in_base64(email_of(r["id"]))}, {("identifier", "zone")}),
    "e-mail with two letters left": (
        lambda r: {"zone": f"al***@firm{r['id'] % 9}.example"},
        {("identifier", "zone")},
    ),
    "personal number without hyphen": (
        lambda r: {"zone": cpr_of(r["id"] % 9)},
        {("identifier", "zone"), ("key", "zone")},
    ),
    "personal number backwards": (
        lambda r: {"zone": hyphened(r["id"] % 9)[::-1]},
        {("identifier", "zone")},
    ),
    "order number": (lambda r: {"zone": f"O{10_000 + r['id']}"}, {("number", "zone")}),
    "signature": (
        lambda r: {"zone": "day, mvh Alma" if r["id"] % 9 == 0 else "day"},
        {("prose", "zone")},
    ),
    "cells of JSON": (lambda r: {"zone": f'{{"from": "{r["id"] % 3}"}}'}, {("prose", "zone")}),
    "one status that one row has": (
        lambda r: {"zone": "royal" if r["id"] == 77 else "day"},
        {("rare", "zone")},
    ),
}


@pytest.mark.parametrize("category", ["status", "product"])
@pytest.mark.parametrize("name", ZONES)
def test_what_stands_under_a_harmless_name_is_found_by_its_form(
    tmp_path: Path, name: str, category: str
) -> None:
    change, expected = ZONES[name]
    taxi = Taxi(tmp_path)
    taxi.fields["zone"] = category
    told = taxi.fill(change, rides=RIDES).judge()
    assert (told["verdict"], told["proved"], why(told)) == ("still personal", True, expected)


@pytest.mark.parametrize("category", ["quantity", "technical", "none", "key", "reference", "unknown"])
def test_a_telephone_is_one_whatever_the_map_calls_it(tmp_path: Path, category: str) -> None:
    taxi = Taxi(tmp_path)
    taxi.fields["mark"] = category
    told = taxi.fill(lambda ride: {"mark": phone_of(ride["id"])}, rides=RIDES).judge()
    assert {("identifier", "mark"), ("key", "mark")} <= why(told)


@pytest.mark.parametrize("unique", ["", "CREATE UNIQUE INDEX one_each ON ride (mark);"])
@pytest.mark.parametrize("category", ["reference", "company_no"])
def test_a_number_on_paper_is_known_to_others_also_where_it_is_unique(
    tmp_path: Path, category: str, unique: str
) -> None:
    taxi = Taxi(tmp_path)
    taxi.fields["mark"] = category
    told = taxi.fill(lambda ride: {"mark": f"O{10_000 + ride['id']}"}, rides=RIDES, script=unique).judge()
    assert why(told) == {("number", "mark")}


def test_ids_that_count_up_with_time_give_the_days_back(tmp_path: Path) -> None:
    taxi = Taxi(tmp_path)
    taxi.fields["mark"] = "date"
    told = taxi.fill(lambda ride: {"mark": month_of(ride["id"] * 90 // RIDES)}, rides=RIDES).judge()
    assert {("order", "id"), ("order", "mark")} <= why(told)


def test_ids_that_count_up_person_by_person_gather_their_rows(tmp_path: Path) -> None:
    homes = random.Random(5).choices("2589", k=RIDES)
    told = Taxi(tmp_path).fill(lambda ride: {"zip": f"{homes[ride['id'] // 20]}***"}, rides=RIDES).judge()
    assert {("order", "id"), ("order", "zip")} <= why(told)


@pytest.mark.parametrize("rows", [1, 2])
def test_moments_to_the_second_join_with_a_log(tmp_path: Path, rows: int) -> None:
    """Also where two rows share each of them: a group of two is no crowd."""
    taxi = Taxi(tmp_path)
    taxi.fields["mark"] = "date"
    told = taxi.fill(lambda ride: {"mark": second_of(ride["id"] // rows)}, rides=RIDES).judge()
    assert ("rare", "mark") in why(told)
    assert told["proved"]


def test_coarse_cells_whose_combination_is_rare_stand_out(tmp_path: Path) -> None:
    """Each trait alone is held by hundreds; decade, place and month together by two."""
    taxi = Taxi(tmp_path)
    taxi.fields["mark"] = "date"
    kept = {"born": "1880-01-01", "zip": "2***", "gender": "k"}
    told = taxi.fill(
        lambda ride: (
            kept | {"mark": "2026-04-01"}
            if ride["id"] < 3
            else {"mark": "2026-04-01", "zip": "8***"}
            if ride["id"] % 2
            else {"mark": "2026-05-01"}
        ),
        rides=RIDES,
    ).judge()
    (rare,) = [one for one in told["reasons"] if one["reason"] == "rare"]
    assert (rare["rows"], rare["smallest"]) == (2, 2)


def test_a_hash_with_a_public_salt_is_not_called_anonymous(tmp_path: Path) -> None:
    told = (
        Taxi(tmp_path)
        .fill(lambda ride: {"mark": sha256(f"salt{cpr_of(ride['id'])}".encode()).hexdigest()}, rides=RIDES)
        .judge()
    )
    assert why(told) == {("hash_open", "mark")}


NAMES = "CREATE TABLE person (id INTEGER, phone TEXT, name TEXT); INSERT INTO person VALUES (1, '+45 32 12 34 56', 'Alma Havn');"


@pytest.mark.parametrize(
    "left",
    ["32123456", 32123456, "+4532123456", "65432123", "Alma Havn", "nvaH amlA", b64encode(b"Alma Havn").decode()],
)  # fmt: skip
def test_what_names_somebody_elsewhere_names_her_here(tmp_path: Path, left: str | int) -> None:
    taxi = Taxi(tmp_path)
    fields = {"id": "key", "phone": "phone", "name": "full_name"}
    taxi.beside["person"] = {"subject": "person", "key": ["id"], "fields": fields}
    told = taxi.fill(
        lambda ride: {"zone": left if ride["id"] % 5 == 0 else "day"}, rides=RIDES, script=NAMES
    ).judge()
    assert why(told) == {("known", "zone")}


def test_a_pseudo_subject_of_ones_own_gathers_the_rows(tmp_path: Path) -> None:
    """One row that is nobody is let through, a hundred that are each somebody are not."""
    taxi = Taxi(tmp_path)
    taxi.beside["person"] = {
        "subject": "person",
        "key": ["id"],
        "nobody": {"id": "0"},
        "fields": {"id": "key"},
    }
    taxi.dataset["links"] = [{"columns": ["customer"], "to": "person [id]", "means": "OWNED_BY"}]
    script = "CREATE TABLE person (id TEXT PRIMARY KEY);"
    told = taxi.fill(
        lambda ride: {"customer": f"anon-{ride['id'] % 100}"}, rides=RIDES, script=script
    ).judge()
    assert why(told) == {("link", "customer")}


def test_a_child_that_keeps_its_parents_number_gathers_the_rows(tmp_path: Path) -> None:
    taxi = Taxi(tmp_path)
    taxi.fields["mark"] = "key"
    taxi.beside["trip"] = {"key": ["id"], "fields": {"id": "key", "owner": "phone"}}
    taxi.dataset["links"] = [{"columns": ["mark"], "to": "trip [id]", "means": "OWNED_BY"}]
    script = "CREATE TABLE trip (id TEXT PRIMARY KEY, owner TEXT);"
    told = taxi.fill(lambda ride: {"mark": f"T{ride['id'] % 400}"}, rides=RIDES, script=script).judge()
    assert ("key", "mark") in why(told)


DICE = random.Random(11)
FINE: dict[str, tuple[str, Change]] = {
    "random ids": ("technical", lambda _: {"mark": str(uuid.UUID(int=DICE.getrandbits(128), version=4))}),
    "tokens of Troth": ("customer_no", lambda _: {"mark": f"{DICE.getrandbits(80):020x}"}),
    "quarters": ("date", lambda _: {"mark": DICE.choice(["2026-01-01", "2026-04-01"])}),
    "bands": ("quantity", lambda _: {"mark": str(DICE.choice([0, 100]))}),
    "a closed list": ("status", lambda _: {"mark": DICE.choice(["paid at once", "by account"])}),
    "regions": ("region", lambda _: {"mark": DICE.choice(["Nordjylland", "Hovedstaden"])}),
}


@pytest.mark.parametrize("name", FINE)
def test_what_is_fine_is_let_through(tmp_path: Path, name: str) -> None:
    category, change = FINE[name]
    taxi = Taxi(tmp_path)
    taxi.fields["mark"] = category
    told = taxi.fill(change, rides=20_000).judge()
    assert (told["verdict"], told["reasons"]) == ("anonymous", [])
