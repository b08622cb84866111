"""The demo's last scenes are true: each promise was red for the reason given and green again, and the page says the same."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from demo_run import Played, ask, played, troth
from troth.example import HERO
from troth.example.cast import LEAVER

pytestmark = pytest.mark.process
REASONS = {
    "P171": ("Somebody keeps it longer", "closed-customers: keeps 10 years, while 2 years was promised"),
    "P2": ("Somebody collects telephone numbers", "crm.contact.mobile"),
    "P96": ("A backup is restored", "erased people can be seen: 2 in crm.contact"),
    "P170": ("A backup is restored", "rows are kept too long"),
}


@pytest.fixture(scope="module")
def demo() -> Played:
    return played()


def scene(demo: Played, title: str) -> str:
    """What was said from a scene's title, of the last with it, to the next one's."""
    said = demo.story[demo.story.rindex(title) :]
    return re.split(r"\n\d+  [A-Z]", said, maxsplit=1)[0]


@pytest.mark.parametrize("promise", REASONS)
def test_a_promise_is_red_with_its_reason_and_then_holds_again(demo: Played, promise: str) -> None:
    title, reason = REASONS[promise]
    said = scene(demo, title)
    red = re.search(rf"^!  broken +{promise} ", said, flags=re.M)
    green = re.search(rf"^\+  kept +{promise} ", said, flags=re.M)
    assert red
    assert green
    assert reason in said[red.start() : green.start()]


def test_the_review_would_have_stopped_the_column(demo: Played) -> None:
    said = scene(demo, "Somebody collects telephone numbers")
    assert said.index("error review.V080 migrations/0042_mobile.sql:1") < said.index("$ troth check P2")
    assert "telephone number (crm.contact.mobile) with no promise, basis or delete date" in " ".join(
        said.split()
    )
    columns = [row[1] for row in ask(demo.end, "crm", "PRAGMA table_info(contact)")]
    assert "mobile" not in columns
    assert "email" in columns


def test_the_backup_really_brought_them_back(demo: Played) -> None:
    """The copy that was opened shows who was erased, and whose time was over; the database shows neither at the end."""
    opened = demo.end / "backup"
    for person in (HERO, LEAVER):
        count = "SELECT count(*) FROM contact WHERE email = ?"
        assert ask(opened, "opened", count, person.email) == [(1,)]
        assert ask(demo.end, "crm", count, person.email) == [(0,)]


def test_what_is_red_at_the_end_is_about_backups_alone(demo: Played) -> None:
    told = json.loads(troth("status", "--json", cwd=demo.end).stdout)
    broken = {one["control"] for one in told["promises"] if one["status"] == "broken"}
    assert broken == {
        "backup-age", "backup-catalogue", "backup-encryption", "backup-expiry", "restore-guard", "restore-drill",
    }  # fmt: skip
    assert told["lights"]["kept"] > 50
    page = (demo.end / "promises.html").read_text(encoding="utf-8")
    sentences = [line["words"] for line in told["texts"]["en"] if line["light"] == "broken"]
    assert len(sentences) == 7, "one of them also speaks of other security measures"
    assert all(sentence in page for sentence in sentences)
    assert scene(demo, "The page for whoever asks").count("\n!  broken ") == len(sentences)


def test_a_break_that_nobody_mends_stays_red(demo: Played, tmp_path: Path) -> None:
    """The demo's green is no habit: the same rule left at ten years is red in the notice too."""
    folder = tmp_path / "company"
    shutil.copytree(demo.end, folder)
    rules = folder / "troth.retention.yaml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("closed_on}\n    keep: 2y", "closed_on}\n    keep: 10y"), encoding="utf-8")
    assert rules.read_text(encoding="utf-8") != text
    assert troth("check", "P171", cwd=folder).returncode == 1
    assert troth("status", "P171", cwd=folder).returncode == 1
