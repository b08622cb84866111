"""The main job, watched: an invented company's five databases, one person found, erased in spite of a kill, and proved.

Every command is typed and run as anybody would; what the engine says is then checked by a witness that owes it nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from troth.example import BYSTANDER, FILES, HERO, SHARED, VENDOR, build
from troth.terms.errors import UsageError
from troth.workflows.demo_hold import hold_scene
from troth.workflows.demo_kept import anonymity_scenes, kept_scenes
from troth.workflows.demo_map import review
from troth.workflows.demo_notice import OPENED, PAGE, notice_scenes
from troth.workflows.demo_stage import Cut, Stage
from troth.workflows.demo_witness import Before, Verdict, compare, look

MAP = "troth.map.yaml"
MARK = ".made-by-troth-demo"
COPY = "alma-copy"
SYSTEM, BACKUP, LEADS = "crm.sqlite", "backup/crm.sqlite", "leads.csv"
SMALL = {"TROTH_BATCH_SIZE": "2"}  # many small transactions, so that there is a half-way


def demo(to: Path, fresh: bool, quiet: bool) -> int:
    """Plays the demo in the folder `to`; 0 when all held. With `quiet` the story goes to stderr, one object to stdout.

    Raises UsageError where the folder holds anything that no demo made.
    """
    folder = _folder(to, fresh)
    stage = Stage(folder, sys.stderr if quiet else sys.stdout)
    began = look(_company(stage))
    taken = _backup(folder)
    expected = [*_unknown(stage), *_decided(stage), *_before(stage), *_erasure(stage)]
    certificate = next((folder / ".troth" / "certificates").glob("*.json"), None)
    expected += _proof(stage, certificate)
    expected += [*_restored(stage, taken), *_never_there(stage)]
    verdict = compare(folder, began, certificate)
    _witness(stage, began, verdict)
    codes, faults = kept_scenes(stage)
    expected += [*codes, *hold_scene(stage, BYSTANDER.email, "support.ticket"), *anonymity_scenes(stage)]
    expected += notice_scenes(stage, taken)
    verdict.unexplained += faults
    wrong = [ran.typed for ran, codes in zip(stage.ran, expected, strict=True) if ran.exit not in codes]
    held = not wrong and not verdict.unexplained and certificate is not None
    _end(stage, to, certificate, wrong)
    if quiet:
        sys.stdout.write(json.dumps(_told(stage, verdict, certificate, held), ensure_ascii=False) + "\n")
    return 0 if held else 1


# ------------------------------------------------------------------ the folder


def _folder(to: Path, fresh: bool) -> Path:
    """An empty folder with the demo's mark; one that holds anything else is left alone."""
    folder = to.absolute()
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError("this is no folder", place=str(to), remedy="Name another: troth demo --to FOLDER")
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise UsageError(
                "this folder holds files that no demo made; they were left alone", place=str(to),
                remedy="Name another: troth demo --to FOLDER",
            )  # fmt: skip
        if not fresh:
            raise UsageError(
                "an earlier demo lies here", place=str(to), remedy="Begin again: troth demo --fresh --to " + str(to)
            )  # fmt: skip
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("`troth demo` made this folder; `troth demo --fresh` removes it.\n")
    return folder.resolve()


def _company(stage: Stage) -> Path:
    """Writes the five databases and nothing about them; the state folder comes first, so that no other state is used."""
    folder = stage.folder
    stage.say(f"Troth demo: {VENDOR}, an invented company. Nobody in it exists.", "heading")
    stage.say()
    stage.scene(
        "The company",
        "Five SQLite databases nobody designed for privacy: 300 customers, their tickets, invoices, logins.",
    )
    build(folder)
    for name in FILES:
        (folder / name).chmod(0o600)
    (folder / ".troth").mkdir(mode=0o700)
    stage.look(f"{', '.join(FILES)}. Nobody has written down what is in them.")
    return folder


# ------------------------------------------------------------------ the story; each scene returns the exit codes it expects


def _unknown(stage: Stage) -> list[set[int]]:
    """Databases without a map: what can be known of them at once, and what is not done on a guess."""
    stage.scene(
        "What do we hold?",
        "Troth reads the structure and a few rows of each table, and proposes a map. It keeps no value.",
    )
    stage.run("map", *FILES, lines=28)
    stage.look(f"{MAP}: every table, column and link, with a question mark where it is a guess.")

    stage.scene(
        f"Who is {HERO.name}?", "A minute after the databases were named, and nothing was decided yet."
    )
    stage.run("find", HERO.email, lines=12)
    stage.say()

    stage.scene("Would it delete on a guess?")
    stage.run("erase", HERO.email, "--yes", lines=14)
    stage.look("exit code 4: a person must decide first. Nothing was changed.")
    return [{0}, {0}, {4}]


