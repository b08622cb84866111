"""Plans what becomes of a page of due rows: they go with what is theirs alone, others let go of them, the rest is held."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from troth.datamap.model import DataMap, Key, Link, Ref
from troth.datamap.reader import ByValues, Row, Select
from troth.law.rules import has_lapsed
from troth.planning.closure import Asking, Closure
from troth.planning.copies import Copies
from troth.planning.decide import Decide
from troth.planning.estate import COMPARABLE
from troth.planning.lapse import last_day
from troth.planning.plan import Left, Plan, Step
from troth.retention.effective import Effective, clearable, cuts
from troth.workflows.inquiry import Inquiry, drive
from troth.workflows.restricted import HOLD as RESTRICTED


@dataclass
class Page:
    """Some due rows of one rule: `rows` under `columns`, and how many of them are held."""

    one: Effective
    columns: tuple[str, ...]
    rows: list[Row] = field(repr=False)
    held: int = 0
    kept: int = 0  # of those held, by a law of the map or for another rule's clock
    restricted: int = 0  # of those held, since their person's data may only be stored
    upto: Row = ()  # the key behind which the next page begins: whoever works off more says so here


@dataclass
class Planned:
    """What is done about a page: the plan, which of its rows are done with it, and which are held."""

    plan: Plan
    done: int
    held: int
    kept: int = 0
    restricted: int = 0


@dataclass
class Retaining(Inquiry):
    """An inquiry that starts from rows, not from people: nobody's identifiers are known, and none are looked for."""

    ruled: frozenset[Ref] = frozenset()  # datasets with rules of their own: their rows go by those alone
    counting: Mapping[Ref, Sequence[Effective]] = field(default_factory=dict)  # what counts from whose clock
    left: Left = ""  # what may be said of the rows that the rule empties
    _settled: int = 0
    _leaf: dict[tuple[object, ...], Step] = field(default_factory=dict)

    def columns(self, one: Effective) -> tuple[str, ...]:
        """What is fetched of a due row: what planning needs, and every cell that made it due."""
        return tuple(dict.fromkeys((*self.estate.spine(one.ref), *self._cells(one), *self._clocks(one.ref))))

    def _cells(self, one: Effective) -> tuple[str, ...]:
        own = [cell.column for cell in (one.clock, one.active) if cell is not None and not cell.dataset]
        return (*own, *one.asked(self.estate.datasets[one.ref]))

    def _clocks(self, ref: Ref) -> tuple[str, ...]:
        return tuple(other.clock.column for other in self.counting.get(ref, ()))

    def barred_as(self, other: Retaining) -> None:
        """Takes over what legal holds bar from change, and what is doubtful about them: it is looked for once a run."""
        vars(self)["barred"] = other.barred
        self._hold_doubts = other._hold_doubts

    def planned(self, page: Page) -> Planned:
        """The plan for the page; rows that a ground keeps, or whose clock others still need, are held and not touched."""
        one, page = page.one, self.spared(page)
        total = len(page.rows)
        if (template := self._leaf.get(one.name)) is not None and page.rows:
            return Planned(self._like(template, page), total, page.held)
        if not page.rows:
            return Planned(Plan("", (), (), (), 0), 0, page.held, page.kept, page.restricted)
        plan = self._plan(page)
        done = self._settled
        if self._is_leaf(one) and len(plan.steps) == 1 and not plan.blocked:
            self._leaf[one.name] = plan.steps[0]
        return Planned(plan, done, page.held + total - done, page.kept, page.restricted)

    def spares(self, one: Effective) -> bool:
        """Whether a hold, a law or another rule may keep rows of the rule that are due."""
        keeps = any(keep.active for keep in self.estate.datasets[one.ref].keep)
        held = self.barred is not None and self.barred.any(one.ref)
        return keeps or held or bool(self.counting.get(one.ref))

    def spared(self, page: Page) -> Page:
        """The page without the rows that a hold, a law or another rule keeps, which it counts instead."""
        free = self._unbarred(page)
        rows = self._unawaited(page, self._unkept(replace(page, rows=free)))
        kept = len(free) - len(rows)
        held, restricted = page.held + len(page.rows) - len(rows), self._restricted(page)
        return replace(page, rows=rows, held=held, kept=page.kept + kept, restricted=restricted)

    # -- what is held ---------------------------------------------------------------------------------------------

    def _unbarred(self, page: Page) -> list[Row]:
        """Rows that no legal hold is on."""
        ref, barred = page.one.ref, self.barred
        if barred is None or not barred.any(ref):
            return page.rows
        width = len(self.estate.key(ref))
        return [row for row in page.rows if not barred.keeps(ref, row[:width])]

    def _restricted(self, page: Page) -> int:
        """How many of the rows are kept since their person's data may only be stored (GDPR Art. 18(2))."""
        barred, width = self.barred, len(self.estate.key(page.one.ref))
        if barred is None or not barred.any(page.one.ref):
            return 0
        return sum(
            any(keep.hold == RESTRICTED for keep in barred.keeps(page.one.ref, row[:width]))
            for row in page.rows
        )

    def _unkept(self, page: Page) -> list[Row]:
        """Rows that no active ground of the map keeps today (GDPR Art. 17(3))."""
        active = [keep for keep in self.estate.datasets[page.one.ref].keep if keep.active]
        if not active:
            return page.rows
        found = []
        for row in page.rows:
            cells = dict(zip(page.columns, row, strict=True))
            ends = [last_day(keep, cells) for keep in active]
            if all(end is not None and has_lapsed(end, self.at) for end in ends):
                found.append(row)
        return found

    def _unawaited(self, page: Page, rows: list[Row]) -> list[Row]:
        """Rows whose clock no other row still counts from: without it, that row would never be due."""
        ref = page.one.ref
        if page.one.rule.outcome == "anonymise" and page.one.columns:
            return rows
        for other in self.counting.get(ref, ()):
            at, width = page.columns.index(other.clock.column), len(self.estate.key(ref))
            early = [
                row
                for row in rows
                if (day := other.day(self.estate, row[at])) is None or not other.period.due(day, self.at)
            ]
            if not early:
                continue
            ends = [page.columns.index(end) for end in other.clock.ends]
            values = {tuple(row[end] for end in ends) for row in early}
            named = self._naming(other, values)
            waiting = {row[:width] for row in early if tuple(row[end] for end in ends) in named}
            rows = [row for row in rows if row[:width] not in waiting]
        return rows

    def _naming(self, other: Effective, values: Collection[Key]) -> set[Key]:
        """Which of the values rows of `other` hold in their link."""
        columns = other.clock.columns
        select = Select(other.ref.dataset, columns, ByValues(columns, list(values), linked=True))
        return {tuple(row) for chunk in self.stores[other.ref.system].rows(select) for row in chunk}

    # -- the plan -------------------------------------------------------------------------------------------------

    def _plan(self, page: Page) -> Plan:
        one, ref = page.one, page.one.ref
        width, spine = len(self.estate.key(ref)), len(self.estate.spine(ref))
        keys = {row[:width]: frozenset((0,)) for row in page.rows}
        closure = Closure(self.estate, {ref: keys})
        closure.holding(ref).add([row[:spine] for row in page.rows])
        if one.rule.outcome == "erase":
            drive(closure.forward(), self.stores, self.progress)
            drive(self._release(closure), self.stores, self.progress)
        else:
            closure.holding(ref).own |= keys
        stuck: set[tuple[Ref, str]] = set()
        while True:
            decide = Decide(closure, self.at, self.instructed, stuck, self.barred)
            drive(decide.run(), self.stores, self.progress)
            if one.rule.outcome == "anonymise":
                self._neutral(decide, one)
            self.closure, self.decisions, self.found_copies = closure, decide.out, Copies()
            plan, refused = self._fitting(closure, decide.out, self.found_copies, 0)
            if refused <= stuck:
                self._settled = self._count(plan, one)
                steps = [self._witnessed(self._undone(step), page) for step in plan.steps]
                plan = replace(
                    plan, steps=tuple(step for step in steps if step.rows or step.action == "refresh")
                )
                return replace(plan, questions=(*self._forbidden(plan), *plan.questions))
            stuck |= refused

    def _neutral(self, decide: Decide, one: Effective) -> None:
        """Which cells are made neutral, and which links let go: those of the rule, and no other."""
        wanted = frozenset(clearable(self.estate, one))
        rows = decide.out.clear.get(one.ref, {})
        for key in rows:
            rows[key] = wanted
        if not wanted:
            decide.out.clear.pop(one.ref, None)
        held = decide.closure.holdings[one.ref]
        going = {
            link: {key for key in rows if None not in held.value(key, link.columns)}
            for link in cuts(self.estate, one)
        }
        drive(decide.let_go(going), self.stores, self.progress)

    def _release(self, closure: Closure) -> Asking:
        """Takes out what stays: rows with a rule of their own, and rows that a row which stays owns too."""
        seeds = closure.seeds
        for ref, held in closure.holdings.items():
            if ref in self.ruled or ref in seeds:
                for key in [key for key in held.own if key not in seeds.get(ref, {})]:
                    del held.own[key]
        asks = []
        for ref, held in list(closure.holdings.items()):
            for edge in self.estate.edges_to[ref]:
                if edge.owning and not edge.down and held.own:
                    get = closure.across(ref, edge.target_columns, edge.source, edge.source_columns)
                    asks += closure.wanted(
                        edge.source, edge.source_columns, [get(held.rows[key]) for key in held.own]
                    )
        answers = (yield asks) if asks else []
        for ask, answer in zip(asks, answers, strict=True):
            closure.take(ask, answer)
        changed = True
        while changed:
            changed = False
            for ref, held in closure.holdings.items():
                for key in [key for key in held.own if key not in seeds.get(ref, {})]:
                    if self._owned_beside(closure, ref, key):
                        del held.own[key]
                        changed = True

    def _owned_beside(self, closure: Closure, ref: Ref, key: Key) -> bool:
        """Whether something that stays owns the row as well; a link that leads nowhere counts as such."""
        held = closure.holdings[ref]
        for edge in self.estate.edges_to[ref]:
            if not edge.owning or (edge.down and not closure.holds(edge, key)):
                continue
            value = closure.across(ref, edge.target_columns, edge.source, edge.source_columns)(held.rows[key])
            if None in value:
                continue
            source = closure.holding(edge.source)
            owners = [o for o in source.at(edge.source_columns, value) if edge.down or closure.holds(edge, o)]
            if (edge.down and not owners) or any(owner not in source.own for owner in owners):
                return True
        return False

    # -- steps ----------------------------------------------------------------------------------------------------

    @staticmethod
    def _count(plan: Plan, one: Effective) -> int:
        """Rows of the page with which the plan does what the rule says."""
        steps = [step for step in plan.steps if step.ref == one.ref and step.action == one.rule.outcome]
        return len({row[: len(step.key)] for step in steps for row in step.rows})

    def _undone(self, step: Step) -> Step:
        """A step that empties rows which stay, without those that are empty already."""
        if (
            step.action != "anonymise"
            or not step.columns
            or any(v.how in ("token", "redact") for v in step.values)
        ):
            return step
        width = len(step.key)
        wanted = tuple(str(value.constant) if value.how == "constant" else None for value in step.values)
        select = Select(
            step.ref.dataset,
            (*step.key, *step.columns),
            ByValues(step.key, [row[:width] for row in step.rows]),
        )
        done = {
            row[:width]
            for chunk in self.stores[step.ref.system].rows(select)
            for row in chunk
            if tuple(None if cell is None else str(cell) for cell in row[width:]) == wanted
        }
        return replace(step, rows=[row for row in step.rows if row[:width] not in done])

    def _witnessed(self, step: Step, page: Page) -> Step:
        """The step, bound to the cells that made its rows due: a row whose clock has moved since is left alone."""
        one = page.one
        if step.ref != one.ref or step.action not in ("erase", "anonymise"):
            return step
        names = self._witnesses(one, step)
        width = len(step.key)
        places = [page.columns.index(name) for name in names]
        cells = {row[:width]: tuple(row[at] for at in places) for row in page.rows}
        rows = [(*row, *cells[row[:width]]) for row in step.rows if row[:width] in cells]
        left = (self.left or step.left) if step.action == "anonymise" else ""
        return replace(step, witness=(*step.witness, *names), rows=rows, reason=self._reason(one), left=left)

    def _witnesses(self, one: Effective, step: Step) -> tuple[str, ...]:
        table = self.estate.table(one.ref)
        known = {*step.key, *step.witness}
        return tuple(
            name
            for name in dict.fromkeys(self._cells(one))
            if name not in known and name in table.by_name and table.by_name[name].family in COMPARABLE
        )

    @staticmethod
    def _reason(one: Effective) -> str:
        return f"kept no longer than rule {one.rule.name} says"

    def _is_leaf(self, one: Effective) -> bool:
        """Whether nothing refers to its rows: then one page is planned as the other."""
        beneath = any(edge.owning for edge in self.estate.edges_from[one.ref])
        keeps = any(keep.active for keep in self.estate.datasets[one.ref].keep)
        return one.rule.outcome == "erase" and not self.estate.links_to[one.ref] and not beneath and not keeps

    def spanned(self, one: Effective) -> Step | None:
        """The step for any due row of the rule, where the store can tell by itself which those are; else None.

        Then whole spans of keys are worked off without a row leaving the store. A hold, a condition, a customer, a clock in
        another row, or a table that refers to itself is for Troth to judge row by row.
        """
        template = self._leaf.get(one.name)
        held = self.barred is not None and self.barred.any(one.ref)
        table, dataset = self.estate.table(one.ref), self.estate.datasets[one.ref]
        judged = one.asked(dataset) or one.clock.dataset or (one.active is not None and one.active.dataset)
        itself = any(foreign.target == one.ref.dataset for foreign in table.foreign_keys)
        if template is None or held or judged or itself:
            return None
        return replace(template, rows=(), witness=())

    def _like(self, template: Step, page: Page) -> Plan:
        places = [page.columns.index(name) for name in (*template.key, *template.witness)]
        rows = [tuple(row[at] for at in places) for row in page.rows]
        return Plan("", (replace(template, rows=rows),), (), (), 0)


