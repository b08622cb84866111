"""A restriction ends on a day that the person was told of beforehand (GDPR Art. 18(3)): the letter first, then the day, then the use."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from troth.requests import commands as do
from troth.requests.commands import Refusal
from troth.requests.life import SYSTEM
from troth.requests.resting import ARTICLE_18
from troth.terms.bilingual import Both
from troth.workflows import rest_records
from troth.workflows.case_papers import papers
from troth.workflows.cases import DeclinedError, amend, at_desk, change_within, file_of, row_of
from troth.workflows.jobs import Task, ask
from troth.workflows.letters_out import waits, write
from troth.workflows.reading import here

if TYPE_CHECKING:
    from troth.workflows.house import House

KINDS: Final = ARTICLE_18
LETTER: Final = "lifting"
AGAIN: Final = timedelta(days=1)
_EVERYTHING: Final = Both("Alle oplysninger om dig", "All data about you")


def announce(house: House, case: str, kind: str, by: str, why: str, on: date) -> None:
    """Writes to the person that what rests is used again from a day on, and why; raises DeclinedError for a day that is not to come."""
    from django.db import transaction

    from troth.requests.models import Resting

    with at_desk(house) as books, transaction.atomic():
        row_of(books, case, lock=True)
        file, now = file_of(books, case), house.now()
        rests = Resting.objects.of(books.tenant).filter(case=case, kind=kind, until=None)
        if kind not in KINDS or not rests.exists():
            raise DeclinedError(Refusal("nothing_rests", {"kind": kind}))
        if not why.strip():
            raise DeclinedError(Refusal("no_reason", {"kind": kind}))
        if on <= here(now, house.settings).date():
            raise DeclinedError(Refusal("tell_first", {"kind": kind}))
        what = sorted({row.purpose or _EVERYTHING.within(file.case.language) for row in rests})
        facts = {"restricted": what, "on": on.isoformat(), "reasons": [why.strip()]}
        told = {**file.asker.get("facts", {}), "lifting": facts}
        amend(
            books, case, {"facts": told, "lifting": {**file.asker.get("lifting", {}), kind: on.isoformat()}}
        )
        change_within(books, now, case, do.Note(), by, why.strip())
        write(house, books, case, LETTER, f"lifting {kind} {on.isoformat()}", automatic=False)
        due = datetime.combine(on, time(), ZoneInfo(house.settings.time_zone))
        ask(books, "lift", case, due, f"{case} lift {kind} {on.isoformat()}")


def lift(house: House, task: Task) -> None:
    """The job `lift`: ends what was announced for today, or before; a day later, where the letter still lies in the house."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        now = house.now()
        today = here(now, house.settings).date()
        untold = any(one.get("letter") == LETTER and waits(one) for one in papers(books, task.case, now))
        for kind, day in file_of(books, task.case).asker.get("lifting", {}).items():
            if date.fromisoformat(day) > today or not rest_records.there(books, task.case, kind):
                continue
            if untold:
                ask(books, "lift", task.case, now + AGAIN, f"{task.case} lift {kind} {today + AGAIN}")
            else:
                rest_records.end(books, task.case, [kind], now, lifted=True)
                change_within(books, now, task.case, do.Note(), SYSTEM, f"{kind}: lifted as announced")
        task.done(now)
