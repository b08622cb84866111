"""Who asks: codes that are sent, answers that are compared and thrown away; nothing here ever says whether somebody is known.

A code goes to the address that the case gives, whoever that is. Whoever reads mail there has proven the address, and only a proven
identifier is looked for (`case_acts`). Compared answers are never kept: what remains is that a point was shown.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from troth.datamap.model import DataMap
from troth.requests import commands as do
from troth.requests.case import Case
from troth.requests.identity import (
    DECLARATION,
    PROVIDER,
    Situation,
    agent_settled,
    can_be_shown,
    may_ask,
    satisfied,
    situation,
)
from troth.requests.life import PERSON
from troth.workflows.books import new_name
from troth.workflows.cases import File, amend, at_desk, change_within, file_of, row_of
from troth.workflows.house import House
from troth.workflows.jobs import Task, ask

if TYPE_CHECKING:
    from troth.workflows.books import Books

MINUTES: Final = 30
ATTEMPTS: Final = 5
AN_HOUR: Final = 5
"""How long a code is good, how often it may be tried, and how many are sent in an hour."""
_DIGITS: Final = 8


def held_by(datamap: DataMap) -> frozenset[str]:
    """The data categories that the company holds of anybody."""
    return frozenset(
        field.category for dataset in datamap.datasets.values() for field in dataset.fields.values()
    )


def of(house: House, case: Case, asker: Any) -> Situation:
    """The situation of a case: what decides what may be asked."""
    return situation(case, held_by(house.map()), asker.get("corrected", ()), house.provider is not None)


def questions(house: House, name: str, to: Any = "person") -> frozenset[str]:
    """The questions that may be put to the person, or the agent, of this case now."""
    with at_desk(house) as books:
        return _asked(house, file_of(books, name), to)


def _asked(house: House, file: File, to: Any = "person") -> frozenset[str]:
    return may_ask(of(house, file.case, file.asker), file.case.points, file.asker.get("skipped", ()), to)


def wish(house: House, name: str) -> None:
    """Somebody at the case's address asks for a fresh code; too many in an hour are not sent, and nothing says so."""
    from django.db import transaction

    from troth.records.models import Job
    from troth.requests.models import CaseCode

    with at_desk(house) as books, transaction.atomic():
        row_of(books, name, lock=True)
        since = house.now() - timedelta(hours=1)
        made = CaseCode.objects.of(books.tenant).filter(case=name, purpose="email", made__gt=since).count()
        coming = (
            Job.objects.of(books.tenant)
            .filter(case=name, kind="code", state__in=("waiting", "claimed"))
            .count()
        )
        if made + coming < AN_HOUR:
            ask(books, "code", name, house.now())


def new_code(books: Books, name: str, now: datetime) -> str:
    """A fresh code in the place of earlier ones; only its keyed digest is kept. Call it inside a transaction."""
    from troth.requests.models import CaseCode

    code, row = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}", new_name()
    CaseCode.objects.of(books.tenant).filter(case=name, purpose="email", used=None, expires__gt=now).update(
        expires=now
    )
    CaseCode.objects.create(
        tenant=books.tenant, name=row, case=name, purpose="email", mark=_mark(_key(books, name), row, code), made=now,
        expires=now + timedelta(minutes=MINUTES),
    )  # fmt: skip
    return code


def check_code(house: House, name: str, code: str) -> bool:
    """Whether this is the code that was sent last, within its time and attempts; it is good once, and proves the address."""
    from django.db import transaction

    from troth.requests.models import CaseCode

    typed = "".join(c for c in code if c.isdigit())
    with at_desk(house) as books, transaction.atomic():
        now = house.now()
        rows = (
            CaseCode.objects.of(books.tenant)
            .select_for_update()
            .filter(case=name, purpose="email", used=None)
        )
        row = rows.filter(expires__gt=now).order_by("-id").first()
        if row is None or row.attempts >= ATTEMPTS:
            return False
        row.attempts += 1
        right = hmac.compare_digest(row.mark, _mark(_key(books, name), row.name, typed))
        if right:
            row.used = now
        row.save(update_fields=["attempts", "used"])
        if right:
            _proven(house, books, name)
        return right


def _proven(house: House, books: Books, name: str) -> None:
    """Whoever asks reads mail at the case's address. An agent's own address proves nothing of the person."""
    file = file_of(books, name, lock=True)
    if file.case.agent or file.case.closed is not None:
        return
    address = str(file.asker.get("email", ""))
    proven = {*file.asker.get("proven", ()), address} - {""}
    amend(books, name, {"proven": sorted(proven)})
    shown(house, books, name, {"email_code"})


