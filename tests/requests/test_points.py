"""An answer agrees with what is held however it is written, and never with another number, floor or door."""

from __future__ import annotations

import tomllib
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.law.identity import questions
from troth.requests.american import american_address
from troth.requests.danish import danish_address
from troth.requests.identity import PROVIDER
from troth.requests.points import MOST, POINTS, agrees, digests, shown

KEY, OTHER = b"k" * 32, b"o" * 32
CASES = Path(__file__).parent.parent / "cases" / "points"
FORMS = {"danish": danish_address, "american": american_address}
COUNTRIES = {"danish": "DK", "american": "US"}


def told(name: str) -> dict[str, list[list[str]]]:
    return tomllib.loads((CASES / f"{name}_addresses.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FORMS)
def test_every_writing_of_an_address_agrees_and_no_other_address_does(name: str) -> None:
    forms = [{FORMS[name](writing) for writing in same} for same in told(name)["same"]]
    for same, form in zip(told(name)["same"], forms, strict=True):
        assert len(form) == 1, {FORMS[name](writing): writing for writing in same}
        assert "" not in form, same
    for (one, a), (other, b) in combinations(zip(told(name)["same"], forms, strict=True), 2):
        assert not a & b, (one, other)


@pytest.mark.parametrize("name", FORMS)
def test_what_is_no_whole_address_agrees_with_nothing(name: str) -> None:
    for text in told(name)["none"]:
        assert FORMS[name](text) == "", text  # type: ignore[arg-type]
        held = digests(KEY, "billing_address", [text], COUNTRIES[name])  # type: ignore[list-item]
        assert not held
        assert not agrees(KEY, "billing_address", text, held, COUNTRIES[name])  # type: ignore[arg-type]


# -- every address there could be ------------------------------------------------------------------------------------------

STREETS = [
    ("Skovduevej", "skovduev.", "SKOVDUEVEJ"), ("Gammel Møllegade", "Gl. Møllegade", "gml. moelleg."),
    ("Nørre Allé", "Nr. Alle", "noerre allé"), ("Sankt Anna Plads", "Skt. Anna Pl.", "Sct Annaplads"),
    ("Vestergårdsstræde", "Vestergaardsstr.", "vestergårdsstraede"), ("3. Juli Vej", "3 juli vej", "3.Juli vej"),
]  # fmt: skip
FLOORS = {"": [""], "st": ["st.", "stuen", "st"], "kl": ["kl.", "kælder"],
          **{str(n): [f"{n}.", f"{n}. sal", f"{n}"] for n in range(1, 31)}}  # fmt: skip
DOORS = {"": [""], "tv": ["tv.", "t.v.", "til venstre", "tv"], "th": ["th.", "t.h.", "til højre"], "mf": ["mf.", "midt for"]}  # fmt: skip
NUMBERED = {str(n): [f"{n}", f"dør {n}", f"lejl. {n}"] for n in range(1, 40)}


@st.composite
def danish(draw: st.DrawFn) -> tuple[str, str, str, str, str, str]:
    floor = draw(st.sampled_from(sorted(FLOORS)))
    doors = sorted(DOORS) + (sorted(NUMBERED) if floor else [])
    return (
        draw(st.sampled_from([street[0] for street in STREETS])), str(draw(st.integers(1, 299))),
        draw(st.sampled_from(["", "", *"ABCDEGT"])), floor, draw(st.sampled_from(doors)),
        draw(st.sampled_from(["2400", "8000", "0900"])),
    )  # fmt: skip


@st.composite
def written(draw: st.DrawFn, address: tuple[str, str, str, str, str, str]) -> str:
    street, number, letter, floor, door, postcode = address
    streets = next(names for names in STREETS if names[0] == street)
    parts = [draw(st.sampled_from(streets)), " ", draw(st.sampled_from(["", "nr. "])), number]
    parts += (
        [draw(st.sampled_from(["", " "])), draw(st.sampled_from([letter, letter.lower()]))] if letter else []
    )
    if floor:
        parts += [draw(st.sampled_from([", ", " , ", "\n"])), draw(st.sampled_from(FLOORS[floor]))]
    if door:
        parts += [draw(st.sampled_from([" ", ", "])), draw(st.sampled_from({**DOORS, **NUMBERED}[door]))]
    parts += [
        draw(st.sampled_from([", ", "\n", " , DK-", "\nDK "])),
        postcode,
        draw(st.sampled_from(["", " Aarhus C", " Kbh. NV"])),
    ]
    text = "".join(parts)
    return draw(st.sampled_from([text, text.upper(), text.casefold(), f"  {text} ", text.replace(" ", "  ")]))


@given(st.data(), danish())
def test_two_writings_of_one_danish_address_agree(
    data: st.DataObject, address: tuple[str, str, str, str, str, str]
) -> None:
    one, other = data.draw(written(address)), data.draw(written(address))
    assert danish_address(one) == danish_address(other) != ""


@given(st.data(), danish(), danish())
def test_two_danish_addresses_never_agree(
    data: st.DataObject, a: tuple[str, str, str, str, str, str], b: tuple[str, str, str, str, str, str]
) -> None:
    if data.draw(st.booleans()):  # differ in one part only
        at = data.draw(st.integers(0, 5))
        b = (*a[:at], b[at], *a[at + 1 :])  # type: ignore[assignment]
    if b[3] == "" and b[4] in NUMBERED:
        b = (*b[:4], "", b[5])
    if a != b:
        assert danish_address(data.draw(written(a))) != danish_address(data.draw(written(b)))


AMERICAN = st.tuples(
    st.integers(1, 9999), st.sampled_from(["", "N", "S"]), st.sampled_from(["Main", "Oak Hill", "5th", "B", "St John"]),
    st.sampled_from(["St", "Ave", "Blvd", "Ln"]), st.sampled_from(["", *(f"{n}{x}" for n in (1, 2, 12) for x in ("", "A", "B"))]),
    st.sampled_from(["90210", "90211", "93650"]),
)  # fmt: skip
WHOLE = {"N": "North", "S": "South", "St": "Street", "Ave": "Avenue", "Blvd": "Boulevard", "Ln": "Lane",
         "5th": "Fifth", "St John": "Saint John"}  # fmt: skip


@st.composite
def written_there(draw: st.DrawFn, address: tuple[int, str, str, str, str, str]) -> str:
    number, side, name, suffix, unit, zipcode = address
    long = draw(st.booleans())
    words = [WHOLE.get(word, word) if long else word for word in (side, name, suffix) if word]
    text = f"{number} {' '.join(words)}"
    if unit:
        text += draw(st.sampled_from([" Apt ", ", #", ", Unit ", " #", ", Apt. #"])) + unit
    text += draw(st.sampled_from([", Fresno, CA ", " Fresno CA ", "\nFresno, California "])) + zipcode
    return draw(st.sampled_from([text, text.upper(), text.casefold(), f"{text}-0042", f"{text}, USA"]))


@given(st.data(), AMERICAN, AMERICAN)
def test_american_addresses_agree_where_they_are_one(
    data: st.DataObject, a: tuple[int, str, str, str, str, str], b: tuple[int, str, str, str, str, str]
) -> None:
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, 5))
        b = (*a[:at], b[at], *a[at + 1 :])  # type: ignore[assignment]
    one, other = american_address(data.draw(written_there(a))), american_address(data.draw(written_there(b)))
    assert "" not in (one, other)
    assert (one == other) == (a == b)


