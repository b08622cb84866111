"""What the bookkeeping act demands outlives a person's erasure, with the law and the last day, and goes by itself on the next
(P32, P97)."""

from __future__ import annotations

import pytest
from bound_company import MAP, Bound
from promise_keeping import day
from retention_world import ALMA, Company

from troth.workflows.retainwhy import why


def test_an_invoice_stays_with_its_reason_and_its_day(ruled: Company) -> None:
    amounts = [(row[0], row[3]) for row in ruled.table("invoice")]
    told = ruled.erase(ALMA)
    (kept,) = told["kept"]
    assert (kept["dataset"], kept["until"]) == ("invoice", "2028-12-31")
    assert "§ 12" in kept["law"]
    names = {row[0]: row[2] for row in ruled.table("invoice")}
    assert (names[1], names[2]) == (None, "Alma Vind"), "one is past its term, one is not"
    because = why(ruled.house(), "invoice=2")["because"]
    assert {one["until"] for one in because} == {"2028-12-31"}
    assert {"running", "kept", "restricted"} >= {one["state"] for one in because}

    ruled.clock[0] = day(2028, 12, 31)
    ruled.run()
    assert ruled.table("invoice")[1][2] == "Alma Vind", "not a day early"
    ruled.clock[0] = day(2029, 1, 1)
    assert ruled.run()["state"] == "done"
    assert [row[2] for row in ruled.table("invoice")] == [None, None, None]
    assert [(row[0], row[3]) for row in ruled.table("invoice")] == amounts, "no amount moves"


def test_without_a_law_switched_on_nothing_stays(ruled: Company) -> None:
    path = ruled.folder / "troth.map.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("active: true", "active: false"), encoding="utf-8"
    )
    assert ruled.erase(ALMA)["kept"] == []
    assert [row[2] for row in ruled.table("invoice") if row[0] < 3] == [None, None]


@pytest.mark.parametrize("promise", ["P32", "P97"])
def test_a_keep_without_a_law_turns_the_sentence_red(bound: Bound, promise: str) -> None:
    bound.breaks_in_file(promise, MAP, "law: dk.bookkeeping", "law: dk.convenience", "billing.")
