"""Letters by mail: put into the outbox with what makes them necessary, sent by a job, and never lost where nobody can send them.

A mail may go twice if the process dies between the server's answer and our note of it; it then has the same Message-ID.
No letter answers a program, a list or ourselves by itself (RFC 3834): such letters are held until an officer lets them go.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from troth.ledger import sealed
from troth.mail.exit import Exit, Outcome, smtp_exit
from troth.mail.folder import SCHEME, Folder
from troth.mail.message import Enclosure, Outgoing, composed, sender_address
from troth.requests import commands as do
from troth.requests.life import SYSTEM
from troth.terms.errors import StoreError, UsageError
from troth.workflows.books import new_name
from troth.workflows.cases import at_desk, change_within, file_of, row_of
from troth.workflows.credentials import referred
from troth.workflows.house import House
from troth.workflows.jobs import Task, ask
from troth.workflows.mail_in import id_mark

if TYPE_CHECKING:
    from troth.workflows.books import Books

Told = dict[str, Any]
TRIED: Final = timedelta(days=5)
"""How long a letter is tried (RFC 5321, 4.5.4.1: at least four to five days)."""
AGAIN: Final = timedelta(hours=1)
"""How long a letter rests before the round of the outbox takes it up, if no job of its own does."""
_ROUND: Final = 500


@dataclass(frozen=True)
class Posted:
    """A letter as somebody wants it sent to whoever asks in a case."""

    headline: str
    text: str = field(repr=False)
    html: str = field(default="", repr=False)
    enclosures: Sequence[Enclosure] = ()
    language: Literal["da", "en"] = "en"
    automatic: bool = True  # nobody decided that it should go: an acknowledgement, a reminder
    to: str = field(default="", repr=False)  # '': whoever asks


def post(house: House, books: Books, case: str, letter: Posted, once: str) -> str:
    """Puts a letter into the outbox, within the caller's transaction; under `once` a single time in its case.

    Returns `waiting`, `held` (an officer may let it go), or '' where the case has no address: the letter goes by post.
    Raises UsageError for a letter that could not be sent whatever the server said.
    """
    from troth.mail.models import MailOut

    known = MailOut.objects.of(books.tenant).filter(case=case, once=once).first()
    if known is not None:
        return str(known.state)
    asker, now, name = file_of(books, case).asker, house.now(), new_name()
    to = letter.to or str(asker.get("email", ""))
    if not to:
        return ""
    told = _written(house, letter, to, f"<{name}@{_host(house)}>", _answered(books, case, now))
    composed(_mail(house, told, now))
    writers = {asker.get("email"), (asker.get("agent") or {}).get("email")}
    held = letter.automatic and to in writers and not asker.get("answerable", True)
    key = books.key(row_of(books, case).key)
    row = MailOut.objects.create(
        tenant=books.tenant, name=name, case=case, once=once, mark=id_mark(books, told["id"]), made=now, changed=now,
        state="held" if held else "waiting", sealed=sealed.seal(key, json.dumps(told).encode(), f"letter {name}".encode()),
    )  # fmt: skip
    if not held:
        ask(books, "mail", case, now, f"{case} mail {once}")
    return str(row.state)


def _written(house: House, letter: Posted, to: str, own_id: str, answers: str) -> Told:
    return {
        "id": own_id, "to": to, "headline": letter.headline, "text": letter.text, "html": letter.html, "language": letter.language,
        "answers": answers, "automatic": letter.automatic,
        "enclosures": [[one.name, one.type, base64.b64encode(one.data).decode()] for one in letter.enclosures],
    }  # fmt: skip


def _mail(house: House, told: Mapping[str, Any], made: datetime) -> Outgoing:
    files = [Enclosure(name, kind, base64.b64decode(data)) for name, kind, data in told["enclosures"]]
    return Outgoing(
        told["id"], _from(house), told["to"], told["headline"], told["text"], made, told["language"], told["html"], files,
        told["answers"], told["automatic"],
    )  # fmt: skip


def _from(house: House) -> str:
    """Whom letters are from; while nobody can send them, nobody is needed to."""
    return house.settings.mail_from or "nobody@troth.invalid"


def _host(house: House) -> str:
    """The right side of our Message-IDs."""
    return sender_address(_from(house)).rpartition("@")[2]


def _answered(books: Books, case: str, now: datetime) -> str:
    """The Message-ID of the first mail in the case, so that a mail program shows question and answer together."""
    from troth.workflows.case_papers import papers

    return next(
        (str(one["id"]) for one in papers(books, case, now) if one["kind"] == "mail" and one.get("id")), ""
    )


# -- sending -------------------------------------------------------------------------------------------------------------


def exit_of(house: House) -> Exit | None:
    """The exit that the settings name; None where there is none. Raises UsageError for one that cannot be."""
    if not house.settings.mail:
        return None
    if not house.settings.mail_from:
        raise UsageError(
            "nobody is named whom letters are from",
            place="TROTH_MAIL_FROM",
            remedy="Write Name <name@example.com>.",
        )
    sender_address(house.settings.mail_from)
    if house.settings.mail.startswith(SCHEME):
        return Folder(house.map_path.parent / house.settings.mail.removeprefix(SCHEME))
    return smtp_exit(house.settings.mail, lambda: secret(house, "TROTH_MAIL_PASSWORD"))


def secret(house: House, name: str) -> str:
    """A password that the environment gives, or the file that it names; raises UsageError where there is none."""
    told = referred(house.environment.get(name, ""), name)
    if not told:
        raise UsageError("the mail server's password is missing", place=name, remedy="Set it, or file:PATH.")
    return told


def send_waiting(house: House, task: Task, way: Exit | None = None) -> None:
    """The job `mail`: sends what waits in a case, in order. Raises StoreError where some of it must be tried again."""
    way = way or exit_of(house)
    if way is None:
        return  # nothing is lost: the outbox is worked off once there is an exit
    results = [_send(house, way, task.case, name) for name in _names(house, task.case)]
    if "later" in results:
        raise StoreError(
            "a letter must wait", permanent=False, place="TROTH_MAIL", remedy="It is tried again."
        )


def send_rested(house: House, way: Exit | None = None) -> None:
    """Takes up what no job of its own has sent, since there was no exit or it was away too long."""
    way = way or exit_of(house)
    if way is None:
        return
    with at_desk(house) as books:
        from troth.mail.models import MailOut

        resting = house.now() - AGAIN
        rows = MailOut.objects.of(books.tenant).filter(state="waiting", changed__lte=resting)
        due = list(rows.order_by("id").values_list("case", "name")[:_ROUND])
    for case, name in due:
        if _send(house, way, case, name) == "later":
            return  # the server is away, or wants fewer at a time


def _names(house: House, case: str) -> list[str]:
    with at_desk(house) as books:
        from troth.mail.models import MailOut

        rows = MailOut.objects.of(books.tenant).filter(case=case, state="waiting")
        return [str(name) for name in rows.order_by("id").values_list("name", flat=True)]


def _send(house: House, way: Exit, case: str, name: str) -> str:
    """Sends one letter and notes what became of it."""
    from django.db import transaction

    with at_desk(house) as books:
        from troth.mail.models import MailOut

        row = MailOut.objects.of(books.tenant).get(name=name)
        key = books.key(row_of(books, case).key)
        told = json.loads(sealed.open_sealed(key, bytes(row.sealed), f"letter {name}".encode()))
        made = row.made
    outcome = way.send(_mail(house, told, made))
    now = house.now()
    if outcome.result == "later" and now - made >= TRIED:
        outcome = Outcome("never", outcome.code)
    with at_desk(house) as books, transaction.atomic():
        state = {"sent": "sent", "later": "waiting", "never": "never"}[outcome.result]
        rows = MailOut.objects.of(books.tenant).filter(name=name, state="waiting")
        changed = rows.update(state=state, code=outcome.code, changed=now)
        if changed and outcome.result == "never":
            change_within(books, now, case, do.Note(), SYSTEM, f"letter not delivered: {outcome.code}")
    return outcome.result


# -- what the officer sees -----------------------------------------------------------------------------------------------


def outbox(house: House, case: str = "") -> Told:
    """Whether there is an exit, and what waits, is held, or will never arrive, by case; no address and no word of a letter.

    All of one case; or of all cases those that wait longest, and how many there are.
    """
    with at_desk(house) as books:
        from troth.mail.models import MailOut
        from troth.requests.models import CaseRow

        there = (
            MailOut.objects.of(books.tenant).exclude(state="sent").filter(**({"case": case} if case else {}))
        )
        rows = list(there.order_by("id").defer("sealed")[: None if case else _ROUND])
        cases = CaseRow.objects.of(books.tenant).filter(name__in={row.case for row in rows})
        numbers = {row.name: f"{row.year}-{row.number:04d}" for row in cases.defer("sealed")}
        return {
            "exit": (parts := urlsplit(house.settings.mail)).hostname or parts.path, "total": there.count(),
            "letters": [
                {"name": row.name, "case": row.case, "number": numbers[row.case], "state": row.state, "code": row.code, "made": row.made}
                for row in rows
            ],
        }  # fmt: skip


def release(house: House, name: str, by: str) -> None:
    """An officer lets a held letter go, or has one tried again that did not arrive; raises UsageError for any other."""
    from django.db import transaction

    with at_desk(house) as books, transaction.atomic():
        from troth.mail.models import MailOut

        row = MailOut.objects.of(books.tenant).filter(name=name, state__in=("held", "never")).first()
        if row is None:
            raise UsageError("no such letter is held", remedy="See the outbox.")
        now = house.now()
        row.state, row.made, row.changed = "waiting", now, now
        row.save(update_fields=["state", "made", "changed"])
        change_within(books, now, row.case, do.Note(), by, "letter let go")
        ask(books, "mail", row.case, now, f"{row.case} mail {row.once} {now.isoformat()}")
