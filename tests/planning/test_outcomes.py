"""A certificate never says more than what was done, whatever was done together; and a final receipt is only for who is gone."""

from __future__ import annotations

from typing import Final, get_args

import pytest

from outcome_table import EVERY, KINDS, acts
from troth.planning.outcomes import HEADS, STAYS, fates, gone, outcome
from troth.planning.plan import Action, Left, Step

GROUNDS: Final = {"keep", "keep, held", "leave"}


def said(kinds: frozenset[str]) -> str:
    return outcome(acts(kinds), 0)


def parts(kinds: frozenset[str]) -> list[str]:
    return said(kinds).split(", ")


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [
        ("", "nothing erased"),
        ("erase", "erased"),
        ("erase;anonymise;unlink", "erased"),
        ("anonymise", "anonymised"),
        ("anonymise;unlink", "anonymised"),
        ("unlink", "references removed"),
        ("pseudonymise", "pseudonymised"),
        ("erase;pseudonymise", "erased, some pseudonymised"),
        ("minimise", "not anonymised: some rows are still personal"),
        ("erase;minimise", "not anonymised: some rows are still personal"),
        ("erase;minimise;keep", "not anonymised: some rows are still personal, some kept by law"),
        ("erase;minimise;leave", "not anonymised: some rows are still personal, some left to customers"),
        ("erase;pseudonymise;leave", "erased, some left to customers, some pseudonymised"),
        ("erase;pseudonymise;keep", "erased, some kept by law, some pseudonymised"),
        ("erase;minimise, grounded", "not anonymised: some rows are still personal"),
        ("erase;minimise, grounded;keep", "erased, some kept by law"),
        ("erase;minimise, grounded;leave", "erased, some left to customers"),
        ("minimise, grounded;keep", "minimised, some kept by law"),
        ("minimise, grounded;keep, held", "minimised, some postponed by a legal hold"),
        ("erase;keep", "erased, some kept by law"),
        ("anonymise;keep", "anonymised, some kept by law"),
        ("erase;keep, held", "erased, some postponed by a legal hold"),
        ("erase;keep;leave", "erased, some kept by law, some left to customers"),
        ("keep", "nothing erased, all kept by law"),
        ("keep, held", "postponed by a legal hold"),
        ("keep, held;unlink", "references removed, some postponed by a legal hold"),
        ("leave", "nothing erased, all left to customers"),
        ("keep, held;leave", "nothing erased, some postponed by a legal hold, some left to customers"),
        ("keep;keep, held", "nothing erased, some kept by law, some postponed by a legal hold"),
        (
            "keep;keep, held;leave",
            "nothing erased, some kept by law, some postponed by a legal hold, some left to customers",
        ),
    ],
)  # fmt: skip
def test_what_is_said_of(kinds: str, wanted: str) -> None:
    assert said(frozenset(kinds.split(";")) - {""}) == wanted


def test_never_erased_or_anonymised_where_no_row_was() -> None:
    for kinds in EVERY:
        told = parts(kinds)
        assert "erase" in kinds or "erased" not in told, kinds
        assert "anonymise" in kinds or "anonymised" not in told, kinds


def test_nothing_erased_is_said_where_nothing_was_done_and_nowhere_else() -> None:
    for kinds in EVERY:
        done = bool(kinds - GROUNDS)
        told = said(kinds)
        assert (told.startswith("nothing erased") or told == "postponed by a legal hold") is not done, kinds


def test_rows_that_are_still_personal_without_a_ground_are_said_first() -> None:
    for kinds in EVERY:
        bare = "minimise" in kinds or (
            not kinds & GROUNDS and kinds & {"minimise, grounded", "pseudonymise, grounded"}
        )
        assert parts(kinds)[0].startswith("not anonymised") is bool(bare), kinds


def test_each_reason_why_something_stays_is_said() -> None:
    words = {"keep": "by law", "keep, held": "by a legal hold", "leave": "to customers", "pseudonymise": "pseudonymised"}  # fmt: skip
    for kinds in EVERY:
        for kind, word in words.items():
            assert (word in said(kinds)) is (kind in kinds), (kind, kinds)


def test_what_was_found_again_is_all_that_is_said() -> None:
    assert {outcome(acts(kinds), 1) for kinds in EVERY} == {"not finished: rows were left"}
    assert not any(gone(acts(kinds), 1) for kinds in EVERY)


def test_a_receipt_is_only_for_who_is_gone_but_for_a_law_or_a_customer() -> None:
    due = {kinds for kinds in EVERY if gone(acts(kinds), 0)}
    assert frozenset({"erase"}) in due
    assert frozenset({"anonymise", "keep", "leave", "minimise, grounded"}) in due
    for kinds in EVERY:
        told = said(kinds)
        assert (kinds in due) is (
            told.startswith(("erased", "anonymised"))
            and "legal hold" not in told
            and "pseudonymised" not in told
        ), kinds


def test_an_act_on_no_row_says_nothing() -> None:
    assert outcome(acts(frozenset(KINDS), rows=0), 0) == "nothing erased"


def test_every_action_that_a_plan_reports_is_judged_and_another_is_refused() -> None:
    words = set(get_args(Action)) - {"create", "refresh"}  # those are about nobody's rows
    steps = [Step(None, word, (), (), ()) for word in words]  # type: ignore[arg-type]
    steps += [Step(None, "anonymise", (), (), (), left=left) for left in get_args(Left)]  # type: ignore[arg-type]
    steps += [Step(None, "keep", (), (), (), customer="Nordhavn")]  # type: ignore[arg-type]
    for step in steps:
        assert fates([{"action": step.reported, "rows": 1}]) <= HEADS.keys() | STAYS.keys()
    with pytest.raises(KeyError):
        outcome([{"action": "shred", "rows": 1}], 0)
