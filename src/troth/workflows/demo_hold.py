"""A scene of the demo: a court asks for one customer's data, who asks to be erased; what is held stays, and goes by itself afterwards."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from troth.workflows.demo_stage import Stage

OLGA, VERA = {"TROTH_OPERATOR": "olga"}, {"TROTH_OPERATOR": "vera"}


def hold_scene(stage: Stage, person: str, place: str, *accepted: str) -> list[set[int]]:
    """Plays a hold on `place` (system.dataset) of one person, their erasure, and the lift; the exit codes it expects.

    Needs the demo's map, and a person other than its hero: they are erased at the end.
    """
    answers = [part for question in accepted for part in ("--accept", question)]
    stage.scene(
        "A court asks for what somebody wants erased",
        "One person places a legal hold, with its ground and a day to look again. Alone it is not enough.",
    )
    stage.run(
        "hold", "place", "--person", person, "--on", place, "--authority", "court", "--ground", "claims",
        "--note", "'Case BS-12/2026 is about these rows'", "--review", "2099-03-01", settings=OLGA,
    )  # fmt: skip
    name = _newest(stage)
    stage.run("hold", "confirm", name, settings=OLGA)
    stage.run("hold", "confirm", name, settings=VERA)
    stage.say("Now the person asks to be erased: all goes but what is held, and the certificate says why.")
    stage.run("erase", person, "--yes", *answers, lines=16)
    stage.say(
        "The case is over. Two people lift the hold, and what was postponed is done by the next `troth due`."
    )
    stage.run("hold", "lift", name, settings=OLGA)
    stage.run("hold", "confirm", name, settings=VERA)
    stage.run("due")
    stage.say()
    return [{0}, {4}, {0}, {0}, {0}, {0}, {0}]


def _newest(stage: Stage) -> str:
    """The name of the hold that was placed last, as somebody would copy it from the screen."""
    with closing(
        sqlite3.connect(f"file:{stage.folder / '.troth' / 'state.sqlite'}?mode=ro", uri=True)
    ) as state:
        (name,) = state.execute("SELECT name FROM retention_hold ORDER BY id DESC LIMIT 1").fetchone()
    return str(name)[:8]
