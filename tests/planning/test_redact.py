"""What is hit, what is not, and that nothing but the hits changes."""

from __future__ import annotations

import json
import time
import unicodedata
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troth.planning.redact import TOKEN, Needle, Needles
from troth.terms.canonical import Kind, canonical, spellings
from troth.terms.errors import UsageError

ALICE, BOB, AASE, OTHER = 1, 2, 3, 4
VALUES: list[tuple[Kind, str, int]] = [
    ("email", "bob@example.dk", BOB),
    ("email", "alice+shop@example.dk", ALICE),
    ("email", "åse@kjær.example.dk", AASE),
    ("phone", "12345678", BOB),
    ("phone", "+46 70 123 45 67", AASE),
    ("phone", "87654321 x12", OTHER),
    ("name", "Alice Jensen", ALICE),
    ("name", "Bob Sørensen", BOB),
    ("name", "Åse Kjær", AASE),
    ("name", "Alice B. Olsen", OTHER),
    ("national_id", "010170-6123", ALICE),
    ("national_id", "AB-123456", OTHER),
    ("number", "700123", OTHER),
    ("text", "alicej", ALICE),
]


def needle(kind: Kind, value: object, subject: int) -> Needle:
    form = canonical(kind, value)
    assert form is not None
    return Needle(kind, form, subject)


NEEDLES = Needles(needle(*value) for value in VALUES)

# Each pair is a cell and what stays of it.
HIT = [
    ("bob@example.dk", "[erased]"),
    ("<bob@example.dk>.", "<[erased]>."),
    ("mailto:bob@example.dk", "mailto:[erased]"),
    ("Skriv til Bob@Example.DK, tak", "Skriv til [erased], tak"),
    ("Is it bob@example.dk?", "Is it [erased]?"),
    ("'bob@example.dk' or \"bob@example.dk\"", "'[erased]' or \"[erased]\""),
    ("**bob@example.dk** _bob@example.dk_", "**[erased]** _[erased]_"),
    ("email=bob@example.dk&x=1", "email=[erased]&x=1"),
    ("?to=%3Cbob%40example.dk%3E", "?to=%3C[erased]%3E"),
    (r"log: \nbob@example.dk\n", r"log: \n[erased]\n"),
    (r"log: \u003cbob@example.dk\u003e", r"log: \u003c[erased]\u003e"),
    ("bob\u200b@example.dk", "[erased]"),
    ("...bob@example.dk", "...[erased]"),
    ("alice%2Bshop%40example.dk ALICE+SHOP@EXAMPLE.DK", "[erased] [erased]"),
    ("åse@kjær.example.dk, ÅSE@XN--KJR-ZLA.EXAMPLE.DK", "[erased], [erased]"),
    (unicodedata.normalize("NFD", "x Åse Kjær, åse@kjær.example.dk y"), "x [erased], [erased] y"),
    ("%C3%85se%20Kj%C3%A6r", "[erased]"),
    ("ring +45 12 34 56 78 nu", "ring [erased] nu"),
    ("12345678;0045-12345678;(+45) 12-34-56-78", "[erased];[erased];[erased]"),
    ("4512345678 +4512345678 004512345678", "[erased] [erased] [erased]"),
    ("45 12 34 56 78 / 12.34.56.78 / 1234 5678", "[erased] / [erased] / [erased]"),
    ("tlf12345678, tlf.12345678, Mobil: 12345678x12", "tlf[erased], tlf.[erased], Mobil: [erased]x12"),
    ("12\u00a034\u00a056\u00a078", "[erased]"),
    ("tel:%2B4512345678", "tel:[erased]"),
    ("1 12345678 2", "1 [erased] 2"),
    ("12 34 56 78\n12 34 56 78", "[erased]\n[erased]"),
    ("+46 70 123 45 67, 0046701234567, +46 (0) 70-123 45 67", "[erased], [erased], [erased]"),
    ("87 65 43 21 lok. 12, 87654321 x12", "[erased], [erased]"),
    ("Kære Alice Jensen!", "Kære [erased]!"),
    ("ALICE  JENSEN, alice\njensen, Alice\u00a0Jensen", "[erased], [erased], [erased]"),
    ("Jensen, Alice; JENSEN,ALICE", "[erased]; [erased]"),
    (
        "Alice Jensens ordre, Alice Jensen's order, Alice Jensen’s",
        "[erased]s ordre, [erased]'s order, [erased]’s",
    ),
    ("(Alice Jensen)_Alice Jensen_", "([erased])_[erased]_"),
    ("see Jensen, Alice for details", "see [erased] for details"),
    ("Customer Jensen, Alice.", "Customer [erased]."),
    ("q=alice+jensen&r=Alice%20Jensen", "q=[erased]&r=[erased]"),
    (
        "Alice B. Olsen, Alice B Olsen, Olsen, Alice B., A.B. Olsen",
        "[erased], [erased], [erased], A.B. Olsen",
    ),
    ("bob sørensen BOB SØRENSEN", "[erased] [erased]"),
    (
        "CPR 010170-6123, 0101706123, cpr0101706123, 010170 6123",
        "CPR [erased], [erased], cpr[erased], [erased]",
    ),
    ("pas AB123456.", "pas [erased]."),
    ("kunde 700123, login: AliceJ", "kunde [erased], login: [erased]"),
    (
        "&lt;bob&#64;example.dk&gt; Alice&nbsp;Jensen &Aring;se Kj&aelig;r",
        "&lt;[erased]&gt; [erased] [erased]",
    ),
    ("Alice Jensen, Alice Jensen, Alice Jensen", "[erased], [erased], [erased]"),
    ("Jensen, Alice Jensen", "Jensen, [erased]"),
]
NOT_HIT = [
    "jim-bob@example.dk",
    "jim.bob@example.dk",
    "bob@example.dk.com",
    "bob@example.dk-x",
    "bob@example.dka",
    "o'bob@example.dk",
    "alice@example.dk",
    "xåse@kjær.example.dk",
    "112345678",
    "123456789",
    "+46 12345678",
    "+4612345678",
    "0046 12 34 56 78",
    "01 12 34 56 78",
    "12 34 56 78 90",
    "12345678-001",
    "2024-12345678",
    "12345678.50",
    "DK12345678",
    "a12345678-9",
    "x12345678f",
    "12\n34\n56\n78",
    "12345678bob@example.dk",
    "Alice Jensen12345678",
    "12–34–56–78–90",
    "12\t34\t56\t78",
    "1 2 3 4 5 6 7 8",
    "070-123 45 67",
    "87654321",
    "87654321 x13",
    "Alice Jensenius",
    "Alice Jensen-Olsen",
    "Marie-Alice Jensen",
    "Malice Jensen",
    "Alice Marie Jensen",
    "Jensen Alice",
    "Bob Jensen, Alice Sørensen",
    "A. Jensen",
    "0101706124",
    "0101-706123",
    "010170-61234",
    "AB1234567",
    "7001234",
    "alicej@example.dk",
    "xalicej alicejx alice-j",
    "",
]


