"""Each file in tests/cases/ownership says in rows what the map's words mean; here they are played on every store."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import yaml

from live import KINDS, Live, World, map_of

CASES = sorted((Path(__file__).parents[1] / "cases" / "ownership").glob("*.yaml"))
Step = dict[str, Any]


@dataclass
class Play:
    """One case; `world()` is a fresh one, so that several orders can be tried from the same start."""

    case: Mapping[str, Any]
    kinds: Mapping[str, str]
    new_live: Callable[..., Live]
    started: int = 0
    world: World = field(init=False)

    def __post_init__(self) -> None:
        self.world = self.begin()

    def begin(self) -> World:
        self.started += 1
        lives = {}
        for name, system in self.case["systems"].items():
            live = lives[name] = self.new_live(self.kinds[name], f"{name}-{self.started}")
            live.run(_script(system, live.kind))
        return World(lives, map_of({name: s["datasets"] for name, s in self.case["systems"].items()}))

    def step(self, step: Step) -> None:
        self.world.scope = step.get("scope")
        self.world.instructed = step.get("instructed", {})
        getattr(
            self, next(name for name in ("see", "erase_in_any_order", "erase", "refuse") if name in step)
        )(step)

    def see(self, step: Step) -> None:
        seen = self.world.see(*step["see"])
        if "keys" in step:
            shown = {place: [_key(self.case, place, row) for row in rows] for place, rows in seen.items()}
            assert _bags(shown) == _bags(step["keys"])
        else:
            assert _bags({place: [tuple(r.values()) for r in rows] for place, rows in seen.items()}) == _bags(
                step["rows"]
            )

    def erase(self, step: Step) -> None:
        plan = self.world.erase(*step["erase"])
        self._left(step)
        kept = [
            [str(s.ref), len(s.rows), s.law, s.until.isoformat() if s.until else None] for s in plan.steps if s.action == "keep"
        ]  # fmt: skip
        assert kept == step.get("kept", [])
        again = self.world.plan(*step["erase"])
        assert not [s for s in again.steps if s.action not in ("keep", "refresh")], (
            "a second time finds nothing to do"
        )

    def erase_in_any_order(self, step: Step) -> None:
        people = step["erase_in_any_order"]
        for order in permutations(people):
            for person in order:
                self.world.erase(person)
            self._left(step)
            self.world = self.begin()
        self.world.erase(*people)
        self._left(step)

    def refuse(self, step: Step) -> None:
        before = {name: live.dump() for name, live in self.world.systems.items()}
        blocked = {question.id for question in self.world.plan(*step["refuse"]).blocked}
        assert blocked == set(step["because"])
        assert before == {name: live.dump() for name, live in self.world.systems.items()}

    def _left(self, step: Step) -> None:
        left = {}
        for place in step["rows"]:
            system, _, table = place.partition(".")
            left[place] = self.world.systems[system].query(f"SELECT * FROM {table}")
        assert _bags(left) == _bags(step["rows"])
        assert [live.dangling() for live in self.world.systems.values()] == [[] for _ in self.world.systems]


def _script(system: Mapping[str, Any], kind: str) -> str:
    script = str(system["sql"])
    for table, keys in system.get("keys", {}).items():
        for key in keys:
            if kind != "sqlite":
                script += f"ALTER TABLE {table} ADD {key};"
            else:
                script = re.sub(rf"(CREATE TABLE {table} \(.*)\);", rf"\1, {key});", script)
    return script


def _key(case: Mapping[str, Any], place: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    system, _, table = place.partition(".")
    return tuple(row[name] for name in case["systems"][system]["datasets"][table]["key"])


def _bags(rows: Mapping[str, Any]) -> dict[str, Counter[tuple[str | None, ...]]]:
    return {
        place: Counter(tuple(None if cell is None else str(cell) for cell in row) for row in some)
        for place, some in rows.items()
    }


@pytest.mark.parametrize("kind", [*KINDS, pytest.param("mixed", marks=pytest.mark.postgres)])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_case_holds(path: Path, kind: str, new_live: Callable[..., Live]) -> None:
    case = yaml.safe_load(path.read_text())
    kinds = dict.fromkeys(case["systems"], kind)
    if kind == "mixed":
        if len(kinds) < 2:
            return
        kinds = dict(zip(case["systems"], ("sqlite", "postgres"), strict=False))
    play = Play(case, kinds, new_live)
    for step in case["steps"]:
        play.step(step)
