"""An account is kept as long as it is active, however long that is; once it is closed its time runs, and then it goes (P85)."""

from __future__ import annotations

from bound_company import RULES, Bound
from promise_keeping import day
from retention_world import Company, score


def test_an_active_account_is_never_purged(ruled: Company) -> None:
    bo = [row for row in ruled.table("customer") if row[0] == 2]
    ruled.clock[0] = day(2099, 1, 1)
    assert score(ruled.preview(), "closed-accounts", "due") == (2,), "the two that are closed"
    told = ruled.run()
    assert told["state"] == "done"
    assert ruled.table("customer") == bo, "not closed in 73 years, and not touched"

    ruled.live.run("UPDATE customer SET closed = '2099-01-01' WHERE id = 2")
    ruled.clock[0] = day(2101, 1, 1)
    ruled.run()
    assert [row[0] for row in ruled.table("customer")] == [2], "the last day of its two years"
    ruled.clock[0] = day(2101, 1, 2)
    ruled.run()
    assert ruled.table("customer") == []


def test_a_rule_whose_clock_runs_for_active_accounts_turns_the_sentence_red(bound: Bound) -> None:
    clock = "clock: {event: account_closed, column: closed_on}"
    created = "clock: {event: row_created, column: closed_on}"
    bound.breaks_in_file("P85", RULES, clock, created, "nothing in the rule holds back who is active")
