"""The preview says before the run what the run will not touch, and changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from retention_world import ALMA, Company, score
from test_compose import ruled
from test_holds_and_rules import held, lifted

from troth.workflows.retainwhy import why

NAMES = ("due", "held", "kept", "overdue")


def short_invoices(rules: dict[str, Any]) -> None:
    rules["invoices"] |= {"keep": "1y", "reason": "operations"}
    del rules["invoices"]["law"]


def test_what_a_law_keeps_is_held_in_the_preview_as_in_the_run(company: Company) -> None:
    company.rules(ruled(short_invoices))
    before = company.table("invoice")
    assert score(company.preview(), "invoices", *NAMES) == (3, 1, 1, 2)
    assert company.table("invoice") == before
    assert score(company.run(), "invoices", *NAMES, "done", "residue") == (3, 1, 1, 0, 2, 0)
    assert score(company.preview(), "invoices", *NAMES) == (1, 1, 1, 0)


def test_a_row_whose_clock_others_count_from_is_kept_for_them(company: Company) -> None:
    company.rules(ruled(lambda rules: rules["messages"].update(keep="4y")))
    assert score(company.preview(), "tickets", *NAMES) == (2, 1, 1, 1)
    assert score(company.run(), "tickets", *NAMES, "done") == (2, 1, 1, 0, 1)


def test_what_an_erasure_left_is_due_in_the_preview_when_its_law_lapses(company: Company) -> None:
    company.erase(ALMA)
    company.rules(ruled(lambda rules: rules.pop("invoices")))
    company.clock[0] = datetime(2028, 12, 31, 12, tzinfo=UTC)
    assert not any(rule["rule"].startswith("kept: ") for rule in company.preview()["rules"])
    company.clock[0] = datetime(2029, 1, 1, 12, tzinfo=UTC)
    (kept,) = [rule for rule in company.preview()["rules"] if rule["rule"].startswith("kept: ")]
    assert (kept["due"], kept["overdue"], kept["held"]) == (1, 1, 0)
    assert company.table("invoice")[1][2] == "Alma Vind"
    (kept,) = [rule for rule in company.run()["rules"] if rule["rule"].startswith("kept: ")]
    assert (kept["done"], kept["overdue"], kept["residue"]) == (1, 0, 0)


def test_why_names_the_hold_that_is_on_the_row(small: Company) -> None:
    name = held(small, (ALMA,))
    found = why(small.house(), "customer=1")["because"]
    assert [one["state"] for one in found] == ["due", "barred"]
    assert found[1]["law"]
    assert "court" in found[1]["reason"]
    assert score(small.preview(), "closed-accounts", *NAMES) == (1, 1, 0, 0)
    lifted(small, name)
    assert [one["state"] for one in why(small.house(), "customer=1")["because"]] == ["due"]
