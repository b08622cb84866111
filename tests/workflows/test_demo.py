"""The demo tells the truth: it is killed and resumes, touches only what it names, and keeps to its own folder."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from demo_run import Played, ask, masked, places, played, troth
from troth.example import HERO
from troth.example.cast import COLLEAGUE
from troth.example.checks import rows_of, snapshot
from troth.retention.attack import installed

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def demo() -> Played:
    return played()


def test_the_demo_holds_and_ends_with_zero(demo: Played) -> None:
    assert demo.exit == 0, demo.story
    assert demo.told["held"] is True
    assert demo.told["witness"]["unexplained"] == []
    erased = [0, 0, 4, 0, 0, 0, 4, 0, 0, -9, 0, 0, 0, 0, 0, 0, 0, 3, 0]
    explained_and_gone, held, anonymous = [0, 0, 0, 0], [0, 4, 0, 0, 0, 0, 0], [3, 0, 0]
    lights, broken_and_mended = [0, 1, 1], [1, 1, 0, 3, 1, 0, 1, 0, 0, 0, 1]
    assert [c["exit"] for c in demo.told["commands"]] == [
        *erased, *explained_and_gone, *held, *(anonymous if installed() else [3, 0, 3]), *lights, *broken_and_mended,
    ]  # fmt: skip


def test_it_begins_without_a_map_and_deletes_nothing_on_a_guess(demo: Played) -> None:
    typed = [command["command"] for command in demo.told["commands"]]
    assert typed[0].startswith("troth map crm.sqlite ")
    blocked = demo.story[demo.story.index("Would it delete on a guess?") :]
    assert "Nothing was done: a person must decide first." in blocked.splitlines()[2]
    assert "plan.Q011" in blocked[: blocked.index("What only a person can decide")]
    assert "20 declared, 10 inferred" in demo.story


def test_what_people_changed_in_the_proposal_is_shown_line_by_line(demo: Played) -> None:
    lines = demo.story.splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("By hand, "))
    changed = int(lines[at].split()[-3])
    shown = lines[at + 1 : at + 1 + changed]
    assert all(" -> " in line for line in shown)
    assert "  support.ticket_participant: means: MENTIONS -> OWNS" in shown


def test_it_was_killed_half_way_and_she_could_still_be_found(demo: Played) -> None:
    lines = demo.story.splitlines()
    killed = next(at for at, line in enumerate(lines) if line.startswith("Killed (SIGKILL)"))
    done, total = (int(word) for word in lines[killed].replace(".", "").split() if word.isdigit())
    assert 0 < done < total
    still = next(line for line in lines[killed:] if line.startswith("1 person: "))
    first = next(line for line in lines if line.startswith("1 person: "))
    assert 0 < int(still.split()[2]) < int(first.split()[2])


def test_the_witness_can_see_her_before(demo: Played) -> None:
    """It reports few cells afterwards; the same eyes see every kind of copy before."""
    seen = places(demo.before, *HERO.needles)
    assert sum(seen.values()) > 40
    assert {file for file, _, _ in seen} == {"crm", "product", "support", "billing", "newsletter"}


def test_what_is_left_of_her_is_kept_by_law_or_asked_about(demo: Played) -> None:
    left = places(demo.folder, *HERO.needles)
    assert left == {
        ("billing", "invoice", "billing_name"): 2,
        ("billing", "invoice", "billing_address"): 2,
        ("crm", "note", "body"): 1,
    }
    assert len(demo.told["witness"]["left"]) == len(left)


def test_nobody_else_was_touched_but_where_she_was_quoted(demo: Played) -> None:
    old, new = snapshot(demo.before), snapshot(demo.folder)
    hers = rows_of(demo.before, HERO)
    touched = {key for key in old if old[key] != new.get(key)} - hers
    assert {key[:2] for key in touched} == {("crm", "note"), ("product", "event"), ("crm", "meeting")}
    assert len(touched) == len(demo.told["witness"]["quoted"]) + len(demo.told["witness"]["alone"]) == 3
    assert {key[:2] for key in new.keys() - old.keys()} == {("billing", "customer"), ("support", "requester")}


def test_the_certificate_counts_what_the_witness_counts(demo: Played) -> None:
    acts = demo.certificate()["acts"]
    gone = sum(act["rows"] for act in acts if act["action"] == "erase")
    assert gone == demo.told["witness"]["hers"]["gone"] + len(demo.told["witness"]["alone"])


def test_the_certificate_finds_each_row_once(demo: Played) -> None:
    """A row that is unlinked, anonymised and kept is still one row: as many as `troth find` shows."""
    searched = demo.certificate()["searched"]
    rows, datasets = sum(one["found"] for one in searched), sum(bool(one["found"]) for one in searched)
    assert f"1 person: {rows} rows in {datasets} datasets" in demo.story.splitlines()


def test_no_reference_dangles(demo: Played) -> None:
    for file in ("crm", "product", "support", "billing", "newsletter"):
        assert ask(demo.folder, file, "PRAGMA foreign_key_check") == []
    missing = "SELECT count(*) FROM contact WHERE customer_no IS NOT NULL AND customer_no NOT IN (SELECT customer_no FROM b.customer)"
    with closing(sqlite3.connect(demo.folder / "crm.sqlite")) as db:
        db.execute("ATTACH ? AS b", (str(demo.folder / "billing.sqlite"),))
        assert db.execute(missing).fetchone() == (0,)


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A second run: what it printed, and its transcript."""
    place = tmp_path_factory.mktemp("again")
    ran = troth("demo", "--to", "again", cwd=place)
    assert ran.returncode == 0, ran.stdout
    return ran.stdout, (place / "again" / "transcript.txt").read_text(encoding="utf-8")


