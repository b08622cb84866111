"""One person as they were found: their rows, the identifiers those rows hold, and for each row the reason it is theirs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from troth.datamap.model import Key, Link, Ref
from troth.datamap.questions import Question
from troth.datamap.reader import Row

Node = tuple[Ref, Key]
Identifier = tuple[str, str]  # (category, canonical value)
Place = tuple[Node, tuple[str, ...]]  # the row and the columns in which something stands


@dataclass(frozen=True, slots=True)
class Person:
    """One data subject: their own rows, the identifiers those rows hold, and their full names."""

    rows: frozenset[Node]
    identifiers: frozenset[Identifier] = field(repr=False)
    names: frozenset[str] = field(repr=False)
    shared: frozenset[Identifier] = field(default=frozenset(), repr=False)  # theirs, but not theirs alone


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row is the person's: what was typed stands in it, or it holds the same as another row of theirs.

    `here` is where that stands: in the row itself, or in a row that names it as its owner; so is `there`, of `origin`.
    """

    here: Place
    origin: Node | None = None  # None: what was typed led here
    there: Place | None = None
    value: str = field(default="", repr=False)  # what both hold
    category: str = ""  # of the identifier; "" for a key, or a link that says who is the same
    link: Link | None = None


@dataclass
class Identified:
    """The people found, the questions raised, the spine rows already read, and why each row is whose it is."""

    people: list[Person] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    rows: dict[Ref, dict[Key, Row]] = field(default_factory=dict)
    reasons: dict[Node, Reason] = field(default_factory=dict, repr=False)
    places: dict[Node, dict[Identifier, Place]] = field(default_factory=dict, repr=False)
    guesses: dict[Link, dict[Node, Reason]] = field(default_factory=dict, repr=False)
    stopped: dict[Node, list[Question]] = field(default_factory=dict, repr=False)

    def ask(self, question: Question, *nodes: Node) -> None:
        """Notes a question, and the rows that would be the person's if it were answered with yes."""
        self.questions.append(question)
        for node in nodes:
            self.stopped.setdefault(node, []).append(question)


class Groups:
    """Rows joined into people (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[Node, Node] = {}

    def __contains__(self, node: Node) -> bool:
        return node in self._parent

    def __iter__(self) -> Iterator[Node]:
        return iter(self._parent)

    def _root(self, node: Node) -> Node:
        while self._parent.setdefault(node, node) != node:
            node = self._parent[node]
        return node

    def join(self, a: Node, b: Node) -> None:
        """Both rows, and all that are joined to them, are one person's."""
        self._parent[self._root(b)] = self._root(a)

    def together(self, nodes: Collection[Node]) -> bool:
        """Whether all of these are known to be one person's."""
        return all(node in self for node in nodes) and len({self._root(node) for node in nodes}) == 1

    def groups(self) -> Collection[set[Node]]:
        """The rows of each person."""
        found: dict[Node, set[Node]] = {}
        for node in list(self._parent):
            found.setdefault(self._root(node), set()).add(node)
        return found.values()
