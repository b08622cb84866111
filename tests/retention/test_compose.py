"""Retention together with everything else: requests, keep rules, agreements, rules that change, and writers beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from retention_world import ALMA, BO, MAP, ROWS, RULES, START, Company, score

from live import Live
from troth.workflows.due import due
from troth.workflows.erase import resume

TENANT_MAP = MAP.replace("visit:\n        key: [id]", "visit:\n        tenant: page\n        key: [id]")


def ruled(change: Callable[[dict[str, Any]], None]) -> str:
    told = yaml.safe_load(RULES)
    change(told["rules"])
    return yaml.safe_dump(json.loads(json.dumps(told)), sort_keys=False)  # aliases are refused


def test_operations_never_stands_against_a_request(small: Company) -> None:
    """Bo's account is active, so no rule of ours would touch it; Bo's own request does (GDPR Art. 17(3) is closed)."""
    small.run()
    assert 2 in [row[0] for row in small.table("customer")]
    small.erase(BO)
    assert 2 not in [row[0] for row in small.table("customer")]
    assert small.table("ticket") == [(4, 3, "a bag", "2026-02-01")]


def test_nothing_of_an_active_account_goes(small: Company) -> None:
    assert score(small.preview(), "closed-accounts", "due") == (1,)
    small.clock[0] = START.replace(year=2090)
    small.rules(ruled(lambda rules: [rules.pop(name) for name in list(rules) if name != "closed-accounts"]))
    told = small.run()
    assert score(told, "closed-accounts", "due") == (2,)
    assert [row[0] for row in small.table("customer")] == [2]


def test_while_active_holds_though_the_time_is_over(small: Company) -> None:
    def change(rules: dict[str, Any]) -> None:
        rules["tickets"]["while_active"] = "customer.closed"
        rules["tickets"]["outcome"] = "erase"

    small.rules(ruled(change))
    assert score(small.preview(), "tickets", "due", "held", "overdue") == (2, 1, 1)
    told = small.run()
    assert score(told, "tickets", "due", "done", "held", "overdue") == (2, 1, 1, 0)
    assert [row[0] for row in small.table("ticket")] == [2, 3, 4]


def test_a_law_of_the_map_holds_what_a_rule_calls_due(small: Company) -> None:
    def change(rules: dict[str, Any]) -> None:
        rules["invoices"] |= {"keep": "1y", "reason": "operations"}
        del rules["invoices"]["law"]

    small.rules(ruled(change))
    told = small.run()
    assert score(told, "invoices", "due", "done", "held", "overdue") == (3, 2, 1, 0)
    assert small.table("invoice")[1][2] == "Alma Vind"
    assert small.run()["rules"] == small.run()["rules"]


def test_what_an_erasure_kept_goes_by_itself_when_the_law_lapses(company: Company) -> None:
    company.erase(ALMA)
    assert company.table("invoice")[1][2] == "Alma Vind"  # kept: issued in 2023
    company.rules(ruled(lambda rules: rules.pop("invoices")))
    company.clock[0] = datetime(2028, 12, 31, 12, tzinfo=UTC)
    company.run()
    assert company.table("invoice")[1][2] == "Alma Vind"  # its last day
    company.clock[0] = datetime(2029, 1, 1, 12, tzinfo=UTC)
    told = company.run()
    (kept,) = [rule for rule in told["rules"] if rule["rule"].startswith("kept: ")]
    assert (kept["due"], kept["done"], kept["overdue"]) == (1, 1, 0)
    assert company.table("invoice")[1][2] is None
    assert not any(rule["rule"].startswith("kept: ") for rule in company.run()["rules"])


ACTS = ("erase-alma", "erase-bo", "run", "run")


@given(order=st.permutations(ACTS))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_requests_and_retention_has_one_end(
    order: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    ends = []
    for acts in (ACTS, order):
        company = _fresh(tmp_path_factory.mktemp("order"))
        for act in (*acts, "run"):
            {
                "erase-alma": lambda c=company: _gone(c, ALMA),
                "erase-bo": lambda c=company: _gone(c, BO),
                "run": company.run,
            }[act]()
        ends.append(
            {name: company.table(name) for name in ("customer", "ticket", "message", "invoice", "visit")}
        )
    assert ends[0] == ends[1]


def _fresh(folder: Path) -> Company:
    (folder / "crm.sqlite").touch()
    return Company(Live("sqlite", f"sqlite:///{folder / 'crm.sqlite'}"), folder / "company")


def _gone(company: Company, who: str) -> None:
    """Erased, or gone already: then nobody of that name is found."""
    from troth.workflows.erase import Request, erase

    told = erase(company.house(), Request((who,)))
    assert (
        told.get("state") == "done"
        or not told["blocked"]
        or "find.Q000" in {q["id"] for q in told["questions"]}
    )


def test_an_agreement_is_longer_or_shorter_for_its_customer(
    new_live: Callable[..., Live], tmp_path: Path
) -> None:
    rows = ROWS.replace("(2, '/a', '192.0.2.2', '2026-02-28')", "(2, '/a', '192.0.2.2', '2026-02-20')")
    company = Company(new_live("sqlite"), tmp_path / "company", map=TENANT_MAP, rows=rows)

    def change(rules: dict[str, Any]) -> None:
        rules["visits"]["outcome"] = "erase"
        rules["visits"]["agreements"] = {
            "/": {"keep": "5y", "reference": "DPA 7 § 3"}, "/a": {"keep": "1w", "reference": "DPA 8 § 3"},
        }  # fmt: skip

    company.rules(ruled(change))
    company.live.run(
        "INSERT INTO visit VALUES (4, '/c', '192.0.2.4', '2020-01-01'), (5, NULL, '192.0.2.5', '2020-01-01');"
    )
    assert "retention.R007" in company.findings()
    told = company.run()
    assert score(told, "visits", "due", "done", "held", "overdue") == (3, 2, 1, 0)
    assert [row[0] for row in company.table("visit")] == [1, 3, 4]  # 4: its customer has instructed nobody

    def instructed(rules: dict[str, Any]) -> None:
        change(rules)
        rules["visits"]["instruction"] = "our standard agreement, § 9"

    company.rules(ruled(instructed))
    company.run()
    assert [row[0] for row in company.table("visit")] == [1, 3]


def test_rules_changed_half_way_hold_from_then_on(small: Company) -> None:
    def longer(rules: dict[str, Any]) -> None:
        rules["closed-accounts"]["keep"] = "10y"

    small.rules(ruled(longer))
    small.run()
    assert [row[0] for row in small.table("customer")] == [1, 2, 3]
    small.rules(RULES)
    small.run()
    assert [row[0] for row in small.table("customer")] == [2, 3]


def test_a_row_waits_for_what_counts_from_its_clock(company: Company) -> None:
    def change(rules: dict[str, Any]) -> None:
        rules["messages"]["keep"] = "4y"

    company.rules(ruled(change))
    assert "retention.R008" in company.findings()
    told = company.run()
    assert score(told, "messages", "due", "done") == (2, 2)  # ticket 2 was resolved in 2020
    assert score(told, "tickets", "due", "done", "held", "overdue") == (2, 1, 1, 0)
    company.clock[0] = datetime(2027, 1, 2, 12, tzinfo=UTC)
    told = company.run()
    assert [row[0] for row in company.table("ticket")] == [3, 4]
    assert [row[0] for row in company.table("message")] == [4, 5]


def test_a_rule_for_some_columns_does_not_keep_the_row(small: Company) -> None:
    """Only its words have a time of their own: the message itself goes with the ticket that it belongs to."""

    def change(rules: dict[str, Any]) -> None:
        rules["messages"] |= {"outcome": "anonymise", "columns": ["body"]}

    small.rules(ruled(change))
    told = small.run()
    assert score(told, "messages", "done", "overdue") == (3, 0)
    assert score(told, "tickets", "done", "overdue") == (2, 0)
    assert [row[0] for row in small.table("message")] == [4, 5]


def test_small_batches_do_the_same(new_live: Callable[..., Live], tmp_path: Path) -> None:
    company = Company(new_live("sqlite"), tmp_path / "company", settings={"batch_size": 2})
    company.live.run(
        "INSERT INTO visit SELECT value, '/x', '192.0.2.9', '2024-01-01' FROM "
        "(WITH RECURSIVE n(value) AS (SELECT 10 UNION ALL SELECT value + 1 FROM n WHERE value < 40) SELECT value FROM n);"
    )
    told = company.run()
    assert score(told, "visits", "due", "done", "overdue", "residue") == (32, 32, 0, 0)


def test_more_than_a_run_may_touch_needs_a_word(small: Company) -> None:
    path = small.folder / "troth.map.yaml"
    path.write_text(
        path.read_text().replace("    datasets:\n", "    manners: {max_due: 3}\n    datasets:\n", 1)
    )
    told = small.run()
    assert told["state"] == "blocked"
    assert [row[0] for row in small.table("customer")] == [1, 2, 3]
    small.lifted = frozenset({"ceiling"})
    assert small.run()["state"] == "done"


def test_quiet_hours_are_kept(small: Company) -> None:
    path = small.folder / "troth.map.yaml"
    quiet = '    manners: {quiet: "08:00-18:00 Europe/Copenhagen"}\n    datasets:\n'
    path.write_text(path.read_text().replace("    datasets:\n", quiet, 1))
    assert small.run()["state"] == "later"
    assert len(small.table("customer")) == 3
    small.clock[0] = START.replace(hour=22)
    assert small.run()["state"] == "done"


def test_due_does_it_once_a_day(small: Company) -> None:
    assert sum(rule["done"] for rule in due(small.house())["retention"]["rules"]) == 9
    assert "retention" not in due(small.house())
    small.clock[0] = START.replace(day=2)
    assert sum(rule["due"] for rule in due(small.house())["retention"]["rules"]) == 0


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("after", range(6))
@pytest.mark.parametrize("committed", [False, True])
def test_a_run_that_was_killed_is_taken_up(
    small: Company, monkeypatch: pytest.MonkeyPatch, after: int, committed: bool
) -> None:
    from troth.stores.sqlite.store import SqliteStore

    real, count = SqliteStore.execute, [0]

    def execute(self: SqliteStore, batch: Any, hand: Any) -> None:
        count[0] += 1
        if count[0] > after and not committed:
            raise Killed
        real(self, batch, hand)
        if count[0] > after:
            raise Killed

    monkeypatch.setattr(SqliteStore, "execute", execute)
    small.settings["batch_size"] = 1
    with pytest.raises(Killed):
        small.run()
    monkeypatch.setattr(SqliteStore, "execute", real)
    assert resume(small.house())[0]["state"] == "done"
    told = small.run()
    assert told["state"] == "done"
    assert all(rule["overdue"] == rule["residue"] == 0 for rule in told["rules"])
    other = {name: small.table(name) for name in ("customer", "ticket", "message", "invoice")}
    assert [row[0] for row in other["customer"]] == [2, 3]
    assert [row[0] for row in other["message"]] == [4, 5]
    assert other["invoice"][2] == (3, None, None, 30, "2019-12-31")


def test_an_account_that_is_opened_again_meanwhile_stays(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes between the freezing of the batch and the act: the row's clock has moved, so it is left alone."""
    from troth.workflows.act import Acting

    real = Acting.act

    def act(self: Acting, number: int) -> None:
        company.live.run("UPDATE customer SET closed = NULL WHERE id = 1;")
        real(self, number)

    monkeypatch.setattr(Acting, "act", act)
    told = company.run()
    assert [row[0] for row in company.table("customer")] == [1, 2, 3]
    assert score(told, "closed-accounts", "residue", "overdue") == (0, 0)


