"""The notice as everybody sees it: each sentence with its light, the versions before it, and the book that proves both.

A promise turns red in public once an officer has seen it, or after the days that a setting gives, whichever is first. Until then it is
shown as one to be tested again, never as kept: nobody is told that it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from troth.evidence.promised import lines
from troth.evidence.status import LIGHTS, Standing
from troth.notice.diff import diff
from troth.notice.model import Notice
from troth.terms.bilingual import Lang
from troth.terms.errors import UsageError
from troth.workflows.cases import at_desk
from troth.workflows.checks import folder_of
from troth.workflows.checks_status import failing_since, of_notice, one_status, standings, status_of
from troth.workflows.house import House
from troth.workflows.notices import placing
from troth.workflows.propose import operator

Told = dict[str, Any]


def page(house: House, language: Lang) -> Told | None:
    """Everything that the notice's page shows; None where there is no notice."""
    if not folder_of(house).is_dir():
        return None
    notice, found = _published(house)
    told = status_of(notice, found, house.now())
    since = failing_since(house, [one for one in found.values() if one.light == "broken"])
    public = _public(house, since)
    shown = {
        one["id"]: _promise(one, since.get(one["id"]), public, told["waits"].get(one["id"], []), language)
        for one in told["promises"]
    }
    counts = dict.fromkeys(LIGHTS, 0)
    for one in shown.values():
        counts[one["light"]] += 1
    return {
        "version": told["notice"]["version"], "effective": _day(told["notice"]["effective"]),
        "lines": [_line(line, shown) for line in told["texts"].get(language, ())],
        "lights": [(light, count) for light, count in counts.items() if count], "checkpoint": checkpoint(house),
        "versions": _versions(house),
    }  # fmt: skip


def _published(house: House) -> tuple[Notice, dict[str, Standing]]:
    """The version in force with its lights; what lies in the folder only where none was ever published: a draft is nobody's to read."""
    from troth.workflows.books import Books
    from troth.workflows.notice_records import in_force, notice_of

    drafted, found = standings(house)
    if not house.has_state():
        return drafted, found
    books = Books(house.home, house.settings)
    try:
        row = in_force(books, drafted.id)
        if row is None or row.digest == drafted.digest:
            return drafted, found
        notice = notice_of(books, row)
    finally:
        books.close()
    return notice, of_notice(house, notice)


def _line(line: Mapping[str, Any], shown: Mapping[str, Told]) -> Told:
    promises = [shown[name] for name in line["promises"] if name in shown]
    light = next((light for light in LIGHTS if light in {one["light"] for one in promises}), "")
    return {
        "words": line["words"],
        "heading": line["heading"],
        "item": line["item"],
        "promises": promises,
        "light": light,
    }


def _promise(
    one: Mapping[str, Any], since: datetime | None, public: Callable[[str], bool], waits: Any, language: Lang
) -> Told:
    light = one["status"]
    if light == "broken" and not public(one["id"]):
        light = "stale"
    checks = [
        {
            "tests": check["tests"][language == "en"], "entry": check["entry"],
            "collected": _day(check["collected"]), "expires": _day(check["expires"]),
        }
        for check in one["checks"]
    ]  # fmt: skip
    return {"id": one["id"], "light": light, "control": one["control"], "checks": checks, "waits": waits,
            "since": since.date() if since and light == "broken" else None}  # fmt: skip


def _public(house: House, since: Mapping[str, datetime]) -> Callable[[str], bool]:
    """Whether everybody may see that a promise is broken: an officer saw it after it broke, or its days are over."""
    from troth.evidence.models import Seen

    seen: dict[str, datetime] = {}
    if since:
        with at_desk(house) as books:
            rows = Seen.objects.of(books.tenant).filter(promise__in=since).order_by("at")
            seen = dict(rows.values_list("promise", "at"))
    end = timedelta(days=house.settings.public_days)

    def public(name: str) -> bool:
        began = since.get(name)
        return began is None or house.now() - began >= end or (name in seen and seen[name] >= began)

    return public


def seen(house: House, promise: str) -> None:
    """The operator has seen that a promise is broken. Raises UsageError where it is not."""
    from django.db import transaction

    from troth.evidence.models import Seen

    if one_status(house, promise)["status"] != "broken":
        raise UsageError("this promise is not broken", place=promise)
    with at_desk(house) as books, transaction.atomic():
        Seen.objects.create(tenant=books.tenant, promise=promise, at=house.now(), by=operator(house))


def checkpoint(house: House) -> str:
    """The ledger's latest signed checkpoint, as anybody can verify it; '' before there is one."""
    path = house.home / "log" / "checkpoint"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _versions(house: House) -> list[Told]:
    from troth.workflows.notice_versions import versions

    return [
        {"number": one["number"], "effective": _day(one["effective"]), "state": one["state"], "material": one["material"]}
        for one in reversed(versions(house)["versions"])
        if one["state"] in _SHOWN
    ]  # fmt: skip


_SHOWN: Final = ("published", "active", "superseded")


def version(house: House, number: int, language: Lang) -> Told | None:
    """A version that was published, as it was: its sentences, and what it changed, with why; None where there is none."""
    from troth.workflows.books import Books
    from troth.workflows.notice_records import notice_of, rows

    if not house.has_state():
        return None
    books = Books(house.home, house.settings)
    try:
        found = [row for row in rows(books) if row.state in _SHOWN]
        row = next((row for row in found if row.number == number), None)
        if row is None:
            return None
        notice = notice_of(books, row)
        earlier = [one for one in found if one.notice == row.notice and one.number < number]
        changes = diff(notice_of(books, earlier[-1]), notice) if earlier else ()
        return {
            "number": row.number, "effective": row.effective, "first": not earlier,
            "changes": [{"promise": one.promise, "why": one.why.within(language), "material": one.material} for one in changes],
            "lines": [{"words": line.words, "heading": line.heading, "item": line.item} for line in lines(notice, language, placing)]
            if language in notice.texts else [],
        }  # fmt: skip
    finally:
        books.close()


def _day(text: str | None) -> date | None:
    return datetime.fromisoformat(text).date() if text else None


def facts(house: House, language: Lang) -> Mapping[str, tuple[str, ...]]:
    """Who answers for the notice, whom to ask and where to complain, in the notice's own words; () where it says nothing."""
    from troth.workflows.checks import notice_of

    if not folder_of(house).is_dir():
        return {"company": (), "officer": (), "authority": ()}
    notice = notice_of(house)

    def lines(*names: str) -> tuple[str, ...]:
        return tuple(text for name in names if (text := notice.fact(name, language)))

    return {
        "company": lines("controller.name", "controller.address", "controller.email", "controller.phone"),
        "officer": lines("dpo.name", "dpo.contact"),
        "authority": lines("authority.name", "authority.address", "authority.website"),
    }
