"""What an existing map makes of new guesses: a decision stands, a refused link stays refused, a guess yields to a much surer one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from troth.datamap.inference.guess import Guess
from troth.datamap.lexicon import Verdict
from troth.datamap.mapwrite import CERTAIN
from troth.datamap.meanings import identity
from troth.datamap.model import DataMap, Field, Link

CLEARLY: Final = 0.1  # so much surer a new guess must be before it takes an old one's place


def field_of(name: str, verdict: Verdict, before: Field | None) -> Field:
    """The field as it was decided or guessed before, unless that was a guess and this verdict is much surer."""
    if before is not None and (before.reviewed or verdict.confidence < before.confidence + CLEARLY):
        return before
    sure = verdict.confidence >= CERTAIN and verdict.category != "unknown"
    erased, how = (before.erased_value, before.strategy) if before is not None else (None, None)
    return Field(name, verdict.category, verdict.confidence, sure, erased, verdict.reason, verdict.paths, how)


def settled(before: DataMap, guesses: Sequence[Guess]) -> tuple[DataMap, tuple[Guess, ...]]:
    """The map without the guessed links that are beaten, and the guesses that may join it.

    A column that has a link, or one that was refused, gets no other; a condition (`type` says whose `id` it is) may add one.
    """
    refused = {(one.source, one.columns, one.target, one.target_columns) for one in before.refused}
    alone = {(one.source, one.columns) for one in before.refused}
    held: dict[object, list[Link]] = {}
    for link in before.links:
        held.setdefault((link.source, link.columns), []).append(link)
    beaten: list[Link] = []
    joining: list[Guess] = []
    for guess in guesses:
        end = (guess.source, guess.columns)
        if guess.identity in refused or (end in alone and guess.condition is None):
            continue
        links = held.get(end, [])
        rivals = (
            links if guess.condition is None else [link for link in links if identity(link) == guess.identity]
        )
        if all(_yields(before, link, guess) for link in rivals):
            beaten += rivals
            joining.append(guess)
    left = tuple(link for link in before.links if all(link is not other for other in beaten))
    return replace(before, links=left), tuple(joining)


def _yields(datamap: DataMap, link: Link, guess: Guess) -> bool:
    """Whether a link of the map is a guess that nothing else in the map leans on, and a much weaker one."""
    ends = datamap.datasets[link.source], datamap.datasets[link.target]
    ruled = {rule.link for dataset in ends for rule in (*dataset.on_get, *dataset.on_erase)}
    leant_on = ruled & {link.name, link.foreign_name} or ends[0].identifies
    return link.is_guess and not leant_on and guess.confidence >= link.confidence + CLEARLY
