"""Keeps nothing longer than the rules say: counts what is due, works it off in bounded batches, and proves that nothing is left.

What is due is worked out from the data each time, so a run that was cut off needs no memory of where it was: what it had not
done is due again. Only a batch that was begun is finished first (`retained.finish`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from troth.datamap.check import Finding
from troth.datamap.model import DataMap, Ref
from troth.datamap.questions import Question
from troth.datamap.reader import ByValues, Row, Select
from troth.planning.barred import Bar
from troth.planning.sqltext import Dialect
from troth.records.cabinet import kept
from troth.retention.claim import Called, called, left
from troth.retention.clock import today
from troth.retention.effective import Effective, cuts, effective
from troth.retention.findings import FINDINGS, check, stopped
from troth.retention.rulefile import NAME, load
from troth.retention.rules import Rules
from troth.retention.verdict import REASONS, Reason
from troth.stores import Opened
from troth.terms.errors import QuietHoursError, StoreError, StoreUnreachableError
from troth.workflows import restricted
from troth.workflows.claiming import judged
from troth.workflows.erase import none_half_way, question_told
from troth.workflows.hold_records import standing_bars
from troth.workflows.house import House
from troth.workflows.restraint import CEILING, QUIET, quiet_question
from troth.workflows.retaining import Page, Retaining, counting, decided, ordered

if TYPE_CHECKING:
    from troth.workflows.books import Books

Told = dict[str, Any]


@dataclass
class Score:
    """What is known of one rule on one dataset."""

    due: int = 0
    done: int = 0
    held: int = 0
    kept: int = 0  # of those held, by a law of the map or because other rows still count from their clock
    restricted: int = 0  # of those held, since their person's data may only be stored
    overdue: int = 0
    residue: int = 0
    unreadable: int = 0


@dataclass
class Retention:
    """The rules over the opened stores on one day."""

    house: House
    datamap: DataMap
    rules: Rules
    stores: Mapping[str, Opened]
    at: date
    scores: dict[tuple[str, Ref], Score] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    bars: Sequence[Bar] = ()  # legal holds, confirmed or not, and what is restricted: none lets a row go
    lapsed: dict[str, Effective] = field(default_factory=dict)  # what laws kept for erasures, by rule's name
    refused: dict[tuple[object, ...], list[Reason]] = field(
        default_factory=dict
    )  # why a rule's rows stay personal

    def __post_init__(self) -> None:
        self.bars = standing_bars(self.house)
        self.inquiry = self._inquiry(self.datamap)
        self.estate = self.inquiry.look()
        self.bars = self.inquiry.bars = [*self.bars, *restricted.bars(self.house, self.estate, self.stores)]
        self.all = effective(self.rules, self.estate, self.at)
        self.findings = list(check(self.rules, self.estate, self.at))
        out = stopped(self.findings)
        self.ones = ordered([one for one in self.all if one.rule.name not in out], self.estate.links)

    def _inquiry(self, datamap: DataMap) -> Retaining:
        dialects = {
            name: cast(Dialect, self.house.kind(system.url, name).name)
            for name, system in datamap.systems.items()
        }
        return Retaining(
            datamap, self.stores, dialects, self.at, progress=self.house.progress, bars=self.bars, acting=True
        )

    def planner(self, one: Effective) -> Retaining:
        """What plans the pages of one rule."""
        found = self._inquiry(decided(self.datamap, one))
        found.schemas = self.inquiry.schemas
        found.look()
        found.ruled = frozenset(other.ref for other in self.all if not other.columns)
        found.counting = counting(self.all)
        found.barred_as(self.inquiry)
        found.left = left(self.called(one))
        return found

    def score(self, one: Effective) -> Score:
        return self.scores.setdefault((one.rule.name, one.ref), Score())

    # -- counting -------------------------------------------------------------------------------------------------

    def count(self) -> None:
        """Counts what is due of every rule that is carried out: one statement each."""
        for one in self.ones:
            self.house.progress(f"counting what is due of {one.ref}")
            score, found = self.score(one), self._counted(one)
            score.due += found["due"] + found["held"]
            score.held += found["held"]
            score.unreadable += found["unreadable"]
        for one in self.ones:
            self.judge(one, self.score(one).due > 0)
        for (name, ref), score in self.scores.items():
            score.overdue = score.due - score.held
            if score.unreadable:
                rule = next(rule for rule in self.rules.rules if rule.name == name)
                self.findings.append(
                    Finding(
                        "retention.R013", FINDINGS["retention.R013"][0], f"{rule.place} ({ref})",
                        f"{name}: {score.unreadable:,} rows have a clock that shows no moment; they are never due",
                        "Mend those cells: a date before 1970-01-02, a zero date, or text that is none.",
                    )
                )  # fmt: skip

    def judge(self, one: Effective, due: bool) -> None:
        """Holds a rule that anonymises to its word, once; what is still personal needs an officer's written decision.

        Where rows are `due`, some of them are looked at too.
        """
        if one.name in self.refused or one.rule.outcome == "erase":
            return
        self.refused[one.name] = reasons = judged(
            self.house, self.estate, self.stores, one, self.all, self.at, due=due
        )
        if reasons and not self.datamap.datasets[one.ref].anonymised:
            why = "; ".join(
                f"{REASONS[reason.id]} ({', '.join((*map(str, reason.figures.values()), *reason.columns))})"
                for reason in reasons
            )
            self.findings.append(
                Finding(
                    "retention.R014", FINDINGS["retention.R014"][0], f"{one.rule.place} ({one.ref})",
                    f"{one.rule.name}: its rows would be still personal: {why}",
                    "Erase the rows, let go of what is left, or write the officer's decision: `anonymised:` in the map.",
                )
            )  # fmt: skip

    def forbids(self, one: Effective) -> bool:
        """Whether the rule may not be carried out: it would call anonymised what is still personal, and nobody decided so."""
        return bool(self.refused.get(one.name)) and not self.datamap.datasets[one.ref].anonymised

    def called(self, one: Effective) -> Called:
        """What may be said of its rows."""
        return called(self.estate, one, self.refused.get(one.name, ()))

    def _counted(self, one: Effective) -> Counter[str]:
        """Rows by state; of a customer who has instructed nobody, what is due is held."""
        dataset = self.datamap.datasets[one.ref]
        asked = one.asked(dataset)
        question = replace(one.question(self.estate, self.at, cuts(self.estate, one)), count=True)
        found: Counter[str] = Counter()
        for chunk in self.stores[one.ref.system].rows(Select(one.ref.dataset, asked, question)):
            for row in chunk:
                whose = one.whose(dict(zip(asked, row, strict=False)), dataset.tenant)
                if whose != "others":
                    state = "held" if row[-2] == "due" and whose == "uninstructed" else str(row[-2])
                    found[state] += int(cast(int, row[-1]))
        if found["unreadable"]:
            found["unreadable"] -= self._nobody(one, asked)
        return found

    def _nobody(self, one: Effective, asked: Sequence[str]) -> int:
        """One where the row that stands for nobody is this rule's and its clock shows no moment; else none."""
        dataset, key = self.datamap.datasets[one.ref], self.estate.key(one.ref)
        nobody = dataset.nobody or {}
        if one.clock.dataset or not set(key) <= set(nobody):
            return 0
        where = ByValues(key, [tuple(nobody[name] for name in key)])
        select = Select(one.ref.dataset, (*asked, one.clock.column), where)
        rows = [row for chunk in self.stores[one.ref.system].rows(select) for row in chunk]
        return sum(
            row[-1] is not None
            and one.day(self.estate, row[-1]) is None
            and one.whose(dict(zip(asked, row, strict=False)), dataset.tenant) != "others"
            for row in rows
        )

    # -- pages ----------------------------------------------------------------------------------------------------

    def pages(self, one: Effective, planner: Retaining) -> Iterator[Page]:
        """What is due, a batch at a time, in the order of the key; each row is read once."""
        columns = planner.columns(one)
        dataset, width = self.datamap.datasets[one.ref], len(self.estate.key(one.ref))
        most = self.house.manners(self.datamap.systems[one.ref.system]).keys
        asked = [columns.index(name) for name in one.asked(dataset)]
        question, after = one.question(self.estate, self.at, cuts(self.estate, one)), None
        while True:
            select = Select(one.ref.dataset, columns, replace(question, after=after, most=most))
            rows: list[Row] = [
                tuple(row) for chunk in self.stores[one.ref.system].rows(select) for row in chunk
            ]
            if not rows:
                return
            after = rows[-1][:width]
            page = Page(one, columns, [], upto=after)
            for row in rows if asked or dataset.tenant else ():
                whose = one.whose({columns[at]: row[at] for at in asked}, dataset.tenant)
                page.held += whose == "uninstructed"
                if whose == "ours":
                    page.rows.append(row)
            if not asked:
                page.rows = rows
            if page.rows or page.held:
                yield page
                after = page.upto
            if len(rows) < most:
                return

    # -- telling --------------------------------------------------------------------------------------------------

    def told(self) -> Told:
        """What every answer holds."""
        rules = [
            {
                "rule": name, "dataset": str(ref), "due": score.due, "done": score.done, "overdue": score.overdue,
                "held": score.held, "kept": score.kept, "restricted": score.restricted, "residue": score.residue, **self._why(name),
            }
            for (name, ref), score in sorted(self.scores.items())
        ]  # fmt: skip
        return {
            "rules": rules,
            "day": self.at.isoformat(),
            "findings": [finding_told(finding) for finding in self.findings],
            "questions": [question_told(question) for question in self.questions],
            "statements": sum(store.statements() for store in self.stores.values()),
        }

    def _why(self, name: str) -> Told:
        one = self.lapsed.get(name) or next(
            one for one in self.all if one.rule.name == name and one.only is None
        )
        return {
            "outcome": one.rule.outcome, "called": self.called(one), "reason": one.rule.reason, "event": one.rule.event, "keep": one.told,
            "law": one.law.citation if one.law else "",
        }  # fmt: skip


