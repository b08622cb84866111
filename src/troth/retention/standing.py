"""Rows that an erasure empties and that are still personal are never called anonymised (ENGINE property 22).

This is told from the map and the plan alone, without a look at the data: what stays of a row is known before it is touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from troth.datamap.model import Key, Link, Ref
from troth.datamap.questions import Question
from troth.datamap.strategies import is_coarse
from troth.planning.closure import Closure
from troth.planning.decisions import NONE, Decisions
from troth.planning.plan import Left, Plan, Step
from troth.retention.watch import part_of

QUESTION = "plan.Q023"


def judged(plan: Plan, closure: Closure, decisions: Decisions) -> Plan:
    """The plan whose steps say what may be said of the rows they leave, with a question where nobody has decided."""
    standing = _Standing(closure, decisions)
    found = [standing.of(step) if step.action == "anonymise" else {} for step in plan.steps]
    naming = [step for step in plan.steps if step.action in ("anonymise", "keep")]
    named = {target for step in naming for target in standing.named(step)}
    barely = {target for step in naming for target in standing.named(step, bare=True)}
    steps, questions = [], []
    for step, reasons in zip(plan.steps, found, strict=True):
        if step.action == "anonymise" and step.ref in named and standing.owned(step):
            reasons[NAMED] = step.key
        if not reasons:
            steps.append(step)
            continue
        grounded = standing.grounded(step, reasons, barely)
        steps.append(replace(step, left=standing.word(step.ref), grounded=grounded))
        if standing.word(step.ref) == "minimise":
            settled = {KEPT, NAMED} if grounded else {KEPT}  # what a ground keeps there is nobody's to answer
            questions += [
                _asked(step, why, columns) for why, columns in reasons.items() if why not in settled
            ]
    asked = dict.fromkeys((*plan.questions, *questions))
    return replace(plan, steps=tuple(steps), questions=tuple(asked))


KEPT = "a ground keeps what is personal"
COARSE = "an identifier or text made coarser is still one"
GROUPED = "a surviving key groups one person's rows"
NAMED = "rows that stay still name it"


class _Standing:
    def __init__(self, closure: Closure, decisions: Decisions) -> None:
        self.closure, self.estate, self.decisions = closure, closure.estate, decisions

    def word(self, ref: Ref) -> Left:
        """Still personal is pseudonymised only where an officer has said so in writing."""
        return "pseudonymise" if self.estate.datasets[ref].anonymised else "minimise"

    def of(self, step: Step) -> dict[str, tuple[str, ...]]:
        """Why the step's rows are still the person's, with the columns."""
        keys = self.owned(step)
        reasons: dict[str, tuple[str, ...]] = {}
        if not keys:
            return reasons
        fields = self.estate.datasets[step.ref].fields
        needed = {column for key in keys for column in self.decisions.needed.get(step.ref, {}).get(key, NONE)}
        if personal := tuple(sorted(needed & self._telling(step.ref))):
            reasons[KEPT] = personal
        coarse = tuple(
            name
            for name in step.columns
            if is_coarse(fields[name].strategy) and part_of(fields[name].category) in ("identifier", "prose")
        )
        if coarse:
            reasons[COARSE] = coarse
        if links := self._left(step):
            reasons[GROUPED] = tuple(c for link in links for c in link.columns)
        return reasons

    def grounded(self, step: Step, reasons: Collection[str], barely: Collection[Ref]) -> bool:
        """Whether nothing but a ground makes the rows still the person's; `barely` are the datasets named without one."""
        return not (
            COARSE in reasons
            or (GROUPED in reasons and self._left(step, bare=True))
            or (NAMED in reasons and step.ref in barely)
        )

    def named(self, step: Step, bare: bool = False) -> set[Ref]:
        """The datasets of the person's own rows that the step's rows go on naming; `bare`: rows of which no ground keeps anything."""
        return {link.target for link in self._left(step, bare)}

    def _left(self, step: Step, bare: bool = False) -> list[Link]:
        keys, links = self.owned(step), list(self._links(step))
        if bare and links:
            telling, needed = self._telling(step.ref), self.decisions.needed.get(step.ref, {})
            keys = [key for key in keys if telling.isdisjoint(needed.get(key, NONE))]
        return [link for link in links if any(self._stays(link, key) for key in keys)]

    def owned(self, step: Step) -> list[Key]:
        """The step's rows that are the person's alone; of what others own too, only the person's part goes."""
        width, shared = len(step.key), self.closure.shared.get(step.ref, ())
        own = self.closure.holding(step.ref).own
        return [key for row in step.rows if (key := tuple(row[:width])) not in shared and own.get(key)]

    def _telling(self, ref: Ref) -> set[str]:
        """Personal columns, and links to people: what a ground keeps of them still says whose the row is."""
        links = {
            c
            for link in self.estate.links_from[ref]
            if self.estate.datasets[link.target].subject
            for c in link.columns
        }
        return links | set(self.estate.personal(ref))

    def _links(self, step: Step) -> Iterator[Link]:
        for link in self.estate.links_from[step.ref]:
            cleared = step.action == "anonymise" and set(link.columns) <= set(step.columns)
            if (
                not cleared
                and not link.is_guess
                and self.estate.datasets[link.target].subject
                and link.target != step.ref
            ):
                yield link

    def _stays(self, link: Link, key: Key) -> bool:
        """Whether the row goes on naming a row of the erased person, emptied or not."""
        held, source = self.closure.holding(link.target), self.closure.holding(link.source)
        for (how, cut), keys in self.decisions.unlink.items():
            if (
                how.ref == link.source
                and key in keys
                and (cut == link or set(how.columns) & set(link.columns))
            ):
                return False
        if link.condition is not None and not link.condition.holds(source.as_dict(key)):
            return False
        value = self.closure.across(link.source, link.columns, link.target, link.target_columns)(
            source.rows[key]
        )
        left = self.decisions.clear.get(link.target, {})
        return any(other in left for other in held.at(link.target_columns, value))


def _asked(step: Step, why: str, columns: tuple[str, ...]) -> Question:
    return Question(
        id=QUESTION, place=str(step.ref), text=f"{len(step.rows)} rows stay and are still personal: {why} ({', '.join(columns)})",
        remedy="Let the key be NULL or `nobody`, erase the rows, or write the officer's decision: `anonymised:` in the map.",
        weight=45,
    )  # fmt: skip
