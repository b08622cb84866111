"""Keeps the register of backups, says what is wrong with them, and writes the final receipt once none may hold a person any more."""

from __future__ import annotations

import grp
import os
import pwd
import re
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troth.retention import backups as pure
from troth.retention.backups import Backup
from troth.retention.listings import HEAD, KINDS, Listed, encryption, matching, parsed
from troth.terms.errors import UsageError
from troth.workflows.at_work import at_work
from troth.workflows.guard import moment_of
from troth.workflows.house import House

if TYPE_CHECKING:
    from troth.workflows.books import Books

Told = dict[str, Any]
FOLDER = "folder"
_SPAN = re.compile(r"([1-9]\d{0,4})([hd])")
_MOST = 64 * 2**20  # bytes of a listing


@dataclass(frozen=True)
class Said:
    """What a person says of backups, on the command line."""

    systems: Sequence[str] = ()
    place: str = ""
    encrypted: str = ""
    readers: Sequence[str] = ()
    keep: str = ""
    guarded: bool = False


def add(house: House, name: str, taken: str, said: Said) -> Told:
    """Registers one backup that a person tells of. Raises UsageError where it is none, or is there already."""
    from django.db import transaction

    from troth.workflows.backup_records import add as add_
    from troth.workflows.backup_records import load

    now = house.now()
    one = _declared(Backup(name, "", moment_of(taken, now, "--taken"), ()), said)
    pure.check(one, house.map().systems.keys(), now)
    with at_work(house) as books:
        there = {(row.source, row.name, row.shown) for row in load(books) if row.gone is None}
        if ("", one.name, one.taken) in there:
            raise UsageError(
                "this backup is registered already", place="NAME", remedy="See: troth backup list"
            )
        with transaction.atomic():
            back = add_(books, [(one, one.taken)], now)
    return {"added": 1, "known": 0, "gone": 0, "receipts_withdrawn": back}


def _declared(one: Backup, said: Said) -> Backup:
    """The backup with what a person says of it; where its files or its program say how it is encrypted, that counts."""
    expires = one.taken + span(said.keep, "--keep") if said.keep else None
    return replace(
        one, place=one.place or said.place, systems=tuple(dict.fromkeys(said.systems)),
        encrypted=one.encrypted or said.encrypted, readers=tuple(dict.fromkeys(said.readers)), expires=expires,
        guarded=said.guarded,
    )  # fmt: skip


