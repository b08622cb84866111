"""What becomes of every row of the closure: erased, anonymised, kept or unlinked, and why; questions where unsure.

A row goes when everybody who owns it goes; a row others own too stays, and what concerns the erased person in it goes.
A row nobody owns is never touched, except that no link to an erased row may dangle (ENGINE properties 1-3, 6, 7).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from troth.datamap.model import Keep, Key, Link, Ref
from troth.datamap.questions import Question
from troth.law.rules import has_lapsed
from troth.planning.barred import Barred, Standing
from troth.planning.closure import NOBODY, Asking, Closure, Holding
from troth.planning.decisions import NONE, Decisions, Unlink
from troth.planning.doubts import instruction, unconfirmed
from troth.planning.estate import Estate
from troth.planning.lapse import last_day
from troth.planning.left import Left
from troth.planning.paths import Paths

UNKNOWN = ("unknown",)


class Decide:
    """Decides from a finished closure; `run` yields questions for rows that refer to what is going to be erased."""

    def __init__(
        self,
        closure: Closure,
        at: date,
        instructed: Mapping[str, str] | None = None,
        stuck: Collection[tuple[Ref, str]] = (),
        barred: Barred | None = None,
        left_to: Mapping[str, str] | None = None,
    ) -> None:
        self.closure = closure
        self.estate: Estate = closure.estate
        self.at = at
        self.instructed = instructed or {}
        self.stuck = stuck  # columns of links that a CHECK of the store does not let be NULL
        self.standing = Standing(closure, barred)
        self.left = Left(closure, left_to or {})  # rows of customers who said no, or nothing
        self.out = Decisions()
        self._guessed: dict[Link, int] = {}  # rows that only a guess says refer to what goes
        self._ruled: dict[Ref, set[Key]] = {}  # shared rows that go because a rule says so

    def run(self) -> Asking:
        self.standing.trace()
        self.left.trace()
        for ref in sorted(self.closure.holdings):
            self._rows(ref)
        yield from self._left_behind()
        yield from self._repair()
        yield from self._standing()
        for (how, _), keys in self.out.unlink.items():
            self.ask_controller(how.ref, keys)
        self._ask_unknown()
        self.ask_unreviewed()

    # -- row by row -----------------------------------------------------------------------------------------------

    def _rows(self, ref: Ref) -> None:
        held = self.closure.holdings[ref]
        owned = {key for key, own in held.own.items() if own}
        theirs = {*owned, *(key for key, access in held.access.items() if access)}
        self.ask_controller(ref, theirs)
        left = self.left.stay(self.out, ref, theirs)
        shared = self.closure.shared.get(ref, set()) & owned - left
        mine = owned - shared - left
        self._go(ref, mine)
        for key in shared & set(self.closure.seeds.get(ref, ())):
            self._clear(ref, key, self._clearable(ref))
        self._rules(ref, (theirs - mine) - left)

    def _go(self, ref: Ref, keys: set[Key]) -> None:
        """The rows go, but for what a ground keeps and for accounting, which is anonymised and never erased."""
        keys = keys - self.left.stay(self.out, ref, keys)
        active = [keep for keep in self.estate.datasets[ref].keep if keep.active]
        if active or self.estate.datasets[ref].on_erase_default == "anonymise":
            for key in keys:
                self._keep_or_clear(ref, key, active)
        elif keys:
            held = self.standing.keys(ref, keys)
            for key in held:
                self._keep_or_clear(ref, key, active)
            if keys - held:
                self.out.erase.setdefault(ref, set()).update(keys - held)

    def _left_behind(self) -> Asking:
        """What belonged to a row that goes by a rule, and to nobody else, goes with it (ENGINE property 7)."""
        frontier, below = self._ruled, dict[Ref, set[Key]]()
        while frontier:
            found: dict[Ref, set[Key]] = {}
            for ref, keys in frontier.items():
                for edge in self.estate.edges_from[ref]:
                    if edge.owning:
                        if asks := self.closure.following(edge, keys):
                            answers = yield asks
                            for ask, answer in zip(asks, answers, strict=True):
                                self.closure.take(ask, answer)
                        gone = self.out.erase.get(edge.target, set()) | below.setdefault(edge.target, set())
                        found.setdefault(edge.target, set()).update(
                            set(self.closure.below(edge, keys)) - gone
                        )
            frontier = {ref: keys for ref, keys in found.items() if keys}
            for ref, keys in frontier.items():
                below[ref] |= keys
        if any(below.values()):
            self.left.trace()
            yield from self.closure.outside(below)
            theirs = self.closure.theirs(self.out.erase)
            for ref, keys in below.items():
                owned = {key for key in keys if self.closure.holding(ref).own.get(key)}
                owned |= keys & self.closure.shared.get(ref, set())  # what nobody ever owned is not touched
                self._go(ref, owned - theirs.get(ref, set()))

    def _clearable(self, ref: Ref) -> frozenset[str]:
        """Personal columns that are no link, those the map says how to make coarser that are no link to a person's row; no key.

        Links are unlinked, keys address the row.
        """
        links = [one for one in self.estate.links_from[ref] if not one.is_guess and one.means != "SAME_AS"]
        ends = {column for link in links for column in link.columns}
        owned = {c for link in links if link.target in self.estate.ownable for c in link.columns}
        fields, there = self.estate.datasets[ref].fields.values(), self.estate.table(ref).by_name
        coarser = frozenset(
            field.name for field in fields if field.strategy is not None and field.name in there
        )
        return ((coarser - owned) | (set(self.estate.personal(ref)) - ends)) - set(self.estate.key(ref))

    def _clear(self, ref: Ref, key: Key, columns: Iterable[str]) -> None:
        rows, held = self.out.clear.setdefault(ref, {}), self._bar(ref, key)
        rows[key] = rows.get(key, frozenset()) | (frozenset(columns) - held)

    def _bar(self, ref: Ref, key: Key) -> frozenset[str]:
        """The columns of the row that holds keep, and says so."""
        if held := self.standing.columns(ref, key):
            needed = self.out.needed.setdefault(ref, {})
            needed[key] = needed.get(key, NONE) | held
            for keep in self.standing.kept(ref, key):
                self.out.kept.setdefault((ref, keep, None), set()).add(key)
        return held

    def _keep_or_clear(self, ref: Ref, key: Key, active: list[Keep]) -> None:
        row = self.closure.holdings[ref].as_dict(key)
        needed = set(self._bar(ref, key))
        for keep in active:
            until = last_day(keep, row)
            if until is None or not has_lapsed(until, self.at):
                needed.update(keep.columns)
                self.out.kept.setdefault((ref, keep, until), set()).add(key)
        if not needed and self.estate.datasets[ref].on_erase_default == "erase":
            self.out.erase.setdefault(ref, set()).add(key)
        elif not needed.issuperset(self.estate.table(ref).by_name):
            self._clear(ref, key, self._clearable(ref) - needed)
        if needed:
            self.out.needed.setdefault(ref, {})[key] = frozenset(needed)

    def _rules(self, ref: Ref, keys: Iterable[Key]) -> None:
        dataset = self.estate.datasets[ref]
        if not dataset.on_erase:
            return
        for key in keys:
            for rule in dataset.on_erase:
                edges = [edge for edge in self.estate.edges_to[ref] if edge.name == rule.link]
                if not any(self.closure.reached_over(edge, key) for edge in edges):
                    continue
                if rule.whole_row:
                    self._go(ref, {key})
                    self._ruled.setdefault(ref, set()).add(key)
                else:
                    self._clear(ref, key, rule.columns)

    # -- no dangling links ------------------------------------------------------------------------------------------

    def _repair(self) -> Asking:
        """Unlinks every surviving row from what is erased, or lets the erased row survive without its content."""
        settled = False
        while not settled:
            settled = True
            self.out.unlink.clear()
            self._guessed.clear()
            self.out.create.clear()
            for ref in list(self.out.erase):
                for link in self.estate.links_to[ref]:
                    if ref in self.out.erase:
                        yield from self._fetch_referrers(ref, link)
                        settled = self._unlink(ref, link) and settled

    def _fetch_referrers(self, ref: Ref, link: Link) -> Asking:
        values = self._values(ref, link)
        if asks := self.closure.wanted(link.source, link.columns, values):
            answers = yield asks
            for ask, answer in zip(asks, answers, strict=True):
                self.closure.take(ask, answer)

    def _values(self, ref: Ref, link: Link) -> list[Key]:
        keys = self.out.erase[ref]
        if link.target_columns == self.estate.key(ref) and self.estate.alike(link):
            return list(keys)
        held = self.closure.holdings[ref]
        get = self.closure.across(ref, link.target_columns, link.source, link.columns)
        return [get(held.rows[key]) for key in keys]

    def _survivors(self, ref: Ref, link: Link, source: Holding) -> set[Key]:
        """The rows that stay and name over this link what is erased of `ref`."""
        erased = self.out.erase.get(link.source, set())
        named = {key for value in self._values(ref, link) for key in source.at(link.columns, value)} - erased
        return {key for key in named if link.condition is None or link.condition.holds(source.as_dict(key))}

    def _unlink(self, ref: Ref, link: Link) -> bool:
        """Records how each surviving referrer lets go; False when a row moved from erased to surviving instead."""
        source = self.closure.holdings.get(link.source)
        if source is None:
            return True
        survivors = self._survivors(ref, link, source)
        needed, sure = self.out.needed.get(link.source, {}), not link.is_guess and link.means != "SAME_AS"
        held = self.standing.columns
        barred = {key for key in survivors if not held(link.source, key).isdisjoint(link.columns)}
        if barred and sure:
            return not self._hold(ref, link, barred, barred=True)
        survivors -= barred
        left = set() if link.is_guess else self.left.among(link.source, survivors).keys()
        if left and sure and self.left.binds(link):
            return not self._hold(ref, link, set(left), left=True)
        survivors -= left  # the customer's own value, which no store asks us to keep ours for
        bound = {key for key in survivors if not needed.get(key, NONE).isdisjoint(link.columns)}
        if bound and link.declared:
            return not self._hold(ref, link, bound)  # what a law keeps must go on naming its row
        survivors -= bound  # a value a law keeps; no store asks that the row it named still stands
        if not sure:
            gone = self.out.clear.get(link.source, {})
            survivors = {key for key in survivors if not gone.get(key, NONE).issuperset(link.columns)}
        if link.is_guess:
            self._guessed[link] = len(survivors)
            return True
        return self._cut(ref, link, survivors)

    def _cut(self, ref: Ref, link: Link, survivors: set[Key]) -> bool:
        """The same for rows that may let go."""
        how = self.how(link) if survivors else None
        if how is None:
            return not (survivors and self._hold(ref, link, survivors))
        self.out.unlink.setdefault((how, link), set()).update(survivors)
        if how.nobody is not None:
            self._create(how.nobody)
        return True

    def how(self, link: Link) -> Unlink | None:
        """NULL where the link's own columns may hold it, else the target's pseudo-subject, else None."""
        table, key = self.estate.table(link.source), self.estate.key(link.source)
        writable = [c for c in link.columns if not table.by_name[c].generated and c not in key]
        free = [c for c in writable if table.by_name[c].nullable and (link.source, c) not in self.stuck]
        nullable = tuple(c for c in free if not self._needed(link, c))
        if nullable:
            return Unlink(link.source, nullable, None)
        nobody = self.estate.datasets[link.target].nobody
        if (
            nobody is not None
            and len(writable) == len(link.columns)
            and set(link.target_columns) <= set(nobody)
        ):
            return Unlink(link.source, link.columns, link.target)
        return None

    def _needed(self, link: Link, column: str) -> bool:
        """Whether another, surviving link also uses the column (composite keys that overlap)."""
        return any(
            column in other.columns
            and set(other.columns) != set(link.columns)
            and other.target != link.target
            for other in self.estate.links_from[link.source]
        )

    def _hold(
        self, ref: Ref, link: Link, survivors: set[Key], barred: bool = False, left: bool = False
    ) -> bool:
        """The referrers cannot let go: the rows they refer to stay, emptied, or a person must decide."""
        source, held = self.closure.holdings[link.source], self.closure.holdings[ref]
        theirs = {key for key in survivors if source.own.get(key, NOBODY)}
        if theirs != survivors and not (barred or left):
            self.out.questions.append(
                Question(
                    id="plan.Q001",
                    place=f"{link.source} ({link.name})",
                    text=f"{len(survivors - theirs)} rows that stay must refer to rows of {ref}, which stay too, emptied",
                    remedy="If the people behind those rows share it, write `means: OWNS` for this link; otherwise let the link be NULL, "
                    f"or decide `erase: anonymise` for {ref.dataset}.",
                    weight=90,
                    blocking=link.source
                    not in self.estate.ownable,  # emptying would hurt a thing, not a person's row
                )
            )
        get = self.closure.across(link.source, link.columns, ref, link.target_columns)
        moved = False
        for below, value in [(key, get(source.rows[key])) for key in survivors]:
            for key in [k for k in held.at(link.target_columns, value) if k in self.out.erase[ref]]:
                self.out.erase[ref].discard(key)
                for node in self.standing.refer(link, below, (ref, key)) if barred else ():
                    self.out.erase.get(node[0], set()).discard(node[1])
                    self._go(node[0], {node[1]})
                if left:
                    self.left.named(self.out, link, below, (ref, key))
                self.out.held_by.setdefault(ref, {})[key] = str(link.source)
                self._clear(ref, key, self._clearable(ref) - self.out.needed.get(ref, {}).get(key, NONE))
                moved = True
        if not self.out.erase[ref]:
            del self.out.erase[ref]
            return True
        return moved

    def let_go(self, going: Mapping[Link, set[Key]]) -> Asking:
        """Rows that stay let go of whom they name, though that row stays too; whoever stands for nobody is made."""
        for link, keys in going.items():
            if keys and (how := self.how(link)) is not None:
                self.out.unlink.setdefault((how, link), set()).update(keys)
                if how.nobody is not None:
                    self._create(how.nobody)
        yield from self._standing()

    def _create(self, ref: Ref) -> None:
        """The pseudo-subject must exist, and so must those its own mandatory links refer to."""
        if ref in self.out.create:
            return
        self.out.create.add(ref)
        table = self.estate.table(ref)
        for link in self.estate.links_from[ref]:
            mandatory = all(not table.by_name[c].nullable for c in link.columns)
            if mandatory and link.target in self.estate.ownable and self.estate.datasets[link.target].nobody:
                self._create(link.target)

    def _standing(self) -> Asking:
        """A pseudo-subject that is there already is not made."""
        asks = []
        for ref in sorted(self.out.create):
            if (nobody := self.closure.nobody(ref)) is not None:
                asks += self.closure.wanted(ref, self.estate.key(ref), [nobody])
        answers = (yield asks) if asks else []
        for ask, answer in zip(asks, answers, strict=True):
            self.closure.take(ask, answer)
        there = {ref for ref in self.out.create if self.closure.nobody(ref) in self.closure.holding(ref).rows}
        self.out.create -= there

    # -- what a person must decide ------------------------------------------------------------------------------------

    def ask_controller(self, ref: Ref, keys: set[Key]) -> None:
        """A processor acts only on documented instructions (GDPR Art. 28(3)(a))."""
        tenant = self.estate.datasets[ref].tenant
        if tenant is None or not keys:
            return
        held = self.closure.holdings[ref]
        tenants = {str(held.value(key, (tenant,))[0]) for key in keys} - {
            *self.instructed,
            *self.left.to,
            "None",
        }
        self.out.questions += [instruction(ref, name) for name in sorted(tenants)]

    def _ask_unknown(self) -> None:
        """A row that stays must not keep a column nobody has classified."""
        for ref, rows in sorted(self.out.clear.items()):
            owned = self.closure.holdings[ref].own
            if not any(owned.get(key) and key not in self.closure.shared.get(ref, ()) for key in rows):
                continue
            ends = {column for link in self.estate.links_from[ref] for column in link.columns} | set(
                self.estate.key(ref)
            )
            unmapped = self.estate.unmapped(ref)
            columns = [
                c for c in (*self.estate.datasets[ref].columns_of(*UNKNOWN), *unmapped) if c not in ends
            ]
            if columns:
                self.out.questions.append(
                    Question(
                        id="plan.Q003",
                        place=str(ref),
                        text=f"rows of {ref} stay, and nobody has said what these columns hold: {', '.join(columns)}",
                        remedy="Give each a category in the map (`none` if it says nothing about a person).",
                        weight=80,
                        blocking=True,
                    )
                )

    def ask_unreviewed(self) -> None:
        """Rows that only a guessed link makes theirs, or would cut off, are nobody's to touch yet (default to refusing)."""
        guesses = [edge for edges in self.estate.edges_to.values() for edge in edges if edge.link.is_guess]
        if any(edge.target in self.closure.holdings for edge in guesses):
            guessed = Paths(self.closure).guessed
            for edge in guesses:
                rows = sum(bool(self.closure.reached_over(edge, key)) for key in guessed.get(edge.target, ()))
                if rows:
                    text = f"{rows} rows are reached only over a link to {edge.link.target} that nobody has confirmed"
                    self.out.questions.append(unconfirmed(edge.link, text))
        for link, rows in self._guessed.items():
            if rows:
                text = f"{rows} rows that stay refer to rows of {link.target} that go, if a link that nobody has confirmed is right"
                self.out.questions.append(unconfirmed(link, text))