@pytest.mark.parametrize(("text", "left"), HIT)
def test_hit(text: str, left: str) -> None:
    redacted, count = NEEDLES.redact(text)
    assert redacted == left
    assert count == left.count(TOKEN)
    assert len(NEEDLES.find(text)) == count


@pytest.mark.parametrize("text", NOT_HIT)
def test_not_hit(text: str) -> None:
    assert NEEDLES.find(text) == ()
    assert NEEDLES.redact(text) == (text, 0)


def test_every_spelling_of_the_canonical_form_is_hit() -> None:
    for kind, value, subject in VALUES:
        form = needle(kind, value, subject)
        for spelled in spellings(kind, form.canonical):
            assert NEEDLES.redact(f"« {spelled} »")[0] == f"« {TOKEN} »", spelled


def test_hits_name_their_place_and_person() -> None:
    text = "Hej  Åse\u0301  og bob@example.dk"
    (hit,) = NEEDLES.find(text)
    assert (text[hit.start : hit.end], hit.needle.subject) == ("bob@example.dk", BOB)


def test_only_the_chosen_people_are_redacted_and_a_shared_identifier_is_one_place() -> None:
    shared = Needles([needle("phone", "12345678", ALICE), needle("phone", "12345678", BOB)])
    assert [hit.needle.subject for hit in shared.find("12 34 56 78")] == [ALICE, BOB]
    assert shared.redact("12 34 56 78") == (TOKEN, 1)
    assert shared.redact("12 34 56 78", frozenset({BOB})) == (TOKEN, 1)
    assert shared.redact("12 34 56 78", frozenset({AASE})) == ("12 34 56 78", 0)
    assert NEEDLES.redact("Alice Jensen, bob@example.dk", frozenset({BOB})) == ("Alice Jensen, [erased]", 1)