def test_a_dataset_without_a_rule_is_a_finding(small: Company) -> None:
    assert small.findings() == []
    small.rules(ruled(lambda rules: rules.pop("messages")))
    assert small.findings() == ["retention.R001"]


def test_two_rules_for_the_same_rows_contradict(small: Company) -> None:
    small.rules(ruled(lambda rules: rules.update({"again": {**rules["tickets"], "keep": "9y"}})))
    assert set(small.findings()) == {"retention.R002"}
    told = small.run()
    assert "tickets" not in [rule["rule"] for rule in told["rules"]]
    assert 1 in [row[0] for row in small.table("ticket")]


def test_clocks_that_show_nothing_are_found_and_never_due(small: Company) -> None:
    small.live.run("UPDATE visit SET seen = 'long ago' WHERE id = 1;")
    assert small.findings() == ["retention.R013"]
    assert score(small.run(), "visits", "due") == (0,)


def test_a_store_that_refuses_stops_the_run_and_resume_ends_it(
    small: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from troth.stores.sqlite.store import SqliteStore
    from troth.terms.errors import StoreError

    def refuse(self: SqliteStore, batch: Any, hand: Any) -> None:
        raise StoreError("it refused", permanent=True, place="crm.message", remedy="Mend it.")

    with monkeypatch.context() as patched:
        patched.setattr(SqliteStore, "execute", refuse)
        told = small.run()
    assert (told["state"], told["stopped"]["place"]) == ("stopped", "crm.message")
    assert len(small.table("message")) == 5
    assert resume(small.house())[0]["state"] == "done"
    assert all(rule["overdue"] == 0 for rule in small.run()["rules"])
