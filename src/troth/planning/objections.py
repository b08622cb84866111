"""What stands against a plan as it was put together: references that no order can satisfy, triggers that nobody has read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from troth.datamap.model import Ref
from troth.datamap.questions import Question
from troth.datamap.schema import Event
from troth.planning.estate import Estate
from troth.planning.order import Order
from troth.planning.plan import Action, Step
from troth.planning.sqltext import Dialect
from troth.planning.triggers import judge

_SAID = {
    "copies": "copies rows elsewhere",
    "cascades": "changes other rows",
    "guards": "may refuse",
    "unknown": "is not understood",
}
_KINDS: Mapping[Action, Event] = {"erase": "delete", "create": "insert"}


def knots(ordered: Order) -> Iterator[Question]:
    """Cycles of mandatory references among rows that would go."""
    for knot in ordered.knots:
        yield Question(
            id="plan.Q007",
            place=", ".join(map(str, knot)),
            text="mandatory references form a cycle among rows that would be erased; no order of statements works",
            remedy="Make one of the references nullable or deferrable, or decide `erase: anonymise` for one dataset.",
            weight=90,
            blocking=True,
        )


def triggers(estate: Estate, steps: Iterable[Step], dialects: Mapping[str, Dialect]) -> Iterator[Question]:
    """Triggers run behind our back: one whose body is not understood is a question (ENGINE, Plan)."""
    events: dict[Ref, set[Event]] = {}
    for step in steps:
        if step.action not in ("keep", "refresh"):
            events.setdefault(step.ref, set()).add(_KINDS.get(step.action, "update"))
    for ref, happening in sorted(events.items()):
        table = estate.table(ref)
        for trigger in table.triggers:
            if not trigger.events & happening:
                continue
            verdict = judge(trigger, ref.dataset, dialects[ref.system], table.key)
            if verdict.kind != "harmless":
                yield Question(
                    id="plan.Q008",
                    place=f"{ref} ({trigger.name})",
                    text=f"a trigger runs when rows here change, and it {_SAID[verdict.kind]}: {verdict.detail}",
                    remedy="Read the trigger; then accept it with --accept plan.Q008, or disable it first.",
                    weight=85,
                    blocking=True,
                )