def test_numbers_at_home_elsewhere() -> None:
    sweden = Needles([needle("phone", "+46 70 123 45 67", AASE)], region="SE")
    assert sweden.redact("070-123 45 67, +46 70 123 45 67, 0701234567") == ("[erased], [erased], [erased]", 3)
    america = Needles([Needle("phone", "+12025550123", BOB)], region="US")
    assert america.redact("(202) 555-0123, 1-202-555-0123, 202.555.0123") == (
        "[erased], [erased], [erased]",
        3,
    )


def test_the_longest_wins() -> None:
    both = Needles([needle("name", "Alice Jensen", ALICE), needle("name", "Alice Jensen Olsen", BOB)])
    assert [hit.needle.subject for hit in both.find("Alice Jensen Olsen")] == [BOB]
    assert both.redact("Alice Jensen Olsen", frozenset({ALICE})) == ("[erased] Olsen", 1)


def test_what_would_hit_others_is_told_not_searched() -> None:
    weak = [("name", "Alice"), ("name", "A. Jensen"), ("number", 42), ("phone", "1234567"), ("text", "bob")]
    needles = [needle(kind, value, ALICE) for kind, value in weak]  # type: ignore[arg-type]
    built = Needles(needles)
    assert built.unsearchable == tuple(needles)
    assert built.find("Alice A. Jensen 42 1234567 bob") == ()
    assert Needles([]).redact("Alice") == ("Alice", 0)


def test_a_token_may_not_hold_an_identifier() -> None:
    with pytest.raises(UsageError):
        NEEDLES.redact("bob@example.dk", token="Alice Jensen")
    assert NEEDLES.redact("bob@example.dk!", token="")[0] == "!"
    assert NEEDLES.redact("Bob Sørensen!", token="«slettet»")[0] == "«slettet»!"


@pytest.mark.parametrize(
    ("cell", "left"),
    [
        (
            '{ "mail":"bob@example.dk" ,"n": 1.50, "b":"\\u00e5\\/"}',
            '{ "mail":"[erased]" ,"n": 1.50, "b":"\\u00e5\\/"}',
        ),
        ('{"til":"\\u00c5se Kj\\u00e6r \\"x\\" \\/"}', '{"til":"[erased] \\"x\\" \\/"}'),
        (
            '["Alice\\nJensen", "\\ud83d\\ude00 Bob S\\u00f8rensen"]',
            '["[erased]", "\\ud83d\\ude00 [erased]"]',
        ),
        ('{"bob@example.dk": {"a": ["x", "Alice Jensen"]}}', '{"[erased]": {"a": ["x", "[erased]"]}}'),
        (
            '{"p": 12345678, "q": 123456789, "r": 12345678.5}',
            '{"p": "[erased]", "q": 123456789, "r": 12345678.5}',
        ),
        ('{"cpr": 101706123, "k": -700123}', '{"cpr": "[erased]", "k": -700123}'),
        (
            '{"a": "{\\"m\\": \\"bob@example.dk\\", \\"p\\": 12345678}"}',
            '{"a": "{\\"m\\": \\"[erased]\\", \\"p\\": \\"[erased]\\"}"}',
        ),
        (
            '{"bob@example.dk": 1, "alicej": 2, "[erased] 2": 3}',
            '{"[erased]": 1, "[erased] 3": 2, "[erased] 2": 3}',
        ),
        ('"bob@example.dk"', '"[erased]"'),
        ('{"dup": "Alice Jensen", "dup": "x"}', '{"dup": "[erased]", "dup": "x"}'),
        ('{"broken": "bob@example.dk"', '{"broken": "[erased]"'),
        ('["Jensen", "Alice"]', '["Jensen", "Alice"]'),
        ("[12, 34, 56, 78]", "[12, 34, 56, 78]"),
        ('{"a": ["\\ud800 bob@example.dk"]}', '{"a": ["\\ud800 [erased]"]}'),
    ],
)
def test_json_text_changes_only_where_it_was_hit(cell: str, left: str) -> None:
    redacted, count = NEEDLES.redact_cell(cell)
    assert redacted == left
    assert NEEDLES.find_cell(redacted) == ()
    assert len(NEEDLES.find_cell(cell)) == count
    for hit in NEEDLES.find_cell(cell):
        assert 0 <= hit.start < hit.end <= len(cell)