@given(st.text(max_size=60))
def test_no_text_breaks_a_form(text: str) -> None:
    for country in ("DK", "US", "DE", ""):
        for point in POINTS:
            held = digests(KEY, point, [text], country)
            assert agrees(KEY, point, text, held, country) <= bool(held)


# -- the other points ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("point", "held", "answers", "others"),
    [
        ("card_digits", "4571 0000 0000 1234", ["1234", "1 2 3 4", " 12-34 ", "１２３４", "**** 1234"],
         ["4571 0000 0000 1234", "4571", "234", "01234", "", "abcd", "1243"]),
        ("card_digits", "XXXX-XXXX-XXXX-0042", ["0042"], ["42", "2400"]),
        ("card_digits", "0042", ["0042"], ["42"]),
        ("invoice_number", "INV-00123", ["inv 00123", "INV00123", "Faktura nr. INV-00123", "invoice no. inv/00123"],
         ["123", "INV-00124", "INV-001230", "", "nr.", "faktura"]),
        ("invoice_number", "2026-0107", ["20260107", "Faktura 2026-0107", "nr 2026/0107"], ["2026-107"]),
        ("email_code", "493817", ["493817", "493 817", " 493-817 "], ["493871", "49381", ""]),
        ("billing_address", "Blæretangen 9, 8000 Aarhus C", ["blaeretangen 9\n8000 Århus"], ["Blæretangen 19, 8000 Aarhus C"]),
    ],
)  # fmt: skip
def test_an_answer_agrees_or_not(point: str, held: str, answers: list[str], others: list[str]) -> None:
    marks = digests(KEY, point, [held])
    assert marks
    for answer in answers:
        assert agrees(KEY, point, answer, marks), answer
        assert not agrees(OTHER, point, answer, marks), "under the case's own key only"
    for other in others:
        assert not agrees(KEY, point, other, marks), other


