"""Systems kept by hand, recipients and customers: written as they were read, each fault with its line, addresses shown to nobody."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from troth.datamap.check import check
from troth.datamap.mapfile import dump, loads, map_hash
from troth.datamap.model import Manual, Ref
from troth.documents.words import danish
from troth.requests.attested import Attested, by_hand
from troth.requests.case import Manual as Said
from troth.terms.errors import MapError

MAP = """\
troth: 1
recipients:
  Sporvogn A/S:
    mail: dpo@sporvogn.example
    gets: [crm.customer]
  Tilsynet:
    gets: [crm]
customers:
  "1041": env:CUSTOMER_1041
systems:
  archive:
    manual:
      owner: the archive
      mail: env:ARCHIVE_MAIL
      holds: [full_name, address]
      says: {da: mapper, en: binders}
      days: 10
  crm:
    url: sqlite:///crm.sqlite
    datasets:
      customer:
        subject: customer
        key: [id]
        fields: {id: key, email: email, edition: product}
        entitlements: [edition]
"""
ARCHIVE = Manual(
    "archive", "the archive", "env:ARCHIVE_MAIL", ("full_name", "address"), "mapper", "binders", 10
)


def test_it_is_read_and_written_again() -> None:
    datamap = loads(MAP)
    assert datamap.manual == {"archive": ARCHIVE}
    assert list(datamap.systems) == ["crm"]
    assert datamap.customers == {"1041": "env:CUSTOMER_1041"}
    assert datamap.datasets[Ref("crm", "customer")].entitlements == ("edition",)
    again = loads(dump(datamap))
    assert (again.manual, again.recipients, again.customers) == (
        datamap.manual, datamap.recipients, datamap.customers,
    )  # fmt: skip
    assert again.datasets == datamap.datasets


def test_a_recipient_gets_whole_systems_or_datasets() -> None:
    told = loads(MAP).recipients
    assert [one.receives(Ref("crm", "order")) for one in told.values()] == [False, True]
    assert all(one.receives(Ref("crm", "customer")) for one in told.values())


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("mail: env:ARCHIVE_MAIL", "mail: env:TROTH_MAIL", 14, "mail is no address"),
        ("mail: env:ARCHIVE_MAIL", "mail: not an address", 14, "mail is no address"),
        ("[full_name, address]", "[fulname]", 15, "unknown category 'fulname'"),
        ("[full_name, address]", "[]", 15, "holds names no category"),
        ("{da: mapper, en: binders}", "{da: mapper}", 16, "needs 'en'"),
        ("days: 10", "days: 0", 17, "at least 1"),
        ("      days: 10\n", "      days: 10\n    url: sqlite:///x\n", 18, "unknown key 'url'"),
        ("gets: [crm.customer]", "gets: [crm.costumer]", 5, "unknown dataset 'crm.costumer'"),
        ("gets: [crm.customer]", "gets: []", 5, "gets nothing"),
        ("entitlements: [edition]", "entitlements: [price]", 25, "unknown column 'price'"),
    ],
)
def test_each_fault_has_its_line(old: str, new: str, line: int, says: str) -> None:
    assert old in MAP
    with pytest.raises(MapError) as fault:
        loads(MAP.replace(old, new), "troth.map.yaml")
    assert fault.value.place == f"troth.map.yaml:{line}"
    assert says in fault.value.message
    assert "sporvogn" not in str(fault.value)


def test_no_address_is_shown_by_accident() -> None:
    shown = repr(loads(MAP))
    assert "binders" in shown  # the map itself is there
    assert "sporvogn.example" not in shown
    assert "ARCHIVE_MAIL" not in shown


def test_what_is_held_by_hand_counts_and_whom_to_write_to_does_not() -> None:
    first = map_hash(loads(MAP))
    for old, new in (
        ("env:ARCHIVE_MAIL", "a@b.example"),
        ("days: 10", "days: 3"),
        ("mail: dpo@sporvogn.example", "mail: x@y.example"),
    ):
        assert map_hash(loads(MAP.replace(old, new))) == first
    for old, new in (("[full_name, address]", "[full_name]"), ("  archive:\n", "  cellar:\n")):
        assert map_hash(loads(MAP.replace(old, new))) != first


def test_both_are_found_by_the_check() -> None:
    found = {(one.id, one.place) for one in check(loads(MAP), {})}
    assert {("map.M018", "archive"), ("map.M019", "Tilsynet")} <= found
    assert ("map.M019", "Sporvogn A/S") not in found


def test_the_map_of_one_system_has_no_other() -> None:
    assert loads(MAP).only("crm").manual == {}


@pytest.mark.parametrize("said", ["open", "found", "done", "nothing"])
def test_an_owners_answer_is_told_in_danish_too(said: Said) -> None:
    day = date(2026, 11, 23)
    english = by_hand("the archive", None if said == "open" else Attested(said, day))
    translated = danish(english)
    assert translated is not None
    assert "the archive" in translated
    assert ("2026-11-23" in translated) == (said != "open") == ("2026-11-23" in english)


def test_the_written_map_is_plain_yaml() -> None:
    assert yaml.safe_load(dump(loads(MAP)))["systems"]["archive"]["manual"]["owner"] == "the archive"
