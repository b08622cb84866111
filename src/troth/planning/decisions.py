"""What was decided about the rows of a closure: key sets by outcome, and the questions that are left."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from troth.datamap.model import Keep, Key, Link, Ref
from troth.datamap.questions import Question

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Unlink:
    """Rows whose `columns` named an erased row and now hold NULL, or the pseudo-subject's key."""

    ref: Ref
    columns: tuple[str, ...]
    nobody: Ref | None  # whose pseudo-subject; None: NULL


@dataclass
class Decisions:
    """Key sets by outcome. `clear` says for each row which columns are anonymised."""

    erase: dict[Ref, set[Key]] = field(default_factory=dict)
    clear: dict[Ref, dict[Key, frozenset[str]]] = field(default_factory=dict)
    kept: dict[tuple[Ref, Keep, date | None], set[Key]] = field(default_factory=dict)
    needed: dict[Ref, dict[Key, frozenset[str]]] = field(
        default_factory=dict
    )  # columns a ground keeps, by row
    unlink: dict[tuple[Unlink, Link], set[Key]] = field(default_factory=dict)
    create: set[Ref] = field(default_factory=set)
    held_by: dict[Ref, dict[Key, str]] = field(
        default_factory=dict
    )  # survives because this still refers to it
    questions: list[Question] = field(default_factory=list)
