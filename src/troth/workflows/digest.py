"""Once a day everybody who looks after cases is told which are late or nearly so: by number and day, never by who asks.

Each hears of their own, the deputy of what has become theirs, the head of what is late, the office of what is nobody's, and of evidence
that was changed.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

from troth.mail.exit import Exit
from troth.mail.message import Outgoing, address
from troth.requests.life import PERSON, SYSTEM
from troth.requests.watch import Reminder, Watched, Why, reminders
from troth.terms.bilingual import Both, Lang
from troth.terms.errors import StoreError
from troth.terms.settings import spoken
from troth.workflows import duty
from troth.workflows.cases import File, at_desk, live
from troth.workflows.checks_status import tampered
from troth.workflows.house import House
from troth.workflows.jobs import Task
from troth.workflows.mail_out import exit_of
from troth.workflows.reading import here

if TYPE_CHECKING:
    from collections.abc import Sequence

_TITLES: Final = {
    "": (
        Both("1 ting skal ses på i dag", "1 thing to look at today"),
        Both("{count} ting skal ses på i dag", "{count} things to look at today"),
    ),
    "head": (
        Both("1 sag er over fristen", "1 case is late"),
        Both("{count} sager er over fristen", "{count} cases are late"),
    ),
}
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
_MAILS: Final = UUID("0f0a6f5e-9a49-5b7d-8a55-0c7f1d3c9b42")


def watched(house: House) -> tuple[Reminder, ...]:
    """What must be heard today, and by whom."""
    with at_desk(house) as books:
        found, away = [_watched(house, file) for file in live(books)], duty.away(books)
    return reminders(found, _today(house), house.settings.unassigned_days, away)


def _today(house: House) -> date:
    return here(house.now(), house.settings).date()


def _watched(house: House, file: File) -> Watched:
    opened = here(file.opened, house.settings).date()
    steps = [event.at.date() for event in file.events if event.by not in (SYSTEM, PERSON)]
    return Watched(
        file.number, file.due, file.case.assignee, file.case.deputy, opened, max(steps, default=opened)
    )


def digest(house: House, task: Task, way: Exit | None = None) -> None:
    """The daily job: one mail to each who must hear something; none where nobody is named.

    What cannot be brought to somebody now goes to the office, last. Raises StoreError while something reaches nobody: all are told again
    then, since to hear twice is better than never.
    """
    way = way or exit_of(house)
    if way is None:
        return
    said = watched(house)
    with at_desk(house) as books:
        reached = duty.reached(books)
    mails = _sorted(house, said, reached)
    office = (address(house.settings.office), "") if house.settings.office else None
    changed = office if office and tampered(house) else None

    def heard(key: tuple[str, str], lines: Sequence[Reminder]) -> bool:
        return way.send(_mail(house, task, *key, lines, key == changed, house.now())).result == "sent"

    last = mails.pop(office, []) if office else []
    unheard = [one for key in sorted(mails) if not heard(key, mails[key]) for one in mails[key]]
    last = list(dict.fromkeys([*last, *unheard]))
    if not heard(office, last) if office and (last or changed) else unheard:
        raise StoreError(
            "a mail to the staff must wait",
            permanent=False,
            place="TROTH_MAIL",
            remedy="It is tried again.",
        )


def _sorted(
    house: House, said: Sequence[Reminder], reached: dict[str, str]
) -> dict[tuple[str, str], list[Reminder]]:
    """What each address is told, in which mail; what nobody can be told is nobody's mail."""
    settings, mails = house.settings, dict[tuple[str, str], list[Reminder]]()
    for one in said:
        if to := reached.get(one.to) or settings.office:
            mails.setdefault((address(to), ""), []).append(one)
        if one.why == "overdue" and settings.head:
            mails.setdefault((address(settings.head), "head"), []).append(one)
    return mails


def _mail(
    house: House, task: Task, to: str, what: str, said: Sequence[Reminder], changed: bool, now: datetime
) -> Outgoing:
    lang: Lang = spoken(house.environment)
    lines = [_TAMPERED.within(lang)] if changed else []
    lines += [
        _LINES[one.why].within(lang).format(number=one.number, due=one.due, to=one.to or _NOBODY.within(lang))
        for one in said
    ]
    host = house.settings.mail_from.rpartition("@")[2].strip("> ") or "troth.invalid"
    one, several = _TITLES[what]
    return Outgoing(
        f"<{uuid5(_MAILS, f'{task.name} {to} {what}')}@{host}>", house.settings.mail_from, to,
        (one if len(lines) == 1 else several).within(lang).format(count=len(lines)), "\n".join(lines) + "\n", now, lang,
    )  # fmt: skip
