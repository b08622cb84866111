"""From what somebody typed to a plan: reads the stores, never changes them, and needs no state of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from troth.datamap.check import check
from troth.datamap.mapwrite import map_hash
from troth.datamap.meanings import about_people
from troth.datamap.model import DataMap, Key, Link, Ref
from troth.datamap.questions import Question
from troth.datamap.reader import ByValues, Reader, Row, Select
from troth.datamap.schema import Schema
from troth.planning import doubts, left, named, nobody
from troth.planning.assemble import Assemble
from troth.planning.barred import Bar, Barred
from troth.planning.closure import Asking, Closure
from troth.planning.copies import Copies, FindCopies
from troth.planning.decide import Decide
from troth.planning.decisions import Decisions, Unlink
from troth.planning.estate import Estate
from troth.planning.held import Held, spare, spare_held
from troth.planning.identify import Identify
from troth.planning.person import Identified, Person
from troth.planning.plan import Plan, Step
from troth.planning.sought import Sought, parse
from troth.planning.sqltext import Dialect
from troth.requests.attested import Attested, by_hand
from troth.retention import standing
from troth.stores import Opened
from troth.terms.errors import MapError
from troth.workflows.uncollected import uncollected

GONE = ("map.M003", "map.M004", "map.M005", "map.M007")
"""Findings about a map that names a dataset or column its store does not have."""
NAMES_NOBODY = "find.Q000"
ACCEPTABLE = (NAMES_NOBODY, "plan.Q008", "plan.Q009", "plan.Q010", "plan.Q015")
"""Questions an operator may answer with --accept; who is meant, and what a column holds, is answered otherwise."""


def drive(
    asking: Asking, readers: Mapping[str, Reader], progress: Callable[[str], None] = lambda _: None
) -> None:
    """Answers a planning generator's questions from the stores until it is done."""
    try:
        asks = next(asking)
        while True:
            asks = asking.send([counted(readers[r.system].rows(s), progress, r) for r, s in asks])
    except StopIteration:
        return


def counted(
    chunks: Iterable[Sequence[Row]], progress: Callable[[str], None], ref: Ref, of: int = 0
) -> Iterator[Sequence[Row]]:
    """The same chunks; says how many rows of a dataset were read so far, and of how many where that is known."""
    progress(f"reading {ref}: 0 of {of:,} rows" if of else f"reading {ref}")
    rows = 0
    for chunk in chunks:
        rows += len(chunk)
        progress(f"reading {ref}: {rows:,} of {of:,} rows" if of else f"reading {ref}: {rows:,} rows")
        yield chunk


