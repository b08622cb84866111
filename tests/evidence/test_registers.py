"""What the ledger and the registers beside it say turns promises red and green: backups, drills, canaries, holds, runs, versions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from promise_world import Kept

from live import Live
from troth.retention.trials import Trial
from troth.terms.settings import Settings
from troth.workflows import backups, holding, retain
from troth.workflows.backup_records import drilled
from troth.workflows.backups import Said, at_work
from troth.workflows.drill import canary
from troth.workflows.notice_records import rows
from troth.workflows.notice_versions import activate, publish

GOOD = Said(("crm",), "", "age", ("role:dba",), "30d", True)


@pytest.fixture
def make(new_live: Callable[..., Live], tmp_path: Path) -> Callable[[str], Kept]:
    return lambda control: Kept(new_live("sqlite", "crm"), tmp_path / "company", {"P1": control})


def backup(kept: Kept, name: str, said: Said = GOOD) -> None:
    backups.add(kept.house(), name, kept.clock[0].isoformat(), said)


def test_backup_age(make: Callable[[str], Kept]) -> None:
    kept = make("{name: backup-age, parameters: {max_days: 1}}")
    assert kept.light("P1") == "broken"
    assert "no recent backup: crm" in kept.why("P1")
    backup(kept, "one")
    assert kept.light("P1") == "kept"
    kept.later(days=1, hours=1)
    assert kept.light("P1") == "broken"
    backup(kept, "two")
    assert kept.light("P1") == "kept"


@pytest.mark.parametrize(
    ("control", "bad", "says"),
    [
        ("{name: backup-encryption}", replace(GOOD, encrypted="no"), "backup.B002: two"),
        ("{name: backup-encryption}", replace(GOOD, readers=("everyone",)), "backup.B004: two"),
        ("{name: backup-expiry, parameters: {max_days: 60}}", replace(GOOD, keep=""), "backup.B005: two"),
        ("{name: backup-expiry, parameters: {max_days: 60}}", replace(GOOD, keep="90d"), "kept longer than 60 days: two"),
        ("{name: backup-catalogue}", replace(GOOD, keep=""), "nobody knows when"),
    ],
)  # fmt: skip
def test_one_bad_backup_turns_its_promise_red(
    make: Callable[[str], Kept], control: str, bad: Said, says: str
) -> None:
    kept = make(control)
    assert kept.light("P1") == "broken"
    assert "no backup is registered" in kept.why("P1")
    backup(kept, "one")
    assert kept.light("P1") == "kept"
    backup(kept, "two", bad)
    assert kept.light("P1") == "broken"
    assert says in kept.why("P1")
    backups.forget(kept.house(), "two")
    assert kept.light("P1") == "kept"


def trial(kept: Kept, passed: bool) -> None:
    from django.db import transaction

    verdict, now = "passed" if passed else "failed", kept.clock[0]
    with at_work(kept.house()) as books, transaction.atomic():
        drilled(
            books,
            Trial(
                now, passed, verdict, ("crm",), {"still_visible": int(not passed)}, now - timedelta(hours=1)
            ),
        )


def test_a_drill_that_failed_or_is_old(make: Callable[[str], Kept]) -> None:
    kept = make("{name: restore-drill, parameters: {max_days: 30}}")
    assert kept.light("P1") == "broken"
    trial(kept, passed=True)
    assert kept.light("P1") == "kept"
    kept.later(days=31)
    assert kept.light("P1") == "broken"
    trial(kept, passed=True)
    assert kept.light("P1") == "kept"


def test_the_restore_guard(make: Callable[[str], Kept]) -> None:
    kept = make("{name: restore-guard}")
    backup(kept, "one")
    assert "no drill was made: crm" in kept.why("P1")
    trial(kept, passed=True)
    assert kept.light("P1") == "kept"
    kept.later(hours=1)
    trial(kept, passed=False)
    assert kept.light("P1") == "broken"
    assert "the last drill did not pass: crm" in kept.why("P1")
    kept.later(hours=1)
    trial(kept, passed=True)
    backup(kept, "unguarded", replace(GOOD, guarded=False))
    assert "backup.B008: unguarded" in kept.why("P1")
    backups.forget(kept.house(), "unguarded")
    assert kept.light("P1") == "kept"


def test_a_real_canary_turns_finding_and_erasing_green(
    make: Callable[[str], Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = make("{name: find}")
    kept.bind(
        {"P1": "{name: find}", "P2": "{name: erase}", "P3": "{name: export}", "P4": "{name: never-there}"}
    )
    assert {one["status"] for one in kept.check().values()} == {"stale"}
    told = canary(kept.house(), (), (), (), staging=True)
    assert told["passed"], told
    assert {one["status"] for one in kept.check().values()} == {"kept"}
    kept.later(days=40)
    assert {one["status"] for one in kept.check().values()} == {"stale"}
    monkeypatch.setattr("troth.workflows.prove.erase", lambda *_: {"state": "done"})
    kept.later(hours=1)
    assert not canary(kept.house(), (), (), (), staging=True)["passed"]
    lights = {name: one["status"] for name, one in kept.check().items()}
    assert lights == {"P1": "kept", "P2": "broken", "P3": "kept", "P4": "broken"}


def test_a_forgotten_hold(make: Callable[[str], Kept]) -> None:
    kept = make("{name: hold}")
    assert kept.light("P1") == "kept"
    house = kept.house(settings=Settings(operator="olga"))
    asked = {
        "authority": "court", "ground": "claims", "note": "Claim 7 needs the orders of last year", "review": "2026-04-01",
        "people": (), "on": ("crm.orders",), "rows": (),
    }  # fmt: skip
    name = holding.place(house, holding.placed(asked, house.map()))["name"]
    holding.confirm(kept.house(settings=Settings(operator="vera")), name)
    assert kept.light("P1") == "kept"
    kept.later(days=32)
    assert kept.light("P1") == "broken"
    assert "1 legal holds should have been reviewed" in kept.why("P1")
    holding.review(
        house,
        name,
        (kept.clock[0] + timedelta(days=30)).date(),
        "Claim 7 is heard in May, and needs them still",
    )
    assert kept.light("P1") == "kept"


def test_a_run_of_the_rules(make: Callable[[str], Kept]) -> None:
    kept = make("{name: retention-run, deadline: P2D}")
    assert "the rules never ran" in kept.why("P1")
    retain.run(kept.house())
    assert kept.light("P1") == "kept"
    kept.later(days=3)
    assert kept.light("P1") == "broken"
    assert "3 days ago" in kept.why("P1")
    kept.live.run("UPDATE note SET made = '2020-01-01' WHERE id = 1")
    assert "1 rows are kept too long" in kept.why("P1")
    retain.run(kept.house())
    assert kept.light("P1") == "kept"


def test_versions_of_the_notice(make: Callable[[str], Kept]) -> None:
    kept = make("{name: notice-versions}")
    kept.check()
    assert kept.light("P1") == "stale"
    told = publish(kept.house(), kept.folder / "notice", "2026-03-01", "en", accepted=frozenset(_ids(kept)))
    assert told["version"], told
    assert activate(kept.house())["blocked"] == ""
    assert kept.light("P1") == "kept"
    from troth.notice.models import Version

    with at_work(kept.house()) as books:
        (row,) = rows(books)
        true = dict(row.files)
        Version.objects.of(books.tenant).update(files={**true, "en.md": "We promise nothing. {none}\n"})
    assert kept.light("P1") == "broken"
    assert "version 1 was changed since" in kept.why("P1")
    with at_work(kept.house()) as books:
        Version.objects.of(books.tenant).update(files=true)
    assert kept.light("P1") == "kept"


def _ids(kept: Kept) -> set[str]:
    """What is wrong with so short a notice is of no interest here."""
    from troth.workflows.checks import notice_of
    from troth.workflows.notices import findings

    return {one.id for one in findings(kept.house(), notice_of(kept.house()))}


def test_every_language_makes_every_promise(make: Callable[[str], Kept]) -> None:
    kept = make("{name: notice-languages}")
    assert kept.light("P1") == "kept"
    before = kept.read("notice/en.md")
    kept.write("notice/en.md", before.replace("{P1}", "{none}"))
    assert kept.light("P1") == "broken"
    assert "not said in every language: P1 (en)" in kept.why("P1")
    kept.write("notice/en.md", before)
    assert kept.light("P1") == "kept"


def test_a_version_in_force_is_looked_at_again(make: Callable[[str], Kept]) -> None:
    kept = make("{name: notice-review, parameters: {max_days: 100}}")
    kept.write("notice/notice.yaml", kept.read("notice/notice.yaml") + "effective: 2026-03-01\n")
    assert "no version is in force" in kept.why("P1"), "a date in a file shows no review"
    told = publish(kept.house(), kept.folder / "notice", "2026-03-01", "en", accepted=frozenset(_ids(kept)))
    assert told["version"], told
    assert activate(kept.house())["blocked"] == ""
    assert kept.light("P1") == "kept"
    kept.later(days=100)
    assert kept.light("P1") == "kept"
    kept.later(days=1)
    kept.write("notice/notice.yaml", kept.read("notice/notice.yaml").replace("2026-03-01", "2026-06-10"))
    assert kept.light("P1") == "broken"
    assert "101 days ago" in kept.why("P1")


def test_a_text_that_nobody_published_shows_no_version(make: Callable[[str], Kept]) -> None:
    kept = make("{name: notice-versions}")
    assert publish(kept.house(), kept.folder / "notice", "2026-03-01", "en", accepted=frozenset(_ids(kept)))[
        "version"
    ]
    assert kept.light("P1") == "kept"
    before = kept.read("notice/en.md")
    kept.write("notice/en.md", before.replace("We promise", "We hope for"))
    assert kept.light("P1") == "stale"
    assert "the text here is not published" in kept.why("P1")
    kept.write("notice/en.md", before)
    assert kept.light("P1") == "kept"
