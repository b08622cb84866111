"""The notice as everybody sees it: each sentence with its light, the versions before it, and the book that proves both.

A promise turns red in public once an officer has seen it, or after the days that a setting gives, whichever is first. Until then it is
shown as one to be tested again, never as kept: nobody is told that it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from troth.evidence.status import LIGHTS
from troth.terms.bilingual import Lang
from troth.terms.errors import UsageError
from troth.workflows.cases import at_desk
from troth.workflows.checks import folder_of
from troth.workflows.checks_status import one_status, status
from troth.workflows.house import House
from troth.workflows.propose import operator

Told = dict[str, Any]


def page(house: House, language: Lang) -> Told | None:
    """Everything that the notice's page shows; None where there is no notice."""
    if not folder_of(house).is_dir():
        return None
    told = status(house)
    found = {one["id"]: one for one in told["promises"]}
    shown = {name: _promise(house, one, told["waits"].get(name, []), language) for name, one in found.items()}
    lines = [_line(line, shown) for line in told["texts"].get(language, ())]
    counts = dict.fromkeys(LIGHTS, 0)
    for one in shown.values():
        counts[one["light"]] += 1
    return {
        "version": told["notice"]["version"], "effective": _day(told["notice"]["effective"]), "lines": lines,
        "lights": [(light, count) for light, count in counts.items() if count], "checkpoint": checkpoint(house),
        "versions": _versions(house),
    }  # fmt: skip


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


def _promise(house: House, one: Mapping[str, Any], waits: Any, language: Lang) -> Told:
    light, since = one["status"], None
    if light == "broken":
        since = broken_since(house, one["id"])
        light = "broken" if is_public(house, one["id"], since) else "stale"
    checks = [
        {
            "tests": check["tests"][language == "en"], "entry": check["entry"],
            "collected": _day(check["collected"]), "expires": _day(check["expires"]),
        }
        for check in one["checks"]
    ]  # fmt: skip
    return {"id": one["id"], "light": light, "control": one["control"], "checks": checks, "waits": waits,
            "since": since.date() if since and light == "broken" else None}  # fmt: skip


def broken_since(house: House, promise: str) -> datetime | None:
    """Since when a promise has been broken, by the youngest of its checks; None where nothing says."""
    found = [
        datetime.fromisoformat(spans[0]["since"])
        for spans in one_status(house, promise)["history"].values()
        if spans and spans[0]["verdict"] == "fails"
    ]
    return min(found) if found else None


def is_public(house: House, promise: str, since: datetime | None) -> bool:
    """Whether everybody may see that it is broken."""
    from troth.evidence.models import Seen

    if since is None or house.now() - since >= timedelta(days=house.settings.public_days):
        return True
    with at_desk(house) as books:
        return bool(Seen.objects.of(books.tenant).filter(promise=promise, at__gte=since).exists())


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
    ]  # fmt: skip


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
