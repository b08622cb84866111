"""Publishes versions of the notice, which never change, and activates them once whoever must know has been told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from troth.law.content import items
from troth.notice.diff import Change, diff
from troth.notice.kinds import FINDINGS
from troth.notice.loading import gather, read
from troth.notice.model import Notice
from troth.terms.errors import UsageError
from troth.terms.nodes import as_date
from troth.workflows.at_work import at_work
from troth.workflows.books import Books, Line, new_name
from troth.workflows.house import House
from troth.workflows.notice_outbox import Census, fill
from troth.workflows.notice_records import clear, in_force, is_intact, keep, notice_of, rows, waiting
from troth.workflows.notices import changed, findings, told
from troth.workflows.propose import operator

Told = dict[str, Any]


def publish(house: House, folder: Path, effective: str, spoken: str, accepted: Collection[str] = ()) -> Told:
    """Freezes a version; a material change fills its outbox. `findings` where something is wrong, and nothing was published.

    Raises UsageError where the day cannot be, or the version is published already.
    """
    now = house.now()
    files = gather(folder)
    notice = read(files, str(folder))
    day = _day(effective, notice, now.date())
    _refuse_unknown(accepted)
    wrong = [
        one
        for one in findings(house, replace(notice, effective=day))
        if one.level == "error" and one.id not in accepted
    ]
    if wrong:
        return {"version": None, "findings": [told(one, spoken) for one in wrong]}
    with at_work(house) as books:
        _abandon(books)
        before = in_force(books, notice.id)
        _refuse_known(books, notice)
        changes = diff(notice_of(books, before), notice) if before else ()
        material = any(one.material for one in changes)
        if material and day <= now.date():
            raise UsageError(
                "people must be told of this change before it holds", place="--effective",
                remedy="Name a later day, and leave time for the messages to go out.",
            )  # fmt: skip
        row = _draft(books, notice, files, day, changes, now)
        census = fill(house, books, row) if material else Census()
        _finish(house, books, row, census, changes, accepted, now)
        left = waiting(books, row)
    return {
        "version": _version(books, row), "findings": [], **changed(changes, spoken),
        "outbox": {"waiting": left, "unreachable": census.unreachable, "theirs": census.theirs},
    }  # fmt: skip


def _day(effective: str, notice: Notice, today: date) -> date:
    day = as_date(effective)
    if day is None:
        raise UsageError("this is no day", place="--effective", remedy="Write 2027-01-01.")
    if notice.effective is not None and notice.effective != day:
        remedy = "Change `effective` in notice.yaml, which its texts place, or the option."
        raise UsageError(
            f"the notice itself holds from {notice.effective}", place="--effective", remedy=remedy
        )
    if day < today:
        raise UsageError("a version cannot hold from a day that is past", place="--effective")
    return day


def _refuse_unknown(accepted: Collection[str]) -> None:
    known = {*FINDINGS, *(item.id for item in items())}
    for name in accepted:
        if name not in known:
            raise UsageError(
                f"there is no finding {name!r}", place="--accept", remedy="docs/notice.md lists them."
            )


def _refuse_known(books: Books, notice: Notice) -> None:
    for row in rows(books, notice.id):
        if row.digest == notice.digest and row.state in ("published", "active"):
            raise UsageError(
                f"this version is published already: number {row.number}", place=notice.file,
                remedy="See: troth notice versions",
            )  # fmt: skip


def _abandon(books: Books) -> None:
    """What an interrupted publication left behind goes first."""
    from django.db import transaction

    from troth.notice.models import Version

    with transaction.atomic():
        for row in list(Version.objects.of(books.tenant).filter(state="filling")):
            clear(books, row)
            row.delete()


def _draft(
    books: Books, notice: Notice, files: dict[str, str], day: date, changes: Collection[Change], now: datetime
) -> Any:
    """The version as a row that does not count yet."""
    from django.db import transaction

    from troth.notice.models import Version

    last = rows(books, notice.id)
    name, secret = new_name(), new_name()
    with transaction.atomic():
        books.new_keys([name, secret])
        return Version.objects.create(
            tenant=books.tenant, notice=notice.id, number=(last[-1].number if last else 0) + 1, digest=notice.digest, files=files,
            effective=day, published=now, state="filling", changed=now, material=any(one.material for one in changes),
            changes=[{"promise": one.promise, "kind": one.kind} for one in changes], name=name, secret=secret,
        )  # fmt: skip


def _finish(
    house: House,
    books: Books,
    row: Any,
    census: Census,
    changes: Collection[Change],
    accepted: Collection[str],
    now: datetime,
) -> None:
    """The version counts from here on, and an earlier one that never came to hold does no more."""
    from django.db import transaction

    payload = {
        "notice": row.notice, "number": row.number, "effective": row.effective.isoformat(), "material": row.material,
        "changes": len(changes), "accepted": sorted(accepted), "by": operator(house),
    }  # fmt: skip
    with transaction.atomic():
        for other in rows(books, row.notice):
            if other.state in ("published", "lost"):
                clear(books, other)
                other.state = "superseded"
                keep(books, other, now)
        row.state, row.unreachable = "published", census.unreachable
        left = waiting(books, row)
        if not left and not census.unreachable:
            clear(books, row)
            row.told = now
        keep(books, row, now)
        books.enter(
            [Line("notice_published", row.name, payload, {"notice": row.digest, "rows": left}, row.name)], now
        )


def versions(house: House) -> Told:
    """Every version, which one holds, and whether each is still the one that was published."""
    if not house.has_state():
        return {"versions": []}
    books = Books(house.home, house.settings)
    try:
        return {
            "versions": [{**_version(books, row), "intact": is_intact(books, row)} for row in rows(books)]
        }
    finally:
        books.close()


def _version(books: Books, row: Any) -> Told:
    return {
        "notice": row.notice, "number": row.number, "digest": row.digest, "state": row.state, "material": row.material,
        "effective": row.effective.isoformat(), "published": row.published.isoformat(),
    }  # fmt: skip


def activate(house: House, notice: str = "") -> Told:
    """Lets the version that was published last hold. `blocked` says why it may not yet; nothing is changed then.

    Raises UsageError where there is none.
    """
    from django.db import transaction

    now = house.now()
    with at_work(house) as books:
        found = [row for row in rows(books, notice) if row.state in ("published", "lost")]
        if len(found) != 1:
            raise UsageError(
                "several notices wait to be activated" if found else "no published version waits to be activated",
                place="NOTICE", remedy="Name one of: " + ", ".join(row.notice for row in found) if found else "See: troth notice versions",
            )  # fmt: skip
        (row,) = found
        notice_of(books, row)
        blocked = _blocked(books, row, now.date())
        if not blocked:
            with transaction.atomic():
                before = in_force(books, row.notice)
                if before is not None:
                    before.state = "superseded"
                    keep(books, before, now)
                row.state = "active"
                keep(books, row, now)
                payload = {"notice": row.notice, "number": row.number, "by": operator(house)}
                books.enter(
                    [Line("notice_activated", row.name, payload, {"notice": row.digest}, row.name)], now
                )
        return {
            "version": _version(books, row),
            "blocked": blocked,
            "waiting": waiting(books, row),
            "unreachable": row.unreachable,
        }


def _blocked(books: Books, row: Any, today: date) -> str:
    """Why a version may not hold yet, '' where it may."""
    if row.state == "lost":
        return "lost"
    if waiting(books, row):
        return "waiting"
    if row.unreachable:
        return "unreachable"
    if row.material and row.told is not None and row.told.date() >= row.effective:
        return "late"
    return "early" if row.effective > today else ""
