"""What is due goes, what is not due stays, on every store: nothing overdue and nothing left of it at the end."""

from __future__ import annotations

from datetime import date
from typing import Any

from retention_world import Company, score


def days(rows: list[Any]) -> list[Any]:
    return [tuple(cell.isoformat() if isinstance(cell, date) else cell for cell in row) for row in rows]


def test_what_is_due_goes_and_nothing_else(company: Company) -> None:
    told = company.preview()
    assert score(told, "closed-accounts", "due", "done", "overdue") == (1, 0, 1)
    assert score(told, "tickets", "due") == (2,)
    assert score(told, "messages", "due") == (3,)
    assert score(told, "invoices", "due") == (2,)
    assert score(told, "visits", "due") == (1,)
    told = company.run()
    assert told["state"] == "done", told
    for rule, due in (
        ("closed-accounts", 1),
        ("tickets", 2),
        ("messages", 3),
        ("invoices", 2),
        ("visits", 1),
    ):
        assert score(told, rule, "due", "done", "overdue", "held", "residue") == (due, due, 0, 0, 0), rule
    assert [row[0] for row in company.table("customer")] == [2, 3]
    assert [row[0] for row in company.table("ticket")] == [3, 4]
    assert [row[0] for row in company.table("message")] == [4, 5]
    invoices = days(company.table("invoice"))
    assert invoices[0] == (1, None, None, 10, "2020-06-30")
    assert invoices[1] == (2, None, "Alma Vind", 20, "2023-01-05")  # kept by law; its account is gone
    assert invoices[2] == (3, None, None, 30, "2019-12-31")
    assert days(company.table("visit"))[0] == (1, "/", None, "2025-01-01")
    assert company.live.dangling() == []
    again = company.run()
    assert all(rule["due"] == rule["done"] == 0 for rule in again["rules"])
