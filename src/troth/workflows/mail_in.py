"""A mail that came in lies sealed in a case before anybody is told that we have it; the same mail twice is one mail.

The case is opened, or joined, and the mail put into it in one transaction. Whatever cannot be read or understood becomes a case
that an officer reads. What a mail claims of its sender is a claim: identity is shown as in every other case.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from troth.law.requests import never_verified
from troth.mail.message import sender_address
from troth.mail.reading import Received, read
from troth.records.cabinet import alone_within
from troth.requests import commands as do
from troth.requests.kinds import KINDS, Regime
from troth.requests.life import PERSON, SYSTEM
from troth.requests.understanding import Understood, understand
from troth.terms.errors import UsageError
from troth.terms.settings import spoken
from troth.workflows.asking import sender_mark
from troth.workflows.case_papers import add_paper
from troth.workflows.cases import at_desk, change_within, enter_case
from troth.workflows.house import House
from troth.workflows.reading import here

if TYPE_CHECKING:
    from troth.workflows.books import Books

Told = dict[str, Any]
REMEMBERED: Final = timedelta(days=90)
"""How long a mail that is handed over again is recognised; a server tries for days, not for months."""
MOST_ANSWERS: Final = 5
"""Cases of one sender within a day whose receipt is acknowledged by itself; an officer acknowledges more."""
_WORDS: Final = 20_000
_PERSON: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’-]|[.,](?= |$)){0,79}")
"""A name that may stand in a letter: a link there would reach whoever the mail only claims to be from."""
_NUMBER: Final = re.compile(r"\b(20\d\d)-(\d{4,9})\b")


@dataclass(frozen=True)
class Taken:
    """What became of a mail: the case it lies in, and whether it opened it, joined it, or was there already."""

    case: str
    how: str  # opened, joined, known


def accept(house: House, raw: bytes, envelope: str | None = None, came: datetime | None = None) -> Taken:
    """Takes a mail in; when this returns, the mail is ours. `came` is when our mailbox got it, if not now.

    Raises only where our own state cannot be written: whoever hands the mail over must then keep it.
    """
    from django.db import transaction

    settings, now = house.settings, house.now()
    received = read(raw, spoken(house.environment), envelope, settings.mail_server)
    told = understand(received.headline, received.own) if received.readable else Understood(())
    with at_desk(house) as books:
        from troth.mail.models import MailIn

        with transaction.atomic():
            alone_within("cases")  # the same mail at the same moment is the same mail
            mark = _mark(books, received, raw)
            rows = MailIn.objects.of(books.tenant)
            known = rows.filter(mark=mark).first()
            if known is not None:
                return Taken(known.case, "known")
            rows.filter(at__lt=now - REMEMBERED).delete()
            case = _joined(books, received, told)
            how = "joined" if case else "opened"
            answer = _answerable(house, books, received, now)
            if case:
                by = SYSTEM if received.bounce or received.automatic else PERSON
                change_within(books, now, case, do.Note(), by, "bounce" if received.bounce else "mail")
            else:
                day = here(min(came or now, now), settings).date()
                case = _open(books, received, told, answer, now, day, settings.country[:2])
            _put(books, case, received, told, raw, now)
            _bounced(books, received, now)
            MailIn.objects.create(tenant=books.tenant, mark=mark, case=case, at=now)
        return Taken(case, how)


def _mark(books: Books, received: Received, raw: bytes) -> str:
    """A digest of what stays the same when a mail is handed over again: its id and words, not the marks of its way.

    Two different mails with one id are two: otherwise a stranger could make us overlook a mail by sending its id first.
    """
    parts = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)
    body = parts[1] if len(parts) == 2 else raw
    words = "\0".join((received.message_id, received.sender, received.headline)).encode(errors="replace")
    return hmac.new(
        books.tombstone_key, b"mail " + words + b"\0" + hashlib.sha256(body.rstrip()).digest(), "sha256"
    ).hexdigest()


def id_mark(books: Books, message_id: str) -> str:
    """The keyed digest by which a Message-ID of ours is found again."""
    return hmac.new(books.tombstone_key, f"letter {message_id}".encode(), "sha256").hexdigest()


# -- to which case it belongs --------------------------------------------------------------------------------------------


def _joined(books: Books, received: Received, told: Understood) -> str:
    """The open case that a mail answers; '' for none, and for a mail that asks for more than its case: that is a request of its own.

    It is known by the id of a letter of ours, which nobody else knows, or by the case's number if its sender wrote from the case's
    own address. A bounce belongs to its letter's case even where that is closed.
    """
    from troth.mail.models import MailOut
    from troth.requests.models import CaseRow

    cases = CaseRow.objects.of(books.tenant).defer("sealed")
    marks = [id_mark(books, one) for one in _named(received)]
    letter = (
        MailOut.objects.of(books.tenant).filter(mark__in=marks).order_by("-id").first() if marks else None
    )
    open_ones = cases if received.bounce else cases.filter(closed=None)
    row = open_ones.filter(name=letter.case).first() if letter is not None else None
    found = _NUMBER.search(received.headline)
    if row is None and found and received.sender:
        mark = sender_mark(books, received.sender)
        row = cases.filter(year=int(found[1]), number=int(found[2]), mark=mark, closed=None).first()
    return "" if row is None or _asks_more(received, told, row.kinds) else str(row.name)


def _asks_more(received: Received, told: Understood, kinds: Sequence[str]) -> bool:
    """Whether a person clearly asks for what their case is not about: the law counts its time from now."""
    return (
        bool(kinds)
        and received.answerable
        and not told.unclear
        and not set(told.kinds) - {"question"} <= set(kinds)
    )


def _named(received: Received) -> Iterator[str]:
    """Ids of letters that a mail speaks of; its own, where one of ours came back to us."""
    yield from (received.bounce.of if received.bounce else ())
    yield from received.answers
    if received.message_id:
        yield received.message_id


def _bounced(books: Books, received: Received, now: datetime) -> None:
    """A letter that will never arrive is not waited for."""
    from troth.mail.models import MailOut

    if received.bounce is None or not received.bounce.final:
        return
    marks = [id_mark(books, one) for one in received.bounce.of]
    MailOut.objects.of(books.tenant).filter(mark__in=marks).update(state="never", changed=now)


def _answerable(house: House, books: Books, received: Received, now: datetime) -> bool:
    """Whether a letter of ours may answer by itself: not a program, a list or ourselves, and one sender only so often (RFC 3834)."""
    from troth.requests.models import CaseRow

    if not received.answerable or received.sender.casefold() == _own(house):
        return False
    mark, day = sender_mark(books, received.sender), now - timedelta(days=1)
    recent = CaseRow.objects.of(books.tenant).filter(mark=mark, channel="mail", opened__gt=day)
    return int(recent.count()) < MOST_ANSWERS


def _own(house: House) -> str:
    try:
        return sender_address(house.settings.mail_from).casefold() if house.settings.mail_from else ""
    except UsageError:
        return ""


# -- what lies in the case -----------------------------------------------------------------------------------------------


def _open(
    books: Books, received: Received, told: Understood, answer: bool, now: datetime, day: date, home: str
) -> str:  # fmt: skip
    """Opens a case with what was understood of the mail; what is uncertain is an officer's to say. `home` is our own country."""
    programmed = received.automatic or received.bounce is not None
    regime: Regime = told.regime or "eu"
    certain = () if programmed else tuple(kind for kind in told.kinds if kind not in told.denied)
    kinds = tuple(kind for kind in certain if regime in KINDS[kind].regimes)
    command = do.Open(
        kinds, regime, told.country or ("US" if regime == "california" else home), received.language, "mail", day,
        never_verified(regime, day), agent=told.agent, unclear=told.unclear or programmed or told.agent,
    )  # fmt: skip
    name = received.name if _PERSON.fullmatch(received.name) else ""
    writer = {"name": name, "email": received.sender}
    asker = {
        **({"name": "", "email": "", "agent": {**writer, "permit": "written"}} if told.agent else writer),
        "words": received.own.rstrip()[:_WORDS], "answerable": answer,
    }  # fmt: skip
    return enter_case(books, now, command, asker, PERSON, sender_mark(books, received.sender)).name


def _put(books: Books, case: str, received: Received, told: Understood, raw: bytes, now: datetime) -> None:
    """The mail as it came, and beside it what a page shows of it before anybody opens it."""
    head = {
        "file": "mail.eml", "type": "message/rfc822", "headline": received.headline, "from": received.sender, "id": received.message_id,
        "readable": received.readable, "automatic": received.automatic, "listed": received.listed, "vouched": sorted(received.vouched),
        "forged": received.forged,
        "signs": [[sign.kind, sign.part, sign.start, sign.end] for sign in told.signs[:100]],
        "denied": sorted(told.denied), "perhaps": sorted(told.perhaps),
        "attachments": [{"name": one.name, "type": one.type, "size": one.size} for one in received.attachments[:100]],
    }  # fmt: skip
    add_paper(books, case, now, kind="bounce" if received.bounce else "mail", head=head, data=raw)
