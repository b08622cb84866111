"""What the cases of our own state say of how requests are met, counted a bounded part at a time; nothing of a person leaves it.

Only cases that can still say something are opened: open ones, and those that came in or ended within the evidence's twelve months.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from troth.datamap.model import DataMap
from troth.evidence.facts import Requests
from troth.law.requests import never_verified
from troth.requests.case import Case, apply
from troth.requests.deadlines import kept_until, months_after
from troth.requests.identity import satisfied, situation
from troth.requests.punctual import late
from troth.workflows.case_ends import restricting
from troth.workflows.cases import PART, File, in_bulk
from troth.workflows.checks_rights import Rest, Rights, restrained, rests_of
from troth.workflows.entitled import BEFORE, changed
from troth.workflows.house import House
from troth.workflows.reading import here, reading

if TYPE_CHECKING:
    from troth.workflows.books import Books

WINDOW: Final = 12
"""Months back to which evidence looks."""
BY_HAND: Final = "by_hand"
_NAMES: Final = (
    "agents", "unpermitted", "asked", "needlessly", "answered", "unproven", "by_hand", "refusals", "groundless", "compared", "punished",
)  # fmt: skip
_A_DAY: Final = timedelta(days=1)
"""What came to its end since is the daily run's to work off."""


def requests(house: House, datamap: DataMap, at: datetime) -> Requests:
    """The counts of the cases of the last twelve months; whether those that came in within them were met in time."""
    from troth.workflows.books import Books
    from troth.workflows.case_identity import held_by

    count = _Count(house, held_by(datamap), here(at, house.settings).date(), at)
    books = Books(house.home, house.settings)
    try:
        for file, compared, rests in _files(books, months_after(count.today, -WINDOW)):
            count.add(file, compared, rests)
        counted: dict[str, Any] = {
            **{name: count.of[name] for name in _NAMES},
            **count.rights.told(),
            **_recipients(books, at),
            **_records(books, count.today),
        }
    finally:
        books.close()
    post = bool(house.settings.imap or house.settings.mail_listen)
    last, late_, told = dict(count.last), dict(count.late), dict(count.acknowledged)
    return Requests(last, late_, told, months=house.settings.case_months, mailbox=post, **counted)


def _files(books: Books, since: date) -> Iterator[tuple[File, bool, Mapping[str, Rest]]]:
    """Each case that is open, came in or ended after a day, or restricts something since then.

    With it, whether the person's entitlements were looked at in it, and what rests for its sake.
    """
    from django.db.models import Q

    from troth.requests.models import CasePaper, CaseRow

    within = (
        Q(closed=None) | Q(closed__gt=since) | Q(received__gt=since) | Q(name__in=restrained(books, since))
    )
    rows = CaseRow.objects.of(books.tenant).filter(within).order_by("id").iterator(chunk_size=PART)
    while part := list(islice(rows, PART)):
        looked = CasePaper.objects.of(books.tenant).filter(kind=BEFORE, case__in=[row.name for row in part])
        names, rests = set(looked.values_list("case", flat=True)), rests_of(books, [row.name for row in part])
        for file in in_bulk(books, part):
            yield file, file.case.name in names, rests.get(file.case.name, {})


class _Count:
    """The counts as they grow."""

    def __init__(self, house: House, held: frozenset[str], today: date, at: datetime) -> None:
        self.held, self.today, self.reading = held, today, reading(house.settings)
        self.rights = Rights(at)
        self.last, self.late, self.of = Counter[str](), Counter[str](), Counter[str]()
        self.acknowledged = Counter[int]()

    def add(self, file: File, compared: bool, rests: Mapping[str, Rest]) -> None:
        case = file.case
        lately = case.received > months_after(self.today, -WINDOW)
        if lately:
            self._in_time(file)
        self.rights.add(file, rests, lately)
        self._on_the_way(file)
        decisions = [one for one in case.decisions.values() if one.outcome != "granted"]
        self.of["refusals"] += len(decisions)
        self.of["groundless"] += sum(not (any(one.grounds) and one.why.strip()) for one in decisions)
        self._proven(file)
        self.of["compared"] += compared
        self.of["punished"] += bool(changed(file))

    def _in_time(self, file: File) -> None:
        case, ran_out = file.case, late(file.case, file.events, self.today, self.reading)
        kinds = case.kinds or ("question",)
        self.last.update(_groups(case, kinds))
        if ran_out:
            self.late.update(set(_groups(case, [kind for due in ran_out for kind in due.kinds])))
        told = case.acknowledged or case.closed or self.today
        self.acknowledged[(told - case.received).days] += 1

    def _on_the_way(self, file: File) -> None:
        """What may happen only once something else has, held against what the case was at that moment."""
        case, seen = Case(file.case.name), set[str]()
        for event in file.events:
            if event.name == "identity_asked":
                seen.add("asked")
                free = never_verified(case.regime, case.received)
                if case.kinds and set(case.kinds) <= free:
                    seen.add("needlessly")
            if event.name == "searched" and case.agent == "claimed":
                seen.add("unpermitted")
            case = apply(case, event)
        self.of.update(seen)
        self.of["agents"] += bool(case.agent)

    def _proven(self, file: File) -> None:
        case = file.case
        done = tuple(
            kind
            for kind in case.kinds
            if kind in case.done and kind not in never_verified(case.regime, case.received)
        )
        if not done:
            return
        self.of["answered"] += 1
        asked = replace(situation(case, self.held, file.asker.get("corrected", ())), kinds=done)
        if BY_HAND in case.points:
            self.of["by_hand"] += 1
        elif case.verified is None or not satisfied(asked, case.points):
            self.of["unproven"] += 1


def _groups(case: Case, kinds: Iterable[str]) -> list[str]:
    """What a case of these kinds is counted under."""
    named = [(f"kind {kind}", f"{case.regime} {kind}") for kind in kinds]
    return [case.regime, *(name for pair in named for name in pair)]


def _recipients(books: Books, at: datetime) -> dict[str, int]:
    from django.db.models import Min

    from troth.requests.models import CaseNotice

    rows = CaseNotice.objects.of(books.tenant)
    since = rows.filter(state="due").aggregate(first=Min("changed"))["first"]
    return {
        "told": rows.exclude(state="due").count(), "untold": rows.filter(state="due").count(),
        "longest": 0 if since is None else (at - since).days,
    }  # fmt: skip


def _records(books: Books, today: date) -> dict[str, Any]:
    """How many records of closed cases there are, and how many should have gone before yesterday's run."""
    from troth.requests.models import CaseRow

    rows = CaseRow.objects.of(books.tenant).exclude(closed=None)
    day, months = today - _A_DAY, books.settings.case_months
    old = rows.filter(closed__lt=months_after(day, -months)).values_list("regime", "closed")
    old = old.exclude(name__in=restricting(books).values("case"))
    overdue = sum(kept_until(regime, closed, months) < day for regime, closed in old.iterator())
    return {"kept": rows.count(), "overdue": overdue}