def decided(datamap: DataMap, one: Effective) -> DataMap:
    """The map as the rule wants it: what it says of its dataset's rows wins over how a request would treat them."""
    dataset = replace(datamap.datasets[one.ref], on_erase_default=one.rule.outcome)
    return replace(datamap, datasets={**datamap.datasets, one.ref: dataset})


def counting(ones: Iterable[Effective]) -> dict[Ref, list[Effective]]:
    """By dataset, the rules that count from a clock in its rows."""
    found: dict[Ref, list[Effective]] = {}
    for one in ones:
        if one.clock.dataset:
            found.setdefault(Ref(one.ref.system, one.clock.dataset), []).append(one)
    return found


def ordered(ones: Iterable[Effective], links: Sequence[Link]) -> list[Effective]:
    """What is owned before what owns it, so that a row that goes finds nothing of it that is due as well."""
    depth: dict[Ref, int] = {}
    chosen = list(ones)
    above = [(link.source, link.target) for link in links if link.means == "OWNED_BY"]
    above += [(link.target, link.source) for link in links if link.means == "OWNS"]
    for _ in range(len({ref for pair in above for ref in pair})):
        moved = False
        for child, parent in above:
            if child != parent and depth.get(child, 0) <= depth.get(parent, 0) < len(above):
                depth[child] = depth.get(parent, 0) + 1
                moved = True
        if not moved:
            break
    return sorted(chosen, key=lambda one: (-depth.get(one.ref, 0), str(one.ref), one.rule.outcome != "erase"))
