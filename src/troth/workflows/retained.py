"""Carries retention out: each batch is frozen and sealed, intended, done and receipted, and what was done is looked at again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troth.datamap.mapwrite import map_hash
from troth.datamap.model import Key, Ref
from troth.datamap.reader import ByValues, Row, Select
from troth.ledger import sealed
from troth.planning.freeze import freeze, thaw_rows
from troth.planning.plan import Batch, Plan, Span, Step, batches
from troth.retention.effective import Effective
from troth.terms.errors import StoreError
from troth.workflows.act import Acting
from troth.workflows.books import Books, Line, new_name
from troth.workflows.house import House
from troth.workflows.retaining import Page, Planned, Retaining

if TYPE_CHECKING:
    from troth.workflows.retain import Retention, Score

KIND = "retention"
AHEAD = 16
"""Whole batches that are cut off and frozen at once, where the store itself picks their rows."""


class Working:
    """One run on its way."""

    def __init__(self, house: House, books: Books, retention: Retention) -> None:
        self.house = house
        self.books = books
        self.retention = retention
        self.acting: Acting | None = None
        self.touched: set[Ref] = set()
        self.number = 0
        self.spanned: set[tuple[str, Ref]] = set()  # done in spans to the end: what is due still is residue

    def work(self) -> str:
        """Every rule in its order, then what an earlier erasure kept until now; returns the state."""
        blocked = False
        self._begun()
        try:
            for one in self.retention.ones:
                blocked = self._rule(one) or blocked
            blocked = self._lapsed() or blocked
        finally:
            self._begun().close()
        return self.end("blocked" if blocked else "done")

    def _rule(self, one: Effective) -> bool:
        """Works one rule off; whether a question stands before it."""
        score = self.retention.score(one)
        if score.due == 0:
            return False
        if self.retention.forbids(one):
            return True
        planner = self.retention.planner(one)
        held = 0
        for page in self.retention.pages(one, planner):
            planner.instructed = self._instructed(one, page)
            planned = planner.planned(page)
            if planned.plan.blocked:
                self.retention.questions += planned.plan.blocked
                return True
            self._act(planned.plan, bool(one.clock.dataset or (one.active and one.active.dataset)))
            score.done += planned.done
            held += planned.held - page.held
            score.kept += planned.kept
            score.restricted += planned.restricted
            score.residue += self._standing(planned, one)
            self._told(one, score)
            if (step := planner.spanned(one)) is not None:
                page.upto = self._spans(one, step, score, page.upto)
        score.held += held
        if planner.spanned(one) is not None:
            self.spanned.add((one.rule.name, one.ref))
        return False

    def _told(self, one: Effective, score: Score) -> None:
        self.house.progress(f"{one.rule.name}: {score.done:,} of {score.due:,} rows of {one.ref}")

    def _spans(self, one: Effective, step: Step, score: Score, after: Row) -> Row:
        """Works off whole batches without fetching a row, from behind `after`; where the last ends. Less than one is left.

        Whether they are gone is asked when everything is counted again.
        """
        retention, system = self.retention, one.ref.system
        most, key = self.house.manners(retention.datamap.systems[system]).keys, retention.estate.key(one.ref)
        due = replace(one.question(retention.estate, retention.at), most=most * AHEAD, every=most)
        while True:
            select = Select(one.ref.dataset, key, replace(due, after=after))
            found = [tuple(row) for chunk in retention.stores[system].rows(select) for row in chunk]
            cut: list[Batch] = []
            for row in found:
                span = Span(replace(due, after=after, upto=row[:-1], most=0, every=0), most)
                cut.append(Batch(len(cut), system, (replace(step, span=span),)))
                after = row[:-1]
            self._done(cut, replan=False, score=score)
            self._told(one, score)
            if len(cut) < AHEAD:
                return after

    def _instructed(self, one: Effective, page: Page) -> dict[str, str]:
        """On whose word the page's rows are worked on."""
        tenant = self.retention.datamap.datasets[one.ref].tenant
        if tenant is None:
            return {}
        at = page.columns.index(tenant)
        names = {str(row[at]) for row in page.rows if row[at] is not None}
        return {name: (one.only or {}).get(name, one.rule.instruction) for name in sorted(names)}

    # -- acting ---------------------------------------------------------------------------------------------------

    def _act(self, plan: Plan, replan: bool) -> None:
        if not plan.steps:
            return
        systems = self.retention.datamap.systems
        cut = batches(plan, {name: self.house.manners(system).keys for name, system in systems.items()})
        self._done(cut, replan)
        self.touched |= {step.ref for step in plan.steps}

    def _done(self, cut: Sequence[Batch], replan: bool, score: Score | None = None) -> None:
        """Freezes the batches, does them, and forgets what was frozen; with `score`, each counts as soon as it is done."""
        from troth.planning.models import FrozenBatch

        if not cut:
            return
        acting = self._begun()
        first = self.number
        self._freeze(acting, cut, replan)
        for number in range(first, self.number):
            acting.act(number)
            if score is not None:
                score.done += sum(step.count for step in cut[number - first].steps)
        FrozenBatch.objects.of(self.books.tenant).filter(run=acting.run).delete()

    def _freeze(self, acting: Acting, cut: Sequence[Batch], replan: bool) -> None:
        """Seals the batches before the first is done; `replan`: what made their rows due stands elsewhere, so it is asked again."""
        from django.db import transaction

        from troth.planning.models import FrozenBatch

        with transaction.atomic():
            row = acting.row()
            row.outcome = {**row.outcome, "replan": replan}
            row.save(update_fields=["outcome"])
            FrozenBatch.objects.bulk_create(
                FrozenBatch(
                    tenant=self.books.tenant, run=acting.run, number=self.number + at, system=batch.system, state="frozen",
                    sealed=sealed.seal(acting.key, freeze(Batch(self.number + at, batch.system, batch.steps)), b"batch"),
                )
                for at, batch in enumerate(cut)
            )  # fmt: skip
        self.number += len(cut)

    def _begun(self) -> Acting:
        if self.acting is None:
            self.acting = Acting(self.house, self.books, begin(self.house, self.books, self.retention))
        return self.acting

    def _standing(self, planned: Planned, one: Effective) -> int:
        """Rows that should be gone and stand there as they were."""
        found = 0
        for step in planned.plan.steps:
            if step.action == "erase" and step.ref == one.ref and step.rows:
                names = (*step.key, *step.witness)
                keys = [row[: len(step.key)] for row in step.rows]
                select = Select(step.ref.dataset, names, ByValues(step.key, keys))
                frozen = set(step.rows)
                rows = self.retention.stores[step.ref.system].rows(select)
                found += sum(tuple(row) in frozen for chunk in rows for row in chunk)
        return found

    # -- what an erasure kept ---------------------------------------------------------------------------------------

    def _lapsed(self) -> bool:
        """Rows that a ground kept for an erasure, and that it keeps no longer: they go as that erasure would have had it."""
        from troth.planning.models import Kept

        blocked = False
        for row in Kept.objects.of(self.books.tenant).filter(until__lt=self.retention.at).order_by("id"):
            blocked = self._release(row) or blocked
        return blocked

    def _release(self, row: Any) -> bool:
        ref = Ref(row.system, row.dataset)
        estate = self.retention.estate
        if ref not in estate.datasets:
            return False
        keys = thaw_rows(sealed.open_sealed(self.books.key(row.run), bytes(row.sealed), b"kept"))
        one = lapsed(ref, row.law, self.retention)
        planner, score = self.retention.planner(one), self.retention.score(one)
        most = self.house.manners(self.retention.datamap.systems[ref.system]).keys
        held = 0
        for at in range(0, len(keys), most):
            page = still_there(planner, one, keys[at : at + most])
            score.due += len(page.rows)
            planned = planner.planned(page)
            if planned.plan.blocked:
                self.retention.questions += planned.plan.blocked
                score.overdue += len(page.rows)
                return True
            self._act(planned.plan, replan=False)
            score.done += planned.done
            held += planned.held
            score.kept += planned.kept
            score.restricted += planned.restricted
            score.residue += self._standing(planned, one)
        score.held += held
        if not held:
            row.delete()
        return False

    # -- the end ----------------------------------------------------------------------------------------------------

    def end(self, state: str) -> str:
        """Counts again, and ends the run with its entry in the ledger."""
        retention = self.retention
        earlier = dict(retention.scores)
        retention.scores = {}
        retention.findings = [f for f in retention.findings if f.id != "retention.R013"]
        retention.count()
        for name, score in earlier.items():
            after = retention.scores.get(name)
            if after is not None:
                score.overdue = max(after.due - score.held, 0)
                score.residue += min(score.overdue, score.done) if name in self.spanned else 0
        retention.scores = earlier
        complete(self, self._begun(), state)
        return state

    def stop(self, fault: StoreError) -> None:
        """A store refused: what was begun is finished by `troth resume`."""
        from django.db import transaction

        acting = self._begun()
        with transaction.atomic():
            row = acting.row()
            row.state = "stopped"
            row.save(update_fields=["state"])
            payload = {"place": fault.place, "message": fault.message}
            self.books.enter(
                [Line("run_stopped", acting.run, payload, {"outcome": "stopped"}, acting.run)],
                self.house.now(),
            )

    def scores(self) -> list[Score]:
        return list(self.retention.scores.values())


