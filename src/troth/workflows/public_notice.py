"""The notice as everybody sees it: each sentence with its light, the versions before it, and the book that proves both.

Where what is kept of the tests is not what the ledger has, every light is `unknown` and nothing is shown as proof. A promise turns red in
public once an officer has seen it, or after the days that a setting gives, whichever is first. Until then it is shown without
fresh proof, never as kept: nobody is told that it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from troth.evidence.promised import Line, lines
from troth.evidence.status import LIGHTS
from troth.notice.diff import Change, diff
from troth.terms.bilingual import Lang
from troth.terms.errors import TamperedError, UsageError
from troth.workflows.cases import at_desk
from troth.workflows.checks import Kept, folder_of
from troth.workflows.checks_status import failing_since, of_notice, one_status, stands, status_of
from troth.workflows.house import House
from troth.workflows.notices import placing
from troth.workflows.propose import operator
from troth.workflows.shown_notice import held_notice, shown_notice

Told = dict[str, Any]
UNKNOWN: Final = "unknown"
"""The light of a promise whose evidence is not to be believed."""


def page(house: House, language: Lang) -> Told | None:
    """Everything that the notice's page shows; None where there is no notice."""
    if not folder_of(house).is_dir():
        return None
    try:
        notice = held_notice(house)
        found = of_notice(house, notice)
        told = status_of(notice, found, house.now())
        since = failing_since(house, [one for one in found.values() if one.light == "broken"])
        public = _public(house, since)
        shown = {
            one["id"]: _promise(one, since.get(one["id"]), public, told["waits"].get(one["id"], []), language)
            for one in told["promises"]
        }
        return {**_told(house, told, shown, language), "proved": True, "versions": _versions(house)}
    except TamperedError:
        return _unproved(house, language)


def _unproved(house: House, language: Lang) -> Told:
    """The notice alone: its words hold for us whether or not we can show that they are kept."""
    notice = shown_notice(house)
    told = status_of(notice, stands(house, notice, Kept(), house.now()), house.now())
    shown = {
        one["id"]: {"id": one["id"], "light": UNKNOWN, "control": one["control"], "checks": [], "waits": [], "since": None}
        for one in told["promises"]
    }  # fmt: skip
    return {**_told(house, told, shown, language), "proved": False, "versions": []}


def _told(house: House, told: Told, shown: Mapping[str, Told], language: Lang) -> Told:
    counts = dict.fromkeys((UNKNOWN, *LIGHTS), 0)
    for one in shown.values():
        counts[one["light"]] += 1
    return {
        "version": told["notice"]["version"], "effective": _day(told["notice"]["effective"]),
        "lines": [_line(line, shown) for line in told["texts"].get(language, ())],
        "lights": [(light, count) for light, count in counts.items() if count], "checkpoint": checkpoint(house),
    }  # fmt: skip


def _line(line: Mapping[str, Any], shown: Mapping[str, Told]) -> Told:
    promises = [shown[name] for name in line["promises"] if name in shown]
    seen = {one["light"] for one in promises}
    light = next((light for light in (UNKNOWN, *LIGHTS) if light in seen), "")
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
    """A version that was published, as it was: its sentences, and what it changed, with why; None where there is none.

    `intact` says whether its texts are those that were published, `compared` also that those before it are: what is not, is not shown.
    """
    from troth.workflows.books import Books
    from troth.workflows.notice_records import is_intact, rows

    if not house.has_state():
        return None
    books = Books(house.home, house.settings)
    try:
        found = [row for row in rows(books) if row.state in _SHOWN]
        row = next((row for row in found if row.number == number), None)
        if row is None:
            return None
        earlier = [one for one in found if one.notice == row.notice and one.number < number]
        intact = is_intact(books, row)
        compared = intact and all(is_intact(books, one) for one in earlier[-1:])
        said, changes = (
            _of_version(books, row, earlier[-1:] if compared else (), language) if intact else ((), ())
        )
        return {
            "number": row.number, "effective": row.effective, "first": not earlier, "intact": intact, "compared": compared,
            "lines": [{"words": one.words, "heading": one.heading, "item": one.item} for one in said],
            "changes": [{"promise": one.promise, "why": one.why.within(language), "material": one.material} for one in changes],
        }  # fmt: skip
    finally:
        books.close()


def _of_version(
    books: Any, row: Any, earlier: Sequence[Any], language: Lang
) -> tuple[Sequence[Line], Sequence[Change]]:
    from troth.workflows.notice_records import notice_of as published

    notice = published(books, row)
    changes = diff(published(books, earlier[0]), notice) if earlier else ()
    return lines(notice, language, placing) if language in notice.texts else (), changes


def _day(text: str | None) -> date | None:
    return datetime.fromisoformat(text).date() if text else None


def facts(house: House, language: Lang) -> Mapping[str, tuple[str, ...]]:
    """Who answers for the notice, whom to ask and where to complain, in the notice's own words; () where it says nothing."""
    if not folder_of(house).is_dir():
        return {"company": (), "officer": (), "authority": ()}
    notice = shown_notice(house)

    def lines(*names: str) -> tuple[str, ...]:
        return tuple(text for name in names if (text := notice.fact(name, language)))

    return {
        "company": lines("controller.name", "controller.address", "controller.email", "controller.phone"),
        "officer": lines("dpo.name", "dpo.contact"),
        "authority": lines("authority.name", "authority.address", "authority.website"),
    }
