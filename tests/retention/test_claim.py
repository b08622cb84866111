"""A rule that anonymises is refused while what it leaves is still somebody's; only a written decision lets it go on, by another word."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from retention_world import Company, score

from live import KINDS, Live
from troth.datamap.mapfile import load as load_map
from troth.workflows.books import Books

RIDES = 60
TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email VARCHAR(80));
CREATE TABLE ride (id INTEGER PRIMARY KEY, customer INTEGER, phone VARCHAR(40), mark VARCHAR(80), note VARCHAR(200),
  day DATE, price INTEGER);
"""
HISTORY = "CREATE TABLE ride_history (id INTEGER, phone VARCHAR(40), changed DATE);"
MAP = """
troth: 1
systems:
  crm:
    url: {url}
    datasets:
      customer: {{subject: customer, key: [id], fields: {{id: key, email: email}}}}
      ride:
        key: [id]
        erase: anonymise
        fields: {{id: key, customer: key, phone: phone, mark: technical, note: free_text, day: date, price: amount}}
        links: [{{columns: [customer], to: "customer [id]", means: OWNED_BY}}]
"""
RULES = """
retention: 1
zone: Europe/Copenhagen
rules:
  rides:
    datasets: [crm.ride]
    clock: {event: row_created, column: day}
    keep: 90d
    reason: operations
    outcome: anonymise
"""
DECISION = {"decision": "the engineers need the series", "by": "Olga", "on": "2026-03-01"}


def rides(mark: Callable[[int], str] = lambda _: "null") -> str:
    rows = (
        f"({n}, {n % 9 + 1}, '201234{n % 9:02d}', {mark(n)}, 'a note', '2024-01-{n % 28 + 1:02d}', {n})"
        for n in range(1, RIDES + 1)
    )
    people = ", ".join(f"({n}, 'p{n}@inbox.example')" for n in range(1, 10))
    return f"INSERT INTO customer VALUES {people}; INSERT INTO ride VALUES {', '.join(rows)};"


RIDE = rides()


@pytest.fixture(params=KINDS)
def taxi(
    request: pytest.FixtureRequest, new_live: Callable[..., Live], tmp_path: Path
) -> Callable[..., Company]:
    def made(rows: str = RIDE, change: Callable[[dict[str, Any]], Any] = lambda _: None) -> Company:
        company = Company(
            new_live(request.param), tmp_path / "taxi", {"anonymity_seconds": 1, "vacuum": False}, map=MAP, tables=TABLES,
            rows=rows,
        )  # fmt: skip
        company.rules(RULES)
        remap(company, change)
        return company

    return made


def remap(company: Company, change: Callable[[dict[str, Any]], Any]) -> None:
    path = company.folder / "troth.map.yaml"
    told = yaml.safe_load(path.read_text())
    change(told["systems"]["crm"]["datasets"])
    path.write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")
    load_map(path)


def coarse(datasets: dict[str, Any]) -> None:
    datasets["ride"]["fields"]["phone"] = {"category": "phone", "erased": {"truncate": 5}}


def test_a_good_rule_is_carried_out_and_called_anonymised(taxi: Callable[..., Company]) -> None:
    company = taxi()
    told = company.run()
    assert told["state"] == "done", told
    assert score(told, "rides", "due", "done", "overdue", "residue", "called") == (
        RIDES,
        RIDES,
        0,
        0,
        "anonymised",
    )
    assert {row[1:5] for row in company.table("ride")} == {(None, None, None, None)}
    assert sum(row[6] for row in company.table("ride")) == RIDES * (RIDES + 1) // 2


def md5(number: int) -> str:
    return f"'{hashlib.md5(str(20_000_000 + number).encode()).hexdigest()}'"


