"""Nothing is green that was not shown: wrong parameters, other clocks, verdicts that are none, and days that have not come."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from promise_world import START, Kept

import troth
from live import Live
from troth.evidence.check import Answer, Check, Control, Evidence, Promise, about
from troth.evidence.on_time import CHECKS as TIME
from troth.evidence.parameters import TAKES, days
from troth.evidence.register import OURS
from troth.evidence.status import due, light
from troth.evidence.whys import DANISH, danish
from troth.terms.bilingual import Both
from troth.workflows.checks import attest

Make = Callable[..., Kept]


@pytest.fixture
def make(new_live: Callable[..., Live], tmp_path: Path) -> Make:
    def made(control: str, keep: str = "") -> Kept:
        return Kept(
            new_live("sqlite", "crm"),
            tmp_path / "company",
            {"P1": control},
            keep={"P1": keep} if keep else {},
        )

    return made


@pytest.mark.parametrize(
    ("control", "says"),
    [
        ("{name: drift, parameters: {systems: [crm]}}", "it takes no parameter 'systems'"),
        ("{name: retention, parameters: {rule: notes, max_days: 3}}", "it takes no parameter 'max_days'"),
        ("{name: backup-age, parameters: {max_day: 2}}", "it takes no parameter 'max_day'"),
        ("{name: find, parameters: {datasets: crm.note}}", "datasets must name at least one"),
        ("{name: card-numbers, parameters: {datasets: []}}", "datasets must name at least one"),
        ("{name: key-rotation, parameters: {max_days: 0}}", "max_days must be a whole number"),
        ("{name: notice-review, parameters: {max_days: soon}}", "max_days must be a whole number"),
        ("{name: card-numbers, parameters: {datasets: [crm.notes]}}", "is not on the map: crm.notes"),
        ("{name: exemptions, parameters: {datasets: [crm.orders]}}", "nothing keeps it: crm.orders"),
        ("{name: anonymity, parameters: {rule: notes}}", "notes does not anonymise"),
        ("{name: retention, parameters: {rule: notes}}", "the promise says no length"),
    ],
)
def test_a_control_told_wrongly_is_never_green(make: Make, control: str, says: str) -> None:
    kept = make(control)
    assert kept.light("P1") == "broken"
    assert says in kept.why("P1")


def test_every_control_of_ours_says_what_it_takes() -> None:
    asked = {one.control for one in OURS if one.kind != "attested"}
    assert asked == set(TAKES)


def test_another_clock_than_the_promised_one_is_seen(make: Make) -> None:
    kept = make("{name: retention, parameters: {rule: notes}}", "P1Y")
    assert kept.light("P1") == "kept"
    rules = kept.read("troth.retention.yaml")
    kept.write(
        "troth.retention.yaml",
        rules.replace("{event: row_created, column: made}\n    keep: 1y", "{event: last_activity, column: made}\n    keep: 1y"),
    )  # fmt: skip
    assert kept.light("P1") == "broken"
    assert "the clock starts at last_activity, while row_created was promised" in kept.why("P1")


@pytest.mark.parametrize(
    ("most", "deadline", "allowed"),
    [({"max_days": 20}, "P2D", 2), ({"max_days": 2}, "P20D", 2), ({}, "P3M", 90), ({}, "PT36H", 2), ({}, "PT0S", None), ({}, "", None)],
)  # fmt: skip
def test_the_shorter_of_two_lengths_holds(most: dict[str, int], deadline: str, allowed: int | None) -> None:
    assert days(Control("backup-age", most, deadline)) == allowed


@pytest.mark.parametrize("control", ["key-rotation", "notice-review"])
def test_a_control_without_a_deadline_is_held_to_no_number_of_ours(make: Make, control: str) -> None:
    kept = make(f"{{name: {control}}}")
    assert kept.light("P1") == "stale"
    assert "give the control a deadline" in kept.why("P1")


def test_an_agreement_that_nobody_made_comes_before_nothing(make: Make) -> None:
    kept = make("{name: agreement-terms}")
    assert kept.light("P1") == "stale"
    assert "no agreement stands in the rules" in kept.why("P1")


def test_a_run_that_has_not_come_shows_nothing(make: Make) -> None:
    from troth.workflows import retain

    kept = make("{name: retention-run, deadline: P2D}")
    kept.later(days=30)
    retain.run(kept.house())
    assert kept.light("P1") == "kept"
    kept.later(days=-20)
    assert kept.light("P1") == "stale"
    assert "lies in the future" in kept.why("P1")


def _asked(verdict: str) -> tuple[Check, Evidence]:
    check = TIME[0]
    promise = Promise("P1", Control(check.control))
    assert promise.control is not None
    found = Evidence(
        check.name, about(promise, promise.control), "live", "negative", verdict, Both("a", "b"), {},  # type: ignore[arg-type]
        START, START + timedelta(days=1),
    )  # fmt: skip
    return check, found


@pytest.mark.parametrize("verdict", ["ok", "kept", "Fails", "", "True"])
def test_a_verdict_that_is_none_is_never_green(make: Make, verdict: str) -> None:
    assert light([_asked(verdict)], None, START) == "stale"
    lying = Check(
        "mine.one", "mine", "live", "positive", timedelta(days=1), Both("en", "one"),
        lambda *_: Answer(verdict, Both("ja", "yes")),  # type: ignore[arg-type]
    )  # fmt: skip
    kept = make("{name: mine}")
    assert kept.light("P1", checks=(lying,)) == "stale"


def test_a_clock_put_back_asks_again() -> None:
    check, found = _asked("holds")
    assert light([(check, found)], None, START) == "kept"
    assert light([(check, found)], None, START - timedelta(hours=1)) == "stale"
    assert due(check, found, START - timedelta(hours=1))
    assert not due(check, found, START + timedelta(hours=1))


def test_every_reason_of_a_store_is_told_in_danish() -> None:
    root = Path(troth.__file__).parent
    said = {
        one.value
        for file in (
            *root.glob("stores/*/protecting.py"),
            *root.glob("stores/*/store.py"),
            root / "workflows/checks_world.py",
        )
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("Isolation", "Reach", "Protection")
        for one in ast.walk(call)
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and " " in one.value
    }
    assert len(said) > 4
    assert said <= DANISH.keys()
    assert danish("somebody else's words") == "somebody else's words"


def test_a_word_is_given_to_the_sentence_that_stood_there(make: Make) -> None:
    kept = make("{name: attested, parameters: {what: sharing is off}}")
    told = attest(kept.house(), "P1", "Olga Holm", "Sharing is off, I looked", "2026-05-31")
    assert told["status"] == "attested"
    assert kept.light("P1") == "attested"
    before = kept.read("notice/en.md")
    kept.write("notice/en.md", before.replace("We promise P1.", "We share nothing with anybody."))
    assert kept.light("P1") == "stale"
    kept.write("notice/en.md", before)
    assert kept.light("P1") == "attested"
    kept.bind({"P1": "{name: attested, parameters: {what: nobody looks}}"})
    assert kept.light("P1") == "stale"
