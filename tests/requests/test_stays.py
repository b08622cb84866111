"""What stays of somebody is decided, and told on the status page and in the letter, as the certificate says it."""

from __future__ import annotations

import json
from datetime import date
from itertools import chain, combinations
from typing import Any

import pytest
import yaml
from after_world import ALMA
from case_desk import Desk
from hold_world import held

from outcome_table import KINDS, acts
from troth.documents.words import STAYS, danish
from troth.planning.outcomes import outcome
from troth.workflows import portal, stays
from troth.workflows.cases import Opened
from troth.workflows.grounds import ground_said

COARSE = {"category": "email", "erased": {"truncate": 4}}
STAYING = {
    kind for kind in KINDS if outcome(acts([kind]), 0) not in ("erased", "anonymised", "references removed")
}


def invoices(desk: Desk, **said: Any) -> None:
    """Says of invoices in the map what the test needs."""
    path = desk.company.folder / "troth.map.yaml"
    told = yaml.safe_load(path.read_text())
    told["systems"]["crm"]["datasets"]["invoice"] |= said
    path.write_text(yaml.safe_dump(told, sort_keys=False))


def decided(desk: Desk) -> tuple[Opened, str, tuple[str, tuple[str, ...], str]]:
    """A case whose erasure was approved and done: what its certificate says, and what was decided."""
    case = desk.known("erasure")
    desk.work()
    made = desk.erased(case).case.decisions["erasure"]
    said = json.loads(desk.paper(case, "certificate"))["outcome"]
    return case, said, (made.outcome, made.grounds, made.why)


def test_rows_that_are_still_personal_are_no_erasure_that_was_granted(desk: Desk) -> None:
    fields = {"id": "key", "person": "key", "bill_to": COARSE, "memo": "free_text"}
    invoices(desk, keep=[], fields=fields)
    case, said, decision = decided(desk)
    assert said == "not anonymised: some rows are still personal"
    assert decision == ("partly", ("still_personal",), "still personal")
    (shown,) = portal.shown(desk.house, case.name, "da")["decisions"]
    assert (shown["why"], shown["ground"]) == ("noget er stadig personoplysninger", "GDPR artikel 4, nr. 5")


def test_a_row_whose_every_trace_goes_is_an_erasure_that_was_granted(desk: Desk) -> None:
    invoices(desk, keep=[])
    _, said, decision = decided(desk)
    assert (said, decision) == ("erased", ("granted", (), ""))


def test_a_legal_hold_is_not_told_as_a_law_that_keeps(desk: Desk) -> None:
    invoices(desk, keep=[])
    held(desk.company, ALMA)
    case, said, decision = decided(desk)
    assert said == "postponed by a legal hold"
    assert (decision[0], decision[2]) == ("partly", "postponed by a legal hold")
    (shown,) = portal.shown(desk.house, case.name, "da")["decisions"]
    assert shown["why"] == "et slettestop kræver, at noget venter"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_letter_tells_of_every_step_that_leaves_something(kind: str) -> None:
    step = {
        "system": "crm", "dataset": "invoice", "columns": ["memo"], "reason": "kept because a law says so", "until": None, **KINDS[kind],
        "law": "dk.bookkeeping" if kind in ("keep", "keep, held", "leave") else "",
    }  # fmt: skip
    left = stays.staying([step])
    assert bool(left) is (kind in STAYING and "grounded" not in kind), "what is grounded is told as kept"
    for one in left:
        row = stays.told(one, "eu")
        assert all(row[name] for name in ("what", "fields", "why", "law", "until")), row
        assert danish(stays.why(one)) == STAYS[stays.why(one)]


@pytest.mark.parametrize(("regime", "law"), [("eu", "GDPR Art. 4(5)"), ("california", "11 CCR 7022(b)")])
def test_what_is_still_personal_is_said_by_the_law_of_who_asks(regime: str, law: str) -> None:
    step = {"system": "crm", "dataset": "ride", "reason": "x", "until": None, "law": "", **KINDS["minimise"]}
    assert stays.told(step, regime)["law"].en == law
    assert ground_said(stays.grounds({"plan": [step], "grounds": []}), date(2026, 3, 1), regime).en == law


def test_several_reasons_have_their_danish_too() -> None:
    every = chain.from_iterable(combinations(sorted(STAYS), size) for size in range(1, len(STAYS) + 1))
    for some in every:
        assert danish(", ".join(some)) == ", ".join(STAYS[one] for one in some)
    assert {stays.why({"law": "", **KINDS[kind]}) for kind in STAYING if "grounded" not in kind} == set(STAYS)
