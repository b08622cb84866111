"""JSON and XML are looked into path by path, and a hostile document costs nothing."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from invented import MAKERS

from troth.datamap import discovery
from troth.datamap.discovery.structure import read_xml
from troth.datamap.lexicon import Verdict
from troth.datamap.reader import Sample
from troth.datamap.schema import Column, Family, Table


def read(values: list[Any], family: Family = "text", name: str = "c1") -> Verdict:
    table = Table("t", (Column(name, family, family),))
    return discovery.fields(table, Sample("t", (name,), [(value,) for value in values], True), frozenset())[
        name
    ]


def made(kind: str, *how: str) -> list[Any]:
    r = random.Random(kind)
    return [MAKERS[kind](r, {"#": number}, list(how)) for number in range(40)]


@pytest.mark.parametrize(("how", "family"), [((), "text"), ((), "json"), (("native",), "json")])
def test_each_path_is_classified_by_its_last_name_and_its_values(
    how: tuple[str, ...], family: Family
) -> None:
    verdict = read(made("json", *how), family)
    assert verdict.category == "json"
    assert dict(verdict.paths) == {
        "contact.name": "full_name", "contact.email": "email", "contact.phones[].number": "phone",
    }  # fmt: skip


def test_a_path_without_a_telling_name_speaks_by_its_values() -> None:
    verdict = read([json.dumps({"d": {"q": value}}) for value in made("cpr")])
    assert verdict.paths == (("d.q", "national_id"),)


def test_keys_that_are_values_are_one_path() -> None:
    verdict = read(made("keyed"))
    assert ("*", "email") in verdict.paths
    assert not any("@" in path for path, _ in verdict.paths)
    assert "keys" in verdict.reason


def test_settings_hold_nothing_personal() -> None:
    assert read(made("settings")).paths == ()


def test_a_list_of_plain_values_is_a_column_of_them() -> None:
    assert read([[mail, mail.upper()] for mail in made("email")], "array").category == "email"
    assert read([json.dumps([mail]) for mail in made("email")]).category == "email"
    assert read([json.dumps(["red", "blue"])] * 20, "json", "tags").category != "email"


def test_xml_is_read_by_path_and_attribute() -> None:
    verdict = read(made("xml"))
    assert dict(verdict.paths)["order.buyer.email"] == "email"
    told = read([f"<a mail='{mail}'><b>1</b><b>2</b></a>" for mail in made("email")], "xml")
    assert told.paths == (("a.@mail", "email"),)


BOMB = "<!DOCTYPE a [<!ENTITY x 'xxxxxxxxxx'><!ENTITY y '&x;&x;&x;&x;'>]><a>&y;</a>"
FETCH = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"


@pytest.mark.parametrize("hostile", [BOMB, FETCH, "<a>" * 5_000, "[" * 100_000, '{"a":' * 50_000, "<a", "{"])
def test_a_hostile_document_is_not_read(hostile: str) -> None:
    verdict = read([hostile] * 5, "xml" if hostile.startswith("<") else "json")
    assert (verdict.category, verdict.paths) == ("json", ())


@pytest.mark.parametrize("hostile", [BOMB, FETCH])
def test_entities_are_refused_and_never_expanded(hostile: str) -> None:
    with pytest.raises(Exception, match=r"^$") as refused:
        read_xml(hostile)
    assert type(refused.value).__name__ == "_RefusedError"


def test_depth_and_paths_are_bounded() -> None:
    deep: Any = "alice@example.dk"
    for _ in range(60):
        deep = {"a": deep}
    assert read([json.dumps(deep)] * 3, "json").paths == ()
    wide = {f"field{number}": f"alice{number}@example.dk" for number in range(5_000)}
    assert len(read([json.dumps(wide)] * 3, "json").paths) <= 400
