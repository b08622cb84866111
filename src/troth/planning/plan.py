"""A plan is a value: ordered steps over frozen key sets, with its questions, and a hash that pins it.

Three readers: `explain` (people), a store's `render` (the statements, nothing run) and `execute` (receipts).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from troth.datamap.model import Atom, Ref
from troth.datamap.questions import Question
from troth.datamap.reader import Aged, Row

Action = Literal["create", "unlink", "anonymise", "redact", "keep", "erase", "refresh"]
REPORTED: Mapping[Action, str] = {"redact": "anonymise"}
COUNTED: Mapping[str, str] = {
    "erased": "erase", "anonymised": "anonymise", "pseudonymised": "pseudonymise", "minimised": "minimise", "unlinked": "unlink",
}  # fmt: skip
"""What an answer calls the rows of each reported action."""
Left = Literal["", "pseudonymise", "minimise"]
"""What may be said of emptied rows that are still personal; "": nothing says that they are."""


@dataclass(frozen=True, slots=True)
class New:
    """What a cell becomes: NULL, a constant, a value unique to its row, its text without the identifiers, or coarser.

    Of `coarsen` the constant is (the strategy's word, by what, the neutral value for a cell that cannot be read).
    """

    how: Literal["null", "constant", "token", "redact", "coarsen"]
    constant: Atom = None


FROM_CELL = ("redact", "coarsen")
"""Ways that read the cell as it stands."""
BY_ROW = ("token", *FROM_CELL)
"""Ways whose value differs from row to row."""
NULL = New("null")
REDACT = New("redact")


@dataclass(frozen=True, slots=True)
class Span:
    """Due rows between two keys, which the store itself picks out when it acts; `rows`: so many they were when it was frozen."""

    due: Aged
    rows: int


@dataclass(frozen=True, slots=True)
class Step:
    """One act on one dataset: which rows (frozen: key columns, then witness columns), and what becomes of them.

    The witness is what made the row theirs when it was frozen (its links, its identifiers): a row whose witness has
    changed since is somebody else's now, and the store leaves it alone.
    """

    ref: Ref
    action: Action
    key: tuple[str, ...]
    witness: tuple[str, ...]
    rows: Sequence[Row] = field(repr=False)
    columns: tuple[str, ...] = ()
    values: tuple[New, ...] = ()
    reason: str = ""
    law: str = ""
    until: date | None = None
    identity: bool = (
        False  # the person's own row: acted on last, so that a half-done run leaves them findable
    )
    people: tuple[tuple[int, int], ...] = ()  # (person, rows)
    whole: bool = False  # rows that must refer to each other go in one statement, however many they are
    together: str = ""  # neighbours of one name share a transaction: their keys are checked at its end
    hold: str = ""  # which legal hold keeps the rows
    customer: str = ""  # who controls the rows, and to whom they are left
    left: Left = ""
    grounded: bool = False  # emptied rows that are still personal are so only by what a ground keeps
    span: Span | None = None  # instead of `rows`

    @property
    def count(self) -> int:
        """How many rows it is about."""
        return len(self.rows) if self.span is None else self.span.rows

    @property
    def reported(self) -> str:
        """What people are told the step does: still personal is never called anonymised."""
        return self.left or ("leave" if self.customer else REPORTED.get(self.action, self.action))

    def digest(self) -> bytes:
        """A hash of everything the step will do, whatever order its rows came in."""
        rows = "\n".join(sorted(map(repr, self.rows)))
        spec = repr(
            (self.ref, self.action, self.key, self.witness, self.columns, self.values, self.law, self.until)
        )
        return hashlib.sha256(f"{spec}\n{rows}".encode()).digest()


@dataclass(frozen=True)
class Plan:
    """What will be done, in order; `groups` of datasets whose rows must go in one statement or transaction."""

    map_hash: str
    steps: tuple[Step, ...]
    questions: tuple[Question, ...]
    not_searched: tuple[tuple[str, str], ...]
    people: int

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the map's decisions and every step: it moves when either has moved."""
        parts = [self.map_hash.encode(), *(step.digest() for step in self.steps)]
        return hashlib.sha256(b"\x00".join(parts)).hexdigest()

    @property
    def blocked(self) -> tuple[Question, ...]:
        """Questions a person must decide before anything is done."""
        return tuple(question for question in self.questions if question.blocking)

    def explain(self) -> list[dict[str, object]]:
        """Rows of the plan for people and machines: counts and columns, never a value."""
        return [
            {
                "system": step.ref.system,
                "dataset": step.ref.dataset,
                "action": step.reported,
                "rows": len(step.rows),
                "columns": list(step.columns),
                "reason": step.reason,
                "law": step.law,
                "until": step.until.isoformat() if step.until else None,
                **({"hold": step.hold} if step.hold else {}),
                **({"customer": step.customer} if step.customer else {}),
                **({"grounded": True} if step.grounded else {}),
            }
            for step in self.steps
            if step.action not in ("create", "refresh")
        ]


@dataclass(frozen=True, slots=True)
class Batch:
    """Steps (or parts of steps) of one system that share a transaction; at most `size` keys unless one step must not be cut."""

    number: int
    system: str
    steps: tuple[Step, ...]


def batches(plan: Plan, most: int | Mapping[str, int]) -> list[Batch]:
    """Cuts a plan into transactions in the plan's order: statements ≤ c · datasets · ⌈keys/size⌉.

    `most` is the size, or the size by system.
    """
    from dataclasses import replace

    cut: list[Batch] = []
    pending: list[Step] = []
    size = room = 0

    def close() -> None:
        nonlocal pending, room
        if pending:
            cut.append(Batch(len(cut), pending[0].ref.system, tuple(pending)))
        pending, room = [], size

    late = Counter(step.ref.system for step in plan.steps if step.identity for _ in step.rows)
    ahead = [step.together for step in plan.steps[1:]] + [""]
    for step, following in zip(plan.steps, ahead, strict=True):
        if step.action == "keep" or (step.action == "anonymise" and not step.columns):
            continue  # nothing to write: kept, or nameless as soon as its link is cut
        if pending and pending[0].ref.system != step.ref.system:
            close()
        if not pending:
            size = room = most if isinstance(most, int) else most[step.ref.system]
        if step.identity and max(room, 0) < late.pop(step.ref.system, 0) <= size:
            close()  # people go with what they must refer to: none of it is left when they cannot be found any more
        rows = list(step.rows)
        if step.action in ("create", "refresh"):
            pending.append(step)
            continue
        while rows:
            part, rows = (rows, []) if step.whole or step.together else (rows[:room], rows[room:])
            pending.append(replace(step, rows=part))
            room -= len(part)
            if room <= 0 and not (step.together and step.together == following):
                close()
    close()
    return cut
