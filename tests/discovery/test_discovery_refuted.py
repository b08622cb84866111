"""A name is no proof: document numbers, ledger accounts, flags and fixed words are not what their names may suggest."""

from __future__ import annotations

import random
from typing import Any

import pytest
from invented import MAKERS

from troth.datamap import discovery
from troth.datamap.discovery import numbers
from troth.datamap.lexicon import Verdict
from troth.datamap.people import person_table
from troth.datamap.reader import Sample
from troth.datamap.schema import Column, Table


def made(kind: str, *how: str, count: int = 90) -> list[Any]:
    r = random.Random(kind)
    return [MAKERS[kind](r, {"#": number}, list(how)) for number in range(count)]


def read(
    table: str, keys: tuple[str, ...] = (), linked: tuple[str, ...] = (), **columns: list[Any]
) -> dict[str, Verdict]:
    rows = list(zip(*columns.values(), strict=True))
    shape = tuple(
        Column(name, "", "integer" if isinstance(cells[0], int) else "text")
        for name, cells in columns.items()
    )
    sample = Sample(table, tuple(columns), rows, True)
    return dict(discovery.fields(Table(table, shape, keys), sample, frozenset(linked)))


@pytest.mark.parametrize("name", ["fnr", "fakturanr", "doknr", "c3", "personnr"])
@pytest.mark.parametrize("role", ["plain", "key", "link"])
def test_dated_document_numbers_are_nobodys(name: str, role: str) -> None:
    columns = {name: made("document_no", count=150)}
    told = read("faktura", (name,) if role == "key" else (), (name,) if role == "link" else (), **columns)
    assert told[name].category != "national_id"


def test_a_count_that_runs_for_forty_years_is_still_no_birthday() -> None:
    r = random.Random(4)
    texts = [
        f"{r.randrange(1, 29):02}{r.randrange(1, 13):02}{r.randrange(60, 100)}{r.randrange(900):04}"
        for _ in range(120)
    ]
    assert "national_id" not in {category for category, _, _ in numbers.kinds(texts)}


@pytest.mark.parametrize("years", [(98, 26), (0, 12), (85, 99)])
def test_years_are_spanned_across_the_century(years: tuple[int, int]) -> None:
    first, last = years
    assert numbers.arc({(first + n) % 100 for n in range((last - first) % 100 + 1)}) == (last - first) % 100


@pytest.mark.parametrize("table", ["debitor", "kreditor", "finanskonti", "debpost", "t4"])
@pytest.mark.parametrize("name", ["kontonr", "KONTO", "ktonr"])
@pytest.mark.parametrize("keyed", [True, False])
def test_an_account_in_a_ledger_is_no_bank_account(table: str, name: str, keyed: bool) -> None:
    told = read(table, (name,) if keyed else (), **{name: made("ledger"), "saldo": made("ten_int")})
    assert told[name].category != "bank_account"


@pytest.mark.parametrize("name", ["bankkto", "loenkto", "bankkontonr", "LOENREG", "BANKREG"])
def test_where_money_is_paid_to_is_a_bank_account(name: str) -> None:
    cells = made("count", "9000") if name.lower().endswith("reg") else made("ten_int")
    cells = [cell + 1000 if cell < 1000 else cell for cell in cells]
    assert read("medarbejder", navn=made("name"), **{name: cells})[name].category == "bank_account"


def test_a_members_card_is_no_payment_card() -> None:
    for key in ((), ("kort_nr",)):
        told = read("kort", key, kort_nr=made("running", "40001"), card=made("card"))
        assert told["kort_nr"].category != "payment_card"
        assert told["card"].category == "payment_card"


@pytest.mark.parametrize(
    "name", ["status_x", "locked", "must_change_password", "hide_mail", "er_aktiv", "primaer"]
)
def test_noughts_and_ones_are_a_flag(name: str) -> None:
    assert read("settings_of_users", **{name: made("bit")})[name].category == "status"


