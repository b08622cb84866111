"""The demo's second half: how long the rest is kept, why one invoice stays, and what is anonymous only by name.

What went and what stayed is then counted by the same witness that owes nothing to the engine.
"""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

from troth.example import HERO
from troth.example.cast import BYSTANDER, LEAVER, LEFT
from troth.retention import attack
from troth.workflows.demo_stage import Stage

Rows = set[tuple[object, ...]]
RULES = "troth.retention.yaml"
CALLS = "statistics"
_CALLERS, _CALLS = 180, 800
_CALLS_MAP = """troth: 1
systems:
  calls:
    url: sqlite:///calls.sqlite
    datasets:
      call:
        key: [call_id]
        fields: {call_id: key, phone: phone, called_on: date}
"""
_CALLS_RULES = """retention: 1
zone: Europe/Copenhagen
rules:
  phones:
    datasets: [calls.call]
    clock: {event: row_created, column: called_on}
    keep: 1y
    reason: operations
    outcome: anonymise
"""


def kept_scenes(stage: Stage) -> tuple[list[set[int]], list[str]]:
    """The company's rules, one row explained, what is over goes; the exit codes expected, and what did not come out."""
    text = files("troth.example").joinpath(RULES).read_text(encoding="utf-8")
    (stage.folder / RULES).write_text(text, encoding="utf-8")
    stage.scene(
        "How long is everybody else's kept?",
        "The privacy officer wrote it down: for each kind of data the event it counts from, a length, a reason.",
    )
    stage.run("retention", "preview", lines=14)
    stage.look(f"{RULES}. `reasonable period` is no length; a category without a rule is a finding.")

    stage.scene(
        "Why do you still have this?", f"Asked of one row: an invoice {HERO.name} got before she left."
    )
    stage.run("retention", "explain", f"billing.invoice={_invoice(stage.folder)}")
    stage.say(f"And of one who is a customer still, {BYSTANDER.name}: his account is open, so no time runs.")
    stage.run("retention", "explain", f"billing.customer={BYSTANDER.customer_no}")
    stage.say()

    before = _accounts(stage.folder)
    stage.scene(
        "What is over goes",
        f"{LEAVER.name} closed his account on {LEFT.date()}. The rule says: two years, then erase.",
    )
    stage.run("retention", "run", lines=12)
    wrong = _witness(stage, before, _accounts(stage.folder))
    for fault in wrong:
        stage.say(f"  UNEXPLAINED: {fault}", "bad")
    return [{0}, {0}, {0}, {0}], wrong


def anonymity_scenes(stage: Stage) -> list[set[int]]:
    """A list without names is refused, because the phone numbers in it still group one person's rows; then it passes."""
    folder = stage.folder / CALLS
    _calls(folder)
    where = ("--map", f"{CALLS}/troth.map.yaml")
    stage.scene(
        "Anonymous, or only said to be?",
        "For statistics somebody copied the calls to support and left the names out. A Danish taxi company",
        "did the same with its rides: the authority called them personal, for the phone numbers were left.",
    )
    stage.run("anonymity", "call", *where)
    stage.say("So a rule takes the numbers as well, and the question is asked again.")
    stage.run("retention", "run", *where)
    stage.run("anonymity", "call", *where)
    stage.look("singling people out of what is left was tried, a thousand times and more; docs/anonymity.md.")
    return [{3}, {0}, {0} if attack.installed() else {3}]


def _invoice(folder: Path) -> int:
    """Her newest invoice, which a law keeps."""
    asked = "SELECT invoice_id FROM invoice WHERE billing_name = ? ORDER BY issued_on DESC LIMIT 1"
    with closing(sqlite3.connect(folder / "billing.sqlite")) as db:
        return int(db.execute(asked, (HERO.name,)).fetchone()[0])


def _accounts(folder: Path) -> tuple[Rows, Rows]:
    """The customers who closed their account over two years ago, and those who are customers still."""
    with closing(sqlite3.connect(folder / "billing.sqlite")) as db:
        over = set(db.execute("SELECT * FROM customer WHERE closed_on < date('now', '-2 years', '-1 day')"))
        return over, set(db.execute("SELECT * FROM customer WHERE closed_on IS NULL"))


def _witness(stage: Stage, before: tuple[Rows, Rows], after: tuple[Rows, Rows]) -> list[str]:
    """Says what the file itself shows: the closed accounts gone, each active one as it was."""
    (closed, active), (left, still) = before, after
    theirs = [len([row for row in rows if LEAVER.name in row]) for rows in (closed, left)]
    stage.say(f"  accounts closed for more than two years: {len(closed)} before, {len(left)} now", "good")
    stage.say(f"  his own: {theirs[0]} before, {theirs[1]} now", "good")
    stage.say(f"  active accounts: {len(active)} before, {len(active & still)} of them as they were", "good")
    stage.look("the file itself, read without any of the engine.")
    return [
        *["a closed account is there still"] * bool(left),
        *["no closed account of his was there"] * (theirs[0] != 1),
        *["an active account changed"] * bool(active - still),
    ]


def _calls(folder: Path) -> None:
    """Calls of 180 people, whose names somebody took away; the month stands there still."""
    (folder / ".troth").mkdir(mode=0o700, parents=True)
    (folder / "troth.map.yaml").write_text(_CALLS_MAP, encoding="utf-8")
    (folder / RULES).write_text(_CALLS_RULES, encoding="utf-8")
    dice = random.Random(7)  # noqa: S311  (the same calls each time)
    phones = [
        f"+45 67 {dice.randint(10, 99)} {dice.randint(10, 99)} {dice.randint(10, 99)}"
        for _ in range(_CALLERS)
    ]
    calls = [
        (number, dice.choice(phones), f"2024-{dice.choice(('01', '04', '07', '10'))}-01")
        for number in range(1, _CALLS + 1)
    ]
    with closing(sqlite3.connect(folder / "calls.sqlite")) as db, db:
        db.execute("CREATE TABLE call (call_id INTEGER PRIMARY KEY, phone TEXT, called_on TEXT NOT NULL)")
        db.executemany("INSERT INTO call VALUES (?, ?, ?)", calls)
