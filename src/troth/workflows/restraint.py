"""Keeps a run within its manners: ceilings and quiet hours before it begins, quiet hours and rests between its batches."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from troth.datamap.model import DataMap
from troth.datamap.questions import Question
from troth.planning.plan import Plan
from troth.terms.errors import QuietHoursError
from troth.workflows.house import House

CEILING = "plan.Q019"
QUIET = "plan.Q020"


def before(house: House, datamap: DataMap, plan: Plan, acting: bool) -> Iterable[Question]:
    """What stands before a run because of its manners; a preview in quiet hours only says so."""
    touched = Counter(step.ref.system for step in plan.steps if step.action != "keep" for _ in step.rows)
    for system, rows in sorted(touched.items()):
        manners = house.manners(datamap.systems[system])
        for most, found, what in (
            (manners.max_rows, rows, "rows"),
            (manners.max_people, plan.people, "people"),
        ):
            if most and found > most:
                yield Question(
                    id=CEILING, place=system, text=f"the plan touches {found:,} {what} here; one run may touch {most:,}",
                    remedy=f"Read the plan again: is every link right? Then say --over-ceiling, or raise max_{what} in the map.",
                    weight=97, blocking="ceiling" not in house.lifted,
                )  # fmt: skip
        yield from quiet_question(house, datamap, system, acting)


def quiet_question(house: House, datamap: DataMap, system: str, acting: bool) -> Iterable[Question]:
    """Whether now is a time to write to the system."""
    if over := _quiet(house, house.manners(datamap.systems[system]).quiet_until(house.now())):
        yield Question(
            id=QUIET, place=system, text=f"these are its quiet hours, until {_clock(over)}: nothing is written in them",
            remedy="Run it again after that, or say --ignore-quiet-hours.",
            weight=96, blocking=acting,
        )  # fmt: skip


def _quiet(house: House, over: datetime | None) -> datetime | None:
    return None if "quiet" in house.lifted else over


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} ({moment.tzinfo})"


def refuse_quiet(house: House, datamap: DataMap, systems: Iterable[str]) -> None:
    """Raises QuietHoursError if one of the systems is in its quiet hours: nothing is written to it then."""
    for system in sorted(systems):
        if over := _quiet(house, house.manners(datamap.systems[system]).quiet_until(house.now())):
            raise QuietHoursError(
                f"its quiet hours have begun and last until {_clock(over)}",
                place=system,
                remedy="What was done is recorded, the person can still be found. After that: troth resume. "
                "Or go on at once: troth resume --ignore-quiet-hours.",
            )


@dataclass
class Rests:
    """The rests between two batches of a system, in this process; a resumed run begins without one."""

    house: House
    datamap: DataMap
    _ended: dict[str, tuple[float, float]] = field(
        default_factory=dict
    )  # when, and how long to rest from then

    def wait(self, system: str) -> None:
        """Waits until the system has had its rest since its last batch, and says so."""
        ended, rest = self._ended.pop(system, (0.0, 0.0))
        left = ended + rest - time.monotonic()
        if left > 0:
            self.house.progress(f"resting {left:.0f} s before the next batch of {system}")
            self.house.sleep(left)

    def done(self, system: str, rows: int, took: float) -> None:
        """A batch of so many rows was done in so many seconds."""
        rest = self.house.manners(self.datamap.systems[system]).rest(rows, took)
        self._ended[system] = (time.monotonic(), rest)
