"""The never-there proof: an invented person is put into one of two clones, erased by the real engine, and must leave nothing.

Only clones are written. Whatever differs between the two afterwards is listed, with the ground that the plan gave for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from typing import Any

from troth.datamap.categories import CATEGORIES
from troth.datamap.model import Key, Ref
from troth.datamap.reader import Everything, Reader, Row, Select
from troth.evidence.compare import differences
from troth.evidence.ground import Ground
from troth.evidence.never import WHOLE, Account, Verdict, unfound
from troth.evidence.planting import Planter, Planting
from troth.evidence.stranger import Stranger
from troth.planning.plan import Plan
from troth.terms.canonical import canonical
from troth.terms.errors import StoreError, UsageError
from troth.workflows.erase import Request, erase, inquire, planned, question_told
from troth.workflows.house import House
from troth.workflows.staging import Stage, staged

Told = dict[str, Any]
NEVER, LEFT = "never there", "left behind"
_COMPARED = ("table", "materialized", "virtual")


def prove(
    house: House,
    urls: Sequence[str] = (),
    scratch: Sequence[str] = (),
    exempt: Sequence[str] = (),
    accepted: Sequence[str] = (),
) -> Told:
    """The verdict and what it rests on; `blocked` is true where questions stand before the erasure, and nothing is proved."""
    with staged(house, urls, scratch) as (met, never):
        return Proof(house, met, never, exempt, frozenset(accepted)).run()


class Proof:
    """One proof on two stages."""

    def __init__(
        self, house: House, met: Stage, never: Stage, exempt: Sequence[str], accepted: frozenset[str]
    ) -> None:
        self.house, self.met, self.never, self.accepted = house, met, never, accepted
        self.datamap = house.map()
        self.stranger = Stranger(secrets.token_hex(8), house.now().date())
        self.named = exempt

    def run(self) -> Told:
        for stage in (self.met, self.never):
            for twin in stage.twins.values():
                twin.refresh()
        planting = self._planted()
        for twin in self.met.twins.values():
            twin.refresh()
        request = self._request(planting)
        plan, account, missed = self._expected(request, planting)
        if plan.blocked:
            return self._told(None, planting, missed, plan)
        self.house.progress("erasing the invented person with the real engine")
        told = erase(self.met, request, plan.hash)
        if told["state"] == "stopped":
            stopped = told["stopped"]
            raise StoreError(
                f"the erasure stopped half-way in the clone: {stopped['message']}",
                permanent=True,
                place=stopped["place"],
                remedy="Nothing but the clone was changed.",
            )
        verdict = self._compared(planting, account)
        return self._told(verdict, planting, missed, plan)

    # -- planting ---------------------------------------------------------------------------------------------------------

    def _planted(self) -> Planting:
        with self.met.opened(self.datamap) as stores:
            estate = inquire(self.met, stores, Request(())).look()
            self.ground = Ground(estate)
            self._exempted = self._exempt(self.named)

            def read(ref: Ref, columns: Sequence[str], most: int) -> Sequence[Row]:
                chunks = stores[ref.system].rows(Select(ref.dataset, tuple(columns), Everything()))
                return list(islice((row for chunk in chunks for row in chunk), most))

            self.house.progress("planting an invented person")
            planter = Planter(self.ground, self.met.twins, self.never.twins, read, self.stranger)
            planting = planter.run()
        if not any(one.role == "own" and one.ref in self.ground.subjects for one in planting.rows):
            reasons = "; ".join(f"{ref}: {reason}" for ref, _, reason in planting.not_tried[:3])
            raise UsageError(
                f"nobody could be planted, so that nothing would be proved ({reasons or 'no dataset of people'})",
                place=str(self.house.map_path),
                remedy="Say in the map which datasets are people (`subject`).",
            )
        return planting

    def _exempt(self, named: Sequence[str]) -> frozenset[tuple[Ref, str]]:
        """`system.dataset.column`, or `system.dataset.*`; raises UsageError for what is not there."""
        found = set()
        for text in named:
            place, _, column = text.rpartition(".")
            system, _, dataset = place.partition(".")
            ref = Ref(system, dataset)
            table = self.ground.tables.get(ref)
            if table is None or (column != WHOLE and column not in table.by_name):
                raise UsageError(
                    "there is no such column", place=text, remedy="Write --exempt system.dataset.column."
                )
            found |= {(ref, name) for name in ((*table.by_name, WHOLE) if column == WHOLE else (column,))}
        return frozenset(found)

    def _request(self, planting: Planting) -> Request:
        """Every identifier that stands in a row of theirs, as they would give it, and an instruction of each customer concerned."""
        ids: dict[str, None] = {}
        instructed: dict[str, str] = {}
        for one in planting.rows:
            dataset = self.datamap.datasets.get(one.ref)
            if dataset is None or one.role != "own":
                continue
            if dataset.tenant and one.cells.get(dataset.tenant) is not None:
                instructed[str(one.cells[dataset.tenant])] = "the never-there proof"
            for name, field in dataset.fields.items() if dataset.subject else ():
                value = one.cells.get(name)
                if (
                    name in one.mine
                    and CATEGORIES[field.category].unique
                    and self._theirs(field.category, value)
                ):
                    ids[f"{field.category}={value}"] = None
        if not ids:
            raise UsageError(
                "no identifier of the invented person could be planted, so that nobody could be asked for",
                place=str(self.house.map_path),
                remedy="Say in the map which columns of people identify them (email, phone, customer_no, …).",
            )
        return Request(tuple(ids), None, instructed, self.accepted)

    def _theirs(self, category: str, value: object) -> bool:
        """Whether a planted value is read as the stranger's: a number cut to fit its column may be read as another."""
        kind, whose = CATEGORIES[category].kind, self.stranger
        said = {"email": whose.email, "phone": whose.phone, "national_id": whose.cpr}.get(kind)
        read = canonical(kind, value, self.datamap.region)
        return read is not None and (said is None or read == canonical(kind, said, self.datamap.region))

    # -- what is expected -------------------------------------------------------------------------------------------------

    def _expected(self, request: Request, planting: Planting) -> tuple[Plan, Account, list[Told]]:
        """The plan, what it lets stay, and what of the planted rows was not found."""
        with self.met.opened(self.datamap) as stores:
            inquiry = inquire(self.met, stores, request, acting=True)
            plan = planned(self.met, inquiry, request)
            account = Account()
            account.add(plan)
            holdings, copies = inquiry.closure.holdings, inquiry.found_copies
            for ref, held in holdings.items():
                shared = inquiry.closure.shared.get(ref, ())
                account.share(ref, shared, "others own it too")
                seen = [key for key in held.access if held.access[key] and not held.own.get(key)]
                account.share(ref, seen, "somebody else owns it")

            def theirs(ref: Ref, key: Key) -> bool:
                held = holdings.get(ref)
                return held is not None and bool(held.own.get(key) or held.access.get(key))

            def named(ref: Ref, key: Key) -> bool:
                return key in copies.exact.get(ref, {}) or key in copies.inside.get(ref, {})

            missed = unfound(planting, theirs, named)
        told = [
            {"system": ref.system, "dataset": ref.dataset, "column": column, "rows": rows}
            for (ref, column), rows in sorted(missed.items())
        ]
        return plan, account, told

    # -- what is left -----------------------------------------------------------------------------------------------------

    def _compared(self, planting: Planting, account: Account) -> Verdict:
        verdict = Verdict(self.ground, self.stranger, planting, account, self._exempted)
        secret = secrets.token_bytes(16)
        self.compared, self.rows = 0, 0
        with ExitStack() as held:
            ours = held.enter_context(self.met.opened(self.datamap))
            theirs = held.enter_context(self.never.opened(self.datamap))
            for system, store in sorted(ours.items()):
                for table in store.reflect().tables.values():
                    ref = Ref(system, table.name)
                    if table.kind not in _COMPARED or not table.columns:
                        continue
                    self.house.progress(f"comparing {ref}")
                    key = self.ground.key(ref) if ref in self.ground.tables else ()
                    names = tuple(dict.fromkeys([*key, *table.by_name]))
                    places = [names.index(name) for name in key]
                    both = (self._reading(store, ref, names), self._reading(theirs[system], ref, names))
                    for found in differences(*both, places, secret):
                        verdict.add(ref, names, found)
                    self.compared += 1
                    words = self.met.twins[system].indexed(table.name, self.stranger.word)
                    if words:
                        verdict.left[ref, WHOLE, None] += words
        verdict.finish()
        return verdict

    def _reading(self, store: Reader, ref: Ref, names: tuple[str, ...]) -> Any:
        """Reads a whole table, as often as it is asked to, saying how far it is."""

        def chunks() -> Iterator[Sequence[Row]]:
            rows = 0
            for chunk in store.rows(Select(ref.dataset, names, Everything())):
                rows += len(chunk)
                self.house.progress(f"comparing {ref}: {rows:,} rows")
                yield chunk

        return chunks

    # -- told -------------------------------------------------------------------------------------------------------------

    def _told(self, verdict: Verdict | None, planting: Planting, missed: list[Told], plan: Plan) -> Told:
        clean = verdict is not None and verdict.clean and not missed
        roles = [one.role for one in planting.rows]
        return {
            "verdict": NEVER if clean else LEFT,
            **(verdict.told() if verdict else {"left": [], "exempt": []}),
            "not_found": missed,
            "not_tried": [
                {"system": ref.system, "dataset": ref.dataset, "column": column, "reason": reason}
                for ref, column, reason in planting.not_tried
            ],
            "planted": {
                "datasets": len({one.ref for one in planting.rows}), "rows": len(roles), "own": roles.count("own"),
                "shared": roles.count("shared"), "beside": roles.count("beside"), "mentions": len(planting.mentions),
            },
            "compared": self.compared if verdict else 0,
            "questions": [question_told(question) for question in plan.questions],
            "blocked": bool(plan.blocked),
        }  # fmt: skip