def begin(house: House, books: Books, retention: Retention) -> str:
    """Enters that a run begins, on which rules and over how many rows; its name."""
    from django.db import transaction

    from troth.planning.models import Run

    run, datamap = new_name(), retention.datamap
    context = {
        "people": [],
        "secret": sealed.new_key().hex(),
        "explain": [],
        "not_searched": [],
        "questions": [],
    }
    counts = {f"{name} on {ref}": score.due for (name, ref), score in sorted(retention.scores.items())}
    public: dict[str, int | str] = {
        "plan": retention.rules.digest, "map": map_hash(datamap), "rows": sum(counts.values()),
        "datasets": len({ref for _, ref in retention.scores}),
    }  # fmt: skip
    with transaction.atomic():
        keys = books.new_keys([run])
        Run.objects.create(
            tenant=books.tenant, name=run, kind=KIND, state="acting", plan=retention.rules.digest, map=map_hash(datamap), people=0,
            started=house.now(), context=sealed.seal(keys[run], json.dumps(context).encode(), b"context"),
        )  # fmt: skip
        books.enter([Line("retention_begun", run, {"due": counts}, public, run)], house.now(), keys)
    return run


def complete(working: Working, acting: Acting, state: str) -> None:
    """The bytes go too, then the run is over: its last entry says how many rows, and whether anything is overdue."""
    from django.db import transaction

    from troth.planning.models import FrozenBatch
    from troth.workflows.after import settle

    if state == "done":
        acting.context["explain"] = [
            {"action": "erase", "system": ref.system, "dataset": ref.dataset}
            for ref in sorted(working.touched)
        ]
        settle(acting)
    acting.close()
    clean = state == "done" and not any(score.overdue or score.residue for score in working.scores())
    public: dict[str, int | str] = {
        "plan": working.retention.rules.digest, "map": acting.row().map, "rows": sum(score.done for score in working.scores()),
        "datasets": len(working.touched), "outcome": "complete" if clean else "incomplete",
    }  # fmt: skip
    told = {
        f"{name} on {ref}": [score.due, score.done, score.held, score.overdue, score.residue]
        for (name, ref), score in sorted(working.retention.scores.items())
    }
    called = {one.rule.name: working.retention.called(one) for one in working.retention.ones}
    with transaction.atomic():
        FrozenBatch.objects.of(working.books.tenant).filter(run=acting.run).delete()
        row = acting.row()
        row.state, row.finished, row.context, row.outcome = "done", working.house.now(), b"", told
        row.save()
        working.books.enter(
            [Line("retention_completed", acting.run, {"rules": told, "called": called}, public, acting.run)],
            working.house.now(),
        )
        working.books.checkpoint(working.house.now())
    working.books.publish()


