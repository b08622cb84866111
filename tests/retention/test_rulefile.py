"""The rule file is read strictly: each fault has its line and its remedy."""

from __future__ import annotations

import pytest
from retention_world import MAP, RULES

from troth.datamap.mapfile import loads as map_loads
from troth.datamap.model import Ref
from troth.retention.rulefile import loads
from troth.terms.errors import MapError

DATAMAP = map_loads(MAP.format(url="sqlite:///crm.sqlite"))


def test_the_rules_are_read_as_they_are_written() -> None:
    rules = loads(RULES, DATAMAP)
    assert [rule.name for rule in rules.rules] == [
        "closed-accounts",
        "tickets",
        "messages",
        "invoices",
        "visits",
    ]
    assert rules.rules[2].clock.dataset == "ticket"
    assert rules.rules[3].keep is None
    assert rules.rules[0].datasets == (Ref("crm", "customer"),)
    assert rules.zone == "Europe/Copenhagen"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("keep: 90d", "keep: a reasonable period", 32, "no length of time"),
        ("keep: 90d", "reason: operations", 33, "twice"),
        ("    keep: 90d\n", "", 30, "does not say how long"),
        ("event: row_created", "event: when_we_like", 31, "is no event"),
        ("column: seen", "column: seem", 31, "has no column 'seem'"),
        ("[crm.visit]", "[crm.visitor]", 30, "no dataset 'crm.visitor'"),
        ("law: dk.bookkeeping", "keep: 5y", 27, "names its law"),
        (
            "reason: dispute\n    outcome: erase\n  messages",
            "reason: because\n    outcome: erase\n  messages",
            15,
            "is no reason",
        ),
        ("event: financial_year_end", "event: row_created", 25, "counts from another event"),
        ("column: ticket.resolved", "column: visit.seen", 19, "no link"),
        ("Europe/Copenhagen", "Europe/Kopenhagen", 3, "no time zone"),
        ("retention: 1", "retention: 2", 2, "format"),
        ("outcome: anonymise", "outcome: hide", 28, "is no outcome"),
        ("law: dk.bookkeeping", "law: eu.legal_claims", 26, "says no years"),
    ],
)
def test_each_fault_has_its_line(old: str, new: str, line: int, says: str) -> None:
    with pytest.raises(MapError) as fault:
        loads(RULES.replace(old, new, 1), DATAMAP, "troth.retention.yaml")
    assert says in str(fault.value)
    assert fault.value.place == f"troth.retention.yaml:{line}"


def test_both_datasets_and_categories_is_neither() -> None:
    with pytest.raises(MapError, match="either datasets or categories"):
        loads(
            RULES.replace("datasets: [crm.visit]", "datasets: [crm.visit]\n    categories: [email]"), DATAMAP
        )
