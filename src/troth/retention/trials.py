"""What is known of backups, restore drills and canaries at a moment, as dated values: no check of ours needs to ask a store for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final

from troth.datamap.check import Finding
from troth.retention.backups import Backup


@dataclass(frozen=True)
class Trial:
    """What one drill or canary showed: when, of which systems, with which verdict, and its counts."""

    at: datetime
    passed: bool
    verdict: str
    systems: tuple[str, ...]
    counts: Mapping[str, int]
    taken: datetime | None = None  # when a drill's backup was begun
    why: str = ""  # it could not be made


NOT_MADE: Final = "not made"
"""The verdict of a drill that could not be made: `why` says the reason."""


@dataclass(frozen=True)
class Recipe:
    """How a backup of a system is restored with nobody there: a pattern of files, or the words of a command; in which time."""

    system: str
    dump: str
    command: tuple[str, ...]
    within: timedelta


def of_file(backups: Iterable[Backup], recipe: Recipe) -> Backup | None:
    """The newest backup that a recipe can restore; by a command, whichever is the newest of the system."""
    there = [one for one in backups if one.gone is None and recipe.system in one.systems]
    if recipe.dump:
        there = [one for one in there if fnmatchcase(f"{one.place}/{one.name}", recipe.dump)]
    return max(there, key=lambda one: (one.taken, one.name), default=None)


@dataclass(frozen=True)
class Facts:
    """Everything at `at`; `drills` are the last of each system, `passed` the last that did."""

    at: datetime
    backups: tuple[Backup, ...]  # that are there
    findings: tuple[Finding, ...]
    ages: Mapping[str, timedelta | None]  # by system, of its newest backup; None: there is none
    drills: Mapping[str, Trial]
    passed: Mapping[str, datetime]
    canary: Trial | None


def ages(backups: tuple[Backup, ...], systems: tuple[str, ...], at: datetime) -> dict[str, timedelta | None]:
    """How old the newest backup of each system is that is there; None where there is none."""
    newest = {
        name: max((one.taken for one in backups if name in one.systems and one.gone is None), default=None)
        for name in systems
    }
    return {name: None if taken is None else at - taken for name, taken in newest.items()}
