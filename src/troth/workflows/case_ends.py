"""The record of a case goes when its time is over: every row of it, and the key under which it was sealed, in one transaction.

What the ledger says of the case stays, and can be opened by nobody from then on. What rests at the person's own wish (no more
marketing, a consent taken back) goes on resting: it is kept by a digest, and honouring it has no end.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from troth.requests.deadlines import kept_until, months_after
from troth.requests.resting import ARTICLE_18
from troth.workflows.books import Line
from troth.workflows.cases import PART
from troth.workflows.reading import here

if TYPE_CHECKING:
    from troth.requests.models import CaseRow
    from troth.workflows.books import Books

MOST: Final = 1_000
"""Cases in one go; the rest goes the next time."""


def expire_cases(books: Books, now: datetime) -> int:
    """Deletes the records of cases whose time is over; how many. One that still has something to do stays."""
    from django.db import transaction

    from troth.requests.models import CaseRow

    today, months = here(now, books.settings).date(), books.settings.case_months
    old = (
        CaseRow.objects.of(books.tenant)
        .filter(closed__lt=months_after(today, -months))
        .order_by("closed", "id")
    )
    gone = 0
    for row in old.iterator(chunk_size=PART):
        if gone == MOST:
            break
        if kept_until(row.regime, row.closed, months) < today and not _has_to_do(books, row.name):
            with transaction.atomic():
                _forget(books, row, now)
            gone += 1
    return gone


def _has_to_do(books: Books, case: str) -> bool:
    """Whether a job, a letter or a recipient of the case still waits for somebody, or its person must be told before a rest is lifted."""
    from troth.mail.models import MailOut
    from troth.records.models import Job
    from troth.requests.models import CaseNotice

    waiting: list[Any] = [
        Job.objects.of(books.tenant).filter(case=case, state__in=("waiting", "claimed")),
        MailOut.objects.of(books.tenant).filter(case=case, state="waiting"),
        CaseNotice.objects.of(books.tenant).filter(case=case, state="due"),
        restricting(books).filter(case=case),
    ]
    return any(rows.exists() for rows in waiting)


def restricting(books: Books) -> Any:
    """What is restricted and not lifted: its case is kept until the person was told of the end (GDPR Art. 18(3))."""
    from troth.requests.models import Resting

    return Resting.objects.of(books.tenant).filter(kind__in=ARTICLE_18, until=None)


def _forget(books: Books, row: CaseRow, now: datetime) -> None:
    for rows in rows_of(books, row.name, now):
        rows.delete()
    books.enter([Line("request_forgotten", row.name, {"request": row.name})], now)
    books.forget(row.key)
    row.delete()


def rows_of(books: Books, case: str, now: datetime) -> list[Any]:
    """Everything of our state that stands in a case, but for the case's own row and what goes on resting."""
    from django.apps import apps

    from troth.records.models import TenantRow
    from troth.requests.models import Resting

    found: list[Any] = []
    for model in apps.get_models():
        if issubclass(model, TenantRow) and any(field.name == "case" for field in model._meta.fields):
            rows = model.objects.of(books.tenant).filter(case=case)
            found.append(rows.filter(until__lte=now) if model is Resting else rows)
    return found
