"""Labelled names decide whether the lexicon is right; every case is a line in tests/cases/lexicon."""

from __future__ import annotations

import shlex
import sqlite3
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.datamap import lexicon, people, words
from troth.datamap.categories import CATEGORIES

CASES = Path(__file__).parents[1] / "cases" / "lexicon"
SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
DATA = Path(lexicon.__file__).parent
WORDS = tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))["words"]
PHRASES = tomllib.loads((DATA / "phrases.toml").read_text(encoding="utf-8"))
TABLES = tomllib.loads((CASES / "tables.toml").read_text(encoding="utf-8"))
FAMILIES = (
    "integer decimal text date timestamp boolean json blob uuid array enum inet xml other".split()  # noqa: SIM905
)


def labelled() -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(CASES.glob("*.toml")):
        for table in tomllib.loads(file.read_text(encoding="utf-8")).get("table", []):
            yield f"{file.stem}:{table['name']}", table


@pytest.mark.parametrize("table", [pytest.param(table, id=name) for name, table in labelled()])
def test_each_labelled_column_gets_its_category_and_each_table_its_nature(table: dict[str, Any]) -> None:
    rows = [shlex.split(line) for line in table["columns"].strip().splitlines()]
    siblings = tuple(row[0] for row in rows)
    found = {}
    for name, family, *flags, _ in rows:
        comment = table.get("comments", {}).get(name, "")
        verdict = lexicon.classify_field(
            table["name"], name, family, comment, "key" in flags, "link" in flags, siblings
        )
        assert verdict.category in CATEGORIES
        assert 0 <= verdict.confidence <= 1
        assert verdict.reason
        found[name] = verdict.category
    wrong = {row[0]: found[row[0]] for row in rows if found[row[0]] not in row[-1].split("/")}
    assert wrong == {}
    natures = {
        "subject": people.person_table(table["name"], found).is_subject,
        "accounting": lexicon.is_accounting(table["name"], found),
        "address": lexicon.is_address_table(table["name"], found),
    }
    expected = {nature: table[nature] for nature in natures if nature in table}
    assert expected == {nature: natures[nature] for nature in expected}


@pytest.mark.parametrize(("source", "column", "target"), TABLES["handlers"])
def test_a_link_to_whoever_handled_the_row_is_known(source: str, column: str, target: str) -> None:
    assert lexicon.names_a_handler((column,), target, source)


@pytest.mark.parametrize(("source", "column", "target"), TABLES["others"])
def test_a_link_to_whom_the_row_is_about_is_not_a_handler(source: str, column: str, target: str) -> None:
    assert not lexicon.names_a_handler((column,), target, source)


def test_columns_that_scope_rows() -> None:
    assert [name for name in TABLES["tenant"]["yes"] if not lexicon.is_tenant_column(name)] == []
    assert [name for name in TABLES["tenant"]["no"] if lexicon.is_tenant_column(name)] == []


@pytest.mark.parametrize(("table", "base"), TABLES["history"].items())
def test_a_history_table_names_its_base(table: str, base: str) -> None:
    assert lexicon.history_of(table) == (base or None)


@pytest.mark.parametrize(
    ("section", "columns"), [("accounting", {}), ("accounting_with_amount", {"x": "amount"})]
)
def test_tables_that_record_a_sale(section: str, columns: dict[str, str]) -> None:
    assert [t for t in TABLES[section]["yes"] if not lexicon.is_accounting(t, columns)] == []
    assert [t for t in TABLES[section]["no"] if lexicon.is_accounting(t, columns)] == []


def test_tables_of_people() -> None:
    listed = TABLES["people"]
    assert [t for t in listed["yes"] if not people.person_table(t, listed["columns"]).is_subject] == []
    assert [t for t in listed["no"] if people.person_table(t, listed["columns"]).is_subject] == []


def test_a_weak_name_with_only_names_in_it_is_a_weak_subject() -> None:
    verdict = people.person_table("actor", {"a": "first_name", "b": "last_name"})
    assert verdict.is_subject
    assert verdict.confidence < 0.7


@pytest.mark.parametrize(
    "spelling",
    ["leveringsadresse", "LeveringsAdresse", "LEVERINGS_ADRESSE", "leverings-adresse", "Leverings adresse"],
)
def test_a_name_reads_the_same_in_every_case(spelling: str) -> None:
    assert words.concepts(spelling) == ("relation", "address")


@pytest.mark.parametrize(
    ("one", "other"), [("fødselsdato", "foedselsdato"), ("Køn", "KOEN"), ("påhør", "paahoer")]
)
def test_danish_letters_and_their_two_letter_spellings_are_the_same(one: str, other: str) -> None:
    assert words.concepts(one) == words.concepts(other)