def shown(house: House, books: Books, name: str, points: Collection[str], by: str = PERSON) -> Case:
    """Something was shown: entered, and held against what the law wants. Call it inside a transaction."""
    file = file_of(books, name, lock=True)
    asked, case = of(house, file.case, file.asker), file.case
    have = case.points | frozenset(points)
    if case.agent == "claimed" and agent_settled(asked, have):
        case = change_within(books, house.now(), name, do.ConfirmAgent(), by)
    if case.verifiable and not case.failed:
        case = change_within(books, house.now(), name, do.ShowIdentity(have, satisfied(asked, have)), by)
    return case


def answer(house: House, name: str, question: str, text: str) -> bool:
    """Holds an answer against what is held of the proven person, and throws it away; False too where it may not be asked.

    Attempts are few over the whole case; when they are used up, the identity counts as not shown. An attempt is taken before anything
    is compared, so that many answers at once are as many attempts, and is given back where the answer was right or could not be held
    against anything.
    """
    from troth.workflows.case_points import compared

    if not _attempt(house, name, question):
        return False
    right: bool | None = None
    try:
        right = text == "yes" if question == DECLARATION else compared(house, name, question, text)
    finally:
        counts = _attempted(house, name, question, right)
    return counts


def _attempt(house: House, name: str, question: str) -> bool:
    """Takes one of the attempts of a case; whether there was one left, and this may be asked."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        file = file_of(books, name, lock=True)
        tries, over = int(file.asker.get("tries", 0)), file.case.failed or file.case.closed is not None
        if over or tries >= ATTEMPTS or question not in _asked(house, file) - {"email_code", PROVIDER}:
            return False
        amend(books, name, {"tries": tries + 1})
    return True


def _attempted(house: House, name: str, question: str, right: bool | None) -> bool:
    """The end of an attempt, None: nothing could be compared; whether something is shown by it."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        file = file_of(books, name, lock=True)
        tries = int(file.asker["tries"]) - (right is not False)
        missed = int(file.asker.get("missed", 0)) + (right is False)
        amend(books, name, {"tries": tries, "missed": missed})
        if right is None or file.case.closed is not None:
            return False
        if right:
            return question in shown(house, books, name, {question}).points
        if missed >= ATTEMPTS and file.case.verified is None:  # one that is still compared may be right
            change_within(books, house.now(), name, do.FailIdentity(), PERSON)
        return False


def skip(house: House, name: str, question: str) -> None:
    """The person cannot answer this one: the next in order takes its place; where none is left, an officer finds a way."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        file = file_of(books, name, lock=True)
        if question not in _asked(house, file):
            return
        skipped = sorted({*file.asker.get("skipped", ()), question})
        amend(books, name, {"skipped": skipped})
        if not can_be_shown(of(house, file.case, file.asker), skipped):
            change_within(books, house.now(), name, do.Note(), PERSON, "cannot be shown by what may be asked")


# -- an agent is confirmed by the person ---------------------------------------------------------------------------------


def confirm_link(books: Books, name: str) -> str:
    """The secret part of the address at which the person confirms their agent; made from the case's key alone."""
    digest = hmac.new(_key(books, name), b"agent link", hashlib.sha256).hexdigest()
    return f"{row_of(books, name).link[:16]}{digest[:32]}"


def by_confirm_link(house: House, link: str) -> str | None:
    """The case whose person this address was sent to; None where there is none."""
    from troth.requests.models import CaseRow

    with at_desk(house) as books:
        row = (
            CaseRow.objects.of(books.tenant).filter(link__startswith=link[:16], closed=None).first()
            if len(link) == 48
            else None
        )
        if row is None or not hmac.compare_digest(confirm_link(books, row.name), link):
            return None
        return str(row.name)


def confirm(house: House, name: str, says: bool) -> None:
    """The person says that the agent asks for them, or that they do not."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        if not says:
            change_within(books, house.now(), name, do.Retract(), PERSON)
            return
        file = file_of(books, name, lock=True)
        proven = sorted({*file.asker.get("proven", ()), str(file.asker.get("email", ""))} - {""})
        amend(books, name, {"proven": proven})
        shown(house, books, name, {"person_confirms", "email_code"})


def code_job(house: House, task: Task) -> None:
    """Makes a code and posts it, in one transaction with the end of the job."""
    from django.db import transaction

    from troth.workflows.letters_out import post_code

    with at_desk(house) as books, transaction.atomic():
        now = house.now()
        post_code(house, books, task.case, new_code(books, task.case, now), f"code {task.name}")
        task.done(now)


def _key(books: Books, name: str) -> bytes:
    return books.key(row_of(books, name).key)


def _mark(key: bytes, row: str, code: str) -> str:
    return hmac.new(key, f"code {row} {code}".encode(), hashlib.sha256).hexdigest()
