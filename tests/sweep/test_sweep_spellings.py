"""Each spelling a case file knows is found, alone and among rows of others; what only looks like it never is.

A new spelling is a line in `tests/cases/sweep/`.
"""

from __future__ import annotations

import base64
import codecs
import hashlib
import quopri
from pathlib import Path
from typing import Any

import pytest
import yaml
from sweep_rows import Rows

from troth.datamap.categories import CATEGORIES
from troth.planning.sweep import Found, Search
from troth.planning.written import Wanted, tight
from troth.terms.canonical import canonical

CASES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parents[1] / "cases" / "sweep").glob("*.yaml"))
}
STRANGERS = [
    b"bo@eksempel.dk",
    b"+45 31 42 99 99",
    "Åse Ægirsdatter".encode(),
    b"010171-1234",
    b"",
    b"\xff\x00\x01",
    b"42",
]


def wanted(case: dict[str, Any]) -> Wanted:
    kind = CATEGORIES[case["kind"]].kind
    form = canonical(kind, case["value"])
    assert form is not None
    return Wanted(7, case["kind"], kind, form, case["value"])


def search(name: str) -> Search:
    return Search([wanted(CASES[name])])


def spellings(found: frozenset[Found]) -> set[str]:
    assert all(one.person == 7 for one in found)
    return {one.spelling for one in found}


def every(part: str) -> list[Any]:
    return [
        pytest.param(name, cell, id=f"{name}-{cell[:40]}")
        for name, case in CASES.items()
        for cell in case[part]
    ]


@pytest.mark.parametrize(("name", "cell"), every("found"))
def test_a_known_spelling_is_found_and_named(name: str, cell: str) -> None:
    found = search(name).cell(cell.encode())
    assert spellings(found) == {CASES[name]["found"][cell]}
    assert {one.uncertain for one in found} == {CASES[name].get("uncertain", False)}


@pytest.mark.parametrize(("name", "cell"), every("found"))
def test_it_is_found_in_its_row_among_others_and_nowhere_else(name: str, cell: str) -> None:
    rows = Rows([*STRANGERS, cell.encode(), *STRANGERS])
    (row,) = search(name).rows(rows)
    assert row.cells == {"cell": cell.encode()}
    assert list(search(name).rows(Rows(STRANGERS * 2))) == []


@pytest.mark.parametrize(("name", "cell"), every("near"))
def test_what_only_looks_like_it_is_not_found(name: str, cell: str) -> None:
    canary = next(iter(CASES[name]["found"]))
    searching = search(name)
    assert searching.cell(canary.encode())
    assert searching.cell(cell.encode()) == frozenset()
    assert list(searching.rows(Rows([cell.encode()] * 3))) == []


@pytest.mark.parametrize("name", list(CASES))
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "latin-1"])
def test_other_encodings_of_text_are_read_in_bytes(name: str, encoding: str) -> None:
    value = CASES[name]["value"]
    label = "Latin-1" if encoding == "latin-1" else "UTF-16"
    for before in ("", "til ", "æ "):
        found = spellings(search(name).cell((before + value + " hej").encode(encoding)))
        assert found
        assert label in found.pop() or (encoding == "latin-1" and value.isascii())


@pytest.mark.parametrize("name", [name for name in CASES if name != "full_name"])
@pytest.mark.parametrize("before", ["", "a", "ab", '{"to":"', "Søren og "])
@pytest.mark.parametrize("write", [base64.b64encode, base64.urlsafe_b64encode, base64.encodebytes])
def test_base64_is_read_wherever_the_identifier_begins(name: str, before: str, write: Any) -> None:
    parted = f"{before}{'' if before.endswith((chr(34), ' ')) else ' '}" if before else ""
    one = wanted(CASES[name])
    value = one.canonical.title() if one.kind == "name" else one.canonical
    cell = b"token=" + write(f'{parted}{value}" og resten af en lang linje, der brydes'.encode())
    assert any("base64" in spelling for spelling in spellings(search(name).cell(cell)))
    other = write(f'{parted}{value[:-1]}z" og resten'.encode())
    assert search(name).cell(b"token=" + other) == frozenset()


@pytest.mark.parametrize("function", ["md5", "sha1", "sha256", "sha512"])
@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("email", "alma.vest+nyt@eksempel.dk"),
        ("phone", "+4531425364"),
        ("phone", "4531425364"),
        ("phone", "31425364"),
        ("phone", "004531425364"),
        ("phone", "+45 31 42 53 64"),
        ("national_id", "0101701234"),
        ("national_id", "010170-1234"),
        ("customer_no", "KND-20441"),
        ("name", "Søren Ægir Kjær"),
    ],
)
def test_unsalted_hashes_are_known(name: str, form: str, function: str) -> None:
    digest = hashlib.new(function, form.encode()).hexdigest()
    for cell in (digest, digest.upper(), f"{function}:{digest}", f'{{"h": "{digest}"}}', f"0x{digest} gemt"):
        (found,) = spellings(search(name).cell(cell.encode()))
        assert found.endswith(f", {function} hash")
        assert len(list(search(name).rows(Rows([b"x", cell.encode()])))) == 1
    assert search(name).cell(f"a{digest}".encode()) == frozenset()
    assert search(name).cell(f"{digest[1:]}0".encode()) == frozenset()


def test_a_long_value_is_read_around_its_traces_only() -> None:
    searching = search("email")
    value = CASES["email"]["value"].encode()
    filler = ", æ ".encode() * 9_000
    for cell in (filler + value + filler, value + filler, filler + value, filler + b"x" + value + filler):
        assert bool(searching.cell(cell)) == (b"x" + value not in cell)
    assert spellings(
        searching.cell(
            filler + codecs.BOM_UTF16 + (" til " + CASES["email"]["value"] + " ").encode("utf-16-le") + filler
        )
    )
    assert spellings(searching.cell(filler + base64.b64encode(b"aa " + value + b" bb") + filler)) == {
        "e-mail, base64"
    }


def test_both_ways_in_one_cell_are_told() -> None:
    value = CASES["email"]["value"]
    cell = f"{value} {quopri.encodestring(b'=40').decode()} {value.replace('@', '%40').replace('+', '%2B')} {value.replace('@', '=40')}"
    assert spellings(search("email").cell(cell.encode())) == {
        "e-mail, in text",
        "e-mail, URL-encoded",
        "e-mail, quoted-printable",
    }


def test_two_people_with_one_number_are_both_told() -> None:
    both = Search([Wanted(person, "phone", "phone", "+4531425364") for person in (1, 2)])
    assert {one.person for one in both.cell(b"31425364")} == {1, 2}


def test_what_nobody_can_look_for_is_said() -> None:
    short = Wanted(0, "customer_no", "text", "42")
    searching = Search([short, Wanted(0, "full_name", "name", "søren")])
    assert {one.canonical for one in searching.unsearchable} == {"42", "søren"}
    assert searching.cell(b"42") == frozenset()


def test_a_search_for_nobody_finds_nothing() -> None:
    assert list(Search([]).rows(Rows([b"alma@eksempel.dk"]))) == []


def test_a_tight_view_has_letters_and_digits_only() -> None:
    assert tight("Søren@Kjær-1.DK\0".encode()) == b"srenkjr1dk"
