"""Links between stores: a customer number here, the same there. Names must agree, and no small number proves anything."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from math import exp
from typing import Final

from troth.datamap.inference import names
from troth.datamap.inference.guess import Guess
from troth.datamap.inference.lookup import Lookup
from troth.datamap.inference.profile import Key, Profile
from troth.datamap.inference.world import World
from troth.datamap.lexicon import names_a_handler
from troth.datamap.model import Atom, Ref
from troth.datamap.words import FIELDS, concepts, suffix

_NATURAL: Final = ("email", "national_id")  # categories whose values mean the same in every store
_PRIOR: Final = -3.0
_LEAST: Final = 0.9
_HANDLER: Final = ("handler",)
_FEW: Final = 3  # values: fewer of them that are keys prove no link by a person's own identifier
_PEOPLE: Final = ("person", "staff", "account", "creator")
_CROWDED: Final = 0.5  # of a span: keys so dense that inclusion proves nothing


@dataclass(slots=True)
class Crossing:
    """A column of one store against a key of another."""

    child: Profile
    key: Key
    named: float
    seen: frozenset[Atom] = field(repr=False)
    is_identifier: bool = False  # an e-mail address or a national id: it means the same everywhere

    def odds(self) -> float:
        hits, looked = self.counted()
        if not self.seen or not self.key.profile.sampled:
            return _PRIOR + self.named
        if looked == 0 or hits < _LEAST * looked:
            return -50.0
        crowded = self.key.profile.kind == "int" and self.key.density > _CROWDED
        return _PRIOR + self.named + min(2.0 if crowded else 8.0, (0.1 if crowded else 0.8) * hits)

    def counted(self) -> tuple[int, int]:
        """(values that are keys, values of which that is known), in the form that all stores share."""
        theirs = {shared(value) for value in self.key.profile.values | self.key.confirmed}
        ours = {shared(value) for value in self.seen}
        if self.key.profile.whole:
            return len(ours & theirs), len(ours)
        asked = {shared(value) for value in self.key.asked} | theirs
        return len(ours & theirs), len(ours & asked)


def shared(value: Atom) -> str:
    """One text for 4711, '4711', '004711' and ' 4711 '; letters without case."""
    text = str(value).strip().casefold()
    return text.lstrip("0") or "0" if text.isdigit() else text


def crossings(world: World) -> list[Crossing]:
    """Pairs whose names agree; a column never meets keys of its own store here."""
    if len(world.schemas) < 2:
        return []
    keys: dict[tuple[str, ...], list[Key]] = defaultdict(list)
    for key in world.all_keys():
        for sign, _ in _signs(key.ref, key.name, world):
            keys[sign].append(key)
        if world.classes[key.ref] == "staff" and names.stem(key.name)[1]:
            keys[_HANDLER].append(key)
    found: list[Crossing] = []
    for ref, columns in world.columns.items():
        for child in columns.values():
            if (ref, child.name) in world.taken or child.kind in ("none", "nested"):
                continue
            best: dict[tuple[Ref, str], Crossing] = {}
            for sign, score in _signs(ref, child.name, world):
                for key in keys.get(sign, ()):
                    if key.ref.system != ref.system and (key.ref, key.name) not in best:
                        best[key.ref, key.name] = Crossing(
                            child, key, score, child.values, sign[0] in _NATURAL
                        )
            found.extend(best.values())
    return found


def _signs(ref: Ref, column: str, world: World) -> Iterator[tuple[tuple[str, ...], float]]:
    """What a column may be recognised by in another store, with how much that says."""
    bare = names.without(world.prefix[ref], column)
    seq = concepts(bare)
    found = suffix(seq, FIELDS)
    words, marked = names.stem(bare)
    if found and found[0][0] in _NATURAL:
        yield (found[0][0],), 4.0
        return
    if names_a_handler((bare,), "", "", by_target=False):
        yield _HANDLER, 3.0
    if not marked:
        return
    idea = names.idea(bare) if words else names.table_idea(ref.dataset)
    noun = words or names.table_words(ref.dataset)
    number = seq[-1:] == ("number",)
    if idea:
        yield ("idea", *idea, "number" if number else "id"), 5.0 if number else 4.0
    if noun:
        yield ("noun", *noun, "number" if number else "id"), 5.0 if number else 4.0


def want(found: list[Crossing], lookup: Lookup) -> None:
    for one in found:
        lookup.want(one.key, [form for value in one.seen for form in _forms(value, one.key)])


def _forms(value: Atom, key: Key) -> set[Atom]:
    """How a value may be written where the key is."""
    text = str(value).strip()
    if key.profile.kind == "int":
        return {int(text)} if text.isascii() and text.isdigit() and len(text) < 19 else set()
    return {text, text.lower(), text.upper()}


def guesses(
    world: World, found: list[Crossing], single: Mapping[tuple[Ref, str], tuple[Ref, str]]
) -> Iterator[Guess]:
    """The best key of each column that names nothing in its own store; of two that name each other, one."""
    declared = {(r, Ref(r.system, k.target)) for r, table in world.tables.items() for k in table.foreign_keys}
    ends = declared | {(source, target) for (source, _), (target, _) in single.items()}
    owned = {source for source, target in ends if world.classes.get(target) in _PEOPLE}
    homes = _Homes(found, Counter(single.values()))
    options: dict[tuple[Ref, str], list[Crossing]] = defaultdict(list)
    for one in found:
        at = (one.child.ref, one.child.name)
        if at not in single and not (one.is_identifier and _is_found_anyway(world, one, owned)):
            options[at].append(one)
    chosen = {at: best for at, ones in options.items() if (best := max(ones, key=homes.better)).odds() > 0}
    for at, one in chosen.items():
        back = chosen.get((one.key.ref, one.key.name))
        if (
            back is not None
            and (back.key.ref, back.key.name) == at
            and homes.rank(one.key) < homes.rank(back.key)
        ):
            continue
        rivals = [other for other in options[at] if other is one or not homes.leads(other.key, one.key)]
        sure = min(
            0.97, exp(min(40.0, one.odds())) / (1.0 + sum(exp(min(40.0, other.odds())) for other in rivals))
        )
        if sure >= 0.5:
            yield _guess(one, sure)


def _guess(one: Crossing, sure: float) -> Guess:
    hits, looked = one.counted()
    seen = f"{hits} of {looked} sampled values are keys of {one.key.ref}, and " if looked else ""
    reason = f"{seen}the names agree across the systems"
    return Guess(one.child.ref, (one.child.name,), one.key.ref, (one.key.name,), round(sure, 3), reason)


class _Homes:
    """A number that several stores know has one home, and the others point there."""

    def __init__(self, found: list[Crossing], named: Counter[tuple[Ref, str]]) -> None:
        self.named = named  # how many columns of its own store name a key
        self.ways = {
            (one.child.ref, one.child.name, one.key.ref, one.key.name) for one in found if one.odds() > 0
        }

    def leads(self, key: Key, home: Key) -> bool:
        """Whether a key names rows of its home by itself."""
        return (key.ref, key.name, home.ref, home.name) in self.ways

    def better(self, one: Crossing) -> tuple[float, tuple[bool, int, int, str, str]]:
        return one.odds(), self.rank(one.key)

    def rank(self, key: Key) -> tuple[bool, int, int, str, str]:
        """Which of several keys for the same things is their home: a declared one, the most named, the fullest, the largest."""
        declared = key.primary or (key.name,) in key.table.uniques
        named = self.named[key.ref, key.name]
        return (declared, named, key.size - 2 * key.profile.nulls, key.ref.system, key.ref.dataset)


def _is_found_anyway(world: World, one: Crossing, owned: Set[Ref]) -> bool:
    """A person's own e-mail address is followed without a link; so is a copy of it where another column says whose row it is."""
    source = one.child.ref
    return source in owned or world.classes[source] in _PEOPLE or one.counted()[0] < _FEW
