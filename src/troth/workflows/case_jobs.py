"""What follows from each event of a case, asked for in the event's own transaction; and the next day on which something is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

from troth.requests.case import Case, Event
from troth.requests.kinds import KINDS
from troth.requests.telling import acts_done, stops_done
from troth.terms.settings import Settings
from troth.workflows.jobs import ask

if TYPE_CHECKING:
    from troth.workflows.books import Books


def follow(books: Books, before: Case, case: Case, event: Event) -> None:
    """Asks for every job that this event makes necessary; the same job is never asked for twice."""
    for kind, once in _jobs(before, case, event):
        ask(books, kind, case.name, event.at, f"{case.name} {kind} {once}".rstrip())


def _jobs(before: Case, case: Case, event: Event) -> Iterator[tuple[str, str]]:
    """The jobs, each with what tells it from another of its kind in the same case."""
    if _stops(case) != _stops(before):
        yield "stop", f"{event.name} {event.at.isoformat()}"
    begins = case.begun and not before.begun
    if (begins or event.name in ("understood", "doubted")) and case.verifiable and not case.known:
        yield "identity", event.at.isoformat()
    if _may_search(case) and not _may_search(before):
        yield "search", event.at.isoformat()
    if event.name == "searched":
        yield from (("manual", system) for system in case.manual)
    if event.name == "owners_asked":
        yield from (("manual", f"stop {system}") for system in event.data["manual"])
    if event.name == "decided":
        yield from _decided(case, event)
    yield from _copies(before, case, event)
    if case.approved_by and not before.approved_by:
        yield "carry_out", f"erasure {case.plan} {event.at.isoformat()}"
    late = acts_done(case) and event.name in (
        "searched",
        "manual_answered",
    )  # who received it is known better now
    if late or (acts_done(case), stops_done(case)) != (acts_done(before), stops_done(before)):
        yield "recipients", f"{event.name} {event.at.isoformat()}"
    if event.name in _LETTERS:
        yield _LETTERS[event.name], ""
    if _answerable(case) and not _answerable(before):
        yield "answer", event.at.isoformat()
        yield "entitled", event.at.isoformat()


def _decided(case: Case, event: Event) -> Iterator[tuple[str, str]]:
    kind, at = event.data["kind"], event.at.isoformat()
    if "found" in case.manual.values():
        yield "manual", f"{kind} {at}"
    if event.data["outcome"] != "refused" and KINDS[kind].act != "erase":
        yield "carry_out", f"{kind} {at}"


def _copies(before: Case, case: Case, event: Event) -> Iterator[tuple[str, str]]:
    """A copy that an erasure waits for is told of at once; and what waited for it goes on."""
    at = event.at.isoformat()
    if event.name == "acted" and event.data["kind"] in case.copies_first:
        yield "copy_ready", f"{event.data['kind']} {at}"
    if before.copies_first and not case.copies_first:
        yield "carry_out", f"after the copy {at}"
        if "found" in case.manual.values():
            yield "manual", f"after the copy {at}"


_LETTERS: Final = {"opened": "acknowledge", "extended": "more_time"}
"""Events that one job of their own follows."""


def _stops(case: Case) -> tuple[object, object]:
    """What must rest, and what is simply done, now."""
    from troth.requests.resting import at_once, wanted

    return wanted(case), at_once(case)


def _may_search(case: Case) -> bool:
    return (
        not case.unclear and case.begun and bool(case.verifiable) and case.known
        and case.agent != "claimed" and case.closed is None
    )  # fmt: skip


def _answerable(case: Case) -> bool:
    """Everything is decided and done, and nobody has been answered yet."""
    return case.complete and not case.unclear and case.delivered is None and case.closed is None


def next_day(case: Case, settings: Settings) -> date | None:
    """The next day by which something must have happened; None once nothing must."""
    from troth.requests.deadlines import next_due
    from troth.workflows.reading import reading

    return next_due(case, reading(settings))