def test_one_of_several_that_are_held_is_enough_and_no_mark_tells_what_it_is_of() -> None:
    held = ["Skovduevej 3, 2400", "Kongevej 12, 1850"]
    marks = digests(KEY, "billing_address", held)
    assert len(marks) == 2
    assert all(agrees(KEY, "billing_address", one, marks) for one in held)
    assert digests(KEY, "card_digits", ["0042"]).isdisjoint(digests(KEY, "email_code", ["0042"]))
    assert digests(KEY, "card_digits", ["0042"]).isdisjoint(digests(OTHER, "card_digits", ["0042"]))


def test_where_nothing_is_held_nothing_agrees_and_all_is_compared() -> None:
    assert shown(KEY, {"card_digits": "0042", "email_code": "1"}, {}) == frozenset()
    against = {
        "card_digits": digests(KEY, "card_digits", ["0042"]),
        "invoice_number": digests(KEY, "invoice_number", ["7"]),
    }
    answers = {"card_digits": "0042", "invoice_number": "8", "email_code": ""}
    assert shown(KEY, answers, against) == {"card_digits"}


def test_an_endless_answer_is_cut_and_does_not_agree() -> None:
    marks = digests(KEY, "invoice_number", ["7"])
    assert agrees(KEY, "invoice_number", "7", marks)
    assert not agrees(KEY, "invoice_number", "x" * MOST + "7", marks)


@pytest.mark.parametrize(
    ("held", "same", "others"),
    [
        ("Bergstraße 7, 80331 München", ["BERGSTRASSE 7\n80331 MÜNCHEN", "bergstrasse 7 80331 muenchen"],
         ["Bergstraße 8, 80331 München", "Bergstraße 7, 80333 München", "Bergstraße 7, München", "Bergstraße 7", "80331 München"]),
        ("Storgatan 5 lgh 1102, 123 45 Björkö", ["storgatan 5, lgh 1102\n123 45 bjoerkoe"],
         ["Storgatan 5 lgh 1103, 123 45 Björkö", "Storgatan 15 lgh 1102, 123 45 Björkö"]),
        ("12 Mill Lane, Leeds LS1 4AP", ["12 mill lane leeds ls1 4ap"], ["12 Mill Lane, Leeds LS1 4AQ", "2 Mill Lane, Leeds LS1 4AP"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("country", ["DE", "DK"])
def test_an_address_abroad_agrees_word_by_word(
    held: str, same: list[str], others: list[str], country: str
) -> None:
    marks = digests(KEY, "billing_address", [held], country)
    for writing in same:
        assert agrees(KEY, "billing_address", writing, marks, country), writing
    for other in others:
        assert not agrees(KEY, "billing_address", other, marks, country), other


def test_every_point_that_is_asked_can_be_compared() -> None:
    compared = [name for name, question in questions().items() if question.point and name != PROVIDER]
    assert compared == list(POINTS)