def test_two_runs_tell_the_same_story(demo: Played, again: tuple[str, str]) -> None:
    """Ids, keys and moments apart, and what was left when the kill fell."""

    def told(story: str) -> list[str]:
        start, end = story.index("11  She can still be found"), story.index("12  Resume")
        return [masked(line) for line in (story[:start] + story[end:]).splitlines()]

    assert len(told(again[1])) > 200
    assert told(again[1]) == told(demo.story)


def test_what_is_printed_is_plain_and_in_the_transcript(again: tuple[str, str]) -> None:
    printed, transcript = again
    assert "\x1b" not in printed
    lines, known = printed.splitlines(), set(transcript.splitlines())
    assert [line for line in lines[:-4] if line not in known and not line.startswith("… ")] == []
    assert [line.split()[0] for line in lines[-4:]] == ["Open", "Open", "Open", "Next"]


# ------------------------------------------------------------------ the folder


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "precious.txt").write_text("mine")
    ran = troth("demo", "--fresh", "--to", "mine", cwd=tmp_path)
    assert ran.returncode == 2
    assert "left alone" in ran.stderr
    assert "--to FOLDER" in ran.stderr
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["precious.txt"]


def test_an_earlier_demo_is_removed_only_when_asked(demo: Played) -> None:
    ran = troth("demo", "--to", demo.folder.name, cwd=demo.folder.parent)
    assert ran.returncode == 2
    assert "--fresh" in ran.stderr
    assert (demo.folder / "billing.sqlite").exists()


def test_a_link_to_a_folder_is_refused(demo: Played, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(demo.folder)
    ran = troth("demo", "--fresh", "--to", "link", cwd=tmp_path)
    assert ran.returncode == 2
    assert (demo.folder / "billing.sqlite").exists()


def test_the_colleague_keeps_every_row_but_the_quotes(demo: Played) -> None:
    old, new = snapshot(demo.before), snapshot(demo.folder)
    changed = {key for key in rows_of(demo.before, COLLEAGUE) if old[key] != new.get(key)}
    assert {key[:2] for key in changed} == {("product", "event")}


def test_a_restored_backup_and_an_import_do_not_bring_her_back_and_nobody_leaves_anything(
    demo: Played,
) -> None:
    for words in (
        "Repeated 1 erasure in crm. No erased person is visible there any more: it may be opened.",
        "2 rows; about erased people: 1 row. Those must not be imported.",
        "Never there: what is left is there for a reason.",
    ):
        assert words in demo.story
    clean = (demo.folder / "clean-leads.csv").read_text(encoding="utf-8")
    assert clean.splitlines() == ["name;email", "Dorte Dam;dorte@example.com"]
