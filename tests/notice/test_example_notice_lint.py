"""The linter finds nothing in the example company's notice, and finds each thing that is taken out of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import troth.example
from troth.datamap.categories import CATEGORIES
from troth.datamap.mapfile import load as load_map
from troth.evidence.tilt import FACTS as TILT
from troth.law.dpv import terms
from troth.notice.findings import Known, check
from troth.notice.loading import load
from troth.notice.model import Notice, Text
from troth.notice.prose import bound_lines, raw_lines
from troth.notice.prose import check as check_prose
from troth.notice.text import rendered
from troth.retention.rules import EVENTS
from troth.workflows.notices import placing

EXAMPLE = Path(troth.example.__file__).parent
AT = date(2026, 11, 23)


@pytest.fixture(scope="module")
def notice() -> Notice:
    return load(EXAMPLE / "notice")


def of_text(notice: Notice, text: Text) -> set[str]:
    lines = bound_lines(text, placing(notice, text.language))
    return {one.id for one in check_prose(lines, text.language, text.file, notice.laws, AT)}


def without(text: Text, *promises: str) -> Text:
    """The text without the sentences that make any of these promises, and without headings that head nothing then."""
    left = [one for one in text.sentences if not set(one.promises or ()) & set(promises)]
    following = [*left[1:], None]
    kept = (
        one
        for one, then in zip(left, following, strict=True)
        if not one.heading or (then and (not then.heading or then.heading > one.heading))
    )
    return replace(text, sentences=tuple(kept))


def test_nothing_is_found_in_the_promises(notice: Notice) -> None:
    known = Known(CATEGORIES, load_map(EXAMPLE / "troth.map.yaml").systems, EVENTS)
    assert [(one.id, one.line, one.message.en) for one in check(notice, known, AT)] == []


@pytest.mark.parametrize("language", ["da", "en"])
def test_what_a_register_or_an_export_asks_for_is_there(notice: Notice, language: str) -> None:
    assert {name: notice.fact(name, language) for name in TILT if not notice.fact(name, language)} == {}
    assert {one.name: one.dpv for one in notice.purposes.values() if one.dpv not in terms("purposes")} == {}


@pytest.mark.parametrize("language", ["da", "en"])
def test_nothing_is_found_in_the_texts(notice: Notice, language: str) -> None:
    assert of_text(notice, notice.texts[language]) == set()


@pytest.mark.parametrize("language", ["da", "en"])
def test_nothing_is_found_in_the_page_that_people_read(notice: Notice, language: str) -> None:
    page = rendered(notice.texts[language], placing(notice, language))
    assert "{" not in page
    assert "[[" not in page
    assert check_prose(raw_lines(page), language, "page.md", notice.laws, AT) == ()


TAKEN = (
    (("P113",), "notice.N102"),
    (("P114",), "notice.N103"),
    (("P115", "P142"), "notice.N105"),
    (("P116",), "notice.N106"),
    (("P118",), "notice.N108"),
    (("P94", "P119"), "notice.N110"),
    (("P121",), "notice.N111"),
    (("P122",), "notice.N113"),
    (("P123",), "notice.N115"),
    (("P99", "P169"), "notice.N116"),
    (("P124", "P97"), "notice.N117"),
    (("P127",), "notice.N118"),
    (("P128",), "notice.N119"),
    (("P142",), "notice.N120"),
    (("P130", "P57", "P58"), "notice.N122"),
    (("P129", "P138"), "notice.N123"),
    (("P131", "P73", "P132", "P39"), "notice.N125"),
    (("P133",), "notice.N126"),
    (("P134",), "notice.N127"),
    (("P137",), "notice.N128"),
    (("P44", "P47", "P94", "P119"), "notice.N201"),
    (("P46", "P163"), "notice.N203"),
    (("P147",), "notice.N204"),
    (("P145", "P121"), "notice.N205"),
    (("P146", "P156"), "notice.N206"),
    (("P53",), "notice.N207"),
    (("P149",), "notice.N208"),
    (("P49",), "notice.N210"),
    (("P151", "P152", "P158"), "notice.N211"),
    (("P148",), "notice.N213"),
    (("P151", "P152"), "notice.N214"),
    (("P154",), "notice.N216"),
    (("P159", "P75", "P83", "P196", "P55"), "notice.N219"),
    (("P55", "P56"), "notice.N220"),
    (("P155",), "notice.N221"),
)
"""Which promises say what the law asks for: without their sentences it is missed."""


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize(("promises", "finding"), TAKEN, ids=[finding for _, finding in TAKEN])
def test_what_is_taken_out_is_missed(
    notice: Notice, language: str, promises: tuple[str, ...], finding: str
) -> None:
    assert finding in of_text(notice, without(notice.texts[language], *promises))
