"""Once a day the office is told which cases are late, nearly late, or nobody's, and when evidence was changed: never by who asks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from troth.mail.exit import Exit
from troth.mail.message import Outgoing, address
from troth.requests.watch import Reminder, Watched, Why, reminders
from troth.terms.bilingual import Both, Lang
from troth.terms.errors import StoreError
from troth.terms.settings import spoken
from troth.workflows.books import new_name
from troth.workflows.cases import at_desk, live
from troth.workflows.checks_status import tampered
from troth.workflows.house import House
from troth.workflows.jobs import Task
from troth.workflows.mail_out import exit_of
from troth.workflows.reading import here

if TYPE_CHECKING:
    from collections.abc import Sequence

_TITLE: Final = Both("{count} ting skal ses på i dag", "{count} things to look at today")
_LINES: Final[dict[Why, Both]] = {
    "overdue": Both("{number}: fristen var {due} ({to})", "{number}: the deadline was {due} ({to})"),
    "soon": Both("{number}: fristen er {due} ({to})", "{number}: the deadline is {due} ({to})"),
    "nobody": Both("{number}: ingen har taget sagen", "{number}: nobody has taken the case"),
}
_TAMPERED: Final = Both(
    "Det, der er gemt af løfternes prøver, er ikke det, der står i logbogen. Indtil det er undersøgt, viser privatlivspolitikken ingen "
    "beviser. Se konsollen under Logbog.",
    "What is kept of the tests of the promises is not what the ledger has. Until it is looked into, the notice shows no evidence. See "
    "the console, under Ledger.",
)
_NOBODY: Final = Both("ingen", "nobody")


def watched(house: House) -> tuple[Reminder, ...]:
    """What the office must hear today."""
    today = here(house.now(), house.settings).date()
    with at_desk(house) as books:
        found = [
            Watched(
                file.number,
                file.due,
                file.case.assignee,
                file.case.deputy,
                here(file.opened, house.settings).date(),
            )
            for file in live(books)
        ]
    return reminders(found, today, house.settings.unassigned_days)


def digest(house: House, task: Task, way: Exit | None = None) -> None:
    """The daily job: one mail to the office, none where nothing is to be said or nobody is named."""
    way = way or exit_of(house)
    if way is None or not house.settings.office:
        return
    said, changed = watched(house), bool(tampered(house))
    if (said or changed) and way.send(_mail(house, said, changed, house.now())).result == "later":
        raise StoreError(
            "the office's mail must wait", permanent=False, place="TROTH_MAIL", remedy="It is tried again."
        )


def _mail(house: House, said: Sequence[Reminder], changed: bool, now: datetime) -> Outgoing:
    lang: Lang = spoken(house.environment)
    lines = [_TAMPERED.within(lang)] if changed else []
    lines += [
        _LINES[one.why].within(lang).format(number=one.number, due=one.due, to=one.to or _NOBODY.within(lang))
        for one in said
    ]
    host = house.settings.mail_from.rpartition("@")[2].strip("> ") or "troth.invalid"
    return Outgoing(
        f"<{new_name()}@{host}>", house.settings.mail_from, address(house.settings.office),
        _TITLE.within(lang).format(count=len(lines)), "\n".join(lines) + "\n", now, lang,
    )  # fmt: skip
