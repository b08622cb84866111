"""Links by which somebody outside answers for a case: known by a keyed digest, alive as long as their case, one for each who is asked."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal, get_args

from troth.terms.bilingual import Both
from troth.workflows.books import new_name
from troth.workflows.cases import NoCaseError, at_desk, row_of

if TYPE_CHECKING:
    from troth.workflows.books import Books
    from troth.workflows.house import House

Purpose = Literal["manual", "stop", "recipient", "customer"]
PATH: Final = Both("opgave", "task")
ENDLESS: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""A link has no end of its own: it dies with its case."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked, in which case, and since when; `about` is a system, a recipient, or a customer's digest."""

    case: str
    purpose: Purpose
    about: str
    since: datetime


def link(books: Books, now: datetime, case: str, purpose: Purpose, about: str) -> str:
    """The secret part of the address, made within a transaction of the caller's; the same whenever it is asked for."""
    from troth.requests.models import CaseCode

    key = books.key(row_of(books, case).key)
    digest = hmac.new(key, f"answer {purpose} {about}".encode(), hashlib.sha256).digest()
    token = base64.b32encode(digest[:20]).decode().lower()
    codes = CaseCode.objects.of(books.tenant).filter(case=case, purpose=purpose, about=about)
    if not codes.exists():
        CaseCode.objects.create(
            tenant=books.tenant, name=new_name(), case=case, purpose=purpose, about=about, mark=_mark(books, token),
            made=now, expires=ENDLESS,
        )  # fmt: skip
    return token


def asked(books: Books, case: str, purpose: Purpose) -> dict[str, Asked]:
    """Everybody who was asked in a case for one purpose."""
    from troth.requests.models import CaseCode

    rows = CaseCode.objects.of(books.tenant).filter(case=case, purpose=purpose).order_by("id")
    return {row.about: Asked(case, purpose, row.about, row.made) for row in rows}


def asked_anywhere(books: Books, purpose: Purpose, about: str) -> list[Asked]:
    """Every case in which one of them was asked, oldest first."""
    from troth.requests.models import CaseCode

    rows = CaseCode.objects.of(books.tenant).filter(purpose=purpose, about=about).order_by("id")
    return [Asked(row.case, purpose, about, row.made) for row in rows]


def whose(books: Books, token: str, purpose: Purpose | None = None) -> Asked:
    """Who answers by this link; raises NoCaseError where there is none, or another purpose was wanted."""
    from troth.requests.models import CaseCode

    row = CaseCode.objects.of(books.tenant).filter(mark=_mark(books, token)).first()
    if row is None or row.purpose not in get_args(Purpose) or purpose not in (None, row.purpose):
        raise NoCaseError("there is no such link, or its case is over")
    return Asked(row.case, row.purpose, row.about, row.made)


def purpose_of(house: House, token: str) -> Purpose:
    """What a link is for; raises NoCaseError where it is none."""
    with at_desk(house) as books:
        return whose(books, token).purpose


def _mark(books: Books, token: str) -> str:
    return hmac.new(books.tombstone_key, b"answer link " + token.encode(), hashlib.sha256).hexdigest()