def test_a_type_that_does_not_fit_lowers_the_confidence() -> None:
    as_text = lexicon.classify_field("customer", "phone", "text")
    as_decimal = lexicon.classify_field("customer", "phone", "decimal")
    assert (as_text.category, as_decimal.category) == ("phone", "phone")
    assert as_decimal.confidence < as_text.confidence - 0.3


def test_text_that_nothing_speaks_for_is_unknown_never_none() -> None:
    verdict = lexicon.classify_field("qzx", "wvut", "text")
    assert verdict.category == "unknown"
    assert verdict.confidence <= 0.3


@given(
    st.text(max_size=40), st.text(max_size=40), st.sampled_from(FAMILIES), st.booleans(), st.text(max_size=40)
)
def test_any_name_gets_some_category(table: str, column: str, family: str, key: bool, comment: str) -> None:
    verdict = lexicon.classify_field(table, column, family, comment, is_key=key, siblings=(column, table))
    assert verdict.category in CATEGORIES
    assert 0 <= verdict.confidence <= 1
    people.person_table(table, {column: verdict.category})
    lexicon.names_a_handler((column,), table, column)
    lexicon.history_of(table)


# --- the data itself --------------------------------------------------------------------------------------

# the terms of DPV 2 that the table uses: https://w3id.org/dpv/pd and, for one, https://w3id.org/dpv
DPV = {
    "pd:BankAccount", "pd:BirthDate", "pd:City", "pd:Communication", "pd:Country", "pd:DeviceBased",
    "pd:EmailAddress", "pd:Gender", "pd:IPAddress", "pd:Identifier", "pd:Identifying", "pd:Job",
    "pd:Location", "pd:Name", "pd:Nationality", "pd:VehicleLicense",
    "pd:OfficialID", "pd:PaymentCard", "pd:PhysicalAddress", "pd:Picture", "pd:PostalCode",
    "pd:Professional", "pd:Region", "pd:Street", "pd:TelephoneNumber", "pd:Username", "pd:Authenticating",
    "dpv:SpecialCategoryPersonalData",
}  # fmt: skip


@pytest.mark.parametrize("category", CATEGORIES.values(), ids=list(CATEGORIES))
def test_every_category_is_well_formed(category: Any) -> None:
    assert category.id.isidentifier()
    assert category.id == category.id.lower()
    assert category.dpv in DPV | {""}
    assert category.da[:1].isupper()
    assert category.en[:1].isupper()
    assert category.personal or not (category.unique or category.dpv)
    assert not category.unique or category.search == "exact"


def test_every_word_is_lower_case_and_used_once() -> None:
    spellings = [word for listed in WORDS.values() for word in listed]
    assert [word for word in spellings if word != word.lower() or not word.isalnum()] == []
    folded = [words.fold(word) for word in spellings]
    assert sorted({word for word in folded if folded.count(word) > 1}) == []
    phrases = [p for grades in PHRASES["fields"].values() for phrases in grades.values() for p in phrases]
    assert sorted({phrase for phrase in phrases if phrases.count(phrase) > 1}) == []
    nouns = [phrase for phrases in PHRASES["classes"].values() for phrase in phrases]
    assert sorted({phrase for phrase in nouns if nouns.count(phrase) > 1}) == []
    for name, listed in PHRASES["tables"].items():
        assert len(listed) == len(set(listed)), name


def test_every_phrase_is_made_of_known_concepts_and_leads_to_a_category() -> None:
    known = {concept for sequence in WORDS for concept in sequence.split()}
    phrases = [p for grades in PHRASES["fields"].values() for phrases in grades.values() for p in phrases]
    phrases += [phrase for phrases in PHRASES["classes"].values() for phrase in phrases]
    assert [p for p in phrases if not all(c in known or c.isdigit() for c in p.split())] == []
    heads = {target[1:] for target in PHRASES["fields"] if target.startswith("@")}
    assert heads == set(PHRASES["context"])
    targets = {target for target in PHRASES["fields"] if not target.startswith("@")}
    targets |= {category for options in PHRASES["context"].values() for category in options}
    assert targets <= set(CATEGORIES)


# --- databases that nobody here wrote ---------------------------------------------------------------------

