"""Each kind of data has a sentence that says how long it is kept; a rule that keeps longer, or rows that stay longer, turn it red
(P170, P171, P172, P173, P174, P175, P176, P177, P178, P179, P180, P181, P182, P183, P184, P185, P186, P187, P188)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bound_company import PROMISES as PROMISES_FILE
from bound_company import RULES, Bound, bound_in

from troth.retention.rulefile import load
from troth.workflows.checks import notice_of
from troth.workflows.retain import run

PROMISES = [f"P{number}" for number in range(170, 189)]
STAFF = "former-staff"  # of whom a notice of their own speaks (P143)
NAMING = {
    "P187": {"P186"},
    "P188": {"P186"},
}  # no invoice is anonymous while its lines' text or its payer stays


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
    """The rule with one more year, month or day; instead of a law's length, one that somebody wants."""
    if "    law:" in rule:
        return re.sub(r"    law: .*\n    reason: .*", "    keep: 6y\n    reason: dispute", rule)
    return re.sub(r"keep: (\d+)", lambda found: f"keep: {int(found[1]) + 1}", rule)


def test_every_rule_of_the_company_has_its_sentence(company: Bound) -> None:
    rules = {rule.name for rule in load(company.folder / RULES, company.house.map()).rules}
    assert {rule_of(company, promise) for promise in PROMISES} == rules - {STAFF}


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
    red = {one for one, light in lights.items() if light != "kept"}
    assert red == {promise} | NAMING.get(promise, set())
    assert company.told(promise)["status"] == "kept"


@pytest.mark.parametrize("promise", ["P186", "P188"])
def test_a_sentence_that_promises_less_than_the_law_keeps_is_red(company: Bound, promise: str) -> None:
    text = company.read(PROMISES_FILE)
    sentence = text[text.index(f"- id: {promise}\n") :].partition("\n- id: ")[0]
    with company.changed(PROMISES_FILE, sentence, sentence.replace("keep: P5Y", "keep: P4Y")):
        company.is_red(promise, "keeps 5 years, while 4 years was promised")
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
