"""Each kind of data has a sentence that says how long it is kept; a rule that keeps longer, or rows that stay longer, turn it red
(P170, P171, P172, P173, P174, P175, P176, P177, P178, P179, P180, P181, P182, P183, P184, P185, P186, P187, P188)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bound_company import RULES, Bound, bound_in

from troth.retention.rulefile import load
from troth.workflows.checks import notice_of
from troth.workflows.retain import run

PROMISES = [f"P{number}" for number in range(170, 189)]


@pytest.fixture(scope="module")
def company(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Bound:
    """The rules ran once: whatever was over is gone."""
    bound = bound_in(founded, tmp_path_factory.mktemp("lengths") / "bound")
    assert run(bound.house)["state"] == "done"
    return bound


def rule_of(bound: Bound, promise: str) -> str:
    control = notice_of(bound.house).promises[promise].control
    assert control is not None
    assert control.name == "retention"
    return str(control.parameters["rule"])


def longer(rule: str) -> str:
    """The rule with one more year, month or day; a law's length is replaced by a longer one."""
    if "    law:" in rule:
        return re.sub(r"    law: .*", "    keep: 6y", rule)
    return re.sub(r"keep: (\d+)", lambda found: f"keep: {int(found[1]) + 1}", rule)


def test_every_rule_of_the_company_has_its_sentence(company: Bound) -> None:
    rules = {rule.name for rule in load(company.folder / RULES, company.house.map()).rules}
    assert {rule_of(company, promise) for promise in PROMISES} == rules


@pytest.mark.parametrize("promise", PROMISES)
def test_a_rule_that_is_made_longer_turns_its_sentence_red_and_no_other(company: Bound, promise: str) -> None:
    name, text = rule_of(company, promise), company.read(RULES)
    found = re.search(rf"^  {name}:.*\n(?:    .*\n)+", text, flags=re.M)
    assert found
    assert longer(found[0]) != found[0]
    with company.changed(RULES, found[0], longer(found[0])):
        lights = company.lights(PROMISES)
        assert "promised" in company.why(promise)
        assert company.sentence(promise) == "broken"
    assert {one for one, light in lights.items() if light != "kept"} == {promise}
    assert company.told(promise)["status"] == "kept"


def test_rows_that_stay_too_long_turn_every_sentence_red_until_the_rules_run(bound: Bound) -> None:
    datamap = bound.house.map()
    for rule in load(bound.folder / RULES, datamap).rules:
        for ref in rule.datasets:
            *other, column = str(rule.clock).split(".")
            bound.run(ref.system, f"UPDATE {(other or [ref.dataset])[-1]} SET {column} = '2001-02-03'")
    assert set(bound.lights(PROMISES).values()) == {"broken"}
    assert all("rows are kept too long" in bound.why(promise) for promise in PROMISES[:2])
    assert run(bound.house)["state"] == "done"
    assert set(bound.lights(PROMISES).values()) == {"kept"}
