"""Tombstones recognise an erased person without saying who they were: keyed digests of what named them, nothing else.

A digest is still personal data (GDPR Art. 4(5), recital 26): its key lies apart, and it has a basis and an end. A mark that
names one person for good (e-mail address, national id) suffices; a telephone number or a name, which others get or share, must
agree with another mark in the same row; a row's own key counts unless what the row says names somebody else.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Final, Literal

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Key, Ref

VERSION: Final = 1
"""Of the canonical forms and of how a digest is made; a tombstone of another version recognises nobody."""
SURE: Final = ("email", "national_id")
ROW: Final = "row"  # the person's own row, deleted
STAYED: Final = "row that stayed"  # their own row, anonymised or kept
NAME: Final = "full_name"
DEAR: Final = "phone"  # its canonical form takes as long as all others together, and it never tells alone
_PERSON: Final = b"troth tombs. %d" % VERSION  # sets these digests apart from any other made with the key
_SIZE: Final = 16  # bytes of a digest: 128 bits, so that two people never meet

Verdict = Literal["sure", "uncertain", ""]
Marks = Mapping[str, Sequence[str]]


def digest(key: bytes, kind: str, value: str) -> str:
    """Keyed BLAKE2b over kind and canonical value, 128 bits in hexadecimal (RFC 7693, section 2.9)."""
    told = f"{kind}\x00{value}".encode()
    return blake2b(told, digest_size=_SIZE, key=key, person=_PERSON).hexdigest()


def row_value(ref: Ref, key: Key) -> str:
    """A row's own name as text: system, dataset and key, whatever type a driver gives the key."""
    return json.dumps([*ref, *(part.hex() if isinstance(part, bytes) else str(part) for part in key)])


def marks(
    key: bytes,
    identifiers: Iterable[tuple[str, str]],
    names: Iterable[str],
    gone: Iterable[tuple[Ref, Key]],
    stayed: Iterable[tuple[Ref, Key]],
) -> dict[str, list[str]]:
    """The digests of one person by kind; `gone` and `stayed` are their own rows."""
    found: dict[str, set[str]] = {}
    for category, value in identifiers:
        if CATEGORIES[category].unique:
            found.setdefault(category, set()).add(digest(key, category, value))
    for name in names:
        found.setdefault(NAME, set()).add(digest(key, NAME, name))
    for kind, nodes in ((ROW, gone), (STAYED, stayed)):
        for ref, row in nodes:
            found.setdefault(kind, set()).add(digest(key, kind, row_value(ref, row)))
    return {kind: sorted(those) for kind, those in sorted(found.items())}


@dataclass(frozen=True)
class Tombstone:
    """One erased person: when it was decided and done, on what basis, until when this is kept."""

    name: str
    run: str
    basis: str
    decided: datetime
    done: datetime
    expires: datetime
    marks: Marks = field(repr=False)
    returned: datetime | None = None
    version: int = VERSION


class Watch:
    """Many tombstones, asked row by row whom it is about."""

    def __init__(self, key: bytes, tombstones: Iterable[Tombstone]) -> None:
        self.key = key
        self.kinds: dict[str, frozenset[str]] = {}
        self._whose: dict[str, list[str]] = {}
        for stone in tombstones:
            if stone.version != VERSION:
                continue
            self.kinds[stone.name] = frozenset(stone.marks)
            for digests in stone.marks.values():
                for one in digests:
                    self._whose.setdefault(one, []).append(stone.name)

    def __len__(self) -> int:
        return len(self.kinds)

    def named(self, kind: str, value: str) -> Sequence[str]:
        """Whom this canonical value named."""
        return self._whose.get(digest(self.key, kind, value), ())

    def owned(self, ref: Ref, key: Key) -> dict[str, str]:
        """Whose own row this was, and whether it was deleted (ROW) or stayed (STAYED)."""
        value = row_value(ref, key)
        return {name: kind for kind in (STAYED, ROW) for name in self.named(kind, value)}

    def judge(
        self,
        values: Iterable[tuple[str, str]],
        row: tuple[Ref, Key] | None = None,
        more: Iterable[tuple[str, str]] = (),
    ) -> dict[str, Verdict]:
        """By tombstone, whether a row that holds these (category, canonical value) pairs is about that person.

        `more` are pairs that never tell alone and are dear to make: they are only asked for if others told something.
        """
        owned = self.owned(*row) if row else {}
        hits: dict[str, set[str]] = {name: set() for name in owned}
        held: set[str] = set()
        for part in (values, more):
            for kind, value in part:
                held.add(kind)
                for name in self.named(kind, value):
                    hits.setdefault(name, set()).add(kind)
            if not hits:
                return {}
        return {
            name: verdict
            for name, kinds in hits.items()
            if (verdict := _verdict(kinds, name in owned, held & self.kinds[name]))
        }


def _verdict(kinds: Collection[str], owned: bool, comparable: Collection[str]) -> Verdict:
    if any(kind in SURE for kind in kinds) or len(kinds) + owned >= 2:
        return "sure"
    if owned:
        return "uncertain" if comparable else "sure"
    return ""  # a number or a name alone: others have it too
