"""Puts decisions into a plan: steps in an order no foreign key can fail, each with its frozen rows and its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from troth.datamap.model import Key, Ref
from troth.datamap.questions import Question
from troth.datamap.reader import Row
from troth.law.rules import cited
from troth.planning import objections
from troth.planning.barred import HeldBy
from troth.planning.closure import NOBODY, Closure
from troth.planning.copies import Copies
from troth.planning.decisions import Decisions
from troth.planning.doubts import unfitting
from troth.planning.estate import Estate
from troth.planning.left import LeftTo
from troth.planning.neutral import candidates
from troth.planning.order import Order, order
from troth.planning.plan import NULL, REDACT, Action, New, Plan, Step
from troth.planning.sqltext import Dialect

Choices = Mapping[tuple[Ref, str], int]
"""Which neutral value to try for a column, by its place among the candidates; raised when a CHECK refuses one."""


@dataclass
class Assemble:
    """Builds the plan. `dialects` names each system's store kind, for reading trigger bodies."""

    closure: Closure
    decisions: Decisions
    copies: Copies
    map_hash: str
    dialects: Mapping[str, Dialect]
    choices: Choices = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def plan(
        self, people: int, questions: Iterable[Question], not_searched: Iterable[tuple[str, str]]
    ) -> Plan:
        """The plan; the steps of people's own rows come last."""
        self.estate: Estate = self.closure.estate
        ordered = order(self.estate, self.decisions.erase)
        self.questions += objections.knots(ordered)
        self._creates()
        self._cuts(ordered)
        self._clears()  # before the links go: they witness that the row is still theirs
        self._unlinks()
        self._redactions()
        self._keeps()
        self._erasures(ordered)
        self._refreshes()
        self.questions += objections.triggers(self.estate, self.steps, self.dialects)
        systems = {ref.system: at for at, ref in enumerate(reversed(list(self.estate.datasets)))}
        steps = sorted(self.steps, key=lambda step: (step.identity, systems[step.ref.system]))
        asked = [*questions, *self.decisions.questions, *self.copies.questions, *self.questions]
        asked = sorted(dict.fromkeys(asked), key=lambda q: (not q.blocking, -q.weight, q.id, q.place))
        return Plan(self.map_hash, tuple(steps), tuple(asked), tuple(not_searched), people)

    # -- steps ---------------------------------------------------------------------------------------------------

    def _step(
        self,
        ref: Ref,
        action: Action,
        keys: Collection[Key],
        columns: tuple[str, ...] = (),
        values: tuple[New, ...] = (),
        reason: str = "",
        witness: tuple[str, ...] | None = None,
        law: str = "",
        until: date | None = None,
        identity: bool = False,
        whole: bool = False,
        together: str = "",
        hold: str = "",
        customer: str = "",
        ground: str = "",
    ) -> None:
        if not keys or self.estate.derived(ref):
            return
        held = self.closure.holding(ref)
        witness = self._witness(ref) if witness is None else witness
        if witness:
            get = held.getter(witness)
            rows: list[Row] = [(*key, *get(held.rows[key])) for key in keys]
        else:
            rows = list(keys)
        rows = _in_order(rows)
        key = self.estate.key(ref)
        self.steps.append(
            Step(
                ref,
                action,
                key,
                witness,
                rows,
                columns,
                values,
                reason,
                law,
                until,
                identity,
                self._count(ref, keys),
                whole,
                together,
                hold,
                customer=customer,
                ground=ground,
            )
        )

    def _witness(self, ref: Ref) -> tuple[str, ...]:
        """What made the row theirs: the links its rights came over, and for people their e-mail address."""
        columns: list[str] = []
        for edge in self.estate.edges_to[ref]:
            if edge.down and edge.owning:
                columns += edge.target_columns
        if self.estate.datasets[ref].subject:
            columns += [
                name
                for name, category in self.estate.identifiers(ref)
                if category in ("email", "national_id")
            ]
        key = self.estate.key(ref)
        return tuple(name for name in dict.fromkeys(columns) if name not in key)

    def _count(self, ref: Ref, keys: Iterable[Key]) -> tuple[tuple[int, int], ...]:
        """Rows by person: those who own or see the row, else those the plan found copies of in it."""
        held, found = self.closure.holding(ref), self.copies.people
        groups = Counter(held.own.get(key) or held.access.get(key) or NOBODY for key in keys)
        count: Counter[int] = Counter()
        for people, rows in groups.items():
            count.update(dict.fromkeys(people, rows))
        if ref in self.copies.inside or ref in self.copies.exact:
            for key in keys:
                if not held.own.get(key) and not held.access.get(key):
                    count.update(found.get((ref, key), ()))
        return tuple(sorted(count.items()))

    def _creates(self) -> None:
        """Pseudo-subjects, parents before children."""
        for ref in reversed(order(self.estate, self.decisions.create).datasets):
            table, nobody = self.estate.table(ref), self.estate.datasets[ref].nobody
            assert nobody is not None
            columns, values = list(nobody), [New("constant", value) for value in nobody.values()]
            for column in table.columns:
                if (
                    column.name in nobody
                    or column.nullable
                    or column.default is not None
                    or column.generated
                    or column.identity
                ):
                    continue
                columns.append(column.name)
                values.append(self._mandatory(ref, column.name))
            key = tuple(nobody[name] for name in self.estate.key(ref))
            self.steps.append(
                Step(
                    ref,
                    "create",
                    self.estate.key(ref),
                    (),
                    [key],
                    tuple(columns),
                    tuple(values),
                    "the pseudo-subject: identifies nobody",
                )
            )

    def _mandatory(self, ref: Ref, column: str) -> New:
        """What a pseudo-subject holds in a mandatory column: another pseudo-subject, some row of a thing, or a neutral value."""
        for link in self.estate.links_from[ref]:
            if column in link.columns and not link.is_guess and link.means != "SAME_AS":
                end = link.target_columns[link.columns.index(column)]
                other = self.estate.datasets[link.target].nobody
                if other and end in other:
                    return New("constant", other[end])
                staying = link.target not in self.estate.ownable and link.target not in self.decisions.erase
                if link.target.system == ref.system and staying:
                    return New("constant", ("any", link.target.dataset, end))
                self._ask_nobody(ref, column, link.target)
                return NULL
        return self._new(ref, column, once=True)

    def _ask_nobody(self, ref: Ref, column: str, target: Ref) -> None:
        """No row of anybody, and no row of another store, can be the one that nobody refers to."""
        self.questions.append(
            Question(
                id="plan.Q013",
                place=f"{ref}.{column}",
                text=f"the pseudo-subject of {ref.dataset} cannot be made: it must refer to a row of {target}, and none is sure to stay",
                remedy=f"Give {target} a `nobody` too, let the column be NULL, or make the pseudo-subject's row yourself.",
                weight=90,
                blocking=True,
            )
        )

    def _new(self, ref: Ref, column: str, once: bool = False, gone: bool = False) -> New:
        """What a cell becomes; `gone`: nothing of it may stay, whatever the map's strategy."""
        field_ = self.estate.datasets[ref].fields.get(column)
        table = self.estate.table(ref)
        category, erased_value = (field_.category, field_.erased_value) if field_ else ("unknown", None)
        strategy = field_.strategy if field_ and not gone else None
        options = candidates(table, table.by_name[column], category, erased_value, once, strategy)
        at = self.choices.get((ref, column), 0)
        if at < len(options):
            return options[at]
        self.questions.append(unfitting(ref, column))
        return NULL

    def _cuts(self, ordered: Order) -> None:
        for ref, foreign in ordered.cut:
            keys = self.decisions.erase.get(ref, ())
            columns = tuple(
                c
                for c in foreign.columns
                if self.estate.column(ref, c).nullable and c not in self.estate.key(ref)
            )
            held = self.closure.holding(ref)
            get = held.getter(foreign.columns)
            linked = [key for key in keys if None not in get(held.rows[key])]
            if len(keys) > 1 or Ref(ref.system, foreign.target) != ref:
                gone = {*columns, *self._cut_columns.get(ref, ())}  # an emptied column cannot witness
                witness = tuple(c for c in self._witness(ref) if c not in gone)
                self._step(
                    ref,
                    "unlink",
                    linked,
                    columns,
                    (NULL,) * len(columns),
                    "cuts a cycle of references",
                    witness,
                )
                self._cut_columns.setdefault(ref, set()).update(columns)

    def __post_init__(self) -> None:
        self._cut_columns: dict[Ref, set[str]] = {}

    def _unlinks(self) -> None:
        for (how, link), keys in self.decisions.unlink.items():
            if how.nobody is None:
                values: tuple[New, ...] = (NULL,) * len(how.columns)
                reason = f"referred to an erased row of {link.target.dataset}"
            else:
                nobody = self.estate.datasets[how.nobody].nobody or {}
                values = tuple(New("constant", nobody[end]) for end in link.target_columns)
                reason = f"now refers to nobody in {link.target.dataset}"
            self._step(how.ref, "unlink", keys, how.columns, values, reason, witness=self._link_witness(link))

    def _link_witness(self, link: object) -> tuple[str, ...]:
        from troth.datamap.model import Link

        assert isinstance(link, Link)
        key = self.estate.key(link.source)
        return tuple(column for column in link.columns if column not in key)

    def _clears(self) -> None:
        for ref, rows in sorted(self.decisions.clear.items()):
            groups: dict[tuple[frozenset[str], str], list[Key]] = {}
            held_by = self.decisions.held_by.get(ref, {})
            for key, columns in rows.items():
                if key not in self.decisions.erase.get(ref, ()):
                    reason = (
                        f"still referred to by {held_by[key]}"
                        if key in held_by
                        else self._why_cleared(ref, key)
                    )
                    groups.setdefault((columns, reason), []).append(key)
            for (cleared, reason), keys in groups.items():
                names = self.estate.table(ref).by_name
                written = tuple(c for c in names if c in cleared and not names[c].generated)
                if not written and all(key in self.decisions.needed.get(ref, ()) for key in keys):
                    continue  # kept, and nothing beside what is kept
                values = tuple(self._new(ref, column) for column in written)
                identity = bool(set(keys) & set(self.closure.seeds.get(ref, ())))
                # a person's own row is cleared last, when its links are gone: they cannot witness it
                gone = {
                    c for how, _ in self.decisions.unlink if how.ref == ref and identity for c in how.columns
                }
                witness = tuple(c for c in self._witness(ref) if c not in gone)
                self._step(ref, "anonymise", keys, written, values, reason, witness, identity=identity)

    def _why_cleared(self, ref: Ref, key: Key) -> str:
        if key in self.closure.shared.get(ref, ()):
            return "others own it too: what concerns the erased person goes"
        if any(key in keys for (kept, _, _), keys in self.decisions.kept.items() if kept == ref):
            return "not needed by the ground it is kept for"
        if self.estate.datasets[ref].on_erase_default == "anonymise":
            return "accounting: amounts and dates stay, the person goes"
        return "what concerns the erased person goes"

    def _redactions(self) -> None:
        refs = sorted({*self.copies.exact, *self.copies.inside})
        for ref in refs:
            groups: dict[tuple[tuple[str, ...], tuple[New, ...], tuple[str, ...]], list[Key]] = {}
            exact, inside = self.copies.exact.get(ref, {}), self.copies.inside.get(ref, {})
            for key in {*exact, *inside}:
                whole = exact.get(key, set())
                columns = tuple(
                    c for c in self.estate.table(ref).by_name if c in whole or c in inside.get(key, ())
                )
                values = tuple(self._new(ref, c, gone=True) if c in whole else REDACT for c in columns)
                witness = tuple(c for c in columns if c in whole and (ref, key, c) in self.copies.cells)
                groups.setdefault((columns, values, witness), []).append(key)
            for (columns, values, witness), keys in groups.items():
                rows: list[Row] = [(*key, *(self.copies.cells[ref, key, c] for c in witness)) for key in keys]
                count: Counter[int] = Counter(
                    p for key in keys for p in self.copies.people.get((ref, key), ())
                )
                self.steps.append(
                    Step(
                        ref, "redact", self.estate.key(ref), witness, _in_order(rows), columns, values,
                        "holds a copy of the person's identifiers", people=tuple(sorted(count.items())),
                    )
                )  # fmt: skip

    def _keeps(self) -> None:
        for (ref, keep, until), keys in sorted(self.decisions.kept.items(), key=lambda item: repr(item[0])):
            reason = keep.reason or "kept because a law says so"
            self._step(
                ref, "keep", keys, keep.columns, (), reason, witness=(), law=cited(keep.law), until=until,
                hold=keep.hold if isinstance(keep, HeldBy) else "",
                customer=keep.customer if isinstance(keep, LeftTo) else "", ground=keep.law,
            )  # fmt: skip

    def _erasures(self, ordered: Order) -> None:
        for ref in ordered.datasets:
            dataset = self.estate.datasets[ref]
            keys = self.decisions.erase[ref]
            seeds = self.closure.seeds.get(ref, {})
            reason = (
                f"the {dataset.subject}'s own row" if dataset.subject and seeds else "owned by nobody else"
            )
            cut = self._cut_columns.get(ref, set())
            witness = tuple(column for column in self._witness(ref) if column not in cut)
            bound_to = next((group for group in ordered.together if ref in group), (ref,))
            late = any(self.estate.datasets[other].subject for other in bound_to) or any(
                step.identity and Ref(ref.system, foreign.target) == ref
                for step in self.steps
                if step.action == "erase" and step.ref.system == ref.system
                for foreign in self.estate.table(step.ref).foreign_keys
            )
            loose = {foreign.columns for other, foreign in ordered.cut if other == ref}
            bound = [
                foreign for foreign in self.estate.table(ref).foreign_keys if foreign.target == ref.dataset
            ]
            whole = any(foreign.columns not in loose for foreign in bound)
            self._step(
                ref, "erase", keys, reason=reason, witness=witness, identity=late, whole=whole,
                together=", ".join(map(str, bound_to[1:] and bound_to)),
            )  # fmt: skip

    def _refreshes(self) -> None:
        touched = {(step.ref.system, step.ref.dataset) for step in self.steps}
        for ref in sorted(self.estate.datasets):
            table = self.estate.table(ref)
            if table.kind in ("materialized", "virtual") and any(
                (ref.system, name) in touched for name in table.reads
            ):
                self.steps.append(
                    Step(
                        ref, "refresh", (), (), [], reason="a copy made from rows that changed", identity=True
                    )
                )


def _in_order(rows: Iterable[Row]) -> list[Row]:
    """The rows in an order that nothing but the rows decides; keys of one type compare as they are."""
    try:
        return sorted(rows)
    except TypeError:
        return sorted(rows, key=_sortable)


def _sortable(row: Row) -> tuple[tuple[str, object], ...]:
    return tuple(
        (type(part).__name__, part if isinstance(part, int | str | float | bytes) else repr(part))
        for part in row
    )
