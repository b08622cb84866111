"""Whoever received the person's data is told of each act on it, of each once, until they confirm it (GDPR Art. 19).

Each has one row in a case, with the acts of which they are to be told and what they were told when; what is done later (an erasure after
an opt-out) is told in a mail of its own, that a kill cannot double. Who the person is stands on the page behind its link. An officer
may have told them by hand, or say why it is impossible. The person is told who they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from troth.datamap.model import Recipient
from troth.documents import task_mails
from troth.requests import commands as do
from troth.requests.commands import Refusal
from troth.requests.telling import ACTS, told_of
from troth.terms.errors import UsageError
from troth.workflows import answer_links, case_mail
from troth.workflows.books import Line
from troth.workflows.case_acts import latest
from troth.workflows.cases import DeclinedError, File, at_desk, change_within, file_of, row_of, viewed
from troth.workflows.jobs import Task, ask
from troth.workflows.reading import here

if TYPE_CHECKING:
    from troth.requests.models import CaseNotice
    from troth.workflows.books import Books
    from troth.workflows.house import House

Told = dict[str, Any]
PAUSES: Final = (timedelta(days=7), timedelta(days=14), timedelta(days=28))
"""How long after being told a recipient is reminded who has not confirmed; after the last of them it is an officer's."""


# -- telling -------------------------------------------------------------------------------------------------------------


def tell(house: House, task: Task) -> None:
    """The job `recipients`: makes a row for each who must be told, and writes to those who have an address."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        row_of(books, task.case, lock=True)
        file, now = file_of(books, task.case), house.now()
        findings, datamap = latest(books, house, task.case, "findings"), house.map()
        owed = told_of(datamap, file.case, file.events, findings and findings[1])
        for name, acts in owed.items():
            _tell(house, books, file, datamap.recipients[name], acts, now)
        task.done(now)


def _tell(
    house: House, books: Books, file: File, one: Recipient, acts: tuple[str, ...], now: datetime
) -> None:
    row = _row(books, file.case.name, one.name) or _new(books, file.case.name, one.name, now)
    before = row.state
    if fresh := [act for act in acts if act not in row.acts]:
        row.acts, row.state, row.changed = [*row.acts, *fresh], "due", now
        row.save(update_fields=["acts", "state", "changed"])
    if row.state != "due" or not one.mail or before == "impossible":  # whether it still is, an officer says
        return
    number = len(row.told)
    _write(house, books, file, one, "recipient", str(number), _untold(row), now)
    _told(books, file, row, now)
    for pause in PAUSES:
        once = f"{file.case.name} recipient_reminder {one.name} {number} {pause.days}"
        ask(books, "recipient_reminder", file.case.name, now + pause, once)


def _untold(row: CaseNotice) -> list[str]:
    """The acts of which they have not been told."""
    told = {act for telling in row.told for act in telling["acts"]}
    return [act for act in row.acts if act not in told]


def _identifiers(asker: Mapping[str, Any]) -> list[str]:
    """What was proven; of somebody who need prove nothing, the address they wrote."""
    proven = [str(one) for one in asker.get("proven", ())]
    return proven or ([str(asker["email"])] if asker.get("email") else [])


def _new(books: Books, case: str, recipient: str, now: datetime) -> CaseNotice:
    from troth.requests.models import CaseNotice

    row = CaseNotice(tenant=books.tenant, case=case, recipient=recipient, state="due", changed=now)
    row.save(force_insert=True)
    return row


def _row(books: Books, case: str, recipient: str) -> CaseNotice | None:
    from troth.requests.models import CaseNotice

    rows = CaseNotice.objects.of(books.tenant).select_for_update()
    found: CaseNotice | None = rows.filter(case=case, recipient=recipient).first()
    return found


def _told(books: Books, file: File, row: CaseNotice, now: datetime) -> None:
    """Enters that a recipient was told, with the row that says so; told of everything before, they are told it all again."""
    acts = _untold(row) or list(row.acts)
    row.state, row.attempts, row.changed = "told", row.attempts + 1, now
    row.told = [*row.told, {"acts": acts, "at": now.isoformat()}]
    row.save(update_fields=["state", "attempts", "changed", "told"])
    key = row_of(books, file.case.name).key
    payload = {"recipient": row.recipient, "acts": acts}
    books.enter([Line("request_recipient_told", file.case.name, payload, {}, key)], now)


def _write(
    house: House, books: Books, file: File, one: Recipient, kind: str, number: str, acts: Sequence[str], now: datetime
) -> bool:  # fmt: skip
    token = answer_links.link(books, now, file.case.name, "recipient", one.name)
    stopped = kind == "recipient" and not set(acts) & set(ACTS)
    told = task_mails.text(
        "recipient_stop" if stopped else kind, case=file.number, who=one.name,
        us=house.map().controller, done=task_mails.joined(acts),
        link=case_mail.page(house, answer_links.PATH, token),
    )  # fmt: skip
    return case_mail.write(house, books, file.case.name, f"{kind} {one.name} {number}", one.mail, told)


def remind(house: House, task: Task) -> None:
    """The job `recipient_reminder`: writes again to those who were told and have not confirmed, once for each pause."""
    from django.db import transaction

    from troth.requests.models import CaseNotice

    with at_desk(house) as books, transaction.atomic():
        row_of(books, task.case, lock=True)
        file, now = file_of(books, task.case), house.now()
        known = house.map().recipients
        for row in CaseNotice.objects.of(books.tenant).filter(case=task.case, state="told").order_by("id"):
            last, told = _mailed(books, row)
            passed = sum(told is not None and now >= told + pause for pause in PAUSES)
            one, name = known.get(row.recipient), f"{last}.{passed}" if last else str(passed)
            if (
                passed
                and one
                and one.mail
                and _write(house, books, file, one, "recipient_reminder", name, row.acts, now)
            ):
                row.attempts += 1
                row.save(update_fields=["attempts"])
        task.done(now)


def _mailed(books: Books, row: CaseNotice) -> tuple[int, datetime | None]:
    """The number of the last telling that was a mail, and when it was written; (0, None) where none was."""
    for number in reversed(range(len(row.told))):
        if at := case_mail.written(books, row.case, f"recipient {row.recipient} {number}"):
            return number, at
    return 0, None


# -- answers -------------------------------------------------------------------------------------------------------------


def page(house: House, token: str) -> Told:
    """What the recipient's page shows: whom it is about, until they have confirmed; the view is entered."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        asked = answer_links.whose(books, token, "recipient")
        file, row = file_of(books, asked.case), _known(books, asked.case, asked.about)
        open_ = row.state != "acknowledged"
        if open_:
            viewed(books, house.now(), asked.case, asked.about[:150], "recipient told")
        asker = file.asker if open_ else {}
        return {
            "case": file.number, "recipient": asked.about, "us": house.map().controller, "acts": tuple(row.acts), "open": open_,
            "name": str(asker.get("name", "")), "identifiers": _identifiers(asker),
        }  # fmt: skip


