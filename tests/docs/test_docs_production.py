"""The page for production cannot lie: its map loads, its options exist, its queries run, its runbook knows every fault."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import typer.main
from doc_pages import blocks, page, sections

from live import Live
from troth.cli.after import app
from troth.datamap.manners import DEFAULTS, READ, manners
from troth.datamap.mapfile import loads
from troth.stores.faults import ADVICE, LOST
from troth.workflows.act import PAUSES
from troth.workflows.replica import PATIENCE

PAGE = page("production.md")
RUNBOOK = sections(PAGE)["When a run ends with exit code 5"]


def test_its_map_loads_and_its_manners_are_read() -> None:
    (example,) = blocks(PAGE, "yaml")
    said = dict(loads(example).systems["shop"].manners)
    assert manners(said).batch == 500
    assert set(READ) - set(said) == {"read_timeout"}


def test_its_options_exist() -> None:
    group = typer.main.get_command(app)
    known = {o for command in group.commands.values() for p in command.params for o in p.opts}  # type: ignore[attr-defined]
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE))
    assert len(named) > 8
    assert named <= known


def test_each_fault_has_its_line_in_the_runbook() -> None:
    rows = re.findall(r"^\| ([^|]+) \|", RUNBOOK, flags=re.M)
    for advice in (*ADVICE.values(), LOST):
        assert any(advice.startswith(row) for row in rows), advice


def test_its_figures_are_those_of_the_code() -> None:
    assert f"{PAUSES[0]:g}, {PAUSES[1]:g} and {PAUSES[2]:g} seconds" in PAGE
    assert f"up to {PATIENCE:.0f}\nseconds" in PAGE
    told = sections(page("map.md"))["Manners of a system"]
    for name, text in re.findall(r"^- `(\w+)`:.*?Default: `([^`]+)`", told, flags=re.M):
        assert getattr(manners({name: text}), name) == getattr(DEFAULTS, name), name
    assert f"`{DEFAULTS.max_rows}` and `{DEFAULTS.max_people}`" in told


@pytest.mark.parametrize(
    ("kind", "at"),
    [
        pytest.param("postgres", 0, marks=pytest.mark.postgres),
        pytest.param("mysql", 1, marks=pytest.mark.mysql),
    ],
)
def test_who_holds_a_lock_can_be_asked(kind: str, at: int, new_live: Callable[..., Live]) -> None:
    live = new_live(kind)
    live.query(blocks(RUNBOOK, "sql")[at].strip().rstrip(";"))
