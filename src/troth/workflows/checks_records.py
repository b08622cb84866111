"""Keeps what checks answered and what people attested, with its entry in the ledger; tells whether any of it was changed since."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from troth.evidence.check import Evidence, digest
from troth.evidence.facts import Attestation
from troth.ledger import sealed
from troth.ledger.entry import parse
from troth.terms.bilingual import Both
from troth.terms.errors import TamperedError, TrothError

if TYPE_CHECKING:
    from troth.workflows.books import Books

AT_ONCE = 1_000


def save(books: Books, found: Sequence[Evidence], now: datetime) -> list[Evidence]:
    """Enters one run of checks, and keeps its answers. Call inside a transaction; publish afterwards."""
    from troth.workflows.books import Line

    if not found:
        return []
    name, broken = digest(found), sum(one.verdict == "fails" for one in found)
    public: dict[str, int | str] = {
        "evidence": name, "steps": len(found), "outcome": "incomplete" if broken else "complete",
    }  # fmt: skip
    ((index, _, _),) = books.enter([Line("evidence_collected", "", {"evidence": name}, public)], now)
    books.checkpoint(now)
    kept = [replace(one, entry=index) for one in found]
    _store(books.tenant, kept, name)
    books.second.note([_line(kept)])
    return kept


def _store(tenant: str, found: Sequence[Evidence], name: str) -> None:
    from troth.evidence.models import Record

    Record.objects.bulk_create(
        [
            Record(
                tenant=tenant, check_name=one.check, about=one.about, kind=one.kind, polarity=one.polarity,
                verdict=one.verdict, reason=list(one.reason), facts=dict(one.facts), collected=one.collected,
                expires=one.expires, digest=name, entry=one.entry,
            )
            for one in found
        ],
        batch_size=AT_ONCE,
    )  # fmt: skip


def _line(run: Sequence[Evidence]) -> dict[str, Any]:
    """One run as a line of the second copy."""
    return {"evidence": [one.told() for one in run], "entry": run[0].entry}


def everything(tenant: str) -> Iterator[dict[str, Any]]:
    """All that a new copy must hold of them."""
    from troth.evidence.models import Record

    yield from (_line(run) for _, run in _runs(Record.objects.of(tenant)))


def take(tenant: str, line: Mapping[str, Any]) -> None:
    """Takes one line over into this state."""
    from troth.evidence.models import Record

    if "evidence" in line and not Record.objects.of(tenant).filter(entry=line["entry"]).exists():
        run = [
            Evidence(
                one["check"], one["about"], one["kind"], one["polarity"], one["verdict"], Both(*one["reason"]), one["facts"],
                datetime.fromisoformat(one["collected"]), datetime.fromisoformat(one["expires"]), line["entry"],
            )
            for one in line["evidence"]
        ]  # fmt: skip
        _store(tenant, run, digest(run))


def _value(row: Any) -> Evidence:
    return Evidence(
        row.check_name, row.about, row.kind, row.polarity, row.verdict, Both(*row.reason), dict(row.facts), row.collected,
        row.expires, row.entry,
    )  # fmt: skip


def latest(books: Books) -> dict[tuple[str, str], Evidence]:
    """The last answer to each question that was ever asked."""
    from django.db.models import Max

    from troth.evidence.models import Record

    rows = Record.objects.of(books.tenant)
    tops = [row["top"] for row in rows.values("check_name", "about").annotate(top=Max("id"))]
    found: dict[tuple[str, str], Evidence] = {}
    for at in range(0, len(tops), AT_ONCE):
        for row in rows.filter(id__in=tops[at : at + AT_ONCE]):
            found[row.check_name, row.about] = _value(row)
    return found


@dataclass(frozen=True)
class Span:
    """A time in which one check always answered the same."""

    verdict: str
    reason: Both
    since: datetime
    until: datetime
    times: int


def history(books: Books, check: str, about: str) -> list[Span]:
    """What a check answered over time, the newest first; equal answers in a row are one."""
    from troth.evidence.models import Record

    spans: list[Span] = []
    rows = Record.objects.of(books.tenant).filter(check_name=check, about=about).order_by("id")
    for row in rows.iterator(AT_ONCE):
        last = spans[-1] if spans else None
        if last is not None and last.verdict == row.verdict:
            spans[-1] = replace(last, until=row.collected, times=last.times + 1, reason=Both(*row.reason))
        else:
            spans.append(Span(row.verdict, Both(*row.reason), row.collected, row.collected, 1))
    return spans[::-1]


def changed(books: Books) -> str:
    """What is kept of the checks and is not what the ledger has; "" where all of it is."""
    from troth.evidence.models import Record
    from troth.ledger.models import Entry

    entries = Entry.objects.of(books.tenant).filter(kind="evidence_collected").order_by("index")
    known = {}
    for index, leaf in entries.values_list("index", "leaf").iterator(AT_ONCE):
        try:
            known[index] = str(parse(bytes(leaf)).public.get("evidence", ""))
        except TrothError:
            return f"entry {index} is not what was written"
    for index, run in _runs(Record.objects.of(books.tenant)):
        if known.pop(index, "") != digest(run):
            return f"the evidence of entry {index} was changed"
    return f"the evidence of entry {min(known)} is missing" if known else ""


def _runs(rows: Any) -> Iterator[tuple[int, list[Evidence]]]:
    """Each run's answers, in their order; one run is held at a time."""
    entry, run = -1, list[Evidence]()
    for row in rows.order_by("id").iterator(AT_ONCE):
        if row.entry != entry and run:
            yield entry, run
            run = []
        entry = row.entry
        run.append(_value(row))
    if run:
        yield entry, run


# -- what people attest -------------------------------------------------------------------------------------------------


def attest(books: Books, one: Attestation) -> None:
    """Keeps a person's word under a key of its own. Call inside a transaction."""
    from troth.evidence.models import Attested
    from troth.workflows.books import Line, new_name

    name = new_name()
    keys = books.new_keys([name])
    told = {
        "promise": one.promise,
        "by": one.by,
        "says": one.says,
        "until": one.until.isoformat(),
        "of": one.of,
    }
    Attested.objects.create(
        tenant=books.tenant, name=name, promise=one.promise, at=one.at, until=one.until, secret=name,
        sealed=sealed.seal(keys[name], json.dumps(told).encode(), b"attested"),
    )  # fmt: skip
    books.enter([Line("promise_attested", name, told, {}, name)], one.at, keys)


def attestations(books: Books) -> Mapping[str, Attestation]:
    """The last word on each promise; raises TamperedError where one is not what was said of its promise."""
    from django.db.models import Max

    from troth.evidence.models import Attested

    rows = Attested.objects.of(books.tenant)
    tops = [row["top"] for row in rows.values("promise").annotate(top=Max("id"))]
    found = {}
    for row in rows.filter(id__in=tops):
        told = json.loads(sealed.open_sealed(books.key(row.secret), bytes(row.sealed), b"attested"))
        until = date.fromisoformat(told["until"])
        if (told["promise"], until) != (row.promise, row.until):
            raise TamperedError("what was attested is not what was sealed", place=row.promise)
        found[row.promise] = Attestation(row.promise, told["by"], told["says"], row.at, until, told["of"])
    return found
