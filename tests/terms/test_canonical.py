"""What is equal, what is merely near, and that the canonical form is stable."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troth.terms.canonical import FORM_VERSION, PLACEHOLDERS, Kind, canonical, mask, near, spellings

KINDS: tuple[Kind, ...] = ("email", "phone", "name", "national_id", "text", "number")
NFD_AASE = unicodedata.normalize("NFD", "Åse Kjær")

EQUAL: list[tuple[Kind, str, list[object]]] = [
    (
        "email",
        "bob@example.dk",
        [
            "bob@example.dk",
            " Bob@Example.DK\u00a0",
            "<bob@example.dk>",
            "mailto:bob@example.dk",
            "bob@example.dk.",
        ],
    ),
    ("email", "bob@example.dk", ["Bob Sørensen <bob@example.dk>", "<mailto:BOB@example.dk?subject=Hej>"]),
    ("email", "bob@example.dk", ["bob\u200b@example.dk", "\ufeffbob@example.dk"]),
    ("email", "åse@example.dk", ["Åse@example.dk", unicodedata.normalize("NFD", "ÅSE@example.dk")]),
    ("email", "alice@xn--kjr-zla.example.dk", ["alice@kjær.example.dk", "ALICE@KJÆR.EXAMPLE.DK"]),
    ("email", "alice+shop@example.dk", ["Alice+Shop@example.dk"]),
    (
        "phone",
        "+4512345678",
        ["12345678", "12 34 56 78", "+45 12 34 56 78", "0045-12345678", "(+45) 12-34-56-78", "4512345678"],
    ),
    ("phone", "+4512345678", [12345678, 4512345678, Decimal("12345678.0"), 12345678.0]),
    ("phone", "+4512345678", ["tlf. 12345678", "Mobil: 12 34 56 78", "12\u00a034\u00a056\u00a078"]),
    ("phone", "+4512345678;ext=12", ["12345678 ext. 12", "12 34 56 78 lok. 12", "+45 12345678 x12"]),
    ("phone", "1234567", ["1234567", "123 45 67"]),
    ("phone", "+99123456", ["+99 123456", "+99-123-456"]),
    (
        "name",
        "alice jensen",
        ["Alice Jensen", "ALICE  JENSEN", "Jensen, Alice", " jensen ,alice", "Alice\nJensen"],
    ),
    ("name", "åse kjær", ["Åse Kjær", NFD_AASE, "KJÆR, ÅSE"]),
    ("name", "alice b jensen", ["Alice B. Jensen", "Jensen, Alice B."]),
    ("name", "alice o'brien", ["Alice O’Brien", "O'Brien, Alice"]),
    ("name", "bob sørensen jr", ["Bob Sørensen, Jr.", "Bob Sørensen Jr"]),
    (
        "national_id",
        "0101706123",
        ["010170-6123", "0101706123", "010170 6123", "010170\u20136123", 101706123],
    ),
    ("national_id", "6101706123", ["610170-6123", 6101706123]),
    ("national_id", "ab1234", ["AB-12 34", "ab1234"]),
    ("number", "42", [42, "42", " 42 ", Decimal("42.00"), 42.0]),
    ("number", "0042", ["0042", " 0042"]),
    ("text", "åse kjær", ["  Åse\u00a0 Kjær ", NFD_AASE, "åse\u200b kjær"]),
    ("text", "12345678-1234-5678-1234-567812345678", [uuid.UUID("12345678123456781234567812345678")]),
    ("text", "1870-01-01", [date(1870, 1, 1), "1870-01-01"]),
]
DIFFERENT: list[tuple[Kind, object, object]] = [
    ("email", "alice+shop@example.dk", "alice@example.dk"),
    ("email", "åse@example.dk", "aase@example.dk"),
    ("email", "bob@example.dk", "bob@example.com"),
    ("phone", "12345678", "+46 12345678"),
    ("phone", "12345678", "12345678 x12"),
    ("phone", "+99 123456", "99123456"),
    ("name", "Alice Jensen", "A. Jensen"),
    ("name", "Alice Jensen", "Jensen Alice"),
    ("national_id", "101706123", "0101706123"),
    ("number", 42, "0042"),
    ("text", "straße 1", "strase 1"),
]
NOBODY: list[tuple[Kind, object]] = [
    *(
        (kind, value)
        for kind in KINDS
        for value in ("", "  ", "-", "N/A", "Ukendt", "[erased]", "???", None, True)
    ),
    *(
        (kind, value)
        for kind in KINDS
        for value in (b"bob", [], {}, float("nan"), Decimal("Infinity"), 1e300)
    ),
    *(("email", value) for value in ("bob", "bob@", "@example.dk", "a b@example.dk", "test@test.com")),
    *(
        ("phone", value)
        for value in ("12345", "00 00 00 00", "ring 12345678", "12345678 / 87654321", "bob@1234567.dk")
    ),
    *(("national_id", value) for value in ("000000-0000", "12", "111111-1111")),
    *(("name", value) for value in ("42", "12 34")),
]


@pytest.mark.parametrize(("kind", "form", "values"), EQUAL, ids=lambda value: str(value)[:20])
def test_equal_values_have_one_form(kind: Kind, form: str, values: list[object]) -> None:
    assert [canonical(kind, value) for value in values] == [form] * len(values)


@pytest.mark.parametrize(("kind", "one", "two"), DIFFERENT)
def test_different_values_stay_apart(kind: Kind, one: object, two: object) -> None:
    assert None not in (canonical(kind, one), canonical(kind, two))
    assert canonical(kind, one) != canonical(kind, two)


def test_what_identifies_nobody_has_no_form() -> None:
    assert {(kind, repr(value)): canonical(kind, value) for kind, value in NOBODY} == {
        (kind, repr(value)): None for kind, value in NOBODY
    }


def test_the_form_has_a_version_and_placeholders_are_in_their_own_form() -> None:
    assert FORM_VERSION == 1
    assert all(word == word.strip().casefold() for word in PLACEHOLDERS)


def test_a_number_at_home_depends_on_the_region() -> None:
    assert canonical("phone", "070-123 45 67", "SE") == canonical("phone", "+46 70 123 45 67", "DK")
    assert canonical("phone", "(202) 555-0123", "US") == "+12025550123"
    assert canonical("national_id", 101706123, "SE") == "101706123"


@pytest.mark.parametrize(
    ("kind", "one", "two", "reason"),
    [
        ("email", "alice+shop@example.dk", "alice@example.dk", "plus-address"),
        ("email", "alice+a@example.dk", "alice+b@example.dk", "plus-address"),
        ("email", "a.jensen@gmail.com", "ajensen@gmail.com", "dots"),
        ("email", "a.jensen@example.dk", "ajensen@example.dk", None),
        ("email", "åse@example.dk", "aase@example.dk", "letters"),
        ("email", "alice@kjær.example.dk", "alice@kjaer.example.dk", "letters"),
        ("email", "søren@example.dk", "soren@example.dk", "accents"),
        ("email", "bob@example.dk", "alice@example.dk", None),
        ("phone", "12345678 x12", "12345678", "extension"),
        ("phone", "12345678", "+46 12345678", "country-code"),
        ("phone", "12345678", "87654321", None),
        ("name", "Åse Kjær", "Aase Kjaer", "letters"),
        ("name", "Bob Sørensen", "Bob Soerensen", "letters"),
        ("name", "Bob Sørensen", "Bob Sorensen", "accents"),
        ("name", "Alice Jensen", "A. Jensen", "initials"),
        ("name", "Alice Jensen", "Alice Marie Jensen", "middle-name"),
        ("name", "Anne-Marie Jensen", "Anne Marie Jensen", "hyphen"),
        ("name", "Alice Jensen", "Bob Jensen", None),
        ("name", "Alice", "A", None),
        ("number", 42, "0042", "leading-zero"),
        ("national_id", "101706123", "0101706123", "leading-zero"),
        ("text", "Åvej 1", "Aavej 1", "letters"),
        ("email", "bob@example.dk", "BOB@example.dk", None),
        ("email", "bob@example.dk", "n/a", None),
    ],
)
def test_near_only_proposes(kind: Kind, one: object, two: object, reason: str | None) -> None:
    assert near(kind, one, two) == near(kind, two, one) == reason


def test_spellings_hold_the_usual_forms() -> None:
    assert {
        "+4512345678",
        "004512345678",
        "12345678",
        "12 34 56 78",
        "+45 12 34 56 78",
        "12-34-56-78",
    } <= set(spellings("phone", "+4512345678"))
    assert "12345678 x12" in spellings("phone", "+4512345678;ext=12")
    assert "070-123 45 67" in spellings("phone", "+46701234567", "SE")
    assert "0701234567" not in spellings("phone", "+46701234567", "DK")
    assert {"åse kjær", "Kjær, Åse", NFD_AASE, "Åse kjÆr"} <= set(spellings("name", "åse kjær"))
    assert "hansen, alice marie" in spellings("name", "alice marie hansen")
    assert {"bob@example.dk", "BOB@EXAMPLE.DK"} <= set(spellings("email", "bob@example.dk"))
    assert {"b@kjær.example.dk", "b@xn--kjr-zla.example.dk"} <= set(
        spellings("email", "b@xn--kjr-zla.example.dk")
    )
    assert {"0101706123", "010170-6123"} <= set(spellings("national_id", "0101706123"))


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("email", "Alice@example.dk", "a•••@e•••.dk"),
        ("email", "bo@example.dk", "•••@e•••.dk"),
        ("email", "alice@KJÆR.example.dk", "a•••@k•••.dk"),
        ("email", "root@localhost", "r•••@l•••"),
        ("phone", "12 34 56 78", "+45 ••••••78"),
        ("phone", "1234567", "••••••67"),
        ("name", "Jensen, Alice", "A••• J•••"),
        ("national_id", "010170-6123", "••••••23"),
        ("national_id", "ab12", "•••"),
        ("number", 42, "•••"),
        ("text", "Åvej 1", "å•••"),
        ("text", "ab", "•••"),
        ("email", "nothing", "•••"),
    ],
)
def test_mask_shows_little(kind: Kind, value: object, shown: str) -> None:
    assert mask(kind, value) == shown


LETTERS = st.text(
    st.sampled_from("abAåÅøæß+.-_'@ ,<>éI\u0130\u0345\u030a\u200b\u00a0ﬁ\u00d8019"), max_size=14
)
DIGITS = st.text(st.sampled_from("0123456789 -+()/x#;,."), max_size=16)
LIKELY = st.builds("{}@{}{}".format, LETTERS, LETTERS, st.sampled_from([".dk", ".com", "", "。dk", "＠x.dk"]))
VALUES = st.text(max_size=12) | LETTERS | DIGITS | LIKELY | st.integers() | st.decimals() | st.floats()


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(KINDS), VALUES)
def test_the_form_of_a_form_is_itself(kind: Kind, value: object) -> None:
    form = canonical(kind, value)
    if form is not None:
        assert canonical(kind, form) == form
        assert form == unicodedata.normalize("NFC", form)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(KINDS), VALUES)
def test_each_spelling_has_the_form_it_spells(kind: Kind, value: object) -> None:
    form = canonical(kind, value)
    if form is not None:
        forms = spellings(kind, form)
        assert forms[0] == form
        assert len(forms) <= 16
        assert {canonical(kind, spelled) for spelled in forms} == {form}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(KINDS), st.lists(LETTERS | DIGITS | LIKELY, min_size=3, max_size=3))
def test_equality_is_an_equivalence_and_near_is_symmetric(kind: Kind, values: list[str]) -> None:
    forms = [canonical(kind, value) for value in values]
    for case in (str.upper, lambda text: f" {text}\u00a0", lambda text: unicodedata.normalize("NFD", text)):
        moved = [canonical(kind, case(value)) for value in values]
        if all(value.isascii() for value in values):
            assert moved == forms
    assert near(kind, values[0], values[1]) == near(kind, values[1], values[0])
    assert near(kind, values[2], values[2]) is None


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(("email", "name", "phone")), VALUES)
def test_mask_never_holds_the_value(kind: Kind, value: object) -> None:
    form = canonical(kind, value)
    if form is not None and len(form) > 3:
        assert form not in mask(kind, value).casefold()
