"""Legal holds in our own state and its second copy: sealed each under its own key, which lies beside the copy too until it is lifted.

A state put back from before a hold was placed takes it over from the copy, and so does one from before it was lifted.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from troth.datamap.model import Ref
from troth.ledger import sealed
from troth.planning.barred import Bar
from troth.planning.freeze import ASKED, freeze_rows, thaw_rows
from troth.planning.held import KeptRows
from troth.planning.person import Node
from troth.planning.plan import Plan
from troth.records.cabinet import folder
from troth.retention.holds import Hold, read, told
from troth.terms.errors import UsageError
from troth.workflows.books import Books, Line, new_name
from troth.workflows.house import House

LIVE = ("standing", "lifting")
"""States in which a hold keeps what it is about."""
LOOK = b"recheck"
_HELD = ("name", "hold", "run", "system", "dataset", "columns", "law")


# -- keys that lie in two places ----------------------------------------------------------------------------------------


def _key_file(place: Path, secret: str) -> Path:
    return place / "holds" / f"{secret}.key"


def _new_secret(books: Books) -> tuple[str, bytes]:
    """A fresh key, also beside the second copy: what is sealed there must be readable when only that is left."""
    name = new_name()
    key = books.new_keys([name])[name]
    _lay_beside(books, name, key)
    return name, key


def _lay_beside(books: Books, name: str, key: bytes) -> None:
    """The whole key or none: it takes its name once it is on the disk."""
    path = _key_file(folder(books.second.journal.place), name)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = path.with_suffix(f".{new_name()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)


def secret_of(books: Books, name: str) -> bytes:
    """The key; one that this state lacks, because it was put back, is taken over from beside the second copy, and the other way."""
    from troth.ledger.models import WrappedKey

    path = _key_file(books.second.journal.place, name)
    if not path.exists():
        key = books.key(name)
        _lay_beside(books, name, key)
        return key
    if not WrappedKey.objects.of(books.tenant).filter(name=name).exists():
        wrapped = sealed.wrap(books.master, path.read_bytes(), name.encode())
        WrappedKey.objects.create(tenant=books.tenant, name=name, wrapped=wrapped)
    return books.key(name)


def settle_keys(books: Books) -> None:
    """Every key that is needed lies beside the second copy, and none that was forgotten: a crash may have come between."""
    from troth.records.models import Forgotten
    from troth.retention.models import Hold as Row
    from troth.retention.models import Postponed

    place = books.second.journal.place / "holds"
    lying = {path.stem: path for path in place.glob("*.key")}
    for name in Forgotten.objects.of(books.tenant).filter(key__in=list(lying)).values_list("key", flat=True):
        lying[name].unlink()
    live = Row.objects.of(books.tenant).filter(state__in=("placed", *LIVE))
    for rows in (live, Postponed.objects.of(books.tenant)):
        for name in rows.values_list("secret", flat=True):
            if name not in lying:
                secret_of(books, name)


def _forget(books: Books, secret: str) -> None:
    """Destroys a key in both places once the change that ends it is committed."""
    from django.db import transaction

    books.forget(secret)
    transaction.on_commit(lambda: _key_file(books.second.journal.place, secret).unlink(missing_ok=True))


# -- holds --------------------------------------------------------------------------------------------------------------


def save(books: Books, name: str, hold: Hold, state: str, now: datetime) -> None:
    """Writes the hold as it is now, here and for the second copy; call inside a transaction."""
    from troth.retention.models import Hold as Row

    row = Row.objects.of(books.tenant).filter(name=name).first()
    if row is None:
        secret, key = _new_secret(books)
        row = Row(tenant=books.tenant, name=name, placed=now, secret=secret)
    else:
        key = secret_of(books, row.secret)
    row.state, row.changed, row.review = state, now, hold.review
    row.authority, row.ground = hold.authority, hold.law
    data = json.dumps({"hold": told(hold), "nodes": _nodes_told(hold.nodes)}).encode()
    row.sealed = sealed.seal(key, data, b"hold")
    row.save()
    books.second.note([hold_line(row)])


def load(books: Books, name: str) -> tuple[Any, Hold]:
    """The stored row and the hold in it; `name` may be cut short. Raises UsageError where none, or more than one, is meant."""
    from troth.retention.models import Hold as Row

    rows = list(Row.objects.of(books.tenant).filter(name__startswith=name)[:2]) if len(name) >= 6 else []
    if len(rows) != 1:
        raise UsageError("no hold has this name", place=name[:40], remedy="See: troth hold list")
    (row,) = rows
    if row.state not in ("placed", *LIVE):
        raise UsageError(f"this hold is over: {row.state}", place=row.name, remedy="See: troth hold list")
    data = json.loads(sealed.open_sealed(secret_of(books, row.secret), bytes(row.sealed), b"hold"))
    return row, read(data["hold"], frozenset(_nodes(data["nodes"])))


def opening_key(books: Books, name: str) -> dict[str, bytes]:
    """The key that seals what the ledger's entries about a hold say; a new one where this state was put back from before it."""
    from troth.ledger.models import WrappedKey

    if WrappedKey.objects.of(books.tenant).filter(name=name).exists():
        return {name: books.key(name)}
    return books.new_keys([name])


