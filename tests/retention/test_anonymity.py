"""What was badly anonymised is refused, each for its own reason; what was done well passes, once it has been measured."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest
from anonymity_world import RIDES, Taxi, cpr_of, hashed_cpr, hashed_phone, phone_of, why

from troth.retention import attack
from troth.terms.errors import MapError, UsageError


@pytest.fixture
def taxi(tmp_path: Path) -> Taxi:
    return Taxi(tmp_path)


def test_what_was_done_well_is_anonymous_and_measured(tmp_path: Path) -> None:
    told = Taxi(tmp_path).fill(rides=8_000).judge()
    assert (told["verdict"], told["reasons"], told["rows"]) == ("anonymous", [], 8_000)
    assert {risk["attack"] for risk in told["risks"]} == {"singling_out", "linkability", "inference"}
    assert all(risk["low"] <= risk["value"] <= risk["high"] <= 0.10 for risk in told["risks"])


def test_the_name_is_gone_but_the_phone_groups_the_rides(taxi: Taxi) -> None:
    """The case of the Danish taxi company: what it called anonymous still had the telephone number."""
    told = taxi.fill(lambda ride: {"phone": phone_of(ride["id"])}).judge()
    assert told["verdict"] == "still personal"
    assert why(told) == {("identifier", "phone"), ("key", "phone")}
    (key,) = [one for one in told["reasons"] if one["reason"] == "key"]
    assert (key["values"], key["largest"]) == (200, RIDES // 200)


@pytest.mark.parametrize("category", ["reference", "key", "technical", "none"])
def test_a_pseudonymous_number_groups_the_rides_whatever_it_is_called(taxi: Taxi, category: str) -> None:
    taxi.fields["customer"] = category
    told = taxi.fill(lambda ride: {"customer": f"C{ride['id'] % 150}"}).judge()
    assert why(told) == {("key", "customer")}


def test_a_hashed_phone_is_inverted(taxi: Taxi) -> None:
    told = taxi.fill(hashed_phone).judge()
    assert why(told) == {("hash", "mark"), ("key", "mark")}
    (tried,) = told["tried"]
    assert (tried["kind"], tried["made_by"], tried["inverted"]) == ("phone", "md5", True)


def test_a_hashed_personal_number_is_inverted(tmp_path: Path) -> None:
    taxi = Taxi(tmp_path, {"anonymity_seconds": 60})
    told = taxi.fill(hashed_cpr).judge()
    assert ("hash", "mark") in why(told)
    assert [(one["kind"], one["made_by"]) for one in told["tried"]] == [("national_id", "sha256")]


def test_the_hash_of_an_address_that_stands_elsewhere_is_inverted(taxi: Taxi) -> None:
    taxi.beside["person"] = {"subject": "person", "key": ["id"], "fields": {"id": "key", "email": "email"}}
    script = "CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT); INSERT INTO person VALUES (1, 'Alma@inbox.example');"
    told = taxi.fill(lambda ride: {"mark": md5(b"alma@inbox.example").hexdigest()}, script=script).judge()
    assert ("hash", "mark") in why(told)
    assert told["tried"][0]["kind"] == "known"


def test_a_salted_hash_is_not_called_anonymous(taxi: Taxi) -> None:
    told = taxi.fill(lambda ride: {"mark": md5(f"salt {ride['id']}".encode()).hexdigest()}).judge()
    assert why(told) == {("hash_open", "mark")}
    assert (told["verdict"], told["proved"]) == ("still personal", False)
    assert 0 < told["tried"][0]["share"] < 1


HISTORY = "CREATE TABLE ride_history (at TEXT, id INTEGER, phone TEXT); INSERT INTO ride_history SELECT 'x', id, {phone} FROM ride;"


@pytest.mark.parametrize("mapped", [True, False])
def test_a_copy_in_a_history_table_is_found(taxi: Taxi, mapped: bool) -> None:
    if mapped:
        taxi.beside["ride_history"] = {
            "key": ["rowid"],
            "fields": {"at": "date", "id": "key", "phone": "phone"},
        }
    told = taxi.fill(script=HISTORY.format(phone="'2012345' || (id % 10)")).judge()
    assert why(told) == {("copy", "phone")}
    assert [(one["dataset"], one["rows"]) for one in told["reasons"]] == [("taxi.ride_history", RIDES)]


def test_a_history_that_was_emptied_too_is_no_copy(taxi: Taxi) -> None:
    told = taxi.fill(script=HISTORY.format(phone="NULL")).judge()
    assert "copy" not in {one["reason"] for one in told["reasons"]}


def test_a_copy_in_what_refers_to_the_rows_is_found(taxi: Taxi) -> None:
    link = {"columns": ["ride"], "to": "ride [id]", "means": "OWNED_BY"}
    fields = {"id": "key", "ride": "key", "payer": "full_name"}
    taxi.beside["payment"] = {"key": ["id"], "fields": fields, "links": [link]}
    script = "CREATE TABLE payment (id INTEGER PRIMARY KEY, ride INTEGER, payer TEXT); INSERT INTO payment VALUES (1, 7, 'Alma Havn');"
    told = taxi.fill(script=script).judge()
    assert [(one["reason"], one["dataset"], one["rows"]) for one in told["reasons"]] == [
        ("copy", "taxi.payment", 1)
    ]


def test_rows_that_refer_to_a_person_are_hers(taxi: Taxi) -> None:
    taxi.beside["person"] = {"subject": "person", "key": ["id"], "nobody": {"id": 0}, "fields": {"id": "key"}}
    taxi.dataset["links"] = [{"columns": ["customer"], "to": "person [id]", "means": "OWNED_BY"}]
    script = "CREATE TABLE person (id TEXT PRIMARY KEY); UPDATE ride SET customer = CASE WHEN id < 9 THEN '5' ELSE NULL END;"
    told = taxi.fill(script=script).judge()
    assert [(one["reason"], one["rows"]) for one in told["reasons"]] == [("link", 8)]


def test_everybody_alike_shares_the_secret(taxi: Taxi) -> None:
    told = taxi.fill(lambda ride: {"diagnosis": ride["zip"]}).judge()
    assert ("alike", "diagnosis") in why(told)


@pytest.mark.parametrize("column", ["note", "mark"])
def test_free_text_is_left_wherever_it_stands(taxi: Taxi, column: str) -> None:
    told = taxi.fill(lambda ride: {column: f"picked up at the blue house, door {ride['id']}"}).judge()
    assert why(told) == {("prose", column)}


def test_a_rare_combination_stands_out(taxi: Taxi) -> None:
    told = taxi.fill(lambda ride: {"born": "1850-01-01"} if ride["id"] < 4 else {}).judge()
    (reason,) = told["reasons"]
    assert (reason["reason"], reason["rows"], reason["least"]) == ("rare", 3, 5)


@pytest.mark.parametrize("value", ["alma@inbox.example", "010180-1234"])
def test_what_names_somebody_is_seen_in_any_column(taxi: Taxi, value: str) -> None:
    told = taxi.fill(lambda ride: {"zone": value} if ride["id"] == 5 else {}).judge()
    assert why(told) == {("identifier", "zone")}


def test_a_column_that_nobody_decided_about_is_not_anonymous(taxi: Taxi) -> None:
    del taxi.fields["zone"]
    told = taxi.fill().judge()
    assert (told["verdict"], told["proved"], why(told)) == ("still personal", False, {("undecided", "zone")})


def test_exact_values_are_singled_out_linked_and_inferred(taxi: Taxi) -> None:
    taxi.fields |= {"zone": "amount", "mark": "quantity"}
    told = taxi.fill(
        lambda ride: {"zone": str(ride["id"] * 7919 % 4001), "mark": f"2026-01-01 {ride['id'] * 31 % 5003}"}
    ).judge()
    assert {one["reason"] for one in told["reasons"]} == {"singling_out", "linkability", "inference"}


def test_without_the_extra_nothing_is_called_anonymous(taxi: Taxi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attack, "installed", lambda: False)
    told = taxi.fill().judge()
    assert (told["verdict"], told["proved"], why(told)) == ("still personal", False, {("unmeasured", "")})


def test_too_few_rows_are_not_measured(taxi: Taxi) -> None:
    told = taxi.fill(lambda _: {"born": "x", "zip": "x", "gender": "x"}, rides=50).judge()
    assert (told["verdict"], why(told)) == ("still personal", {("few", "")})


def test_where_there_are_no_rows_they_are_erased(taxi: Taxi) -> None:
    assert taxi.fill(rides=0).judge()["verdict"] == "erased"
    with closing(sqlite3.connect(taxi.folder / "taxi.sqlite")) as db:
        db.execute("INSERT INTO ride (id, phone) VALUES (1, '20123456')")
        db.commit()
    assert taxi.judge("phone IS NULL")["verdict"] == "erased"
    assert taxi.judge()["verdict"] == "still personal"


def test_an_officers_decision_calls_it_pseudonymised_and_no_more(taxi: Taxi) -> None:
    taxi.dataset["anonymised"] = {"decision": "needed to plan routes", "by": "Olga", "on": "2026-11-23"}
    told = taxi.fill(lambda ride: {"phone": phone_of(ride["id"])}).judge()
    assert (told["verdict"], told["called"], told["decision"]["by"]) == (
        "still personal",
        "pseudonymised",
        "Olga",
    )


def test_no_value_is_told(taxi: Taxi) -> None:
    told = json.dumps(
        taxi.fill(lambda ride: {"phone": phone_of(ride["id"]), "note": cpr_of(ride["id"])}).judge()
    )
    assert phone_of(3) not in told
    assert cpr_of(3) not in told


@pytest.mark.parametrize(("name", "when", "error"), [("rides", "", UsageError), ("ride", "colour = 1", UsageError),
                                                     ("ride", "id = (SELECT 1)", MapError)])  # fmt: skip
def test_what_does_not_exist_is_named(taxi: Taxi, name: str, when: str, error: Any) -> None:
    from troth.workflows.anonymity import anonymity

    with pytest.raises(error) as fault:
        anonymity(taxi.fill(rides=1).house(), name, when)
    assert fault.value.remedy