def finding_told(finding: Finding) -> Told:
    return {
        "id": finding.id, "level": finding.level, "place": finding.place, "message": finding.message, "hint": finding.hint,
    }  # fmt: skip


def path_of(house: House) -> Path:
    """Where the rules lie: beside the map."""
    return house.map_path.with_name(NAME)


@contextmanager
def opened(house: House) -> Iterator[Retention]:
    """The rules over every system, opened to be read; what a store refuses is said as it is."""
    datamap = house.map()
    rules = load(path_of(house), datamap)
    with ExitStack() as held:
        stores: dict[str, Opened] = {}
        for name, system in datamap.systems.items():
            house.progress(f"opening {name}")
            stores[name] = house.open(system)
            held.callback(stores[name].close)
        yield Retention(house, datamap, rules, stores, today(house.now(), rules.zone))


@contextmanager
def reading() -> Iterator[None]:
    """What a store refuses while nothing is changed stops nothing half-way."""
    try:
        yield
    except StoreError as fault:
        raise StoreUnreachableError(fault.message, place=fault.place, remedy="Nothing was changed.") from None


def preview(house: House) -> Told:
    """Counts by rule, with nobody's data shown; nothing is changed and no state made."""
    from troth.workflows.retainahead import looked_ahead

    with reading(), opened(house) as retention:
        retention.count()
        looked_ahead(retention)
        return retention.told()