def span(text: str, place: str) -> timedelta:
    """`30d` or `12h`. Raises UsageError."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise UsageError("this is no length of time", place=place, remedy="Write, say, 30d or 12h.")
    return timedelta(**{{"h": "hours", "d": "days"}[found[2]]: int(found[1])})


def read(
    house: House, kind: str, source: str, said: Said, took: str = "24h", pattern: str = "*", repository: str = ""
) -> Told:  # fmt: skip
    """Registers what a listing shows and was not known; what it shows no more is gone. Raises UsageError, nothing changed.

    Listings of two `repository` names are never taken for one another. A listing that shows no moment of the begin shows one of
    the end: `took` is how long a backup may have taken until then.
    """
    from django.db import transaction

    from troth.workflows.backup_records import add as add_
    from troth.workflows.backup_records import gone, load

    now, systems = house.now(), house.map().systems.keys()
    if kind not in (FOLDER, *KINDS):
        raise UsageError(
            "no such kind of listing", place="KIND", remedy=f"One of: {', '.join((FOLDER, *KINDS))}."
        )
    skipped: list[str] = []
    listed = matching(_folder(source, skipped) if kind == FOLDER else parsed(kind, _text(source)), pattern)
    where = str(Path(source).resolve()) if kind == FOLDER else ""
    origin = f"{kind}:{','.join(sorted(set(said.systems)))}:{pattern}:{repository}:{where}"
    found = []
    for one in listed:
        begun = one.at if one.exact else one.at - span(took, "--took")
        backup = Backup(one.name, one.place, begun, (), one.encrypted, (), one.seen, source=origin)
        declared = _declared(backup, said)
        pure.check(declared, systems, now)
        found.append((declared, one.at))
    with at_work(house) as books:
        rows = [row for row in load(books) if row.source == origin and row.gone is None]
        known = {(row.name, row.shown) for row in rows}
        fresh = [(one, at) for one, at in found if (one.name, at) not in known]
        there = {one.name for one, _ in found}
        if rows and there.isdisjoint(row.name for row in rows):
            raise UsageError(
                f"the listing shows none of the {len(rows)} backups that were there", place=kind,
                remedy="If it is of another repository, name that: --repository NAME. If they are all gone, say so of each: "
                "troth backup forget NAME",
            )  # fmt: skip
        with transaction.atomic():
            _look_again(books, rows, {(one.name, at): one for one, at in found})
            back = add_(books, fresh, now)
            went = gone(books, (row for row in rows if row.name not in there), now)
    return {
        "added": len(fresh), "known": len(found) - len(fresh), "gone": went, "receipts_withdrawn": back,
        "skipped": sum(fnmatchcase(name, pattern) for name in skipped),
    }  # fmt: skip


def _look_again(books: Books, rows: Sequence[Any], found: Mapping[tuple[str, datetime], Backup]) -> None:
    """What is said and seen of a backup today counts; when it was begun and until when it is kept stays as first said."""
    from troth.workflows.backup_records import line

    for row in rows:
        before = line(row)
        one = found.get((row.name, row.shown))
        if one is None:
            continue
        row.encrypted, row.readers, row.seen, row.guarded = (
            one.encrypted,
            list(one.readers),
            list(one.seen),
            one.guarded,
        )
        row.expires = row.expires or one.expires
        row.save(update_fields=["encrypted", "readers", "seen", "guarded", "expires"])
        if line(row) != before:
            books.second.note([line(row)])


def _text(source: str) -> str:
    try:
        if source == "-":
            data = sys.stdin.buffer.read(_MOST + 1)
        else:
            with Path(source).open("rb") as file:
                data = file.read(_MOST + 1)
        if len(data) > _MOST:
            raise UsageError(
                "this listing is too long", place="LISTING", remedy="List one repository at a time."
            )
        return data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise UsageError(
            f"this listing cannot be read ({type(fault).__name__})",
            place="LISTING",
            remedy="Give a file, or - for stdin.",
        ) from None


def _folder(source: str, skipped: list[str]) -> list[Listed]:
    """The files of a folder: when each was last written, what its first bytes show, and whom its modes let read it.

    `skipped` gets the names of links, folders and whatever else is no file: what they hold, nobody looked at.
    """
    folder = Path(source).resolve()
    found = []
    try:
        inside = folder.stat()
        for entry in sorted(os.scandir(folder), key=lambda one: one.name):
            if not entry.is_file(follow_symlinks=False):
                skipped.append(entry.name)
                continue
            told = entry.stat(follow_symlinks=False)
            with open(entry.path, "rb") as file:
                head = file.read(HEAD)
            at = datetime.fromtimestamp(told.st_mtime, UTC)
            found.append(Listed(entry.name, str(folder), at, False, encryption(head), readers(told, inside)))
    except OSError as fault:
        raise UsageError(
            f"this folder cannot be read ({fault.strerror})",
            place="LISTING",
            remedy="Run it as somebody who may read it.",
        ) from None
    return found


def readers(file: os.stat_result, folder: os.stat_result) -> tuple[str, ...]:
    """Whom the modes of a file and its folder let read it."""
    found = [f"account:{_name(pwd.getpwuid, file.st_uid)}"]
    if file.st_mode & stat.S_IRGRP and (folder.st_mode & stat.S_IXGRP or folder.st_mode & stat.S_IXOTH):
        found.append(f"group:{_name(grp.getgrgid, file.st_gid)}")
    if file.st_mode & stat.S_IROTH and folder.st_mode & stat.S_IXOTH:
        found.append(pure.EVERYONE)
    return tuple(found)


def _name(ask: Any, number: int) -> str:
    try:
        return str(ask(number)[0])
    except KeyError:
        return str(number)


def listing(house: House) -> Told:
    """Every backup that is there, and whether it is isolated."""
    from troth.workflows.backup_records import load, value

    with at_work(house) as books:
        backups = [value(row) for row in load(books) if row.gone is None]
    return {"backups": [_told(one) for one in backups]}


def _told(one: Backup) -> Told:
    return {
        "name": one.name, "place": one.place, "systems": list(one.systems), "taken": one.taken.isoformat(),
        "expires": one.expires.isoformat() if one.expires else None, "encrypted": one.encrypted,
        "readers": sorted({*one.readers, *one.seen}), "isolated": not pure.isolation(one),
    }  # fmt: skip


def check(house: House) -> Told:
    """What is wrong with the backups, and who may still be in them."""
    from troth.workflows.backup_records import last_drills, limits, load, value

    now = house.now()
    with at_work(house) as books:
        backups = [value(row) for row in load(books)]
        found = pure.findings(backups, house.map().systems, last_drills(books), limits(house.settings), now)
        people = _standing(books, backups)
    told = [
        {"id": one.id, "level": one.level, "place": one.place, "message": one.message, "hint": one.hint} for one in found
    ]  # fmt: skip
    return {"findings": told, **people}


def forget(house: House, name: str) -> Told:
    """Notes that a backup is gone: of several that had this name, the oldest. Raises UsageError where none is there."""
    from django.db import transaction

    from troth.workflows.backup_records import gone, load

    with at_work(house) as books:
        rows = [row for row in load(books) if row.name == name and row.gone is None]
        if not rows:
            raise UsageError("no backup of this name is there", place="NAME", remedy="See: troth backup list")
        with transaction.atomic():
            gone(books, rows[:1], house.now())
        return {"added": 0, "known": len(rows) - 1, "gone": 1, "receipts_withdrawn": 0}


# -- the final receipt --------------------------------------------------------------------------------------------------


def _standing(books: Books, backups: Sequence[Backup]) -> Told:
    """How many erasures may still be in a backup, and until when; None where one has no end."""
    from troth.workflows import final

    span_ = pure.ended(backups)
    if span_ is None or span_[1] is None:
        return {"waiting": 0, "until": None}
    count, last = final.waiting(books, span_[1])
    end = pure.until(backups, last) if last else None
    return {"waiting": count, "until": end.isoformat() if end else None}


def settle(house: House, books: Books, now: datetime) -> Told | None:
    """Writes the final receipts that are due, for `troth due`; None where no backup was ever registered."""
    from troth.workflows import final
    from troth.workflows.backup_records import last_drills, limits, load, value

    backups = [value(row) for row in load(books)]
    span_ = pure.ended(backups)
    if span_ is None:
        return None
    receipts, paths = final.write_due(books, house.map().controller, backups, *span_, now)
    found = pure.findings(backups, house.map().systems, last_drills(books), limits(house.settings), now)
    return {
        "final_receipts": receipts, "receipts": [str(path) for path in paths], **_standing(books, backups),
        "overdue": [one.place for one in found if one.id == "backup.B006"],
        "drills": [one.place for one in found if one.id == "backup.B007"],
    }  # fmt: skip