def finish(house: House, books: Books, name: str) -> dict[str, Any]:
    """Ends a run that was cut off. A batch that was begun is done again where its rows still witness that they are due."""
    from django.db import transaction

    from troth.planning.models import FrozenBatch

    acting = Acting(house, books, name)
    waiting = FrozenBatch.objects.of(books.tenant).filter(run=name)
    try:
        waiting.filter(state="frozen").delete()  # nothing of these was begun: what they held is due still
        if not acting.row().outcome.get("replan"):
            for row in waiting.filter(state="intended").order_by("number"):
                acting.act(row.number)
        counts = acting.so_far()
    finally:
        acting.close()
    with transaction.atomic():
        run = acting.row()
        run.state, run.finished, run.context = "done", house.now(), b""
        run.save()
        waiting.delete()
        public: dict[str, int | str] = {"plan": run.plan, "map": run.map, "outcome": "resumed"}
        books.enter([Line("retention_completed", name, {}, public, name)], house.now())
        books.checkpoint(house.now())
    books.publish()
    return {"state": "done", **counts}


def lapsed(ref: Ref, law: str, retention: Retention) -> Effective:
    """The rule by which rows go that a law kept for an erasure: as the map treats the dataset."""
    from troth.datamap.reader import Cell
    from troth.retention.claim import still_personal
    from troth.retention.clock import Period
    from troth.retention.rules import Place, Rule

    outcome = retention.datamap.datasets[ref].on_erase_default
    rule = Rule(
        f"kept: {law}", "", (ref,), (), "row_created", Place(""), "legal_obligation", outcome, None, law
    )
    one = Effective(rule, ref, Period(), Cell("", ref.dataset), retention.rules.zone)
    retention.lapsed[rule.name] = one
    retention.refused[one.name] = still_personal(retention.estate, one, retention.all)
    return one


def still_there(planner: Retaining, one: Effective, keys: Sequence[Row]) -> Page:
    """Which of the kept rows stand there still, with what planning needs of them."""
    columns = planner.columns(one)
    known: list[Key] = [tuple(key) for key in keys]
    select = Select(one.ref.dataset, columns, ByValues(planner.estate.key(one.ref), known))
    rows = [tuple(row) for chunk in planner.stores[one.ref.system].rows(select) for row in chunk]
    return Page(one, columns, rows)
