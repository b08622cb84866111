"""Infers the links that no store declares, from names, types and bounded samples; asks once for each key that was only sampled in part."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Final

from troth.datamap.inference import across, composite, inside, polymorphic
from troth.datamap.inference.assign import Assignment
from troth.datamap.inference.candidates import Candidate, Candidates
from troth.datamap.inference.guess import Guess, Inferred
from troth.datamap.inference.lookup import Lookup
from troth.datamap.inference.weigh import IMPOSSIBLE, by_values, points_to_itself
from troth.datamap.inference.world import World
from troth.datamap.model import Ref
from troth.datamap.reader import Row, Sample, Select
from troth.datamap.schema import Schema

if TYPE_CHECKING:
    from troth.datamap.meanings import Identity

Asking = Generator[list[tuple[Ref, Select]], list[Iterable[Sequence[Row]]], Inferred]
_HOPELESS: Final = 9.0  # log-odds


def infer(schemas: Mapping[str, Schema], samples: Mapping[Ref, Sample], known: Set[Identity]) -> Asking:
    """Yields questions for the stores, returns links likelier than not. Without samples it asks nothing."""
    world = World(schemas, samples, known)
    finder, lookup = Candidates(world), Lookup()
    pairs = list(polymorphic.pairs(world))
    world.taken |= polymorphic.columns_of(pairs)
    found = [finder.of(child) for columns in world.columns.values() for child in columns.values()]
    _weigh_all(world, found, ahead=True)
    for options in found:
        for one in options:
            lookup.want(one.key, one.child.values)
    crossings, nested = across.crossings(world), inside.found(world, finder)
    polymorphic.want(pairs, lookup)
    across.want(crossings, lookup)
    inside.want(nested, lookup)
    yield from lookup.ask()
    _weigh_all(world, found)
    settled = Assignment(world, found).settle()
    single = {(one.child.ref, one.child.name): (one.key.ref, one.key.name) for one, _ in settled}
    several = composite.candidates(world, single)
    yield from composite.ask(several)
    together = list(composite.guesses(world, several, single))
    covered = _covered(together, single)
    links = [_guess(one, sure) for one, sure in settled if (one.child.ref, one.child.name) not in covered]
    links += [*together, *polymorphic.guesses(pairs), *across.guesses(world, crossings, single)]
    order = sorted(links, key=lambda guess: (guess.source, -guess.confidence, guess.columns, guess.target))
    return Inferred(tuple(order), tuple(inside.told(nested)))


def _covered(
    together: list[Guess], single: Mapping[tuple[Ref, str], tuple[Ref, str]]
) -> set[tuple[Ref, str]]:
    """Columns that name by themselves only what the row they name together with others names too."""
    return {
        (guess.source, ours)
        for guess in together
        for ours, theirs in zip(guess.columns, guess.target_columns, strict=True)
        if single.get((guess.source, ours)) in (single.get((guess.target, theirs)), (guess.target, theirs))
    }


def _weigh_all(world: World, found: list[list[Candidate]], ahead: bool = False) -> None:
    """Values of what names and ranges left over; drops what nothing the other columns say could still bring up.

    `ahead` of the answers, no candidate is measured by another, which they may yet refute.
    """
    for options in found:
        for one in options:
            _weigh(world, one)
        top = 0.0 if ahead else max([0.0, *(one.odds for one in options)])
        options[:] = [one for one in options if one.odds > top - _HOPELESS]


def _weigh(world: World, one: Candidate) -> None:
    keys = world.keys[one.child.ref]
    counted = next((key for key in keys if key.primary and key.name == one.child.name), None)
    one.value = by_values(one.child, one.key, counted)
    if (
        one.value > IMPOSSIBLE
        and one.child.ref == one.key.ref
        and (sample := world.samples.get(one.child.ref))
    ):
        own, named = sample.columns.index(one.key.name), sample.columns.index(one.child.name)
        pairs = [(row[own], row[named]) for row in sample.rows if row[named] is not None]
        one.value += points_to_itself(one.child, one.key, pairs)


def _guess(one: Candidate, sure: float) -> Guess:
    hits, looked = one.key.included(one.child.values)
    parts = []
    if one.child.values and looked:
        parts.append(f"{hits} of {looked} sampled values are keys of {one.key.ref.dataset}")
    if one.why:
        parts.append(one.why)
    reason = ", and ".join(parts) or "nothing else fits"
    return Guess(one.child.ref, (one.child.name,), one.key.ref, (one.key.name,), round(sure, 3), reason)