def _decided(stage: Stage) -> list[set[int]]:
    """What only people can decide: their changes to the proposal, line by line, and the check that it covers everything."""
    stage.scene(
        "What only a person can decide",
        "The privacy officer and an engineer read the proposal: what the law keeps, who handled a row, whose a thread is.",
    )
    stage.run("map", "--all-above", "0.95")
    path = stage.folder / MAP
    decided = files("troth.example").joinpath(MAP).read_text(encoding="utf-8")
    changes = review(path.read_text(encoding="utf-8"), decided)
    path.write_text(decided, encoding="utf-8")
    stage.say()
    stage.say(
        f"By hand, {changes.confirmed} more guesses were confirmed and {len(changes.changed)} lines changed:"
    )
    for line in changes.changed:
        stage.say(f"  {line}")
    stage.say(
        f"and {len(changes.written)} of {len(decided.splitlines())} lines written: what rows are for, and what no name or value tells."
    )
    stage.say()
    stage.run("map", "--check")
    stage.look("a team runs this in CI: a new column without a decision fails.")
    return [{0}, {0}]


def _before(stage: Stage) -> list[set[int]]:
    stage.scene(
        f"Find {HERO.name}",
        "One e-mail address is typed; rows are followed over keys, and over customer numbers from system to system.",
    )  # fmt: skip
    stage.run("find", HERO.email, lines=12)
    stage.look("the last lines also say what was not searched, and what a person must read.")

    stage.scene(
        "A mailbox that three people share",
        "Erasing by this address would take two strangers along. Troth asks, and does nothing.",
    )
    stage.run("erase", SHARED, "--yes")
    stage.look("exit code 4: a person must decide first. The remedy names one row of one person.")

    stage.scene(
        "Her copy first (GDPR Art. 15)",
        "Copy precedes erasure. A rule of the map hides the names of employees in it.",
    )
    stage.run("export", HERO.email, "-o", COPY)
    stage.look(f"{COPY}/index.html in a browser, {COPY}/data.json for machines.")

    stage.scene(
        "What would be erased, and why",
        "Nothing is changed yet. Every row has an action, a reason and, where it is kept, a law and an end.",
    )
    stage.run("erase", HERO.email, "--dry-run")
    stage.look(
        "`keep` lines: the Danish bookkeeping act holds two invoices; the other two are past their term.",
    )
    return [{0}, {4}, {0}, {0}]


def _erasure(stage: Stage) -> list[set[int]]:
    stage.scene(
        "Erase her - and pull the plug",
        "Small transactions, and SIGKILL as soon as half of them are done.",
    )
    cut = stage.run_and_kill("erase", HERO.email, "--yes", settings=SMALL)
    _say_cut(stage, cut)
    stage.say()

    stage.scene(
        "She can still be found",
        "The rows that identify her go last, so a half-done erasure never loses the rest.",
    )
    stage.run("find", HERO.email, lines=6)
    stage.look("compare the number of rows with what was found before.")

    stage.scene(
        "Resume",
        "What was to be done was frozen, encrypted, before the first write. Nobody is searched for again.",
    )
    stage.run("resume")
    stage.look(".troth/certificates/, the certificate as JSON and as a page.")

    stage.scene("Is she gone?")
    stage.run("find", HERO.email, lines=12)
    stage.say()
    return [{0} if cut.late else {-9}, {0}, {0}, {0}]


def _say_cut(stage: Stage, cut: Cut) -> None:
    if cut.late:
        stage.say(
            "It was quicker than the kill: all was done before the signal came. The demo goes on.", "bad"
        )
    else:
        stage.say(f"Killed (SIGKILL) after {cut.done} of {cut.total} transactions.", "bad")


def _proof(stage: Stage, certificate: Path | None) -> list[set[int]]:
    if certificate is None:
        return []
    name = str(certificate.relative_to(stage.folder))
    stage.scene(
        "Proof, offline",
        "She, or an authority, checks the certificate without us, with the company's public key from another way.",
    )  # fmt: skip
    stage.run("verify", name, "--key", ".troth/troth.pub")
    stage.run("verify", name, "--key", ".troth/troth.pub", "--about", HERO.email)
    stage.say()
    stage.scene(
        "Nothing was rewritten",
        "The whole ledger is recomputed and held against the certificate she has.",
    )
    stage.run("ledger", "verify", "--against", name)
    stage.look("docs/guide-auditor.md checks the same with thirty lines of Python that do not import Troth.")
    return [{0}, {0}, {0}]


