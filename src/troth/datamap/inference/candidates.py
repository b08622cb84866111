"""Which keys a column may name, and what names and tables say about each: log-odds against naming nothing."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import log
from typing import Final

from troth.datamap.inference import names
from troth.datamap.inference.affinity import affinity, itself
from troth.datamap.inference.profile import Key, Profile
from troth.datamap.inference.weigh import fits
from troth.datamap.inference.world import World
from troth.datamap.lexicon import names_a_handler
from troth.datamap.model import Ref
from troth.datamap.words import Seq, concepts

_WIDE: Final = 20  # keys that one column is compared with by values alone: those of the tightest range
_ALIKE: Final = 8  # tables whose nouns agree with one column: the best
_HOPELESS: Final = -9.0
_SURE_NAME: Final = 4.0
_NAMED: Final = 2.0  # log-odds of names: enough to take a 0 for "none"
_PERSONS: Final = ("person", "staff", "creator", "account")


@dataclass(slots=True)
class Candidate:
    """One column against one key. `named` is what the names say, `value` what the values say."""

    child: Profile
    key: Key
    base: float
    named: float = 0.0
    affinity: float = 0.0
    value: float = 0.0
    why: str = ""
    tied: bool = False  # a name says something, the column's or its table's

    @property
    def odds(self) -> float:
        return self.base + self.named + self.affinity + self.value


class Candidates:
    """Finds candidates over indexes; one list for each column that may be a link."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.by_kind: dict[tuple[str, str], list[Key]] = defaultdict(list)
        for key in world.all_keys():
            self.by_kind[key.ref.system, key.profile.kind].append(key)
        for found in self.by_kind.values():
            found.sort(key=lambda key: (key.top, key.ref, key.name))
        self.nouns: dict[tuple[str, Seq, bool, Seq, Seq], list[tuple[Key, float]]] = {}
        self.tops = {at: [key.top for key in found] for at, found in self.by_kind.items()}
        self.tables = Counter(ref.system for ref in world.tables)

    def of(self, child: Profile) -> list[Candidate]:
        """All candidates of one column, names first; [] where it is none of a link's."""
        world = self.world
        if child.kind in ("none", "nested") or (child.ref, child.name) in world.taken:
            return []
        if child.sampled and child.filled and not child.values:
            return []
        base = self._base(child)
        if base <= _HOPELESS or (self._is_own_key(child) and not child.values):
            return []
        found: dict[tuple[Ref, str], Candidate] = {}
        for key, score, why in self._named(child):
            real = _without_blank(child, key) if score >= _NAMED else child
            if self._may(real, key):
                at = (key.ref, key.name)
                if at not in found or found[at].named < score:
                    found[at] = Candidate(real, key, base, score, why=why)
        unknown = child.kind != "int" or not names.says_otherwise(child.name)
        for key in self._tight(child, base) if unknown else ():
            if (key.ref, key.name) not in found:
                found[key.ref, key.name] = Candidate(child, key, base)
        for one in found.values():
            self._place(one)
        return list(found.values())

    def _may(self, child: Profile, key: Key) -> bool:
        if child.ref == key.ref and (child.name == key.name or self._repeats_own_noun(child)):
            return False
        return fits(child, key)

    def _words(self, child: Profile) -> Seq:
        return names.stem(names.without(self.world.prefix[child.ref], child.name))[0]

    def _repeats_own_noun(self, child: Profile) -> bool:
        """`relationship` of `relationship`: what kind of one it is, not which other one."""
        return self._words(child) == self.world.noun(child.ref) and not names.names_own_kind(child.name)

    def _is_own_key(self, child: Profile) -> bool:
        """Whether a column counts its own table's rows and its name says no more: `id`, or `customer_id` of `customer`."""
        key = self.world.tables[child.ref].key
        if child.name not in key or (len(key) > 1 and not child.single):
            return False
        words = self._words(child)
        own = names.agreement(words, self.world.noun(child.ref))
        others = self.world.by_noun.get((child.ref.system, words), ())
        alone = own >= _SURE_NAME and all(other.ref == child.ref for other in others)
        return (names.is_opaque(child.name) and len(key) == 1) or own >= 6.0 or alone

    def _base(self, child: Profile) -> float:
        """Log-odds that the column links to anything, by its own name and part in its table's key."""
        table = self.world.tables[child.ref]
        bare = names.without(self.world.prefix[child.ref], child.name)
        if names.is_opaque(child.name):
            base = 0.5
        elif names.is_measure(bare):
            base = -10.0
        elif names.stem(bare)[1] and not names.says_otherwise(bare):
            base = -0.5
        else:
            base = -4.5
        if table.key == (child.name,):  # its own count, unless it extends another table
            return base - (8.0 if child.column.identity else 4.0)
        if child.name in table.key:
            return base - (4.0 if self._is_own_key(child) else -1.0)
        if (child.name,) in table.uniques:
            return base - 1.0
        return base

    def _place(self, one: Candidate) -> None:
        """What the two tables say, whatever the column is called."""
        source, target = one.child.ref, one.key.ref
        classes = self.world.classes
        one.tied = one.named > 0
        one.affinity = affinity(classes[source], classes[target]) if source != target else 0.0
        if not one.key.primary:
            one.affinity -= 3.0
        if one.named < _SURE_NAME:
            one.affinity -= log(max(2, self.tables[source.system])) * (0.4 if one.named else 0.7)
            if source == target:
                one.affinity += itself(classes[source])
        if (
            one.child.column.native
            and one.child.column.native.upper() == one.key.profile.column.native.upper()
        ):
            one.affinity += 0.3
        if classes[target] == "address":  # who comes before where
            late = one.child.place / len(self.world.tables[source].columns) - 0.5
            one.affinity += max(-0.6, min(0.6, 2.5 * late))
        if (one.child.name,) in self.world.tables[source].indexes:
            one.affinity += 1.0
        if source != target:
            contained = self._in_table_name(one.child, target)
            one.affinity += contained
            one.tied |= contained > 0

    def _in_table_name(self, child: Profile, target: Ref) -> float:
        """`film_actor` names rows of `film` and `actor`, most likely in this order."""
        ours, theirs = self.world.noun(child.ref), self.world.noun(target)
        score, start = names.contained(theirs, ours)
        key = self.world.tables[child.ref].key
        if score and key == (child.name,) and start == 0.0:
            score += 2.0
        if score and len(key) > 1 and child.name in key and len(ours) > 1:
            score += 1.0 - 2.0 * abs(key.index(child.name) / (len(key) - 1) - start)
        return score

    def _named(self, child: Profile) -> Iterator[tuple[Key, float, str]]:
        world, system = self.world, child.ref.system
        bare = names.without(world.prefix[child.ref], child.name)
        words, marked = names.stem(bare)
        if self._is_own_key(child):
            return
        if not names.is_opaque(child.name):
            house = self.world.noun(child.ref)[:1]
            for key, score in self.by_noun(system, words, marked, house, names.idea(bare)):
                yield key, score, "the names agree"
            yield from self._by_role(child)
        yield from self._by_key_name(child)

    def by_noun(
        self, system: str, words: Seq, marked: bool, house: Seq, idea: Seq
    ) -> list[tuple[Key, float]]:
        """The tables whose noun is the column's, best first; `house` is the first word of the column's own table."""
        at = (system, words, marked, house, idea)
        if at not in self.nouns:
            self.nouns[at] = self._with_noun(*at)
        return self.nouns[at]

    def _with_noun(
        self, system: str, words: Seq, marked: bool, house: Seq, idea: Seq
    ) -> list[tuple[Key, float]]:
        world = self.world
        near: dict[int, Key] = {}
        for start in range(len(words)):
            near.update((id(key), key) for key in world.by_noun.get((system, words[start:]), ()))
        if not near and words:
            for short in names.lookups(words):
                near.update((id(key), key) for key in world.by_short.get((system, short), ()))
        scored: dict[int, tuple[float, Key]] = {}
        for at, key in near.items():
            noun = self.world.noun(key.ref)
            score = names.agreement(words, noun)
            if score >= (0.1 if marked else _SURE_NAME + 1.0) or (score and len(words) > 1 and not marked):
                kin = house == noun[:1] and len(noun) > len(words)
                scored[at] = (score + (1.0 if kin else 0.0), key)
        for key in world.by_idea.get(idea, ()):
            if key.ref.system == system and scored.get(id(key), (0.0, key))[0] < 4.5:
                scored[id(key)] = (4.5, key)
        best = sorted(scored.values(), key=lambda pair: (-pair[0], pair[1].ref, pair[1].name))[:_ALIKE]
        return [(key, score) for score, key in best]

    def _by_role(self, child: Profile) -> Iterator[tuple[Key, float, str]]:
        """The part that the named row plays: a parent of the same kind, whoever handled this row, somebody."""
        ref, marked = child.ref, names.stem(child.name)[1]
        seq = set(concepts(child.name))
        if names.names_own_kind(child.name):
            for key in self.world.keys[ref]:
                if key.primary:
                    yield key, 6.0 if marked else 4.5, "it names another row of the same table"
        handled = names_a_handler((child.name,), "", "", by_target=False)
        if handled or seq & {"handler", "done", "actor_verb"}:
            for key in (*self._people(ref.system, "staff"), *self._people(ref.system, "person")):
                if self.world.classes[key.ref] == "staff" or "user" in names.table_idea(
                    self.world.plain[key.ref]
                ):
                    yield key, 4.5, "it names who handled the row"
        if seq & {"somebody", "creator"}:
            for who in _PERSONS:
                for key in self._people(ref.system, who):
                    yield key, 2.5 if marked else 2.0, "it names a person"

    def _people(self, system: str, who: str) -> list[Key]:
        return [key for key in self.world.by_class.get((system, who), ()) if key.primary]

    def _by_key_name(self, child: Profile) -> Iterator[tuple[Key, float, str]]:
        """The column has the name of another table's key, perhaps with a role before it."""
        world, name = self.world, child.name.casefold()
        for key in world.by_key_name.get((child.ref.system, name), ()):
            rivals = world.key_names[name]
            if key.primary and rivals == 1:
                yield key, 8.0 if any(map(str.isdigit, name)) else 6.5, "it has the name of that key"
            elif rivals <= 3 and key.primary and not names.is_opaque(name) and names.stem(name)[0]:
                yield key, 4.0, "it has the name of that key"
            elif rivals == 0 and not names.is_opaque(name) and names.stem(name)[1]:
                yield key, 5.0, "it has the name of that key"
        words = name.replace("-", "_").split("_")
        for start in range(1, len(words) - 1):
            tail = "_".join(words[start:])
            for key in world.by_key_name.get((child.ref.system, tail), ()):
                if key.primary and world.key_names[tail] == 1 and names.stem(tail)[0]:
                    yield key, 6.0, "its name ends in the name of that key"

    def _tight(self, child: Profile, base: float) -> Iterable[Key]:
        """The keys of the narrowest range that could hold the values; without values, those the table's name contains."""
        if not child.values:
            return self._contained(child) if names.is_opaque(child.name) else ()
        at = (child.ref.system, child.kind)
        found = self.by_kind.get(at, [])
        first = bisect_left(self.tops[at], child.high) if found and child.kind == "int" else 0
        fitting = (
            key
            for key in found[first:]
            if key.primary and (base > -4.0 or key.density < 0.5) and self._may(child, key)
        )
        return list(islice(fitting, _WIDE))

    def _contained(self, child: Profile) -> Iterator[Key]:
        noun = self.world.noun(child.ref)
        near = {
            id(key): key
            for start in range(len(noun))
            for short in names.lookups(noun[start:])
            for key in self.world.by_short.get((child.ref.system, short), ())
        }
        for key in near.values():
            if key.primary and self._may(child, key) and self._in_table_name(child, key.ref) > 0:
                yield key


def _without_blank(child: Profile, key: Key) -> Profile:
    """The column without its frequent 0 or -1 where no row of this key bears that number."""
    real, seen = child.real, key.profile
    if real is None or not seen.values or real.blank in seen.values:
        return child
    below = seen.kind != "int" or (isinstance(real.blank, int) and real.blank < seen.low)
    return real if below else child
