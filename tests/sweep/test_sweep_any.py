"""Whoever is sought, however written and among whatever: planted identifiers are found, near misses never."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import quopri
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, quote_plus

from hypothesis import given, settings
from hypothesis import strategies as st
from sweep_rows import Rows

from troth.datamap.categories import CATEGORIES
from troth.planning.redact import Needles
from troth.planning.sweep import Search
from troth.planning.written import Wanted
from troth.terms.canonical import canonical, spellings

LETTERS = "abcdefghijklmnoprstuvyæøå"
WORDS = st.text(LETTERS, min_size=2, max_size=9)
FILLER = st.text("abcdefg æøå,.-\n1234567890", max_size=40)


@st.composite
def people(draw: st.DrawFn) -> dict[str, str]:
    first, last, middle = draw(WORDS), draw(WORDS), draw(WORDS)
    local = draw(st.from_regex(r"[a-z]{2,8}([._+-][a-z0-9]{2,8}){0,2}", fullmatch=True))
    domain = draw(st.from_regex(r"[a-z]{3,9}\.(dk|test|example)", fullmatch=True))
    day, month, year = draw(st.integers(1, 28)), draw(st.integers(1, 12)), draw(st.integers(60, 99))
    return {
        "email": f"{local}@{domain}",
        "phone": f"+45{draw(st.integers(20_000_000, 98_999_999))}",
        "national_id": f"{day + 60:02}{month:02}{year}{draw(st.integers(1000, 9999))}",
        "full_name": f"{first.title()} {middle.title()} {last.title()}",
        "customer_no": f"kn{draw(st.integers(1000, 999_999))}x",
    }


def wanted(person: dict[str, str], at: int = 0) -> list[Wanted]:
    found = []
    for category, value in person.items():
        form = canonical(CATEGORIES[category].kind, value)
        if form is not None:
            found.append(Wanted(at, category, CATEGORIES[category].kind, form))
    return found


def in_latin(text: str) -> str:
    """URL-encoded as old programs do it; what Latin-1 lacks they could not write at all."""
    return quote(text, safe="", encoding="latin-1") if all(ord(c) < 256 for c in text) else text


WAYS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "upper": str.upper,
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "url": lambda text: quote(text, safe=""),
    "url plus": quote_plus,
    "url twice": lambda text: quote(quote(text, safe=""), safe=""),
    "url latin-1": lambda text: in_latin(unicodedata.normalize("NFC", text)),
    "json": lambda text: json.dumps({"m": [text]}),
    "json in json": lambda text: json.dumps(json.dumps({"m": text})),
    "html": lambda text: html.escape(text).encode("ascii", "xmlcharrefreplace").decode(),
    "html at": lambda text: text.replace("@", "&#64;"),
    "quoted-printable": lambda text: quopri.encodestring(text.encode()).decode(),
    "line break": lambda text: (
        text.replace(" ", "\n") if any(map(str.isalpha, text)) else text
    ),  # else a column of figures
    "hard blank": lambda text: text.replace(" ", "\u00a0"),
}
HARDER = ("base64", "md5", "sha256")


@settings(max_examples=60, deadline=None)
@given(people(), st.lists(people(), max_size=3), FILLER, st.data())
def test_every_spelling_of_anybody_is_found(
    person: dict[str, str], others: list[dict[str, str]], filler: str, data: st.DataObject
) -> None:
    sought = [one for at, who in enumerate([person, *others]) for one in wanted(who, at)]
    searching, region = Search(sought), "DK"
    category = data.draw(st.sampled_from([one.category for one in sought if one.person == 0]))
    one = next(one for one in sought if one.person == 0 and one.category == category)
    if one in searching.unsearchable:
        return
    value = data.draw(st.sampled_from([person[category], *spellings(one.kind, one.canonical, region)]))
    way = data.draw(st.sampled_from([*WAYS, *HARDER]))
    if way == "base64":
        cell = base64.b64encode(f"{filler} {person[category]} ".encode()).decode()
    elif way in HARDER:
        cell = hashlib.new(way, one.canonical.encode()).hexdigest()
    else:
        cell = f"{filler}; {WAYS[way](value)} "
    found = searching.cell(cell.encode())
    assert any(hit.person == 0 for hit in found), (way, cell)
    rows = [filler.encode(), cell.encode(), b"", filler.encode()]
    assert [row.cells["cell"] for row in searching.rows(Rows(rows)) if row.cells["cell"] == cell.encode()]


@settings(max_examples=60, deadline=None)
@given(people(), st.data())
def test_a_near_miss_of_anybody_is_never_found(person: dict[str, str], data: st.DataObject) -> None:
    searching = Search(wanted(person))
    category = data.draw(st.sampled_from(["email", "phone", "national_id", "customer_no"]))
    value = person[category]
    assert searching.cell(value.encode()) or category == "email"
    if category == "email":
        near = data.draw(
            st.sampled_from(["x" + value, value + "x", value + ".test", "z." + value, value.replace("@", "")])
        )
    elif category == "customer_no":
        near = data.draw(st.sampled_from([value + "1", "1" + value, value[:-1] + "y"]))
    else:
        digits = value.removeprefix("+45")
        other = digits[:-1] + str((int(digits[-1]) + data.draw(st.integers(1, 9))) % 10)
        near = data.draw(
            st.sampled_from([f"7{digits}", f"{digits}7", f"{digits[:4]}x{digits[4:]}", other, f"+46{digits}"])
        )
    for cell in (near, f"om {near} igen", json.dumps({"a": near}), quote(near, safe="")):
        assert not [hit for hit in searching.cell(cell.encode()) if not hit.uncertain], cell


@settings(max_examples=80, deadline=None)
@given(people(), FILLER, FILLER, st.data())
def test_whatever_the_erasure_would_rewrite_leaves_a_trace(
    person: dict[str, str], before: str, after: str, data: st.DataObject
) -> None:
    """The rules of prose are the measure: what `Needles` finds anywhere, the sweep finds in its row."""
    sought = wanted(person)
    one = data.draw(st.sampled_from(sought))
    value = data.draw(st.sampled_from(spellings(one.kind, one.canonical)))
    encode = data.draw(st.sampled_from(list(WAYS.values())))
    cell = f"{before}{encode(value)}{after}"
    expected = {hit.needle.canonical for hit in Needles([one.needle for one in sought]).find_cell(cell)}
    rows = list(Search(sought).rows(Rows([cell.encode()])))
    assert bool(expected) <= bool(rows)
