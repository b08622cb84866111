"""Infers the links that no store declares, from names, types and bounded samples; asks once for each key that was only sampled in part."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Final

from troth.datamap.condition import Condition
from troth.datamap.inference import across, composite, inside, names, polymorphic
from troth.datamap.inference.assign import Assignment
from troth.datamap.inference.candidates import Candidate, Candidates
from troth.datamap.inference.guess import Guess, Inferred
from troth.datamap.inference.lookup import Lookup
from troth.datamap.inference.polymorphic import identifier
from troth.datamap.inference.weigh import IMPOSSIBLE, by_values, points_to_itself
from troth.datamap.inference.world import World
from troth.datamap.model import Ref
from troth.datamap.reader import Row, Sample, Select
from troth.datamap.schema import Schema
from troth.datamap.words import Seq

if TYPE_CHECKING:
    from troth.datamap.meanings import Identity

Asking = Generator[list[tuple[Ref, Select]], list[Iterable[Sequence[Row]]], Inferred]
_HOPELESS: Final = 9.0  # log-odds
_NAMED: Final = 4.0  # log-odds of names that say which table
_FEW: Final = 3  # keys
_HUB: Final = -6.0  # log-odds of a table that only adds to the rows of another
_COUNTED: Final = 0.9  # of a span: keys so dense that any numbers as small would fit
_UNNAMED: Final = 0.6  # what values alone can say of such keys
_PRESUMED: Final = 0.9  # of a key that is one only in part of the rows


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
            if one.child.blank not in (None, ""):
                lookup.want(one.key, (one.child.blank,))
    crossings, nested = across.crossings(world), inside.found(world, finder)
    polymorphic.want(pairs, lookup)
    across.want(crossings, lookup)
    inside.want(nested, lookup)
    yield from lookup.ask()
    _weigh_all(world, found)
    _prefer_hubs(world, found)
    settled = [
        (one, _sure(one, sure))
        for one, sure in Assignment(world, found).settle()
        if one.named >= _NAMED or not polymorphic.is_unclear(world, one.child)
    ]
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
        empty = (None, one.child.blank)
        pairs = [(row[own], row[named]) for row in sample.rows if row[named] not in empty]
        one.value += points_to_itself(one.child, one.key, pairs)


def _prefer_hubs(world: World, found: list[list[Candidate]]) -> None:
    """`orders.pub_id` names the publishers, not the table that adds a logo to each and bears their number too."""
    for options in found:
        if len(options) > 1:
            words = names.stem(options[0].child.name)[0]
            added = [one for one in options if any(_adds_to(world, words, one, hub) for hub in options)]
            for one in added:
                one.affinity += _HUB


def _adds_to(world: World, words: Seq, one: Candidate, hub: Candidate) -> bool:
    """Whether the one table's key is named after the column too, while its rows are rows of the hub."""
    if one.key is hub.key or names.is_opaque(one.key.name) or names.stem(one.key.name)[0] != words:
        return False
    ours, theirs = (names.agreement(words, world.noun(key.ref)) for key in (one.key, hub.key))
    hits, looked = hub.key.included(one.key.profile.values)
    return theirs > ours and looked >= _FEW and hits == looked


def _counts(one: Candidate) -> bool:
    """Whether only small numbers speak for it, which any table as large has, and the column's name does not."""
    return (
        not (one.tied or names.is_opaque(one.child.name))
        and one.key.density >= _COUNTED
        and one.key.profile.low <= 1
    )


def _sure(one: Candidate, sure: float) -> float:
    if _counts(one):
        return min(_UNNAMED, sure)
    whole = one.key.declared or one.key.profile.whole or one.key.asked
    return sure if whole else min(_PRESUMED, sure)


def _condition(one: Candidate) -> Condition | None:
    """That the column does not hold the 0, -1 or empty text which names nothing."""
    blank = one.child.blank
    if blank is None or blank in one.key.confirmed:
        return None
    value = str(blank) if isinstance(blank, int) else f"'{blank}'"
    return Condition(f"{identifier(one.child.name)} <> {value}")


def _guess(one: Candidate, sure: float) -> Guess:
    hits, looked = one.key.included(one.child.values)
    parts = []
    if one.child.values and looked:
        parts.append(f"{hits} of {looked} sampled values are keys of {one.key.ref.dataset}")
    if _counts(one) and parts:
        parts.append("so they would be of any table as large")
    if one.child.blank is not None:
        parts.append("many rows name none")
    if one.why:
        parts.append(one.why)
    reason = ", and ".join(parts) or "nothing else fits"
    return Guess(
        one.child.ref, (one.child.name,), one.key.ref, (one.key.name,), round(sure, 3), reason, _condition(one),
    )  # fmt: skip
