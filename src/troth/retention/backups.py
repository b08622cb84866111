"""Backups as values: which of them may still hold somebody who was erased, which are isolated, and what is wrong with the rest.

A backup may hold whoever was erased after it was begun, whichever system they stood in when they were: a row that had gone from
a system before the erasure is in its backup all the same. It is over when somebody said, or a listing showed, that it is gone;
a day that has passed says only that it should be (GDPR recital 39 asks for the limit, Art. 5(2) for the proof).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from troth.datamap.check import Finding, Level
from troth.terms.errors import UsageError

PEOPLE: Final = ("person", "role", "account", "group")
"""Kinds of readers of an isolated backup; the only other kinds are an application, and everyone."""
APPLICATION: Final = "application"
EVERYONE: Final = "everyone"
PLAIN: Final = "no"
"""What is said of a backup that is not encrypted; "" where nobody has said anything."""

FINDINGS: Final[Mapping[str, tuple[Level, str]]] = {
    "backup.B001": ("error", "the newest backup of a system is too old, or there is none"),
    "backup.B002": ("error", "a backup is not encrypted, or nobody said how it is"),
    "backup.B003": ("error", "nobody said who may read a backup, or others may as well"),
    "backup.B004": ("error", "an application, or everyone, may read a backup"),
    "backup.B005": ("error", "a backup without an end"),
    "backup.B006": ("error", "a backup that should be over, and nobody said that it is gone"),
    "backup.B007": ("error", "no restore drill of a system has passed for too long"),
    "backup.B008": ("error", "a backup that may be restored without the guard"),
    "backup.B009": ("error", "a backup that is kept longer than erased people are recognised"),
}
_NAME: Final = re.compile(r"[\w.][\w .,:@+/=()-]{0,199}")
_LONG, _SHORT = 400, 80
_READER: Final = re.compile(rf"(?:{'|'.join((*PEOPLE, APPLICATION))}):[\w.@+-]{{1,80}}|{EVERYONE}")


@dataclass(frozen=True)
class Backup:
    """One registered backup. `taken` is when it was begun; `readers` were declared, `seen` were found by looking."""

    name: str
    place: str
    taken: datetime
    systems: tuple[str, ...]
    encrypted: str = ""
    readers: tuple[str, ...] = field(default=(), repr=False)
    seen: tuple[str, ...] = field(default=(), repr=False)
    expires: datetime | None = None
    guarded: bool = False  # restored only through `troth restore-guard`
    gone: datetime | None = None
    source: str = ""  # the listing that shows it; "" where a person entered it


@dataclass(frozen=True, slots=True)
class Limits:
    """What the settings ask of backups."""

    age: timedelta
    drill: timedelta
    recognised: timedelta  # how long tombstones last


def check(backup: Backup, systems: Collection[str], at: datetime) -> None:
    """Raises UsageError for what cannot be registered: an odd name, another system, a moment ahead, an end before the begin."""
    if not _NAME.fullmatch(backup.name):
        raise _refuse(
            "this is no name of a backup",
            "NAME",
            "Use letters, digits, spaces and . , _ - : @ + / = ( ), at most 200.",
        )
    if len(backup.place) > _LONG or len(backup.encrypted) > _SHORT:
        raise _refuse(
            "this is too long to be kept", "--place" if len(backup.place) > _LONG else "--encrypted",
            f"A place has at most {_LONG} letters, a cipher {_SHORT}.",
        )  # fmt: skip
    unknown = [name for name in backup.systems if name not in systems]
    if unknown or not backup.systems:
        raise _refuse(
            f"the map has no system {unknown[0][:40]}" if unknown else "nobody said of which systems it is",
            "--system", f"It has {', '.join(sorted(systems))}.",
        )  # fmt: skip
    for reader in backup.readers:
        if not _READER.fullmatch(reader):
            raise _refuse(
                "this names no reader", "--reader",
                f"Write person:NAME, role:NAME, account:NAME, group:NAME, application:NAME or {EVERYONE}.",
            )  # fmt: skip
    if backup.taken > at:
        raise _refuse("a backup cannot have been begun in the future", "--taken", "Say when it was begun.")
    if backup.expires is not None and backup.expires <= backup.taken:
        raise _refuse("it would be over before it was begun", "--keep", "Say how long it is kept, as 30d.")


def _refuse(message: str, place: str, remedy: str) -> UsageError:
    return UsageError(message, place=place, remedy=remedy)


# -- who is still in them -----------------------------------------------------------------------------------------------


def holding(backups: Iterable[Backup], erased: datetime) -> list[Backup]:
    """The backups that may still hold somebody whose erasure was done at that moment, oldest first."""
    found = [one for one in backups if one.gone is None and one.taken <= erased]
    return sorted(found, key=lambda one: (one.taken, one.name))


def until(backups: Iterable[Backup], erased: datetime) -> datetime | None:
    """When the last backup that may hold them should be over; None where one has no end. Raises ValueError where none holds them."""
    ends = [one.expires for one in holding(backups, erased)]
    known = [end for end in ends if end is not None]
    if not ends:
        raise ValueError("no backup holds them")
    return max(known) if len(known) == len(ends) else None


def ended(backups: Iterable[Backup]) -> tuple[datetime, datetime | None] | None:
    """Erasures done from the first moment on, and before the second (None: all), are in no backup any more; None: nothing is known.

    An erasure older than every backup ever registered is left out: whatever held it, nobody registered.
    """
    everything = list(backups)
    if not everything:
        return None
    there = [one.taken for one in everything if one.gone is None]
    return min(one.taken for one in everything), min(there) if there else None


def beyond(backups: Iterable[Backup], systems: Iterable[str], erased: datetime) -> dict[str, list[Backup]]:
    """Of each of these systems the backups that may have held somebody erased at that moment; a system without any is left out."""
    found = [one for one in backups if one.taken <= erased]
    by_system = {name: [one for one in found if name in one.systems] for name in systems}
    return {name: ones for name, ones in by_system.items() if ones}


# -- what is wrong with them --------------------------------------------------------------------------------------------


def isolation(backup: Backup) -> tuple[str, ...]:
    """Why a backup is not isolated, as ids of findings; () where it is.

    Isolated: encrypted; its readers named, all of them people, nobody else able to; restored only through the guard; with an end.
    """
    readers = {*backup.readers, *backup.seen}
    faults = {
        "backup.B002": backup.encrypted in ("", PLAIN),
        "backup.B003": not backup.readers or bool(set(backup.seen) - set(backup.readers) - {EVERYONE}),
        "backup.B004": any(one == EVERYONE or one.startswith(f"{APPLICATION}:") for one in readers),
        "backup.B005": backup.expires is None,
        "backup.B008": not backup.guarded,
    }
    return tuple(name for name, wrong in faults.items() if wrong)


def findings(
    backups: Iterable[Backup], systems: Iterable[str], drills: Mapping[str, datetime], limits: Limits, at: datetime
) -> list[Finding]:  # fmt: skip
    """Every finding; `drills` is the last drill of each system that passed."""
    there = [one for one in backups if one.gone is None]
    found = [finding for one in there for finding in _of(one, limits, at)]
    for system in systems:
        newest = max((one.taken for one in there if system in one.systems), default=None)
        if newest is None or at - newest > limits.age:
            told = "there is none" if newest is None else f"the newest was begun {newest.isoformat()}"
            found.append(_finding("backup.B001", system, told, "Run the backup; then register it."))
        last = drills.get(system)
        if last is None or at - last > limits.drill:
            told = "there was none" if last is None else f"the last that passed was {last.isoformat()}"
            found.append(
                _finding("backup.B007", system, told, f"troth backup drill {system}=URL --backup-taken T")
            )
    return sorted(found, key=lambda one: (one.id, one.place))


def _of(one: Backup, limits: Limits, at: datetime) -> Iterator[Finding]:
    hints = {
        "backup.B002": "Encrypt it, or say how it is: --encrypted age.",
        "backup.B003": "Name everybody who may read it: --reader role:dba; and take the right from all others.",
        "backup.B004": "Take the right away from programs and from everyone.",
        "backup.B005": "Say how long it is kept: --keep 30d.",
        "backup.B008": "Agree that it is restored through `troth restore-guard` only, and say --guarded.",
    }
    for name in isolation(one):
        yield _finding(name, one.name, FINDINGS[name][1], hints[name])
    if one.expires is not None and one.expires <= at:
        told = f"it should have been over {one.expires.isoformat()}"
        yield _finding("backup.B006", one.name, told, f"Remove it; then: troth backup forget {one.name}")
    if one.expires is not None and one.expires - one.taken > limits.recognised:
        told = "whoever was erased since can be recognised no more when it is restored near its end"
        yield _finding(
            "backup.B009", one.name, told, "Keep it for a shorter time, or raise TROTH_TOMBSTONE_DAYS."
        )


def _finding(name: str, place: str, message: str, hint: str) -> Finding:
    return Finding(name, FINDINGS[name][0], place, message, hint)