BAD: dict[str, tuple[str, Callable[[dict[str, Any]], Any], str]] = {
    "a key groups one person's rows": (rides(lambda n: f"'T-{n % 20}'"), lambda _: None, "mark"),
    "a hash of a telephone number": (rides(md5), lambda _: None, "mark"),
    "an address in a technical column": (rides(lambda n: f"'p{n}@inbox.example'"), lambda _: None, "mark"),
    "sentences": (rides(lambda n: f"'he went home at {n} from work'"), lambda _: None, "mark"),
    "part of a number": (RIDE, coarse, "phone"),
    "a column that nobody decided": (RIDE, lambda d: d["ride"]["fields"].update(mark="unknown"), "mark"),
    "a history": (
        HISTORY + RIDE, lambda _: None, "phone",
    ),
    "a customer's key that no link explains": (RIDE, lambda d: d["ride"].pop("links"), "customer"),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_a_rule_that_leaves_somebody_is_refused_and_touches_nothing(
    taxi: Callable[..., Company], bad: str
) -> None:
    rows, change, column = BAD[bad]
    company = taxi(rows, change)
    before = company.table("ride")
    told = company.run()
    assert told["state"] == "blocked", told
    assert company.table("ride") == before
    assert score(told, "rides", "done", "overdue") == (0, RIDES)
    (finding,) = [one for one in told["findings"] if one["id"] == "retention.R014"]
    assert column in finding["message"]
    assert "anonymised:" in finding["hint"]


def test_a_written_decision_calls_it_pseudonymised_in_the_answer_and_in_the_ledger(
    taxi: Callable[..., Company],
) -> None:
    def decided(datasets: dict[str, Any]) -> None:
        coarse(datasets)
        datasets["ride"]["anonymised"] = DECISION

    company = taxi(RIDE, decided)
    told = company.run()
    assert told["state"] == "done", told
    assert score(told, "rides", "done", "called") == (RIDES, "pseudonymised")
    assert {row[2] for row in company.table("ride")} == {"20123"}
    entered = opened(company)
    assert "pseudonymise" in entered
    assert "anonymise" not in entered.replace("pseudonymise", "")


def opened(company: Company) -> str:
    """What the ledger's receipts and the run's last entry say, opened."""
    from troth.ledger import sealed
    from troth.ledger.models import Entry
    from troth.records.cabinet import kept

    house = company.house()
    with kept(house.home, begun=False):
        books = Books(house.home, house.settings)
        try:
            return " ".join(
                json.dumps(
                    json.loads(sealed.open_sealed(books.key(row.key), bytes(row.opening), b"opening"))[
                        "payload"
                    ]
                )
                for row in Entry.objects.of(books.tenant).filter(kind__in=["receipt", "retention_completed"])
            )
        finally:
            books.close()


def test_a_rule_for_a_column_says_minimised(taxi: Callable[..., Company]) -> None:
    company = taxi()
    company.rules(RULES.replace("    outcome: anonymise\n", "    outcome: anonymise\n    columns: [phone]\n"))
    told = company.run()
    assert score(told, "rides", "done", "called") == (RIDES, "minimised")
    assert {(row[2], row[4]) for row in company.table("ride")} == {(None, "a note")}


def test_why_says_that_no_run_will_take_what_its_rule_leaves_personal(taxi: Callable[..., Company]) -> None:
    from troth.workflows.retainwhy import why

    company = taxi()
    assert [one["state"] for one in why(company.house(), "ride=1")["because"]] == ["due"]
    remap(company, coarse)
    assert [one["state"] for one in why(company.house(), "ride=1")["because"]] == ["refused"]


def test_a_refusal_ends_with_a_question_to_a_person_and_other_rules_go_on(
    taxi: Callable[..., Company],
) -> None:
    from troth.cli.retaining import ended

    company = taxi(RIDE + "INSERT INTO customer VALUES (99, NULL);", coarse)
    other = RULES + (
        "  people:\n    datasets: [crm.customer]\n    clock: {event: last_activity, column: id, epoch: milliseconds}\n"
        "    keep: 1y\n    reason: operations\n    outcome: erase\n"
    )
    company.rules(other)
    company.live.run("UPDATE customer SET id = 1600000000 WHERE id = 99;")
    told = company.run()
    assert ended(told) == 4
    assert score(told, "people", "due", "done", "overdue") == (1, 1, 0)
    assert score(told, "rides", "done") == (0,)