@dataclass
class Inquiry:
    """One question about people, asked of all systems: who, what of theirs, and what erasing them would mean."""

    datamap: DataMap
    stores: Mapping[str, Opened]
    dialects: Mapping[str, Dialect]
    at: date
    scope: str | None = None
    instructed: Mapping[str, str] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()
    progress: Callable[[str], None] = lambda _: None
    held: Held = lambda _: ()  # what earlier erasures kept by law
    bars: Sequence[Bar] = ()  # legal holds
    attested: Mapping[str, Attested] = field(default_factory=dict)  # by systems that are kept by hand
    left_to: Mapping[str, str] = field(default_factory=dict)  # by customer whose rows stay, why
    settled: Mapping[str, str] = field(default_factory=dict)  # of a copy: by question, what was said
    one: bool = False  # all that is sought was proven to be one person's
    acting: bool = False  # what follows is the act itself, not only a look at what it would be
    not_ours: set[tuple[Ref, str]] = field(default_factory=set)  # where a copy leaves out a customer's rows
    schemas: dict[str, Schema] = field(default_factory=dict)
    identified: Identified = field(default_factory=Identified)
    _spared: list[Step] = field(default_factory=list)
    _hold_doubts: list[Question] = field(default_factory=list)
    ghosts: dict[Ref, set[Key]] = field(
        default_factory=dict
    )  # people's own rows that are gone: what names them may not be

    def look(self) -> Estate:
        """Reflects every system once."""
        for name, store in self.stores.items():
            if name not in self.schemas:
                self.progress(f"reading the structure of {name}")
                self.schemas[name] = store.reflect()
        self._refuse_gone()
        self.estate = Estate(self.datamap, self.schemas)
        return self.estate

    def _refuse_gone(self) -> None:
        """A map that names what its store has not is out of date: whoever was under the old name would not be found."""
        gone = sorted((f for f in check(self.datamap, self.schemas) if f.id in GONE), key=lambda f: f.id)
        if gone:
            more = f" (and {len(gone) - 1} more)" if len(gone) > 1 else ""
            raise MapError(
                f"{gone[0].message.rstrip('.')}{more}",
                place=gone[0].place,
                remedy=f"{gone[0].hint} `troth map --check` lists all.",
            )

    @uncollected()
    def who(self, identifiers: Sequence[str | Sought]) -> list[Person]:
        """Resolves identifiers to people."""
        estate = self.look()
        drive(nobody.check(estate), self.stores)
        self.progress("searching for the person")
        sought = [parse(one) if isinstance(one, str) else one for one in identifiers]
        walk = Identify(estate, sought, self.scope, self.one, {*self.instructed, *self.left_to})
        drive(walk.run(), self.stores, self.progress)
        self.identified = walk.found
        return walk.found.people

    def recall(self, people: Sequence[Person]) -> None:
        """Reads again the rows of people who were found before; a row that is gone still has its key."""
        own: dict[Ref, list[Key]] = {}
        for ref, key in (node for person in people for node in person.rows):
            own.setdefault(ref, []).append(key)
        for ref, keys in sorted(own.items()):
            spine, width = self.estate.spine(ref), len(self.estate.key(ref))
            select = Select(ref.dataset, spine, ByValues(self.estate.key(ref), keys))
            held = self.identified.rows.setdefault(ref, {})
            held.update(
                (row[:width], tuple(row)) for chunk in self.stores[ref.system].rows(select) for row in chunk
            )
            self.ghosts[ref] = {key for key in keys if key not in held}
            held.update((key, (*key, *[None] * (len(spine) - width))) for key in self.ghosts[ref])
        self.identified.people = list(people)

    def whose(self, people: Sequence[Person]) -> Closure:
        """The rows the people own or may see."""
        seeds: dict[Ref, dict[Key, frozenset[int]]] = {}
        for at, person in enumerate(people):
            for ref, key in person.rows:
                rows = seeds.setdefault(ref, {})
                rows[key] = rows.get(key, frozenset()) | {at}
        closure = Closure(self.estate, seeds)
        for ref, held in self.identified.rows.items():
            if ref in seeds:
                closure.holding(ref).add([row for key, row in held.items() if key in seeds[ref]])
        self.progress("following links to rows that are theirs")
        drive(closure.forward(), self.stores, self.progress)
        return closure

    @cached_property
    def barred(self) -> Barred | None:
        """The cells that legal holds bar from change, as their people stand in the stores now."""
        if not self.bars:
            return None
        barred = Barred(self.estate)
        barred.place(self.bars)
        self._hold_doubts = [doubts.hold_lost(*lost) for lost in dict.fromkeys(barred.lost(self.bars))]
        about = {at: bar for at, bar in enumerate(self.bars) if bar.about_people}
        if about:
            self.progress("looking for what legal holds keep")
            walk = replace(
                self, bars=(), scope=None, identified=Identified(), ghosts={}, _spared=[], _hold_doubts=[]
            )
            walk.look()
            people = [walk._held_people(bar) for bar in about.values()]
            barred.found = {bar.hold: one.rows for bar, one in zip(about.values(), people, strict=True)}
            self._hold_doubts += [doubts.hold_unclear(q) for q in walk._hold_doubts]
            walk.recall(people)
            barred.people(dict(enumerate(about.values())), walk.whose(people))
        return barred

    def _held_people(self, bar: Bar) -> Person:
        """The own rows of a hold's people, those found before among them."""
        rows = set(bar.nodes)
        if bar.sought:
            known = self.identified.rows
            found = self.who(bar.sought)
            self._hold_doubts += [q for q in self.identified.questions if q.blocking and q.id != NAMES_NOBODY]
            rows |= {node for person in found for node in person.rows}
            self.identified.rows = known
        return Person(
            frozenset(node for node in rows if node[0] in self.estate.datasets), frozenset(), frozenset()
        )

    def mentions(self, closure: Closure) -> dict[tuple[Unlink, Link], set[Key]]:
        """Rows of others that refer to rows which are the people's alone: a full name in them is theirs too."""
        drive(closure.outside(), self.stores)
        decide = Decide(closure, self.at, self.instructed, left_to=self.left_to)
        drive(decide.run(), self.stores)
        return decide.out.unlink

    def copies(
        self, closure: Closure, people: Sequence[Person], decisions: Decisions, sparing: bool = False
    ) -> Copies:
        """Cells elsewhere that hold the people's identifiers; `sparing`: but those that a law keeps since an earlier erasure."""
        self.progress("looking for copies in other rows")
        search = FindCopies(closure, decisions, people, self.scope, self.instructed, self.left_to)
        drive(search.run(), self.stores, self.progress)
        if sparing:
            self._spared = list(spare(self.held, search.out, self.estate, self.at))
            self._spared += spare_held(self.barred, self.bars, search.out, people)
            self._spared += left.told(search.out, self.estate, self.left_to)
        drive(named.check(closure, decisions, search.out), self.stores)
        return search.out

    @uncollected()
    def plan(self, people: Sequence[Person]) -> Plan:
        """What erasing these people would do, and the questions that stand before it."""
        closure = self.whose(people)
        drive(closure.outside(), self.stores, self.progress)
        stuck: set[tuple[Ref, str]] = set()
        while True:
            decide = Decide(closure, self.at, self.instructed, stuck, self.barred, self.left_to)
            drive(decide.run(), self.stores, self.progress)
            for ref, keys in self.ghosts.items():
                decide.out.erase.get(ref, set()).difference_update(keys)
            copies = self.copies(closure, people, decide.out, sparing=True)
            self.closure, self.decisions, self.found_copies = closure, decide.out, copies
            plan, refused = self._fitting(closure, decide.out, copies, len(people))
            if refused <= stuck:
                unfit = [doubts.unfitting(ref, column) for ref, column in sorted(refused)]
                return replace(plan, questions=(*unfit, *self._forbidden(plan), *plan.questions))
            stuck |= refused

    def _fitting(
        self, closure: Closure, decisions: Decisions, copies: Copies, people: int
    ) -> tuple[Plan, set[tuple[Ref, str]]]:
        """The plan with values that every CHECK of the stores accepts, and the links that one does not let go."""
        choices: dict[tuple[Ref, str], int] = {}
        while True:
            plan = self._assemble(closure, decisions, copies, choices, people)
            asked = {question.place for question in plan.questions if question.id == "plan.Q006"}
            refused, stuck = set(), set()
            for step in plan.steps:
                coarse = any(value.how == "coarsen" for value in step.values)
                if step.action not in ("keep", "erase", "refresh") and (
                    coarse or self.estate.table(step.ref).checks
                ):
                    found = {(step.ref, column) for column in self.stores[step.ref.system].refused(step)}
                    if step.action == "create":
                        nobody.accepted(self.estate, step.ref, {column for _, column in found})
                    stuck |= found if step.action == "unlink" else set()
                    refused |= found if step.action != "unlink" else set()
            refused = {(ref, column) for ref, column in refused if f"{ref}.{column}" not in asked}
            if not refused:
                return plan, stuck
            for choice in refused:
                choices[choice] = choices.get(choice, 0) + 1

    def _assemble(
        self,
        closure: Closure,
        decisions: Decisions,
        copies: Copies,
        choices: Mapping[tuple[Ref, str], int],
        people: int,
    ) -> Plan:
        assemble = Assemble(closure, decisions, copies, map_hash(self.datamap), self.dialects, choices)
        questions = [
            *self.identified.questions,
            *self._blind(closure, decisions),
            *self._unmapped(decisions),
            *self._unexplained(),
            *self._rowwise(decisions),
            *self._hold_doubts,
        ]
        plan = assemble.plan(people, questions, self.not_searched())
        plan = standing.judged(plan, closure, decisions)
        plan = replace(plan, steps=(*plan.steps, *self._spared))
        if waiting := doubts.unconfirmed_holds(plan.steps, self.bars):
            plan = replace(plan, questions=(*waiting, *plan.questions))
        # an identifier that names nobody would only change rows of others: perhaps it is misspelt, or a link is missing
        asked = (replace(q, blocking=bool(plan.steps)) if q.id == NAMES_NOBODY else q for q in plan.questions)
        return replace(plan, questions=tuple(map(self._answered, asked)))

    def _answered(self, question: Question) -> Question:
        names = {question.id, f"{question.id}@{question.place}"}
        if question.blocking and question.id in ACCEPTABLE and names & self.accepted:
            return replace(question, blocking=False)
        return question

    def _forbidden(self, plan: Plan) -> Iterable[Question]:
        """Rights to write that are lacking are said before the act, not found out in the middle of it."""
        for system in dict.fromkeys(step.ref.system for step in plan.steps):
            steps = [step for step in plan.steps if step.ref.system == system]
            if lacking := self.stores[system].lacking(steps):
                yield doubts.forbidden(system, lacking, self.acting)

    # -- no blindness -------------------------------------------------------------------------------------------------

    def _blind(self, closure: Closure, decisions: Decisions) -> Iterable[Question]:
        """A dataset of which we may not see everything could hide the person (ENGINE, no blindness)."""
        for ref in sorted(self.estate.datasets):
            reasons = self.estate.table(ref).blind
            concerns = ref in self.estate.ownable or self.estate.personal(ref)
            if reasons and concerns and not self.estate.datasets[ref].unsearched:
                yield Question(
                    id="plan.Q009", place=str(ref), text=f"we may not see all of it: {'; '.join(reasons)}",
                    remedy="Grant what is missing (docs/grants.md), or write `unsearched: REASON` in the map.",
                    weight=95, blocking=True,
                )  # fmt: skip

    def _unexplained(self) -> Iterable[Question]:
        """Datasets about people that no link leads to: what they hold about this person cannot be known."""
        for ref, dataset in sorted(self.estate.datasets.items()):
            kind = self.estate.table(ref).kind
            if (
                kind == "table"
                and ref not in self.estate.ownable
                and not dataset.unsearched
                and about_people(dataset)
            ):
                yield Question(
                    id="plan.Q014", place=str(ref),
                    text="it holds personal data and no link says whose: it was only searched for identifiers",
                    remedy="Add a link in the map, or `subject` if its rows are people, or `unsearched` with the reason.", weight=35,
                )  # fmt: skip

    def _rowwise(self, decisions: Decisions) -> Iterable[Question]:
        """Tables whose statements stand alone: a run that ends in between leaves them half done until it is resumed."""
        touched = {*decisions.erase, *decisions.clear, *(how.ref for how, _ in decisions.unlink)}
        for ref in sorted(touched):
            if why := self.estate.table(ref).rowwise:
                yield Question(
                    id="plan.Q018", place=str(ref), text=f"{why}: what is done here stays done if the run ends in between",
                    remedy="Nothing is lost: `troth resume` finishes it. With transactions: ALTER TABLE ... ENGINE = InnoDB.",
                    weight=40,
                )  # fmt: skip

    def _unmapped(self, decisions: Decisions) -> Iterable[Question]:
        """A table nobody mapped that refers to rows which would go."""
        erased = {(ref.system, ref.dataset) for ref in decisions.erase}
        for system, schema in sorted(self.schemas.items()):
            for table in schema.tables.values():
                if Ref(system, table.name) not in self.estate.datasets and table.kind == "table":
                    for foreign in table.foreign_keys:
                        if (system, foreign.target) in erased:
                            yield Question(
                                id="plan.Q010", place=f"{system}.{table.name}",
                                text=f"it is not in the map, and refers to {foreign.target}",
                                remedy="Run `troth map` again and decide about it.", weight=90, blocking=True,
                            )  # fmt: skip

    def left_out(self) -> list[tuple[str, str]]:
        """Where rows were left to a customer, and why; for a copy, once its rows were gathered."""
        return [
            (str(ref), left.ground(customer, self.left_to[customer], ()).reason)
            for ref, customer in sorted(self.not_ours)
        ]

    def not_searched(self) -> list[tuple[str, str]]:
        """What was not searched, and why: said in every output and on the certificate."""
        found: list[tuple[str, str]] = []
        for system, schema in sorted(self.schemas.items()):
            found += [(f"{system}.{name}", reason) for name, reason in schema.unsearched]
            for table in schema.tables.values():
                ref = Ref(system, table.name)
                if ref not in self.estate.datasets:
                    if table.kind not in ("view",):
                        found.append((str(ref), "not in the map"))
                    continue
                if reason := self.estate.datasets[ref].unsearched:
                    found.append((str(ref), reason))
                if unmapped := self.estate.unmapped(ref):
                    found.append(
                        (f"{ref} ({', '.join(unmapped)})", "not in the map; only searched for identifiers")
                    )
                blobs = [c.name for c in table.columns if c.family == "blob"]
                if blobs:
                    found.append((f"{ref} ({', '.join(blobs)})", "bytes are not looked into"))
        found += [(str(ref), reason) for ref, reason in self.datamap.unmapped]
        found += [
            (name, by_hand(one.owner, self.attested.get(name)))
            for name, one in sorted(self.datamap.manual.items())
        ]
        return found

    # -- whole rows ---------------------------------------------------------------------------------------------------

    def full_rows(
        self, ref: Ref, keys: Sequence[Key], columns: Sequence[str] | None = None
    ) -> Iterable[Sequence[Row]]:
        """Chunks of rows, key columns first, then the asked columns (default: all)."""
        key = self.estate.key(ref)
        names = tuple(columns if columns is not None else self.estate.table(ref).by_name)
        chunks = self.stores[ref.system].rows(Select(ref.dataset, (*key, *names), ByValues(key, keys)))
        return counted(chunks, self.progress, ref, of=len(keys))
