"""What a notice amounts to for others: records in both languages, TILT with one error per missing fact, DPV with terms that exist."""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from notice_folder import HEAD, PROMISES, written

from troth.datamap.categories import CATEGORIES
from troth.evidence.ropa import CONTROLLER, PROCESSOR, of_controller, of_processor
from troth.evidence.tilt import FACTS
from troth.law.dpv import namespaces, terms, version
from troth.notice.length import Length
from troth.notice.loading import load
from troth.terms.errors import UsageError
from troth.terms.settings import Settings
from troth.workflows.house import House
from troth.workflows.notice_exports import export

ALL = HEAD.replace(
    "\nsubjects:",
    "\n  controller.country_code: DK\n  controller.contact: Olga Rimfaks\n  dpo.name: Olga Rimfaks\n  dpo.address: Kajen 4\n"
    "  authority.address: Carl Jacobsens Vej 35\n  authority.country_code: DK\n  notice.url: https://bageri.example/privatliv\nsubjects:",
)
SERVED = (
    ALL
    + "processing:\n  ovens: {da: Drift af ovne, en: Running of ovens, controllers: those in our list, recipients: [host]}\n"
)
ABROAD = SERVED.replace(
    "role: processor, countries: [DK]", "role: processor, countries: [DK, US], safeguard: clauses"
)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(
        Settings(), {}, {}, tmp_path / "troth.map.yaml", clock=lambda: datetime(2026, 11, 23, tzinfo=UTC)
    )


def made(
    house: House, kind: str, name: str, head: str = SERVED, **changes: str
) -> tuple[dict[str, Any], str]:
    folder = house.map_path.parent
    told = export(house, kind, written(folder / "notice", head=head, **changes), folder / name, "en")
    return told, (folder / name).read_text(encoding="utf-8-sig")


def test_the_controllers_record_has_every_column_of_article_30_1(house: House) -> None:
    told, text = made(house, "ropa30-1", "r.csv", ABROAD)
    assert told["findings"] == []
    rows = list(csv.reader(text.splitlines()))
    assert rows[0] == [
        "Fortegnelse over behandlingsaktiviteter (art. 30, stk. 1) / Record of processing activities (Art. 30(1))"
    ]
    assert ["Navn / Name", "Havnens Bageri ApS"] in rows
    at = rows.index([f"{one.da} / {one.en}" for one in CONTROLLER])
    bake, guard = rows[at + 1 :]
    assert bake[0] == "At bage det bestilte / To bake what was ordered"
    assert bake[1] == "kontrakt (art. 6(1)(b)) / contract (Art. 6(1)(b))"
    assert bake[3] == "Bestillinger (navn, e-mailadresse) / Orders (name, e-mail address)"
    where = "US, standardkontrakt (art. 46(2)(c)) / Hosting provider: US, standard contractual clauses (Art. 46(2)(c))"
    assert bake[5] == f"Driftsleverandør: {where}"
    assert (
        bake[6]
        == "Bestillinger: 90 dage efter rækken blev oprettet / Orders: 90 days after the row was created"
    )
    assert bake[7] == "Adgangsstyring / Access control"
    assert guard[1].startswith(
        "legitim interesse (art. 6(1)(f)): at passe på ovnene / legitimate interests (Art. 6(1)(f)): to look"
    )
    for letter in "bcdefg":
        assert any(one.en.endswith(f"({letter})") for one in CONTROLLER)


def test_the_processors_record_names_controllers_and_processing(house: House) -> None:
    told, text = made(house, "ropa30-2", "r.csv")
    assert told["findings"] == []
    rows = list(csv.reader(text.splitlines()))
    at = rows.index([f"{one.da} / {one.en}" for one in PROCESSOR])
    (ovens,) = rows[at + 1 :]
    assert ovens[:2] == ["those in our list", "Drift af ovne / Running of ovens"]
    assert ovens[2:] == [
        "Driftsleverandør / Hosting provider",
        "ingen / none",
        "Adgangsstyring / Access control",
    ]
    with pytest.raises(UsageError, match="no processing"):
        made(house, "ropa30-2", "r.csv", ALL)


@pytest.mark.parametrize("kind", ["ropa30-1", "ropa30-2"])
def test_a_record_is_one_page_in_both_languages(house: House, kind: str) -> None:
    _, text = made(house, kind, "r.html")
    columns = CONTROLLER if kind == "ropa30-1" else PROCESSOR
    for one in columns:
        assert f'lang="da">{one.da}<' in text
        assert f'lang="en">{one.en}<' in text
    assert "<script" not in text
    assert 'name="viewport"' in text


def test_a_name_in_a_record_cannot_become_a_formula_or_markup(house: House) -> None:
    head = SERVED.replace("{da: Gæster, en: Guests}", "{da: '=1+1<b>', en: '=1+1<b>'}")
    assert "'=1+1<b>" in made(house, "ropa30-1", "r.csv", head)[1]
    assert "<b>" not in made(house, "ropa30-1", "r.html", head)[1]


