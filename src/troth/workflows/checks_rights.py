"""What a case says of the rights that are used in it: how fast a no took effect, what rests, who was told before it was lifted.

Each case is looked at once, its rows a part at a time; only counts leave it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from troth.requests.case import Case, apply
from troth.requests.kinds import KINDS
from troth.requests.resting import ARTICLE_18, wanted

if TYPE_CHECKING:
    from troth.workflows.books import Books
    from troth.workflows.cases import File

LATELY: Final = timedelta(hours=1)
"""What came in since is the worker's to carry out."""
WENT: Final = ("mail", "posted")
"""How a letter has left the house, not merely been written."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What stands of one kind of a case in the register of what rests; `until`: the latest end, None while it rests."""

    until: datetime | None
    lifted: bool = False  # the company did, and it does not begin again

    @property
    def stands(self) -> bool:
        """Whether a case that wants it has what it wants: it rests, or was lifted."""
        return self.until is None or self.lifted


Rests = Mapping[str, Mapping[str, Rest]]
"""By case, by kind."""


def rests_of(books: Books, cases: Sequence[str]) -> Rests:
    """What rests, or has rested, for these cases, in one statement."""
    from troth.requests.models import Resting

    rows = (
        Resting.objects.of(books.tenant)
        .filter(case__in=cases)
        .values_list("case", "kind", "until", "lifted")
        .distinct()
    )
    found: dict[str, dict[str, Rest]] = defaultdict(dict)
    for case, kind, until, lifted in rows.iterator():
        before = found[case].get(kind)
        open_ = until is None or (before is not None and before.until is None)
        ends = [one for one in (until, before.until if before else None) if one is not None]
        found[case][kind] = Rest(None if open_ else max(ends), lifted or bool(before and before.lifted))
    return found


def restrained(books: Books, since: date) -> Any:
    """The cases whose restriction stands, or ended after a day: however long ago they were closed."""
    from django.db.models import Q

    from troth.requests.models import Resting

    standing = Q(until=None) | Q(until__date__gt=since)
    return Resting.objects.of(books.tenant).filter(standing, kind__in=ARTICLE_18).values("case")


@dataclass
class Rights:
    """The counts as they grow, at one moment."""

    at: datetime
    of: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, int] = field(default_factory=dict)
    passing: int = 0

    def add(self, file: File, rests: Mapping[str, Rest], lately: bool) -> None:
        """One case; `lately`: it came in within the time that promises are measured over."""
        moments = dict(_wanted_since(file))
        if lately:
            self._speed(file)
        fresh = {kind for kind, moment in moments.items() if self.at - moment <= LATELY}
        self._resting(file.case, rests, fresh)
        self._lifting(file, rests, fresh)
        self._passing(file)

    def _speed(self, file: File) -> None:
        case = file.case
        if case.agent == "claimed":  # nobody has said no yet: somebody says that they may say it
            return
        acted = {one.data["kind"]: one.at for one in reversed(file.events) if one.name == "acted"}
        for kind in case.kinds:
            decision = case.decisions.get(kind)
            refused = decision is not None and decision.outcome == "refused"
            if KINDS[kind].act != "stop" or refused or (case.retracted and kind not in acted):
                continue
            took = acted.get(kind, self.at) - came_in(case.received, file.opened)
            group, hours = f"{case.regime} {kind}", -(-took // timedelta(hours=1))
            self.slowest[group] = max(self.slowest.get(group, 0), hours)

    def _resting(self, case: Case, rests: Mapping[str, Rest], fresh: Collection[str]) -> None:
        """What a case wants must rest, or be lifted; what ended otherwise rests no more than what never began."""
        now = {one.kind for one in wanted(case)}
        self.of["resting"] += bool(now)
        self.of["unrested"] += any(kind not in rests or not rests[kind].stands for kind in now - set(fresh))

    def _lifting(self, file: File, rests: Mapping[str, Rest], fresh: Collection[str]) -> None:
        """A restriction that ended while the case still wants it was lifted: the letter must have gone before (GDPR Art. 18(3))."""
        still = {one.kind for one in wanted(file.case)}
        for kind in ARTICLE_18:
            if kind not in still or (rest := rests.get(kind)) is None or rest.until is None:
                continue
            if kind in fresh and not rest.lifted:
                continue  # it ended when the case did not want it, and begins again
            told = [
                one.at
                for one in file.events
                if one.name == "written" and one.data["letter"] == "lifting" and one.data["means"] in WENT
            ]
            self.of["lifted"] += 1
            self.of["silently"] += not any(at < rest.until for at in told)

    def _passing(self, file: File) -> None:
        """Customers who decide about rows of the person: when they were told of the request, from the day it was first seen.

        A second search begins no new time, and closing a case tells nobody; who takes it back ends the wait.
        """
        case = file.case
        since = next((one.at.date() for one in file.events if one.name == "searched"), None)
        for one in file.asker.get("customers", {}).values() if since is not None else ():
            assert since is not None
            told = date.fromisoformat(one["passed"]) if one["passed"] else None
            self.of["passed" if told else "unpassed"] += 1
            self.of["forgotten"] += told is None and case.closed is not None and not case.retracted
            end = told or (case.closed if case.retracted else None) or self.at.date()
            self.passing = max(self.passing, (end - since).days)

    def told(self) -> dict[str, Any]:
        names = ("resting", "unrested", "lifted", "silently", "passed", "unpassed", "forgotten")
        return {
            **{name: self.of[name] for name in names},
            "slowest": dict(self.slowest),
            "passing": self.passing,
        }


def came_in(received: date, opened: datetime) -> datetime:
    """When a request came in: as it was opened, or, typed in later, at the end of its own day."""
    if received >= opened.date():
        return opened
    return datetime.combine(received + timedelta(days=1), time(), opened.tzinfo)


def _wanted_since(file: File) -> Iterator[tuple[str, datetime]]:
    """Since when the case has wanted each kind to rest."""
    case, before = Case(file.case.name), set[str]()
    for event in file.events:
        case = apply(case, event)
        now = {one.kind for one in wanted(case)}
        yield from ((kind, event.at) for kind in now - before)
        before = now