def end(books: Books, row: Any, state: str, now: datetime) -> int:
    """The hold is over: its key dies, and the erasures that waited for it are ready; how many. Call inside a transaction."""
    from troth.retention.models import HeldRows, Postponed

    _forget(books, row.secret)
    row.state, row.changed, row.sealed = state, now, b""
    row.save()
    books.second.note([hold_line(row)])
    HeldRows.objects.of(books.tenant).filter(hold=row.name).delete()
    waiting = [one for one in Postponed.objects.of(books.tenant) if row.name in one.holds]
    for one in waiting:
        one.ready = True
        one.save(update_fields=["ready"])
    books.second.note(postponed_line(one) for one in waiting)
    return len(waiting)


def bars(books: Books) -> list[Bar]:
    """Every hold that is not over, as planning sees it; one that nobody confirmed yet is pending."""
    from troth.retention.models import Hold as Row

    rows = Row.objects.of(books.tenant).filter(state__in=("placed", *LIVE)).order_by("id")
    return [load(books, row.name)[1].bar(row.name, row.state == "placed") for row in rows]


def standing_bars(house: House) -> Sequence[Bar]:
    """The same for a house; none where there is no state of ours."""
    if not house.has_state():
        return ()
    books = Books(house.home, house.settings)
    try:
        return bars(books)
    finally:
        books.close()


def _nodes_told(nodes: Iterable[Node]) -> list[dict[str, Any]]:
    by_ref: dict[Ref, list[Any]] = {}
    for ref, key in sorted(nodes, key=repr):
        by_ref.setdefault(ref, []).append(key)
    return [{"ref": list(ref), "keys": freeze_rows(keys).decode()} for ref, keys in by_ref.items()]


def _nodes(data: Iterable[Mapping[str, Any]]) -> Iterator[Node]:
    for one in data:
        yield from ((Ref(*one["ref"]), key) for key in thaw_rows(one["keys"].encode()))


# -- what a run met of them ---------------------------------------------------------------------------------------------


def note_held(
    books: Books,
    plan: Plan,
    found: Mapping[str, frozenset[Node]],
    context: Mapping[str, Any],
    run: str,
    kind: str,
    now: datetime,
) -> None:
    """Freezes what holds keep in this run, and what is postponed for whom; call inside the approval's transaction."""
    from troth.retention.models import HeldRows

    steps = [step for step in plan.steps if step.hold]
    if not steps:
        return
    keys = {name: _hold_key(books, name) for name in {step.hold for step in steps}}
    rows = [
        HeldRows(
            tenant=books.tenant, name=new_name(), hold=step.hold, run=run, system=step.ref.system, dataset=step.ref.dataset,
            columns=list(step.columns), law=f"{step.law}, {step.reason}",
            sealed=sealed.seal(keys[step.hold], freeze_rows(step.rows), b"held"),
        )
        for step in steps
    ]  # fmt: skip
    HeldRows.objects.bulk_create(rows)
    books.second.note(map(held_line, rows))
    if kind == "replay":
        return
    for name in sorted({step.hold for step in steps}):
        row, hold = load(books, name)
        if more := found.get(name, frozenset()) - hold.nodes:
            save(books, name, replace(hold, nodes=hold.nodes | more), row.state, now)
    people = sorted({at for step in steps for at, rows in step.people if rows})
    if not people or kind == "postponed":
        return
    needed = {part: context.get(part) for part in ASKED}
    data = {**needed, "people": [context["people"][at] for at in people], "stones": []}
    holds = sorted({step.hold for step in steps})
    postpone(books, run, holds, json.dumps(data).encode(), now)
    held = sum(len(step.rows) for step in steps)
    books.enter([Line("erasure_postponed", run, {"holds": holds}, {"rows": held}, run)], now)


def postpone(
    books: Books, run: str, holds: Sequence[str], data: bytes, now: datetime, ready: bool = False
) -> None:
    """Seals what is needed to do an erasure once its holds are lifted, or (`ready`) as soon as somebody looks."""
    from troth.retention.models import Postponed

    secret, key = _new_secret(books)
    row = Postponed(
        tenant=books.tenant, name=new_name(), run=run, holds=list(holds), ready=ready, since=now, secret=secret,
        sealed=sealed.seal(key, data, LOOK),
    )  # fmt: skip
    row.save()
    books.second.note([postponed_line(row)])


