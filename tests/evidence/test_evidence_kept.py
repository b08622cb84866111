"""What checks answered is kept over time under the ledger's signature; whoever changes it is seen; a person's word expires."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from promise_world import BO, Kept

from live import Live
from troth.evidence.check import Answer, Check
from troth.terms.bilingual import Both
from troth.terms.errors import TamperedError, UsageError
from troth.workflows.checks import attest
from troth.workflows.checks_status import one_status, status
from troth.workflows.due import due

CONTROLS = {
    "P1": "{name: drift}", "P2": "{name: ledger}", "P3": "{name: attested, parameters: {what: a setting}}",
    "P4": "{name: consent}", "P5": "", "P6": "{name: encryption-at-rest}", "P7": "{name: drift}",
}  # fmt: skip


@pytest.fixture
def kept(new_live: Callable[..., Live], tmp_path: Path) -> Kept:
    return Kept(new_live("sqlite", "crm"), tmp_path / "company", CONTROLS)


def records(kept: Kept) -> Any:
    """The kept answers, read without Troth."""
    import sqlite3

    return sqlite3.connect(kept.folder / ".troth" / "state.sqlite")


def test_answers_are_kept_and_a_sentence_has_a_history(kept: Kept) -> None:
    assert kept.light("P1") == "kept"
    kept.later(hours=1)
    kept.live.run("CREATE TABLE calls (id INTEGER PRIMARY KEY)")
    assert kept.light("P1") == "broken"
    kept.later(hours=1)
    assert kept.light("P1") == "broken"
    kept.later(hours=1)
    kept.live.run("DROP TABLE calls")
    assert kept.light("P1") == "kept"
    told = one_status(kept.house(), "P1")
    spans = [(span["verdict"], span["times"]) for span in told["history"]["drift.covered"]]
    assert spans == [("holds", 1), ("fails", 2), ("holds", 1)]
    assert told["sentences"] == {"da": ["Vi lover P1."], "en": ["We promise P1."]}
    assert told["checks"][0]["entry"] > 0


def test_one_answer_serves_every_promise_that_asks_the_same(kept: Kept) -> None:
    kept.check("P1", "P7")
    with records(kept) as db:
        assert db.execute("SELECT count(*) FROM evidence_record").fetchone() == (2,)


def test_an_answer_grows_old(kept: Kept) -> None:
    assert kept.light("P1") == "kept"
    kept.later(days=2)
    told = one_status(kept.house(), "P1")
    assert told["status"] == "stale"
    assert kept.light("P1") == "kept"


def test_whoever_changes_kept_evidence_is_seen(kept: Kept) -> None:
    kept.live.run("CREATE TABLE calls (id INTEGER PRIMARY KEY)")
    assert kept.light("P1") == "broken"
    assert kept.light("P2") == "kept"
    with records(kept) as db:
        db.execute("UPDATE evidence_record SET verdict = 'holds' WHERE verdict = 'fails'")
    assert kept.light("P2") == "broken"
    assert "was changed" in kept.why("P2")


def test_whoever_takes_a_failure_away_is_seen(kept: Kept) -> None:
    assert kept.light("P1") == "kept"
    kept.live.run("CREATE TABLE calls (id INTEGER PRIMARY KEY)")
    assert kept.light("P1") == "broken"
    with records(kept) as db:
        db.execute("DELETE FROM evidence_record WHERE entry = (SELECT max(entry) FROM evidence_record)")
    for shown in (lambda: one_status(kept.house(), "P1"), lambda: status(kept.house())):
        with pytest.raises(TamperedError, match="is missing"):
            shown()
    assert kept.light("P2") == "broken"
    assert "is missing" in kept.why("P2")


def test_evidence_outlives_the_restore_of_our_own_state(kept: Kept) -> None:
    assert kept.light("P1") == "kept"
    shutil.copytree(kept.folder / ".troth", kept.folder / "saved")
    kept.live.run("CREATE TABLE calls (id INTEGER PRIMARY KEY)")
    assert kept.light("P1") == "broken"
    shutil.rmtree(kept.folder / ".troth")
    shutil.copytree(kept.folder / "saved", kept.folder / ".troth")
    assert one_status(kept.house(), "P1")["status"] == "broken"
    assert kept.light("P2") == "kept"


def test_a_rewritten_ledger_turns_its_sentence_red(kept: Kept) -> None:
    kept.erase(BO)
    assert kept.light("P2") == "kept"
    with records(kept) as db:
        db.execute(
            "UPDATE ledger_entry SET leaf = CAST(replace(leaf, 'done', 'nope') AS BLOB) WHERE kind = 'receipt'"
        )
    assert kept.light("P2") == "broken"
    with records(kept) as db:
        db.execute(
            "UPDATE ledger_entry SET leaf = CAST(replace(leaf, 'nope', 'done') AS BLOB) WHERE kind = 'receipt'"
        )
    assert kept.light("P2") == "kept"


def test_unbound_promises_say_what_they_wait_for(kept: Kept) -> None:
    assert kept.light("P2") == "stale"  # there is no ledger before the first answer is kept
    told = kept.check()
    assert {name: one["status"] for name, one in told.items()} == {
        "P1": "kept", "P2": "kept", "P3": "stale", "P4": "unbound", "P5": "unbound", "P6": "stale", "P7": "kept",
    }  # fmt: skip
    assert told["P4"]["waits"][1] == "consent and objection"


def test_a_word_is_shown_as_attested_and_expires(kept: Kept) -> None:
    kept.check()
    for promise in ("P3", "P4", "P6", "P1"):
        attest(kept.house(), promise, "Olga Holm", "I looked at the settings today", "2026-05-31")
    told = kept.check()
    assert [told[name]["status"] for name in ("P1", "P3", "P4", "P6")] == [
        "kept",
        "attested",
        "attested",
        "attested",
    ]
    assert told["P3"]["attested"]["by"] == "Olga Holm"
    with records(kept) as db:
        dumped = "\n".join(map(str, db.iterdump()))
    assert "Olga" not in dumped
    kept.later(days=92)
    told = kept.check()
    assert [told[name]["status"] for name in ("P1", "P3", "P4", "P6")] == ["kept", "stale", "stale", "stale"]


@pytest.mark.parametrize(
    ("promise", "by", "says", "until"),
    [
        ("P99", "Olga", "I looked at it", "2026-05-31"),
        ("P3", " ", "I looked at it", "2026-05-31"),
        ("P3", "Olga", "fine", "2026-05-31"),
        ("P3", "Olga", "I looked at it", "2026-02-28"),
        ("P3", "Olga", "I looked at it", "2046-05-31"),
        ("P3", "Olga", "I looked at it", "soon"),
    ],
)
def test_a_word_needs_a_name_a_sentence_and_an_end(
    kept: Kept, promise: str, by: str, says: str, until: str
) -> None:
    with pytest.raises(UsageError):
        attest(kept.house(), promise, by, says, until)


def test_due_runs_what_is_about_to_be_over(kept: Kept) -> None:
    first = due(kept.house())["checks"]
    assert first["asked"] > 4
    assert first["lights"]["kept"] == 3
    kept.later(minutes=5)
    again = due(kept.house())["checks"]
    assert again["asked"] == 0
    kept.later(hours=20)
    assert due(kept.house())["checks"]["asked"] > 2
    kept.live.run("CREATE TABLE calls (id INTEGER PRIMARY KEY)")
    kept.later(hours=20)
    assert due(kept.house())["checks"]["lights"]["broken"] == 2


def test_due_goes_on_though_the_notice_cannot_be_read(kept: Kept) -> None:
    kept.write("notice/promises.yaml", "- id: P1\n  kind: X\n")
    told = due(kept.house())["checks"]
    assert "promises.yaml" in told["fault"]
    assert told["asked"] == 0


def test_a_plug_in_check_is_run_and_kept_like_ours(kept: Kept) -> None:
    says = Both("spørger pluginnet", "asks the plug-in")
    seen = []

    def ask(world: Any, promise: Any, control: Any) -> Answer:
        seen.append(world.at)
        return Answer("fails", Both("nej", "no"), {"tried": 1})

    mine = Check("consent.mine", "consent", "event", "negative", timedelta(days=1), says, ask)
    assert kept.light("P4") == "unbound"
    assert kept.light("P4", checks=(mine,)) == "broken"
    assert seen == [kept.clock[0]]


def test_a_store_that_cannot_be_opened_is_asked_once(kept: Kept) -> None:
    kept.live.path.rename(kept.folder / "elsewhere.sqlite")
    told = kept.check()
    errors = [one for each in told.values() for one in each["checks"] if one["verdict"] == "error"]
    assert errors
    assert told["P1"]["status"] == "stale"
    (kept.folder / "elsewhere.sqlite").rename(kept.live.path)
    assert kept.light("P1") == "kept"


def test_the_notice_is_told_line_by_line(kept: Kept) -> None:
    kept.check("P1")
    kept.check()
    told = status(kept.house())
    lines = [(line["words"], line["light"]) for line in told["texts"]["en"]]
    assert lines[0] == ("Notice", "")
    assert lines[1] == ("We promise P1.", "kept")
    assert lines[-1] == ("Thank you.", "")
    assert told["lights"] == {"broken": 0, "stale": 2, "unbound": 2, "attested": 0, "kept": 3}
    assert set(told["waits"]) == {"P4", "P5"}
