"""Names, values and neighbours speak together: each column here says who must win."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import MAKERS

from troth.datamap import discovery
from troth.datamap.categories import CATEGORIES
from troth.datamap.discovery import numbers
from troth.datamap.lexicon import Verdict
from troth.datamap.reader import Sample
from troth.datamap.schema import Column, Table


def made(kind: str, *how: str, count: int = 60) -> list[Any]:
    r = random.Random(kind)
    return [MAKERS[kind](r, {"#": number}, list(how)) for number in range(count)]


def read(
    table: str = "t1", families: dict[str, str] | None = None, **columns: list[Any]
) -> dict[str, Verdict]:
    rows = list(zip(*columns.values(), strict=True))
    shape = tuple(Column(name, "text", (families or {}).get(name, "text")) for name in columns)  # type: ignore[arg-type]
    return dict(discovery.fields(Table(table, shape), Sample(table, tuple(columns), rows, True), frozenset()))


@pytest.mark.parametrize("name", ["c17", "felt3", "x", "kolonne_4"])
@pytest.mark.parametrize(
    ("kind", "category"),
    [("email", "email"), ("phone", "phone"), ("cpr", "national_id"), ("name", "full_name")],
)
def test_an_opaque_name_yields_to_the_values(name: str, kind: str, category: str) -> None:
    assert read(**{name: made(kind)})[name].category == category


@pytest.mark.parametrize(
    ("name", "category"), [("email", "email"), ("cprnr", "national_id"), ("fornavn", "first_name")]
)
def test_an_empty_column_rests_on_its_name(name: str, category: str) -> None:
    empty = read(**{name: [None, "", None, "-"]})[name]
    assert (empty.category, empty.confidence >= 0.8) == (category, True)


def test_a_strong_name_with_contradicting_values_is_asked() -> None:
    verdict = read("kunder", email=made("flag") and ["ja", "nej", "ja", "nej", "nej"] * 12)["email"]
    assert verdict.confidence < 0.8
    assert read("kunder", cpr=made("amount"), families={"cpr": "decimal"})["cpr"].confidence < 0.8


def test_strong_values_win_over_another_name() -> None:
    assert read("ordrer", reference=made("email"))["reference"].category == "email"
    assert read("kunder", kommentar=made("cpr"))["kommentar"].category == "national_id"


def test_a_name_is_a_persons_beside_a_mail_and_a_things_beside_a_price() -> None:
    person = read("t", name=made("name"), email=made("email"))
    thing = read("t", name=made("goods"), price=made("amount"), families={"price": "decimal"})
    assert (person["name"].category, thing["name"].category) == ("full_name", "product")


HARMLESS: dict[str, tuple[str, ...]] = {
    "cvr": (), "pnr": (), "gln": (), "ean": (), "dated_no": (), "ten": (), "eight": (), "sku": (), "version": (),
    "running": ("700000", "text"), "when": ("packed",), "goods": (), "sha256": (),
}  # fmt: skip


@pytest.mark.parametrize("kind", HARMLESS)
@pytest.mark.parametrize("name", ["c9", "nr", "reference", "internal_no"])
def test_numbers_that_look_like_peoples_do_not_alarm(kind: str, name: str) -> None:
    verdict = read("v2", **{name: [str(value) for value in made(kind, *HARMLESS[kind], count=150)]})[name]
    assert verdict.category not in (
        "national_id",
        "payment_card",
        "bank_account",
        "email",
        "full_name",
        "credential",
    )
    assert not (verdict.category == "phone" and verdict.confidence >= 0.8)


@pytest.mark.parametrize("seed", range(20))
def test_random_numbers_are_never_read_as_identifiers(seed: int) -> None:
    r = random.Random(seed)
    for length in (8, 9, 10, 11, 12, 13, 14, 15, 16):
        texts = [str(r.randrange(10 ** (length - 1), 10**length)) for _ in range(80)]
        said = [hit for hit in numbers.kinds(texts) if hit[1] >= 0.7]
        assert said == [], length


def test_a_single_hit_decides_nothing() -> None:
    mixed = [*made("ten", count=59), "6103850000"]
    assert read(c1=mixed)["c1"].category != "national_id"


# ------------------------------------------------------------------ Danish personal numbers


def cprs(since: int, until: int, checked: bool, replaced: bool = False) -> list[str]:
    """Numbers of nobody: births 1860-1899 or replacement numbers."""
    r, found = random.Random(5), []
    while len(found) < 60:
        day = date(since, 1, 1) + timedelta(days=r.randrange((until - since) * 365))
        number = f"{day.day + 60 * replaced:02}{day:%m%y}{r.choice('5678')}{r.randrange(1000):03}"
        if numbers.cpr_checks(number) == checked:
            found.append(number)
    return found


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize("replaced", [True, False])
@pytest.mark.parametrize("form", ["{0}-{1}", "{0}{1}", "{0} {1}"])
def test_danish_numbers_are_known_with_and_without_check_digit(
    checked: bool, replaced: bool, form: str
) -> None:
    values = [form.format(number[:6], number[6:]) for number in cprs(1860, 1899, checked, replaced)]
    verdict = read(c4=values)["c4"]
    assert (verdict.category, verdict.confidence >= 0.8) == ("national_id", True)


def test_numbers_issued_on_the_first_of_january_without_check_digit_are_dates_too() -> None:
    assert numbers.born("0101605007") == date(1860, 1, 1)
    assert not numbers.cpr_checks("0101605007")


@pytest.mark.parametrize(
    ("number", "born"),
    [("0107995000", date(1899, 7, 1)), ("6107995000", date(1899, 7, 1)), ("0107600000", date(1960, 7, 1)),
     ("0107364000", date(2036, 7, 1)), ("0107374000", date(1937, 7, 1)), ("3102600000", None), ("2902010000", None),
     ("9913600000", None)],
)  # fmt: skip
def test_the_century_comes_from_the_seventh_digit(number: str, born: date | None) -> None:
    assert numbers.born(number) == born


# ------------------------------------------------------------------ nothing leaks, nothing is slow


def test_reasons_and_representations_hold_no_value() -> None:
    kinds = (
        "email",
        "name",
        "phone",
        "cpr",
        "street",
        "note",
        "illness",
        "firm",
        "card",
        "handle",
        "town",
    )
    columns = {f"c{at}": made(kind) for at, kind in enumerate(kinds)}
    verdicts = read(**columns)
    cells = {str(cell).lower() for values in columns.values() for cell in values}
    parts = {part for cell in cells for part in cell.replace('"', " ").split() if len(part) > 4}
    told = " ".join(repr(verdict) for verdict in verdicts.values()).lower()
    leaked = {word.strip("',.;:()") for word in told.split()} & parts
    assert leaked == set()
    from troth.datamap.discovery.column import values_of

    shown = repr(values_of(columns["c0"]))
    assert not any(cell in shown for cell in cells)


def test_a_row_longer_than_its_columns_is_a_fault() -> None:
    with pytest.raises(ValueError, match="argument"):
        discovery.fields(
            Table("t", (Column("a", "text", "text"),)), Sample("t", ("a",), [("x", "y")], True), frozenset()
        )


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.dates(), st.datetimes(), st.times(), st.timedeltas(),
    st.uuids(), st.ip_addresses(), st.binary(max_size=9), st.text(max_size=40), st.lists(st.text(max_size=9), max_size=3),
    st.dictionaries(st.text(max_size=5), st.lists(st.integers(), max_size=2), max_size=3), st.just("\x1e\n\r\ud800"),
)  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(st.tuples(CELLS, CELLS), max_size=12),
    st.sampled_from(["text", "json", "integer", "date", "array", "other"]),
)
def test_whatever_a_store_returns_gets_a_verdict(rows: list[tuple[Any, Any]], family: Any) -> None:
    shape = (Column("email", family, family), Column("c2", family, family))
    said = discovery.fields(Table("t", shape), Sample("t", ("email", "c2"), rows, True), {"c2"})
    assert set(said) == {"email", "c2"}
    assert all(
        verdict.category in CATEGORIES and 0 <= verdict.confidence <= 1 and verdict.reason
        for verdict in said.values()
    )


def test_a_list_that_only_looks_like_json_is_text() -> None:
    said = read(
        features=["['Trailers', 'Deleted Scenes']", "['Trailers']", "['Commentaries', 'Trailers']"] * 20
    )
    assert said["features"].category != "json"


def test_a_link_whose_values_are_peoples_names_is_no_mere_key() -> None:
    names = made("name", count=80)
    table = Table("t", (Column("c1", "text", "text"),))
    said = discovery.fields(table, Sample("t", ("c1",), [(name,) for name in names], True), {"c1"})["c1"]
    assert said.category == "full_name"


def test_a_wide_schema_is_read_in_time() -> None:
    columns = {
        f"c{at}": made(kind, count=200)
        for at, kind in enumerate(("email", "name", "phone", "note", "amount", "when", "street", "sku"))
    }
    read(**columns)
    began = time.process_time()
    for _ in range(25):
        read(**columns)
    assert (
        time.process_time() - began < 1.5
    )  # 200 columns: 22,000 in less than three minutes on a busy machine
