"""Pairs like `owner_type, owner_id`: one column says which table the other names, so each table gets its own condition."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from troth.datamap.condition import Condition
from troth.datamap.inference import names
from troth.datamap.inference.guess import Guess
from troth.datamap.inference.lookup import Lookup
from troth.datamap.inference.profile import Key, Profile, plain
from troth.datamap.inference.world import World
from troth.datamap.model import Atom, Ref
from troth.datamap.words import tokens

_TYPES: Final = frozenset(
    {"type", "kind", "class", "table", "model", "entity", "art", "tabel", "slags", "objekttype"}
)
_KINDS: Final = 40  # different values: a column with more is no list of tables
_LEAST: Final = 0.9


@dataclass(slots=True)
class Pair:
    """Rows of one type and the key they may name."""

    kind: Profile
    child: Profile
    label: str
    key: Key
    values: frozenset[Atom] = field(repr=False)
    sole: bool = False  # the only table that its column's types name


def pairs(world: World) -> Iterator[Pair]:
    """Every type that names a table, with the ids beside it; their columns name nothing by themselves."""
    for ref, columns in world.columns.items():
        for kind in columns.values():
            named = _tables_named(world, kind)
            child = _partner(columns, kind) if named else None
            if child is not None and (ref, child.name) not in world.taken:
                yield from _split(world, kind, child, named)


def _tables_named(world: World, kind: Profile) -> dict[str, Key]:
    """Which of a column's values name tables of the same store; {} unless most of them do."""
    if kind.kind != "text" or not 0 < len(kind.values) <= _KINDS or not _TYPES & set(tokens(kind.name)):
        return {}
    found = {}
    for value in kind.values:
        last = re.split(r"[.\\/:]+", str(value))[-1]
        for key in world.by_noun.get((kind.ref.system, names.table_words(last)), ()):
            if key.primary and world.noun(key.ref) == names.table_words(last):
                found[str(value)] = key
    return found if 2 * len(found) > len(kind.values) else {}


def _partner(columns: Mapping[str, Profile], kind: Profile) -> Profile | None:
    """The id column with the same stem: `subject_type, subject_id`; else the only key column beside the type."""
    stem = [word for word in tokens(kind.name) if word not in _TYPES]
    for child in columns.values():
        words = tokens(child.name)
        if child is not kind and names.is_mark(words[-1]) and list(words[:-1]) == stem and stem:
            return child
    loose = [
        c for c in columns.values() if c is not kind and tokens(c.name)[0] in _LOOSE and names.stem(c.name)[1]
    ]
    return loose[0] if len(loose) == 1 else None


_LOOSE: Final = frozenset(
    {"object", "entity", "record", "target", "subject", "item", "row", "ref", "objekt", "source"}
)


def is_unclear(world: World, child: Profile) -> bool:
    """Whether a column beside says, in codes nobody knows, which table this one names."""
    columns = world.columns[child.ref]
    return any(
        kind.kind in ("text", "int") and 0 < len(kind.values) <= _KINDS and len(kind.values) < kind.filled
        and _says_type(kind.name) and (partner := _partner(columns, kind)) is not None
        and partner.name == child.name
        for kind in columns.values()
    )  # fmt: skip


def _says_type(name: str) -> bool:
    return any(word in _TYPES or word.endswith("type") for word in tokens(name))


def _split(world: World, kind: Profile, child: Profile, named: Mapping[str, Key]) -> Iterator[Pair]:
    sample = world.samples[child.ref]
    of, at = sample.columns.index(kind.name), sample.columns.index(child.name)
    rows: dict[str, set[Atom]] = defaultdict(set)
    for row in sample.rows:
        if row[of] is not None and row[at] is not None:
            rows[str(plain(row[of]))].add(plain(row[at]))
    for label, key in sorted(named.items()):
        values = frozenset(rows.get(label, ())) - {None}
        if values and all(type(value) is type(next(iter(values))) for value in values):
            yield Pair(kind, child, label, key, values, len(named) == 1)


def want(found: list[Pair], lookup: Lookup) -> None:
    for pair in found:
        if not pair.key.profile.values or type(next(iter(pair.key.profile.values))) is type(
            next(iter(pair.values))
        ):
            lookup.want(pair.key, pair.values)


def guesses(found: list[Pair]) -> Iterator[Guess]:
    for pair in found:
        hits, looked = pair.key.included(pair.values)
        if not looked or hits < _LEAST * looked:
            continue
        reason = (
            f"{hits} of {looked} sampled values of such rows are keys of {pair.key.ref.dataset}, "
            f"and {pair.kind.name} says that they name it"
        )
        quoted = pair.label.replace("'", "''")
        condition = Condition(f"{identifier(pair.kind.name)} = '{quoted}'")
        sure = 0.97 if looked >= 3 else 0.9
        yield Guess(
            pair.child.ref, (pair.child.name,), pair.key.ref, (pair.key.name,), sure, reason, condition,
        )  # fmt: skip


def identifier(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) else '"' + name.replace('"', '""') + '"'


def columns_of(found: list[Pair]) -> set[tuple[Ref, str]]:
    return {(pair.child.ref, pair.child.name) for pair in found} | {
        (pair.kind.ref, pair.kind.name) for pair in found
    }