def test_the_names_of_settings_are_no_credentials() -> None:
    cells = ["theme", "page_size", "start_tab"] * 30
    for name in ("meta_key", "key", "prop_key", "nøgle"):
        assert read("usermeta", **{name: cells})[name].category != "credential"
    assert read("konti", private_key=made("token"))["private_key"].category == "credential"


@pytest.mark.parametrize("name", ["tekst", "txt", "årsag", "besked", "comment"])
def test_a_few_fixed_words_are_a_status_whatever_they_are_called(name: str) -> None:
    assert read("rma", **{name: ["Defekt", "Fortrudt", "Fejllevering"] * 30})[name].category == "status"
    assert read("rma", **{name: made("note")})[name].category == "free_text"


@pytest.mark.parametrize("name", ["tlf", "phone", "mobil"])
def test_bare_digits_called_a_phone_stay_sure(name: str) -> None:
    verdict = read("kunder", **{name: made("phone", "plain")})[name]
    assert (verdict.category, verdict.confidence >= 0.9) == ("phone", True)


def test_a_person_is_not_hidden_by_a_table_of_things() -> None:
    assert read("chat_session", navn=made("given"))["navn"].category == "first_name"


def test_names_no_list_knows_are_found_by_the_address_beside_them() -> None:
    rows = [{"#": n} for n in range(60)]
    r = random.Random(3)
    for row in rows:
        row["n"] = MAKERS["stranger"](r, row, [])
        row["m"] = MAKERS["stranger_mail"](r, row, ["n"])
    told = read("t1", c1=[row["n"] for row in rows], c2=[row["m"] for row in rows])
    assert told["c1"].category == "full_name"
    firms = read("t1", c1=made("firm"), c2=[row["m"] for row in rows][:60] + made("email", count=30))
    assert firms["c1"].category == "organisation"


def test_days_of_birth_spread_and_days_of_hire_do_not() -> None:
    hired = [
        f"{day:02}0{month}{year}"
        for day in range(10, 28)
        for month, year in ((3, 18), (5, 21), (9, 23), (2, 19), (4, 22))
    ]
    told = read("t1", c1=made("born", "ddmmyy"), c2=hired, c3=made("email"), c4=made("name"))
    assert (told["c1"].category, told["c2"].category) == ("birth_date", "date")


# ------------------------------------------------------------------ people


def test_a_row_that_joins_a_person_to_something_is_no_person() -> None:
    keys = {"team_id": "key", "member_id": "key"}
    assert not person_table("team_member", keys, frozenset(keys), tuple(keys)).is_subject
    members = {"id": "key", "user_id": "key", "project_id": "key", "since": "date"}
    assert not person_table("members", members, frozenset({"user_id", "project_id"}), ("id",)).is_subject


def test_a_person_with_links_and_no_more_is_still_a_person() -> None:
    patient = {"patient_id": "key", "tribe_id": "key", "created_by": "key", "born": "birth_date"}
    assert person_table("patient", patient, frozenset({"tribe_id", "created_by"}), ("patient_id",)).is_subject
    bare = {"patient_id": "key", "clinic_id": "key", "changed_by": "key"}
    assert person_table("patient", bare, frozenset({"clinic_id", "changed_by"}), ("patient_id",)).is_subject


def test_an_order_with_a_name_to_deliver_to_is_no_person() -> None:
    held = {"nr": "key", "kto": "key", "dt": "date", "navn": "full_name", "mail": "email", "ref": "reference"}
    assert not person_table("hov", held, frozenset({"kto"}), ("nr",)).is_subject
    assert person_table("hov", held | {"kto": "status"}, frozenset(), ("nr",)).is_subject


def test_a_table_nobody_named_is_of_people_by_what_is_said_of_each() -> None:
    held = {"init": "initials", "navn": "full_name", "tlf": "phone", "fodt": "birth_date"}
    assert person_table("chf", held, frozenset(), ("init",)).is_subject
    assert not person_table("chf", {"navn": "full_name", "tlf": "phone", "pris": "amount"}).is_subject
