"""The demo's end: the notice that runs. Promises are broken on purpose, turn red with their reason, are mended, and hold again."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from importlib.resources import as_file, files
from pathlib import Path

from troth.workflows.demo_kept import RULES
from troth.workflows.demo_stage import Stage

NOTICE, PAGE = "notice", "promises.html"
OPENED = "backup/opened.sqlite"  # as the first one, and never guarded
RETENTION, CONTACTS, COVERED, ERASED = "P171", "P170", "P2", "P96"
_SHORT, _LONG = "closed_on}\n    keep: 2y", "closed_on}\n    keep: 10y"
_PHONES = (
    "UPDATE contact SET mobile = '+45 67 ' || (10 + contact_id % 90) || ' 18 ' || (10 + contact_id % 80)"
)
_MIGRATION = "migrations/0042_mobile.sql"
_ADDED = "ALTER TABLE contact ADD COLUMN mobile TEXT"


def notice_scenes(stage: Stage, taken: str) -> list[set[int]]:
    """The notice and its lights, three breaches and their mending; the exit codes expected. `taken`: when the backup was."""
    with as_file(files("troth.example").joinpath(NOTICE)) as notice:
        shutil.copytree(notice, stage.folder / NOTICE)
    return [*_lights(stage), *_longer(stage), *_column(stage), *_backup(stage, taken), *_page(stage)]


def _lights(stage: Stage) -> list[set[int]]:
    stage.scene(
        "The notice, as data",
        "What the company promises stands in its repository: each sentence, Danish and English, names its promise.",
    )
    stage.run("notice", "lint", NOTICE)
    stage.say("A promise is worth what tests it. Each one with a control is asked of the five databases:")
    stage.run("check", only=_red)
    stage.look("exit code 1: a promise is broken. These are true: nobody has told Troth of a backup yet.")
    stage.scene(
        "What people were told, and what is so",
        "The notice with a light for each sentence: kept, stale, broken, attested by a person, or nothing tests it yet.",
    )
    stage.run("status", only=_red)
    stage.say()
    return [{0}, {1}, {1}]


def _longer(stage: Stage) -> list[set[int]]:
    stage.scene(
        "Somebody keeps it longer",
        f"“Two years after the account was closed”, says the notice. In {RULES} somebody now writes ten.",
    )
    _replaced(stage.folder / RULES, _SHORT, _LONG)
    stage.run("check", RETENTION)
    stage.run("status", RETENTION)
    stage.say("It is set back to two years.")
    _replaced(stage.folder / RULES, _LONG, _SHORT)
    stage.run("check", RETENTION)
    stage.say()
    return [{1}, {1}, {0}]


def _column(stage: Stage) -> list[set[int]]:
    stage.scene(
        "Somebody collects telephone numbers",
        "A developer wants them on file. The pull request has a migration, and that is all it has.",
    )
    main, branch = (stage.folder / "review" / side for side in ("main", "branch"))
    for side in (main, branch):
        side.mkdir(parents=True)
        for name in ("troth.map.yaml", RULES):
            shutil.copyfile(stage.folder / name, side / name)
        shutil.copytree(stage.folder / NOTICE, side / NOTICE)
    (branch / _MIGRATION).parent.mkdir()
    (branch / _MIGRATION).write_text(f"{_ADDED};\n", encoding="utf-8")
    stage.run("review", "review/main", "review/branch")
    stage.say("exit code 3: CI would have stopped it. Here nobody asked CI, and the column is in use:")
    _does(stage.folder / "crm.sqlite", _ADDED, _PHONES)
    stage.run("check", COVERED)
    stage.say("Nobody needs them: the column is dropped.")
    _does(stage.folder / "crm.sqlite", "ALTER TABLE contact DROP COLUMN mobile")
    stage.run("check", COVERED)
    stage.say()
    return [{3}, {1}, {0}]


def _backup(stage: Stage, taken: str) -> list[set[int]]:
    stage.scene(
        "A backup is restored, and nobody thinks of the guard",
        "The disk fails; the backup from before the erasures is put in its place and opened.",
    )
    shutil.copyfile(stage.folder / OPENED, stage.folder / "crm.sqlite")
    stage.run("check", ERASED, CONTACTS)
    stage.say("No name was kept to know it: every erasure leaves keyed digests, and every rule counts again.")
    stage.run("restore-guard", "crm=crm.sqlite", "--backup-taken", taken)
    stage.run("retention", "run", only=_done)
    stage.run("check", ERASED, CONTACTS)
    stage.say()
    return [{1}, {0}, {0}, {0}]


def _page(stage: Stage) -> list[set[int]]:
    stage.scene(
        "The page for whoever asks", "The same notice and lights as one file that needs nothing else."
    )
    stage.run("status", "--html", PAGE, only=_red)
    stage.look(
        f"{PAGE} in a browser. The three are mended; what is red still is true. Your own: docs/first-hour.md."
    )
    return [{1}]


# ------------------------------------------------------------------ what is shown, and what is done


def _red(shown: Sequence[str]) -> list[str]:
    """What is broken, with the lines that belong to it, and the sum."""
    told, red = [], False
    for line in shown:
        red = line.startswith("!") or (red and line.startswith(" "))
        if red or line.startswith("Broken: "):
            told.append(line)
    return told


def _done(shown: Sequence[str]) -> list[str]:
    """The rules that took something."""
    return [line for line in shown if ", done " in line]


def _replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise ValueError(f"{path.name} has not once what is to be changed")
    path.write_text(text.replace(old, new), encoding="utf-8")


def _does(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)
