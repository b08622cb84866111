"""Published versions of the notice in our own state and its second copy; the addresses of an outbox stand in our state only, sealed.

A state put back from before a version was published takes it over from the copy, but not whom it had still to be told to: such a
version is lost, cannot be activated, and is published again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from troth.ledger import sealed
from troth.notice.loading import digest, read
from troth.notice.model import Notice
from troth.terms.errors import TamperedError
from troth.workflows.books import Books

AT_ONCE = 1_000
_PLAIN = ("notice", "number", "digest", "files", "state", "material", "changes", "unreachable", "name")
_TIMES = ("published", "changed", "told")
_ADDRESS = b"notice address"


def rows(books: Books, notice: str = "") -> list[Any]:
    """Every stored version, of one notice or of all, oldest first; what was never finished is not among them."""
    from troth.notice.models import Version

    found = Version.objects.of(books.tenant).exclude(state="filling").order_by("notice", "number")
    return list(found.filter(notice=notice) if notice else found)


def in_force(books: Books, notice: str) -> Any | None:
    """The version that holds; None where none was activated."""
    active = [row for row in rows(books, notice) if row.state == "active"]
    return active[-1] if active else None


def is_intact(books: Books, row: Any) -> bool:
    """Whether a version's texts are those that were published: by its hash, and by the ledger's."""
    from troth.ledger.entry import parse
    from troth.ledger.models import Entry

    if digest(row.files) != row.digest:
        return False
    entries = Entry.objects.of(books.tenant).filter(kind="notice_published", run=row.name)
    return any(parse(bytes(entry.leaf)).public.get("notice") == row.digest for entry in entries)


def notice_of(books: Books, row: Any) -> Notice:
    """The notice as it was published; raises TamperedError where its texts are others now."""
    if not is_intact(books, row):
        raise TamperedError(
            "this version of the notice is not the one that was published", place=f"{row.notice} {row.number}",
            remedy="Put back a state that was saved before.",
        )  # fmt: skip
    return as_published(row, read(row.files, f"{row.notice} {row.number}"))


def as_published(row: Any, notice: Notice) -> Notice:
    """A notice with the day it was published for, and with the version's number where it names none itself."""
    return replace(notice, effective=row.effective, version=notice.version or str(row.number))


# -- addresses ----------------------------------------------------------------------------------------------------------


def add_addresses(books: Books, row: Any, addresses: Iterable[str]) -> None:
    """Puts addresses into a version's outbox, each once; call inside a transaction."""
    from troth.notice.models import Addressee

    key = books.key(row.secret)
    Addressee.objects.bulk_create(
        [
            Addressee(tenant=books.tenant, version=row.pk, mark=_mark(key, one), sealed=sealed.seal(key, one.encode(), _ADDRESS))
            for one in addresses
        ],
        batch_size=AT_ONCE, ignore_conflicts=True,
    )  # fmt: skip


def _mark(key: bytes, address: str) -> str:
    return hmac.new(key, b"mark\x00" + address.encode(), hashlib.sha256).hexdigest()


def waiting(books: Books, row: Any) -> int:
    """How many addresses have still to be written to."""
    from troth.notice.models import Addressee

    return Addressee.objects.of(books.tenant).filter(version=row.pk).count()


def addresses(books: Books, row: Any) -> Iterator[str]:
    """The addresses themselves, for whoever writes to them."""
    from troth.notice.models import Addressee

    key = books.key(row.secret)
    for one in Addressee.objects.of(books.tenant).filter(version=row.pk).order_by("id").iterator(AT_ONCE):
        yield sealed.open_sealed(key, bytes(one.sealed), _ADDRESS).decode()


def clear(books: Books, row: Any) -> None:
    """The outbox is over: its addresses go, and their key dies. Call inside a transaction."""
    from troth.notice.models import Addressee

    Addressee.objects.of(books.tenant).filter(version=row.pk).delete()
    if row.secret:
        books.forget(row.secret)
        row.secret = ""


def unaddress(books: Books, emails: Sequence[str]) -> None:
    """Whoever is erased is written to no more: their addresses leave every outbox. Call inside a transaction."""
    from troth.notice.models import Addressee, Version

    for row in Version.objects.of(books.tenant).exclude(secret=""):
        key = books.key(row.secret)
        for at in range(0, len(emails), AT_ONCE):
            marks = [_mark(key, one) for one in emails[at : at + AT_ONCE]]
            Addressee.objects.of(books.tenant).filter(version=row.pk, mark__in=marks).delete()


def keep(books: Books, row: Any, now: datetime) -> None:
    """Writes a version's state, here and for the second copy; call inside a transaction."""
    row.changed = now
    row.save()
    books.second.note([line(row)])


# -- the second copy ----------------------------------------------------------------------------------------------------


def line(row: Any) -> dict[str, Any]:
    """A stored version as a line of the second copy."""
    times = {name: getattr(row, name).isoformat() if getattr(row, name) else None for name in _TIMES}
    plain = {name: getattr(row, name) for name in _PLAIN}
    return {
        "notice_version": {**plain, **times, "effective": row.effective.isoformat(), "open": bool(row.secret)}
    }


def everything(tenant: str) -> Iterator[dict[str, Any]]:
    """All that a new copy must hold of them."""
    from troth.notice.models import Version

    found = Version.objects.of(tenant).exclude(state="filling").order_by("id")
    yield from (line(row) for row in found.iterator(AT_ONCE))


def take(tenant: str, told: Mapping[str, Any]) -> None:
    """Takes one line over into this state."""
    from troth.notice.models import Addressee, Version

    if "notice_version" not in told:
        return
    fields = dict(told["notice_version"])
    fields |= {name: datetime.fromisoformat(fields[name]) if fields[name] else None for name in _TIMES}
    fields["effective"] = date.fromisoformat(fields["effective"])
    which = {"notice": fields["notice"], "number": fields["number"]}
    known = (
        Version.objects.of(tenant).filter(**which, digest=fields["digest"]).exclude(state="filling").first()
    )
    has_box = fields.pop("open")
    if has_box and known is None:
        fields["state"] = "lost" if fields["material"] else fields["state"]
    if not has_box:
        fields["secret"] = ""
        if known is not None:
            Addressee.objects.of(tenant).filter(version=known.pk).delete()
    Version.objects.of(tenant).update_or_create(
        tenant=tenant, **which, defaults=fields, create_defaults={"secret": "", **fields, "tenant": tenant}
    )
