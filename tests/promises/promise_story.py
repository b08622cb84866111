"""What the book of promises tells: one person's story in the example company, and how its rows are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from live import Live, World
from troth.example import FILES
from troth.example.checks import Snapshot, snapshot
from troth.planning.plan import Plan
from troth.workflows.house import House


@dataclass(frozen=True)
class Story:
    """What was there, what she was shown, what was planned, what was answered, and what is there now."""

    folder: Path
    house: House
    before: Snapshot
    owned_before: dict[str, set[tuple[Any, ...]]]
    shown: dict[str, Any]
    plan: Plan
    told: dict[str, Any]

    def after(self) -> Snapshot:
        return snapshot(self.folder)

    def named(self) -> dict[tuple[str, str, tuple[Any, ...]], set[str]]:
        """The cells that the plan names: columns by (system, dataset, key); '*' for a row that comes or goes."""
        cells: dict[tuple[str, str, tuple[Any, ...]], set[str]] = {}
        for step in self.plan.steps:
            for row in step.rows:
                columns = cells.setdefault((*step.ref, tuple(row[: len(step.key)])), set())
                if step.action != "keep":
                    columns.update(["*"] if step.action in ("erase", "create") else step.columns)
        return cells


def world_of(folder: Path, house: House) -> World:
    """The company's five files under its map, for the engine alone."""
    lives = {file.removesuffix(".sqlite"): Live("sqlite", f"sqlite:///{folder / file}") for file in FILES}
    return World(lives, house.map(), at=house.now().date())


def owned_by_anybody(world: World) -> dict[str, set[tuple[Any, ...]]]:
    """The keys of all rows that some person owns, by dataset."""
    with world.inquiry() as inquiry:
        estate = inquiry.look()
        people = [
            f"{ref}={','.join(map(str, key))}"
            for ref, dataset in estate.datasets.items()
            if dataset.subject
            for (*key,) in world.systems[ref.system].query(
                f"SELECT {', '.join(estate.key(ref))} FROM {ref.dataset}"
            )
        ]
        closure = inquiry.whose(inquiry.who(people))
        return {
            str(ref): {key for key, own in held.own.items() if own} for ref, held in closure.holdings.items()
        }
