"""What the map says about making a cell coarser is read strictly, done on every store, and done twice changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live import KINDS, World, map_of
from troth.datamap.mapfile import dump, loads
from troth.datamap.model import Ref, Strategy
from troth.datamap.strategies import UNREADABLE, coarser
from troth.terms.errors import MapError

ALMA, BENT = "alma@inbox.example", "bent@inbox.example"
NOISE = bytes(range(32))
SCHEMA = """
CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(80));
CREATE TABLE visit (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person (id), born DATE, seen TIMESTAMP NULL,
  zip VARCHAR(10), age INTEGER, height DECIMAL(6,2), plate VARCHAR(20) NOT NULL, card VARCHAR(40), total DECIMAL(10,2));
INSERT INTO person VALUES (1, 'alma@inbox.example'), (2, 'bent@inbox.example');
"""
ROWS = (
    "(1, 1, '1880-05-17', '2026-11-23 14:05:09', '8200', 37, 171.50, 'AB12345', 'C-1', 100.10)",
    "(2, 1, '1880-08-02', NULL, 'x', 30, 160.00, 'AB12345', 'C-1', 0.35)",
    "(3, 2, '1881-05-17', '2026-01-02 03:04:05', '8210', 41, 180.00, 'CD67890', 'C-2', 7.00)",
)
FIELDS: dict[str, Any] = {
    "id": "key",
    "person_id": "key",
    "born": {"category": "birth_date", "erased": {"generalise": "quarter"}},
    "seen": {"category": "date", "erased": {"generalise": "year"}},
    "zip": {"category": "postal_code", "erased": {"generalise": "1 digit"}},
    "age": {"category": "quantity", "erased": {"generalise": "bands of 10"}},
    "height": {"category": "quantity", "erased": {"noise": "bands of 10"}},
    "plate": {"category": "vehicle", "erased": {"truncate": 2}},
    "card": {"category": "customer_no", "erased": {"token": "row"}},
    "total": "amount",
}


def visits(fields: dict[str, Any], **more: Any) -> Any:
    link = {"columns": ["person_id"], "to": "person [id]", "means": "OWNED_BY"}
    visit = {"key": ["id"], "fields": fields, "links": [link], "erase": "anonymise", **more}
    person = {"subject": "person", "key": ["id"], "fields": {"id": "key", "email": "email"}}
    return map_of({"shop": {"person": person, "visit": visit}})


@pytest.mark.parametrize("kind", KINDS)
def test_every_store_makes_the_cells_coarser_and_leaves_what_others_have(new_live: Any, kind: str) -> None:
    live = new_live(kind)
    live.run(SCHEMA)
    live.run(f"INSERT INTO visit VALUES {', '.join(ROWS)};")
    names = "born, seen, zip, age, height, plate, card, total"
    bent = live.query(f"SELECT {names} FROM visit WHERE id = 3")
    world = World({"shop": live}, visits(FIELDS))
    world.erase(ALMA)
    one, two = live.query(f"SELECT {names} FROM visit WHERE id < 3 ORDER BY id")
    assert [str(cell)[:10] for cell in (one[0], two[0])] == ["1880-04-01", "1880-07-01"]
    assert (str(one[1])[:19], two[1]) == ("2026-01-01 00:00:00", None)
    assert (one[2], two[2]) == ("8***", None), "what is no postal code is not left"
    assert (one[3], two[3]) == (30, 30)
    assert 170 <= one[4] < 180
    assert 160 <= two[4] < 170
    assert (one[4], two[4]) != (Decimal("171.5"), Decimal(160))
    assert (one[5], two[5]) == ("AB", "AB")
    assert len({one[6], two[6], "C-1"}) == 3, "a token is its row's alone"
    assert [str(cell) for cell in (one[7], two[7])] == [str(cell) for cell in _sums(live)]
    assert live.query(f"SELECT {names} FROM visit WHERE id = 3") == bent


def _sums(live: Any) -> list[Any]:
    (first,), (second,) = live.query("SELECT total FROM visit WHERE id < 3 ORDER BY id")
    assert Decimal(str(first)) + Decimal(str(second)) == Decimal("100.45")
    return [first, second]


DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
CELLS = st.one_of(
    DAYS, DAYS.map(date.isoformat), DAYS.map(lambda d: datetime(d.year, d.month, d.day, 13, tzinfo=UTC)),
    st.integers(-10**9, 10**9), st.decimals(-10**6, 10**6, places=2), st.floats(-1e6, 1e6), st.text(), st.none(),
)  # fmt: skip
SAID = st.sampled_from(
    [Strategy("generalise", by) for by in ("month", "quarter", "year", "decade", "2 digits", "bands of 7")]
    + [Strategy("noise", by) for by in ("month", "quarter", "year", "decade", "bands of 7")]
    + [Strategy("truncate", "3")]
)


@given(SAID, CELLS, st.binary(min_size=32, max_size=32))
def test_done_twice_changes_nothing_more(strategy: Strategy, cell: Any, digest: bytes) -> None:
    made = coarser(strategy, cell, digest)
    if made is UNREADABLE or made is None:
        return
    assert type(made) is type(cell)
    again = coarser(strategy, made, digest)
    assert again in (made, UNREADABLE)
    if strategy.word != "truncate" and "digits" not in strategy.by:
        assert again == made


@given(DAYS, st.sampled_from(["month", "quarter", "year", "decade"]), st.binary(min_size=32, max_size=32))
def test_noise_stays_in_its_period(day: date, period: str, digest: bytes) -> None:
    noisy = coarser(Strategy("noise", period), day, digest)
    assert coarser(Strategy("generalise", period), noisy, NOISE) == coarser(
        Strategy("generalise", period), day, NOISE
    )


@pytest.mark.parametrize(
    ("cell", "strategy", "expected"),
    [
        ("2100", Strategy("generalise", "2 digits"), "21**"),
        (2100, Strategy("generalise", "1 digit"), 2000),
        (8, Strategy("generalise", "1 digit"), UNREADABLE),
        ("17/5/80", Strategy("generalise", "year"), UNREADABLE),
        ("1880-02-30", Strategy("generalise", "year"), UNREADABLE),
        (True, Strategy("generalise", "bands of 10"), UNREADABLE),
        (Decimal("-0.5"), Strategy("generalise", "bands of 10"), Decimal(-10)),
        (Decimal("NaN"), Strategy("generalise", "bands of 10"), UNREADABLE),
        (float("inf"), Strategy("generalise", "bands of 10"), UNREADABLE),
        (b"abc", Strategy("truncate", "1"), UNREADABLE),
    ],
)
def test_what_cannot_be_read_is_not_left(cell: Any, strategy: Strategy, expected: Any) -> None:
    assert coarser(strategy, cell, NOISE) == expected


@pytest.mark.parametrize(
    "erased",
    [
        {"generalise": "week"}, {"generalise": "0 digits"}, {"noise": "2 digits"}, {"noise": 5}, {"truncate": 0},
        {"truncate": "three"}, {"token": "person"}, {"generalise": "year", "truncate": 2}, {}, {"blur": 3}, ["year"],
    ],
    ids=str,
)  # fmt: skip
def test_the_map_is_read_strictly(erased: Any) -> None:
    with pytest.raises(MapError) as fault:
        visits({**FIELDS, "born": {"category": "birth_date", "erased": erased}})
    assert fault.value.remedy or "erased" in fault.value.message


@pytest.mark.parametrize(
    "erased", [{"noise": "bands of 10"}, {"generalise": "bands of 100"}, {"constant": None}]
)
def test_sums_that_a_law_needs_do_not_move(erased: Any) -> None:
    with pytest.raises(MapError, match="to the cent"):
        visits({**FIELDS, "total": {"category": "amount", "erased": erased}})


def test_what_a_keep_rule_needs_gets_no_noise() -> None:
    keep = [{"law": "dk.bookkeeping", "columns": ["height"], "active": True}]
    with pytest.raises(MapError, match="needs height as it is"):
        visits(FIELDS, keep=keep)


@pytest.mark.parametrize(
    ("column", "erased"), [("age", {"generalise": "year"}), ("plate", {"constant": None})]
)
def test_a_strategy_that_the_column_cannot_hold_asks_first(new_live: Any, column: str, erased: Any) -> None:
    live = new_live("sqlite")
    live.run(SCHEMA)
    live.run(f"INSERT INTO visit VALUES {', '.join(ROWS)};")
    world = World({"shop": live}, visits({**FIELDS, column: {"category": "vehicle", "erased": erased}}))
    assert [(q.id, q.place) for q in world.plan(ALMA).blocked] == [("plan.Q006", f"shop.visit.{column}")]


def test_the_map_says_the_same_when_it_is_written_and_read_again() -> None:
    said = {"decision": "needed for tax", "by": "Olga", "on": date(2026, 11, 23)}
    datamap = visits(
        {**FIELDS, "born": {"category": "birth_date", "erased": {"constant": None}}}, anonymised=said
    )
    again = loads(dump(datamap))
    assert again.datasets == datamap.datasets
    assert again.datasets[Ref("shop", "visit")].fields["born"].strategy == Strategy("null", "")


@pytest.mark.parametrize("said", [{"decision": "x", "by": "Olga"}, {"decision": "", "by": "Olga", "on": "2026-11-23"},
                                  {"decision": "x", "by": "Olga", "on": "soon"}])  # fmt: skip
def test_a_decision_says_what_who_and_when(said: Any) -> None:
    with pytest.raises(MapError):
        visits(FIELDS, anonymised=said)