def test_an_incomplete_record_says_what_it_lacks(house: House) -> None:
    told, text = made(house, "ropa30-1", "r.html", SERVED.replace("Kajen 4, 8000 Aarhus C", ""))
    assert [one["message"] for one in told["findings"]] == ["an empty fact: controller.address"]
    assert "not said in the notice" in text
    told, _ = made(house, "ropa30-1", "r.csv", promises=PROMISES.replace("  basis: contract\n", ""))
    assert [one["id"] for one in told["findings"]] == ["notice.N009"]


def test_a_complete_notice_is_whole_tilt(house: House) -> None:
    told, text = made(house, "tilt", "t.json", ABROAD)
    assert told["findings"] == []
    document = json.loads(text)
    assert list(document) == [
        "meta", "controller", "dataProtectionOfficer", "dataDisclosed", "thirdCountryTransfers", "sources",
        "accessAndDataPortability", "rightToInformation", "rightToRectificationOrDeletion", "rightToDataPortability",
        "rightToWithdrawConsent", "rightToComplain", "automatedDecisionMaking", "changesOfPurpose",
    ]  # fmt: skip
    assert (document["meta"]["version"], document["meta"]["status"], len(document["meta"]["_hash"])) == (
        1,
        "inactive",
        64,
    )
    (order,) = document["dataDisclosed"]
    assert order["legalBases"] == [{"reference": "GDPR-6-1-b", "description": "contract"}]
    assert order["storage"][0]["temporal"] == [
        {"description": "90 days after the row was created", "ttl": "P90D"}
    ]
    (abroad,) = document["thirdCountryTransfers"]
    assert (abroad["country"], abroad["standardDataProtectionClause"]["available"]) == ("US", True)
    assert not document["rightToComplain"]["available"]  # the text does not speak of it


@pytest.mark.parametrize("fact", FACTS)
def test_each_missing_fact_is_one_error_of_tilt(house: House, fact: str) -> None:
    head = re.sub(rf"  {re.escape(fact)}:.*\n", "", SERVED)
    assert head != SERVED or fact == "dpo.contact"
    told, _ = made(house, "tilt", "t.json", head)
    assert [one["message"] for one in told["findings"]] == [f"an empty fact: {fact}"]


def test_a_right_is_granted_in_the_texts_own_words(house: House) -> None:
    from notice_folder import EN

    line = "You have the right of access and can complain to Datatilsynet. {none}"
    _, text = made(house, "tilt", "t.json", en=EN.replace("Thank you for reading. {none}", line))
    document = json.loads(text)
    assert (
        document["rightToInformation"]["description"]
        == "You have the right of access and can complain to Datatilsynet."
    )
    assert document["rightToComplain"]["available"]
    assert not document["rightToDataPortability"]["available"]


def terms_in(node: object) -> set[str]:
    """Every key and type of a document that has a prefix."""
    if isinstance(node, list):
        return {term for one in node for term in terms_in(one)}
    if not isinstance(node, dict):
        return set()
    types = node.get("@type", [])
    here = {key for key in node if ":" in key} | set([types] if isinstance(types, str) else types)
    here |= {
        one for key, one in node.items() if key == "@id" and str(one).startswith(("dpv:", "pd:", "eu-gdpr:"))
    }
    return here | {term for key, one in node.items() if key != "@context" for term in terms_in(one)}


def test_dpv_names_only_terms_that_exist(house: House) -> None:
    told, text = made(house, "dpv", "d.jsonld", ABROAD)
    assert told["findings"] == []
    document = json.loads(text)
    assert document["@context"] == namespaces()
    used = terms_in(document)
    assert {
        "dpv:Process",
        "dpv:ServiceProvision",
        "eu-gdpr:A6-1-b",
        "pd:EmailAddress",
        "dpv:hasThirdCountry",
    } <= used
    assert used - terms() <= {"dct:title", "dct:description", "dct:valid"}
    assert version() == "2.3"


def test_the_terms_of_the_data_map_are_on_the_list() -> None:
    assert {one.dpv for one in CATEGORIES.values() if one.dpv} <= terms("data")


def test_what_cannot_be_written(house: House, tmp_path: Path) -> None:
    for kind, name, said in (
        ("pdf", "x", "no export"),
        ("ropa30-1", "x.pdf", "csv or"),
        ("dpv", "no/x", "cannot be written"),
    ):
        with pytest.raises(UsageError, match=said):
            made(house, kind, name)
    assert not (tmp_path / "x.pdf").exists()


def test_lengths_in_words() -> None:
    assert Length(30, 86_400).spoken() == ("2 år, 6 måneder, 1 dag", "2 years, 6 months, 1 day")
    assert Length().spoken() == ("straks", "at once")


def test_a_needless_fact_is_told_as_such(tmp_path: Path) -> None:
    notice = load(written(tmp_path / "notice", head=SERVED))
    for made_ in (of_controller(notice), of_processor(notice)):
        assert any(value.en == "none: established in Denmark" for _, value in made_.who)