def acknowledge(house: House, token: str, seen: Collection[str] | None = None) -> None:
    """The recipient has done the same; said twice, it is said once. Raises NoCaseError for a link that is none.

    `seen`: the acts that stood on the page they confirm; DeclinedError where there is one more by now.
    """
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        asked = answer_links.whose(books, token, "recipient")
        row = _known(books, asked.case, asked.about)
        if row.state != "acknowledged":
            if seen is not None and not set(row.acts) <= set(seen):
                raise DeclinedError(Refusal("more_to_do", {"recipient": asked.about}))
            if _untold(row):  # they read it on the page
                _told(books, file_of(books, asked.case), row, house.now())
            _change(books, row, "acknowledged", house.now())


def told_by_hand(house: House, case: str, recipient: str, by: str, how: str) -> None:
    """An officer has told a recipient in another way."""
    _by_officer(house, case, recipient, by, how, "told")


def impossible(house: House, case: str, recipient: str, by: str, why: str) -> None:
    """An officer declares that a recipient cannot be told, or only by a disproportionate effort, and why (GDPR Art. 19)."""
    _by_officer(house, case, recipient, by, why, "impossible")


def _by_officer(house: House, case: str, recipient: str, by: str, words: str, state: str) -> None:
    from django.db import transaction

    if not words.strip():
        raise DeclinedError(Refusal("no_reason", {"recipient": recipient}))
    with at_desk(house) as books, transaction.atomic():
        row = _known(books, case, recipient)
        if row.state == "acknowledged":
            raise DeclinedError(Refusal("already_told", {"recipient": recipient}))
        now = house.now()
        change_within(books, now, case, do.Note(), by, f"{recipient}: {words.strip()}")
        if state == "told":
            _told(books, file_of(books, case), row, now)
        else:
            _change(books, row, state, now)


def _known(books: Books, case: str, recipient: str) -> CaseNotice:
    row = _row(books, case, recipient)
    if row is None:
        raise UsageError("this recipient is not to be told in this case")
    return row


def _change(books: Books, row: CaseNotice, state: str, now: datetime) -> None:
    row.state, row.changed = state, now
    row.save(update_fields=["state", "changed"])


# -- what is shown -------------------------------------------------------------------------------------------------------


def listed(house: House, case: str) -> list[Told]:
    """Each recipient of a case: its name, its state and since when, how often it was written to, whether an officer must act."""
    with at_desk(house) as books:
        return listed_within(books, case, house.now())


def listed_within(books: Books, case: str, now: datetime) -> list[Told]:
    """The same within books that are open."""
    from troth.requests.models import CaseNotice

    rows = CaseNotice.objects.of(books.tenant).filter(case=case).order_by("id")
    return [
        {
            "recipient": row.recipient, "state": row.state, "on": here(row.changed, books.settings).date(), "attempts": row.attempts,
            "late": row.state == "due" or (row.state == "told" and now >= row.changed + PAUSES[-1]),
        }
        for row in rows
    ]  # fmt: skip


def told_within(books: Books, case: str) -> tuple[tuple[str, date], ...]:
    """Who was told, and on which day; for the letters to the person (GDPR Art. 19, second sentence).

    Of what was done with the data, where anybody was told of that; else of what was stopped.
    """
    from troth.requests.models import CaseNotice

    rows = CaseNotice.objects.of(books.tenant).filter(case=case).order_by("id")
    tellings = [(row.recipient, telling) for row in rows for telling in row.told]
    done = [(who, one) for who, one in tellings if set(one["acts"]) & set(ACTS)]
    days = {who: datetime.fromisoformat(one["at"]) for who, one in done or tellings}
    return tuple((who, here(at, books.settings).date()) for who, at in days.items())