def findings(house: House) -> Told:
    """What the rules leave open or cannot do."""
    with reading(), opened(house) as retention:
        retention.count()
        return {"findings": [finding_told(finding) for finding in retention.findings]}


def run(house: House) -> Told:
    """Works off what is due. `state`: done, later (quiet hours), blocked (a person must decide), stopped (a store refused)."""
    from troth.workflows.books import Books
    from troth.workflows.turn import turn

    with turn(house, house.progress), ExitStack() as held, kept(house.home, begun=False):
        books = Books(house.home, house.settings)
        held.callback(books.close)
        none_half_way(house, books)
        return run_with(house, books)


def run_with(house: House, books: Books) -> Told:
    """The same, for whoever holds the turn and the books already."""
    from troth.workflows.retained import Working

    with opened(house) as retention:
        retention.count()
        before(retention)
        if any(question.blocking for question in retention.questions):
            state = "later" if {q.id for q in retention.questions if q.blocking} == {QUIET} else "blocked"
            return {**retention.told(), "state": state}
        working = Working(house, books, retention)
        try:
            with kept(house.home, begun=True):
                state = working.work()
        except QuietHoursError:
            state = working.end("later")
        except StoreError as fault:
            working.stop(fault)
            stop = {"place": fault.place, "message": fault.message, "remedy": fault.remedy}
            return {**retention.told(), "state": "stopped", "stopped": stop}
        return {**retention.told(), "state": state}


def daily(house: House, books: Books) -> Told | None:
    """The day's run, for `troth due`; None where there are no rules, or it was made today already."""
    from troth.planning.models import Run
    from troth.retention.clock import midnight
    from troth.workflows.retained import KIND

    if not path_of(house).exists():
        return None
    rules = load(path_of(house), house.map())
    begun = midnight(today(house.now(), rules.zone), rules.zone)
    if Run.objects.of(books.tenant).filter(kind=KIND, started__gte=begun).exists():
        return None
    return run_with(house, books)


def before(retention: Retention) -> None:
    """What stands before a run: more rows than one may touch, and quiet hours."""
    touched: Counter[str] = Counter()
    for (_, ref), score in retention.scores.items():
        touched[ref.system] += score.overdue
    for system, rows in sorted(touched.items()):
        manners = retention.house.manners(retention.datamap.systems[system])
        if rows and manners.max_due and rows > manners.max_due:
            retention.questions.append(
                Question(
                    id=CEILING, place=system, text=f"{rows:,} rows are due here; one run may touch {manners.max_due:,}",
                    remedy="Read `troth retention preview`: is every rule right? Then say --over-ceiling, or raise max_due in the map.",
                    weight=97, blocking="ceiling" not in retention.house.lifted,
                )
            )  # fmt: skip
        if rows:
            retention.questions += quiet_question(retention.house, retention.datamap, system, True)
