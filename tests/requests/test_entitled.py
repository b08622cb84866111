"""Nobody pays for having asked: an edition or a price that changes after a request, and was not announced, is shown to the officer."""

from __future__ import annotations

import pytest
from after_world import ALMA
from case_desk import OLGA, Desk

from troth.requests import commands as do
from troth.workflows import entitled
from troth.workflows.cases import Opened

TABLES = """
CREATE TABLE plan (id INTEGER PRIMARY KEY, person INTEGER, edition VARCHAR(20), price INTEGER);
INSERT INTO plan VALUES (1, 1, 'kanarie-gold', 100), (2, 2, 'silver', 50);
"""
PLAN = """\
      plan:
        key: [id]
        fields: {id: key, person: key, edition: product, price: amount}
        links:
          - {columns: [person], to: "person [id]", means: OWNED_BY}
        entitlements: [edition, price]
    unmapped:
"""


@pytest.fixture
def priced(desk: Desk) -> Desk:
    desk.company.live.run(TABLES)
    path = desk.company.folder / "troth.map.yaml"
    path.write_text(path.read_text().replace("    unmapped:\n", PLAN, 1))
    return desk


def answered(desk: Desk, *changes: str) -> Opened:
    """A restriction, granted; meanwhile somebody changed something in the database."""
    case = desk.known("restriction")
    desk.work()
    for sql in changes:
        desk.company.live.run(sql)
    desk.do(case, do.Decide("restriction", "granted"), do.Act("restriction"))
    desk.work()
    return case


def test_who_is_treated_as_before_has_no_finding(priced: Desk) -> None:
    case = answered(priced, "UPDATE plan SET price = 900 WHERE person = 2;")
    assert entitled.changed(priced.load(case)) == []


@pytest.mark.parametrize(
    ("sql", "finding"),
    [
        ("UPDATE plan SET price = 120 WHERE person = 1;", ["crm.plan.price: changes"]),
        ("UPDATE plan SET edition = NULL WHERE person = 1;", ["crm.plan.edition: ends"]),
        ("DELETE FROM plan WHERE person = 1;", ["crm.plan.edition: ends", "crm.plan.price: ends"]),
        (
            "INSERT INTO plan VALUES (3, 1, 'lead', 9);",
            ["crm.plan.edition: changes", "crm.plan.price: changes"],
        ),
    ],
)
def test_what_nobody_declared_is_found_once(priced: Desk, sql: str, finding: list[str]) -> None:
    case = answered(priced, sql)
    assert entitled.changed(priced.load(case)) == finding
    priced.company.later(days=31)
    priced.work()
    assert entitled.changed(priced.load(case)) == finding


def test_a_quiet_change_weeks_later_is_found_too(priced: Desk) -> None:
    case = answered(priced)
    assert entitled.changed(priced.load(case)) == []
    priced.company.live.run("UPDATE plan SET price = 120 WHERE person = 1;")
    priced.company.later(days=31)
    priced.work()
    assert entitled.changed(priced.load(case)) == ["crm.plan.price: changes"]


def test_what_ends_with_an_erasure_was_announced(priced: Desk) -> None:
    case = priced.known("erasure")
    priced.work()
    priced.erased(case)
    assert "erasure" in priced.load(case).case.done
    assert entitled.changed(priced.load(case)) == []


def test_our_state_holds_digests_alone(priced: Desk) -> None:
    case = answered(priced, "UPDATE plan SET edition = 'kanarie-tin' WHERE person = 1;")
    assert b"kanarie" not in priced.paper(case, entitled.BEFORE)
    assert b"crm.plan.edition" in priced.paper(case, entitled.BEFORE)
    state = b"".join(path.read_bytes() for path in priced.company.home.glob("state.sqlite*"))
    for word in (b"kanarie", ALMA.encode(), b"crm.plan.edition"):
        assert word not in state
    assert OLGA.encode() in state