def done(books: Books, row: Any) -> None:
    """A postponed erasure is done: its key dies. Call inside a transaction."""
    _forget(books, row.secret)
    books.second.note([{"postponed_done": row.name}])
    row.delete()


def held_rows(books: Books, ref: Ref, run: str = "") -> Iterator[KeptRows]:
    """What holds kept of a dataset, in one run or in all."""
    from troth.retention.models import HeldRows

    chosen = HeldRows.objects.of(books.tenant).filter(system=ref.system, dataset=ref.dataset)
    holds: dict[str, tuple[bytes, str]] = {}
    for row in (chosen.filter(run=run) if run else chosen).order_by("id").iterator(100):
        key, ground = holds.get(row.hold) or holds.setdefault(row.hold, _key_and_ground(books, row.hold))
        rows = thaw_rows(sealed.open_sealed(key, bytes(row.sealed), b"held"))
        yield KeptRows(row.law, tuple(row.columns), rows, ground=ground)


def _hold_key(books: Books, name: str) -> bytes:
    """The key of a hold: it lies beside the second copy too, and goes when the hold is lifted."""
    return _key_and_ground(books, name)[0]


def _key_and_ground(books: Books, name: str) -> tuple[bytes, str]:
    from troth.retention.models import Hold as Row

    row = Row.objects.of(books.tenant).get(name=name)
    return secret_of(books, row.secret), row.ground


# -- the second copy ----------------------------------------------------------------------------------------------------


def hold_line(row: Any) -> dict[str, Any]:
    """A stored hold as a line of the second copy."""
    plain = {name: getattr(row, name) for name in ("name", "state", "authority", "ground", "secret")}
    times = {"review": row.review, "placed": row.placed, "changed": row.changed}
    return {
        "hold": {**plain, **{name: at.isoformat() for name, at in times.items()}, "sealed": _text(row.sealed)}
    }


def held_line(row: Any) -> dict[str, Any]:
    """Held rows as a line of the second copy."""
    plain = {name: getattr(row, name) for name in _HELD}
    return {"held": {**plain, "sealed": _text(row.sealed)}}


def postponed_line(row: Any) -> dict[str, Any]:
    """A postponed erasure as a line of the second copy."""
    plain = {name: getattr(row, name) for name in ("name", "run", "holds", "ready", "secret")}
    return {"postponed": {**plain, "since": row.since.isoformat(), "sealed": _text(row.sealed)}}


def everything(tenant: str) -> Iterator[dict[str, Any]]:
    """All that a new copy must hold of them."""
    from troth.retention.models import HeldRows, Postponed
    from troth.retention.models import Hold as Row

    yield from (hold_line(row) for row in Row.objects.of(tenant).order_by("id"))
    yield from (held_line(row) for row in HeldRows.objects.of(tenant).order_by("id").iterator(100))
    yield from (postponed_line(row) for row in Postponed.objects.of(tenant).order_by("id"))


def take(tenant: str, line: Mapping[str, Any]) -> None:
    """Takes one line over into this state."""
    from troth.retention.models import HeldRows, Postponed
    from troth.retention.models import Hold as Row

    if "hold" in line:
        fields = dict(line["hold"])
        fields |= {name: datetime.fromisoformat(fields[name]) for name in ("placed", "changed")}
        fields |= {
            "review": date.fromisoformat(fields["review"]),
            "sealed": base64.b64decode(fields["sealed"]),
        }
        Row.objects.of(tenant).update_or_create(tenant=tenant, name=fields["name"], defaults=fields)
        if fields["state"] not in ("placed", *LIVE):
            HeldRows.objects.of(tenant).filter(hold=fields["name"]).delete()
    elif "held" in line:
        fields = {**line["held"], "sealed": base64.b64decode(line["held"]["sealed"])}
        if Row.objects.of(tenant).filter(name=fields["hold"], state__in=LIVE).exists():
            HeldRows.objects.of(tenant).update_or_create(tenant=tenant, name=fields["name"], defaults=fields)
    elif "postponed" in line:
        fields = dict(line["postponed"])
        fields |= {
            "since": datetime.fromisoformat(fields["since"]),
            "sealed": base64.b64decode(fields["sealed"]),
        }
        Postponed.objects.of(tenant).update_or_create(tenant=tenant, name=fields["name"], defaults=fields)
    elif "postponed_done" in line:
        Postponed.objects.of(tenant).filter(name=line["postponed_done"]).delete()


def _text(data: bytes) -> str:
    return base64.b64encode(bytes(data)).decode()