def _backup(folder: Path) -> str:
    """Last night's backup of one system, and a copy of it; the moment at which it was begun."""
    taken = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    (folder / BACKUP).parent.mkdir()
    for copy in (BACKUP, OPENED):
        shutil.copyfile(folder / SYSTEM, folder / copy)
    return taken


def _restored(stage: Stage, taken: str) -> list[set[int]]:
    stage.scene(
        "A backup is restored",
        "It was taken before she asked, so she is in it. Nobody may read it before the guard has been there.",
    )  # fmt: skip
    stage.run("restore-guard", f"crm={BACKUP}", "--backup-taken", taken)
    stage.look(
        "no name was kept to do this: keyed digests recognise her. Whoever came later is as they were."
    )
    leads = stage.folder / LEADS
    leads.write_text(f"name;email\n{HERO.name};{HERO.email}\nDorte Dam;dorte@example.com\n", encoding="utf-8")
    stage.scene("She comes back with an import", "A list of leads that somebody bought still has her.")
    stage.run("import-guard", LEADS, "--out", f"clean-{LEADS}")
    stage.look(f"clean-{LEADS}: the others. It is never said which row was hers.")
    return [{0}, {3}]


def _never_there(stage: Stage) -> list[set[int]]:
    stage.scene(
        "Never there",
        "Would the next person leave anything? Two clones, an invented person in one, erased, and every cell compared.",
    )  # fmt: skip
    stage.run("canary", "--staging")
    stage.look("what differs is there for a reason that the plan gave before it acted; docs/prove.md.")
    return [{0}]


def _witness(stage: Stage, began: Before, verdict: Verdict) -> None:
    stage.scene(
        "An independent witness", "Every cell of the five files before and after, compared without any of the engine.",
    )  # fmt: skip
    gone, changed, same = (verdict.hers.get(name, 0) for name in ("gone", "changed", "as they were"))
    stage.say(
        f"  hers and shared with her: {len(began.hers)} rows: {gone} gone, {changed} changed, {same} as they were"
    )
    others = verdict.rows - len(began.hers)
    told = len(verdict.quoted) + len(verdict.alone)
    stage.say(f"  everybody else's:         {others} rows: 0 changed, other than {told}:")
    for name in verdict.quoted:
        stage.say(f"    {name}: it quoted her, and only that was replaced")
    for name in verdict.alone:
        stage.say(f"    {name}: gone, nobody but she was there")
    for name in verdict.nobody:
        stage.say(f"    {name}: added, stands for nobody, so that no reference dangles")
    stage.say("  her identifiers that are left:")
    for place, cells, why in verdict.left:
        stage.say(f"    {place}: {cells} ({why})")
    for name, rows, *sums in verdict.books:
        stage.say(
            f"  {name}: {rows} rows, {' / '.join(f'{s / 100:,.2f}' for s in sums if s)}, as before", "good"
        )
    for fault in verdict.unexplained:
        stage.say(f"  UNEXPLAINED: {fault}", "bad")
    stage.say()


def _end(stage: Stage, to: Path, certificate: Path | None, wrong: list[str]) -> None:
    for typed in wrong:
        stage.say(f"This did not end as it should: {typed}", "bad")
    path = stage.transcript()
    stage.say()
    if certificate is None:
        stage.say(f"No certificate was written. All that was said lies in {to / path.name}", "bad")
        return
    page = certificate.with_suffix(".html").relative_to(stage.folder)
    stage.say(f"Open   {to / PAGE}   (the notice with its lights: what was promised, and what is so)")
    stage.say(f"Open   {to / COPY / 'index.html'}   (her copy; all that was said here: {to / path.name})")
    stage.say(f"Open   {to / page}   (her certificate)")
    stage.say(
        f"Next   {_program()} map postgresql://you@host/db -o troth.map.yaml   (your own database; reads only)"
    )


def _program() -> str:
    """How this very program can be typed from here."""
    if shutil.which("troth"):
        return "troth"
    beside = Path(sys.executable).parent / "troth"
    return os.path.relpath(beside) if beside.exists() else f"{sys.executable} -m troth.main"


def _told(stage: Stage, verdict: Verdict, certificate: Path | None, held: bool) -> dict[str, object]:
    return {
        "folder": str(stage.folder),
        "commands": stage.told(),
        "certificate": str(certificate) if certificate else None,
        "witness": {
            "rows": verdict.rows, "untouched": verdict.untouched, "hers": dict(verdict.hers), "quoted": verdict.quoted,
            "alone": verdict.alone, "nobody": verdict.nobody,
            "left": [{"place": place, "cells": cells, "why": why} for place, cells, why in verdict.left],
            "unexplained": verdict.unexplained,
        },
        "held": held,
    }  # fmt: skip
