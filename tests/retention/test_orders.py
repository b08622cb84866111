"""Whatever the order of requests, holds, runs and new rules: one end, and never a row gone that no rule called due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from retention_world import ALMA, BO, START, Company
from test_compose import ruled
from test_holds_and_rules import held, lifted

from live import KINDS, Live
from troth.retention.clock import period
from troth.workflows.due import due
from troth.workflows.erase import Request, erase

TABLES = ("customer", "ticket", "message", "invoice", "visit")
ACTS = ("hold", "lift", "erase-alma", "erase-bo", "run", "longer", "run")
SLOW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


def fresh(folder: Path, **more: Any) -> Company:
    (folder / "crm.sqlite").touch()
    return Company(Live("sqlite", f"sqlite:///{folder / 'crm.sqlite'}"), folder / "company", **more)


def lived(company: Company, acts: tuple[str, ...]) -> dict[str, list[Any]]:
    """The tables after the acts in their order, after whatever hold is lifted and the day's work is done."""
    hold = ""
    for act in acts:
        if act == "hold" or (act == "lift" and not hold):
            hold = hold or held(company, (ALMA,))
        elif act == "lift":
            lifted(company, hold)
            hold = ""
        elif act == "run":
            company.run()
        elif act == "longer":
            company.rules(ruled(lambda rules: rules["tickets"].update(keep="30y")))
        else:
            erase(company.house(), Request((ALMA if act == "erase-alma" else BO,)))
    if hold:
        lifted(company, hold)
    company.rules(ruled(lambda rules: None))
    due(company.house())
    company.clock[0] += timedelta(days=1)
    due(company.house())
    return {name: company.table(name) for name in TABLES}


@given(order=st.permutations(ACTS))
@SLOW
def test_holds_requests_rules_and_runs_in_any_order_have_one_end(
    order: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    usual = lived(fresh(tmp_path_factory.mktemp("usual")), ("erase-alma", "erase-bo", "run"))
    assert lived(fresh(tmp_path_factory.mktemp("order")), tuple(order)) == usual


# -- rules that change, and every customer's own ------------------------------------------------------------------

EVENTS = "CREATE TABLE visit (id INTEGER PRIMARY KEY, page VARCHAR(80), ip VARCHAR(40), seen DATE);"
MAP = """
troth: 1
systems:
  crm:
    url: {url}
    datasets:
      visit: {{tenant: page, key: [id], fields: {{id: key, page: none, ip: ip_address, seen: date}}}}
"""
RULES = """
retention: 1
zone: Europe/Copenhagen
rules:
  visits:
    datasets: [crm.visit]
    clock: {{event: row_created, column: seen}}
    keep: {keep}
    reason: operations
    outcome: erase
    {instruction}
    agreements: {agreements}
"""
SEEN = [
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2023, 2, 28),
    date(2024, 3, 31),
    date(2024, 12, 31),
]
SEEN += [date(2024, 1, 1) + timedelta(days=37 * n) for n in range(10)]
LENGTHS = st.sampled_from(["1d", "4w", "1m", "6m", "1y", "13m", "2y", "90d"])
RULED = st.fixed_dictionaries({
    "keep": LENGTHS, "instructed": st.booleans(), "agreements": st.dictionaries(st.sampled_from("ab"), LENGTHS),
    "after": st.integers(0, 500),
})  # fmt: skip


def customer(number: int) -> str | None:
    return ("a", "b", "c", None)[number % 4]


@given(steps=st.lists(RULED, min_size=1, max_size=3))
@SLOW
def test_rules_that_change_half_way_take_what_each_calls_due_and_no_more(
    steps: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    company = fresh(
        tmp_path_factory.mktemp("rules"), map=MAP, tables=EVENTS, rows=rows(), settings={"batch_size": 3}
    )
    at, there = START, set(range(len(SEEN)))
    for one in steps:
        at += timedelta(days=one["after"])
        company.clock[0] = at
        company.rules(written(one))
        told = company.run()
        there = {n for n in there if not goes(one, n, at.date())}
        assert {row[0] for row in company.table("visit")} == there
        (rule,) = told["rules"]
        assert rule["overdue"] == rule["residue"] == 0


def rows() -> str:
    cells = (
        f"({n}, {'NULL' if customer(n) is None else repr(customer(n))}, '192.0.2.1', '{day}')"
        for n, day in enumerate(SEEN)
    )
    return f"INSERT INTO visit VALUES {', '.join(cells)};"


def written(one: dict[str, Any]) -> str:
    agreed = ", ".join(
        f'{name}: {{keep: {keep}, reference: "DPA {name}"}}' for name, keep in one["agreements"].items()
    )
    instruction = 'instruction: "our agreement, § 9"' if one["instructed"] else ""
    return RULES.format(keep=one["keep"], instruction=instruction, agreements=f"{{{agreed}}}")


def goes(one: dict[str, Any], number: int, at: date) -> bool:
    """As a notice has it, in words of its own: the agreement's length where there is one, else the rule's; nobody's word, no act."""
    who = customer(number)
    agreed = one["agreements"].get(who)
    if who is not None and agreed is None and not one["instructed"]:
        return False
    length = period(agreed or one["keep"])
    assert length is not None
    return length.last_day(SEEN[number]) < at


@pytest.fixture(params=KINDS)
def events(request: pytest.FixtureRequest, new_live: Callable[..., Live], tmp_path: Path) -> Company:
    return Company(
        new_live(request.param),
        tmp_path / "events",
        map=MAP,
        tables=EVENTS,
        rows=rows(),
        settings={"batch_size": 3},
    )


def test_each_customer_s_own_length_on_every_store(events: Company) -> None:
    one = {"keep": "1y", "instructed": True, "agreements": {"a": "2y", "b": "1m"}}
    events.rules(written(one))
    for at in (
        datetime(2025, 2, 28, 12, tzinfo=UTC),
        datetime(2025, 3, 1, 12, tzinfo=UTC),
        datetime(2026, 3, 1, 12, tzinfo=UTC),
    ):
        events.clock[0] = at
        events.run()
        assert {row[0] for row in events.table("visit")} == {
            n for n in range(len(SEEN)) if not goes(one, n, at.date())
        }