def test_parsed_values_and_arrays() -> None:
    value = {
        "bob@example.dk": [12345678, "Alice Jensen", None, True, 1.5],
        "alicej": {"x": ("Jensen, Alice",)},
        "inner": '{"m":"bob@example.dk"}',
        "other": ["y", Decimal("1.0")],
    }
    redacted, count = NEEDLES.redact_cell(value)
    assert redacted == {
        "[erased]": [TOKEN, TOKEN, None, True, 1.5],
        "[erased] 2": {"x": (TOKEN,)},
        "inner": '{"m":"[erased]"}',
        "other": ["y", Decimal("1.0")],
    }
    assert count == len(NEEDLES.find_cell(value)) == 6
    assert NEEDLES.find_cell(redacted) == ()
    assert NEEDLES.redact_cell(["bob@example.dk", "x"]) == ([TOKEN, "x"], 1)
    assert NEEDLES.redact_cell(value, frozenset({AASE}))[0] is value


@pytest.mark.parametrize("value", [None, b"bob@example.dk", 12345678, 1.5, True, {}, [], "", "[]", '""'])
def test_other_values_are_returned_as_they_are(value: object) -> None:
    assert NEEDLES.redact_cell(value) == (value, 0)
    assert NEEDLES.find_cell(value) == ()


PIECES = [
    *(
        "bob@example.dk",
        "ALICE+SHOP@example.dk",
        "åse@kjær.example.dk",
        "12345678",
        "+45 12 34 56 78",
        "12 34",
    ),
    *(
        "56 78",
        "Alice Jensen",
        "Jensen, Alice",
        "Bob Sørensen",
        "Bob",
        "Jensen",
        "A\u030ase Kjær",
        "s",
        "'s",
        "45",
    ),
    *(
        "010170-6123",
        "0101706123",
        "87654321",
        " x12",
        "AliceJ",
        "700123",
        "+46",
        "ß",
        "\u200b",
        "\u0301",
        "%20",
    ),
    *(
        " ",
        "  ",
        "\n",
        ".",
        "-",
        ",",
        ", ",
        "<",
        '"',
        "\\",
        "\\n",
        "\\u00e5",
        "_",
        "@",
        "/",
        TOKEN,
        "[",
        "x",
        "ø",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=12).map("".join)
TREES = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers() | st.just(12345678),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
SOME = st.none() | st.frozensets(st.sampled_from([ALICE, BOB, AASE, OTHER]), min_size=1)


@settings(max_examples=300, deadline=None)
@given(TEXTS, SOME)
def test_redaction_is_complete_idempotent_and_leaves_the_rest(
    text: str, subjects: frozenset[int] | None
) -> None:
    hits = NEEDLES.find(text, subjects)
    redacted, count = NEEDLES.redact(text, subjects)
    assert NEEDLES.find(redacted, subjects) == ()
    assert NEEDLES.redact(redacted, subjects) == (redacted, 0)
    spans = sorted({(hit.start, hit.end) for hit in hits})
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    outside = [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    assert redacted == TOKEN.join(outside)
    assert count == len(spans)


@settings(max_examples=150, deadline=None)
@given(TREES, st.booleans())
def test_redacted_json_stays_json_and_clean(tree: object, ascii_only: bool) -> None:
    text = json.dumps(tree, ensure_ascii=ascii_only)
    redacted, count = NEEDLES.redact_cell(text)
    assert isinstance(redacted, str)
    assert NEEDLES.find_cell(redacted) == ()
    assert (redacted == text) == (count == 0)
    if isinstance(tree, dict | list):
        parsed = json.loads(redacted)
        whole, _ = NEEDLES.redact_cell(tree)
        assert parsed == whole
        assert NEEDLES.find_cell(whole) == ()


def test_a_thousand_needles_over_a_megabyte_take_a_moment() -> None:
    many = Needles(
        [needle("email", f"kunde{n}@example.dk", n) for n in range(400)]
        + [needle("phone", f"{30_000_000 + n * 7919}", n) for n in range(300)]
        + [needle("name", f"Alice{chr(97 + n % 26)} Jensen{chr(97 + n // 26)}", n) for n in range(300)]
    )
    line = "Kære Alicea Jensena, ordre 2024-1234 til kunde7@example.dk, ring 30 00 79 19 om 1.250,00 kr.\n"
    text = line * (1_000_000 // len(line))
    begun = time.perf_counter()
    _, count = many.redact(text)
    assert count == 3 * text.count("\n")
    assert time.perf_counter() - begun < 5