FILES = {
    "chinook": SAMPLES / "chinook" / "Chinook_Sqlite.sqlite",
    "northwind": SAMPLES / "northwind" / "northwind.sqlite",
    "sakila": SAMPLES / "sakila" / "sakila.sqlite",
}
ADDRESS = {
    "address": "street",
    "city": "city",
    "postalcode": "postal_code",
    "country": "country",
    "phone": "phone",
}
NAMES = {"firstname": "first_name", "lastname": "last_name", "email": "email"}
COMPANY = ADDRESS | {"companyname": "organisation", "contactname": "full_name", "contacttitle": "job_title"}
EXPECTED: dict[str, dict[str, dict[str, str]]] = {
    "chinook": {
        "Customer": ADDRESS | NAMES | {"company": "organisation", "state": "region", "fax": "phone"},
        "Employee": ADDRESS | NAMES | {"title": "job_title", "birthdate": "birth_date", "state": "region"},
        "Invoice": {
            "billingaddress": "street",
            "billingcity": "city",
            "billingstate": "region",
            "billingcountry": "country",
            "billingpostalcode": "postal_code",
            "total": "amount",
        },
    },
    "northwind": {
        "Customers": COMPANY | {"region": "region", "customerid": "key"},
        "Suppliers": COMPANY,
        "Employees": {k: v for k, v in ADDRESS.items() if k != "phone"}
        | {
            "firstname": "first_name",
            "lastname": "last_name",
            "title": "job_title",
            "birthdate": "birth_date",
        }
        | {
            "homephone": "phone",
            "extension": "phone",
            "photo": "photo",
            "photopath": "photo",
            "notes": "free_text",
        }
        | {"titleofcourtesy": "person_other", "region": "region"},
        "Orders": {
            "shipname": "full_name",
            "shipaddress": "street",
            "shipcity": "city",
            "shipregion": "region",
            "shippostalcode": "postal_code",
            "shipcountry": "country",
            "freight": "amount",
        },
    },
    "sakila": {
        "customer": NAMES | {"active": "status"},
        "staff": NAMES | {"username": "username", "password": "credential", "picture": "photo"},
        "address": {
            "address": "street",
            "address2": "address",
            "district": "region",
            "postalcode": "postal_code",
            "phone": "phone",
        },
    },
}
THINGS = ("title", "description", "categoryname", "productname", "territorydescription", "regiondescription")
HANDLERS = {
    ("Customer", "SupportRepId"), ("Employee", "ReportsTo"), ("Orders", "EmployeeID"),
    ("Employees", "ReportsTo"), ("payment", "staff_id"), ("rental", "staff_id"),
    ("store", "manager_staff_id"),
}  # fmt: skip


def family_of(declared: str) -> str:
    hints = {
        "CHAR": "text",
        "TEXT": "text",
        "TIME": "timestamp",
        "DATE": "date",
        "INT": "integer",
        "BLOB": "blob",
    }
    hints |= {"NUM": "decimal", "DEC": "decimal", "REAL": "decimal"}
    return next((family for hint, family in hints.items() if hint in declared.upper()), "other")


@pytest.mark.samples
@pytest.mark.parametrize("sample", FILES)
def test_the_sample_databases_are_read_as_a_person_would(sample: str) -> None:
    if not FILES[sample].exists():
        pytest.skip(f"{FILES[sample]} is not here; it lies outside the project")
    connection = sqlite3.connect(f"{FILES[sample].as_uri()}?mode=ro", uri=True)
    found: dict[str, dict[str, str]] = {}
    handlers = set()
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
        links = connection.execute(f'PRAGMA foreign_key_list("{table}")').fetchall()
        linking, siblings = {link[3] for link in links}, tuple(column[1] for column in columns)
        found[table] = {
            name: lexicon.classify_field(
                table, name, family_of(kind), "", bool(key), name in linking, siblings
            ).category
            for _, name, kind, _, _, key in columns
        }
        handlers |= {
            (table, link[3]) for link in links if lexicon.names_a_handler((link[3],), link[2], table)
        }
    connection.close()
    for table, expected in EXPECTED[sample].items():
        got = {name.lower().replace("_", ""): category for name, category in found[table].items()}
        assert {name: got.get(name) for name in expected if name in got} == {
            name: category for name, category in expected.items() if name in got
        }
        assert "unknown" not in got.values(), table
        assert len(set(expected) & set(got)) >= len(expected) - 2, table
    things = {
        (table, name): category
        for table, columns_ in found.items()
        if not people.person_table(table, columns_).is_subject
        for name, category in columns_.items()
        if name.lower() in THINGS
    }
    assert [place for place, category in things.items() if CATEGORIES[category].personal] == []
    assert handlers == {place for place in HANDLERS if place[0] in found}
