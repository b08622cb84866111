"""Looking through many cells at once misses nothing that looking at each of them finds, and passes over most others."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.planning.copies import _ending
from troth.planning.prose import view_of
from troth.planning.redact import Needle, Needles, possible
from troth.terms.canonical import Kind, canonical

MEANT: tuple[tuple[Kind, str], ...] = (
    ("email", "bob@example.dk"),
    ("email", "åse@kjær.example.dk"),
    ("phone", "12345678"),
    ("national_id", "010170-6123"),
    ("name", "Åse Kjær"),
)
HIT = [
    "Write to BOB@example.dk.", "mailto:bob%40example.dk", "ring 12 34 56 78", "ring 12-34-56-78 now", "+45 12345678", "010170 6123",
    '{"mail": "bob@example.dk", "n": 4}', '{"call": 4512345678}', '{"who": "\\u00c5se Kj\\u00e6r"}', '{"call": "12\\/34\\/56\\/78"}',
    unicodedata.normalize("NFD", "Kjær, Åse"), "Åse&nbsp;Kj&aelig;r", "\u200båse@kjær.example.dk",
]  # fmt: skip
CLEAN = [
    "",
    "nothing",
    "bob@",
    "example.dk",
    "12 34",
    "56 78",
    '{"call": 12}',
    "Åse",
    "Kjær",
    "010170",
    "é",
    "\u0301",
    "{}",
]


def needles(*kinds: str) -> Needles:
    found = [
        Needle(kind, form, at)
        for at, (kind, value) in enumerate(MEANT)
        if (form := canonical(kind, value)) and kind in kinds
    ]
    return Needles(found)


UNIQUE, NAMES = needles("email", "phone", "national_id"), needles("name")


@given(st.lists(st.sampled_from([*HIT, *CLEAN]), max_size=12))
def test_no_cell_with_a_hit_is_passed_over(cells: list[str]) -> None:
    found = possible(cells, UNIQUE, NAMES)
    assert {at for at, cell in enumerate(cells) if UNIQUE.find_cell(cell) or NAMES.find_cell(cell)} <= found
    assert not {at for at in found if cells[at] in CLEAN}


def test_the_sample_cells_are_what_they_say() -> None:
    assert [cell for cell in HIT if not (UNIQUE.find_cell(cell) or NAMES.find_cell(cell))] == []
    assert [cell for cell in CLEAN if UNIQUE.find_cell(cell) or NAMES.find_cell(cell)] == []


def test_neighbouring_cells_do_not_make_an_identifier_together() -> None:
    assert possible(["bob@", "example.dk", "1234", "5678", "Åse", "Kjær"], UNIQUE, NAMES) == set()


@given(st.text(alphabet="az09@._+,- '%&\\\té", max_size=12))
def test_a_plain_text_is_seen_as_the_long_way_sees_it(text: str) -> None:
    long_way = view_of(
        "\u00df\x00" + text
    )  # a letter that must be looked at closely, and a character nothing crosses
    assert view_of(text).text == long_way.text.partition("\x00")[2]


@pytest.mark.parametrize("spaced", ["a  b", "a\tb", " a", "a "])
def test_white_space_is_never_taken_for_plain(spaced: str) -> None:
    assert view_of(spaced).text == view_of(spaced.upper()).text


@pytest.mark.parametrize(
    ("cell", "sought"),
    [
        ("12 34 56 78", "+4512345678"),
        ("0045 12345678", "12345678"),
        ("87654321 lok. 12", "87654321 x12"),
        ("(+46) 70-123 45 67", "+46701234567"),
    ],
)
def test_equal_phone_numbers_end_alike(cell: str, sought: str) -> None:
    forms = [canonical("phone", text) for text in (cell, sought)]
    assert forms[0] == forms[1] is not None
    assert _ending(cell) == _ending(str(forms[1]))
